"""„Auf dem Server liegen N Mails, hier sind N.“ — and what a mailbox offers."""

from __future__ import annotations

from processor.clock import FixedClock
from processor.database import Database
from processor.inbox import Holding, held, poll, probe
from processor.settings.values import ImapSettings
from tests.inbox.conftest import NOON, mail
from tests.servers.dovecot import Dovecot, running_dovecot


def holding(database: Database, settings: ImapSettings) -> Holding:
    with database.reading() as session:
        return held(session, settings)


def test_before_the_first_look_nothing_is_claimed(dovecot: Dovecot, database: Database) -> None:
    assert "noch nicht abgerufen" in holding(database, dovecot.settings()).sentence


def test_the_server_holds_as_many_as_we_do(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    for number in (1, 2, 2):
        dovecot.deliver(mail(number))
    poll(database, dovecot.settings(), clock)

    found = holding(database, dovecot.settings())
    assert found.sentence == "Auf dem Server liegen 3 Mails, hier sind 3."
    assert found.polled_at == NOON


def test_what_colleagues_remove_there_is_still_here(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    for number in range(3):
        dovecot.deliver(mail(number))
    poll(database, dovecot.settings(), clock)
    dovecot.delete(*list(dovecot.flags())[:2])
    poll(database, dovecot.settings(), clock)

    assert holding(database, dovecot.settings()).sentence == (
        "Auf dem Server liegt 1 Mail, hier sind 1 (weitere 2 liegen dort nicht mehr in diesem Ordner)."
    )


def test_after_renumbering_only_the_new_numbers_count(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    for number in range(3):
        dovecot.deliver(mail(number))
    poll(database, dovecot.settings(), clock)
    dovecot.change_uidvalidity()
    poll(database, dovecot.settings(), clock)

    assert holding(database, dovecot.settings()).sentence == "Auf dem Server liegen 3 Mails, hier sind 3."


def test_a_probe_says_what_the_server_can_and_changes_nothing(dovecot: Dovecot) -> None:
    dovecot.deliver(mail(1))

    found = probe(dovecot.settings(after="flag"))

    assert (found.server_count, found.idle, found.move, found.keywords) == (1, True, True, True)
    assert found.name == "office@127.0.0.1/INBOX"
    assert list(dovecot.flags().values()) == [set()]


def test_a_probe_says_what_the_server_cannot() -> None:
    with running_dovecot(capabilities="IMAP4rev1") as dovecot:
        found = probe(dovecot.settings())
    assert (found.idle, found.move) == (False, False)
