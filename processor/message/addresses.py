"""Addresses out of header fields, in whatever form people's programs write them (RFC 5322, section 3.4)."""

from __future__ import annotations

import re
from typing import Final

from processor.message.values import Address

#: Characters of a field that are looked at, and addresses that are given.
_FIELD_LIMIT: Final = 100_000
_ADDRESSES_LIMIT: Final = 1_000
#: Characters of one mailbox.
_MAILBOX_LIMIT: Final = 1_000

_SPEC = re.compile(r'(?:"[^"\r\n]{1,64}"|[^\s<>,;:()"\[\]@]{1,128})@(?:\[[^\]\s]{1,64}\]|[^\s<>,;:()"\[\]@]{1,255})')
_COMMENT = re.compile(r"\(([^()]{0,500})\)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){0,200})"(?!@)')
_EDGE: Final = " \t\"'"


def parse_addresses(value: str) -> tuple[Address, ...]:
    """Reads the mailboxes of a field; group names and what is no address are left out.

    :param value: decoded as :func:`processor.message.fields.decode_value` decodes address fields.
    :returns: in order; a mailbox without address (only a name) is given with an empty ``email``.
    """
    found: list[Address] = []
    held = ""
    for piece in _split(value[:_FIELD_LIMIT]):
        if len(found) >= _ADDRESSES_LIMIT:
            break
        address = _mailbox(f"{held}, {piece}" if held else piece)
        if address.email:
            found.append(address)
            held = ""
        elif address.name:
            # „Yilmaz, Ayse <a@b>“: a comma in a name that should have stood in quotes.
            held = f"{held}, {piece}" if held else piece
            if len(held) > 120:
                held = ""
    if not found and held.strip(_EDGE):
        return (Address(name_as_spoken(held), ""),)
    return tuple(found)


def _split(value: str) -> list[str]:
    """Cuts at commas and semicolons that stand in no quotes, comments or angle brackets."""
    pieces: list[str] = []
    start = 0
    quoted = False
    brackets = comments = 0
    escaped = False
    for position, character in enumerate(value):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character == "(":
            comments += 1
        elif character == ")":
            comments = max(0, comments - 1)
        elif comments:
            continue
        elif character == "<":
            brackets = 1
        elif character == ">":
            brackets = 0
        elif character in ",;" and not brackets:
            pieces.append(value[start:position])
            start = position + 1
        elif character == ":" and not brackets and not pieces[-1:] and "@" not in value[start:position]:
            # The display name of a group: „Verein: a@b, c@d;“.
            start = position + 1
    pieces.append(value[start:])
    return [piece.strip()[:_MAILBOX_LIMIT] for piece in pieces if piece.strip()]


def _mailbox(piece: str) -> Address:
    if "<" in piece:
        # The last bracket outside quotes holds the address; what a display name contains is no address.
        head, _, tail = piece.rpartition("<")
        match = _SPEC.search(tail)
        if match is None:
            return Address("", "") if not tail.strip(" >") else Address(name_as_spoken(piece.replace("<", " ")), "")
        return Address(name_as_spoken(head.replace("<", " ")), _email(match.group()))
    comment = _COMMENT.search(piece)
    bare = _COMMENT.sub(" ", piece) if comment else piece
    unquoted = _QUOTED.sub(" ", bare)
    match = _SPEC.search(unquoted)
    if match is None:
        return Address(name_as_spoken(piece), "")
    name = (unquoted[: match.start()] + " " + unquoted[match.end() :]).strip()
    if not name:
        quoted = _QUOTED.search(bare)
        name = quoted.group(1) if quoted else (comment.group(1) if comment else "")
    return Address(name_as_spoken(name), _email(match.group()))


def _email(spec: str) -> str:
    return spec.strip(".'").lower().removeprefix("mailto:")


def name_as_spoken(name: str) -> str:
    """A display name without quotes, comments of programs and escapes; „Yılmaz, Ayşe“ stays as it is."""
    name = re.sub(r"\\(.)", r"\1", name)
    name = name.replace('"', " ")
    return re.sub(r"\s+", " ", name).strip(_EDGE + ",;:<>")
