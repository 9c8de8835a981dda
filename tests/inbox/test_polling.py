"""What a look at the mailbox stores, whatever happens to server, line and folder meanwhile."""

from __future__ import annotations

import contextlib
import threading
from datetime import datetime

import pytest

from processor.clock import FixedClock
from processor.database import Database, MailState
from processor.errors import MailboxUnreachableError
from processor.inbox import poll
from processor.inbox.connection import connected
from processor.inbox.fetch import LARGEST_MAIL, batches, open_folder, uids_above
from tests.inbox.conftest import NOON, mail, mailbox, places, raws, stored
from tests.inbox.proxy import Proxy
from tests.servers.dovecot import Dovecot


def test_mails_that_lie_there_at_the_first_start_are_stored_byte_for_byte(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    written = [mail(number, text="Grüße aus Çorum \x01\xff") for number in range(3)]
    for raw in written:
        dovecot.deliver(raw)

    report = poll(database, dovecot.settings(), clock)

    assert (report.new, report.known, report.server_count) == (3, 0, 3)
    assert raws(database) == [raw.replace(b"\n", b"\r\n") for raw in written]
    assert {row.state for row in stored(database)} == {MailState.NEW}


def test_the_arrival_is_the_servers_and_not_the_senders(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    moments = [datetime.fromisoformat(f"2024-11-0{day}+01:00") for day in ("8T23:59:59", "9T00:00:00")]
    for number, moment in enumerate(moments):
        dovecot.deliver(mail(number), moment)

    poll(database, dovecot.settings(), clock)

    assert [row.arrived_at for row in stored(database)] == moments


def test_looking_again_finds_only_what_came_since(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    dovecot.deliver(mail(1))
    poll(database, dovecot.settings(), clock)

    assert poll(database, dovecot.settings(), clock).new == 0

    # A week of standing still.
    for number in range(2, 6):
        dovecot.deliver(mail(number))
    assert poll(database, dovecot.settings(), clock).new == 4
    assert len(stored(database)) == 5


def test_mails_that_a_colleague_has_read_are_stored_and_nobodys_marks_change(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    dovecot.deliver(mail(1), seen=True)
    dovecot.deliver(mail(2))

    poll(database, dovecot.settings(), clock)

    assert len(stored(database)) == 2
    assert list(dovecot.flags().values()) == [{"\\Seen"}, set()]


def test_the_same_mail_delivered_twice_is_one_mail_at_two_places(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    dovecot.deliver(mail(1, extra="Received: by mx1.example; Mon, 4 Nov 2024 10:00:01 +0100\nX-Spam-Score: 0.1\n"))
    dovecot.deliver(mail(1, extra="Received: by mx2.example; Mon, 4 Nov 2024 10:07:00 +0100\nX-Spam-Score: 0.7\n"))

    report = poll(database, dovecot.settings(), clock)

    assert (report.new, report.known) == (1, 1)
    assert len(stored(database)) == 1
    assert len(places(database)) == 2


def test_the_same_mail_delivered_again_later_is_known(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    dovecot.deliver(mail(1))
    poll(database, dovecot.settings(), clock)
    dovecot.deliver(mail(1))

    report = poll(database, dovecot.settings(), clock)

    assert (report.new, report.known) == (0, 1)
    assert len(stored(database)) == 1


def test_another_mail_with_a_copied_message_id_is_not_swallowed(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    dovecot.deliver(mail(1, text="Ich komme."))
    dovecot.deliver(mail(1, text="Ich komme nicht."))

    assert poll(database, dovecot.settings(), clock).new == 2
    assert {row.message_id for row in stored(database)} == {"1@verein.example"}


def test_mails_without_any_message_id_are_told_apart(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    dovecot.deliver(b"From: a@verein.example\n\nIch komme.\n")
    dovecot.deliver(b"From: b@verein.example\n\nIch komme.\n")
    dovecot.deliver(b"")
    dovecot.deliver(b"\xff\x00 no header at all")

    assert poll(database, dovecot.settings(), clock).new == 4


def test_after_a_change_of_uidvalidity_all_is_looked_at_and_nothing_doubled(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    for number in range(3):
        dovecot.deliver(mail(number))
    poll(database, dovecot.settings(), clock)
    before = mailbox(database).uidvalidity
    dovecot.change_uidvalidity()
    dovecot.deliver(mail(9))

    report = poll(database, dovecot.settings(), clock)

    assert report.renumbered
    assert (report.new, report.known) == (1, 3)
    assert len(stored(database)) == 4
    assert mailbox(database).uidvalidity != before
    assert poll(database, dovecot.settings(), clock).known == 0


def test_a_restored_folder_that_gives_uids_out_again_hides_no_mail(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    for number in range(3):
        dovecot.deliver(mail(number))
    poll(database, dovecot.settings(), clock)
    dovecot.restore_older_state()
    dovecot.deliver(mail(7))

    assert poll(database, dovecot.settings(), clock).new == 1
    assert len(stored(database)) == 4


def test_a_mail_that_vanishes_between_search_and_fetch_is_no_error(dovecot: Dovecot, clock: FixedClock) -> None:
    for number in range(3):
        dovecot.deliver(mail(number))
    settings = dovecot.settings()
    with connected(settings) as session:
        folder = open_folder(session, settings)
        uids = uids_above(session, settings, folder, 0)
        dovecot.delete(uids[1])
        (batch,) = batches(session, settings, folder, uids, clock.now())

    assert [found.uid for found in batch.mails] == [uids[0], uids[2]]
    assert (batch.vanished, batch.last_uid) == (1, uids[2])


@pytest.mark.parametrize("window", [1, 2, 3, 7, 8])
def test_a_large_folder_is_searched_in_parts_without_losing_any(dovecot: Dovecot, window: int) -> None:
    for number in range(7):
        dovecot.deliver(mail(number))
    settings = dovecot.settings()
    with connected(settings) as session:
        folder = open_folder(session, settings)
        whole = uids_above(session, settings, folder, 0)
        assert len(whole) == 7
        assert uids_above(session, settings, folder, 0, window=window) == whole
        assert uids_above(session, settings, folder, whole[3], window=window) == whole[4:]
        # „n:*“ would name the last mail once more.
        assert uids_above(session, settings, folder, whole[6], window=window) == []


def test_one_large_mail_does_not_sit_in_memory_beside_others(dovecot: Dovecot, clock: FixedClock) -> None:
    for number in range(4):
        dovecot.deliver(mail(number, text="x" * 76 + "\n"))
    dovecot.deliver(mail(5, text=("y" * 76 + "\n") * 400_000))
    for number in range(6, 9):
        dovecot.deliver(mail(number))
    settings = dovecot.settings()
    with connected(settings) as session:
        folder = open_folder(session, settings)
        uids = uids_above(session, settings, folder, 0)
        found = [[len(each.raw) for each in batch.mails] for batch in batches(session, settings, folder, uids, NOON)]

    assert [len(sizes) for sizes in found] == [4, 1, 3]
    assert found[1][0] > 30_000_000


def test_a_mail_of_30_megabytes_and_one_to_10000_people_are_stored_whole(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    people = ",\n ".join(f"person{number}@verein.example" for number in range(10_000))
    large = mail(1, text=("QUJD" * 19 + "\n") * 390_000)
    crowd = mail(2, extra=f"Cc: {people}\n")
    for raw in (large, crowd, mail(3)):
        dovecot.deliver(raw)

    assert poll(database, dovecot.settings(), clock).new == 3
    assert raws(database)[:2] == [large.replace(b"\n", b"\r\n"), crowd.replace(b"\n", b"\r\n")]


def test_a_mail_beyond_all_measure_is_kept_with_its_header_and_shown(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    dovecot.deliver(mail(1, text="x" * 1000) + b"y" * LARGEST_MAIL)
    dovecot.deliver(mail(2))

    report = poll(database, dovecot.settings(), clock)

    assert (report.new, report.incomplete) == (2, 1)
    too_large, next_one = sorted(stored(database), key=lambda row: row.message_id)
    assert too_large.state is MailState.FAILED
    assert "50 MB zu groß" in too_large.error
    assert too_large.size > LARGEST_MAIL
    assert (too_large.sender_email, too_large.subject) == ("person1@verein.example", "Anmeldung 1")
    assert next_one.state is MailState.NEW
    assert poll(database, dovecot.settings(), clock).new == 0


@pytest.mark.parametrize("answered", [300, 3_000, 30_000, 150_000, 400_000])
def test_a_line_that_breaks_in_the_middle_loses_and_doubles_nothing(
    dovecot: Dovecot, database: Database, clock: FixedClock, proxy: Proxy, answered: int
) -> None:
    for number in range(250):
        dovecot.deliver(mail(number, text="z" * 1500))
    settings = dovecot.settings(port=proxy.port, tls="none")
    proxy.cut_after(answered)
    with pytest.raises(MailboxUnreachableError, match="abgebrochen"):
        poll(database, settings, clock)
    half = len(stored(database))
    assert mailbox(database).last_uid == max((uid for _validity, uid in places(database)), default=0)

    report = poll(database, settings, clock)

    assert report.new == 250 - half
    assert sorted(row.message_id for row in stored(database)) == sorted(f"{n}@verein.example" for n in range(250))
    assert len(places(database)) == 250


def test_a_line_that_breaks_every_time_still_brings_all_mails_in_the_end(
    dovecot: Dovecot, database: Database, clock: FixedClock, proxy: Proxy
) -> None:
    for number in range(40):
        dovecot.deliver(mail(number, text="z" * 10_000))
    settings = dovecot.settings(port=proxy.port, tls="none")
    looks = 0
    while len(stored(database)) < 40:
        looks += 1
        proxy.cut_after(100_000)
        with contextlib.suppress(MailboxUnreachableError):
            poll(database, settings, clock)
        assert looks < 15

    assert len(places(database)) == 40


def test_a_server_that_was_killed_is_noted_and_found_again(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    dovecot.deliver(mail(1))
    poll(database, dovecot.settings(), clock)
    dovecot.kill()
    dovecot.deliver(mail(2))

    with pytest.raises(MailboxUnreachableError, match="nimmt keine Verbindung an"):
        poll(database, dovecot.settings(), clock)
    noted = mailbox(database)
    assert "nimmt keine Verbindung an" in noted.error
    assert noted.failing_since == NOON

    dovecot.start()
    assert poll(database, dovecot.settings(), clock).new == 1
    noted = mailbox(database)
    assert (noted.error, noted.failing_since, noted.polled_at, noted.server_count) == ("", None, NOON, 2)


def test_the_beginning_of_an_outage_is_kept(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    dovecot.kill()
    for hour in ("10", "11"):
        clock.move_to(datetime.fromisoformat(f"2024-11-05T{hour}:00:00+00:00"))
        with pytest.raises(MailboxUnreachableError):
            poll(database, dovecot.settings(), clock)

    assert mailbox(database).failing_since == datetime.fromisoformat("2024-11-05T10:00:00+00:00")


def test_the_stop_signal_ends_after_the_batch_and_the_rest_comes_next_time(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    for number in range(150):
        dovecot.deliver(mail(number))
    stop = threading.Event()
    stop.set()

    report = poll(database, dovecot.settings(), clock, stop=stop)

    assert report.stopped
    assert 0 < report.new < 150
    assert poll(database, dovecot.settings(), clock).new == 150 - report.new


def test_the_stop_signal_ends_a_look_at_a_silent_server_without_calling_it_a_failure(
    dovecot: Dovecot, database: Database, clock: FixedClock, proxy: Proxy
) -> None:
    proxy.freeze()
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()

    report = poll(database, dovecot.settings(port=proxy.port, tls="none", timeout_seconds=60), clock, stop=stop)

    assert report.stopped


def test_two_programs_that_look_at_the_same_time_store_every_mail_once(
    dovecot: Dovecot, database: Database, clock: FixedClock
) -> None:
    for number in range(300):
        dovecot.deliver(mail(number))
    reports = []
    threads = [
        threading.Thread(target=lambda: reports.append(poll(database, dovecot.settings(), clock))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(reports) == 2
    assert len(stored(database)) == 300
    assert len(places(database)) == 300
