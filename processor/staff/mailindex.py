"""What is searched and counted of all mails, in memory: their rows are long, and a look at all of them would be slow.

A mail's subject and sender never change, and what it was read as changes only together with its state, or while it
waits; so only rows that are new, that are read again, or whose state is another one, are looked at.
"""

from __future__ import annotations

import hashlib
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
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
    #: From 0 to 1, by chance but the same at every look: whether it belongs to a sample.
    lot: float
    folded: str = field(repr=False)


class MailIndex:
    """Keeps the entries; several requests may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[int, MailEntry] = {}
        self._of_state: dict[MailState, set[int]] = {}
        #: By arrival.
        self._in_order: list[MailEntry] = []
        self._newest_first: tuple[MailEntry, ...] = ()
        #: Of each state how many mails are in it, and the sum of their numbers: the same while nothing has changed.
        self._sign: dict[MailState, tuple[int, int]] = {}

    def entries(self, session: Session) -> tuple[MailEntry, ...]:
        """All mails, newest first."""
        # The index of state and arrival holds all that is asked for here: no row is touched.
        sign = {
            state: (count, int(total))
            for state, count, total in session.execute(
                select(Mail.state, func.count(), func.sum(Mail.id)).group_by(Mail.state)
            )
        }
        waiting = session.execute(select(Mail.id, Mail.intent, Mail.decision).where(Mail.state == MailState.WAITING))
        with self._lock:
            read_again = {
                row.id
                for row in waiting
                if (known := self._entries.get(row.id)) and (known.intent, known.decision) != (row.intent, row.decision)
            }
            if sign != self._sign or read_again:
                self._refresh(session, sign, read_again)
                self._sign = sign
            return self._newest_first

    def _refresh(self, session: Session, sign: dict[MailState, tuple[int, int]], read_again: set[int]) -> None:
        """Reads what is new or elsewhere now; of the largest state, which most mails end in, no more than that."""
        self._take(session, self._moved(session, sign) | read_again)
        held = {state: (len(ids), sum(ids)) for state, ids in self._of_state.items() if ids}
        if held != sign:
            self._start_again(session)
        self._newest_first = tuple(reversed(self._in_order))

    def _moved(self, session: Session, sign: dict[MailState, tuple[int, int]]) -> set[int]:
        largest = max(sign, key=lambda state: sign[state][0], default=None)
        changed = [
            state for state in {*sign, *self._sign} if state is not largest and sign.get(state) != self._sign.get(state)
        ]
        known_to = max(self._entries, default=0)
        moved = set(session.scalars(select(Mail.id).where(Mail.id > known_to)))
        for state in changed:
            now = set(session.scalars(select(Mail.id).where(Mail.state == state)))
            moved |= now ^ self._of_state.get(state, set())
        return moved

    def _start_again(self, session: Session) -> None:
        """Mails are gone, or have changed places behind our back."""
        self._entries, self._of_state, self._in_order = {}, {}, []
        self._take(session, set(session.scalars(select(Mail.id))))

    def _take(self, session: Session, numbers: set[int]) -> None:
        many = len(numbers) > len(self._entries) // 10
        ordered = sorted(numbers)
        for start in range(0, len(ordered), _CHUNK):
            for entry in self._read(session, ordered[start : start + _CHUNK]):
                before = self._entries.get(entry.id)
                if before is not None:
                    self._of_state[before.state].discard(entry.id)
                self._entries[entry.id] = entry
                self._of_state.setdefault(entry.state, set()).add(entry.id)
                if not many:
                    place = bisect_left(self._in_order, _order(entry), key=_order)
                    self._in_order[place : place + (before is not None)] = [entry]
        if many:
            self._in_order = sorted(self._entries.values(), key=_order)

    def _read(self, session: Session, numbers: list[int]) -> Iterator[MailEntry]:
        columns = (
            *(Mail.id, Mail.message_id, Mail.state, Mail.arrived_at, Mail.intent, Mail.decision),
            *(Mail.subject, Mail.sender_name, Mail.sender_email),
        )
        for row in session.execute(select(*columns).where(Mail.id.in_(numbers))):
            yield MailEntry(
                id=row.id,
                message_id=row.message_id,
                state=row.state,
                arrived_at=row.arrived_at,
                intent=row.intent,
                decision=row.decision,
                lot=_lot(row.id, row.message_id),
                folded=folded("\n".join((row.subject, row.sender_name, row.sender_email))),
            )


def _order(entry: MailEntry) -> tuple[datetime, int]:
    return entry.arrived_at, entry.id


def _lot(mail_id: int, message_id: str) -> float:
    digest = hashlib.sha256(f"{mail_id}:{message_id}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


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
