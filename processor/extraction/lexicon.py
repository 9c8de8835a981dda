"""A language as data: its words for what matters, read once from TOML, and found in tokens."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from processor.extraction.tokens import Token, fold

_FOLDER = Path(__file__).with_name("languages")
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
class _Pattern:
    kind: str
    elements: tuple[_Element, ...]


class _Bucket:
    """Patterns that begin with one word, by the word that comes next: most share their beginning with many others."""

    __slots__ = ("all", "by_next", "open", "single")

    def __init__(self) -> None:
        self.all: list[_Pattern] = []
        self.single: list[_Pattern] = []
        self.by_next: dict[str, list[_Pattern]] = defaultdict(list)
        self.open: list[_Pattern] = []

    def add(self, pattern: _Pattern) -> None:
        self.all.append(pattern)
        if len(pattern.elements) == 1:
            self.single.append(pattern)
        elif pattern.elements[1][0] == _EXACT:
            for word in pattern.elements[1][1]:
                self.by_next[word].append(pattern)
        else:
            self.open.append(pattern)

    def before(self, following: Token | None) -> list[_Pattern]:
        """Those that may fit in front of a token."""
        if following is None:
            return self.single
        if following.kind == "punct":
            # A full stop of an abbreviation, or a comma, may stand between two words of a pattern.
            return self.all
        return [*self.single, *self.by_next.get(following.key, ()), *self.open]


class _Index:
    """Patterns by what they begin with."""

    __slots__ = ("exact", "inside", "number", "prefix", "suffix")

    def __init__(self, patterns: Iterable[_Pattern]) -> None:
        self.exact: dict[str, _Bucket] = defaultdict(_Bucket)
        self.prefix: dict[str, list[_Pattern]] = defaultdict(list)
        self.suffix: dict[str, list[tuple[str, _Pattern]]] = defaultdict(list)
        self.inside: list[tuple[str, _Pattern]] = []
        self.number: list[_Pattern] = []
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

    def beginning_at(self, tokens: Sequence[Token], index: int) -> list[_Pattern]:
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


@dataclass(slots=True)
class Language:
    """The words of one language; made by :func:`load`, never changed afterwards."""

    code: str
    german_name: str
    digraphs: bool
    numbers: dict[str, int] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)
    ordinals: dict[str, int] = field(default_factory=dict)
    glossary: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Words that are no names: every single word of every pattern, and those listed as common.
    known: set[str] = field(default_factory=set)
    known_prefixes: tuple[str, ...] = ()
    known_suffixes: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    #: Spoken signs of dictation, each a row of folded words → the sign.
    dictation: dict[tuple[str, ...], str] = field(default_factory=dict)
    _patterns: list[_Pattern] = field(default_factory=list)
    #: The patterns by what they begin with; for some kinds alone, made when they are first looked for.
    _indexes: dict[frozenset[str] | None, _Index] = field(default_factory=dict)

    def add(self, kind: str, source: str) -> None:
        """Takes in one pattern."""
        for variant in _variants(source.split()):
            elements = tuple(self._element(word) for word in variant)
            if not elements:
                continue
            if elements[0][0] in (_GAPS, _ANY):
                raise ValueError(f"{self.code}: {source!r} begins with a gap")
            self._patterns.append(_Pattern(kind, elements))

    def _element(self, word: str) -> _Element:
        if word == "#":
            return (_NUMBER, ())
        if word == "..":
            return (_GAPS, ())
        if word == "_":
            return (_ANY, ())
        parts = [fold(part, self.digraphs) for part in word.split("/") if part]
        if len(parts) == 1 and parts[0].startswith("*") and parts[0].endswith("*"):
            return (_INSIDE, (parts[0].strip("*"),))
        if all(part.startswith("*") for part in parts):
            return (_SUFFIX, tuple(part.strip("*") for part in parts))
        if any(part.endswith("*") for part in parts):
            return (_PREFIX, tuple(part if part.endswith("*") else part + "$" for part in parts))
        return (_EXACT, tuple(parts))

    def number_of(self, token: Token) -> int | None:
        """The value of a numeral in digits or words; None for everything else."""
        if token.kind == "num":
            return int(token.text) if token.text.isdigit() and len(token.text) <= 4 else None
        return self.numbers.get(token.key)

    def find(self, tokens: Sequence[Token], only: frozenset[str] | None = None) -> list[Span]:
        """Every place where a pattern fits; of one kind the longest from each start.

        :param only: the kinds to look for; None for all.
        """
        patterns = self._indexes.get(only)
        if patterns is None:
            patterns = self._indexes[only] = _Index(p for p in self._patterns if only is None or p.kind in only)
        spans: list[Span] = []
        for index, token in enumerate(tokens):
            candidates = patterns.beginning_at(tokens, index)
            if patterns.number and self.number_of(token) is not None:
                candidates = [*candidates, *patterns.number]
            if not candidates:
                continue
            best: dict[str, Span] = {}
            for pattern in candidates:
                span = self._match(pattern, tokens, index)
                if span and (
                    pattern.kind not in best
                    or (span.end, len(span.numbers)) > (best[pattern.kind].end, len(best[pattern.kind].numbers))
                ):
                    best[pattern.kind] = span
            spans += best.values()
        return spans

    def _match(self, pattern: _Pattern, tokens: Sequence[Token], index: int) -> Span | None:
        if len(pattern.elements) == 1:
            how, words = pattern.elements[0]
            if how == _NUMBER:
                return Span(pattern.kind, index, index + 1, (self.number_of(tokens[index]) or 0,), (index,))
            return Span(pattern.kind, index, index + 1) if _fits(how, words, tokens[index].key) else None
        hits: list[tuple[int, int]] = []
        end = self._walk(pattern.elements, 0, tokens, index, hits)
        if end is None:
            return None
        return Span(pattern.kind, index, end, tuple(n for n, _ in hits), tuple(i for _, i in hits))

    def _walk(
        self, elements: Sequence[_Element], at: int, tokens: Sequence[Token], index: int, hits: list[tuple[int, int]]
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
                    end = self._walk(elements, at + 1, tokens, ahead, hits)
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
                value = self.number_of(token)
                if value is None:
                    return None
                hits.append((value, index))
            elif how != _ANY and not _fits(how, words, token.key):
                return None
            index += 1
            at += 1
        return index

    def is_known(self, key: str) -> bool:
        """Whether a folded word is an ordinary word of this language, so no evidence of a name."""
        if key in self.known:
            return True
        return key.startswith(self.known_prefixes) or (len(key) > 5 and key.endswith(self.known_suffixes))


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


def _split(source: str) -> list[str]:
    return [part.strip() for line in source.splitlines() for part in line.split(",") if part.strip()]


@cache
def available() -> tuple[str, ...]:
    """Codes of the languages that have data."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml") if not path.stem.startswith("_")))


@cache
def _raw(stem: str) -> Mapping[str, object]:
    return tomllib.loads((_FOLDER / f"{stem}.toml").read_text(encoding="utf-8"))


def frequent_words(code: str) -> tuple[str, ...]:
    """The commonest words of a language, as its file lists them; without making the whole language ready."""
    options = _table(_raw(code), "options")
    words = _split(str(options.get("frequent", "")))
    return (*words, *(_in_cyrillic(w) for w in words)) if options.get("cyrillic") else tuple(words)


def sisters(code: str) -> tuple[str, ...]:
    """The other codes that a language's file serves (a Croatian mail is read by the words for Bosnian)."""
    return tuple(_split(str(_table(_raw(code), "options").get("serves", ""))))


@cache
def _aliases() -> Mapping[str, str]:
    """Codes that another language's file serves as well."""
    found: dict[str, str] = {}
    for path in _FOLDER.glob("*.toml"):
        for alias in _split(str(_table(_raw(path.stem), "options").get("serves", ""))):
            found[alias] = path.stem
    return found


def resolve(code: str) -> str:
    """The file that serves a language: its own, or a sister's; the code itself where there is none."""
    return _aliases().get(code, code)


@cache
def load(code: str) -> Language:
    """The data of one language, joined with what all languages share.

    :raises FileNotFoundError: there is no data for this code.
    """
    raw = _raw(code)
    language = Language(str(raw["code"]), str(raw["german_name"]), bool(raw.get("digraphs", False)))
    known_prefixes: set[str] = set()
    known_suffixes: set[str] = set()
    for source in (_raw("_shared"), raw):
        _take_numbers(language, source)
        for name, value in _table(source, "options").items():
            joined = name == "particles" and name in language.options
            language.options[name] = f"{language.options[name]}, {value}" if joined else str(value)
        for german, words in _table(source, "glossary").items():
            language.glossary[german] = tuple(fold(w, language.digraphs) for w in _split(str(words)))
        for sign, words in _table(source, "dictation").items():
            for spoken in _split(str(words)):
                language.dictation[tuple(fold(w, language.digraphs) for w in spoken.split())] = sign
        for kind, patterns in _table(source, "words").items():
            sources = _split(str(patterns))
            if language.options.get("cyrillic"):
                sources += [_in_cyrillic(p) for p in sources]
            for pattern in sources:
                if kind == "common":
                    _know(language, pattern, known_prefixes, known_suffixes)
                    continue
                language.add(kind, pattern)
                if kind == "organisation" and pattern.startswith("*") and language.options.get("genitive"):
                    for ending in _split(language.options["genitive"]):
                        language.add(kind, pattern + ending)
                if kind not in ("title", "post_title"):
                    for word in pattern.split():
                        for part in word.strip("()").split("/"):
                            if part not in ("#", "..", "_", ""):
                                _know(language, part, known_prefixes, known_suffixes)
    language.known |= set(language.numbers) | set(language.months) | set(language.ordinals)
    language.known_prefixes = tuple(known_prefixes)
    language.known_suffixes = tuple(known_suffixes)
    return language


_CYRILLIC = dict(
    zip(
        [
            "lj",
            "nj",
            "dž",
            "a",
            "b",
            "v",
            "g",
            "d",
            "đ",
            "e",
            "ž",
            "z",
            "i",
            "j",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "ć",
            "u",
            "f",
            "h",
            "c",
            "č",
            "š",
        ],
        [
            "љ",
            "њ",
            "џ",
            "а",
            "б",
            "в",
            "г",
            "д",
            "ђ",
            "е",
            "ж",
            "з",
            "и",
            "ј",
            "к",
            "л",
            "м",
            "н",
            "о",
            "п",
            "р",
            "с",
            "т",
            "ћ",
            "у",
            "ф",
            "х",
            "ц",
            "ч",
            "ш",
        ],
        strict=True,
    )
)


def _in_cyrillic(pattern: str) -> str:
    """A pattern of a language with two alphabets (Serbian) in the other one."""
    result = pattern.lower()
    for latin, cyrillic in _CYRILLIC.items():
        result = result.replace(latin, cyrillic)
    return result


def _know(language: Language, word: str, prefixes: set[str], suffixes: set[str]) -> None:
    key = fold(word, language.digraphs)
    if key.startswith("*") and key.endswith("*"):
        suffixes.add(key.strip("*"))
        prefixes.add(key.strip("*"))
    elif key.endswith("*"):
        if len(key) > 4:
            prefixes.add(key[:-1])
    elif key.startswith("*"):
        if len(key) > 4:
            suffixes.add(key[1:])
    else:
        language.known.add(key)


def _table(source: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = source.get(name, {})
    return table if isinstance(table, dict) else {}


def _take_numbers(language: Language, source: Mapping[str, object]) -> None:
    for into, name in ((language.numbers, "numbers"), (language.months, "months"), (language.ordinals, "ordinals")):
        for value, words in _table(source, name).items():
            for word in _split(str(words)):
                into[fold(word, language.digraphs)] = int(value)
                if _table(source, "options").get("cyrillic"):
                    into[fold(_in_cyrillic(word))] = int(value)
