"""Answers a second to a local SMTP server, beside plain smtplib that sends the same bytes over one connection.

    uv run python benchmarks/deliver.py [--mails 500] [--rounds 5]

Ours includes all that keeps a mail from being lost or sent twice: claims, and one durable commit for each mail. The
server is a process of its own. Rounds take turns, and the best of each counts: other work on the machine only slows.
"""

from __future__ import annotations

import argparse
import multiprocessing
import smtplib
import tempfile
import time
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.synchronize import Event

from sqlalchemy import select

from processor import outbox
from processor.clock import FixedClock
from processor.database import AttendeeRow, Base, Database, OutgoingMail, Registration, Status, make_engine
from processor.registrations.values import AnswerKind, DueAnswer
from processor.resources import sample_config
from processor.settings import Settings
from processor.settings.load import load
from tests.servers.smtp import free_port

NOW = datetime(2024, 11, 5, 9, 0, tzinfo=UTC)


def serve(port: int, ready: Event, done: Event) -> None:
    """A server that takes every mail and forgets it."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink

    controller = Controller(Sink(), hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    ready.set()
    done.wait()
    controller.stop()


def fill(database: Database, settings: Settings, count: int) -> float:
    """Queues answers; gives the milliseconds of processor time that one takes."""
    spent = 0.0
    with database.transaction() as session:
        for number in range(count):
            registration = Registration(
                reference=f"GE-{number:06}", status=Status.CONFIRMED, contact_name="Ayşe Yılmaz",
                contact_email=f"person{number}@example.org", headcount=2,
                arrived_at=NOW, created_at=NOW, updated_at=NOW,
                attendees=[AttendeeRow(position=0, name="Ayşe Yılmaz")],
            )  # fmt: skip
            session.add(registration)
            session.flush()
            due = DueAnswer(
                kind=AnswerKind.CONFIRMATION, registration_id=registration.id, mail_id=None,
                recipient_name="Ayşe Yılmaz", recipient_email=registration.contact_email, language="de",
            )  # fmt: skip
            begin = time.process_time()
            outbox.queue(session, due, answered=None, settings=settings, now=NOW)
            session.flush()
            spent += time.process_time() - begin
    return spent / count * 1000


def ours(settings: Settings, count: int) -> tuple[float, float, list[tuple[str, bytes]]]:
    """Mails a second, milliseconds of rendering and queueing for one, and the mails themselves."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(make_engine(f"sqlite:///{folder}/list.sqlite3"))
        Base.metadata.create_all(database.engine)
        rendering = fill(database, settings, count)
        with database.reading() as session:
            rows = session.execute(select(OutgoingMail.recipient, OutgoingMail.raw).order_by(OutgoingMail.id)).all()
        begin = time.perf_counter()
        report = outbox.deliver(database, settings, FixedClock(NOW))
        rate = count / (time.perf_counter() - begin)
        database.dispose()
    if report.sent != count:
        raise SystemExit(f"only {report.sent} of {count} were sent")
    return rate, rendering, [(recipient, zlib.decompress(raw)) for recipient, raw in rows]


def plain(settings: Settings, mails: list[tuple[str, bytes]]) -> float:
    """Mails a second of smtplib's sendmail over one connection, nothing kept."""
    begin = time.perf_counter()
    with smtplib.SMTP(settings.smtp.host, settings.smtp.port) as server:
        for recipient, raw in mails:
            server.sendmail(settings.smtp.from_address, [recipient], raw)
    return len(mails) / (time.perf_counter() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    settings = load(sample_config(), {})
    port = free_port()
    smtp = replace(settings.smtp, host="127.0.0.1", port=port, tls="none", user="", per_minute=10**9)
    settings = replace(settings, smtp=smtp)
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    server = context.Process(target=serve, args=(port, ready, done), daemon=True)
    server.start()
    ready.wait(30)
    try:
        our_rates, plain_rates, renderings = [], [], []
        for number in range(arguments.rounds):
            our_rate, rendering, mails = ours(settings, arguments.mails)
            plain_rate = plain(settings, mails)
            our_rates.append(our_rate)
            plain_rates.append(plain_rate)
            renderings.append(rendering)
            ratio = plain_rate / our_rate
            print(f"round {number + 1}: ours {our_rate:6.0f}/s   smtplib {plain_rate:6.0f}/s   {ratio:.2f} x")
    finally:
        done.set()
        server.join(10)
    size = sum(len(raw) for _, raw in mails) / len(mails) / 1000
    print(
        f"{arguments.mails} mails of {size:.0f} kB; rendering and queueing one: {min(renderings):.2f} ms of processor"
    )
    best_ours, best_plain = max(our_rates), max(plain_rates)
    print(f"best: ours {best_ours:.0f}/s, smtplib {best_plain:.0f}/s: {best_plain / best_ours:.2f} times the time")


if __name__ == "__main__":
    main()
