"""No storm: whom a program does not answer (RFC 3834), and how often it answers anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from processor import outbox
from processor.clock import FixedClock
from processor.database import Database, OutgoingMail, OutgoingState
from processor.message.values import SenderKind
from processor.registrations.values import AnswerKind, DueAnswer
from tests.outbox.builders import NOW, make_database, make_settings, message, store_mail
from tests.servers.smtp import SmtpServer


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return make_database(tmp_path)


def receipt(email: str = "ayse@example.org", kind: AnswerKind = AnswerKind.RECEIPT, **fields: Any) -> DueAnswer:
    return DueAnswer(
        **{
            "kind": kind,
            "registration_id": None,
            "mail_id": None,
            "recipient_name": "Ayşe Yılmaz",
            "recipient_email": email,
            "language": "de",
            **fields,
        }
    )


def is_answered(database: Database, due: DueAnswer, **fields: Any) -> bool:
    settings = make_settings()
    with database.transaction() as session:
        due = replace(due, mail_id=store_mail(session).id)
        return outbox.queue(session, due, answered=message(**fields), settings=settings, now=NOW) is not None


def test_a_person_is_answered(database: Database) -> None:
    assert is_answered(database, receipt())


@pytest.mark.parametrize("kind", [SenderKind.AUTO_REPLY, SenderKind.BOUNCE, SenderKind.BULK, SenderKind.LIST])
def test_robots_and_lists_are_not_answered(kind: SenderKind, database: Database) -> None:
    assert not is_answered(database, receipt(), kind=kind)


def test_a_mail_with_a_null_return_path_is_not_answered(database: Database) -> None:
    assert not is_answered(database, receipt(), return_path="")
    assert is_answered(database, receipt(), return_path=None)


@pytest.mark.parametrize(
    "address",
    [
        "mailer-daemon@example.org",
        "MAILER-DAEMON@example.org",
        "noreply@example.org",
        "no-reply@example.org",
        "no_reply@example.org",
        "donotreply@example.org",
        "do-not-reply@example.org",
        "noreply-events@example.org",
        "events.noreply@example.org",
        "keine-antwort@example.org",
        "ne-pas-repondre@example.org",
        "postmaster@example.org",
        "owner-vereine@example.org",
        "vereine-request@example.org",
        "vereine-bounces@example.org",
        "bounce+4711@example.org",
    ],
)
def test_addresses_behind_which_nobody_reads_are_not_answered(address: str, database: Database) -> None:
    assert not is_answered(database, receipt(address))


@pytest.mark.parametrize("address", ["noreen@example.org", "nora.replyn@example.org", "requests@example.org"])
def test_people_whose_addresses_look_a_little_like_that_are_answered(address: str, database: Database) -> None:
    assert is_answered(database, receipt(address))


@pytest.mark.parametrize("address", ["47-ki@gelsenkirchen.de", "47-KI@Gelsenkirchen.DE", "47-ki+x@gelsenkirchen.de"])
def test_we_do_not_write_to_ourselves(address: str, database: Database) -> None:
    assert not is_answered(database, receipt(address))


@pytest.mark.parametrize(
    "address", ["", "nobody", "@example.org", "a@", "a b@example.org", "a@b@c d", "a@example..org", "a\r\n@example.org"]
)
def test_what_is_no_address_is_not_answered(address: str, database: Database) -> None:
    assert not is_answered(database, receipt(address))


def test_a_person_of_the_office_may_ask_back_where_a_program_may_not(database: Database) -> None:
    assert is_answered(database, receipt(kind=AnswerKind.QUESTION, remark="Wer kommt?"), kind=SenderKind.LIST)
    assert not is_answered(database, receipt(kind=AnswerKind.QUESTION, remark="Wer?"), return_path="")


def test_one_receipt_a_day_for_an_address(database: Database) -> None:
    settings = make_settings()
    queued = []
    with database.transaction() as session:
        # 22:30, 22:50 and 23:10 in Greenwich: the third is the next day in Gelsenkirchen.
        for minutes in (810, 830, 850):
            now = NOW + timedelta(minutes=minutes)
            mail = store_mail(session)
            row = outbox.queue(session, receipt(mail_id=mail.id), answered=message(), settings=settings, now=now)
            queued.append(row is not None)
    assert queued == [True, False, True]


def test_an_address_is_answered_only_so_often_in_an_hour_and_then_again(database: Database) -> None:
    settings = make_settings()

    def ask(moment: int) -> bool:
        with database.transaction() as session:
            mail = store_mail(session)
            due = receipt(kind=AnswerKind.QUESTION, mail_id=mail.id, remark=f"{moment}?")
            now = NOW + timedelta(minutes=moment)
            return outbox.queue(session, due, answered=message(), settings=settings, now=now) is not None

    answered = [ask(moment) for moment in range(30)]
    assert 3 <= sum(answered) <= 10
    assert not answered[-1]
    assert ask(120)


def test_two_robots_that_answer_each_other_are_stopped_within_a_day_and_for_good(database: Database) -> None:
    settings = make_settings()
    with database.transaction() as session:
        # Every hour for two days, then twice a day for two months.
        for hour in (*range(48), *range(48, 24 * 60, 12)):
            mail = store_mail(session)
            due = receipt(kind=AnswerKind.CONFIRMATION, mail_id=mail.id)
            outbox.queue(session, due, answered=message(), settings=settings, now=NOW + timedelta(hours=hour))
        going = OutgoingMail.state == OutgoingState.QUEUED
        in_all = session.scalar(select(func.count()).where(going))
        first_day = session.scalar(select(func.count()).where(going, OutgoingMail.created_at < NOW + timedelta(days=1)))
    assert in_all is not None
    assert first_day is not None
    assert first_day <= 30
    assert in_all <= 100


@pytest.mark.parametrize(
    ("pause", "asked", "most", "words", "again"),
    [
        (timedelta(minutes=1), 14, 10, "in einer Stunde schon 10", timedelta(minutes=60)),
        (timedelta(minutes=20), 35, 30, "in einem Tag schon 30", timedelta(hours=24)),
        (timedelta(hours=2), 104, 100, "in der ganzen Anmeldezeit schon 100", None),
    ],
)
def test_each_window_of_time_has_its_ceiling(
    pause: timedelta, asked: int, most: int, words: str, again: timedelta | None, database: Database
) -> None:
    settings = make_settings()

    def ask(moment: timedelta) -> bool:
        with database.transaction() as session:
            due = receipt(kind=AnswerKind.CONFIRMATION, mail_id=store_mail(session).id)
            return outbox.queue(session, due, answered=message(), settings=settings, now=NOW + moment) is not None

    assert [ask(number * pause) for number in range(asked)] == [number < most for number in range(asked)]
    [row] = kept(database)
    assert words in row.server_reply
    # When the first answer has fallen out of the window, there is room for one again; in the last one there never is.
    assert ask(again or timedelta(days=60)) == (again is not None)


def test_one_address_with_many_mails_does_not_silence_another(database: Database) -> None:
    settings = make_settings()
    with database.transaction() as session:
        for _ in range(20):
            due = receipt(kind=AnswerKind.CONFIRMATION, mail_id=store_mail(session).id)
            outbox.queue(session, due, answered=message(), settings=settings, now=NOW)
    assert is_answered(database, receipt("other@example.org"))


def kept(database: Database) -> list[OutgoingMail]:
    with database.reading() as session:
        held = select(OutgoingMail).where(OutgoingMail.state == OutgoingState.HELD).options(undefer(OutgoingMail.raw))
        found = list(session.scalars(held))
        session.expunge_all()
        return found


def test_what_is_held_back_lies_before_the_staff_with_its_reason(database: Database) -> None:
    assert not is_answered(database, receipt("noreply@example.org"))
    (row,) = kept(database)
    assert row.server_reply == "Zurückgehalten: Hinter dieser Adresse liest kein Mensch."
    assert row.raw


def test_what_the_staff_let_go_goes(database: Database, smtp_server: SmtpServer) -> None:
    is_answered(database, receipt("noreply@example.org"))
    with database.transaction() as session:
        row = session.scalars(select(OutgoingMail)).one()
        assert outbox.retry(row, NOW)
    outbox.deliver(database, make_settings(smtp_server), FixedClock(NOW))
    assert [mail.recipients for mail in smtp_server.mails] == [["noreply@example.org"]]


def test_a_robot_that_writes_a_thousand_times_is_one_case_for_the_staff(database: Database) -> None:
    settings = make_settings()
    with database.transaction() as session:
        for minute in range(200):
            due = receipt(kind=AnswerKind.CONFIRMATION, mail_id=store_mail(session).id)
            outbox.queue(session, due, answered=message(), settings=settings, now=NOW + timedelta(seconds=minute))
    (row,) = kept(database)
    assert "schon 10 Antworten" in row.server_reply


def test_a_second_receipt_on_a_day_is_no_case(database: Database) -> None:
    assert is_answered(database, receipt())
    assert not is_answered(database, receipt())
    assert kept(database) == []


def test_an_answer_to_what_is_no_address_waits_and_says_so(database: Database) -> None:
    assert not is_answered(database, receipt("nobody"))
    (row,) = kept(database)
    assert "keine Mailadresse" in row.server_reply
    with database.transaction() as session:
        again = session.get_one(OutgoingMail, row.id)
        assert not outbox.render_again(session, again, make_settings(), NOW)
        assert not outbox.retry(again, NOW)
