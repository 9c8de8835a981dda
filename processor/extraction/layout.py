"""The parts of a text: greeting, sentences with their clauses, and what stands below the closing formula."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from processor.extraction.lexicon import Language
from processor.extraction.patterns import Span
from processor.extraction.tokens import Token

BULLET = re.compile(
    r"^\s*(?:[-*•·–—+‣▪o]\s+|\(?(?:\d{1,2}|[٠-٩۰-۹]{1,2})\s?[.)]\s*(?=[^\d\s])|[٠-٩۰-۹\d]{1,2}\s?[-–]\s*(?=[^\d\s])|[a-h]\)\s+)"
)
_END_SIGNS = frozenset(".!?…؟。")
_CLAUSE_SIGNS = frozenset(",;،؛:–—|(")
#: A line at least so long was ended by a program that wraps.
_WRAPPED = 50


@dataclass(slots=True)
class Segment:
    """A clause: as much of a sentence as has one predicate at most, roughly."""

    start: int
    end: int
    #: 1 somebody comes, -1 somebody does not, 0 nothing said.
    polarity: int = 0
    #: Whether the polarity is its own, not a neighbour's.
    own: bool = False
    #: Whether the polarity is that of the clause before.
    carried: bool = False
    kinds: dict[str, list[Span]] = field(default_factory=dict)

    def has(self, *kinds: str) -> bool:
        """Whether any of these kinds is in it."""
        return any(kind in self.kinds for kind in kinds)


@dataclass(slots=True)
class Sentence:
    """A sentence, a list item, or a line that stands alone."""

    start: int
    end: int
    is_item: bool = False
    #: Whether it ends with a question mark, or a colon.
    asks: bool = False
    opens: bool = False
    paragraph: int = 0
    segments: list[Segment] = field(default_factory=list)

    def has(self, *kinds: str) -> bool:
        """Whether any segment has any of these kinds."""
        return any(segment.has(*kinds) for segment in self.segments)


def sentences(
    tokens: Sequence[Token], spans: Sequence[Span], language: Language, text: str, begin: int, end: int
) -> list[Sentence]:
    """Cuts a range of the text into sentences and these into clauses.

    :param begin, end: offsets in the text.
    """
    abbreviations = {tokens[s.start].key for s in spans if s.kind == "abbreviation" and s.end == s.start + 1}
    but = {s.start for s in spans if s.kind == "but"}
    found: list[Sentence] = []
    first: int | None = None
    item = False
    paragraph = 0
    indices = [i for i, t in enumerate(tokens) if begin <= t.start < end]

    def close(stop: int, *, asks: bool = False, opens: bool = False) -> None:
        nonlocal first, item
        if first is not None and any(t.kind != "nl" and t.kind != "punct" for t in tokens[first:stop]):
            found.append(Sentence(first, stop, item, asks, opens, paragraph))
        first = None
        item = False

    for at, index in enumerate(indices):
        token = tokens[index]
        following = tokens[indices[at + 1]] if at + 1 < len(indices) else None
        if token.kind == "nl":
            line_end = token.start
            line_start = text.rfind("\n", 0, line_end) + 1
            next_end = text.find("\n", token.end)
            next_line = text[token.end : next_end if next_end >= 0 else len(text)]
            blank = not next_line.strip() or not text[line_start:line_end].strip()
            if blank:
                if first is not None:
                    last_text = text[line_start:line_end].rstrip()
                    close(index, opens=last_text.endswith(":"))
                paragraph += 1
            elif BULLET.match(next_line) or item or _is_hard_break(text[line_start:line_end], next_line):
                close(index, opens=text[line_start:line_end].rstrip().endswith(":"))
            if first is None:
                item = bool(BULLET.match(next_line))
            continue
        if first is None:
            first = index
            line_start = text.rfind("\n", 0, token.start) + 1
            line_end = text.find("\n", token.start)
            line = text[line_start : line_end if line_end >= 0 else len(text)]
            item = bool(BULLET.match(line)) and not text[line_start : token.start].strip()
        if token.kind == "punct" and token.text in _END_SIGNS:
            previous = tokens[index - 1] if index else None
            if previous is not None and previous.kind == "num" and _begins_line(text, previous.start):
                continue
            if (
                token.text == "."
                and previous is not None
                and not _ends_here(previous, token, following, abbreviations, language)
            ):
                continue
            if following is not None and following.kind == "punct" and following.text in _END_SIGNS:
                continue
            close(index + 1, asks=token.text in "?؟")
    if indices:
        close(indices[-1] + 1)
    for sentence in found:
        sentence.segments = _segments(sentence, tokens, spans, but)
        last = [t for t in tokens[sentence.start : sentence.end] if t.kind != "nl"]
        if last and last[-1].text == ":":
            sentence.opens = True
        if any(t.text in "?؟" for t in last[-3:] if t.kind == "punct"):
            sentence.asks = True
    return found


def _begins_line(text: str, offset: int) -> bool:
    """Whether nothing but a bullet's sign stands before it: „1.“ of a list ends no sentence."""
    return not text[text.rfind("\n", 0, offset) + 1 : offset].strip(" \t(-*•")


def _ends_here(
    previous: Token, stop: Token, following: Token | None, abbreviations: set[str], language: Language
) -> bool:
    """Whether a full stop ends the sentence, not an abbreviation, initial, ordinal or date."""
    if following is None or following.kind == "nl":
        return True
    if following.start == stop.end:
        return False
    if previous.end != stop.start:
        return True
    if previous.kind == "num" and following.is_word and _is_office(following, language):
        return False
    if previous.kind == "num":
        return following.is_capital and following.key not in language.months and not previous.text.endswith(".")
    return len(previous.text) > 1 and previous.key not in abbreviations


def _is_office(token: Token, language: Language) -> bool:
    """„1. Vorsitzender“."""
    return any(s.kind in ("kin", "role") for s in language.find([token]))


def _is_hard_break(line: str, following: str) -> bool:
    """Whether the writer ended the line, so that the next begins something new."""
    stripped = line.rstrip()
    head = following.lstrip()
    if stripped.endswith((",", "،", "-", "–")):
        return stripped.endswith(("-", "–")) is False and len(stripped) < 40 and head[:1].isupper() and len(head) < 40
    if stripped.endswith((":", ";")):
        return True
    return len(stripped) < 56 and (head[:1].isupper() or not head[:1].islower()) and len(stripped.split()) > 0


def soft_breaks(tokens: Sequence[Token], text: str) -> frozenset[int]:
    """Line ends that a mail program made, not the writer."""
    found = set()
    for index, token in enumerate(tokens):
        if token.kind != "nl":
            continue
        line = text[text.rfind("\n", 0, token.start) + 1 : token.start]
        stop = text.find("\n", token.end)
        following = text[token.end : stop if stop >= 0 else len(text)]
        if (
            len(line.rstrip()) >= _WRAPPED
            and following.strip()
            and not BULLET.match(following)
            and not line.rstrip().endswith((".", ":", ";", "!", "?"))
        ):
            found.add(index)
    return frozenset(found)


def _segments(sentence: Sentence, tokens: Sequence[Token], spans: Sequence[Span], but: set[int]) -> list[Segment]:
    inside = [s for s in spans if sentence.start <= s.start and s.end <= sentence.end]
    cuts = {sentence.start}
    for index in range(sentence.start, sentence.end):
        token = tokens[index]
        if (
            (token.kind == "punct" and token.text in _CLAUSE_SIGNS)
            or token.kind == "nl"
            or (token.text == "-" and index and tokens[index - 1].end < token.start)
        ):
            cuts.add(index + 1)
        elif index in but:
            cuts.add(index)
        elif token.kind == "punct" and token.text in "!?…؟" and index + 1 < sentence.end:
            cuts.add(index + 1)
    ordered = sorted(c for c in cuts if c < sentence.end)
    bounds = [*ordered, sentence.end]
    segments = [Segment(a, b) for a, b in pairwise(bounds)]
    for span in inside:
        for segment in segments:
            if segment.start <= span.start < segment.end:
                segment.kinds.setdefault(span.kind, []).append(span)
                break
    return segments
