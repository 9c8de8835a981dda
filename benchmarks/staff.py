"""How long the pages of the office take with a large campaign: ``python -m benchmarks.staff``.

Fills a temporary database with 5,000 registrations and 20,000 mails and asks the real application for every page, as a
logged-in member of staff does. Prints milliseconds on the server (median and slowest of the repetitions; the same right
after a change; and what the processor needed of them) and what is transferred. ``--url`` measures an empty database of
another kind, such as PostgreSQL.
"""

from __future__ import annotations

import argparse
import gzip
import random
import statistics
import tempfile
import time
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from processor.clock import FixedClock
from processor.database import (
    AttendeeRow,
    Database,
    HistoryEntry,
    Mail,
    MailState,
    OutgoingMail,
    OutgoingState,
    Registration,
    RegistrationMail,
    Status,
    make_engine,
)
from processor.database.migrate import upgrade
from processor.resources import sample_config
from processor.settings import OfficeSettings, StaffSettings
from processor.settings.load import load
from processor.staff import accounts, create_app

NOW = datetime(2024, 11, 11, 8, 0, tzinfo=UTC)
START = datetime(2024, 9, 20, 8, 0, tzinfo=UTC)
Row = dict[str, Any]
PASSWORD = "nur für die Messung"
FIRST = ("Ayşe", "Jürgen", "Ğülşen", "Oksana", "Mehmet", "Zoë", "Łukasz", "Fatma", "Ivana", "Dario")
LAST = ("Yılmaz", "Müßig", "İnan", "Kowalenko", "Öztürk", "D'Almeida", "Żółty", "Demir", "Horvat", "Conti")
NEEDS = ("vegan", "halal", "wheelchair", "interpreter", "childcare")
TEXT = "Guten Tag,\n\nwir kommen mit {seats} Personen: {name} und Begleitung.\n\nMit freundlichen Grüßen\n{name}\n"


def fill(session: Session, registrations: int, mails: int) -> None:
    """Many of every kind; the same at every run."""
    chance = random.Random(47)
    body = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz \n") for _ in range(8_000))
    people: list[Row] = []
    mail_rows: list[Row] = []
    registration_rows: list[Row] = []
    history: list[Row] = []
    outgoing: list[Row] = []
    pairs: list[Row] = []
    span = (NOW - START).total_seconds()
    for number in range(1, mails + 1):
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        seats = chance.randint(1, 5)
        text = TEXT.format(seats=seats, name=name)
        at = START + timedelta(seconds=span * number / mails)
        raw = f"From: {name} <n{number}@verein.example>\r\nSubject: Anmeldung {number}\r\n\r\n{text}{body}".encode()
        state = MailState.WAITING if number % 200 == 0 else MailState.DONE
        start = text.index(f"{seats} Personen")
        mail_rows.append(
            {
                "id": number,
                "message_id": f"{number}@verein.example",
                "digest": f"{number:064x}",
                "raw": zlib.compress(raw),
                "size": len(raw),
                "arrived_at": at,
                "fetched_at": at,
                "state": state,
                "attempts": 1,
                "error": "",
                "subject": f"Anmeldung {number}",
                "sender_name": name,
                "sender_email": f"n{number}@verein.example",
                "intent": "registration",
                "decision": "review" if state is MailState.WAITING else "auto",
                "reasons": ["Es ist unklar, wie viele Personen kommen."] if state is MailState.WAITING else [],
                "processed_at": at,
                "extraction": {
                    "intent": "registration",
                    "contact": {"name": name, "email": f"n{number}@verein.example", "phone": ""},
                    "attendees": [{"name": name, "organisation": "", "needs": []}],
                    "headcount": seats,
                    "organisation": f"Verein {number % 900}",
                    "language": "de",
                    "text": text,
                    "evidence": [
                        {
                            "field": "headcount",
                            "value": seats,
                            "quote": f"{seats} Personen",
                            "start": start,
                            "end": start + len(f"{seats} Personen"),
                        }
                    ],
                },
            }
        )
    for number in range(1, registrations + 1):
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        at = START + timedelta(seconds=span * number / registrations)
        status = chance.choices(list(Status), weights=(80, 3, 5, 2, 10))[0]
        registration_rows.append(
            {
                "id": number,
                "reference": f"GE-{number:05d}",
                "status": status,
                "late": status is Status.LATE,
                "contact_name": name,
                "contact_email": f"n{number}@verein.example",
                "organisation": f"Verein {number % 900}",
                "headcount": chance.randint(1, 5),
                "theme_tables": [chance.randint(1, 3)],
                "needs": chance.sample(NEEDS, chance.randint(0, 2)),
                "language": chance.choice(("de", "tr", "ar", "uk")),
                "arrived_at": at,
                "created_at": at,
                "updated_at": at,
                "version": 1,
            }
        )
        people.append({"registration_id": number, "position": 0, "name": name, "needs": []})
        pairs.append({"registration_id": number, "mail_id": number, "applied": True})
        history.extend(
            {
                "registration_id": number,
                "step": f"{number}-{step}",
                "at": at,
                "cause": "mail",
                "action": "changed",
                "before": {"headcount": 1},
                "after": {"headcount": 2},
            }
            for step in range(3)
        )
        outgoing.append(
            {
                "key": f"answer:{number}",
                "kind": "confirmation",
                "registration_id": number,
                "recipient": f"n{number}@verein.example",
                "message_id": f"out{number}@gelsenkirchen.example",
                "subject": "Anmeldebestätigung",
                "raw": zlib.compress(body.encode()),
                "state": OutgoingState.SENT,
                "attempts": 1,
                "created_at": at,
                "due_at": at,
                "server_reply": "250 OK",
                "sent_at": at,
            }
        )
    for table, rows in (
        (Mail, mail_rows),
        (Registration, registration_rows),
        (AttendeeRow, people),
        (RegistrationMail, pairs),
        (HistoryEntry, history),
        (OutgoingMail, outgoing),
    ):
        session.execute(insert(table), rows)
    accounts.create_account(session, "messung", PASSWORD, "administers", NOW)


PAGES = (
    "/",
    "/?seite=30",
    "/?suche=gulsen+inan",
    "/?suche=verein+7&stand=confirmed&bedarf=vegan",
    "/anmeldung/2500",
    "/anmeldung/2500/aendern",
    "/mails",
    "/mails?stand=waiting",
    "/mails?suche=Anmeldung+777",
    "/mails/12345",
    "/mails/12345/original",
    "/entscheiden",
    "/entscheiden/mail/200",
    "/eingeladene",
    "/eingeladene?antwort=none",
    "/uebersicht",
    "/einlass",
    "/einlass?suche=conti",
    "/stichprobe",
    "/ausgabe",
    "/verwaltung",
)


def change(database: Database, number: int) -> None:
    """What the next page has to take in: a registration with a new name, a mail that was decided."""
    with database.transaction() as session:
        registration = session.get_one(Registration, 1000 + number)
        registration.organisation = f"Umbenannt {number} {registration.version}"
        registration.version += 1
        mail = session.get_one(Mail, 4001 + number)
        mail.state = MailState.DECIDED if mail.state is MailState.DONE else MailState.DONE


def ask(client: TestClient, page: str) -> tuple[float, float]:
    """Asks for a page; milliseconds by the wall clock and of the processor."""
    begun, used = time.perf_counter(), time.process_time()
    answer = client.get(page)
    took = (time.perf_counter() - begun) * 1000, (time.process_time() - used) * 1000
    assert answer.status_code == 200, (page, answer.status_code)
    return took


def main() -> None:
    """Fills, measures, prints."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--registrations", type=int, default=5_000)
    options.add_argument("--mails", type=int, default=20_000)
    options.add_argument("--repeat", type=int, default=7)
    options.add_argument("--url", default="")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or f"sqlite:///{Path(folder) / 'list.sqlite3'}"
        database = Database(make_engine(url))
        upgrade(database)
        with database.transaction() as session:
            fill(session, given.registrations, given.mails)
        environment = {"ANMELDEPOST_IMAP_PASSWORD": "x", "ANMELDEPOST_SMTP_PASSWORD": "x"}
        settings = load(sample_config(), environment)
        assert isinstance(settings.staff, StaffSettings)
        table = Path(folder) / "invited.csv"
        table.write_text(
            "Name;E-Mail\n" + "".join(f"Verein {n} e.V.;n{n}@verein.example\n" for n in range(90)), "utf-8"
        )
        settings = replace(settings, office=OfficeSettings(invited=table))
        with TestClient(create_app(database, settings, FixedClock(NOW))) as client:
            client.post("/anmelden", data={"name": "messung", "password": PASSWORD, "target": "/", "kept": ""})
            cookies = dict(client.cookies)
        for page in ("/", "/eingeladene", "/mails", "/uebersicht", "/entscheiden/mail/200"):
            begun = time.perf_counter()
            with TestClient(create_app(database, settings, FixedClock(NOW)), cookies=cookies) as client:
                started = time.perf_counter()
                assert client.get(page).status_code == 200
                print(
                    f"{page} as the first after the start ({(started - begun) * 1000:.0f} ms): "
                    f"{(time.perf_counter() - started) * 1000:.0f} ms"
                )
        with TestClient(create_app(database, settings, FixedClock(NOW)), cookies=cookies) as client:
            print(f"{'page':<46}  median  slowest  changed  slowest    cpu     kB  gzip")
            for page in PAGES:
                again = [ask(client, page) for _ in range(given.repeat)]
                changed = []
                for number in range(given.repeat):
                    change(database, number)
                    changed.append(ask(client, page))
                content = client.get(page).content
                print(
                    f"{page:<46} {statistics.median(wall for wall, _ in again):>7.1f} {max(again)[0]:>8.1f}"
                    f" {statistics.median(wall for wall, _ in changed):>8.1f} {max(changed)[0]:>8.1f}"
                    f" {max(cpu for _, cpu in changed):>6.1f}"
                    f" {len(content) / 1000:>6.1f} {len(gzip.compress(content, 6)) / 1000:>5.1f}"
                )
        database.dispose()


if __name__ == "__main__":
    main()
