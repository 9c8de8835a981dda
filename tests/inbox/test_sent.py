"""Copies of answers in the folder of sent mails: once each, read, and with the time of sending."""

from __future__ import annotations

import zlib
from datetime import timedelta

import pytest
from sqlalchemy import update

from processor.clock import FixedClock
from processor.database import Database, OutgoingMail, OutgoingState
from processor.errors import MailboxUnreachableError
from processor.inbox import append_copies
from tests.inbox.conftest import NOON, mail
from tests.servers.dovecot import Dovecot


def enter_sent(database: Database, number: int, *, copy_due: bool = True) -> bytes:
    """An answer that has gone."""
    raw = mail(number).replace(b"\n", b"\r\n")
    with database.transaction() as session:
        session.add(
            OutgoingMail(
                key=f"answer:{number}",
                kind="confirmation",
                recipient="ada@verein.example",
                message_id=f"{number}@verein.example",
                subject="",
                raw=zlib.compress(raw),
                state=OutgoingState.SENT,
                created_at=NOON,
                due_at=NOON,
                sent_at=NOON + timedelta(minutes=number),
                copy_due=copy_due,
            )
        )
    return raw


def test_what_was_sent_lies_in_the_folder_as_it_went(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    raws = [enter_sent(database, number) for number in (1, 2)]
    assert append_copies(database, dovecot.settings(sent_folder="Gesendete Mails"), clock) == 2
    with dovecot.client() as client:
        client.normalise_times = False
        client.select_folder("Gesendete Mails")
        found = client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS", "INTERNALDATE"])
    assert [one[b"BODY[]"] for one in found.values()] == raws
    assert [set(one[b"FLAGS"]) - {rb"\Recent"} for one in found.values()] == [{rb"\Seen"}] * 2
    assert [one[b"INTERNALDATE"] for one in found.values()] == [NOON + timedelta(minutes=n) for n in (1, 2)]


def test_nothing_is_copied_twice_also_after_a_crash_before_it_was_noted(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    settings = dovecot.settings(sent_folder="Sent")
    enter_sent(database, 1)
    append_copies(database, settings, clock)
    assert append_copies(database, settings, clock) == 0
    with database.transaction() as session:
        session.execute(update(OutgoingMail).values(copy_due=True))
    assert append_copies(database, settings, clock) == 0
    assert dovecot.count("Sent") == 1


def test_without_a_folder_and_before_it_was_set_nothing_is_copied(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    enter_sent(database, 1, copy_due=False)
    assert append_copies(database, dovecot.settings(), clock) == 0
    assert append_copies(database, dovecot.settings(sent_folder="Sent"), clock) == 0
    assert dovecot.folders() == {"INBOX"}


def test_copies_wait_for_a_server_that_is_away(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    enter_sent(database, 1)
    settings = dovecot.settings(sent_folder="Sent")
    dovecot.stop()
    with pytest.raises(MailboxUnreachableError):
        append_copies(database, settings, clock)
    dovecot.start()
    assert append_copies(database, settings, clock) == 1
