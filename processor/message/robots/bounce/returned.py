"""The mail that came back: as a part of its own, as its headers alone, or below the report in the same text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from processor.message.parts import Part
from processor.message.robots.addresses import addresses_in, unique
from processor.message.robots.bounce.phrases import RETURNED_MARKS

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,40}):(?!//)")
_MESSAGE_ID = re.compile(r"<([^<>\s]{3,250})>")
#: Fields which only a transported mail has: they tell a returned head from a list of „From:“, „Subject:“ for people.
_TRANSPORT = frozenset({"received", "return-path", "message-id", "mime-version", "dkim-signature", "x-mailer"})
_MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Returned:
    """What is known of the mail that came back."""

    #: Addresses of To, Cc and Bcc, lower case, in order.
    recipients: tuple[str, ...] = ()
    #: Addresses of its writer: From, Sender, Reply-To, Return-Path.
    senders: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    #: Addresses that its Received lines name as „for <…>“.
    envelope: tuple[str, ...] = ()


def split_returned(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Parts a report from the mail that was put below it.

    :param lines: the lines of the text part.
    :returns: the lines of the report, and those from the returned mail on.
    """
    for index, line in enumerate(lines):
        bare = line.strip(" \t-_*=+#>|").lower()
        if bare.startswith(RETURNED_MARKS) and index:
            return lines[:index], lines[index + 1 :]
        if _FIELD.match(line.lstrip(">")) and _begins_head(lines[index : index + 16]):
            return lines[:index], lines[index:]
    return lines, ()


def _begins_head(lines: Sequence[str]) -> bool:
    names: list[str] = []
    for line in lines:
        line = line.lstrip(">") if line.startswith(">") else line
        if line[:1] in (" ", "\t") and names:
            continue
        match = _FIELD.match(line)
        if match is None:
            break
        names.append(match[1].lower())
    return len(names) >= 3 and names[0] not in ("reporting-mta", "final-recipient") and bool(_TRANSPORT & set(names))


def read_head(lines: Sequence[str]) -> Returned:
    """Reads the header of a returned mail that stands as text."""
    fields: list[tuple[str, str]] = []
    for line in lines[:_MOST_LINES]:
        line = line.lstrip(">") if line.startswith(">") else line
        match = _FIELD.match(line)
        if match is not None:
            fields.append((match[1].lower(), line[match.end() :]))
        elif line[:1] in (" ", "\t") and fields:
            name, value = fields[-1]
            if len(value) < 20_000:
                fields[-1] = (name, f"{value} {line.strip()}")
        elif len(fields) >= 2 and not line.strip():
            break
    return _from_fields(fields)


def read_part(part: Part) -> Returned:
    """Reads a returned mail that came as a part (message/rfc822, text/rfc822-headers)."""
    if part.children:
        return _from_fields(list(part.children[0].headers.fields))
    text = part.text or part.payload[:200_000].decode("utf-8", "replace")
    return read_head(text.splitlines())


def _from_fields(fields: Sequence[tuple[str, str]]) -> Returned:
    def addresses(*names: str) -> tuple[str, ...]:
        return unique(
            address
            for name in names
            for key, value in fields
            if key == name
            for piece in value[:20_000].split(",")
            for address in addresses_in(piece)
        )

    ids = tuple(found for key, value in fields if key == "message-id" for found in _MESSAGE_ID.findall(value[:2_000]))
    return Returned(
        addresses("to", "cc", "bcc", "x-rcpt-to", "x-envelope-to") or addresses("delivered-to"),
        addresses("from", "sender", "reply-to", "return-path", "x-envelope-from"),
        tuple(dict.fromkeys(ids)),
        unique(
            address
            for key, value in fields
            if key == "received"
            for address in addresses_in(value.rpartition(" for ")[2])[:1]
        ),
    )
