"""The program that runs all day: jobs on a schedule, a watch on the mailbox, the staff page, and a clean end."""

from __future__ import annotations

import logging
import random
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import TYPE_CHECKING

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import OperationalError

from processor import inbox
from processor.clock import Clock, SystemClock
from processor.database import Database
from processor.errors import UnreachableError
from processor.jobs import Jobs, explain_database
from processor.settings import Settings, StaffSettings

if TYPE_CHECKING:
    import uvicorn

_log = logging.getLogger(__name__)

#: Seconds between two looks at the queue of outgoing mails, and at the reminders.
_DELIVER_EVERY = 5
_REMIND_EVERY = 60
_PURGE_EVERY = 3600
#: Seconds of the longest pause before a server that failed is tried again.
_LONGEST_PAUSE = 300


class Daemon:
    """Runs until it is told to stop."""

    def __init__(self, database: Database, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock or SystemClock()
        self._stop = threading.Event()
        self._jobs = Jobs(database, settings, self._clock, self._stop)
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(4)},
            # Without these a job that is late by a second would be dropped with a mere warning.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        #: Set by the watch: something came while a look was under way, perhaps after it.
        self._news = threading.Event()
        self._receiving = _Patiently("Postfach", self._receive, settings.imap.poll_seconds)
        self._page: StaffPage | None = None
        self._watcher: inbox.Watcher | None = None

    def run(self) -> None:
        """Runs until SIGTERM or SIGINT; ends within ten seconds, with nothing half done."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told_to_stop)
        self.start()
        _log.info("Anmeldepost läuft: Postfach %s auf %s.", self._settings.imap.folder, self._settings.imap.host)
        while not self._stop.wait(1):
            pass
        self.shutdown()
        _log.info("Anmeldepost ist beendet.")

    def start(self) -> None:
        """Starts the jobs, the watch, and the staff page where the config has one."""
        every = self._settings.imap.poll_seconds
        self._add("receive", every, self._receiving)
        self._add("deliver", _DELIVER_EVERY, _Patiently("Versand", self._deliver, _DELIVER_EVERY))
        self._add("remind", _REMIND_EVERY, _Patiently("Erinnerungen", self._remind, _REMIND_EVERY))
        self._add("purge", _PURGE_EVERY, _Patiently("Löschfristen", self._purge, _PURGE_EVERY))
        if self._settings.imap.sent_folder:
            self._add("copy_sent", every, _Patiently("Kopien", self._copy_sent, every))
        if self._settings.staff:
            self._page = StaffPage(self._database, self._settings, self._clock, self._settings.staff)
            self._page.start()
        self._scheduler.start()
        if self._settings.imap.idle:
            self._watcher = inbox.Watcher(self._settings.imap, on_news=self._told_of_news)
            self._watcher.start()

    def shutdown(self) -> None:
        """Lets the mail in hand be finished, and ends everything."""
        self._stop.set()
        if self._watcher:
            self._watcher.stop()
        self._scheduler.shutdown(wait=True)
        if self._page:
            self._page.stop()
        self._jobs.close()

    def _told_to_stop(self, number: int, _frame: FrameType | None) -> None:
        _log.info("Signal %s: Anmeldepost beendet sich.", signal.Signals(number).name)
        self._stop.set()

    def _add(self, name: str, every: int, job: Callable[[], None]) -> None:
        now = SystemClock().now()
        self._scheduler.add_job(job, IntervalTrigger(seconds=every, timezone="UTC"), id=name, next_run_time=now)

    def _soon(self, name: str) -> None:
        """Runs a job now instead of at its next time."""
        if not self._stop.is_set() and self._scheduler.get_job(name):
            self._scheduler.modify_job(name, next_run_time=SystemClock().now())

    def _told_of_news(self) -> None:
        """The mailbox answers: there is no reason to wait for the end of a pause."""
        self._news.set()
        self._receiving.end_pause()
        self._soon("receive")

    def _receive(self) -> None:
        self._look()
        while self._news.is_set() and not self._stop.is_set():
            self._look()

    def _look(self) -> None:
        self._news.clear()
        fetched, report = self._jobs.receive()
        if fetched or report.read or report.failed or report.set_aside:
            _log.info(
                "%d neue Mails geholt, %d gelesen, %d warten auf das Büro, %d beiseitegelegt.",
                fetched,
                report.read,
                report.waiting,
                report.set_aside,
            )
            self._soon("deliver")

    def _deliver(self) -> None:
        if sent := self._jobs.deliver():
            _log.info("%d Antworten verschickt.", sent)

    def _copy_sent(self) -> None:
        if made := self._jobs.copy_sent():
            _log.info("%d Antworten in den Ordner „%s“ kopiert.", made, self._settings.imap.sent_folder)

    def _remind(self) -> None:
        if queued := self._jobs.remind():
            _log.info("%d Erinnerungen stehen zum Versand an.", queued)
            self._soon("deliver")

    def _purge(self) -> None:
        erased = self._jobs.purge()
        if erased.registrations or erased.mails or erased.answers or erased.needs:
            _log.info("Nach Ablauf der Fristen gelöscht: %d Anmeldungen, %d Mails.", erased.registrations, erased.mails)


class _Patiently:
    """A job that never ends the daemon: a failure is one sentence in the log, then pauses that grow."""

    def __init__(self, what: str, job: Callable[[], None], every: int) -> None:
        self._what = what
        self._job = job
        self._every = max(every, 1)
        self._failures = 0
        self._not_before = 0.0

    def __call__(self) -> None:
        if time.monotonic() < self._not_before:
            return
        try:
            self._job()
        except UnreachableError as error:
            self._failed(str(error))
        except OperationalError as error:
            self._failed(explain_database(error))
        except Exception:  # noqa: BLE001 -- whatever it is, the daemon goes on
            _log.exception("%s: unerwarteter Fehler.", self._what)
            self._failed("unerwarteter Fehler, siehe oben")
        else:
            if self._failures:
                _log.info("%s: geht wieder.", self._what)
            self._failures, self._not_before = 0, 0.0

    def end_pause(self) -> None:
        """Lets the next call through, whatever failed before."""
        self._not_before = 0.0

    def _failed(self, why: str) -> None:
        self._failures += 1
        pause = min(_LONGEST_PAUSE, self._every * 2 ** min(self._failures - 1, 10))
        # A little by chance, so that several programs do not knock at the same moment.
        pause = pause * random.uniform(0.8, 1.0)  # noqa: S311 -- nothing secret hangs on it
        self._not_before = time.monotonic() + pause
        _log.warning("%s: %s Nächster Versuch in %s.", self._what, why, timedelta(seconds=round(pause)))


class StaffPage:
    """The page of the office in a thread of this process."""

    def __init__(self, database: Database, settings: Settings, clock: Clock, staff: StaffSettings) -> None:
        import uvicorn

        from processor.staff import create_app

        host, _, port = staff.listen.rpartition(":")
        config = uvicorn.Config(
            create_app(database, settings, clock),
            host=host.strip("[]"),
            port=int(port),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
        self._server: uvicorn.Server = uvicorn.Server(config)
        self._listen = staff.listen
        self._thread = threading.Thread(target=self._serve, name="staff-page", daemon=True)

    def start(self) -> None:
        """Starts to listen; an address that is taken is one sentence in the log, the mails go on."""
        self._thread.start()

    def stop(self) -> None:
        """Ends within a few seconds."""
        self._server.should_exit = True
        self._thread.join(5)

    def _serve(self) -> None:
        try:
            self._server.run()
        except SystemExit:
            _log.error("Die Seite des Büros konnte auf %s nicht starten: Ist die Adresse schon belegt?", self._listen)
