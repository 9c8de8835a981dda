"""Addresses in a sentence: „unable to deliver your message to a@x“, „Ihre Nachricht an a@x konnte nicht …“."""

from __future__ import annotations

import re

from processor.message.robots.addresses import LONGEST_LINE, addresses_in, unique
from processor.message.robots.bounce.layouts.coded import read_coded_lines
from processor.message.robots.bounce.transcript import Transcript

#: „Your message to“, by language; not what a reader is asked to send somewhere.
_SENTENCE = re.compile(
    r"(?<!send )(?<!forward )(?<!direct )"
    r"\b(?:your|ihre|deine|votre|su|tu|il suo|la sua|uw|twoja|ваше|ваш)\s"
    r"(?:e-?mail|mail|message|nachricht|mensaje|correo|messaggio|bericht|wiadomość|сообщение|письмо)(?:\smessage)?\s"
    r"(?:to|an|für|à|a|aan|do|для|на адрес)\s?:?\s{1,4}<?(?=[^\s<>]{1,128}@)",
    re.IGNORECASE,
)


def read_sentences(transcript: Transcript) -> tuple[str, ...]:
    """Whom a sentence says the mail was for, and the mailboxes that are named with a code: those it led to."""
    found: list[str] = []
    for line in transcript.lines:
        if "@" not in line:
            continue
        said = _SENTENCE.search(line[:LONGEST_LINE])
        if said is not None:
            found.extend(addresses_in(line[:LONGEST_LINE][said.end() :])[:1])
    return unique([*found, *read_coded_lines(transcript)]) if found else ()
