"""What is searched and counted of all mails, in memory: their rows are long, and a look at all of them would be slow.

A mail's subject and sender never change, and what it was read as changes only together with its state; so only rows
that are new, or whose state is another one, are read again.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processor.database import Mail, MailState
from processor.registrations.names import folded

_CHUNK = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEntry:
    """One mail, as far as it is searched."""

    id: int
    message_id: str
    state: MailState
    arrived_at: datetime
    intent: str
    decision: str
    folded: str = field(repr=False)


class MailIndex:
    """Keeps the entries; several requests may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[int, MailEntry] = {}
        self._newest_first: tuple[MailEntry, ...] = ()
        #: How many mails are in which state, and the sum of their numbers: the same while nothing has changed.
        self._sign: tuple[object, ...] = ()

    def entries(self, session: Session) -> tuple[MailEntry, ...]:
        """All mails, newest first."""
        # The index of state and arrival holds all that is asked for here: no row is touched.
        sign = tuple(
            tuple(row)
            for row in session.execute(
                select(Mail.state, func.count(), func.sum(Mail.id)).group_by(Mail.state).order_by(Mail.state)
            )
        )
        with self._lock:
            if sign != self._sign:
                self._refresh(session)
                self._sign = sign
            return self._newest_first

    def _refresh(self, session: Session) -> None:
        states = dict(list(session.execute(select(Mail.id, Mail.state))))
        for gone in self._entries.keys() - states.keys():
            del self._entries[gone]
        stale = [
            number
            for number, state in states.items()
            if (known := self._entries.get(number)) is None or known.state is not state
        ]
        for start in range(0, len(stale), _CHUNK):
            self._read(session, stale[start : start + _CHUNK])
        self._newest_first = tuple(
            sorted(self._entries.values(), key=lambda entry: (entry.arrived_at, entry.id), reverse=True)
        )

    def _read(self, session: Session, numbers: list[int]) -> None:
        columns = (
            *(Mail.id, Mail.message_id, Mail.state, Mail.arrived_at, Mail.intent, Mail.decision),
            *(Mail.subject, Mail.sender_name, Mail.sender_email),
        )
        for row in session.execute(select(*columns).where(Mail.id.in_(numbers))):
            self._entries[row.id] = MailEntry(
                id=row.id,
                message_id=row.message_id,
                state=row.state,
                arrived_at=row.arrived_at,
                intent=row.intent,
                decision=row.decision,
                folded=folded("\n".join((row.subject, row.sender_name, row.sender_email))),
            )


def search(entries: Iterable[MailEntry], *, text: str, state: str, intent: str) -> list[MailEntry]:
    """The mails that match; every word that was typed must occur somewhere."""
    wanted = folded(text).split()
    return [
        entry
        for entry in entries
        if (not state or entry.state.value == state)
        and (not intent or entry.intent == intent)
        and all(word in entry.folded for word in wanted)
    ]


def count_states(entries: Iterable[MailEntry]) -> Counter[MailState]:
    """How many mails are in each state."""
    return Counter(entry.state for entry in entries)
