"""Whom a mail was delivered to, by what the servers on its way wrote down."""

from __future__ import annotations

import re
from typing import Final

from processor.message.addresses import parse_addresses
from processor.message.parts import Headers

#: Fields that mailbox servers and relays write: the recipient of the envelope, which To need not name.
_FIELDS: Final = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to")
#: „for <a@x>“ in a trace line (RFC 5321, section 4.4).
_FOR = re.compile(r"\sfor\s{1,3}<?([^\s<>;()\"]{1,250}@[^\s<>;()\"]{1,255})")
_MOST_FIELDS: Final = 30
_LONGEST: Final = 4_000
_MOST: Final = 50


def delivered_to(headers: Headers) -> tuple[str, ...]:
    """The recipients of the envelope, as far as they were written down.

    A stranger can write such fields, too: what is read here may lead to a mail of ours that its sender knows anyway,
    and proves nothing.

    :returns: lower case, in the order of the header, each once.
    """
    named = (
        address.email
        for field in _FIELDS
        for value in headers.all(field)[:_MOST_FIELDS]
        for address in parse_addresses(value[:_LONGEST])
    )
    traced = (
        found.group(1).lower().rstrip(".,")
        for value in headers.all("received")[:_MOST_FIELDS]
        for found in [_FOR.search(value[:_LONGEST])]
        if found is not None
    )
    return tuple(dict.fromkeys(address for address in (*named, *traced) if address))[:_MOST]
