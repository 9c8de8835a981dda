"""The embedded servers, used by the same code as real ones."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from processor.clock import FixedClock
from processor.database import Base, Database, make_engine
from processor.demo.imap import DemoMailbox, demo_mailbox
from processor.demo.output import write_answers
from processor.demo.smtp import SentMail, demo_post
from processor.inbox import poll, probe
from processor.settings.values import ImapSettings
from tests.inbox.conftest import mail, raws, stored

ARRIVED = datetime.fromisoformat("2024-11-08T23:58:00+01:00")


@pytest.fixture
def mailbox() -> Iterator[DemoMailbox]:
    """A running embedded mailbox."""
    with demo_mailbox("office", "sesam") as running:
        yield running


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database."""
    database = Database(make_engine(f"sqlite:///{tmp_path / 'demo.db'}"))
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


def settings_of(mailbox: DemoMailbox, **changes: str) -> ImapSettings:
    return ImapSettings(
        host=mailbox.host,
        port=mailbox.port,
        tls="none",
        user="office",
        password="sesam",
        after="flag" if changes.get("after") == "flag" else "leave",
    )


def test_mails_come_out_as_they_went_in(mailbox: DemoMailbox, database: Database) -> None:
    written = [mail(number, text="Çok güzel – ні" * number).replace(b"\n", b"\r\n") for number in range(1, 4)]
    for raw in written:
        mailbox.deliver(raw, ARRIVED)

    report = poll(database, settings_of(mailbox), FixedClock(ARRIVED))

    assert report.new == 3
    assert raws(database) == written
    assert {row.arrived_at for row in stored(database)} == {ARRIVED}
    assert poll(database, settings_of(mailbox), FixedClock(ARRIVED)).new == 0


def test_a_server_without_keywords_of_our_own_gets_the_common_flag(mailbox: DemoMailbox, database: Database) -> None:
    mailbox.deliver(mail(1), ARRIVED)
    settings = settings_of(mailbox, after="flag")

    assert probe(settings).keywords is False
    assert poll(database, settings, FixedClock(ARRIVED)).courtesy_error == ""
    with mailbox.reading() as client:
        client.select_folder("INBOX", readonly=True)
        ((_uid, data),) = client.fetch(client.search(), ["FLAGS"]).items()
    assert b"\\Flagged" in data[b"FLAGS"]
    assert b"\\Seen" not in data[b"FLAGS"]


def test_what_is_sent_can_be_opened_afterwards(tmp_path: Path) -> None:
    with demo_post() as post, smtplib.SMTP(post.host, post.port, timeout=10) as client:
        client.sendmail(
            "47-ki@gelsenkirchen.example",
            ["ada@verein.example"],
            b"Subject: =?utf-8?q?Anmeldebest=C3=A4tigung=3A_A_=3C_B?=\r\n"
            b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
            b"Guten Tag <b>Ada</b>\r\n",
        )
    index = write_answers(tmp_path, post.sent)

    (file,) = tmp_path.glob("*.eml")
    assert file.read_bytes().rstrip() == post.sent[0].raw.rstrip()
    page = index.read_text(encoding="utf-8")
    assert "Anmeldebestätigung: A &lt; B" in page
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert file.name in page
    assert "ada@verein.example" in page


def test_an_earlier_run_makes_room_and_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / "brief.eml").write_text("mine")
    write_answers(tmp_path, [SentMail(("a@verein.example",), b"Subject: x\r\n\r\n")] * 3)
    write_answers(tmp_path, [SentMail(("a@verein.example",), b"Subject: x\r\n\r\n")])

    assert sorted(path.name for path in tmp_path.glob("*.eml")) == ["001-x-a-verein-example.eml", "brief.eml"]
