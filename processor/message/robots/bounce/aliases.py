"""From the address that a server made of a recipient back to the one that was written to."""

from __future__ import annotations

import re
from collections.abc import Collection

from processor.message.robots.addresses import LONGEST_LINE, addresses_in, unique
from processor.message.robots.bounce.transcript import Transcript

#: „(expanded from: <a@x>)“, „generated from a@x“, „ultimately generated from a@x“ (Sendmail, Postfix, Exim).
_ORIGIN = re.compile(r"(?:expanded|generated) from\b:?", re.IGNORECASE)


def origins(transcript: Transcript) -> tuple[str, ...]:
    """The addresses that a report says others were made from: whom the mail was written to, as far as it shows."""
    found: list[str] = []
    for line in transcript.lines:
        origin = _ORIGIN.search(line[:LONGEST_LINE]) if "@" in line else None
        if origin is not None:
            found.extend(addresses_in(line[:LONGEST_LINE][origin.end() :])[:1])
    return unique(found)


def as_written(address: str, written_to: Collection[str]) -> str:
    """The recipient that a failed address only leads to; the address itself where it leads to none.

    :param address: a failed address, lower case.
    :param written_to: recipients of the returned mail, lower case.
    """
    local = address.rpartition("@")[0]
    if address in written_to or "%" not in local:
        return address
    # „user%verein.example@relay“ is the way over a relay to user@verein.example (RFC 1123, section 5.2.16).
    through = "@".join(local.rpartition("%")[::2])
    return through if through in written_to else address
