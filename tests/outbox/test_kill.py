"""The process is killed at every step, again and again: no answer is lost, and no kill doubles more than one."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from processor import outbox
from processor.database import Database, OutgoingMail
from tests.outbox.builders import NOW, due_for, enter, make_database, make_settings
from tests.servers.smtp import Call, SmtpServer, Stage, Wait

ROOT = Path(__file__).parents[2]
#: Killed here, the server has not taken the mail.
BEFORE: tuple[Stage, ...] = ("ehlo", "mail", "rcpt", "data", "body")
#: Killed here, it has, and we may not have noted it.
AT_THE_END: tuple[Stage, ...] = ("dot", "after")


class Deliverer:
    """The other process."""

    def __init__(self, database: Database, server: SmtpServer) -> None:
        self._process = subprocess.Popen(
            [
                *("setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "tests.outbox.deliverer"),
                *(database.engine.url.render_as_string(hide_password=False), str(server.port)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.running = 0

    def run(self, killing: Callable[[], None] | None = None) -> int:
        """Lets it deliver once; gives how it ended (-9 where it was killed)."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("deliver\n")
        self._process.stdin.flush()
        self.running = int(self._process.stdout.readline())
        if killing is not None:
            killing()
        return int(self._process.stdout.readline())

    def kill(self) -> None:
        """Kills what is delivering now."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.running, signal.SIGKILL)

    def end(self) -> None:
        """Ends the process that forks."""
        self._process.communicate(timeout=20)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return make_database(tmp_path)


@pytest.fixture
def deliverer(database: Database, smtp_server: SmtpServer) -> Iterator[Deliverer]:
    process = Deliverer(database, smtp_server)
    yield process
    process.end()


def queue(database: Database, count: int) -> list[str]:
    with database.transaction() as session:
        rows = [
            outbox.queue(session, due_for(enter(session)), answered=None, settings=make_settings(), now=NOW)
            for _ in range(count)
        ]
        return [f"<{row.message_id}>" for row in rows if row is not None]


def check(database: Database, server: SmtpServer, ids: list[str], most_doubles: int) -> None:
    """All arrived, and what came twice was the same mail."""
    arrived = Counter(mail.message_id for mail in server.mails)
    assert sorted(arrived) == sorted(ids)
    assert sum(arrived.values()) - len(arrived) <= most_doubles
    assert len({(mail.message_id, mail.raw) for mail in server.mails}) == len(ids)
    with database.reading() as session:
        assert set(session.scalars(select(OutgoingMail.state))) == {"sent"}


def test_killed_at_every_step_of_the_dialogue(
    database: Database, deliverer: Deliverer, smtp_server: SmtpServer
) -> None:
    ids: list[str] = []
    doubles = 0
    for number in range(42):
        ids += queue(database, 2)
        stage = (*BEFORE, *AT_THE_END)[number % 7]
        started = threading.Event()

        def kill(started: threading.Event = started) -> None:
            # The number of the process is known a moment after it has begun.
            started.wait(20)
            deliverer.kill()

        # At the first mail or at the second: then the first one is noted already.
        if stage != "ehlo" and number % 2:
            smtp_server.expect(stage, Wait(0))
        smtp_server.expect(stage, Call(kill))
        assert deliverer.run(started.set) == -signal.SIGKILL
        doubles += stage in AT_THE_END
    assert deliverer.run() == 0
    check(database, smtp_server, ids, doubles)


def test_killed_at_any_moment(database: Database, deliverer: Deliverer, smtp_server: SmtpServer) -> None:
    chance = random.Random(4711)
    ids: list[str] = []
    killed = 0
    for _ in range(40):
        ids += queue(database, 3)
        # A pass over three mails takes some 20 ms.
        timer = threading.Timer(chance.uniform(0, 0.03), deliverer.kill)
        killed += deliverer.run(timer.start) == -signal.SIGKILL
        timer.cancel()
    assert deliverer.run() == 0
    assert killed > 0
    check(database, smtp_server, ids, killed)
