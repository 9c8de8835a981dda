"""Addresses below a heading: „did not reach the following recipient(s):“, in whatever form (Exchange, X.400)."""

from __future__ import annotations

from collections.abc import Sequence

from processor.message.robots.addresses import addresses_in, unique
from processor.message.robots.bounce.transcript import Transcript

#: Words of a heading (lower case), by language.
_HEADINGS = (
    "following recipient",
    "following address",
    "following user",
    "following destination",
    "these recipients",
    "failed recipients",
    "recipients were affected",
    "was not delivered to",
    "could not be delivered to",
    "not delivered to the following",
    "undeliverable to the following",
    "folgende empfänger",
    "folgenden empfänger",
    "folgenden adressen",
    "folgende adresse",
    "diese empfänger",
    "destinataires suivants",
    "destinataire suivant",
    "siguientes destinatarios",
    "siguiente destinatario",
    "destinatari seguenti",
    "seguenti destinatari",
    "volgende geadresseerde",
    "volgende ontvanger",
    "następujących adresatów",
    "następujących odbiorców",
    "aşağıdaki alıcı",
    "следующим получателям",
    "следующих получателей",
    "наступним одержувачам",
    "наступних одержувачів",
    "المستلمين التاليين",
)
_NEAR = 12


def names_recipients(line: str) -> bool:
    """Whether a line is a heading for failed recipients."""
    return len(line) <= 300 and any(heading in line.lower() for heading in _HEADINGS)


def after_heading(lines: Sequence[str], index: int) -> int:
    """Where the list below a heading begins: its sentence may run on, up to a colon."""
    for end in range(index, min(index + 3, len(lines))):
        if lines[end].rstrip().endswith(":"):
            return end + 1
    return index + 1


def read_sections(transcript: Transcript) -> tuple[str, ...]:
    """The first addresses of the lines that follow a heading for failed recipients, until a line of prose."""
    lines = transcript.lines
    for index, line in enumerate(lines):
        if not names_recipients(line):
            continue
        found = list(addresses_in(line.partition(":")[2])[:1])
        start = after_heading(lines, index)
        for below in lines[start : start + _NEAR]:
            addresses = addresses_in(below)
            if addresses:
                found.append(addresses[0])
            elif found and below.strip() and not below[:1].isspace():
                break
        if found:
            return unique(found)
    return ()
