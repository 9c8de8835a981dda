"""A mail that hangs, dies or eats memory is named, and the ones behind it are read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from processor.reading import GuardedReader, ReaderUnavailableError, Reading, ReadingFailedError, ReadingRules
from processor.resources import sample_config
from processor.settings.load import load
from tests.reading.readers import obedient


@pytest.fixture(scope="module")
def reader() -> Iterator[GuardedReader]:
    rules = ReadingRules.of(load(sample_config(), {}))
    with GuardedReader(rules, time_limit=1.0, read=obedient) as reader:
        yield reader


def outcome(result: Reading | ReadingFailedError) -> str:
    return result.message.text if isinstance(result, Reading) else f"! {result}"


def test_mails_come_back_in_their_order(reader: GuardedReader) -> None:
    mails = [(number, f"mail {number}".encode()) for number in range(40)]
    assert [(number, outcome(result)) for number, result in reader.read_all(mails)] == [
        (number, f"mail {number}") for number in range(40)
    ]


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (b"hang", "länger als 1 Sekunden"),
        (b"die", "brach ab"),
        (b"eat memory", "zu viel Speicher"),
        (b"raise", "ValueError: kaputt"),
    ],
)
def test_a_hostile_mail_is_named_and_those_around_it_are_read(reader: GuardedReader, mail: bytes, words: str) -> None:
    results = [outcome(result) for _, result in reader.read_all([(0, b"a"), (1, mail), (2, b"b"), (3, b"c")])]
    assert results[0] == "a"
    assert words in results[1]
    assert results[2:] == ["b", "c"]


def test_a_reader_that_was_left_in_the_middle_starts_afresh(reader: GuardedReader) -> None:
    abandoned = reader.read_all([(0, b"old 1"), (1, b"old 2"), (2, b"old 3")])
    assert outcome(next(abandoned)[1]) == "old 1"
    abandoned.close()
    assert outcome(reader.read(b"new")) == "new"


def test_a_mail_larger_than_any_pipe_goes_through(reader: GuardedReader) -> None:
    large = b"x" * 5_000_000
    assert len(reader.read(large).message.text) == 5_000_000
    results = [len(outcome(result)) for _, result in reader.read_all([(0, large), (1, b"y"), (2, large)])]
    assert results == [5_000_000, 1, 5_000_000]


def test_a_reading_process_that_does_not_start_is_no_fault_of_the_mails() -> None:
    rules = ReadingRules.of(load(sample_config(), {}))
    # Less memory than the interpreter needs to load the program.
    with (
        GuardedReader(rules, memory_limit=1 << 20, read=obedient) as reader,
        pytest.raises(ReaderUnavailableError, match="startet nicht"),
    ):
        list(reader.read_all([(0, b"a"), (1, b"b")]))
