"""Where a quoted or forwarded mail begins, and how far it goes.

Structure first: ``>``, the marks of mail programs, blocks of header lines; then phrases. A line of dashes alone begins
nothing. What follows an attribution or a header block without marks is quoted to the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from processor.message.attributions import attribution_length, split_shared
from processor.message.headings import Heading, heading_at
from processor.message.lines import LINE_LIMIT, Role
from processor.message.phrases import phrases
from processor.message.rows import FLANKED, RULE, Row, next_is_quoted
from processor.message.values import CutKind

#: Lines with a colon at which header lines are looked for: a list of thousands is none.
_MOST_TRIES: Final = 400
#: Lines without marks at which an attribution is looked for: nobody writes that much above a quote.
_MOST_LINES: Final = 2_000


@dataclass(slots=True)
class Quotes:
    """What was found of quoted mails outside of marked quotes."""

    #: The first heading of a mail that is quoted or forwarded to the end, and the index of its first line.
    heading: Heading | None = None
    heading_at: int = -1
    #: The index from which all goes; -1 where quotes are only marked ones.
    rest_from: int = -1
    #: Whether a mark of the mail program (and no phrase alone) told where a quote begins.
    structural: bool = False


def mark_quotes(rows: list[Row], *, forwards: bool) -> Quotes:
    """Marks what is quoted.

    :param rows: the body; ``kind`` is set where a line goes.
    :param forwards: whether the subject calls the mail a forward.
    """
    known = phrases()
    found = Quotes()
    index = tries = looked = 0
    while index < len(rows):
        row = rows[index]
        if row.blank:
            index += 1
            continue
        if row.depth:
            row.kind = CutKind.QUOTED
            found.structural = True
            index += 1
            continue
        looked += 1
        length = attribution_length(rows, index, known) if looked < _MOST_LINES else 0
        if length and row.role is Role.NONE and split_shared(rows, index, length, known):
            index += 1
        if length:
            _cut(rows, index, index + length, CutKind.QUOTED)
            index += length
            if next_is_quoted(rows, index):
                found.structural = True
                continue
            _rest(rows, index - length, CutKind.QUOTED, found)
            break
        heading = heading_at(rows, index, known) if tries < _MOST_TRIES else None
        tries += ":" in row.text[:60]
        if heading is not None:
            kind = (
                CutKind.FORWARDED
                if heading.forwarded or (forwards and not _new_before(rows, index))
                else CutKind.QUOTED
            )
            if heading.forwarded or forwards:
                kind = CutKind.FORWARDED
            start = _with_rule_above(rows, index)
            _cut(rows, start, index + heading.length, kind)
            if found.heading is None:
                found.heading, found.heading_at = heading, index
            index += heading.length
            if next_is_quoted(rows, index) and _new_after_quote(rows, index):
                found.structural = True
                continue
            _rest(rows, start, kind, found)
            break
        index += 1
    _mark_broken_links(rows)
    return found


def _mark_broken_links(rows: list[Row]) -> None:
    """A piece of a link between two quoted lines has only lost its mark when the quote was wrapped."""
    for before, row, after in zip(rows, rows[1:], rows[2:], strict=False):
        if row.kind is None and not row.depth and before.depth and after.depth and _is_piece_of_link(row.text.strip()):
            row.kind = CutKind.QUOTED


def _is_piece_of_link(text: str) -> bool:
    """Whether a line is one word, brackets aside, with characters that only links have within words."""
    core = text.strip("()<> ")
    return 0 < len(core) < LINE_LIMIT and " " not in core and any(character in core for character in "=?&/_%")


def _new_before(rows: list[Row], index: int) -> bool:
    return any(row.new for row in rows[:index])


def _cut(rows: list[Row], start: int, end: int, kind: CutKind) -> None:
    for row in rows[start:end]:
        row.kind = kind


def _rest(rows: list[Row], start: int, kind: CutKind, found: Quotes) -> None:
    found.rest_from = start
    _cut(rows, start, len(rows), kind)


def _new_after_quote(rows: list[Row], index: int) -> bool:
    """Whether behind a marked quote something without marks follows."""
    return any(not row.blank and not row.depth for row in rows[index:])


def _with_rule_above(rows: list[Row], index: int) -> int:
    """A line of dashes right above a heading belongs to it, with words between them or without."""
    above = index - 1
    while above >= 0 and rows[above].blank and index - above < 3:
        above -= 1
    if above < 0 or rows[above].kind is not None:
        return index
    text = rows[above].text
    if RULE.fullmatch(text) or (above == index - 1 and text.startswith("--") and FLANKED.fullmatch(text)):
        return above
    return index
