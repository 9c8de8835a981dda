"""The invitation that people answer, recognised by its words wherever it is quoted without marks.

Compared are runs of words, so that line breaks, bullets and bold letters do not matter. A line goes when all its words
stand in the invitation in that order and the lines beside it do too; a title that somebody only mentions stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from processor.message.normal import characters, fold
from processor.message.rows import Row
from processor.message.values import CutKind

#: Words of a run that cannot be chance.
_RUN: Final = 4
#: Words that must be the invitation's, all together, before a line of it is believed to be quoted.
_ENOUGH: Final = 25
#: Lines of a body, and words of the invitation, that are compared.
_MOST_LINES: Final = 3_000
_MOST_WORDS: Final = 20_000
#: Words of an invitation's line that are left standing where somebody wrote beside them: they say what is answered.
_CONTEXT: Final = 12

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Letter:
    runs: frozenset[tuple[str, ...]]
    #: Lines of few words, each as one text.
    short: frozenset[str]


@lru_cache(maxsize=8)
def _letter(invitation: str) -> _Letter:
    folded = [_WORD.findall(fold(characters(line))) for line in invitation.split("\n")]
    words = [word for line in folded for word in line][:_MOST_WORDS]
    runs = {tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)}
    short = {" ".join(line[start:]) for line in folded if line for start in range(len(line)) if len(line) - start <= 8}
    short |= {" ".join(line[:end]) for line in folded if line for end in range(1, min(8, len(line)) + 1)}
    return _Letter(frozenset(runs), frozenset(short))


def mark_invitation(rows: list[Row], invitation: str) -> int:
    """Marks the lines of the invitation among those that stay.

    :returns: how many words were marked; what was written beside an invitation's words stays with its line.
    """
    if not invitation.strip():
        return 0
    letter = _letter(invitation)
    new = [row for row in rows if row.new][:_MOST_LINES]
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    for row in new:
        found = _WORD.findall(row.folded)
        spans.append((len(words), len(words) + len(found)))
        words.extend(found)
    covered = bytearray(len(words))
    for start in range(len(words) - _RUN + 1):
        if tuple(words[start : start + _RUN]) in letter.runs:
            covered[start : start + _RUN] = b"\x01" * _RUN
    full = [end > start and sum(covered[start:end]) == end - start for start, end in spans]
    # Short lines between lines of the invitation, and lines without words there, go with them.
    for index, (start, end) in enumerate(spans):
        if full[index] or end - start > 8:
            continue
        before = index > 0 and full[index - 1]
        after = any(full[index + 1 : index + 3])
        text = " ".join(words[start:end])
        if (before or after) and (end == start or text in letter.short):
            full[index] = True
    marked = sum(end - start for (start, end), whole in zip(spans, full, strict=True) if whole)
    if marked < _ENOUGH:
        return 0
    for row, whole, (start, end) in zip(new, full, spans, strict=True):
        if whole:
            row.kind = CutKind.INVITATION
        elif sum(covered[start:end]) > _CONTEXT:
            _keep_own_words(row, covered[start:end])
    return marked


def _keep_own_words(row: Row, covered: bytearray) -> None:
    """Takes a long run of the invitation's words from a line that goes on in its writer's own words."""
    lead = 0
    while lead < len(covered) and covered[lead]:
        lead += 1
    if lead <= _CONTEXT:
        return
    matches = list(_WORD.finditer(row.text))
    if len(matches) != len(covered):
        return
    row.text = row.text[matches[lead].start() :]


def covered_share(text: str, invitation: str) -> float:
    """Which share of a text's words stands in the invitation in runs; 0.0 where there is none."""
    if not invitation.strip():
        return 0.0
    letter = _letter(invitation)
    words = _WORD.findall(fold(text))[:_MOST_WORDS]
    if len(words) < _RUN:
        return 0.0
    hits = sum(tuple(words[start : start + _RUN]) in letter.runs for start in range(len(words) - _RUN + 1))
    return hits / (len(words) - _RUN + 1)
