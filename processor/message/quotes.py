"""Where a quoted or forwarded mail begins, and how far it goes.

Structure first: ``>``, the marks of mail programs, blocks of header lines; then phrases. A line of dashes alone begins
nothing. What follows an attribution or a header block without marks is quoted to the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from processor.message.attributions import (
    attribution_length,
    is_between_arrows,
    is_dated_attribution,
    may_introduce,
    split_shared,
)
from processor.message.headings import Heading, heading_at, heading_of_attribution
from processor.message.lines import LINE_LIMIT, Role
from processor.message.phrases import Phrases, phrases
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
    #: The line by which all to the end was cut although it names a day alone; "" for none.
    unsure: str = ""
    #: Whether something indented follows what is new, with nothing that introduces a quote.
    indented: bool = False


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
            if row.role is Role.INDENTED and not found.structural and _follows_new(rows, index):
                found.indented = True
            if not found.structural and index and rows[index - 1].new and rows[index - 1].text.rstrip().endswith(":"):
                # „Es kommen:“ may announce a list whose lines only look like a quote.
                found.unsure = rows[index - 1].text.strip()
            row.kind = CutKind.QUOTED
            found.structural = True
            index += 1
            if is_between_arrows(row) and not next_is_quoted(rows, index):
                _rest(rows, index - 1, CutKind.QUOTED, found)
                break
            continue
        looked += 1
        length = attribution_length(rows, index, known) if looked < _MOST_LINES else 0
        if length and row.role is Role.NONE and split_shared(rows, index, length, known):
            index += 1
        if length:
            _cut(rows, index, index + length, CutKind.QUOTED)
            if forwards and found.heading is None:
                found.heading = heading_of_attribution(rows[index : index + length], length, known)
                found.heading_at = index
            index += length
            if next_is_quoted(rows, index):
                found.structural = True
                continue
            _rest(rows, index - length, CutKind.QUOTED, found)
            break
        heading = heading_at(rows, index, known, forwards=forwards) if tries < _MOST_TRIES else None
        tries += ":" in row.text[:60]
        if heading is not None:
            kind = (
                CutKind.FORWARDED
                if heading.forwarded or (forwards and not _new_before(rows, index))
                else CutKind.QUOTED
            )
            if heading.forwarded or forwards:
                kind = CutKind.FORWARDED
            start = _with_line_above(rows, index, known)
            _cut(rows, start, index + heading.length, kind)
            if found.heading is None:
                found.heading, found.heading_at = heading, index
            found.structural = found.structural or row.role is Role.HEADERS
            if heading.unsure:
                found.unsure = row.text.strip()
            index += heading.length
            if next_is_quoted(rows, index) and _new_after_quote(rows, index):
                found.structural = True
                continue
            _rest(rows, start, kind, found)
            break
        if looked < _MOST_LINES and may_introduce(rows, index, known):
            found.unsure = row.text.strip()
            _rest(rows, index, CutKind.QUOTED, found)
            break
        index += 1
    _mark_broken(rows)
    return found


def _mark_broken(rows: list[Row]) -> None:
    """Lines between two quoted ones that have only lost their mark when the quote was wrapped.

    Words go only where the writer answers above the quote and nowhere between its lines.
    """
    lone = [
        (before, row)
        for before, row, after in zip(rows, rows[1:], rows[2:], strict=False)
        if row.new and not row.depth and before.depth and after.depth
    ]
    first = next((index for index, row in enumerate(rows) if row.depth), len(rows))
    above = _new_before(rows, first)
    wrapped = above and all(_is_piece_of_link(row.text.strip()) or _goes_on(before, row) for before, row in lone)
    for _, row in lone:
        if wrapped or _is_piece_of_link(row.text.strip()):
            row.kind = CutKind.QUOTED


#: Characters to which programs wrap a line, its mark included.
_WRAPPED: Final = 76


def _goes_on(before: Row, row: Row) -> bool:
    """Whether a line goes on, within a sentence, where the line above it had no room for its next word."""
    first = row.text.split(maxsplit=1)[:1]
    if row.blank or not first or not first[0][:1].islower():
        return False
    full = len(before.text) + 2 * before.depth + 1 + len(first[0]) > _WRAPPED
    return full and len(row.text) < _WRAPPED and before.text.rstrip()[-1:].isalnum()


def _is_piece_of_link(text: str) -> bool:
    """Whether a line is one word, brackets aside, with characters that only links have within words."""
    core = text.strip("()<> ")
    return 0 < len(core) < LINE_LIMIT and " " not in core and any(character in core for character in "=?&/_%")


def _follows_new(rows: list[Row], index: int) -> bool:
    """Whether the line above, blank ones apart, is new."""
    above = index - 1
    while above >= 0 and rows[above].blank:
        above -= 1
    return above >= 0 and rows[above].kind is None


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


def _with_line_above(rows: list[Row], index: int, known: Phrases) -> int:
    """A line right above a heading that belongs to it: dashes, with words between them or without; „Am … schrieb …“."""
    above = index - 1
    while above >= 0 and rows[above].blank and index - above < 3:
        above -= 1
    if above < 0 or rows[above].kind is not None:
        return index
    text = rows[above].text
    if above == index - 1 and is_dated_attribution(rows[above], known):
        return above
    if RULE.fullmatch(text) or (above == index - 1 and text.startswith("--") and FLANKED.fullmatch(text)):
        return above
    return index
