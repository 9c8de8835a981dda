"""What people decided about mails, as a folder of labelled mails that ``evaluate`` runs on; with nobody in it.

The labels are people's; what no person labels (contact, language) is what was read, in invented words as well. A mail
in which something of a person is left after all is left out.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processor.database import Correction, HistoryEntry, Mail, MailState
from processor.errors import UsageError
from processor.extraction.tokens import fold
from processor.privacy.known import WORD, Known
from processor.privacy.masking import LeakError, Masked, masked
from processor.privacy.pseudonyms import Pseudonyms

#: Intents whose people and seats are labelled.
_BOOKED = ("registration", "change")
_README = """Mails, die das Büro entschieden oder geprüft hat, mit dem, was Menschen darin gelesen haben (truth.jsonl).

Namen, Organisationen, Adressen, Nummern sind erfunden und in allen Mails dieselben; Anhänge fehlen. Die Mails sind neu
geschrieben: Auffälligkeiten ihrer alten Form (Zeichensätze, fehlerhafte Teile) sind nicht mehr darin. Gelesen werden
sie mit: anmeldepost evaluate --config DATEI ORDNER
"""
#: Gives what ``extract --json`` prints for a mail; None for one that cannot be read.
Reader = Callable[[bytes], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an export wrote."""

    mails: int
    #: Attachments that were left out.
    dropped: int
    #: Mails that are read otherwise than the original; each says so in its label.
    differing: int
    #: Mails that were left out, as something of a person could still be read in them.
    left_out: int


@dataclass(frozen=True, slots=True)
class _Example:
    mail_id: int
    kind: str
    truth: Mapping[str, Any]
    must_review: bool
    understood: Mapping[str, Any]


def write_corpus(session: Session, folder: Path, *, known: Known, key: bytes, read: Reader) -> Written:
    """Writes ``*.eml``, ``truth.jsonl`` and a page that says what this is.

    :param folder: made where it is missing; must hold no mails yet.
    :param key: secret, made for this export alone.
    :param read: reads a mail, so that the label can say where the invented mail is read otherwise.
    :raises UsageError: when the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"--output {folder}: Der Ordner ist nicht leer. Bitte einen neuen nennen.")
    folder.mkdir(parents=True, exist_ok=True)
    pseudonyms = Pseudonyms(known, key)
    mails = dropped = differing = left_out = 0
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as labels:
        for example in _examples(session):
            raw = zlib.decompress(session.scalars(select(Mail.raw).where(Mail.id == example.mail_id)).one())
            try:
                mail = masked(raw, pseudonyms)
                label = _label(example, mail, pseudonyms, read, raw)
            except LeakError:
                left_out += 1
                continue
            mails += 1
            dropped += mail.dropped
            differing += "read otherwise" in str(label["why"])
            name = f"m{mails:04d}.eml"
            (folder / name).write_bytes(mail.raw)
            labels.write(json.dumps({"file": name, **label}, ensure_ascii=False) + "\n")
    (folder / "LIESMICH.txt").write_text(_README, encoding="utf-8")
    return Written(mails=mails, dropped=dropped, differing=differing, left_out=left_out)


def _examples(session: Session) -> Iterator[_Example]:
    """The newest word of a person on each mail, and the mails on which somebody had to ask back; by arrival."""
    newest = select(func.max(Correction.id)).group_by(Correction.mail_id)
    said = {row.mail_id: row for row in session.scalars(select(Correction).where(Correction.id.in_(newest)))}
    asked = set(
        session.scalars(
            select(HistoryEntry.mail_id).where(HistoryEntry.action == "asked_back", HistoryEntry.undone_by == "")
        )
    )
    numbers = {*said, *(number for number in asked if number is not None)}
    for mail in session.execute(
        select(Mail.id, Mail.extraction).where(Mail.state != MailState.ERASED).order_by(Mail.arrived_at, Mail.id)
    ):
        if mail.id not in numbers or mail.extraction is None:
            continue
        row = said.get(mail.id)
        yield _Example(
            mail.id,
            row.kind if row is not None else "asked back",
            row.truth if row is not None else mail.extraction,
            mail.id in asked,
            mail.extraction,
        )


def _label(example: _Example, mail: Masked, say: Pseudonyms, read: Reader, raw: bytes) -> dict[str, Any]:
    """A line of ``truth.jsonl`` without its file.

    :raises LeakError: when a name of the label is one that stands in the mail in no form that is replaced.
    """
    truth, understood = example.truth, example.understood
    intent = str(truth.get("intent") or "other")
    contact = understood.get("contact") or {}
    people, seats = _people(truth, understood, intent)
    notes = [f"labelled by the office ({example.kind})"]
    if mail.dropped:
        notes.append(f"{mail.dropped} attachments dropped")
    if differs := _differences(read(raw), read(mail.raw)):
        notes.append("read otherwise than the original: " + ", ".join(differs))
    label = {
        "intent": intent,
        "contact": say.name(str(contact.get("name") or "")),
        "reply_to": say.address(str(contact.get("email") or "")),
        "phone": say.phone(str(contact.get("phone") or "")),
        "attendees": [say.name(name) for name in people],
        "headcount": seats,
        "organisation": say.text(str(truth.get("organisation") or "")),
        "theme_tables": list(truth.get("theme_tables") or ()),
        "needs": list(truth.get("needs") or ()),
        "language": str(understood.get("language") or ""),
        "has_question": bool(truth.get("has_question")),
        "must_review": example.must_review,
        "late": bool(understood.get("late")),
        "failed_recipients": [say.address(str(each)) for each in understood.get("failed_recipients") or ()],
        "why": "; ".join(notes),
    }
    if left := say.left_in(json.dumps(label, ensure_ascii=False)):
        raise LeakError(", ".join(left))
    return label


def _people(truth: Mapping[str, Any], understood: Mapping[str, Any], intent: str) -> tuple[list[str], int]:
    """Who comes, and how many: of a change only what the mail itself speaks of, as it is labelled with the whole."""
    people = [str(each.get("name") or "") for each in truth.get("attendees") or ()]
    seats = int(truth.get("headcount") or 0)
    if intent not in _BOOKED:
        return [], 0
    if intent == "registration":
        return people, seats
    words = {fold(word) for word in WORD.findall(str(understood.get("text") or ""))}
    named = [name for name in people if {fold(word) for word in WORD.findall(name)} & words]
    return named, seats if seats == understood.get("headcount") else 0


def _differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[str]:
    """Fields in which an invented mail is read otherwise than the true one; names are compared by their number."""
    if before is None or after is None:
        return [] if before is after else ["unreadable"]
    fields = ("intent", "decision", "headcount", "theme_tables", "needs", "late")
    found = [name for name in fields if before.get(name) != after.get(name)]
    if len(before.get("attendees") or ()) != len(after.get("attendees") or ()):
        found.append("attendees")
    return found
