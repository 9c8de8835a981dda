"""The invited organisations: who comes, who has declined, whom somebody should ring up."""

from __future__ import annotations

import csv
import difflib
import enum
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from processor.database import Registration, Status
from processor.errors import ConfigError
from processor.registrations import names

_MOST_ROWS = 20_000
#: How alike two spellings of one name must be (share of letters in common order).
_ALIKE = 0.88


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """One invited organisation, as the office's own table has it."""

    name: str
    address: str = ""
    #: Lower case.
    email: str = ""
    phone: str = ""
    #: The person to ask for.
    contact: str = ""


class Reply(enum.StrEnum):
    """What an invited organisation has answered."""

    COMES = "comes"
    #: Something has come that a person has to decide about.
    OPEN = "open"
    DECLINED = "declined"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An invited organisation with what came from it."""

    invited: Invited
    reply: Reply
    registrations: tuple[Registration, ...] = ()

    @property
    def seats(self) -> int:
        """Seats of its registrations that stand."""
        return sum(each.headcount for each in self.registrations if each.status is not Status.CANCELLED)


#: Words in a table's header that tell what a column holds, folded; the first column that fits is taken.
_HEADERS: dict[str, tuple[str, ...]] = {
    "email": ("mail",),
    "phone": ("telefon", "tel", "fon", "mobil", "handy", "rufnummer", "phone"),
    "contact": ("ansprech", "kontaktperson", "vorsitz", "vertret", "contact"),
    "name": ("organisation", "verein", "mso", "einrichtung", "institution", "trager", "name"),
    "address": ("adresse", "anschrift", "strasse", "plz", "ort", "stadt", "address"),
}


def read(path: Path) -> tuple[Invited, ...]:
    """Reads the office's table of invited organisations, CSV or XLSX, by the words in its header.

    :raises ConfigError: when it cannot be read, or has no column with names; the text says what to do.
    """
    try:
        rows = _xlsx(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path)
    except OSError as error:
        raise ConfigError(f"Die Liste der Eingeladenen „{path}“ lässt sich nicht öffnen: {error.strerror}.") from error
    except (ValueError, KeyError, zipfile.BadZipFile, csv.Error) as error:
        raise ConfigError(
            f"Die Liste der Eingeladenen „{path}“ ist keine lesbare Tabelle; bitte als CSV oder XLSX speichern."
        ) from error
    headers = [(number, _columns(row)) for number, row in enumerate(rows[:20])]
    headers = [(number, columns) for number, columns in headers if "name" in columns]
    if headers:
        # A title above the table may have such a word too; the header has most of them.
        number, columns = max(headers, key=lambda header: (len(header[1]), -header[0]))
        return tuple(_entries(rows[number + 1 :], columns))
    raise ConfigError(
        f"In der Liste der Eingeladenen „{path}“ fehlt eine Spalte mit den Namen; "
        "die Überschrift soll „Organisation“, „Verein“ oder „Name“ heißen."
    )


def _csv(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        # What German Excel saves as „CSV“.
        text = raw.decode("cp1252", "replace")
    text = text.replace("\0", "")
    head = text[:4000]
    separator = max(";\t,", key=head.count)
    return [list(map(str.strip, row)) for row in csv.reader(io.StringIO(text), delimiter=separator)][:_MOST_ROWS]


def _xlsx(path: Path) -> list[list[str]]:
    # Takes a tenth of a second to import, and few starts of the program need it.
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        return [
            ["" if cell is None else str(cell).strip() for cell in row]
            for row in sheet.iter_rows(max_row=_MOST_ROWS, max_col=50, values_only=True)
        ]
    finally:
        book.close()


def _columns(header: Sequence[str]) -> dict[str, list[int]]:
    """Which columns hold what; a word such as „Mailadresse“ is a mail before it is an address."""
    found: dict[str, list[tuple[int, int]]] = {}
    for index, cell in enumerate(header):
        title = names.folded(cell)
        for field, words in _HEADERS.items():
            rank = next((rank for rank, word in enumerate(words) if word in title), None)
            if rank is not None:
                found.setdefault(field, []).append((rank, index))
                break
    # The surer word first: „Verein“ before „Name“, which may be a person's. The parts of an address stay in order.
    return {
        field: [index for _, index in (where if field == "address" else sorted(where))]
        for field, where in found.items()
    }


def _entries(rows: Iterable[Sequence[str]], columns: dict[str, list[int]]) -> Iterable[Invited]:
    for row in rows:
        cells = {
            field: [row[index] for index in where if index < len(row) and row[index]]
            for field, where in columns.items()
        }
        name = next(iter(cells.get("name", ())), "")
        if not name:
            continue
        yield Invited(
            name=name,
            address=", ".join(cells.get("address", ())),
            email=next(iter(cells.get("email", ())), "").lower(),
            phone=next(iter(cells.get("phone", ())), ""),
            contact=next(iter(cells.get("contact", ())), ""),
        )


def match(invited: Sequence[Invited], registrations: Iterable[Registration]) -> tuple[Answered, ...]:
    """Joins registrations to the invited organisations: by address, else by name.

    Legal form, capitals, accents and quotation marks do not count; a shorter or longer form of a name counts, and a
    slip of the pen, where they fit one organisation alone.
    """
    belongs: dict[int, list[Registration]] = {}
    known = Matcher(invited)
    for registration in registrations:
        index = known.whose(registration.contact_email, _organisations(registration))
        if index is not None:
            belongs.setdefault(index, []).append(registration)
    return tuple(
        Answered(
            invited=each,
            reply=reply_of(row.status for row in belongs.get(index, ())),
            registrations=tuple(belongs.get(index, ())),
        )
        for index, each in enumerate(invited)
    )


def unmatched(invited: Sequence[Invited], registrations: Iterable[Registration]) -> tuple[Registration, ...]:
    """Registrations that belong to no invited organisation."""
    known = Matcher(invited)
    return tuple(each for each in registrations if known.whose(each.contact_email, _organisations(each)) is None)


def to_ring_up(answered: Iterable[Answered]) -> tuple[Invited, ...]:
    """The organisations that have not answered."""
    return tuple(each.invited for each in answered if each.reply is Reply.NONE)


def reply_of(statuses: Iterable[Status]) -> Reply:
    """What an organisation has answered, by the statuses of its registrations."""
    found = set(statuses)
    if found & {Status.CONFIRMED, Status.LATE, Status.WAITLISTED}:
        return Reply.COMES
    if Status.REVIEW in found:
        return Reply.OPEN
    return Reply.DECLINED if found else Reply.NONE


def _organisations(registration: Registration) -> list[str]:
    return [registration.organisation, *(row.organisation for row in registration.attendees)]


class Matcher:
    """The invited organisations, made ready to be looked up thousands of times; each name is compared once."""

    def __init__(self, invited: Sequence[Invited]) -> None:
        self._names = [_Name.of(names.organisation_key(each.name)) for each in invited]
        self._by_address: dict[str, list[int]] = {}
        for index, each in enumerate(invited):
            if each.email:
                self._by_address.setdefault(each.email, []).append(index)
        self._found: dict[str, int | None] = {}

    def whose(self, email: str, organisations: Iterable[str]) -> int | None:
        """Place of the organisation that a registration belongs to; None where none is surely meant.

        :param email: its contact's address, lower case.
        :param organisations: as it names them, the contact's own first; empty ones are passed over.
        """
        by_address = self._by_address.get(email, ())
        if len(by_address) == 1:
            return by_address[0]
        for organisation in dict.fromkeys(name for name in organisations if name):
            key = names.organisation_key(organisation)
            if key not in self._found:
                self._found[key] = self._closest(key)
            index = self._found[key]
            if index is not None:
                return index
        return None

    def _closest(self, key: str) -> int | None:
        name = _Name.of(key)
        scores = sorted(((_likeness(name, each), -index) for index, each in enumerate(self._names)), reverse=True)
        if scores and scores[0][0] >= _ALIKE and (len(scores) == 1 or scores[1][0] < scores[0][0]):
            return -scores[0][1]
        return None


@dataclass(frozen=True, slots=True)
class _Name:
    """A name as it is compared, with its words in order."""

    key: str
    words: tuple[str, ...]
    as_set: frozenset[str]

    @classmethod
    def of(cls, key: str) -> _Name:
        words = tuple(sorted(key.split()))
        return cls(key, words, frozenset(words))


def _likeness(first: _Name, second: _Name) -> float:
    """From 0 to 1 how surely two names, as they are compared, are one organisation's; 0 for what is surely too far."""
    if not first.key or not second.key:
        return 0
    if first.key == second.key:
        return 1
    short, long = (first, second) if len(first.words) <= len(second.words) else (second, first)
    if len(short.words) > 1 and short.as_set <= long.as_set:
        return 0.9 + 0.09 * len(short.words) / len(long.words)
    if len(short.words) != len(long.words):
        return 0
    likeness = 1.0
    for one, other in zip(short.words, long.words, strict=True):
        if one == other:
            continue
        # The cheap bound first: most words have little in common.
        if 2 * min(len(one), len(other)) < _ALIKE * (len(one) + len(other)) or _too_far(one, other):
            return 0
        likeness = min(likeness, difflib.SequenceMatcher(None, one, other).ratio())
        if likeness < _ALIKE:
            return 0
    return likeness


def _too_far(one: str, other: str) -> bool:
    """Whether two words have too few letters in common, in whatever order."""
    common = sum(min(one.count(letter), other.count(letter)) for letter in set(one))
    return 2 * common < _ALIKE * (len(one) + len(other))
