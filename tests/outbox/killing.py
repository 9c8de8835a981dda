"""An office whose delivering process is killed again and again, and what must hold afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select

from processor import outbox
from processor.database import Database, OutgoingMail, OutgoingState
from tests.outbox.builders import NOW, due_for, enter, make_database, make_settings
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

ROOT = Path(__file__).parents[2]
#: Stands in every mail, and so in what both servers are given of it.
_IN_A_MAIL = "Auto-Submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where a process dies."""

    #: smtp, imap, or commit.
    channel: str
    #: before or after it sends (or commits); received: when it has read.
    when: str
    #: What it sends or reads there.
    word: str
    #: At the how many-th time.
    nth: int = 1
    #: Whether the server may have taken the answer without our having noted it: the one unavoidable case.
    may_double: bool = False


def points() -> Iterator[Point]:
    """Every step between „due“ and „sent and copied“, at the first mail of a pass and at the second."""
    for when in ("before", "after"):
        # The orphans freed, the claim, the note of each mail, the next claim, the note of each copy.
        for nth in range(1, 9):
            yield Point(channel="commit", when=when, word="commit", nth=nth, may_double=when == "before")
        yield Point(channel="smtp", when=when, word="connect")
        yield Point(channel="smtp", when=when, word="ehlo")
        yield Point(channel="smtp", when=when, word="quit")
        for word in ("MAIL FROM", "RCPT TO", "DATA\r\n", _IN_A_MAIL):
            for nth in (1, 2):
                may_double = when == "after" and word == _IN_A_MAIL
                yield Point(channel="smtp", when=when, word=word, nth=nth, may_double=may_double)
        for word in ("connect", "AUTHENTICATE", "EXAMINE", "SEARCH", "APPEND", _IN_A_MAIL, "LOGOUT"):
            yield Point(channel="imap", when=when, word=word)
    for word in ("220 ", "SMTPUTF8", "354 "):
        yield Point(channel="smtp", when="received", word=word)
    for nth in (1, 2):
        yield Point(channel="smtp", when="received", word="angenommen", nth=nth, may_double=True)
        yield Point(channel="imap", when="received", word="APPENDUID", nth=nth)
    for word in ("OK", "SEARCH", "+ "):
        yield Point(channel="imap", when="received", word=word)


class KilledOffice:
    """One database, one mailbox, one mail server; the process that delivers is another one."""

    def __init__(self, folder: Path, smtp: SmtpServer, imap: Dovecot) -> None:
        self.database: Database = make_database(folder)
        self.smtp = smtp
        self.imap = imap
        self.ids: list[str] = []
        #: The process that was started last.
        self.running = 0
        self._process = subprocess.Popen(
            [
                *("setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "tests.outbox.deliverer"),
                *(self.database.engine.url.render_as_string(hide_password=False), str(smtp.port), str(imap.port)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        # What is queued before would be sent while it gets ready.
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def queue(self, count: int = 2) -> None:
        """Queues answers."""
        with self.database.transaction() as session:
            rows = [
                outbox.queue(session, due_for(enter(session)), answered=None, settings=make_settings(), now=NOW)
                for _ in range(count)
            ]
        self.ids += [f"<{row.message_id}>" for row in rows if row is not None]

    def run(self, point: Point | None = None, begun: Callable[[], None] | None = None) -> bool:
        """Lets it deliver once; gives whether it was killed.

        :param begun: called when its number is known.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(point) if point else {}) + "\n")
        self._process.stdin.flush()
        self.running = int(self._process.stdout.readline())
        if begun is not None:
            begun()
        ended = int(self._process.stdout.readline())
        assert ended in (0, -signal.SIGKILL)
        return ended != 0

    def kill(self) -> None:
        """Kills what is delivering now, from outside."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.running, signal.SIGKILL)

    def end(self) -> None:
        """Ends the process that forks."""
        self._process.communicate(timeout=20)

    def answers(self) -> Counter[str]:
        """How often each answer has arrived, by Message-ID."""
        return Counter(mail.message_id for mail in self.smtp.mails)

    def copies(self) -> Counter[str]:
        """How often each lies in the folder of sent mails."""
        with self.imap.client() as client:
            client.select_folder("Sent", readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
        headers = [data[b"BODY[HEADER.FIELDS (MESSAGE-ID)]"].decode() for data in found.values()]
        return Counter(header.partition(":")[2].strip() for header in headers)

    def check(self, most_doubles: int) -> None:
        """No answer is lost; what came twice was the same mail; each lies in the folder, and none there three times."""
        arrived = self.answers()
        assert sorted(arrived) == sorted(self.ids)
        assert sum(arrived.values()) - len(arrived) <= most_doubles
        assert len({(mail.message_id, mail.raw) for mail in self.smtp.mails}) == len(self.ids)
        copied = self.copies()
        assert sorted(copied) == sorted(self.ids)
        assert max(copied.values()) <= 2
        with self.database.reading() as session:
            states = session.execute(select(OutgoingMail.state, OutgoingMail.copy_due).distinct()).all()
        assert [tuple(row) for row in states] == [(OutgoingState.SENT, False)]
