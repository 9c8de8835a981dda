"""Addresses that open a line with their error behind them: „<a@x>: host … said“, „a@x... User unknown“."""

from __future__ import annotations

import re

from processor.message.robots.addresses import LONGEST_LINE, addresses_in, unique
from processor.message.robots.bounce.transcript import Transcript

# In brackets, as Postfix, qmail and Sendmail do, with the rules and quotes that some servers put before.
_BRACKETED = re.compile(r"""[\s>*•"'-]{0,40}<([^<>\s]{3,320})>[\s"']{0,8}(?:[:;,(.=]|\.\.\.|-|$|\s{2,})""")
# Without brackets: then a colon, dots, a bracket or a date must follow, as in „a@x am 14.10.2024 10:26“ (Exchange).
_BARE = re.compile(
    r"""[\s*•"'-]{0,40}[^\s<>"'()\[\]:;,@]{1,128}@[\w.-]{2,255}["']?"""
    r"""\s{0,8}(?::|\.\.\.|[(\[#]|,\s*\d|\s(?:on|am|à|le|el|il|op|w dniu|tarih|kl)\s\S{0,12}[\s\d]"""
    r"""|\s-{1,2}\s|\s{2,}\S)""",
    re.IGNORECASE,
)
_RULES = (_BRACKETED, _BARE)
_ASIDES = ("(", "from:", "from ", "reply-to:", "sender:", ">>>", "<<<")


def read_opened(transcript: Transcript) -> tuple[str, ...]:
    """The addresses that open a line with an error behind them."""
    for rule in _RULES:
        found = unique(
            address
            for line in transcript.lines
            if "@" in line and not line.strip().lower().startswith(_ASIDES) and rule.match(line[:LONGEST_LINE])
            for address in addresses_in(line)[:1] or _broken(line)
        )
        if found:
            return found
    return ()


def _broken(line: str) -> tuple[str, ...]:
    """An address in brackets that is none: that may be why it failed."""
    match = _BRACKETED.match(line[:LONGEST_LINE])
    if match is None or "@" not in match[1][1:-1] or any(sign in match[1] for sign in ":/?"):
        return ()  # nothing, or a link
    return (match[1].lower(),)
