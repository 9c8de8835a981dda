"""A mail in a real mailbox becomes a confirmed registration: the command as its users call it, on real servers."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer, running_smtp
from tests.whole.office import BERLIN, Office, mail

ONE = mail("Ayşe Yılmaz", "Guten Tag,\n\nhiermit melde ich mich an.\n\nMit freundlichen Grüßen\nAyşe Yılmaz\n")
TWO = mail("Jürgen Groß", "Hallo,\n\nwir kommen zu zweit.\n\nViele Grüße\nJürgen Groß\n", address="gross@example.org")
OPEN = mail("Edona Krasniqi", "Hallo,\n\nvielleicht komme ich, vielleicht auch nicht.\n\nEdona Krasniqi\n")
AWAY = mail(
    "Uwe Klein",
    "Ich bin nicht im Büro.",
    subject="Automatische Antwort: Einladung",
    Auto_Submitted="auto-replied",
)


@pytest.fixture
def office(tmp_path: Path, dovecot: Dovecot, smtp_server: SmtpServer) -> Office:
    return Office(tmp_path, dovecot, smtp_server)


@contextlib.contextmanager
def daemon(office: Office) -> Iterator[subprocess.Popen[bytes]]:
    process = office.start()
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def until(condition: Callable[[], bool], seconds: float = 40) -> None:
    """Waits until something has happened."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def has_children(pid: int, count: int) -> bool:
    """Whether a process has started this many others."""
    found = 0
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        # A thread may have ended meanwhile.
        with contextlib.suppress(OSError):
            found += len(listed.read_text().split())
    return found >= count


def test_a_mail_goes_all_the_way_from_the_mailbox_to_the_list_the_answer_and_the_reminder(office: Office) -> None:
    office.imap.deliver(ONE, dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN))
    office.imap.deliver(TWO, dt.datetime(2024, 10, 21, 12, tzinfo=BERLIN))
    office.imap.deliver(OPEN, dt.datetime(2024, 10, 22, 12, tzinfo=BERLIN))
    office.imap.deliver(AWAY, dt.datetime(2024, 10, 22, 13, tzinfo=BERLIN))
    office.once(dt.datetime(2024, 10, 23, 8, tzinfo=BERLIN))

    people = office.by_name()
    assert (people["Ayşe Yılmaz"]["status"], people["Ayşe Yılmaz"]["headcount"]) == ("confirmed", 1)
    assert (people["Jürgen Groß"]["status"], people["Jürgen Groß"]["headcount"]) == ("confirmed", 2)
    assert people["Edona Krasniqi"]["status"] == "review"
    assert "Uwe Klein" not in people

    answers = {sent.recipients[0]: sent for sent in office.smtp.mails}
    assert set(answers) == {"ayse@example.org", "gross@example.org", "edona@example.org"}
    confirmation = answers["ayse@example.org"].message
    assert str(confirmation["Subject"]).startswith("Anmeldebestätigung:")
    assert people["Ayşe Yılmaz"]["reference"] in confirmation["Subject"]
    assert confirmation["Auto-Submitted"] == "auto-replied"
    message_id = next(line for line in ONE.decode().splitlines() if line.startswith("Message-ID:")).split()[1]
    assert confirmation["In-Reply-To"] == message_id
    assert message_id in confirmation["References"]
    assert "Ayşe Yılmaz" in answers["ayse@example.org"].part("text/plain")
    assert "Ayşe Yılmaz" in answers["ayse@example.org"].part("text/html")
    receipt = answers["edona@example.org"]
    assert str(receipt.message["Subject"]).startswith("Eingangsbestätigung:")

    office.once(dt.datetime(2024, 11, 12, 9, 1, tzinfo=BERLIN))
    reminders = [sent for sent in office.smtp.mails if str(sent.message["Subject"]).startswith("Erinnerung:")]
    assert sorted(sent.recipients[0] for sent in reminders) == ["ayse@example.org", "gross@example.org"]
    assert all(sent.message["Auto-Submitted"] == "auto-generated" for sent in reminders)


def test_nothing_is_sent_twice_however_often_the_pass_runs(office: Office) -> None:
    office.imap.deliver(ONE, dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN))
    office.once(dt.datetime(2024, 10, 23, 8, tzinfo=BERLIN))
    for minute in range(10):
        office.once(dt.datetime(2024, 11, 12, 9, minute, tzinfo=BERLIN))
    kinds = [subject.split(":")[0] for _, subject in office.subjects()]
    assert sorted(kinds) == ["Anmeldebestätigung", "Erinnerung"]


def test_the_deadline_ends_at_midnight_by_the_arrival_at_the_server(office: Office) -> None:
    last = dt.datetime(2024, 11, 8, 23, 59, 59, tzinfo=BERLIN)
    # The sender's own Date is the same for both, and wrong: it decides nothing.
    early = dt.datetime(2024, 11, 1, 12, tzinfo=BERLIN)
    office.imap.deliver(mail("Nora Pünktlich", "Ich melde mich an.\n\nNora Pünktlich\n", sent=early), last)
    office.imap.deliver(
        mail("Tim Spät", "Ich melde mich an.\n\nTim Spät\n", sent=early), last + dt.timedelta(seconds=1)
    )
    office.once(dt.datetime(2024, 11, 9, 8, tzinfo=BERLIN))
    people = office.by_name()
    assert (people["Nora Pünktlich"]["status"], people["Nora Pünktlich"]["late"]) == ("confirmed", False)
    assert (people["Tim Spät"]["status"], people["Tim Spät"]["late"]) == ("late", True)
    assert [subject.split(":")[0] for _, subject in office.subjects()] == [
        "Anmeldebestätigung",
        "Anmeldung nach Anmeldeschluss",
    ]


def test_the_same_mail_delivered_twice_and_renumbered_changes_nothing(office: Office) -> None:
    arrived = dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN)
    office.imap.deliver(ONE, arrived)
    office.imap.deliver(b"Received: from elsewhere\r\n" + ONE, arrived)
    office.once(dt.datetime(2024, 10, 23, 8, tzinfo=BERLIN))
    office.imap.change_uidvalidity()
    office.once(dt.datetime(2024, 10, 23, 9, tzinfo=BERLIN))
    assert [registration["headcount"] for registration in office.registrations()] == [1]
    assert len(office.smtp.mails) == 1
    assert "Auf dem Server liegen 2 Mails, hier sind 2." in office.call("list").stdout


def test_another_mail_with_a_copied_message_id_is_not_swallowed_but_waits(office: Office) -> None:
    arrived = dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN)
    office.imap.deliver(mail("Ayşe Yılmaz", "Ich melde mich an.\n\nAyşe Yılmaz\n", message_id="<1@x.example>"), arrived)
    office.imap.deliver(mail("Can Kaya", "Ich melde mich an.\n\nCan Kaya\n", message_id="<1@x.example>"), arrived)
    office.once(dt.datetime(2024, 10, 23, 8, tzinfo=BERLIN))
    people = office.by_name()
    assert people["Ayşe Yılmaz"]["status"] == "confirmed"
    assert people["Can Kaya"]["status"] == "review"


def test_the_daemon_answers_at_once_survives_a_dead_mail_server_and_ends_cleanly(office: Office) -> None:
    office.imap.deliver(ONE, dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN))
    with daemon(office) as process:
        until(lambda: len(office.smtp.mails) == 1)
        office.imap.kill()
        office.imap.start()
        office.imap.deliver(TWO, dt.datetime(2024, 10, 21, 12, tzinfo=BERLIN))
        until(lambda: len(office.smtp.mails) == 2)
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert time.monotonic() - begin < 10
    assert "Anmeldepost ist beendet." in office.log
    assert "Traceback" not in office.log
    assert len(office.registrations()) == 2


def test_a_daemon_that_is_told_to_end_while_it_still_starts_ends_cleanly(office: Office) -> None:
    config = office.folder / "slow.toml"
    os.mkfifo(config)
    with (
        subprocess.Popen([sys.executable, "-m", "processor", "run", "--config", str(config)]) as daemon,
        # Opens when the other side reads: it has begun, and waits for the rest of its configuration.
        config.open("wb"),
    ):
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(20) == 0


def test_a_daemon_that_is_killed_in_the_middle_loses_and_doubles_nothing(office: Office) -> None:
    names = [f"Nadia Probe{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    for number, name in enumerate(names):
        raw = mail(name, f"Ich melde mich an.\n\n{name}\n", address=f"nadia{number}@example.org")
        office.imap.deliver(raw, dt.datetime(2024, 10, 20, 12, number, tzinfo=BERLIN))
    # Killed again and again, each time a little later than before.
    for pause in (0.6, 0.9, 1.2, 1.6, 2.0):
        with daemon(office) as process:
            time.sleep(pause)
            process.kill()
    office.once()
    assert sorted(registration["contact"]["name"] for registration in office.registrations()) == names
    by_message = {sent.message_id for sent in office.smtp.mails}
    assert {sent.recipients[0] for sent in office.smtp.mails} == {f"nadia{n}@example.org" for n in range(len(names))}
    assert len(by_message) == len(names)


def test_no_mail_is_to_blame_for_a_daemon_that_is_killed_again_and_again_while_it_starts(office: Office) -> None:
    for name in ("Anna Linde", "Berta Eiche", "Clara Ulme"):
        raw = mail(name, f"Guten Tag,\n\nhiermit melde ich mich an.\n\n{name}\n")
        office.imap.deliver(raw, dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN))
    for _ in range(3):
        with daemon(office) as process:
            # One that tracks shared resources, and then the one that reads: it only starts.
            until(functools.partial(has_children, process.pid, 2))
            process.kill()
    office.once()
    assert [one["status"] for one in office.registrations()] == ["confirmed"] * 3
    assert len(office.smtp.mails) == 3


def test_a_server_out_of_reach_is_said_in_one_sentence_and_the_other_jobs_run(office: Office) -> None:
    office.imap.deliver(ONE, dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN))
    office.smtp.stop()
    done = office.once(expect=1)
    assert len(done.stderr.strip().splitlines()) <= 4
    assert office.by_name()["Ayşe Yılmaz"]["status"] == "confirmed"
    office.smtp.start()
    office.imap.kill()
    done = office.call("once", "--now", "2030-01-01T00:00", expect=1)
    assert "127.0.0.1" in done.stderr
    assert len(office.smtp.mails) == 1


def test_a_wrong_password_is_named_without_showing_it(office: Office) -> None:
    office.environment["ANMELDEPOST_IMAP_PASSWORD"] = "ganz-falsch"
    done = office.once(expect=1)
    assert "Passwort" in done.stderr
    assert "ganz-falsch" not in done.stderr


BAD_MAILS = {
    "nothing at all": b"",
    "no mail": bytes(range(256)) * 40,
    "no headers": b"\n\nIch komme.\n",
    "an unknown charset": b"From: a@example.org\nContent-Type: text/plain; charset=klingon-7\n\nIch komme, \xff\xfe\n",
    "ten thousand recipients": (
        b"From: a@example.org\nTo: "
        + b", ".join(b"x%d@example.org" % number for number in range(10_000))
        + b"\n\nHallo\n"
    ),
    "thirty megabytes": (
        b"From: a@example.org\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
        + (b"QUFB" * 18 + b"\n") * 420_000
    ),
}


@pytest.mark.parametrize("what", BAD_MAILS)
def test_bad_mails_are_kept_and_shown_and_the_next_one_goes_on(office: Office, what: str) -> None:
    office.imap.deliver(BAD_MAILS[what], dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN))
    office.imap.deliver(ONE, dt.datetime(2024, 10, 21, 12, tzinfo=BERLIN))
    office.once(dt.datetime(2024, 10, 23, 8, tzinfo=BERLIN))
    assert office.by_name()["Ayşe Yılmaz"]["status"] == "confirmed", what
    assert "Auf dem Server liegen 2 Mails, hier sind 2." in office.call("list").stdout


def test_check_says_line_by_line_what_is_right_and_what_is_not(office: Office) -> None:
    good = office.call("check").stdout
    assert "Auf dem Server liegen 0 Mails in INBOX, hier sind 0" in good
    assert "FEHLT" not in good
    office.imap.kill()
    bad = office.call("check", expect=1).stdout
    assert sum(line.startswith("FEHLT") for line in bad.splitlines()) == 1


def test_a_telephone_call_is_entered_and_confirmed_by_mail(office: Office) -> None:
    said = office.call(
        "add", "--name", "Fatma Demir", "--organisation", "Frauencafé e.V.", "--email", "fatma@example.org",
        "--headcount", "2", "--by", "phone", "--phone", "0209 169-3052",
    ).stdout  # fmt: skip
    registration = office.by_name()["Fatma Demir"]
    assert registration["reference"] in said
    assert (registration["channel"], registration["headcount"]) == ("phone", 2)
    assert registration["contact"]["phone"] == "+492091693052"
    # The clock of a replay stands earlier than the one that the call was entered by.
    office.once(dt.datetime(2024, 10, 23, 8, tzinfo=BERLIN))
    assert [recipient for recipient, _ in office.subjects()] == ["fatma@example.org"]


def test_the_sum_below_the_list_counts_no_seat_that_is_only_wished_for(office: Office) -> None:
    office.imap.deliver(ONE, dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN))
    office.imap.deliver(
        mail("Ayşe Yılmaz", "Guten Tag,\n\nwir kommen zu viert.\n\nAyşe Yılmaz\n"),
        dt.datetime(2024, 11, 9, 12, tzinfo=BERLIN),
    )
    office.once()
    assert "bestätigt: 1 mit 1 Plätzen (dazu gewünscht: 3 nach Anmeldeschluss)" in office.call("list").stdout


def test_an_export_goes_through_a_pipe_and_behind_a_link_and_takes_the_place_of_neither(office: Office) -> None:
    pipe, link, target = office.folder / "pipe", office.folder / "link.json", office.folder / "list.json"
    os.mkfifo(pipe)
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
        office.call("export", "--format", "json", "--output", pipe)
        assert json.loads(reader.read()) == []
    assert pipe.is_fifo()
    link.symlink_to(target)
    office.call("export", "--format", "json", "--output", link)
    assert link.is_symlink()
    assert json.loads(target.read_text()) == []


def test_an_export_that_cannot_be_written_names_the_file_that_was_asked_for(office: Office) -> None:
    folder = office.folder / "folder"
    folder.mkdir()
    done = office.call("export", "--format", "xlsx", "--output", folder, expect=2)
    assert f"{folder}: Das ist ein Ordner" in done.stderr
    done = office.call("export", "--format", "csv", "--output", "/dev/full", expect=2)
    assert "/dev/full: Die Datei lässt sich nicht schreiben" in done.stderr
    assert Path("/dev/full").is_char_device()


def test_answers_go_through_starttls_and_a_login(
    tmp_path: Path, dovecot: Dovecot, smtp_certificate: tuple[Path, Path]
) -> None:
    with running_smtp(tls="starttls", certificate=smtp_certificate, users={"office": "geheim"}) as server:
        login = f'user = "office"\nca_file = "{server.ca_file}"'
        office = Office(tmp_path, dovecot, server, smtp_extra=login)
        dovecot.deliver(ONE, dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN))
        office.once(dt.datetime(2024, 10, 23, 8, tzinfo=BERLIN))
        (sent,) = server.mails
        assert (sent.user, sent.encrypted) == ("office", True)


def test_the_whole_way_on_postgresql(
    tmp_path: Path, dovecot: Dovecot, smtp_server: SmtpServer, postgres_url: str
) -> None:
    office = Office(tmp_path, dovecot, smtp_server, database=postgres_url)
    dovecot.deliver(ONE, dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN))
    dovecot.deliver(
        b"From: a@example.org\nSubject: a\x00b\n\nIch\x00 komme\n", dt.datetime(2024, 10, 20, 13, tzinfo=BERLIN)
    )
    for _ in range(2):
        office.once(dt.datetime(2024, 10, 23, 8, tzinfo=BERLIN))
    assert office.by_name()["Ayşe Yılmaz"]["status"] == "confirmed"
    assert len([mail for mail in smtp_server.mails if mail.recipients == ["ayse@example.org"]]) == 1


def test_a_pass_sends_all_its_answers_at_the_pace_that_is_set(
    tmp_path: Path, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    office = Office(tmp_path, dovecot, smtp_server, per_minute=20)
    names = [f"Nadia Probe{letter}" for letter in "abcdefghijklmnopqrstuvw"]
    for number, name in enumerate(names):
        raw = mail(name, f"Ich melde mich an.\n\n{name}\n", address=f"nadia{number}@example.org")
        dovecot.deliver(raw, dt.datetime(2024, 10, 20, 12, number, tzinfo=BERLIN))
    office.once(dt.datetime(2024, 10, 23, 8, tzinfo=BERLIN))
    assert len(smtp_server.mails) == len(names)
