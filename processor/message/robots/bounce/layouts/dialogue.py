"""Addresses in a logged SMTP dialogue: „RCPT TO:<a@x>“ (RFC 5321, section 4.1.1.3)."""

from __future__ import annotations

import re

from processor.message.robots.addresses import LONGEST_LINE, addresses_in, unique
from processor.message.robots.bounce.transcript import Transcript

_COMMAND = re.compile(r"rcpt(?:[ _]to)?\s?:\s{0,4}<?", re.IGNORECASE)


def read_dialogue(transcript: Transcript) -> tuple[str, ...]:
    """The addresses of logged RCPT commands."""
    found: list[str] = []
    for line in transcript.lines:
        line = line[:LONGEST_LINE]
        command = _COMMAND.search(line) if "@" in line else None
        if command is not None:
            found.extend(addresses_in(line[command.end() :])[:1])
    return unique(found)
