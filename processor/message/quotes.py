"""Where a quoted or forwarded mail begins, and how far it goes.

Structure first: ``>``, the marks of mail programs, blocks of header lines; then phrases. A line of dashes alone begins
nothing. What follows an attribution or a header block without marks is quoted to the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from processor.message.addresses import parse_addresses
from processor.message.lines import LINE_LIMIT, Role
from processor.message.phrases import Phrases, phrases
from processor.message.rows import DIGIT, EMAIL, TIME, Row, has_date, has_email
from processor.message.values import Address, CutKind

#: Lines over which mail programs wrap an attribution.
_ATTRIBUTION_LINES: Final = 4
_ATTRIBUTION_LENGTH: Final = 600
#: Lines with a colon at which header lines are looked for: a list of thousands is none.
_MOST_TRIES: Final = 400
_LABEL = re.compile(r"[\W_]{0,6}([^\W\d_][^:\n]{0,34}?)[\s*_]{0,4}:[\s*_]{0,4}(?P<value>.*)")
_RULE = re.compile(r"[\s\-_=*—–―─⁃~#>]{3,}")
_FLANKED = re.compile(r"\s*[-_=*—–―─]{2,}[^\w\n]{0,3}(\S.{1,80}?)[^\w\n]{0,3}[-_=*—–―─]{2,}\s*")
_COLON_END = re.compile(r"[:：][\W_]{0,8}$")


@dataclass(frozen=True, slots=True)
class Heading:
    """The header lines of a quoted or forwarded mail."""

    #: Number of lines, blank ones within it and its separator included.
    length: int
    sender: Address
    subject: str
    #: Whether a phrase calls it forwarded.
    forwarded: bool
    #: Whether a phrase of any kind stood above it.
    announced: bool


@dataclass(slots=True)
class Quotes:
    """What was found of quoted mails outside of marked quotes."""

    #: The first heading of a mail that is quoted or forwarded to the end, and the index of its first line.
    heading: Heading | None = None
    heading_at: int = -1
    #: The index from which all goes; -1 where quotes are only marked ones.
    rest_from: int = -1
    #: Whether a mark of the mail program (and no phrase alone) told where a quote begins.
    structural: bool = False


def mark_quotes(rows: list[Row], *, forwards: bool) -> Quotes:
    """Marks what is quoted.

    :param rows: the body; ``kind`` is set where a line goes.
    :param forwards: whether the subject calls the mail a forward.
    """
    known = phrases()
    found = Quotes()
    index = tries = 0
    while index < len(rows):
        row = rows[index]
        if row.blank:
            index += 1
            continue
        if row.depth:
            row.kind = CutKind.QUOTED
            found.structural = True
            index += 1
            continue
        length = _attribution(rows, index, known)
        if length and row.role is Role.NONE and _split_shared(rows, index, length, known):
            index += 1
        if length:
            _cut(rows, index, index + length, CutKind.QUOTED)
            index += length
            if _next_is_quoted(rows, index):
                found.structural = True
                continue
            _rest(rows, index - length, CutKind.QUOTED, found)
            break
        heading = _heading(rows, index, known) if tries < _MOST_TRIES else None
        tries += ":" in row.text[:60]
        if heading is not None:
            kind = (
                CutKind.FORWARDED
                if heading.forwarded or (forwards and not _new_before(rows, index))
                else CutKind.QUOTED
            )
            if heading.forwarded or forwards:
                kind = CutKind.FORWARDED
            start = _with_rule_above(rows, index)
            _cut(rows, start, index + heading.length, kind)
            if found.heading is None:
                found.heading, found.heading_at = heading, index
            index += heading.length
            if _next_is_quoted(rows, index) and _new_after_quote(rows, index):
                found.structural = True
                continue
            _rest(rows, start, kind, found)
            break
        index += 1
    _mark_broken_links(rows)
    return found


def _mark_broken_links(rows: list[Row]) -> None:
    """A piece of a link between two quoted lines has only lost its mark when the quote was wrapped."""
    for before, row, after in zip(rows, rows[1:], rows[2:], strict=False):
        if row.kind is None and not row.depth and before.depth and after.depth and _is_piece_of_link(row.text.strip()):
            row.kind = CutKind.QUOTED


def _is_piece_of_link(text: str) -> bool:
    """Whether a line is one word, brackets aside, with characters that only links have within words."""
    core = text.strip("()<> ")
    return 0 < len(core) < LINE_LIMIT and " " not in core and any(character in core for character in "=?&/_%")


def _new_before(rows: list[Row], index: int) -> bool:
    return any(row.new for row in rows[:index])


def _cut(rows: list[Row], start: int, end: int, kind: CutKind) -> None:
    for row in rows[start:end]:
        row.kind = kind


def _rest(rows: list[Row], start: int, kind: CutKind, found: Quotes) -> None:
    found.rest_from = start
    _cut(rows, start, len(rows), kind)


def _next_is_quoted(rows: list[Row], index: int) -> bool:
    following = next((row for row in rows[index : index + 6] if not row.blank), None)
    return following is not None and following.depth > 0


def _new_after_quote(rows: list[Row], index: int) -> bool:
    """Whether behind a marked quote something without marks follows."""
    return any(not row.blank and not row.depth for row in rows[index:])


def _with_rule_above(rows: list[Row], index: int) -> int:
    """A line of dashes right above a heading belongs to it."""
    above = index - 1
    while above >= 0 and rows[above].blank and index - above < 3:
        above -= 1
    if above >= 0 and _RULE.fullmatch(rows[above].text) and rows[above].kind is None:
        return above
    return index


# -- attributions -------------------------------------------------------------------------


def _attribution(rows: list[Row], index: int, known: Phrases) -> int:
    """How many lines, from this one, are the line that introduces a quote („Am … schrieb …:“); 0 for none."""
    row = rows[index]
    if row.role is Role.ATTRIBUTION:
        length = 1
        while index + length < len(rows) and rows[index + length].role is Role.ATTRIBUTION:
            length += 1
        return length
    if len(row.text) > _ATTRIBUTION_LENGTH:
        return 0
    joined = ""
    for length in range(1, _ATTRIBUTION_LINES + 1):
        position = index + length - 1
        if position >= len(rows) or rows[position].blank or rows[position].depth:
            return 0
        joined = f"{joined} {rows[position].folded}".strip()
        if len(joined) > _ATTRIBUTION_LENGTH:
            return 0
        followed = _next_is_quoted(rows, position + 1)
        if not followed and row.text.lstrip()[:1].islower() and not has_email(joined):
            # „wie Sie am 3.4.2024 um 10:00 geschrieben haben:“ goes on with what its writer says.
            continue
        if _is_attribution(joined, known, followed=followed):
            return length if _starts_here(rows, index, length, known, followed=followed) else 0
    return 0


_BEGINS: Final = re.compile(
    r"(?:\s|-{2,}\s?)(?=(?:On|Am|Le|El|Il|Op|Den|Em|W dniu|Dana|Dne) (?:[^\W\d_]{2,12}[.,]{0,2} ){0,3}\d)"
)


def _split_shared(rows: list[Row], index: int, length: int, known: Phrases) -> bool:
    """Parts an attribution from the new text in whose line it begins („yes On Wed, Apr 4 … wrote:“)."""
    row = rows[index]
    for match in _BEGINS.finditer(row.text[:LINE_LIMIT]):
        before = row.text[: match.start()]
        if not before.strip(" -") or has_email(before) or has_date(before):
            continue
        rest = Row(row.text[match.end() :])
        joined = " ".join([rest.folded, *(other.folded for other in rows[index + 1 : index + length])])
        if _is_attribution(joined, known, followed=_next_is_quoted(rows, index + length)):
            rows[index] = Row(before.rstrip(" -"), row.depth, row.role)
            rows.insert(index + 1, rest)
            return True
    return False


def _starts_here(rows: list[Row], index: int, length: int, known: Phrases, *, followed: bool) -> bool:
    """Whether no later line would begin the same attribution: what stands before it is new text."""
    first = rows[index].text.rstrip()
    folded = rows[index].folded
    if first.endswith(("<", "(")) or has_date(folded) or TIME.search(folded) or _STARTS_WITH_ON.match(folded):
        return True
    for later in range(1, length):
        joined = " ".join(row.folded for row in rows[index + later : index + length])
        if _is_attribution(joined, known, followed=followed) and not _is_wrapped(rows[index + later - 1].text):
            return False
    return True


def _is_wrapped(text: str) -> bool:
    """Whether a line looks as if a program had wrapped it: long, and not ending a sentence."""
    return len(text) >= 40 and not text.rstrip().endswith((".", "!", "?", ":"))


_STARTS_WITH_DATE = re.compile(
    r"\W{0,3}(?:\w{1,9}\W{1,3}){0,3}?(?:\d{1,4}[./ -]|\w{2,4}[.,] ?\d|\w{3,12}[.,]? \d)"
    r"|\W{0,3}(?:on|am|le|el|il|op|den|em|dne|w dniu|dana)\b"
)


_STARTS_WITH_ON: Final = re.compile(r"\W{0,3}(?:on|am|le|el|il|op|den|em|dne|w dniu|dana)\b.{0,40}\d")


def _is_attribution(joined: str, known: Phrases, *, followed: bool) -> bool:
    """Whether a line introduces a quote.

    Where marks follow, a verb of writing with a colon is enough; where none follow, all to the end would go, so a date,
    and an address or a time, must stand beside the verb.
    """
    colon = ":" in joined[-9:] and bool(_COLON_END.search(joined))
    if not colon and not DIGIT.search(joined):
        return False
    match = known.wrote.search(joined)
    if not match and not colon:
        return followed and has_email(joined) and has_date(joined) and bool(_STARTS_WITH_DATE.match(joined))
    address = has_email(joined) or "mailto:" in joined
    date = has_date(joined)
    time = bool(TIME.search(joined))
    if match:
        if followed:
            near_end = colon or len(joined) - match.end() <= 120
            return near_end and (date or address or time or (colon and len(joined.split()) <= 8))
        if date and _FLANKED.fullmatch(joined):
            return True
        if not (date and (address or time)):
            return False
        if colon:
            return True
        # Programs that set no colon end in the address, or in the verb.
        return bool(_STARTS_WITH_DATE.match(joined)) and (joined.endswith((">", ")")) or len(joined) - match.end() <= 2)
    if followed:
        return (date and (address or time)) or (address and len(joined) < 100)
    return (
        date
        and address
        and time
        and bool(_STARTS_WITH_DATE.match(joined))
        and joined.rstrip(": ").endswith((">", ")", "]"))
    )


# -- header blocks and separators ---------------------------------------------------------


def _heading(rows: list[Row], index: int, known: Phrases) -> Heading | None:
    """The header lines of a quoted mail at this line, with the separator above them where there is one."""
    announced = _announcement(rows[index], known)
    start = index
    if announced:
        start += 1
        while start < len(rows) and start - index < 5 and (rows[start].blank or _RULE.fullmatch(rows[start].text)):
            start += 1
    single = _in_one_line(rows[start], known) if start < len(rows) else None
    if single is not None:
        return Heading(start + 1 - index, single, "", announced == "forwarded", bool(announced))
    block = _header_lines(rows, start, known, announced=bool(announced))
    if block is None and not announced and _next_is_quoted(rows, index + 1):
        names, value = _label_kinds(rows[index], known)
        if "from" in names and has_email(value):
            return Heading(1, _sender(value, rows, index), "", forwarded=False, announced=False)
    if block is not None:
        length, sender, subject = block
        return Heading(start + length - index, sender, subject, announced == "forwarded", bool(announced))
    if not announced:
        return None
    flanked = bool(_FLANKED.fullmatch(rows[index].text))
    if flanked or _next_is_quoted(rows, index + 1) or (start < len(rows) and _attribution(rows, start, known)):
        return Heading(1, Address("", ""), "", announced == "forwarded", announced=True)
    return None


_LABELS_WITHIN: Final = re.compile(r"(?:^|(?<=\s))([^\W\d_][^\s:]{0,14}(?: [^\s:]{1,10})?)\s?:(?=\s)")


def _in_one_line(row: Row, known: Phrases) -> Address | None:
    """The writer, where all header lines of a quoted mail have run together into one line; None for another line."""
    if row.text.count(":") < 3 or len(row.text) > _ATTRIBUTION_LENGTH or not has_email(row.text):
        return None
    if not has_date(row.folded) or not TIME.search(row.folded):
        return None
    found = list(_LABELS_WITHIN.finditer(row.folded))
    names = [(match.group(1), match.group(1).split()[-1]) for match in found]
    kinds = [known.labels.get(two, known.labels.get(one, frozenset())) for two, one in names]
    if not kinds or not kinds[0] or found[0].start() > 4 or sum(map(bool, kinds)) < 2:
        return None
    if not any("from" in kind for kind in kinds):
        return None
    email = EMAIL.search(row.text)
    return Address("", email.group().lower() if email else "")


_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")


def _announcement(row: Row, known: Phrases) -> str:
    """What a line announces: a "forwarded" mail, an "original" one, or none ("")."""
    if len(row.text) > 160:
        return ""
    core = _EDGES.sub("", row.folded)
    if not core or re.split(r"[ :-]", core, maxsplit=1)[0] not in known.announcing:
        return ""
    text = row.text.strip()
    flanked = _FLANKED.fullmatch(text)
    for phrase in known.forwarded:
        if core == phrase or (
            core.startswith(phrase) and (flanked or len(core) - len(phrase) < 60) and _ends_word(core, phrase)
        ):
            return "forwarded" if flanked or core == phrase or text.endswith(":") or text.startswith("-") else ""
    for phrase in known.original:
        if core == phrase or (flanked and core.startswith(phrase)):
            return "original"
    return ""


def _ends_word(core: str, phrase: str) -> bool:
    return not core[len(phrase) : len(phrase) + 1].isalnum()


def _header_lines(rows: list[Row], index: int, known: Phrases, *, announced: bool) -> tuple[int, Address, str] | None:
    """A block of „From: … / Sent: … / To: … / Subject: …“ in any language, values wrapped or not."""
    kinds: set[str] = set()
    sender = Address("", "")
    subject = ""
    labels = 0
    unknown = 0
    position = index
    end = index
    dated = addressed = False
    while position < len(rows) and position - index < 30:
        row = rows[position]
        if row.blank:
            # Some programs set a gap after each header line; two gaps, or none of ours behind it, end the block.
            if position + 1 < len(rows) and labels and _label_kinds(rows[position + 1], known)[0]:
                position += 1
                continue
            break
        if row.depth:
            break
        names, value = _label_kinds(row, known)
        structural = row.role is Role.HEADERS and not names and ":" in row.text[:40]
        if names:
            labels += 1
            if "from" in names and "from" not in kinds:
                kinds.add("from")
                sender = _sender(value, rows, position)
            else:
                kinds |= names
            if "subject" in names:
                subject = value.strip()
        elif structural or (
            labels and _LABEL.fullmatch(row.text) and unknown < 2 and not row.text.rstrip().endswith(":")
        ):
            unknown += 1
            if structural:
                labels += 1
        elif labels and position - end < 3 and _continues(row, rows[position - 1]):
            pass
        else:
            break
        dated = dated or has_date(row.folded)
        addressed = addressed or has_email(row.folded)
        position += 1
        end = position
    strong = "from" in kinds and len(kinds) >= 3 and labels >= 3
    fair = "from" in kinds and len(kinds) >= 2 and labels >= 2 and (announced or (dated and addressed))
    # Without a sender (some programs leave it out), or in a language that nobody told us of: date, address and marks.
    formal = labels >= 3 and dated and addressed and rows[index].role is Role.HEADERS
    nameless = announced and labels >= 2 and (dated or addressed)
    timed = {"sent", "to"} <= kinds and dated and addressed and any(TIME.search(row.folded) for row in rows[index:end])
    if not (strong or fair or formal or nameless or timed):
        return None
    if formal and not sender.email:
        sender = _sender(_LABEL.sub(r"\g<value>", rows[index].text), rows, index)
    return end - index, sender, subject


def _label_kinds(row: Row, known: Phrases) -> tuple[frozenset[str], str]:
    """The fields that a line's label can name, and its value; ((), "") for another line."""
    if ":" not in row.text[:60]:
        return frozenset(), ""
    match = _LABEL.fullmatch(row.text[:2_000])
    if match is None:
        return frozenset(), ""
    label = row.folded.lstrip(" *_>|•-[#").split(":", 1)[0].strip(" *_")
    return known.labels.get(label, frozenset()), match.group("value")


def _continues(row: Row, before: Row) -> bool:
    """Whether a line goes on with the value of the header line above it (lists of recipients, long subjects)."""
    text = row.text.strip()
    if before.text.rstrip().endswith((",", ";", "<", "[mailto:")) or text.startswith(("<", ";", ",")):
        return True
    if before.text.startswith((" ", "\t")) and ":" not in before.text:
        return False
    return len(before.text) >= 60 and len(text) < 100 and not before.text.rstrip().endswith((".", "!", "?", ">"))


def _sender(value: str, rows: list[Row], position: int) -> Address:
    """The writer that a „From:“ line names; Outlook sets „[mailto:…]“ beside the name, others wrap the address."""
    text = value.strip().strip("*_ ")
    if not EMAIL.search(text) and position + 1 < len(rows):
        following = rows[position + 1].text.strip()
        if following.startswith(("<", "[")) or (not text and EMAIL.fullmatch(following)):
            text = f"{text} {following}"
    text = re.sub(r"\[(?:mailto:)?([^\[\]\s]{3,200})\]", r"<\1>", text)
    text = re.sub(r"<?mailto:([^<>\s]{3,200})>?", r"<\1>", text)
    email = EMAIL.findall(text)
    if len(email) > 1 and text.count("<") > 1:
        # „a@b <a@b>“ and its like, twice in brackets.
        name = text.split("<")[0]
        return Address(" ".join(name.replace('"', "").split()), email[0].lower())
    found = parse_addresses(text)
    if not found:
        return Address(" ".join(text.split())[:200], "")
    first = found[0]
    via = re.match(
        r"(.{1,200}?)\s(?:im auftrag von|on behalf of|adina|en nombre de|de la part de)\s(.*)",
        first.name,
        re.IGNORECASE,
    )
    return Address(via.group(2) if via else first.name, first.email)
