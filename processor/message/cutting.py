"""A body cut into what is new and what is not, with everything that goes kept beside what stays."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from processor.message.closing import mark_closing
from processor.message.formulas import names_of
from processor.message.headings import Heading
from processor.message.invitation import covered_share, mark_invitation
from processor.message.lines import Line, Role
from processor.message.looks import answers, is_name
from processor.message.normal import fold, layout
from processor.message.phrases import phrases
from processor.message.quotes import mark_quotes
from processor.message.rows import Row, has_date, has_email, rows_of
from processor.message.values import Cut, CutKind

_WORD: Final = re.compile(r"\w+")
#: Share of a text's words that makes it a piece of the invitation.
_COVERED: Final = 0.5
#: Words above a quote that say nothing yet („Guten Tag,“), and those within which a word may point below.
_SILENT: Final = 3
_POINTS: Final = 40
#: Lines of the invitation to one line that was filled in, at the least.
_FEW: Final = 5


@dataclass(slots=True)
class Cutting:
    """A body after cutting."""

    text: str = ""
    signature: str = ""
    cuts: list[Cut] = field(default_factory=list)
    #: Offset in ``text`` of the closing formula; the length of ``text`` where there is none.
    closing_at: int = 0
    #: The heading of the mail that is quoted or forwarded to the end, and the lines below it.
    heading: Heading | None = None
    below: list[Line] = field(default_factory=list)
    #: The lines from the first one on that is marked as quoted, where there is no heading.
    marked: list[Line] = field(default_factory=list)
    #: Whether marks of a mail program (not phrases alone) told what is quoted.
    structural: bool = False
    #: Whether all to the end was cut because of a phrase, without marks.
    by_phrase: bool = False
    #: Whether what was answered between the lines of an unmarked quote was found by the invitation's words.
    filled_in: bool = False
    #: Whether lines were cut with the invitation that are not its own and read like an answer.
    answered_within: bool = False
    #: Whether the writer signs below a quote that no marks end: new text may stand there.
    signed_below: bool = False
    #: The line by which all to the end was cut although it names a day alone; "" for none.
    unsure: str = ""
    #: Whether something was taken for a quote that its writer may have indented.
    indented: bool = False


def cut_body(lines: list[Line], *, forwards: bool = False, invitation: str = "", sender: str = "") -> Cutting:
    """Cuts a body.

    :param lines: see :mod:`processor.message.lines`.
    :param forwards: whether the subject calls the mail a forward.
    :param invitation: the wording of the letter that people answer; "" for none.
    :param sender: display name and address of the writer.
    """
    rows = rows_of(lines)
    quotes = mark_quotes(rows, forwards=forwards)
    result = Cutting(structural=quotes.structural, by_phrase=quotes.rest_from >= 0, unsure=quotes.unsure)
    if quotes.indented:
        indented = "\n".join(row.text for row in rows if row.role is Role.INDENTED)
        result.indented = covered_share(indented, invitation) < _COVERED
    if quotes.heading is not None:
        result.heading = quotes.heading
        result.below = lines[quotes.heading_at + quotes.heading.length :]
    elif forwards:
        first = next((index for index, line in enumerate(lines) if line.depth), len(lines))
        result.marked = lines[first:]
    mark_invitation(rows, invitation)
    marked = next((index for index, row in enumerate(rows) if row.depth), len(rows))
    begins = quotes.rest_from if quotes.rest_from >= 0 else marked
    if begins < len(rows) and invitation:
        result.filled_in, result.answered_within = _bring_back(rows, begins, invitation)
    if quotes.rest_from >= 0:
        result.signed_below = _signs_below(rows, quotes.rest_from, sender)
    closing = mark_closing(rows, sender)
    result.signature = layout(closing.signature)
    _assemble(rows, result, closing.formula_at)
    return result


def _signs_below(rows: list[Row], start: int, sender: str) -> bool:
    """Whether a full name of the sender stands by itself among the last lines of an unmarked quote."""
    names = set(names_of(sender))
    if len(names) < 2:
        return False
    last = [row for row in rows[max(start + 6, len(rows) - 12) :] if not row.blank][-4:]
    return any(len(names & set(_WORD.findall(row.folded))) >= 2 and is_name(row) for row in last)


def _bring_back(rows: list[Row], start: int, invitation: str) -> tuple[bool, bool]:
    """What was answered in a quoted invitation: between its lines, or, where no marks end it, below it.

    Only where little was written above the quote, or where that points below; else a person has to look.

    :returns: whether lines were brought back, and whether lines were left that may be an answer.
    """
    above = " ".join(row.folded for row in rows[:start] if row.new)
    words = len(above.split())
    silent = words <= _SILENT and not answers(Row(above))
    points = words <= _POINTS and phrases().below.search(above) is not None
    marks = rows[start].depth
    if marks and (not (silent or points) or any(row.new for row in rows[start:])):
        # What was written between marked lines bears no marks itself; only telephones write within them.
        return False, False
    trial = [Row(row.text, max(0, row.depth - marks), row.role) for row in rows[start:]]
    if not mark_invitation(trial, invitation):
        return False, False
    own = [index for index, row in enumerate(trial) if row.kind is CutKind.INVITATION]
    foreign = [index for index in range(own[0], len(trial)) if trial[index].new and not trial[index].depth]
    foreign = [index for index in foreign if covered_share(trial[index].text, invitation) < _COVERED]
    if marks:
        foreign = [index for index in foreign if answers(trial[index])]
    between = [index for index in foreign if index < own[-1]]
    if not (silent or points):
        # A covering letter in words like the invitation's has many lines of its own; what was filled in are few.
        few = len(between) * _FEW <= len(own)
        return False, few and any(_is_filled_in(trial, index) and answers(trial[index]) for index in between)
    back = between if len(between) <= len(own) else []
    if silent and not marks and (not words or above.endswith((",", "!"))):
        # Whoever wrote nothing above, or greeted, answers below, where anything there answers.
        first = next((index for index in foreign if index > own[-1] and answers(trial[index])), len(trial))
        back = [*back, *range(first, len(trial))]
    for index in back:
        rows[start + index].kind = None
        rows[start + index].depth = 0
    return bool(back), False


def _is_filled_in(trial: list[Row], index: int) -> bool:
    """Whether the lines above and below, blank ones apart, are the invitation's."""
    above = next((row for row in reversed(trial[:index]) if not row.blank), None)
    below = next((row for row in trial[index + 1 :] if not row.blank), None)
    return all(row is not None and row.kind is CutKind.INVITATION for row in (above, below))


def _assemble(rows: list[Row], result: Cutting, formula_at: int) -> None:
    """Text and cuts with their offsets; blank lines are set as the normalised form has them."""
    kept: list[str] = []
    pending: list[tuple[CutKind, list[str], int]] = []
    formula_line = -1
    for index, row in enumerate(rows):
        if row.kind is None:
            text = row.text.rstrip()
            if not text and (not kept or not kept[-1]):
                if pending and pending[-1][2] == len(kept) and pending[-1][1]:
                    pending[-1][1].append("")
                continue
            if index == formula_at:
                formula_line = len(kept)
            kept.append(text)
            continue
        if pending and pending[-1][0] is row.kind and pending[-1][2] == len(kept):
            pending[-1][1].append(_as_quoted(row))
        else:
            # A blank line between what stays and what goes is the gap of both.
            pending.append((row.kind, [_as_quoted(row)], len(kept)))
    while kept and not kept[-1]:
        kept.pop()
    starts = [0]
    for line in kept:
        starts.append(starts[-1] + len(line) + 1)
    result.text = "\n".join(kept)
    size = len(result.text)
    for kind, texts, at in pending:
        cut = layout("\n".join(texts))
        if cut:
            result.cuts.append(Cut(kind, cut, min(starts[min(at, len(kept))], size)))
    result.closing_at = starts[formula_line] if 0 <= formula_line < len(kept) else size


def _as_quoted(row: Row) -> str:
    return f"{'>' * min(row.depth, 20)} {row.text}" if row.depth else row.text


def differing_words(first: str, second: str) -> list[str]:
    """Words that one of two texts has and the other has not, in order; punctuation and layout do not count."""
    left = Counter(_WORD.findall(fold(first).replace("_", " ")))
    right = Counter(_WORD.findall(fold(second).replace("_", " ")))
    return list(((left - right) + (right - left)).keys())


def leftovers(text: str) -> str:
    """A line in a cut text that looks like the heading of a quote in a language or form that nobody told us of; ""."""
    for line in text.split("\n"):
        folded = fold(line[:500])
        if len(folded) < 300 and line.rstrip().endswith(":") and has_email(folded) and has_date(folded):
            return line.strip()
    return ""
