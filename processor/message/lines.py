"""A body as lines that know how they stood: the one form in which plain text and HTML are cut."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from processor.message.normal import characters

#: Lines of a body that are read; what stands behind is kept as one quoted piece.
LINES_LIMIT: Final = 5_000
#: Characters of one line that patterns are tried on.
LINE_LIMIT: Final = 4_000


class Role(StrEnum):
    """What the markup of a mail program says of a line."""

    NONE = ""
    #: „Am … schrieb …:“
    ATTRIBUTION = "attribution"
    #: From, sent, to, subject of the quoted mail.
    HEADERS = "headers"
    SIGNATURE = "signature"
    #: Quoted, or merely indented by its writer: an element for quotes that bears no mark of any program.
    INDENTED = "indented"


@dataclass(slots=True)
class Line:
    """A line of a body."""

    text: str
    #: How deep it is quoted; 0 is new.
    depth: int = 0
    role: Role = Role.NONE

    @property
    def blank(self) -> bool:
        """Whether a reader sees nothing here."""
        return not self.text.strip()


def quote_mark(text: str) -> tuple[int, str]:
    """How often a line is marked with ``>``, and the line without the marks."""
    match = _QUOTE.match(text)
    return (match.group(1).count(">"), text[match.end() :]) if match else (0, text)


_QUOTE = re.compile(r"[ \t]{0,12}((?:>[ \t]?){1,50})")
#: How far a mark may be indented: alone, and beside another that is so too.
_NEAR: Final = 3
_INDENT: Final = 12
#: Letters of a name before a mark.
_INITIALS: Final = 10
_INITIAL = re.compile(r"[ \t]{0,2}([^\W\d_]{1,4})(?:>[ \t]?){1,5}")
_FAR = re.compile(r"[ \t]{4,11}>|\t{1,3}[ ]{0,3}>")


def plain_lines(text: str, *, flowed: bool = False, delete_space: bool = False) -> list[Line]:
    """Lines of a text/plain body, with ``>`` counted and taken off.

    :param flowed: whether soft line ends are to be joined (RFC 3676).
    :param delete_space: DelSp of RFC 3676: the space before a soft line end is not part of the text.
    """
    lines: list[Line] = []
    joins = False
    source = characters(text).split("\n")
    for index, row in enumerate(source):
        depth = 0
        # A leading space of flowed text says that what follows is no quote mark (RFC 3676, section 4.4).
        marked = row.startswith(">") if flowed else ">" in row[:_INDENT] and _is_marked(source, index)
        initials = None if marked or flowed or ">" not in row[:_INITIALS] else _INITIAL.match(row)
        if marked and not row.startswith(">From "):
            depth, row = quote_mark(row)
        elif initials is not None and _is_repeated(source, index, initials.group(1)):
            depth, row = initials.group().count(">"), row[initials.end() :]
        elif row.startswith(">From ") or (flowed and row.startswith(" ")):
            row = row[1:]
        soft = flowed and row.endswith(" ") and row != "-- "
        if joins and lines[-1].depth == depth and row != "-- ":
            lines[-1].text += row
        else:
            if len(lines) >= LINES_LIMIT:
                break
            lines.append(Line(row, depth))
        if soft and delete_space:
            lines[-1].text = lines[-1].text[:-1]
        joins = soft
    return lines


def _is_repeated(source: list[str], index: int, initials: str) -> bool:
    """Whether a line beside this one is marked with the same letters („AB> “), as some programs mark quotes."""
    beside = source[max(0, index - 1) : index] + source[index + 1 : index + 2]
    return any(found and found.group(1) == initials for found in map(_INITIAL.match, beside))


def _is_marked(source: list[str], index: int) -> bool:
    """Whether a line is marked as quoted; one that is indented far only where its neighbour is so too."""
    row = source[index].lstrip(" \t")
    if not row.startswith(">") or row.rstrip().endswith("<<"):
        # „>>> here <<<“ marks a place, and quotes nobody.
        return False
    if len(source[index]) - len(row) <= _NEAR:
        return True
    beside = source[max(0, index - 1) : index] + source[index + 1 : index + 2]
    return any(_FAR.match(other) for other in beside)


def words_of(lines: list[Line]) -> int:
    """How many words a reader sees."""
    return sum(len(line.text.split()) for line in lines)
