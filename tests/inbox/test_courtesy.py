"""What colleagues see in the mailbox of the mails that are stored: nothing, a mark, or another folder."""

from __future__ import annotations

import pytest

from processor.clock import FixedClock
from processor.database import Database
from processor.errors import MailboxUnreachableError
from processor.inbox import held, poll, probe
from tests.inbox.conftest import mail, mailbox, raws, stored
from tests.inbox.proxy import Proxy
from tests.servers.dovecot import ACCESS_LISTS, Dovecot, running_dovecot


def test_leave_touches_nothing(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    dovecot.deliver(mail(1))
    poll(database, dovecot.settings(after="leave"), clock)

    assert list(dovecot.flags().values()) == [set()]
    assert dovecot.folders() == {"INBOX"}


def test_flag_marks_with_a_keyword_and_leaves_read_and_unread_alone(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    dovecot.deliver(mail(1), seen=True)
    dovecot.deliver(mail(2))

    report = poll(database, dovecot.settings(after="flag"), clock)

    assert report.courtesy_error == ""
    assert list(dovecot.flags().values()) == [{"\\Seen", "$Anmeldepost"}, {"$Anmeldepost"}]


def test_a_mark_that_a_colleague_takes_away_stays_away(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    dovecot.deliver(mail(1))
    settings = dovecot.settings(after="flag")
    poll(database, settings, clock)
    with dovecot.client() as client:
        client.select_folder("INBOX")
        client.set_flags(client.search(), [])

    poll(database, settings, clock)

    assert list(dovecot.flags().values()) == [set()]


@pytest.mark.parametrize(
    "capabilities",
    [None, "IMAP4rev1 UIDPLUS", "IMAP4rev1"],
    ids=["with MOVE", "without MOVE", "without MOVE and UIDPLUS"],
)
def test_move_moves_what_is_stored_and_only_that(
    database: Database, clock: FixedClock, capabilities: str | None
) -> None:
    with running_dovecot(capabilities=capabilities) as dovecot:
        for number in range(3):
            dovecot.deliver(mail(number))
        settings = dovecot.settings(after="move", move_to="Anmeldungen/Übernommen")
        poll(database, settings, clock)
        # A colleague has marked this one, and not yet removed it; it came after the look.
        dovecot.deliver(mail(9))
        with dovecot.client() as client:
            client.select_folder("INBOX")
            (newest,) = client.search(["HEADER", "Message-ID", "<9@verein.example>"])
            client.add_flags([newest], [b"\\Deleted", b"\\Seen"])
        dovecot.deliver(mail(10))
        poll(database, dovecot.settings(after="leave"), clock)

        assert dovecot.count("Anmeldungen/Übernommen") == 3
        left = dovecot.flags()
        assert left.pop(newest) == {"\\Deleted", "\\Seen"}
        gone = {uid for uid, flags in left.items() if "\\Deleted" in flags}
        assert len(left) - len(gone) == 1
        # Without UIDPLUS the moved ones can only be marked.
        assert len(gone) == (3 if capabilities == "IMAP4rev1" else 0)
    assert len(stored(database)) == 5


def test_the_folder_lies_where_the_server_wants_folders(database: Database, clock: FixedClock) -> None:
    with running_dovecot(prefix="INBOX.", separator=".") as dovecot:
        for number in (1, 2):
            dovecot.deliver(mail(number))
            assert poll(database, dovecot.settings(after="move"), clock).courtesy_error == ""

        assert dovecot.folders() == {"INBOX", "INBOX.Anmeldepost"}
        assert dovecot.count("INBOX.Anmeldepost") == 2


def test_moving_into_the_same_folder_is_not_tried(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    dovecot.deliver(mail(1))
    for _ in range(2):
        assert poll(database, dovecot.settings(after="move", move_to="inbox"), clock).courtesy_error == ""
    assert dovecot.count() == 1


def test_a_folder_that_cannot_be_made_delays_nothing_but_the_move(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    dovecot.deliver(mail(1))

    report = poll(database, dovecot.settings(after="move", move_to="a//b"), clock)

    assert report.new == 1
    assert "a//b" in report.courtesy_error
    assert poll(database, dovecot.settings(after="move"), clock).courtesy_error == ""
    assert (dovecot.count(), dovecot.count("Anmeldepost")) == (0, 1)


@pytest.mark.parametrize("after", ["flag", "move"])
def test_a_mailbox_that_we_may_only_read_is_read_all_the_same(
    database: Database, clock: FixedClock, after: str
) -> None:
    with running_dovecot(extra=ACCESS_LISTS) as dovecot:
        dovecot.deliver(mail(1))
        dovecot.forbid_changes()
        settings = dovecot.settings(after=after)

        report = poll(database, settings, clock)

        assert report.new == 1
        assert "erlaubt keine Änderungen" in report.courtesy_error
        assert list(dovecot.flags().values()) == [set()]
        assert probe(dovecot.settings(after="flag")).keywords is False
    assert mailbox(database).error == ""


@pytest.mark.parametrize("after", ["flag", "move"])
def test_a_line_that_breaks_before_the_mark_leaves_it_due(
    dovecot: Dovecot, database: Database, clock: FixedClock, proxy: Proxy, after: str
) -> None:
    for number in range(20):
        dovecot.deliver(mail(number, text="w" * 2_000))
    through = dovecot.settings(port=proxy.port, tls="none", after=after)
    # The line breaks with the first word that the server says on the way to the mark.
    proxy.cut_at(b"READ-WRITE")
    with pytest.raises(MailboxUnreachableError):
        poll(database, through, clock)
    assert len(stored(database)) == 20
    assert "$Anmeldepost" not in {flag for flags in dovecot.flags().values() for flag in flags}

    report = poll(database, through, clock)

    assert (report.new, report.known) == (0, 0)
    if after == "flag":
        assert list(dovecot.flags().values()) == [{"$Anmeldepost"}] * 20
    else:
        assert (dovecot.count(), dovecot.count("Anmeldepost")) == (0, 20)


def test_mails_that_were_moved_are_counted_as_gone_from_the_folder(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    for number in range(3):
        dovecot.deliver(mail(number))
    settings = dovecot.settings(after="move")
    poll(database, settings, clock)

    with database.reading() as session:
        holding = held(session, settings)
    assert (holding.server_count, holding.held_count, holding.gone_count) == (0, 0, 3)
    assert len(raws(database)) == 3
