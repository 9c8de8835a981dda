"""Addresses in the free text of mail servers."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Longer lines are no report for people: they are cut before any pattern sees them.
LONGEST_LINE = 1_000

# An addr-spec as servers print it (RFC 5321, section 4.1.2): bounded repetition keeps the search linear.
_ADDRESS = re.compile(
    r"""(?P<local>"[^"\s@<>]{1,64}"|[^\s@<>()\[\]",;:\\|]{1,128})"""
    r"""@(?P<domain>\[[0-9a-fA-F.:]{3,45}\]|[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62}){0,20})"""
)
#: Behind an address that is only the name of the mailbox in brackets (RFC 5322, section 3.4).
_MAILBOX = re.compile(r"""["']?\s{1,4}<[^<>\s@]{1,128}@[^<>\s]{1,255}>""")
_WRAPPING = " \t<>\"'`*•·-–:;,.()[]|="
_PREFIXES = ("mailto:", "smtp=", "smtp:", "rfc822=", "to=")


def addresses_in(line: str) -> tuple[str, ...]:
    """Every address of a line, lower case, in order.

    :param line: one line; what lies beyond :data:`LONGEST_LINE` characters is not read.
    """
    line = line[:LONGEST_LINE]
    if "@" not in line:
        return ()
    found = []
    for match in _ADDRESS.finditer(line):
        before = line[: match.start()]
        if before.endswith("/") or line[match.end() : match.end() + 1] == "@":
            continue  # a part of a URL, or a message id with two signs
        if line.startswith("?subject=", match.end()):
            continue  # a link that writes a command to a program
        if _MAILBOX.match(line, match.end()):
            continue  # „a@x <b@y>“: the mailbox is b@y
        local = match["local"].lower().lstrip("'`*")
        if not local.startswith("=?"):  # an encoded word, which some sign up with by mistake
            local = local.lstrip("=")
        for prefix in _PREFIXES:
            local = local.removeprefix(prefix)
        if local.strip("."):
            found.append(f"{local}@{match['domain'].lower().rstrip('-')}")
    return tuple(found)


def listed_address(line: str) -> str:
    """The address that a line consists of, but for brackets, quotes, bullets and a colon; else ""."""
    bare = line[:LONGEST_LINE].strip(_WRAPPING)
    if "@" not in bare or any(sign.isspace() for sign in bare):
        doubled = addresses_in(line)
        if len(doubled) == 2 and doubled[0] == doubled[1]:  # "a@x <a@x>", "a@x<mailto:a@x>"
            rest = line.lower()
            for noise in (doubled[0], "mailto:"):
                rest = rest.replace(noise, "")
            return "" if rest.strip(_WRAPPING) else doubled[0]
        return ""
    found = addresses_in(line)
    if not found:
        return ""
    length = sum(len(address) for address in set(found)) + len(bare) - len(bare.lower().replace("mailto:", ""))
    return found[0] if len(set(found)) == 1 and length >= len(bare) / len(found) - 12 else ""


def unique(addresses: Iterable[str]) -> tuple[str, ...]:
    """Each address once, in order."""
    return tuple(dict.fromkeys(address for address in addresses if address))
