"""Addresses that have a line of their own (Exim, Gmail, Domino, Groupwise, Exchange, and most that are rare)."""

from __future__ import annotations

from processor.message.robots.addresses import listed_address, unique
from processor.message.robots.bounce.transcript import Transcript


def read_listed(transcript: Transcript) -> tuple[str, ...]:
    """The addresses that have a line of their own."""
    return unique(listed_address(line) for line in transcript.lines if "@" in line)
