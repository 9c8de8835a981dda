"""What is queued and due is sent: one connection for many mails, one commit for each, at the pace that is set.

Only one process delivers from a database at a time. What a dead process left as „sending“ was either not handed
over, or handed over without our commit: it goes again, with the same Message-ID.
"""

from __future__ import annotations

import logging
import threading
import zlib
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from processor.clock import Clock, SystemClock
from processor.database import Database, OutgoingMail, OutgoingState
from processor.database.worklock import work_lock
from processor.errors import MailServerUnreachableError
from processor.outbox import brake
from processor.outbox.brake import per_hour
from processor.outbox.transport import BrokenOffError, Connection, RefusedError
from processor.outbox.values import DeliveryReport
from processor.settings import Settings

_log = logging.getLogger(__name__)

#: Minutes until the next attempt, after the first, the second, ... failure; the last one stays (RFC 5321, 4.5.4.1).
_PAUSES = (1, 5, 15, 30, 60, 120, 240)
#: After this long, a mail that no server would take is given up.
_GIVE_UP = timedelta(days=4)
#: Mails that are claimed with one commit.
_CLAIM = 50
#: How long a claim holds, where the lock of a dead process may outlive it.
_LEASE = timedelta(minutes=10)
#: Connections that break in a row, before the pass ends.
_MOST_BREAKS = 3
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_TABLE = cast("Table", OutgoingMail.__table__)
#: Built once, as it is executed for every mail.
_NOTE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("of_mail"), _TABLE.c.state == OutgoingState.SENDING)
    .values(
        {
            name: bindparam(name)
            for name in (
                "state",
                "attempts",
                "attempted_at",
                "sent_at",
                "due_at",
                "server_reply",
                "lease_until",
                "copy_due",
            )
        }
    )
)


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    raw: bytes
    recipient: str
    message_id: str
    attempts: int
    created_at: datetime
    due_at: datetime


def deliver(
    database: Database,
    settings: Settings,
    clock: Clock,
    *,
    stop: threading.Event | None = None,
    wall: Clock | None = None,
    grace: float = 5,
) -> DeliveryReport:
    """Sends what is queued and due.

    :param clock: decides what is due, and when a mail is tried again.
    :param stop: ends the pass after the mail in hand.
    :param grace: seconds that a silent server is still waited for after ``stop``.
    :param wall: the machine's clock, for the pace and the claims: a server and a dead process live in real time,
        also while a campaign is replayed.
    :raises MailServerUnreachableError: after the pass, when there was no connection to be had; the queue keeps all.
    """
    with work_lock(database, "outbox") as mine:
        if not mine:
            _log.info("Ein anderer Prozess verschickt gerade; dieser Durchgang lässt ihm den Vortritt.")
            return DeliveryReport()
        return _Pass(database, settings, clock, wall or SystemClock(), stop or threading.Event(), grace).run()


class _Pass:
    """One pass over the queue."""

    def __init__(
        self, database: Database, settings: Settings, clock: Clock, wall: Clock, stop: threading.Event, grace: float
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._wall = wall
        self._stop = stop
        self._grace = grace
        self._connection: Connection | None = None
        self._breaks = 0
        self._sent = self._failed = self._deferred = 0
        self._is_braked = False

    def run(self) -> DeliveryReport:
        try:
            self._free_the_orphaned()
            while batch := self._claim():
                if not self._send_all(batch):
                    break
        except MailServerUnreachableError:
            # To be told to stop is no failure of the server's.
            if not self._stop.is_set():
                raise
        finally:
            if self._connection is not None:
                self._connection.close()
        left = self._left()
        return DeliveryReport(
            sent=self._sent,
            failed=self._failed,
            deferred=self._deferred + left,
            paced=0 if self._is_braked else left,
            braked=left if self._is_braked else 0,
        )

    # -- claiming ---------------------------------------------------------------------------------------------------

    def _free_the_orphaned(self) -> None:
        """Claims of a process that died: at once where the operating system freed its lock, else after the lease."""
        orphaned = [OutgoingMail.state == OutgoingState.SENDING]
        if self._database.engine.dialect.name != "sqlite":
            orphaned.append(or_(OutgoingMail.lease_until.is_(None), OutgoingMail.lease_until <= self._wall.now()))
        with self._database.transaction() as session:
            session.execute(
                update(OutgoingMail)
                .where(*orphaned)
                .values(state=OutgoingState.QUEUED, lease_until=None)
                .execution_options(synchronize_session=False)
            )

    def _claim(self) -> deque[_Claimed]:
        """The next mails, marked as being sent; none when the time is up, the pace is reached, or nothing is due."""
        if self._stop.is_set():
            return deque()
        now = self._clock.now()
        with self._database.transaction() as session:
            room = min(_CLAIM, self._pace_left(session))
            due = [OutgoingMail.state == OutgoingState.QUEUED, OutgoingMail.due_at <= now]
            if room <= 0:
                # What tells the staff that the queue is held must not be held itself: it is a mail or two.
                due.append(brake.is_alarm())
            rows = session.execute(
                select(
                    OutgoingMail.id,
                    OutgoingMail.raw,
                    OutgoingMail.recipient,
                    OutgoingMail.message_id,
                    OutgoingMail.attempts,
                    OutgoingMail.created_at,
                    OutgoingMail.due_at,
                )
                .where(*due)
                .order_by(OutgoingMail.due_at, OutgoingMail.id)
                .limit(room if room > 0 else _CLAIM)
                .with_for_update(skip_locked=True)
            ).all()
            if rows:
                session.execute(
                    update(OutgoingMail)
                    .where(OutgoingMail.id.in_([row.id for row in rows]))
                    .values(state=OutgoingState.SENDING, lease_until=self._wall.now() + _LEASE)
                    .execution_options(synchronize_session=False)
                )
        return deque(_Claimed(*row) for row in rows)

    def _pace_left(self, session: Session) -> int:
        """How many mails may still go in this minute, and in this hour.

        Counted are those that both clocks place in it: a replay that moves its clock is not slowed down, and one whose
        clock stands still is not stopped for ever.
        """
        in_a_minute, in_an_hour = (self._offered(session, span) for span in (_MINUTE, _HOUR))
        most = per_hour(self._settings.smtp)
        self._is_braked = in_an_hour >= most
        if self._is_braked:
            brake.hold(session, self._settings, self._clock.now())
            return 0
        return min(self._settings.smtp.per_minute - in_a_minute, most - in_an_hour)

    def _offered(self, session: Session, span: timedelta) -> int:
        sent_lately = or_(OutgoingMail.sent_at.is_(None), OutgoingMail.sent_at > self._clock.now() - span)
        return (
            session.scalar(
                select(func.count())
                .select_from(OutgoingMail)
                .where(OutgoingMail.attempted_at > self._wall.now() - span, sent_lately)
            )
            or 0
        )

    def _left(self) -> int:
        """Mails that are due and were not reached in this pass."""
        with self._database.reading() as session:
            return (
                session.scalar(
                    select(func.count())
                    .select_from(OutgoingMail)
                    .where(OutgoingMail.state == OutgoingState.QUEUED, OutgoingMail.due_at <= self._clock.now())
                )
                or 0
            )

    # -- sending ----------------------------------------------------------------------------------------------------

    def _send_all(self, batch: deque[_Claimed]) -> bool:
        """Sends a batch; gives whether the pass goes on. What was not tried is given back."""
        try:
            while batch:
                if self._stop.is_set():
                    return False
                if self._connection is None:
                    self._connection = Connection(self._settings.smtp, stop=self._stop, grace=self._grace)
                if not self._send(batch):
                    return False
            return True
        finally:
            if batch:
                self._give_back(batch)

    def _send(self, batch: deque[_Claimed]) -> bool:
        """Sends the first mail of a batch and takes it off; gives whether the pass goes on."""
        connection = self._connection
        assert connection is not None  # noqa: S101 -- opened by the caller
        mail = batch[0]
        try:
            words = connection.send(zlib.decompress(mail.raw), recipient=mail.recipient, message_id=mail.message_id)
        except RefusedError as error:
            self._refused(mail, error)
        except BrokenOffError as error:
            self._connection = None
            if not error.handed_over and (connection.taken or self._stop.is_set()):
                # The server, or we, had enough of this connection, not of this mail: it is not charged.
                return True
            self._breaks += 1
            self._retry(mail, str(error))
        else:
            self._breaks = 0
            self._sent += 1
            self._note(mail, OutgoingState.SENT, words, sent_at=self._clock.now())
        batch.popleft()
        return self._breaks < _MOST_BREAKS

    def _refused(self, mail: _Claimed, error: RefusedError) -> None:
        if not error.final:
            self._retry(mail, error.words)
            return
        self._failed += 1
        _log.error("Antwort %d an %s wurde endgültig abgelehnt: %s", mail.id, mail.recipient, error.words)
        self._note(mail, OutgoingState.FAILED, error.words)

    def _retry(self, mail: _Claimed, words: str) -> None:
        """Another attempt later, or none when there were enough."""
        now = self._clock.now()
        if now - mail.created_at > _GIVE_UP and mail.attempts >= len(_PAUSES):
            self._failed += 1
            _log.error(
                "Antwort %d an %s wird nach %d Versuchen aufgegeben: %s",
                mail.id,
                mail.recipient,
                mail.attempts + 1,
                words,
            )
            self._note(mail, OutgoingState.FAILED, f"Nach {mail.attempts + 1} Versuchen aufgegeben: {words}")
            return
        pause = timedelta(minutes=_PAUSES[min(mail.attempts, len(_PAUSES) - 1)])
        self._deferred += 1
        _log.warning("Antwort %d an %s wird später noch einmal versucht: %s", mail.id, mail.recipient, words)
        self._note(mail, OutgoingState.QUEUED, words, due_at=now + pause)

    def _note(
        self,
        mail: _Claimed,
        state: OutgoingState,
        words: str,
        *,
        sent_at: datetime | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """What became of one mail, in a commit of its own: between the server's word and this, nothing may come."""
        values = {
            "of_mail": mail.id,
            "state": state,
            "attempts": mail.attempts + 1,
            "attempted_at": self._wall.now(),
            "sent_at": sent_at,
            "due_at": due_at or mail.due_at,
            "server_reply": words,
            "lease_until": None,
            "copy_due": state is OutgoingState.SENT and bool(self._settings.imap.sent_folder),
        }
        with self._database.engine.begin() as connection:
            connection.execute(_NOTE, values)

    def _give_back(self, batch: deque[_Claimed]) -> None:
        with self._database.transaction() as session:
            session.execute(
                update(OutgoingMail)
                .where(OutgoingMail.id.in_([mail.id for mail in batch]), OutgoingMail.state == OutgoingState.SENDING)
                .values(state=OutgoingState.QUEUED, lease_until=None)
                .execution_options(synchronize_session=False)
            )
