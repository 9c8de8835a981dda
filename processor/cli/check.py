"""``anmeldepost check``: says line by line whether everything is ready."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from processor import inbox, outbox
from processor.clock import SystemClock
from processor.database import Database, make_engine
from processor.database.migrate import upgrade
from processor.errors import AnmeldepostError
from processor.settings import Settings
from processor.settings.load import load

_Line = tuple[bool, str]


def check(config: Path, address: str | None) -> int:
    """Prints one line for each thing: „gut“ or „FEHLT“, and what to do; 1 where something is wrong.

    :param address: where a sample of each answer goes; None for none.
    """
    settings = load(config)
    lines: list[_Line] = [(True, f"Konfiguration: {config} ist in Ordnung.")]
    database = Database(make_engine(settings.database_url))
    try:
        for part in (_database, _imap, _smtp, _templates, _clock):
            for good, words in part(database, settings):
                lines.append((good, words))
                _print(good, words)
        if address is not None:
            good, words = _samples(database, settings, address)
            lines.append((good, words))
            _print(good, words)
    finally:
        database.dispose()
    return 0 if all(good for good, _ in lines) else 1


def _print(good: bool, words: str) -> None:
    sys.stdout.write(f"{'gut  ' if good else 'FEHLT'}  {words}\n")
    sys.stdout.flush()


def _try(what: str, action: Callable[[], str]) -> _Line:
    try:
        return True, f"{what}: {action()}"
    except AnmeldepostError as error:
        return False, f"{what}: {error}"
    except SQLAlchemyError as error:
        return False, f"{what}: {error}".splitlines()[0]


def _database(database: Database, settings: Settings) -> Iterator[_Line]:
    def look() -> str:
        upgrade(database)
        return f"{database.engine.url.render_as_string()} ist auf dem Stand des Programms."

    yield _try("Datenbank", look)
    del settings


def _imap(database: Database, settings: Settings) -> Iterator[_Line]:
    def look() -> str:
        found = inbox.probe(settings.imap)
        with database.reading() as session:
            held = inbox.held(session, settings.imap).held_count
        ways = "IDLE meldet neue Mails sofort" if found.idle else "ohne IDLE, neue Mails kommen mit dem nächsten Abruf"
        mails = "1 Mail" if found.server_count == 1 else f"{found.server_count} Mails"
        return f"Auf dem Server liegen {mails} in {settings.imap.folder}, hier sind {held} ({ways})."

    yield _try("Postfach", look)


def _smtp(database: Database, settings: Settings) -> Iterator[_Line]:
    def look() -> str:
        outbox.probe(settings.smtp)
        return f"{settings.smtp.host} nimmt Mails von {settings.smtp.from_address} an."

    yield _try("Versand", look)
    with contextlib.suppress(SQLAlchemyError), database.reading() as session:
        hold = outbox.queue_hold(session, settings)
        if hold is not None:
            since = hold.since.astimezone(settings.event.zone)
            words = f"Seit {since:%d.%m.%Y %H:%M} ist er angehalten: mehr als {hold.most} Mails in einer Stunde"
            yield False, f"Versand: {words}, {hold.waiting} warten. Ist das gewollt, bitte [smtp] per_hour erhöhen."
    for words in outbox.check_staff_mail(settings):
        yield False, f"Tagesübersicht: {words}"


def _templates(database: Database, settings: Settings) -> Iterator[_Line]:
    broken = outbox.check_templates(settings)
    if not broken:
        yield True, "Vorlagen: alle Antworten lassen sich in allen Sprachen schreiben."
    for words in broken:
        yield False, f"Vorlagen: {words}"
    del database


def _clock(database: Database, settings: Settings) -> Iterator[_Line]:
    now = SystemClock().now().astimezone(settings.event.zone)
    good = now.year >= 2024
    yield good, f"Uhr: Hier ist es {now:%d.%m.%Y %H:%M} ({settings.event.timezone})."
    if now.date() > settings.event.date:
        yield True, f"Hinweis: Die Veranstaltung am {settings.event.date:%d.%m.%Y} ist vorbei."
    del database


def _samples(database: Database, settings: Settings, address: str) -> _Line:
    def pause(seconds: float) -> None:
        most = settings.smtp.per_minute
        sys.stdout.write(f"       Muster: {most} in der Minute sind erlaubt, die übrigen folgen nach einer Pause.\n")
        sys.stdout.flush()
        time.sleep(seconds)

    def send() -> str:
        report = outbox.send_samples(settings, address, SystemClock().now(), pause=pause)
        broken.extend(report.broken)
        missing = f" Was fehlt, verhindert eine fehlerhafte Vorlage: {report.broken[0]}" if report.broken else ""
        return f"{report.sent} Muster gingen an {address}.{missing}"

    del database
    broken: list[str] = []
    good, words = _try("Muster", send)
    return good and not broken, words
