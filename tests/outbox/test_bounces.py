"""Answers that come back: from the bytes that a server took to the registration that has to be rung up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from processor import outbox, registrations
from processor.clock import FixedClock
from processor.database import Database, HistoryEntry, Registration
from processor.message import read
from processor.settings import StaffSettings
from tests.outbox.builders import NOW, due_for, enter, make_database, make_settings
from tests.servers.smtp import SmtpServer, Taken

TO = "ayse@verein.example"
STATUS = """Reporting-MTA: dns; mail.verein.example

Final-Recipient: rfc822; {failed}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 user unknown
"""
#: How servers write to the sender of a mail that they could not deliver.
HEAD = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mail.verein.example>
To: {to}
Subject: {subject}
Date: Tue, 5 Nov 2024 10:05:00 +0100
Message-ID: <bounce.1@mail.verein.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
"""
FAILED = "Undelivered Mail Returned to Sender"
WORDS = "I'm sorry to have to inform you that your message could not be delivered:\n\n<{failed}>: user unknown\n"


def _head(mail: Taken, to: str = "", subject: str = FAILED) -> str:
    return HEAD.format(to=to or mail.sender, subject=subject)


def _header_of(mail: Taken) -> str:
    return mail.raw.decode().partition("\r\n\r\n")[0].replace("\r\n", "\n") + "\n"


def report(mail: Taken, failed: str, returned: str, *, action: str = "failed", subject: str = FAILED) -> str:
    """A delivery report (RFC 3464) with a last part that holds what came back."""
    status = STATUS.format(failed=failed, action=action, status="4.4.1" if action == "delayed" else "5.1.1")
    parts = [
        f"Content-Type: text/plain; charset=us-ascii\n\n{WORDS.format(failed=failed)}",
        f"Content-Type: message/delivery-status\n\n{status}",
        *([returned] if returned else []),
    ]
    body = "".join(f"--BOUND\n{part}\n" for part in parts)
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="BOUND"'
    return f"{_head(mail, subject=subject)}{kind}\n\n{body}--BOUND--\n"


def whole(mail: Taken) -> str:
    return "Content-Type: message/rfc822\n\n" + mail.raw.decode().replace("\r\n", "\n")


def headers_alone(mail: Taken) -> str:
    return f"Content-Type: text/rfc822-headers\n\n{_header_of(mail)}"


def inline(mail: Taken, failed: str) -> str:
    """As qmail and Exim write: no parts, the mail below the words."""
    copy = "------ This is a copy of the message, including all the headers. ------"
    text = f"{WORDS.format(failed=failed)}\n{copy}\n\n{_header_of(mail)}\nGuten Tag\n"
    return f"{_head(mail)}Content-Type: text/plain; charset=utf-8\n\n{text}"


@dataclass(slots=True)
class Office:
    """An installation that has sent its answers."""

    database: Database
    server: SmtpServer
    subaddress: bool = False

    def send(self, *addresses: str, now: datetime = NOW) -> list[Taken]:
        settings = make_settings(self.server, smtp_subaddress=self.subaddress)
        with self.database.transaction() as session:
            for address in addresses:
                due = due_for(enter(session, contact_email=address))
                outbox.queue(session, due, answered=None, settings=settings, now=now)
        outbox.deliver(self.database, settings, FixedClock(now))
        return self.server.mails

    def comes_back(self, bounce: str) -> list[str]:
        """Who has to be rung up after it."""
        with self.database.transaction() as session:
            registrations.note_bounce(session, read(bounce.replace("\n", "\r\n").encode()), NOW)
        with self.database.reading() as session:
            failing = select(Registration.contact_email).where(Registration.unreachable_since.is_not(None))
            return sorted(session.scalars(failing))


@pytest.fixture
def office(tmp_path: Path, smtp_server: SmtpServer) -> Office:
    return Office(make_database(tmp_path), smtp_server)


FORMS: dict[str, Callable[[Taken, str], str]] = {
    "whole mail": lambda mail, failed: report(mail, failed, whole(mail)),
    "headers alone": lambda mail, failed: report(mail, failed, headers_alone(mail)),
    "inline text": inline,
}


@pytest.mark.parametrize("form", FORMS)
def test_the_mail_that_came_back_finds_its_registration_whatever_address_it_names(form: str, office: Office) -> None:
    _, mail = office.send("other@verein.example", TO)
    bounce = FORMS[form](mail, "ayse.privat@anderswo.example")
    assert mail.message_id in bounce
    assert office.comes_back(bounce) == [TO]


@pytest.mark.parametrize("form", FORMS)
def test_so_does_it_where_it_names_the_one_we_wrote_to(form: str, office: Office) -> None:
    _, mail = office.send("other@verein.example", TO)
    assert office.comes_back(FORMS[form](mail, TO)) == [TO]


def test_where_nothing_came_back_the_address_of_that_answer_finds_it(office: Office) -> None:
    office.subaddress = True
    _, mail = office.send("other@verein.example", TO)
    assert mail.sender != "47-ki@gelsenkirchen.de"
    assert office.comes_back(report(mail, "ayse.privat@anderswo.example", "")) == [TO]


def test_also_where_the_server_alone_wrote_that_address_down(office: Office) -> None:
    office.subaddress = True
    _, mail = office.send("other@verein.example", TO)
    bounce = report(mail, "ayse.privat@anderswo.example", "").replace(f"To: {mail.sender}\n", "To: undisclosed:;\n")
    assert office.comes_back(f"Delivered-To: {mail.sender}\n{bounce}") == [TO]


def test_last_the_address_that_failed_finds_it(office: Office) -> None:
    _, mail = office.send("other@verein.example", TO)
    assert office.comes_back(report(mail, TO, "")) == [TO]


@pytest.mark.parametrize("returned", [whole, headers_alone, lambda _mail: ""])
def test_a_delayed_warning_changes_nothing(returned: Callable[[Taken], str], office: Office) -> None:
    [mail] = office.send(TO)
    warning = report(mail, TO, returned(mail), action="delayed", subject="Warning: message delayed 4 hours")
    assert office.comes_back(warning) == []


def test_a_bounce_of_a_reminder_marks_all_that_it_reminded_of(office: Office) -> None:
    office.send(TO, TO)
    settings = make_settings(office.server)
    due = NOW.replace(day=12)
    with office.database.transaction() as session:
        assert outbox.remind(session, settings, due) == 1
    outbox.deliver(office.database, settings, FixedClock(due))
    reminder = office.server.mails[-1]
    assert reminder.message["Subject"].startswith("Erinnerung:")
    assert office.comes_back(report(reminder, "ayse.privat@anderswo.example", headers_alone(reminder))) == [TO, TO]


def test_a_bounce_of_the_digest_marks_nobody(office: Office) -> None:
    office.send(TO)
    settings = replace(
        make_settings(office.server, reminders_days_before=()), staff=StaffSettings(digest_to=("chef@example.org",))
    )
    morning = datetime(2024, 11, 6, 7, 30, tzinfo=settings.event.zone)
    with office.database.transaction() as session:
        assert outbox.remind(session, settings, morning) == 1
    outbox.deliver(office.database, settings, FixedClock(morning))
    digest = office.server.mails[-1]
    assert office.comes_back(report(digest, "chef@example.org", headers_alone(digest))) == []


def test_a_registration_that_has_another_address_by_now_is_not_meant(office: Office) -> None:
    [mail] = office.send(TO)
    with office.database.transaction() as session:
        session.scalars(select(Registration)).one().contact_email = "neu@verein.example"
    assert office.comes_back(report(mail, TO, headers_alone(mail))) == []


def test_who_cannot_be_reached_is_noted_once_and_not_reminded(office: Office) -> None:
    [mail] = office.send(TO)
    for _ in range(2):
        assert office.comes_back(report(mail, TO, headers_alone(mail))) == [TO]
    with office.database.transaction() as session:
        assert len(session.scalars(select(HistoryEntry).where(HistoryEntry.action == "unreachable")).all()) == 1
        assert outbox.remind(session, make_settings(), NOW.replace(day=12)) == 0
