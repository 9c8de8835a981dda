"""Samples to oneself: every kind in every language arrives at a real server, and says that it is none of an answer."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from processor import outbox
from processor.cli.main import main
from processor.clock import FixedClock
from processor.database import Database, make_engine
from processor.errors import UsageError
from processor.outbox.checking import kinds
from processor.resources import templates_folder
from tests.outbox.builders import LANGUAGES, NOW, due_for, enter, make_settings
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

MARK = "Dies ist ein Muster. Die Personen und Angaben darin sind erfunden."


def send(server: SmtpServer, **changes: object) -> outbox.SampleReport:
    return outbox.send_samples(make_settings(server, **changes), "me@example.org", NOW)


def test_every_kind_arrives_in_every_language_and_is_marked_as_a_sample(smtp_server: SmtpServer) -> None:
    report = send(smtp_server)
    # The digest, and the mail that tells of a hold, are for the staff and in German alone.
    assert report == outbox.SampleReport(sent=len(kinds()) * len(LANGUAGES) + 2, broken=())
    assert len(smtp_server.mails) == report.sent
    greetings: Counter[str] = Counter()
    for mail in smtp_server.mails:
        assert mail.recipients == ["me@example.org"]
        assert str(mail.message["Subject"]).startswith("Muster – ")
        text = mail.part("text/plain")
        assert text.startswith(MARK)
        assert MARK in mail.part("text/html")
        greetings[text.splitlines()[3]] += 1
    assert greetings.pop("Guten Tag,") == 2
    assert list(greetings.values()) == [len(kinds())] * len(LANGUAGES)


def test_no_more_go_in_a_minute_than_is_set(smtp_server: SmtpServer) -> None:
    pauses: list[float] = []
    gone: list[int] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        gone.append(len(smtp_server.mails))

    settings = make_settings(smtp_server, smtp_per_minute=40)
    report = outbox.send_samples(settings, "me@example.org", NOW, pause=pause)
    assert gone == [40, 80]
    assert pauses == [60, 60]
    assert len(smtp_server.mails) == report.sent == 98


def test_what_a_broken_template_spoils_is_named_and_the_others_arrive(smtp_server: SmtpServer, tmp_path: Path) -> None:
    folder = shutil.copytree(templates_folder(), tmp_path / "templates")
    path = folder / "mail" / "reminder.j2"
    path.write_text(path.read_text(encoding="utf-8").replace("{{ date }}", "{{ datum }}"), encoding="utf-8")
    report = outbox.send_samples(make_settings(smtp_server), "me@example.org", NOW, folder=folder)
    [mistake] = report.broken
    assert mistake.startswith(f"{path}, Zeile 5:")
    assert len(smtp_server.mails) == report.sent == 98 - len(LANGUAGES)


def test_a_sample_for_no_address_is_refused_in_words(smtp_server: SmtpServer) -> None:
    with pytest.raises(UsageError, match="keine Mailadresse"):
        outbox.send_samples(make_settings(smtp_server), "me at example", NOW)


CONFIG = """
[imap]
host = "{imap.host}"
port = {imap.port}
tls = "ssl"
ca_file = "{imap.ca_file}"
user = "{imap.user}"

[smtp]
host = "{smtp.host}"
port = {smtp.port}
tls = "none"
from_address = "47-ki@gelsenkirchen.de"
per_minute = 1000

[database]
url = "sqlite:///{folder}/list.sqlite3"

[event]
title = "Migrantenorganisationen als Partner"
date = 2024-11-15
doors = "13:00"
place = "Ulu Camii Erle"
deadline = 2024-11-08

[answers]
templates = "vorlagen"
"""


@pytest.fixture
def config(tmp_path: Path, smtp_server: SmtpServer, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config that points to real servers; the office has a folder of templates of its own."""
    imap = dovecot.settings()
    monkeypatch.setenv("ANMELDEPOST_IMAP_PASSWORD", imap.password)
    (tmp_path / "vorlagen" / "mail").mkdir(parents=True)
    path = tmp_path / "office.toml"
    path.write_text(CONFIG.format(imap=imap, smtp=smtp_server, folder=tmp_path), encoding="utf-8")
    return path


def test_check_sends_them_from_the_command_line(
    config: Path, smtp_server: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--config", str(config), "--mail", "me@example.org"]) == 0
    assert "gut    Muster: 98 Muster gingen an me@example.org." in capsys.readouterr().out
    assert len(smtp_server.mails) == 98


@pytest.mark.parametrize(
    ("template", "mistake"),
    [
        (
            "{% extends layout %}\n{% block label %}x{% endblock %}\n{% block opening %}\n{{ no }}\n{% endblock %}",
            "Zeile 4",
        ),
        ("{% extends layout %}\n{% block label %}x{% endblock %}\n{% block opening %}\n{{ no\n", "Zeile 4"),
        ("{% extends layout %}\n{% block opening %}Guten Tag{% endblock %}\n", "Zeile 1: Der Block „label“ fehlt."),
        ("", "Zeile 1: Der Block „label“ fehlt."),
    ],
)
def test_check_names_the_broken_template_with_file_and_line_and_ends_with_1(
    template: str, mistake: str, config: Path, smtp_server: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    own = config.parent / "vorlagen" / "mail" / "waitlist.j2"
    own.write_text(template, encoding="utf-8")
    assert main(["check", "--config", str(config), "--mail", "me@example.org"]) == 1
    lines = capsys.readouterr().out.splitlines()
    named = f"{own}, {mistake}"
    assert [line for line in lines if line.startswith("FEHLT  Vorlagen:") and named in line]
    assert [line for line in lines if line.startswith("FEHLT  Muster: 90 Muster gingen an") and named in line]
    assert len(smtp_server.mails) == 90


def test_check_says_that_the_queue_is_held_and_who_will_hear_nothing(
    config: Path, smtp_server: SmtpServer, capsys: pytest.CaptureFixture[str]
) -> None:
    staff = '[staff]\ndigest_to = ["47-ki@gelsenkirchen.de", "chef@example.org"]\n'
    config.write_text(config.read_text(encoding="utf-8") + staff, encoding="utf-8")
    assert main(["check", "--config", str(config)]) == 1
    [named] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("FEHLT")]
    assert "Tagesübersicht: [staff] digest_to nennt 47-ki@gelsenkirchen.de: Das ist unsere eigene Adresse." in named
    database = Database(make_engine(f"sqlite:///{config.parent}/list.sqlite3"))
    settings = make_settings(smtp_server, smtp_per_hour=2)
    with database.transaction() as session:
        for _ in range(3):
            outbox.queue(session, due_for(enter(session)), answered=None, settings=settings, now=NOW)
    outbox.deliver(database, settings, FixedClock(NOW))
    database.dispose()
    main(["check", "--config", str(config)])
    assert "FEHLT  Versand: Seit 05.11.2024 10:00 ist er angehalten" in capsys.readouterr().out
