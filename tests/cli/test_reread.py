"""Stored mails are read again by the command."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from processor import registrations
from processor.cli.common import installation
from processor.cli.main import main
from processor.clock import FixedClock
from processor.database import Correction, Database, Mail, MailState, OutgoingMail, Registration, Status
from processor.extraction import Decision
from processor.pipeline import book_reading
from processor.reading import ReadingRules, read_mail
from processor.settings import Settings

_BERLIN = ZoneInfo("Europe/Berlin")
_ARRIVED = datetime(2024, 10, 20, 10, tzinfo=_BERLIN)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    text = f"""
[imap]
host = "127.0.0.1"
user = "office"
[smtp]
host = "127.0.0.1"
from_address = "office@stadt.example"
[database]
url = "sqlite:///{tmp_path / "book.db"}"
[event]
title = "Workshop"
date = 2024-11-15
start = "13:30"
place = "Haus der Begegnung"
deadline = 2024-11-08
contact = "Das Büro"
"""
    path = tmp_path / "office.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def opened(config: Path) -> Iterator[tuple[Database, Settings]]:
    with installation(config) as both:
        yield both


def received(opened: tuple[Database, Settings], body: str, *, unsure: bool, name: str = "Ada Arsal") -> int:
    """A mail that came and was booked; unsure, where the reading of those days did not understand it."""
    database, settings = opened
    mail = EmailMessage()
    address = f"{name.split()[0].lower()}@web.example"
    mail["From"] = f"{name} <{address}>"
    mail["To"] = "office@stadt.example"
    mail["Subject"] = "Anmeldung"
    mail["Message-ID"] = f"<{name.split()[0]}@web.example>"
    mail.set_content(body)
    raw = mail.as_bytes()
    reading = read_mail(raw, ReadingRules.of(settings))
    if unsure:
        extraction = replace(reading.extraction, decision=Decision.REVIEW, reasons=("Die Zahl ist unklar",))
        reading = replace(reading, extraction=extraction)
    with database.transaction() as session:
        row = Mail(
            message_id=f"{name}@web.example",
            digest=name,
            raw=zlib.compress(raw),
            size=len(raw),
            arrived_at=_ARRIVED,
            fetched_at=_ARRIVED,
        )
        session.add(row)
        session.flush()
        book_reading(session, row, reading, settings, FixedClock(_ARRIVED + timedelta(minutes=1)))
        return row.id


CLEAR = "Guten Tag,\n\nhiermit melde ich mich zum Workshop an.\n\nMit freundlichen Grüßen\nAda Arsal\n"


def statuses(opened: tuple[Database, Settings]) -> list[Status]:
    with opened[0].reading() as session:
        return list(session.scalars(select(Registration.status).where(Registration.dismissed.is_(False))))


def kinds(opened: tuple[Database, Settings]) -> list[str]:
    with opened[0].reading() as session:
        return sorted(session.scalars(select(OutgoingMail.kind)))


def reread(config: Path, *more: str) -> int:
    return main(["reread", "--config", str(config), "--now", "2024-10-25T09:00", *more])


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    config: Path, opened: tuple[Database, Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    received(opened, CLEAR, unsure=True)
    assert reread(config, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "wartet auf das Büro → wird eingetragen und beantwortet" in said
    assert "1 Entscheidungen würden sich ändern" in said
    assert statuses(opened) == [Status.REVIEW]
    assert kinds(opened) == ["receipt"]


def test_what_is_understood_now_is_entered_and_answered_once(
    config: Path, opened: tuple[Database, Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    received(opened, CLEAR, unsure=True)
    assert reread(config) == 0
    assert reread(config) == 0
    assert "0 Entscheidungen haben sich geändert" in capsys.readouterr().out
    assert statuses(opened) == [Status.CONFIRMED]
    assert kinds(opened) == ["confirmation", "receipt"]


def test_what_still_waits_is_not_told_again_that_it_came(config: Path, opened: tuple[Database, Settings]) -> None:
    received(opened, "Vielleicht kommen wir, vielleicht auch nicht, zu zweit oder zu fünft.", unsure=True)
    assert reread(config) == 0
    assert kinds(opened) == ["receipt"]


def test_what_a_person_decided_stays(
    config: Path, opened: tuple[Database, Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    number = received(opened, CLEAR, unsure=True)
    with opened[0].transaction() as session:
        registrations.dismiss(session, number, _ARRIVED + timedelta(hours=1), actor="ollech")
    assert reread(config) == 0
    assert "1 hat das Büro entschieden" in capsys.readouterr().out
    assert statuses(opened) == []


def test_only_the_mails_that_are_named_are_read_again(config: Path, opened: tuple[Database, Settings]) -> None:
    received(opened, CLEAR, unsure=True)
    second = received(opened, CLEAR.replace("Ada Arsal", "Bea Bulut"), unsure=True, name="Bea Bulut")
    assert reread(config, "--mail", str(second)) == 0
    assert sorted(statuses(opened)) == [Status.CONFIRMED, Status.REVIEW]


def test_a_number_that_is_no_mail_is_told_in_a_sentence(
    config: Path, opened: tuple[Database, Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    assert reread(config, "--mail", "77") == 2
    assert "--mail 77: Diese Mail gibt es nicht." in capsys.readouterr().err
    with opened[0].reading() as session:
        assert session.scalar(select(func.count()).select_from(Mail).where(Mail.state == MailState.NEW)) == 0


def test_the_reading_is_measured_against_the_decisions_of_people(
    config: Path, opened: tuple[Database, Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    number = received(opened, CLEAR, unsure=False)
    assert main(["evaluate", "--corrections", "--config", str(config)]) == 0
    assert "Noch hat niemand" in capsys.readouterr().out
    truth = {"intent": "registration", "headcount": 1, "attendees": [{"name": "Ada Arsal"}]}
    with opened[0].transaction() as session:
        session.add(
            Correction(
                mail_id=number, at=_ARRIVED, actor="ollech", kind="blind", truth=truth, proposal=truth, agrees=True
            )
        )
    assert main(["evaluate", "--corrections", "--config", str(config)]) == 0
    assert "blind checks since 2024-10-20: 1 mails" in capsys.readouterr().out


def test_measuring_needs_either_a_folder_or_the_decisions(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate"]) == 2
    assert "truth.jsonl fehlt" in capsys.readouterr().err
    assert main(["evaluate", "--corrections", "--config", str(config), str(config.parent)]) == 2
