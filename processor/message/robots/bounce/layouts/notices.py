"""Recipients in a machine-readable notice that came as the text of a mail (JSON of sending services)."""

from __future__ import annotations

import re

from processor.message.robots.addresses import addresses_in, unique
from processor.message.robots.bounce.transcript import Transcript

_RECIPIENT = re.compile(r'"emailAddress"\s{0,4}:\s{0,4}"([^"\s]{3,320})"')


def read_notices(transcript: Transcript) -> tuple[str, ...]:
    """The bounced recipients of a notice in JSON."""
    first = next((line for line in transcript.lines if line.strip()), "")
    if not first.startswith("{"):
        return ()
    text = "".join(transcript.lines).replace("\\", "")
    return unique(found for value in _RECIPIENT.findall(text) for found in addresses_in(value))
