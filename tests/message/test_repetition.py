"""Long repetitions, as a stranger may send them to make a pattern try all ways: each mail is read all the same.

No time is asserted: the reading process is killed where a mail takes far longer than any honest one, and the process
that feeds single patterns has a limit of processor time.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processor.reading import GuardedReader, ReadingRules
from processor.resources import sample_config
from processor.settings.load import load
from tests.message.patterns import PIECES, patterns
from tests.reading.readers import message_only

#: Characters of a line, past all that patterns are tried on, and lines of a mail.
LENGTH = 4_200
LINES = 12


@pytest.fixture(scope="module")
def reader() -> Iterator[GuardedReader]:
    with GuardedReader(ReadingRules.of(load(sample_config(), {})), read=message_only) as reader:
        yield reader


REPEATED = st.one_of(
    st.sampled_from(PIECES),
    st.text("aA1 .,:;-_=*<>()[]|@/\"'&#%+~^\tüßяع„–\u0301", min_size=1, max_size=6),
    st.sampled_from(
        ["Von: ", "An: a@b.example ", "Am 1.1.2024 um 10:00 schrieb ", "On Mon, wrote ", "Tel. 0209 ", "e.V. "]
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(REPEATED, REPEATED, st.sampled_from(["plain", "html"]))
def test_a_mail_of_long_repetitions_is_read(reader: GuardedReader, piece: str, end: str, kind: str) -> None:
    line = (piece * (LENGTH // len(piece) + 1))[:LENGTH] + end
    body = f"{line}\r\n" * LINES
    head = f"From: a@b.example\r\nSubject: Re: {line[:2_000]}\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n"
    reader.read((head + body).encode("utf-8", "replace"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    REPEATED,
    st.sampled_from(
        ["From", "To", "Subject", "Date", "Received", "Content-Type", "Content-Disposition", "References", "List-Id"]
    ),
)
def test_a_header_of_long_repetitions_is_read(reader: GuardedReader, piece: str, name: str) -> None:
    value = (piece * (90_000 // len(piece) + 1))[:90_000].replace("\n", " ").replace("\r", " ")
    reader.read(f"{name}: {value}\r\nFrom: a@b.example\r\n\r\nx".encode("utf-8", "replace"))


def test_no_pattern_of_the_package_tries_all_ways() -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (90, 90))

    done = subprocess.run(
        [sys.executable, "-m", "tests.message.patterns", "250"],
        capture_output=True,
        text=True,
        preexec_fn=limit,
    )
    last = done.stdout.rstrip().rpartition("\n")[2]
    assert done.returncode == 0, f"{last} tries too many ways; {done.stderr[-500:]}"
    assert last == f"{len(patterns())} patterns"
