"""Mails a second from Dovecot to committed registrations with their answers queued; beside the floor and a peer.

    uv run python -m benchmarks.whole_way [COUNT] [--alone]

In one run, from the same server: ``floor`` (fetch, parse, one commit a mail; nothing understood), ``anmeldepost`` (the
daemon's own pass), and django-mailbox with its defaults (which only stores). Also the largest resident memory of the
daemon's process and of its reading process. ``--alone`` leaves the other two out.
"""

from __future__ import annotations

import logging
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import floor, sample_mails
from processor.clock import SystemClock
from processor.database import Database, Mail, OutgoingMail, Registration, make_engine
from processor.database.migrate import upgrade
from processor.jobs import Jobs
from processor.resources import sample_config
from processor.settings import Settings
from processor.settings.load import load
from tests.servers.dovecot import Dovecot, running_dovecot

PEER = ["uv", "run", "--no-project", "--quiet", "--with", "django-mailbox==4.10.1", "--with", "Django<6", "python"]


def main(arguments: list[str]) -> int:
    """Prints one line for each way."""
    logging.basicConfig(level=logging.WARNING)
    count = int(next((word for word in arguments if word.isdigit()), "2000"))
    with running_dovecot() as server:
        for raw, arrived in sample_mails.each(count):
            server.deliver(raw.replace(b"\r\n", b"\n"), arrived)
        server.count()
        if "--alone" not in arguments:
            _print(
                "floor: fetch, parse, one commit a mail", count, floor.main(server.tls_port, str(server.certificate))
            )
        with tempfile.TemporaryDirectory() as folder:
            _print("anmeldepost: read, booked, answer queued", count, _anmeldepost(server, Path(folder), count))
        if "--alone" not in arguments:
            peer = subprocess.run(
                [*PEER, str(Path(__file__).parent / "django_mailbox_peer.py"), str(server.port)],
                check=True,
                capture_output=True,
                text=True,
            )
            _print("django-mailbox 4.10.1, defaults", count, float(peer.stdout))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory: this process {own:.0f} MB, its largest child {children:.0f} MB")
    return 0


def _anmeldepost(server: Dovecot, folder: Path, count: int) -> float:
    template = load(sample_config(), {})
    settings = Settings(
        imap=server.settings(),
        smtp=template.smtp,
        database_url=f"sqlite:///{folder / 'list.sqlite3'}",
        event=template.event,
        office=template.office,
    )
    database = Database(make_engine(settings.database_url))
    upgrade(database)
    jobs = Jobs(database, settings, SystemClock())
    begin = time.perf_counter()
    fetched, report = jobs.receive()
    seconds = time.perf_counter() - begin
    with database.reading() as session:
        rows = {table.__tablename__: session.query(table).count() for table in (Mail, Registration, OutgoingMail)}
    jobs.close()
    database.dispose()
    print(f"  fetched {fetched}, {report}, {rows}")
    if rows["mails"] != count:
        raise SystemExit(f"{count} mails lay on the server, {rows['mails']} are here")
    return seconds


def _print(what: str, count: int, seconds: float) -> None:
    print(f"{what:45} {seconds:7.2f} s {count / seconds:8.0f} mails/s", flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
