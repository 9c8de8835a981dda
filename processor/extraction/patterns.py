"""Patterns of words: written as text in a language's file, found in tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from processor.extraction.tokens import Token, fold

#: So many words may stand where a pattern says "..".
_GAP = 16

_EXACT, _PREFIX, _SUFFIX, _NUMBER, _GAPS, _ANY, _INSIDE = range(7)
_Element = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the tokens that means something."""

    kind: str
    #: Token indices, the end is exclusive.
    start: int
    end: int
    #: What the "#" of the pattern stood for, in order.
    numbers: tuple[int, ...] = ()
    #: Token indices of these numbers.
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    kind: str
    elements: tuple[_Element, ...]


class _Bucket:
    """Patterns that begin with one word, by the word that comes next: most share their beginning with many others."""

    __slots__ = ("all", "by_next", "open", "single")

    def __init__(self) -> None:
        self.all: list[Pattern] = []
        self.single: list[Pattern] = []
        self.by_next: dict[str, list[Pattern]] = defaultdict(list)
        self.open: list[Pattern] = []

    def add(self, pattern: Pattern) -> None:
        self.all.append(pattern)
        if len(pattern.elements) == 1:
            self.single.append(pattern)
        elif pattern.elements[1][0] == _EXACT:
            for word in pattern.elements[1][1]:
                self.by_next[word].append(pattern)
        else:
            self.open.append(pattern)

    def before(self, following: Token | None) -> list[Pattern]:
        """Those that may fit in front of a token."""
        if following is None:
            return self.single
        if following.kind == "punct":
            # A full stop of an abbreviation, or a comma, may stand between two words of a pattern.
            return self.all
        return [*self.single, *self.by_next.get(following.key, ()), *self.open]


class Index:
    """Patterns by what they begin with."""

    __slots__ = ("exact", "inside", "number", "prefix", "suffix")

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.exact: dict[str, _Bucket] = defaultdict(_Bucket)
        self.prefix: dict[str, list[Pattern]] = defaultdict(list)
        self.suffix: dict[str, list[tuple[str, Pattern]]] = defaultdict(list)
        self.inside: list[tuple[str, Pattern]] = []
        self.number: list[Pattern] = []
        for pattern in patterns:
            how, words = pattern.elements[0]
            if how == _EXACT:
                for word in words:
                    self.exact[word].add(pattern)
            elif how == _PREFIX:
                for word in words:
                    self.prefix[word[:3]].append(pattern)
            elif how == _SUFFIX:
                for word in words:
                    self.suffix[word[-2:]].append((word, pattern))
            elif how == _NUMBER:
                self.number.append(pattern)
            else:
                self.inside.append((words[0], pattern))

    def beginning_at(self, tokens: Sequence[Token], index: int) -> list[Pattern]:
        """Patterns whose first word fits a token, numerals aside."""
        token = tokens[index]
        key = token.key
        bucket = self.exact.get(key)
        found = bucket.before(tokens[index + 1] if index + 1 < len(tokens) else None) if bucket else []
        if token.kind != "word":
            return found
        begun = self.prefix.get(key[:3])
        ended = self.suffix.get(key[-2:])
        if not (begun or ended or self.inside):
            return found
        return [
            *found,
            *(begun or ()),
            *(p for word, p in self.inside if word in key),
            *(p for word, p in ended or () if key.endswith(word)),
        ]


def parse(kind: str, source: str, *, digraphs: bool) -> list[Pattern]:
    """The patterns that a text stands for: one, or several where words in brackets may be left out.

    ``#`` is a numeral, ``..`` a gap of a few words, ``_`` any word, ``a/b`` one of these, ``word*`` and ``*word`` the
    beginning and the end of a word.

    :raises ValueError: the text begins with a gap.
    """
    found = []
    for variant in _variants(source.split()):
        elements = tuple(_element(word, digraphs=digraphs) for word in variant)
        if not elements:
            continue
        if elements[0][0] in (_GAPS, _ANY):
            raise ValueError(f"{source!r} begins with a gap")
        found.append(Pattern(kind, elements))
    return found


def _element(word: str, *, digraphs: bool) -> _Element:
    if word == "#":
        return (_NUMBER, ())
    if word == "..":
        return (_GAPS, ())
    if word == "_":
        return (_ANY, ())
    parts = [fold(part, digraphs) for part in word.split("/") if part]
    if len(parts) == 1 and parts[0].startswith("*") and parts[0].endswith("*"):
        return (_INSIDE, (parts[0].strip("*"),))
    if all(part.startswith("*") for part in parts):
        return (_SUFFIX, tuple(part.strip("*") for part in parts))
    if any(part.endswith("*") for part in parts):
        return (_PREFIX, tuple(part if part.endswith("*") else part + "$" for part in parts))
    return (_EXACT, tuple(parts))


NumberOf = Callable[[Token], "int | None"]


def match(pattern: Pattern, tokens: Sequence[Token], index: int, number_of: NumberOf) -> Span | None:
    """The place that a pattern takes from a token on; None where it does not fit."""
    if len(pattern.elements) == 1:
        how, words = pattern.elements[0]
        if how == _NUMBER:
            return Span(pattern.kind, index, index + 1, (number_of(tokens[index]) or 0,), (index,))
        return Span(pattern.kind, index, index + 1) if _fits(how, words, tokens[index].key) else None
    hits: list[tuple[int, int]] = []
    end = _walk(pattern.elements, 0, tokens, index, hits, number_of)
    if end is None:
        return None
    return Span(pattern.kind, index, end, tuple(n for n, _ in hits), tuple(i for _, i in hits))


def _walk(
    elements: Sequence[_Element],
    at: int,
    tokens: Sequence[Token],
    index: int,
    hits: list[tuple[int, int]],
    number_of: NumberOf,
) -> int | None:
    while at < len(elements):
        how, words = elements[at]
        if how == _GAPS:
            following = elements[at + 1][1] if elements[at + 1][0] == _EXACT else None
            for ahead in range(index, min(index + _GAP + 1, len(tokens))):
                if ahead > index and _is_stop(tokens, ahead - 1):
                    break
                if following is not None and tokens[ahead].key not in following:
                    continue
                kept = len(hits)
                end = _walk(elements, at + 1, tokens, ahead, hits, number_of)
                if end is not None:
                    return end
                del hits[kept:]
            return None
        if index >= len(tokens):
            return None
        token = tokens[index]
        if token.text == "." and at and _abbreviates(tokens, index):
            index += 1
            continue
        if token.text in ",،" and at and how == _EXACT and elements[at - 1][0] == _NUMBER:
            index += 1
            continue
        if how == _NUMBER:
            value = number_of(token)
            if value is None:
                return None
            hits.append((value, index))
        elif how != _ANY and not _fits(how, words, token.key):
            return None
        index += 1
        at += 1
    return index


def _is_stop(tokens: Sequence[Token], index: int) -> bool:
    """Whether a sentence ends with this token, so that no pattern reaches over it."""
    token = tokens[index]
    if token.kind == "nl":
        return index + 1 < len(tokens) and tokens[index + 1].kind == "nl"
    if token.kind != "punct" or token.text not in ".!?;:؟؛":
        return False
    return token.text != "." or (index > 0 and tokens[index - 1].kind == "word" and len(tokens[index - 1].text) > 3)


def _abbreviates(tokens: Sequence[Token], index: int) -> bool:
    """A full stop after a short word with a small letter behind it: „Teiln. n. mögl.“"""
    return (
        index + 1 < len(tokens)
        and len(tokens[index - 1].text) <= 6
        and tokens[index - 1].is_word
        and tokens[index - 1].end == tokens[index].start
        and not tokens[index + 1].is_capital
        and tokens[index + 1].is_word
    )


def _fits(how: int, words: tuple[str, ...], key: str) -> bool:
    if how == _EXACT:
        return key in words
    if how == _SUFFIX:
        return key.endswith(words)
    if how == _INSIDE:
        return words[0] in key
    return any(key.startswith(word[:-1]) if word.endswith("*") else key == word[:-1] for word in words)


def _variants(words: Sequence[str]) -> Iterable[list[str]]:
    """Spells out optional words, which stand in brackets."""
    for index, word in enumerate(words):
        if word.startswith("(") and word.endswith(")"):
            rest = list(words[index + 1 :])
            for tail in _variants(rest):
                yield [*words[:index], word[1:-1], *tail]
                yield [*words[:index], *tail]
            return
    yield list(words)
