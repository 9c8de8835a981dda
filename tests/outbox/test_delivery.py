"""What is queued is sent: once, at the pace that is set, and never lost when the server misbehaves."""

from __future__ import annotations

import socket
import threading
import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from processor import outbox
from processor.clock import FixedClock
from processor.database import Database, OutgoingMail, OutgoingState
from processor.errors import MailServerUnreachableError
from processor.outbox import DeliveryReport
from processor.settings import Settings
from tests.outbox.builders import NOW, due_for, enter, make_database, make_settings
from tests.servers.smtp import Call, Drop, Reply, SmtpServer, Stage, Wait, running_smtp


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return make_database(tmp_path)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


def fill(database: Database, count: int = 1, **fields: Any) -> list[str]:
    """Queues answers; gives their Message-IDs with angle brackets."""
    ids = []
    with database.transaction() as session:
        for _ in range(count):
            registration = enter(session, **fields)
            row = outbox.queue(session, due_for(registration), answered=None, settings=make_settings(), now=NOW)
            assert row is not None
            ids.append(f"<{row.message_id}>")
    return ids


def rows(database: Database) -> list[OutgoingMail]:
    with database.reading() as session:
        found = list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
        session.expunge_all()
    return found


def states(database: Database) -> list[str]:
    return [row.state.value for row in rows(database)]


def send(database: Database, settings: Settings, clock: FixedClock) -> DeliveryReport:
    return outbox.deliver(database, settings, clock)


def test_all_go_over_one_connection_and_each_once(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    ids = fill(database, 120)
    settings = make_settings(smtp_server)
    assert send(database, settings, clock) == DeliveryReport(sent=120)
    assert send(database, settings, clock) == DeliveryReport()
    assert [mail.message_id for mail in smtp_server.mails] == ids
    assert {mail.connection for mail in smtp_server.mails} == {1}
    assert all(len(mail.recipients) == 1 for mail in smtp_server.mails)
    assert {mail.sender for mail in smtp_server.mails} == {"47-ki@gelsenkirchen.de"}
    assert set(states(database)) == {"sent"}
    assert all(row.server_reply.startswith("250") and row.sent_at == NOW for row in rows(database))


def test_nothing_is_opened_where_nothing_is_due(database: Database, clock: FixedClock, smtp_server: SmtpServer) -> None:
    with database.transaction() as session:
        settings = make_settings(smtp_server, answers_hold_seconds=60)
        outbox.queue(session, due_for(enter(session)), answered=None, settings=settings, now=NOW)
    assert send(database, settings, clock) == DeliveryReport()
    assert smtp_server.connections == 0
    clock.advance(timedelta(seconds=60))
    assert send(database, settings, clock).sent == 1


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_a_refusal_for_now_is_tried_again_later(
    stage: Stage, database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    [first, second] = fill(database, 2)
    smtp_server.expect(stage, Reply("451 4.7.1 greylisted, come back later"))
    settings = make_settings(smtp_server)
    assert send(database, settings, clock) == DeliveryReport(sent=1, deferred=1)
    assert [mail.message_id for mail in smtp_server.mails] == [second]
    [row, _] = rows(database)
    assert (row.state.value, row.attempts, row.due_at) == ("queued", 1, NOW + timedelta(minutes=1))
    assert row.server_reply == "451 4.7.1 greylisted, come back later"
    assert send(database, settings, clock) == DeliveryReport()
    clock.advance(timedelta(minutes=1))
    assert send(database, settings, clock) == DeliveryReport(sent=1)
    assert smtp_server.mails[-1].message_id == first


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_a_refusal_for_good_is_final_and_its_words_are_kept(
    stage: Stage, database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database, 2)
    smtp_server.expect(stage, Reply("550 5.1.1 no such user here"))
    settings = make_settings(smtp_server)
    assert send(database, settings, clock) == DeliveryReport(sent=1, failed=1)
    clock.advance(timedelta(days=10))
    assert send(database, settings, clock) == DeliveryReport()
    assert states(database) == ["failed", "sent"]
    assert rows(database)[0].server_reply == "550 5.1.1 no such user here"


def test_one_bad_address_does_not_hold_up_the_others(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database)
    fill(database, contact_email="gone@example.org")
    fill(database)
    smtp_server.refused["gone@example.org"] = "550 5.1.1 gone"
    assert send(database, make_settings(smtp_server), clock) == DeliveryReport(sent=2, failed=1)
    assert states(database) == ["sent", "failed", "sent"]


def test_the_pauses_grow_and_end_after_days(database: Database, clock: FixedClock, smtp_server: SmtpServer) -> None:
    fill(database)
    smtp_server.always("rcpt", Reply("450 4.2.0 busy"))
    settings = make_settings(smtp_server)
    pauses: list[timedelta] = []
    while states(database) == ["queued"]:
        send(database, settings, clock)
        due = rows(database)[0].due_at
        pauses.append(due - clock.now())
        clock.move_to(due)
        assert len(pauses) < 100
    waited = pauses[:-1]
    assert waited == sorted(waited)
    assert waited[0] <= timedelta(minutes=2)
    assert timedelta(days=4) <= sum(waited, timedelta()) <= timedelta(days=6)
    assert states(database) == ["failed"]
    assert "450 4.2.0 busy" in rows(database)[0].server_reply


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "body", "dot"])
def test_a_line_that_breaks_loses_nothing(
    stage: Stage, database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    ids = fill(database, 3)
    smtp_server.expect(stage, Drop())
    settings = make_settings(smtp_server)
    send(database, settings, clock)
    clock.advance(timedelta(minutes=1))
    send(database, settings, clock)
    assert sorted(mail.message_id for mail in smtp_server.mails) == sorted(ids)
    assert states(database) == ["sent"] * 3


def test_a_server_that_ends_a_long_conversation_is_rung_up_again_at_once(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database, 9)
    # Two mails a connection, then „421 too many“.
    for _ in range(3):
        smtp_server.expect("mail", Wait(0), Wait(0), Reply("421 4.7.0 too many mails on this connection"))
    assert send(database, make_settings(smtp_server), clock) == DeliveryReport(sent=9)
    assert smtp_server.connections == 4
    assert {row.attempts for row in rows(database)} == {1}


def test_a_server_that_took_the_mail_and_died_before_saying_so_gets_the_same_mail_again(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    [message_id] = fill(database)
    smtp_server.expect("dot", Drop(taken=True))
    settings = make_settings(smtp_server)
    assert send(database, settings, clock) == DeliveryReport(deferred=1)
    clock.advance(timedelta(minutes=1))
    assert send(database, settings, clock) == DeliveryReport(sent=1)
    assert [mail.message_id for mail in smtp_server.mails] == [message_id] * 2
    assert smtp_server.mails[0].raw == smtp_server.mails[1].raw


def test_a_server_that_is_always_breaking_off_is_left_alone_for_a_while(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database, 20)
    smtp_server.always("mail", Drop())
    report = send(database, make_settings(smtp_server), clock)
    assert report.sent == 0
    assert report.deferred == 20
    assert smtp_server.connections <= 5


def test_a_slow_server_is_waited_for_within_the_time_that_is_set(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database, 2)
    smtp_server.expect("dot", Wait(0.3))
    assert send(database, make_settings(smtp_server), clock) == DeliveryReport(sent=2)


def test_a_server_that_falls_silent_is_given_up_and_the_mail_tried_again(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database)
    smtp_server.expect("rcpt", Wait(4))
    settings = make_settings(smtp_server, smtp_timeout_seconds=1)
    assert send(database, settings, clock) == DeliveryReport(deferred=1)
    assert "keine Antwort in der gesetzten Zeit" in rows(database)[0].server_reply
    clock.advance(timedelta(minutes=1))
    assert send(database, settings, clock) == DeliveryReport(sent=1)


def test_a_server_out_of_reach_is_told_and_the_queue_keeps_everything(database: Database, clock: FixedClock) -> None:
    ids = fill(database, 3)
    with running_smtp() as server:
        settings = make_settings(server)
        server.stop()
        for _ in range(3):
            with pytest.raises(MailServerUnreachableError):
                send(database, settings, clock)
        assert states(database) == ["queued"] * 3
        assert {(row.attempts, row.due_at) for row in rows(database)} == {(0, NOW)}
        server.start()
        assert send(database, settings, clock) == DeliveryReport(sent=3)
        assert [mail.message_id for mail in server.mails] == ids


def test_a_server_that_goes_away_in_the_middle_costs_no_mail(database: Database, clock: FixedClock) -> None:
    ids = fill(database, 6)
    with running_smtp() as server:
        settings = make_settings(server)
        server.expect("connect", Wait(0), Drop(), Drop(), Drop())
        server.expect("mail", Wait(0), Wait(0), Drop())
        with pytest.raises(MailServerUnreachableError):
            send(database, settings, clock)
        assert len(server.mails) == 2
        server.expect("connect", Wait(0))
        clock.advance(timedelta(hours=1))
        for _ in range(4):
            try:
                send(database, settings, clock)
            except MailServerUnreachableError:
                continue
        assert [mail.message_id for mail in server.mails] == ids


def test_a_wrong_password_fails_no_mail(database: Database, clock: FixedClock, secure_smtp_server: SmtpServer) -> None:
    fill(database, 2)
    settings = make_settings(secure_smtp_server, smtp_user="47-ki", smtp_password="falsch")
    with pytest.raises(MailServerUnreachableError, match="Anmeldung"):
        send(database, settings, clock)
    assert states(database) == ["queued"] * 2
    settings = replace(settings, smtp=replace(settings.smtp, password="Grüße aus Gelsenkirchen"))
    assert send(database, settings, clock) == DeliveryReport(sent=2)


def test_a_server_that_wants_a_login_fails_no_mail(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database, 2)
    smtp_server.always("mail", Reply("530 5.7.0 authentication required"))
    with pytest.raises(MailServerUnreachableError, match="530"):
        send(database, make_settings(smtp_server), clock)
    assert states(database) == ["queued"] * 2


def test_no_more_go_in_a_minute_than_is_set(database: Database, clock: FixedClock, smtp_server: SmtpServer) -> None:
    fill(database, 25)
    settings = make_settings(smtp_server, smtp_per_minute=10)
    wall = FixedClock(datetime(2026, 1, 1, tzinfo=NOW.tzinfo))

    def once() -> DeliveryReport:
        return outbox.deliver(database, settings, clock, wall=wall)

    assert once() == DeliveryReport(sent=10, deferred=15, paced=15)
    for moving in (clock, wall):
        moving.advance(timedelta(seconds=30))
    assert once() == DeliveryReport(deferred=15, paced=15)
    for moving in (clock, wall):
        moving.advance(timedelta(seconds=31))
    assert once() == DeliveryReport(sent=10, deferred=5, paced=5)


def test_a_replay_that_moves_its_clock_is_not_slowed_down_and_one_that_stands_still_not_stopped(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database, 25)
    settings = make_settings(smtp_server, smtp_per_minute=10)
    wall = FixedClock(datetime(2026, 1, 1, tzinfo=NOW.tzinfo))
    assert outbox.deliver(database, settings, clock, wall=wall).sent == 10
    clock.advance(timedelta(hours=1))
    assert outbox.deliver(database, settings, clock, wall=wall).sent == 10
    wall.advance(timedelta(seconds=61))
    assert outbox.deliver(database, settings, clock, wall=wall).sent == 5


def test_it_stops_after_the_mail_in_hand_and_gives_the_others_back(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database, 5)
    stop = threading.Event()
    smtp_server.expect("dot", Wait(0), Call(stop.set))
    report = outbox.deliver(database, make_settings(smtp_server), clock, stop=stop)
    assert (report.sent, report.deferred) == (2, 3)
    assert states(database) == ["sent", "sent", "queued", "queued", "queued"]


def test_two_who_deliver_at_once_send_each_mail_once(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    ids = fill(database, 40)
    settings = make_settings(smtp_server)
    threads = [threading.Thread(target=outbox.deliver, args=(database, settings, clock)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail.message_id for mail in smtp_server.mails) == sorted(ids)


def test_what_a_dead_process_left_as_being_sent_goes_again(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    [message_id] = fill(database)
    with database.transaction() as session:
        session.execute(update(OutgoingMail).values(state=OutgoingState.SENDING, lease_until=NOW + timedelta(days=900)))
    assert send(database, make_settings(smtp_server), clock) == DeliveryReport(sent=1)
    assert smtp_server.mails[0].message_id == message_id


@pytest.mark.parametrize("state", [OutgoingState.HELD, OutgoingState.FAILED, OutgoingState.WITHDRAWN])
def test_what_a_person_has_to_look_at_does_not_go(
    state: OutgoingState, database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database)
    with database.transaction() as session:
        session.execute(update(OutgoingMail).values(state=state))
    assert send(database, make_settings(smtp_server), clock) == DeliveryReport()
    assert smtp_server.mails == []


def test_an_address_with_letters_beyond_ascii_goes_where_the_server_can(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database, contact_email="ayşe@bücher.example")
    assert send(database, make_settings(smtp_server), clock) == DeliveryReport(sent=1)
    [mail] = smtp_server.mails
    assert mail.recipients == ["ayşe@xn--bcher-kva.example"]
    assert "SMTPUTF8" in mail.mail_options
    assert "<ayşe@xn--bcher-kva.example>".encode() in mail.raw


def test_where_the_server_cannot_it_is_said_and_the_next_mail_goes(database: Database, clock: FixedClock) -> None:
    fill(database, contact_email="ayşe@example.org")
    fill(database)
    with running_smtp(smtputf8=False) as server:
        assert send(database, make_settings(server), clock) == DeliveryReport(sent=1, failed=1)
    assert "SMTPUTF8" in rows(database)[0].server_reply


def test_mails_arrive_byte_for_byte_as_they_were_frozen(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    for language in ("de", "ar", "tr"):
        fill(database, language=language)
    send(database, make_settings(smtp_server), clock)
    with database.reading() as session:
        frozen = [zlib.decompress(raw) for raw in session.scalars(select(OutgoingMail.raw).order_by(OutgoingMail.id))]
    assert [mail.raw for mail in smtp_server.mails] == frozen


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data", "dot"])
def test_a_program_that_is_to_end_does_not_wait_for_a_silent_server(
    stage: Stage, database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database, 2)
    silent, stop = threading.Event(), threading.Event()
    smtp_server.expect(stage, Wait(100, begun=silent))
    settings = make_settings(smtp_server, smtp_timeout_seconds=100)
    deliver = threading.Thread(
        target=outbox.deliver, args=(database, settings, clock), kwargs={"stop": stop, "grace": 0.2}, daemon=True
    )
    deliver.start()
    assert silent.wait(20)
    stop.set()
    deliver.join(20)
    assert not deliver.is_alive()
    assert states(database) == ["queued", "queued"]


@pytest.mark.parametrize("tls", ["ssl", "starttls"])
def test_nor_for_one_that_never_finishes_to_encrypt(tls: str, database: Database, clock: FixedClock) -> None:
    fill(database)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings = make_settings(smtp_port=mute.getsockname()[1], smtp_tls=tls, smtp_timeout_seconds=100)
        stop = threading.Event()
        options = {"stop": stop, "grace": 0.2}
        deliver = threading.Thread(target=outbox.deliver, args=(database, settings, clock), kwargs=options, daemon=True)
        deliver.start()
        ours, _ = mute.accept()
        with ours:
            if tls == "starttls":
                ours.sendall(b"220 mute\r\n")
                ours.recv(1000)
                ours.sendall(b"250-mute\r\n250 STARTTLS\r\n")
                ours.recv(1000)
                ours.sendall(b"220 go on\r\n")
            stop.set()
            deliver.join(20)
    assert not deliver.is_alive()
    assert states(database) == ["queued"]


def test_bounces_come_to_an_address_of_their_mails_own_where_the_server_takes_that(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    (message_id,) = fill(database)
    send(database, make_settings(smtp_server, smtp_subaddress=True), clock)
    token, _, domain = message_id.strip("<>").partition("@")
    assert [mail.sender for mail in smtp_server.mails] == [f"47-ki+{token}@{domain}"]
    assert len(f"47-ki+{token}") <= 64


def test_an_address_without_room_for_more_stays_as_it_is(
    database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database)
    long = f"{'a' * 40}@example.org"
    send(database, make_settings(smtp_server, smtp_subaddress=True, smtp_from_address=long), clock)
    assert [mail.sender for mail in smtp_server.mails] == [long]


@pytest.mark.parametrize("folder", ["", "Sent"])
def test_only_what_is_sent_while_a_folder_is_set_for_it_is_to_be_copied(
    folder: str, database: Database, clock: FixedClock, smtp_server: SmtpServer
) -> None:
    fill(database, 2)
    smtp_server.expect("rcpt", Reply("550 5.1.1 nobody of that name"))
    send(database, make_settings(smtp_server, imap_sent_folder=folder), clock)
    assert sorted((row.state.value, row.copy_due) for row in rows(database)) == [
        ("failed", False),
        ("sent", bool(folder)),
    ]
