"""``anmeldepost demo`` as a person calls it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pytest

# One worker for all: the replay is run once for several tests.
pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What one run of the demo said, and the folder that it wrote."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "processor", "demo", "--output", str(folder / "antworten")],
        capture_output=True,
        text=True,
        timeout=110,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, folder / "antworten"


def number(said: str, pattern: str) -> int:
    found = re.search(pattern, said)
    assert found, said
    return int(found[1])


def test_it_says_what_became_of_the_mails(replayed: tuple[str, Path]) -> None:
    said, _folder = replayed

    assert number(said, r"Angemeldet und bestätigt: (\d+) Plätze") > 10
    assert number(said, r"Zu spät gekommen, das Büro entscheidet: (\d+) Pl") >= 1
    assert number(said, r"wartet auf einen Menschen: (\d+)") > 0
    assert number(said, r"nie beantwortet .*: (\d+)") >= 5
    # The mail that was delivered twice counts once.
    assert number(said, r"Eingegangene Mails: (\d+)") == number(said, r"(\d+) Mails aus vier Wochen") - 1


def test_every_mail_that_was_sent_can_be_opened(replayed: tuple[str, Path]) -> None:
    said, folder = replayed
    files = sorted(folder.glob("*.eml"))
    index = (folder / "index.html").read_text(encoding="utf-8")

    assert len(files) == number(said, r"Verschickt: (\d+) Antworten") + number(said, r"(\d+) Erinnerungen\n")
    assert all(file.name in index for file in files)
    subjects = [str(message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"]) for file in files]
    assert any(subject.startswith("Anmeldebestätigung:") for subject in subjects)
    assert any(subject.startswith("Anmeldung nach Anmeldeschluss:") for subject in subjects)
    assert any(subject.startswith("Erinnerung:") for subject in subjects)


def test_no_robot_gets_an_answer(replayed: tuple[str, Path]) -> None:
    _said, folder = replayed
    recipients = {
        str(message_from_bytes(file.read_bytes(), policy=policy.default)["To"]).lower() for file in folder.glob("*.eml")
    }

    for robot in ("mailer-daemon", "newsletter@", "p.lindner@"):
        assert not [recipient for recipient in recipients if robot in recipient]


def test_a_folder_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "processor", "demo", "--output", str(tmp_path / "file" / "folder")],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
    )

    assert done.returncode == 2
    assert "--output" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_ends_soon_when_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "processor", "demo", "--output", str(tmp_path / "antworten")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(scratch)},
    )
    with process:
        assert process.stdout
        assert "Mails" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 130
    assert list(scratch.iterdir()) == []


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A demo with its staff page, and what it said of the way in."""
    process = subprocess.Popen(
        [sys.executable, "-m", "processor", "demo", "--serve", "--output", str(tmp_path / "antworten")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=tmp_path,
    )
    assert process.stdout
    told: dict[str, str] = {}
    try:
        for line in process.stdout:
            if found := re.fullmatch(r"(staff|user|password): (\S+)\n", line):
                told[found[1]] = found[2]
            if len(told) == 3:
                break
        yield process, told
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def test_serve_keeps_the_page_up_lets_one_in_and_ends_when_told(
    served: tuple[subprocess.Popen[str], dict[str, str]],
) -> None:
    process, told = served
    with httpx.Client(base_url=told["staff"], follow_redirects=True, timeout=20) as browser:
        closed = browser.get("/")
        assert closed.status_code == 401
        assert "Fatma Korkmaz" not in closed.text
        inside = browser.post("/anmelden", data={"name": told["user"], "password": told["password"]})
        assert inside.status_code == 200
        assert "Fatma Korkmaz" in browser.get("/").text

    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
