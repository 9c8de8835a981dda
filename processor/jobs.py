"""What is to be done, one function for each job; the daemon calls them on a schedule, ``once`` calls them all."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field

from sqlalchemy.exc import OperationalError

from processor import inbox, outbox, privacy
from processor.clock import Clock
from processor.database import Database
from processor.database.worklock import work_lock
from processor.errors import MailboxUnreachableError, MailServerUnreachableError, UnreachableError
from processor.pipeline import WorkReport, work
from processor.reading import GuardedReader, ReadingRules
from processor.settings import Settings

_log = logging.getLogger(__name__)

#: Seconds between two looks whether the pace lets more mails through.
_PACE_PAUSE = 5.0


@dataclass(slots=True)
class PassReport:
    """What one pass of all jobs did."""

    fetched: int = 0
    work: WorkReport = field(default_factory=WorkReport)
    reminders: int = 0
    sent: int = 0
    #: Servers that could not be reached, each with its sentence.
    unreachable: list[UnreachableError] = field(default_factory=list)


class Jobs:
    """The jobs of one installation, with what they share: database, settings, clock, the reading process."""

    def __init__(
        self, database: Database, settings: Settings, clock: Clock, stop: threading.Event | None = None
    ) -> None:
        self.database = database
        self.settings = settings
        self.clock = clock
        self.stop = stop or threading.Event()
        self._reader = GuardedReader(ReadingRules.of(settings))
        # Two jobs of this process never read at once: the reading process answers in order.
        self._one = threading.Lock()

    def close(self) -> None:
        """Ends the reading process."""
        with self._one:
            self._reader.close()

    def receive(self) -> tuple[int, WorkReport]:
        """Fetches what is new in the mailbox, then reads and books all that is stored and not yet read.

        :returns: how many mails were fetched, and what was done with them.
        :raises MailboxUnreachableError: after the stored mails have been worked on all the same.
        """
        with self._one, work_lock(self.database) as mine:
            if not mine:
                _log.info(
                    "Ein anderer Prozess arbeitet gerade an diesem Postfach; dieser Durchgang lässt ihm den Vortritt."
                )
                return 0, WorkReport()
            fetched, unreachable = 0, None
            try:
                fetched = inbox.poll(self.database, self.settings.imap, self.clock, stop=self.stop).new
            except MailboxUnreachableError as error:
                unreachable = error
            report = work(self.database, self.settings, self.clock, self._reader, stop=self.stop)
            if unreachable:
                raise unreachable
            return fetched, report

    def remind(self) -> int:
        """Queues the reminders that are due."""
        with self.database.transaction() as session:
            return outbox.remind(session, self.settings, self.clock.now())

    def deliver(self) -> int:
        """Sends what is queued and due.

        :raises MailServerUnreachableError: when the server could not be reached; the queue keeps everything.
        """
        return outbox.deliver(self.database, self.settings, self.clock, stop=self.stop).sent

    def deliver_all(self) -> int:
        """Sends all that is queued and due, as long as the pace that is set makes it take.

        :raises MailServerUnreachableError: when the server could not be reached; the queue keeps everything.
        """
        sent, idle = 0, 0.0
        while True:
            report = outbox.deliver(self.database, self.settings, self.clock, stop=self.stop)
            sent += report.sent
            idle = 0.0 if report.sent else idle + _PACE_PAUSE
            # A whole minute without a single mail: it is not the pace that holds them.
            if not report.paced or idle > 60 + _PACE_PAUSE or self.stop.wait(_PACE_PAUSE):
                return sent

    def copy_sent(self) -> int:
        """Copies what was sent into the mailbox's folder for that, where one is set.

        :raises MailboxUnreachableError: the copies are made next time.
        """
        return inbox.append_copies(self.database, self.settings.imap, self.clock, stop=self.stop)

    def purge(self) -> privacy.Erased:
        """Erases what is past its retention."""
        with self.database.transaction() as session:
            return privacy.purge(session, self.settings.event, self.settings.privacy, self.clock.now())

    def run_pass(self) -> PassReport:
        """Every job that is due, once; a server out of reach does not keep the other jobs from running."""
        report = PassReport()
        try:
            report.fetched, report.work = self.receive()
        except MailboxUnreachableError as error:
            report.unreachable.append(error)
        report.reminders = self.remind()
        try:
            report.sent = self.deliver_all()
        except MailServerUnreachableError as error:
            report.unreachable.append(error)
        try:
            self.copy_sent()
        except MailboxUnreachableError as error:
            report.unreachable.append(error)
        self.purge()
        return report


def explain_database(error: OperationalError) -> str:
    """A failure of the database in one sentence."""
    text = str(error.orig)
    if "disk is full" in text or "No space left" in text:
        return (
            "Die Datenbank kann nicht schreiben: Der Datenträger ist voll. Sobald Platz ist, geht es von selbst weiter."
        )
    if "readonly" in text or "read-only" in text:
        return "Die Datenbank kann nicht schreiben: Die Datei oder ihr Ordner ist schreibgeschützt."
    if "locked" in text:
        return "Die Datenbank ist gerade von einem anderen Programm gesperrt."
    return f"Die Datenbank meldet einen Fehler: {text}"
