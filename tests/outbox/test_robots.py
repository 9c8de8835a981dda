"""Two robots that answer each other: the whole way from a mail to an answer, and the other robot's answer to that."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

import pytest

from processor import outbox
from processor.clock import FixedClock
from processor.database import MailState
from processor.pipeline import work
from processor.reading import GuardedReader, ReadingRules
from tests.outbox.builders import NOW, make_database, make_settings, store_mail
from tests.servers.smtp import SmtpServer, Taken

BEGIN = "Guten Tag,\n\nhiermit melde ich mich zum Workshop an.\n\nMit freundlichen Grüßen\nAda Arsal\n"
SENDER = "Ada Arsal <ada@verein.example>"


class Game:
    """Our program and another one; a round is one mail of theirs and all that we say to it."""

    def __init__(self, folder: Path, server: SmtpServer, reader: GuardedReader) -> None:
        self.settings = make_settings(server)
        self.database = make_database(folder)
        self.clock = FixedClock(NOW)
        self.server = server
        self.reader = reader
        self._number = 0

    def they_write(self, text: str, answering: Taken | None = None, **headers: str) -> list[Taken]:
        self._number += 1
        mail = EmailMessage(policy=SMTP)
        mail["From"] = SENDER
        mail["To"] = "47-ki@gelsenkirchen.de"
        mail["Subject"] = f"Re: {answering.message['Subject']}" if answering else "Anmeldung"
        mail["Date"] = format_datetime(self.clock.now())
        mail["Message-ID"] = f"<{self._number}@verein.example>"
        if answering:
            mail["In-Reply-To"] = mail["References"] = answering.message_id
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        raw = mail.as_bytes()
        before = len(self.server.mails)
        with self.database.transaction() as session:
            store_mail(
                session,
                raw=zlib.compress(raw),
                size=len(raw),
                arrived_at=self.clock.now(),
                fetched_at=self.clock.now(),
                state=MailState.NEW,
                message_id=f"{self._number}@verein.example",
            )
        work(self.database, self.settings, self.clock, self.reader)
        outbox.deliver(self.database, self.settings, self.clock)
        self.clock.advance(timedelta(minutes=1))
        return self.server.mails[before:]

    def play(self, reply: Callable[[Taken], str], rounds: int, **headers: str) -> int:
        """They answer each of our answers, as long as there is one; gives how many we sent in all."""
        ours = self.they_write(BEGIN)
        for _ in range(rounds):
            if not ours:
                break
            ours = [mine for each in ours for mine in self.they_write(reply(each), each, **headers)]
        return len(self.server.mails)


@pytest.fixture(scope="module")
def reader() -> Iterator[GuardedReader]:
    """The process that reads; starting it takes longest."""
    one = GuardedReader(ReadingRules.of(make_settings()))
    yield one
    one.close()


@pytest.fixture
def game(tmp_path: Path, smtp_server: SmtpServer, reader: GuardedReader) -> Game:
    return Game(tmp_path, smtp_server, reader)


def quoting(mail: Taken) -> str:
    return "".join(f"> {line}\n" for line in mail.part("text/plain").splitlines())


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Auto_Response_Suppress": "All", "Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
    ],
)
def test_a_robot_that_says_so_gets_no_answer_at_all(headers: dict[str, str], game: Game) -> None:
    words = "Vielen Dank für Ihre Nachricht. Ich bin bis zum 18. November nicht im Büro.\n"
    assert game.play(lambda mail: words + quoting(mail), 20, **headers) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Vielen Dank für Ihre Nachricht. Wir melden uns so bald wie möglich.\n",
        "Ihre Anfrage ist bei uns unter der Nummer 2024-4711 eingegangen.\n",
        "Danke!\n",
        "",
    ],
)
def test_a_robot_that_does_not_say_so_is_stopped_all_the_same(words: str, game: Game) -> None:
    assert game.play(lambda mail: words + quoting(mail), 40) <= 3


def test_our_own_words_that_come_back_to_us_change_nothing(game: Game) -> None:
    assert game.play(lambda mail: mail.part("text/plain"), 40) <= 3
