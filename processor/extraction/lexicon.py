"""A language as data: its words for what matters, read once from TOML, and found in tokens."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from processor.extraction import nouns
from processor.extraction.alphabets import in_cyrillic
from processor.extraction.patterns import Index, Pattern, Span, match, parse
from processor.extraction.tokens import Token, fold, tokenise

_FOLDER = Path(__file__).with_name("languages")
#: Kinds of words for people.
_PERSONS = frozenset(("kin", "people", "persons", "title", "family", "one_more", "organisation"))
#: So many words may stand between a possessive and its noun.
_ADJECTIVES = 3


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
    #: Possessives of the writer and of others; articles; words that join people to the writer.
    owners: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    _patterns: list[Pattern] = field(default_factory=list)
    #: The patterns by what they begin with; for some kinds alone, made when they are first looked for.
    _indexes: dict[frozenset[str] | None, Index] = field(default_factory=dict)

    def add(self, kind: str, source: str) -> None:
        """Takes in one pattern.

        :raises ValueError: the pattern begins with a gap.
        """
        self._patterns += parse(kind, source, digraphs=self.digraphs)

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
            patterns = self._indexes[only] = Index(p for p in self._patterns if only is None or p.kind in only)
        spans: list[Span] = []
        for index, token in enumerate(tokens):
            candidates = patterns.beginning_at(tokens, index)
            if patterns.number and self.number_of(token) is not None:
                candidates = [*candidates, *patterns.number]
            if not candidates and not (self.owners and token.is_capital):
                continue
            best: dict[str, Span] = {}
            for pattern in candidates:
                span = match(pattern, tokens, index, self.number_of)
                if span and (
                    pattern.kind not in best
                    or (span.end, len(span.numbers)) > (best[pattern.kind].end, len(best[pattern.kind].numbers))
                ):
                    best[pattern.kind] = span
            if self.owners and token.is_capital and only is None and not best.keys() & _PERSONS:
                kind = self._person(tokens, index)
                if kind:
                    best[kind] = Span(kind, index, index + 1)
            spans += best.values()
        return spans

    def _person(self, tokens: Sequence[Token], index: int) -> str:
        """What an unlisted noun is that means a person by its form, where the words before it make it somebody.

        „mein Assistent“ and „mit einer Assistentin“ are kin, „zwei Assistentinnen“ people; „als Assistentin“ is nobody.
        """
        if tokens[index].kind != "word" or not nouns.is_person(tokens[index].key, self.code):
            return ""
        at = index - 1
        while at >= max(0, index - _ADJECTIVES) and tokens[at].kind == "word" and not tokens[at].is_capital:
            if (self.number_of(tokens[at]) or 0) > 1:
                return "people"
            if tokens[at].key in self.owners:
                return "kin"
            if tokens[at].key in self.articles:
                return "kin" if at and tokens[at - 1].key in self.joins else ""
            at -= 1
        counted = at >= 0 and tokens[at].kind == "num" and (self.number_of(tokens[at]) or 0) > 1
        return "people" if counted and at == index - 1 else ""

    def is_known(self, key: str) -> bool:
        """Whether a folded word is an ordinary word of this language, so no evidence of a name."""
        if key in self.known:
            return True
        return key.startswith(self.known_prefixes) or (len(key) > 5 and key.endswith(self.known_suffixes))

    def is_ordinary(self, key: str) -> bool:
        """Whether a folded word is listed, or a common noun: so no name, but where only a name can stand."""
        return self.is_known(key) or nouns.is_common(key, self.code)


def _split(source: str) -> list[str]:
    return [part.strip() for line in source.splitlines() for part in line.split(",") if part.strip()]


@cache
def available() -> tuple[str, ...]:
    """Codes of the languages that have data."""
    return tuple(
        sorted(
            path.stem for path in _FOLDER.iterdir() if path.is_dir() or (path.suffix == ".toml" and path.stem[0] != "_")
        )
    )


@cache
def _raw(stem: str) -> Mapping[str, object]:
    """A language's file, or the files of its folder as one.

    :raises FileNotFoundError: there is neither.
    """
    folder = _FOLDER / stem
    paths = sorted(folder.glob("*.toml")) if folder.is_dir() else [_FOLDER / f"{stem}.toml"]
    merged: dict[str, object] = {}
    for path in paths:
        for name, value in tomllib.loads(path.read_text(encoding="utf-8")).items():
            known = merged.get(name)
            merged[name] = known | value if isinstance(known, dict) and isinstance(value, dict) else value
    return merged


def frequent_words(code: str) -> tuple[str, ...]:
    """The commonest words of a language, as its file lists them; without making the whole language ready."""
    options = _table(_raw(code), "options")
    words = _split(str(options.get("frequent", "")))
    return (*words, *(in_cyrillic(w) for w in words)) if options.get("cyrillic") else tuple(words)


def sisters(code: str) -> tuple[str, ...]:
    """The other codes that a language's file serves (a Croatian mail is read by the words for Bosnian)."""
    return tuple(_split(str(_table(_raw(code), "options").get("serves", ""))))


@cache
def _aliases() -> Mapping[str, str]:
    """Codes that another language's file serves as well."""
    found: dict[str, str] = {}
    for code in available():
        for alias in sisters(code):
            found[alias] = code
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
    lists = _table(raw, "words")
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
                sources += [in_cyrillic(p) for p in sources]
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
    if language.options.get("nouns_have_capitals"):
        language.owners = _option(language, "own_possessives") | _single(lists, "third_possessive", language)
        language.articles = _single(lists, "article", language) - {"noch"}
        language.joins = _single(lists, "with", language) | _single(lists, "and", language)
    return language


@lru_cache(maxsize=8192)
def _marked(code: str, text: str, only: frozenset[str] | None) -> tuple[tuple[Token, ...], tuple[Span, ...]]:
    language = load(code)
    tokens = tokenise(text, digraphs=language.digraphs)
    return tuple(tokens), tuple(language.find(tokens, only))


def marked(language: Language, text: str, only: frozenset[str] | None = None) -> tuple[list[Token], list[Span]]:
    """The tokens of a line and what they mean; lines are looked at several times, so the answer is kept.

    :param only: the kinds to look for; None for all.
    """
    tokens, spans = _marked(language.code, text, only)
    return list(tokens), list(spans)


def _option(language: Language, name: str) -> frozenset[str]:
    return frozenset(fold(w, language.digraphs) for w in _split(language.options.get(name, "")))


def _single(lists: Mapping[str, object], kind: str, language: Language) -> frozenset[str]:
    return frozenset(fold(w, language.digraphs) for w in _split(str(lists.get(kind, ""))) if " " not in w)


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
                    into[fold(in_cyrillic(word))] = int(value)
