"""``anmeldepost demo``: everything in one process, no server, no account, no network needed."""

from __future__ import annotations

import contextlib
import secrets
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TextIO

from processor.clock import FixedClock
from processor.daemon import StaffPage
from processor.database import Database, make_engine
from processor.database.migrate import upgrade
from processor.demo.account import lines, take_account
from processor.demo.campaign import load_campaign
from processor.demo.imap import demo_mailbox, free_port
from processor.demo.output import write_answers
from processor.demo.replay import Day, demo_settings, replay
from processor.demo.smtp import demo_post
from processor.errors import AnmeldepostError, UsageError
from processor.settings import Settings
from processor.settings.values import StaffSettings
from processor.staff.accounts import create_account

_WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_USER = "47-ki"
_STAFF_USER = "demo"
#: Seconds that the page may take to start.
_PATIENCE = 15
#: The exit status of a program that was told to end before it was done.
_INTERRUPTED = 130


def run(output: Path, serve: bool, *, out: TextIO | None = None, stop: threading.Event | None = None) -> int:  # noqa: FBT001 -- the command's own flag
    """Replays the shipped campaign and says what became of it.

    :param output: the folder for the mails that went out.
    :param serve: whether the staff page stays up afterwards, until the program is told to end.
    :param out: where the progress is told; standard output unless given.
    :param stop: ends the replay or the page, besides SIGTERM and SIGINT.
    :returns: the exit status.
    :raises UsageError: when the folder cannot be written.
    """
    out = out or sys.stdout
    stop = stop or threading.Event()
    _prepare(output)
    staff = StaffSettings(listen=f"127.0.0.1:{free_port()}") if serve else None
    campaign = load_campaign()
    with (
        _told_to_end(stop),
        tempfile.TemporaryDirectory(prefix="anmeldepost-demo-") as scratch,
        demo_mailbox(_USER, secrets.token_urlsafe(12)) as mailbox,
        demo_post() as post,
    ):
        settings = demo_settings(mailbox, post, Path(scratch) / "demo.sqlite3", staff)
        with _database(settings) as database:
            clock = FixedClock(campaign[0].arrived - timedelta(hours=1))
            _say(out, f"{len(campaign)} Mails aus vier Wochen, im Zeitraffer durch dasselbe Programm wie im Betrieb:")
            replay(database, settings, clock, mailbox, post, campaign, lambda day: _tell(out, day), stop)
            if stop.is_set():
                _say(out, "Abgebrochen.")
                return _INTERRUPTED
            index = write_answers(output, post.sent)
            _say(out, "", "Am Abend vor der Veranstaltung:")
            _say(out, *(f"  {line}" for line in lines(take_account(database))))
            _say(
                out,
                "",
                f"Die verschickten Mails liegen in {output.resolve()}",
                f"Übersicht zum Öffnen: {index.resolve().as_uri()}",
            )
            if serve:
                _serve(database, settings, clock.now(), out, stop)
            else:
                _say(out, "Die Seite des Büros zeigt: anmeldepost demo --serve")
    return 0


@contextlib.contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(make_engine(settings.database_url))
    try:
        upgrade(database)
        yield database
    finally:
        database.dispose()


def _prepare(output: Path) -> None:
    """Makes the folder first: a wrong one is told before the weeks pass."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output):
            pass
    except OSError as error:
        raise UsageError(
            f"Der Ordner {output} lässt sich nicht beschreiben ({error.strerror}). "
            "Bitte mit --output einen anderen nennen."
        ) from error


class _ClockThatGoesOn:
    """Goes on in real time from where the replay ended: pauses and sessions of the page need a time that passes."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._begun = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._begun)


def _serve(database: Database, settings: Settings, now: datetime, out: TextIO, stop: threading.Event) -> None:
    staff = settings.staff
    if staff is None:
        return
    password = secrets.token_urlsafe(12)
    clock = _ClockThatGoesOn(now)
    with database.transaction() as session:
        create_account(session, _STAFF_USER, password, "administers", now)
    page = StaffPage(database, settings, clock, staff)
    page.start()
    _wait_for(staff)
    _say(
        out,
        "",
        "Die Seite des Büros ist offen, bis Sie mit Strg+C beenden:",
        f"staff: http://{staff.listen}",
        f"user: {_STAFF_USER}",
        f"password: {password}",
    )
    stop.wait()
    page.stop()


def _wait_for(staff: StaffSettings) -> None:
    """Waits until the page answers: whoever reads the address opens it at once."""
    host, _, port = staff.listen.rpartition(":")
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
            return
        time.sleep(0.05)
    raise AnmeldepostError("Die Seite des Büros ist nicht gestartet.")


@contextlib.contextmanager
def _told_to_end(stop: threading.Event) -> Iterator[None]:
    """Sets the event on SIGTERM and SIGINT, where this is the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(out: TextIO, day: Day) -> None:
    if not (day.arrived or day.sent):
        return
    parts = [f"{day.arrived} neu" if day.arrived else "", f"{day.sent} verschickt" if day.sent else ""]
    parts.append(f"davon {day.reminders} Erinnerungen" if day.reminders else "")
    parts.append(f"{day.waiting} für das Büro" if day.waiting else "")
    _say(out, f"  {_WEEKDAYS[day.date.weekday()]} {day.date:%d.%m.}  " + ", ".join(part for part in parts if part))


def _say(out: TextIO, *sentences: str) -> None:
    out.writelines(sentence + "\n" for sentence in sentences)
    out.flush()
