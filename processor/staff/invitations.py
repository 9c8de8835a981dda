"""The invited organisations beside the list: who comes, who has not answered."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from processor.database import Registration
from processor.registrations import invited
from processor.staff.index import BookIndex

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
    """The comparison, kept until the list or the table of the invited changes: comparing names takes its time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sign: tuple[object, ...] = ()
        self._lines: tuple[Line, ...] = ()

    def lines(self, session: Session, index: BookIndex, path: Path) -> tuple[Line, ...]:
        """All invited organisations in the order of their table."""
        index.entries(session)
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            changed = 0
        with self._lock:
            sign = (*index.sign, changed)
            if sign != self._sign:
                registrations = session.scalars(
                    select(Registration)
                    .where(Registration.dismissed.is_(False))
                    .order_by(Registration.arrived_at, Registration.id)
                    .options(selectinload(Registration.attendees))
                )
                self._lines = tuple(map(_line, invited.match(invited.read(path), registrations)))
                self._sign = sign
            return self._lines


def _line(answered: invited.Answered) -> Line:
    return Line(
        name=answered.invited.name,
        contact=answered.invited.contact,
        phone=answered.invited.phone,
        email=answered.invited.email,
        reply=answered.reply,
        word=WORDS[answered.reply],
        seats=answered.seats,
        registrations=tuple((each.id, each.contact_name or each.reference) for each in answered.registrations),
    )
