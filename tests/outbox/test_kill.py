"""The process is killed at every step, again and again: no answer is lost, and no kill doubles more than one."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outbox.killing import KilledOffice, points
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Call, SmtpServer, Stage, Wait

#: Killed here, the server has not taken the mail.
BEFORE: tuple[Stage, ...] = ("ehlo", "mail", "rcpt", "data", "body")
#: Killed here, it has, and we may not have noted it.
AT_THE_END: tuple[Stage, ...] = ("dot", "after")


@pytest.fixture
def office(tmp_path: Path, smtp_server: SmtpServer, dovecot: Dovecot) -> Iterator[KilledOffice]:
    one = KilledOffice(tmp_path, smtp_server, dovecot)
    yield one
    one.end()


def test_killed_at_every_step_from_the_claim_to_the_copy(office: KilledOffice) -> None:
    doubles = 0
    for point in points():
        office.queue()
        killed = office.run(point)
        assert killed, point
        doubles += point.may_double
    assert not office.run()
    office.check(doubles)


def test_killed_from_outside_at_every_step_of_the_dialogue(office: KilledOffice) -> None:
    doubles = 0
    for number in range(14):
        office.queue()
        stage = (*BEFORE, *AT_THE_END)[number % 7]
        started = threading.Event()

        def kill(started: threading.Event = started) -> None:
            # The number of the process is known a moment after it has begun.
            started.wait(20)
            office.kill()

        # At the first mail or at the second: then the first one is noted already.
        if stage != "ehlo" and number >= 7:
            office.smtp.expect(stage, Wait(0))
        office.smtp.expect(stage, Call(kill))
        assert office.run(begun=started.set)
        doubles += stage in AT_THE_END
    assert not office.run()
    office.check(doubles)


def test_killed_at_any_moment(office: KilledOffice) -> None:
    chance = random.Random(4711)
    killed = 0
    for _ in range(15):
        office.queue(3)
        # A pass over three mails takes some 20 ms, and their copies as long again.
        timer = threading.Timer(chance.uniform(0, 0.06), office.kill)
        killed += office.run(begun=timer.start)
        timer.cancel()
    assert not office.run()
    assert killed > 0
    office.check(killed)


def test_a_mailbox_that_takes_no_copy_sends_nobody_a_second_answer(office: KilledOffice) -> None:
    office.queue(3)
    office.imap.stop()
    for _ in range(3):
        assert not office.run()
    assert set(office.answers().values()) == {1}
    office.imap.start()
    assert not office.run()
    office.check(0)
    assert set(office.copies().values()) == {1}
