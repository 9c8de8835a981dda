"""Addresses in a line, or a paragraph, that holds a reply code or words of failure."""

from __future__ import annotations

import re

from processor.message.robots.addresses import LONGEST_LINE, addresses_in, unique
from processor.message.robots.bounce.layouts.sections import names_recipients
from processor.message.robots.bounce.phrases import FAILURES
from processor.message.robots.bounce.transcript import Transcript

#: A reply or status code of failure (RFC 5321, section 4.2; RFC 3463); neither part of a telephone number nor a date.
CODE = re.compile(
    r"(?<![\d.,:/-])(?<!\d )5\d\d(?![\d.,:/])(?![\s/-]{1,3}\d(?!\.\d))|(?<![\d.])5\.[0-7]\.\d{1,3}(?![\d.])"
)


def read_coded_lines(transcript: Transcript) -> tuple[str, ...]:
    """The addresses that stand on a line with a code of failure."""
    lines = (line[:LONGEST_LINE] for line in transcript.lines if "@" in line)
    return unique(address for line in lines if CODE.search(line) for address in addresses_in(line))


def read_coded(transcript: Transcript) -> tuple[str, ...]:
    """The addresses that stand together with a code of failure, else with words of failure."""
    lines = [line[:LONGEST_LINE] for line in transcript.lines]
    coded = read_coded_lines(transcript)
    if coded:
        return coded
    return unique(
        address
        for line in lines
        if "@" in line and not names_recipients(line) and any(phrase in line.lower() for phrase in FAILURES)
        for address in addresses_in(line)
    )
