"""Subjects without what programs put before them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from processor.message.normal import fold, normalise
from processor.message.phrases import phrases

_PREFIX = re.compile(
    r"\s{0,5}([^\W\d_][^\W\d_]{0,12}(?: [^\W\d_]{1,10})?)\.?\s{0,2}"
    r"(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\*\d{1,3})?\s{0,2}[:：]\s{0,5}"
)
_TAG = re.compile(r"\s{0,5}[\[(*<{#]{1,3}\s{0,2}([^\[\](){}<>]{1,40}?)\s{0,2}[\])*>}#]{1,3}\s{0,3}:?")
_GATEWAY: Final = re.compile(
    r"e?xt(?:ern(?:al|e|er|es)?)?!?\.?(?:[ -](?:e?-?mail|sender|absender|message|nachricht))?|externe? e?-?mail|harici"
    r"|spam\??|suspected spam|spamverdacht|verdacht auf spam|werbung|signed|signiert|encrypted|verschlusselt"
    r"|sec=\w{1,20}|secure|warnung.{0,20}|caution.{0,20}"
)
_BARE_TAG = re.compile(r"\s{0,5}(?:EXTERN|EXTERNAL|EXT|SPAM\?|SPAM)\s{0,2}[:|-]\s{1,3}")


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject, read."""

    text: str
    full: str
    is_reply: bool
    is_forward: bool


def read_subject(value: str) -> Subject:
    """Takes „AW:“, „Fwd:“ and their like in all languages, and tags of gateways, off a subject."""
    known = phrases()
    full = " ".join(normalise(value).split())
    text = full[:2_000]
    reply = forward = False
    for _ in range(20):
        bare = _BARE_TAG.match(text)
        if bare and bare.end() < len(text):
            text = text[bare.end() :]
            continue
        tag = _TAG.match(text)
        if tag and _GATEWAY.fullmatch(fold(tag.group(1))):
            text = text[tag.end() :]
            continue
        prefix = _PREFIX.match(text)
        if prefix is None:
            break
        word = fold(prefix.group(1))
        capital = prefix.group(1)[:1].isupper()
        if word in known.reply_prefixes and (capital or len(word) > 1):
            reply = True
        elif word in known.forward_prefixes and (capital or len(word) > 1):
            forward = True
        else:
            break
        text = text[prefix.end() :]
    # Outlook's answers to meetings are prefixes too, and say something: they stay.
    end = re.search(r"\s{1,3}\((?:fwd|weitergeleitet)\)$", text, re.IGNORECASE)
    if end:
        forward = True
        text = text[: end.start()]
    return Subject(text.strip(), full, reply, forward)
