"""The invited organisations beside the list: who comes, who has not answered."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from processor.database import Status
from processor.registrations import invited
from processor.staff.index import BookIndex, Entry

WORDS = {
    invited.Reply.COMES: "kommt",
    invited.Reply.OPEN: "wird geprüft",
    invited.Reply.DECLINED: "hat abgesagt",
    invited.Reply.NONE: "noch keine Antwort",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One invited organisation."""

    name: str
    contact: str
    phone: str
    email: str
    reply: invited.Reply
    word: str
    seats: int
    #: Number and name of its registrations.
    registrations: tuple[tuple[int, str], ...]


class Compared:
    """The comparison, kept between changes: comparing names takes its time, so each is compared once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._table: Sequence[invited.Invited] = ()
        self._matcher = invited.Matcher(())
        #: When the table was last written, in nanoseconds; None before the first look.
        self._written: int | None = None
        #: Of each entry of the list the place of its organisation, for as long as the entry is the same.
        self._places: dict[int, tuple[Entry, int | None]] = {}
        self._sign: tuple[object, ...] = ()
        self._lines: tuple[Line, ...] = ()

    def lines(self, session: Session, index: BookIndex, path: Path) -> tuple[Line, ...]:
        """All invited organisations in the order of their table."""
        entries = index.entries(session)
        try:
            written = path.stat().st_mtime_ns
        except OSError:
            written = 0
        with self._lock:
            if written != self._written:
                self._table = invited.read(path)
                self._matcher = invited.Matcher(self._table)
                self._places = {}
                self._written = written
            sign = (*index.sign, written)
            if sign != self._sign:
                self._lines = self._joined(entries)
                self._sign = sign
            return self._lines

    def _joined(self, entries: Sequence[Entry]) -> tuple[Line, ...]:
        belongs: dict[int, list[Entry]] = {}
        places: dict[int, tuple[Entry, int | None]] = {}
        for entry in entries:
            known = self._places.get(entry.id)
            if known is None or known[0] is not entry:
                known = (entry, self._matcher.whose(entry.contact_email, entry.organisations))
            places[entry.id] = known
            if known[1] is not None:
                belongs.setdefault(known[1], []).append(entry)
        self._places = places
        return tuple(_line(each, belongs.get(place, ())) for place, each in enumerate(self._table))


def _line(each: invited.Invited, entries: Sequence[Entry]) -> Line:
    reply = invited.reply_of(entry.status for entry in entries)
    return Line(
        name=each.name,
        contact=each.contact,
        phone=each.phone,
        email=each.email,
        reply=reply,
        word=WORDS[reply],
        seats=sum(entry.headcount for entry in entries if entry.status is not Status.CANCELLED),
        registrations=tuple((entry.id, entry.contact_name or entry.reference) for entry in entries),
    )
