"""Mailboxes named without a domain, in a list of their own (AOL, Groupwise, campus servers).

The domain is that of the reporting server.
"""

from __future__ import annotations

import re

from processor.message.robots.addresses import unique
from processor.message.robots.bounce.layouts.sections import after_heading, names_recipients
from processor.message.robots.bounce.transcript import Transcript

_NAME = re.compile(r"\s{0,40}<?([A-Za-z0-9][A-Za-z0-9._-]{1,63})>?(?:\s{1,10}\(.{1,200}\))?:?")
_WORDS = frozenset({"because", "because:", "subject", "sent", "details", "reason", "error", "regards", "hello"})
_NEAR = 8


def read_bare_names(transcript: Transcript) -> tuple[str, ...]:
    """The mailbox names below a heading, completed by the domain of the reporting server."""
    if not transcript.domain:
        return ()
    for index, line in enumerate(transcript.lines):
        if not names_recipients(line):
            continue
        found = []
        start = after_heading(transcript.lines, index)
        for below in transcript.lines[start : start + _NEAR]:
            match = _NAME.fullmatch(below.rstrip()) if below.strip() else None
            if match is not None and match[1].lower() not in _WORDS:
                found.append(f"{match[1].lower()}@{transcript.domain}")
            elif below.strip():
                break
        if found:
            return unique(found)
    return ()
