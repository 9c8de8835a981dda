"""The working form of a body while it is cut: lines with what was decided about each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from processor.message.lines import LINE_LIMIT, Line, Role
from processor.message.normal import fold
from processor.message.values import CutKind


@dataclass(slots=True)
class Row:
    """A line, and why it goes (None: it stays)."""

    text: str
    depth: int = 0
    role: Role = Role.NONE
    kind: CutKind | None = None
    _folded: str | None = field(default=None, repr=False)
    #: Memory of :mod:`processor.message.closing`, which asks the same of a line several times.
    contact: bool | None = field(default=None, repr=False)
    sentence: bool | None = field(default=None, repr=False)
    #: Memory of :mod:`processor.message.frames`: whether a program wrote it for a device.
    device: bool | None = field(default=None, repr=False)

    @property
    def folded(self) -> str:
        """The text in the form in which phrases are compared."""
        if self._folded is None:
            self._folded = fold(self.text[:LINE_LIMIT])
        return self._folded

    @property
    def blank(self) -> bool:
        """Whether a reader sees nothing here."""
        return not self.text or self.text.isspace()

    @property
    def new(self) -> bool:
        """Whether it stays, and says something."""
        return self.kind is None and not self.blank


def rows_of(lines: list[Line]) -> list[Row]:
    """Lines with nothing decided yet."""
    return [Row(line.text, line.depth, line.role) for line in lines]


EMAIL: Final = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)1[34]\d\d(?=[/年-])")
_DAY: Final = re.compile(r"(?<!\d)\d{1,4}[./-]\d{1,2}[./-]\d{2,4}(?!\d)|年.{1,3}月")
#: Characters of a line in which a date is looked for: the lines that programs set above a quote are short.
_DATE_REACH: Final = 600
TIME: Final = re.compile(r"(?<!\d)\d{1,2} ?[:.h] ?\d{2}(?!\d)")


#: A line of dashes or their like.
RULE: Final = re.compile(r"[\s\-_=*—–―─⁃~#>]{3,}")
#: A phrase between dashes.
# The runs give nothing back (possessive): on a long rule all ways to part it would be tried.
FLANKED: Final = re.compile(r"\s{0,20}[-_=*—–―─]{2,}+[^\w\n]{0,3}(\S.{1,80}?)[^\w\n]{0,3}[-_=*—–―─]{2,}+\s{0,20}")
DIGIT: Final = re.compile(r"\d")


def has_email(text: str) -> bool:
    """Whether an address stands in a line."""
    return "@" in text and EMAIL.search(text) is not None


def has_date(folded: str) -> bool:
    """Whether a line names a day with its year, or a day in figures."""
    folded = folded[:_DATE_REACH]
    return bool(_YEAR.search(folded) or _DAY.search(folded))


def next_is_quoted(rows: list[Row], index: int) -> bool:
    following = next((row for row in rows[index : index + 6] if not row.blank), None)
    return following is not None and following.depth > 0


def paragraphs(rows: list[Row]) -> list[list[Row]]:
    """Groups of lines that stay, parted by blank lines and by what goes."""
    groups: list[list[Row]] = [[]]
    for row in rows:
        if row.kind is None and row.text and not row.text.isspace():
            groups[-1].append(row)
        elif groups[-1]:
            groups.append([])
    return groups if groups[-1] else groups[:-1]
