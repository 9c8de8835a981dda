"""An answer is frozen and queued in the transaction that made it due, and once."""

from __future__ import annotations

import zlib
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import func, select

from processor import outbox
from processor.database import Database, OutgoingMail, OutgoingState, RegistrationMail
from processor.message.values import SenderKind
from processor.registrations.values import AnswerKind
from tests.outbox.builders import NOW, due_for, enter, make_database, make_settings, message, store_mail


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return make_database(tmp_path)


def read(row: OutgoingMail) -> EmailMessage:
    return message_from_bytes(zlib.decompress(row.raw), policy=policy.default)


def test_the_answer_lives_and_dies_with_the_callers_transaction(database: Database) -> None:
    def queue_and_fail() -> None:
        with database.transaction() as session:
            due = due_for(enter(session))
            assert outbox.queue(session, due, answered=message(), settings=make_settings(), now=NOW) is not None
            raise ValueError("the booking went wrong")

    with pytest.raises(ValueError, match="booking"):
        queue_and_fail()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(OutgoingMail)) == 0


def test_the_same_answer_is_queued_once(database: Database) -> None:
    with database.transaction() as session:
        registration = enter(session)
        mail = store_mail(session)
        due = due_for(registration, mail_id=mail.id)
        rows = [outbox.queue(session, due, answered=message(), settings=make_settings(), now=NOW) for _ in range(3)]
        assert [row is not None for row in rows] == [True, False, False]
    with database.transaction() as session:
        assert outbox.queue(session, due, answered=message(), settings=make_settings(), now=NOW) is None


def test_another_state_of_the_same_registration_is_told_again(database: Database) -> None:
    with database.transaction() as session:
        registration = enter(session)
        settings = make_settings()
        first = outbox.queue(session, due_for(registration), answered=None, settings=settings, now=NOW)
        registration.headcount = 7
        session.flush()
        second = outbox.queue(session, due_for(registration), answered=None, settings=settings, now=NOW)
        assert first is not None
        assert second is not None
        assert first.message_id != second.message_id
        assert "Plätze: 7" in read(second).get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
        assert "Plätze: 1" in read(first).get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one


def test_what_is_queued_is_not_rendered_again_from_newer_data(database: Database) -> None:
    with database.transaction() as session:
        registration = enter(session, headcount=2)
        row = outbox.queue(session, due_for(registration), answered=None, settings=make_settings(), now=NOW)
        assert row is not None
        before = row.raw
        registration.headcount = 9
        session.flush()
        assert outbox.render_again(session, row, make_settings(), NOW)
        assert row.raw == before


def test_the_answer_joins_the_conversation(database: Database) -> None:
    asked = message(message_id="c@example.org", references=("a@example.org", "b@example.org"))
    with database.transaction() as session:
        row = outbox.queue(
            session,
            due_for(enter(session), mail_id=store_mail(session).id),
            answered=asked,
            settings=make_settings(),
            now=NOW,
        )
        assert row is not None
        mail = read(row)
    assert mail["In-Reply-To"] == "<c@example.org>"
    assert mail["References"] == "<a@example.org> <b@example.org> <c@example.org>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply, RN, NRN"


def test_an_answer_decided_later_joins_the_conversation_too(database: Database) -> None:
    with database.transaction() as session:
        asked = store_mail(session, message_id="asked@example.org")
        due = due_for(enter(session), mail_id=asked.id)
        row = outbox.queue(session, due, answered=None, settings=make_settings(), now=NOW)
        assert row is not None
        assert read(row)["In-Reply-To"] == "<asked@example.org>"


def test_message_ids_of_strangers_cannot_break_our_headers(database: Database) -> None:
    asked = message(
        message_id="x y\r\nBcc: all@example.org", references=("ok@example.org", "ü@example.org", "<>", "z" * 2000)
    )
    with database.transaction() as session:
        row = outbox.queue(
            session,
            due_for(enter(session), mail_id=store_mail(session).id),
            answered=asked,
            settings=make_settings(),
            now=NOW,
        )
        assert row is not None
        mail = read(row)
    assert mail["Bcc"] is None
    assert mail["References"] == "<ok@example.org>"


def test_a_very_long_conversation_keeps_its_beginning_and_its_end(database: Database) -> None:
    ids = tuple(f"{number}@example.org" for number in range(200))
    asked = message(message_id="last@example.org", references=ids)
    with database.transaction() as session:
        row = outbox.queue(
            session,
            due_for(enter(session), mail_id=store_mail(session).id),
            answered=asked,
            settings=make_settings(),
            now=NOW,
        )
        assert row is not None
        kept = str(read(row)["References"]).split()
    assert len(kept) <= 20
    assert (kept[0], kept[-2], kept[-1]) == ("<0@example.org>", "<199@example.org>", "<last@example.org>")


def test_the_message_id_is_of_our_domain_and_fixed_before_the_first_attempt(database: Database) -> None:
    with database.transaction() as session:
        row = outbox.queue(session, due_for(enter(session)), answered=None, settings=make_settings(), now=NOW)
        assert row is not None
        assert row.message_id.endswith("@gelsenkirchen.de")
        assert read(row)["Message-ID"] == f"<{row.message_id}>"


def test_an_answer_can_be_held_back_for_a_while(database: Database) -> None:
    settings = make_settings(answers_hold_seconds=300)
    with database.transaction() as session:
        row = outbox.queue(session, due_for(enter(session)), answered=None, settings=settings, now=NOW)
        assert row is not None
        assert row.due_at == NOW + timedelta(seconds=300)


def test_a_held_back_answer_can_be_taken_back_and_a_sent_one_cannot(database: Database) -> None:
    with database.transaction() as session:
        settings = make_settings()
        row = outbox.queue(session, due_for(enter(session)), answered=None, settings=settings, now=NOW)
        sent = outbox.queue(session, due_for(enter(session)), answered=None, settings=settings, now=NOW)
        assert row is not None
        assert sent is not None
        sent.state = OutgoingState.SENT
        assert outbox.withdraw(row)
        assert not outbox.withdraw(sent)
        assert (row.state.value, sent.state.value) == ("withdrawn", "sent")


def test_a_failed_answer_can_be_tried_again_at_once(database: Database) -> None:
    with database.transaction() as session:
        row = outbox.queue(session, due_for(enter(session)), answered=None, settings=make_settings(), now=NOW)
        assert row is not None
        row.state, row.attempts = OutgoingState.FAILED, 9
        later = NOW + timedelta(days=6)
        assert outbox.retry(row, later)
        assert (row.state.value, row.attempts, row.due_at) == ("queued", 0, later)


def test_where_answers_go_to_another_address_than_they_come_from_the_mail_says_so(database: Database) -> None:
    settings = make_settings(smtp_from_address="anmeldung@example.org")
    with database.transaction() as session:
        row = outbox.queue(session, due_for(enter(session)), answered=None, settings=settings, now=NOW)
        assert row is not None
        mail = read(row)
    assert mail["From"].addresses[0].addr_spec == "anmeldung@example.org"
    assert mail["Reply-To"].addresses[0].addr_spec == "47-ki@gelsenkirchen.de"
    assert row.message_id.endswith("@example.org")


def test_a_receipt_to_somebody_who_is_not_on_the_list(database: Database) -> None:
    with database.transaction() as session:
        registration = enter(session)
        due = due_for(registration, AnswerKind.RECEIPT, registration_id=None)
        row = outbox.queue(session, due, answered=message(), settings=make_settings(), now=NOW)
        assert row is not None
        assert registration.reference not in read(row).as_string()


def test_where_the_office_releases_every_answer_none_goes_before(database: Database) -> None:
    settings = make_settings(answers_release=True)
    with database.transaction() as session:
        registration = enter(session)
        row = outbox.queue(session, due_for(registration), answered=None, settings=settings, now=NOW)
        asked = due_for(registration, AnswerKind.QUESTION, remark="Wer kommt?")
        question = outbox.queue(session, asked, answered=None, settings=settings, now=NOW)
        assert row is not None
        assert question is not None
        assert (row.state.value, question.state.value) == ("held", "queued")
        assert "Freigabe" in row.server_reply
        assert outbox.retry(row, NOW)
        assert row.state.value == "queued"


def test_a_seat_that_somebody_elses_mail_freed_is_no_answer_to_that_mail(database: Database) -> None:
    asked = message(message_id="private@example.net", kind=SenderKind.LIST)
    with database.transaction() as session:
        due = due_for(enter(session), AnswerKind.MOVED_UP)
        row = outbox.queue(session, due, answered=asked, settings=make_settings(), now=NOW)
        assert row is not None
        assert "private@example.net" not in read(row).as_string()


def test_a_decision_of_the_office_joins_what_the_same_person_wrote_and_nothing_else(database: Database) -> None:
    with database.transaction() as session:
        registration = enter(session, contact_email="ayse@example.org")
        wrote = [
            store_mail(session, message_id="first@example.org", sender_email="ayse@example.org"),
            store_mail(session, message_id="last@example.org", sender_email="ayse@example.org"),
            store_mail(session, message_id="colleague@example.org", sender_email="colleague@gelsenkirchen.de"),
        ]
        registration.mails = [RegistrationMail(mail_id=mail.id) for mail in wrote]
        session.flush()
        due = due_for(registration, AnswerKind.ACCEPTED)
        row = outbox.queue(session, due, answered=None, settings=make_settings(), now=NOW)
        assert row is not None
        assert read(row)["In-Reply-To"] == "<last@example.org>"
