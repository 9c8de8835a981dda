"""Lines of the form „NAME;PARAMETER=value:value“ as contacts and calendars have them (RFC 6350, RFC 5545, vCard 2.1).

Read line by line and not by a grammar: a file with one broken line still names people.
"""

from __future__ import annotations

import quopri
from collections.abc import Iterator
from dataclasses import dataclass

from processor.message.charsets import Effort, decode

_MOST_LINES = 20_000
_MOST_LINE = 10_000
#: Words of a file whose charset is guessed.
_MOST_GUESSES = 2_000


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One unfolded line."""

    #: Upper case, without the group that may stand before it.
    name: str
    #: Names in upper case, values as written without quotes; one without „=“ has itself as value.
    parameters: dict[str, str]
    value: str


def field_lines(text: str) -> Iterator[FieldLine]:
    """Unfolds and takes apart the lines of a file."""
    unfolded: list[str] = []
    soft = False
    for line in text.split("\n")[:_MOST_LINES]:
        line = line.rstrip("\r")[:_MOST_LINE]
        if unfolded and (soft or line[:1] in (" ", "\t")) and len(unfolded[-1]) < 10 * _MOST_LINE:
            unfolded[-1] = unfolded[-1].removesuffix("=" if soft else "") + (line if soft else line[1:])
        else:
            unfolded.append(line)
        head = unfolded[-1].partition(":")[0].upper()
        soft = "QUOTED-PRINTABLE" in head and unfolded[-1].endswith("=")
    effort = Effort(_MOST_GUESSES)
    for line in unfolded:
        head, colon, value = _split(line)
        if not colon:
            continue
        name, *pieces = head.split(";")
        parameters = {}
        for piece in pieces[:20]:
            key, _, setting = piece.partition("=")
            parameters[key.strip().upper()] = setting.strip().strip('"') or key.strip()
        yield FieldLine(name.strip().rpartition(".")[2].upper(), parameters, _decoded(value, parameters, effort))


def _split(line: str) -> tuple[str, str, str]:
    """At the first colon outside quotes."""
    quoted = False
    for index, sign in enumerate(line[:2_000]):
        if sign == '"':
            quoted = not quoted
        elif sign == ":" and not quoted:
            return line[:index], ":", line[index + 1 :]
    return line.partition(":")


def _decoded(value: str, parameters: dict[str, str], effort: Effort) -> str:
    encoding = parameters.get("ENCODING", parameters.get("QUOTED-PRINTABLE", "")).upper()
    if encoding == "QUOTED-PRINTABLE":
        raw = quopri.decodestring(value.encode("utf-8", "surrogateescape"))
        return decode(raw, parameters.get("CHARSET", ""), effort=effort).text
    return value


def unescape(value: str) -> str:
    """Undoes the escapes of RFC 6350, section 3.4."""
    out: list[str] = []
    escaped = False
    for sign in value:
        if escaped:
            out.append("\n" if sign in "nN" else sign)
            escaped = False
        elif sign == "\\":
            escaped = True
        else:
            out.append(sign)
    return "".join(out)
