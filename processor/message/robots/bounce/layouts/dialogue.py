"""Addresses in a logged SMTP dialogue: „RCPT TO:<a@x>“ (RFC 5321, section 4.1.1.3), „550 <a@x>... User unknown“."""

from __future__ import annotations

import re

from processor.message.robots.addresses import LONGEST_LINE, addresses_in, unique
from processor.message.robots.bounce.transcript import Transcript

_COMMAND = re.compile(r"rcpt(?:[ _]to)?\s?:\s{0,4}<?", re.IGNORECASE)
#: What Sendmail concludes of one recipient, below what the other server said („<<<“).
_VERDICT = re.compile(r"\s{0,8}5\d\d[ -](?:5\.\d{1,3}\.\d{1,3} )?<?[^\s<>]{3,320}@[^\s<>]{3,255}>?\s?\.\.\.")


#: That the other server took a recipient.
_TAKEN = re.compile(r"\W{0,8}25[01][ -]")


def read_dialogue(transcript: Transcript) -> tuple[str, ...]:
    """The addresses of logged RCPT commands that were not accepted, and those that a conclusion follows."""
    found: list[str] = []
    lines = transcript.lines
    for index, line in enumerate(lines):
        line = line[:LONGEST_LINE]
        if "@" not in line:
            continue
        command = _COMMAND.search(line)
        if command is not None:
            if index + 1 < len(lines) and _TAKEN.match(lines[index + 1]):
                continue
            found.extend(addresses_in(line[command.end() :])[:1])
        elif _VERDICT.match(line):
            found.extend(addresses_in(line)[:1])
    return unique(found)
