"""How well bytes read in a charset: which letters outside ASCII each language uses, how often (``letters.toml``)."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

#: Log-probability of a character that no language of ours has within words.
STRANGE: Final = -9.0


@lru_cache(maxsize=1)
def frequencies() -> dict[str, dict[str, float]]:
    """Log-probabilities of letters per language."""
    tables: dict[str, dict[str, float]] = {}
    data = tomllib.loads(files("processor.message").joinpath("letters.toml").read_text("utf-8"))
    for language, letters in data.items():
        weights = {item[0]: float(item[1:] or "1") for item in letters.split()}
        total = sum(weights.values())
        tables[language] = {letter: math.log(weight / total) for letter, weight in weights.items()}
    return tables


def _script(character: str) -> str:
    code = ord(character)
    if code < 0x370 or 0x1E00 <= code < 0x2000:
        return "latin"
    if code < 0x400:
        return "greek"
    if code < 0x530:
        return "cyrillic"
    return "arabic" if 0x600 <= code < 0x780 else "other"


def _word_faults(word: str) -> float:
    """What speaks against a word whatever its language: two scripts in it, a capital after a small letter."""
    faults = 0.0
    script = ""
    before = ""
    for character in word:
        if character.isalpha():
            now = _script(character)
            if script and now != script:
                faults += 6
            script = now
            if before.islower() and character.isupper():
                faults += 4
        before = character
    return faults


_ACCENTS = re.compile("[\x80-\u036f]{3,}")


def _accents(text: str) -> float:
    """What speaks against words of Latin script that have letters strange to their language: many accents in a row."""
    return sum(6.0 * (len(run) - 2) for run in _ACCENTS.findall(text))


@dataclass(frozen=True, slots=True)
class Score:
    """How well words read in a charset."""

    #: Mean log-probability per character outside ASCII, in the language in which it is highest.
    mean: float
    #: Whether characters are among them that this language does not have.
    strange: bool = True


NO_SCORE: Final = Score(-99.0)
#: Typographic quotes and dashes beside words are in every language.
_MARKS: Final = frozenset("„“”‚‘’«»–—…€§°·•´\xa0")


def score(words: list[bytes], charset: str, languages: str) -> Score:
    """How well words read in a charset, in the best of its languages."""
    try:
        texts = [word.decode(charset) for word in words]
    except (UnicodeDecodeError, LookupError):
        return NO_SCORE
    faults = sum(map(_word_faults, texts))
    accents = _accents(" ".join(texts))
    characters = [character for text in texts for character in text if character > "\x7f"]
    if not characters:
        return Score(STRANGE)
    best = -math.inf
    strange = True
    for language in languages.split():
        table = frequencies()[language]
        total = 0.0
        strangers = 0
        for character in characters:
            value = table.get(character)
            if value is None:
                mark = character in _MARKS
                value = -4.0 if mark else STRANGE
                strangers += not mark
            total += value
        if strangers:
            total -= accents
        if total > best:
            best, strange = total, strangers > 0
    return Score((best - faults) / len(characters), strange)
