"""What mail programs and writers put around what is new, as data: one file per language in ``languages``.

All phrases are compared in the form of :func:`processor.message.normal.fold`: small letters, no accents.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from processor.message.normal import fold

_LABEL_KINDS: Final = ("from", "sent", "to", "cc", "subject", "other")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of all languages together, ready to be looked up."""

    #: Label of a header line of a quoted mail, and the fields that it can name (one word may be two fields).
    labels: dict[str, frozenset[str]]
    #: Verbs of „wrote“ in an attribution.
    wrote: re.Pattern[str]
    #: „Original message“ and „forwarded message“, longest first.
    original: tuple[str, ...]
    forwarded: tuple[str, ...]
    #: The first words of both, to look the others up only where one stands.
    announcing: frozenset[str]
    reply_prefixes: frozenset[str]
    forward_prefixes: frozenset[str]
    #: Closing formulas, longest first.
    closings: tuple[str, ...]
    #: The first words of the closing formulas, to look the others up only where one stands.
    closing_starts: frozenset[str]
    #: Words that make a short line without figures a closing formula.
    closing_words: frozenset[str]
    #: Lines that programs add, with gaps for the name of a device or program; and those without a gap.
    device: re.Pattern[str]
    device_lines: frozenset[str]
    #: Beginnings of words that name a device or a mail program.
    gadgets: re.Pattern[str]
    #: Beginnings of words with which such a line asks pardon for typing errors.
    excuses: re.Pattern[str]
    legal: tuple[str, ...]
    #: Of a mail that went to somebody else, which makes a legal note sure.
    astray: tuple[str, ...]
    #: Words with which people speak of themselves, and notes and warnings of programs do not.
    own: re.Pattern[str]
    footer: tuple[str, ...]
    #: The first words of the footers, to look the others up only where one stands.
    footer_starts: frozenset[str]
    outside: tuple[str, ...]
    care: tuple[str, ...]
    below: re.Pattern[str]
    #: Words with which people say what they do or want, and signatures do not; one set per language.
    speaking: tuple[frozenset[str], ...]
    #: The words of all languages together, to count by language only where some stand.
    speaking_anywhere: frozenset[str]


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """Reads the data of all languages."""
    every: dict[str, list[str]] = {}
    labels: dict[str, set[str]] = {}
    speaking: list[frozenset[str]] = []
    for file in sorted(files("processor.message").joinpath("languages").iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for key, values in tomllib.loads(file.read_text("utf-8")).items():
            folded = [fold(value) for value in values]
            if key in _LABEL_KINDS:
                for label in folded:
                    labels.setdefault(label, set()).add(key)
            if key == "speaking":
                speaking.append(frozenset(folded))
            every.setdefault(key, []).extend(folded)
    closings = _longest_first(every["closings"])
    return Phrases(
        labels={label: frozenset(kinds) for label, kinds in labels.items()},
        wrote=_any_of(every["wrote"]),
        original=_longest_first(every["original"]),
        forwarded=_longest_first(every["forwarded"]),
        announcing=frozenset(
            re.split(r"[ :-]", phrase, maxsplit=1)[0] for phrase in [*every["original"], *every["forwarded"]]
        ),
        reply_prefixes=frozenset(every["reply_prefixes"]),
        forward_prefixes=frozenset(every["forward_prefixes"]),
        closings=closings,
        closing_starts=frozenset(re.split(r"[\s,.!']", closing)[0] for closing in closings),
        closing_words=frozenset(every["closing_words"]),
        device=_templates([value for value in every["device"] if "*" in value]),
        device_lines=frozenset(value for value in every["device"] if "*" not in value),
        gadgets=_beginnings(every["gadgets"]),
        excuses=_beginnings(every["excuses"]),
        legal=tuple(dict.fromkeys(every["legal"])),
        astray=tuple(dict.fromkeys(every["astray"])),
        own=_any_of(every["own"]),
        footer=tuple(dict.fromkeys(every["footer"])),
        footer_starts=frozenset(phrase.split()[0].strip(",.") for phrase in every["footer"]),
        outside=tuple(dict.fromkeys(every["outside"])),
        care=tuple(dict.fromkeys(every["care"])),
        below=_any_of(every["below"]),
        speaking=tuple(speaking),
        speaking_anywhere=frozenset().union(*speaking),
    )


def _longest_first(values: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values), key=lambda value: (-len(value), value)))


def _any_of(values: list[str]) -> re.Pattern[str]:
    """Any of some phrases as whole words (scripts without spaces have no word ends)."""
    spaced = [value for value in _longest_first(values) if not _is_unspaced(value)]
    joined = [value for value in _longest_first(values) if _is_unspaced(value)]
    pattern = r"(?<!\w)(?:" + "|".join(map(re.escape, spaced)) + r")(?!\w)"
    if joined:
        pattern += "|" + "|".join(map(re.escape, joined))
    return re.compile(pattern)


def _beginnings(values: list[str]) -> re.Pattern[str]:
    """Words that begin as one of these does; short ones are whole words (scripts without spaces have no word ends)."""
    spaced = [value for value in _longest_first(values) if not _is_unspaced(value)]
    joined = [value for value in _longest_first(values) if _is_unspaced(value)]
    short = [re.escape(value) for value in spaced if len(value) < _SHORT and value.isascii()]
    long = [re.escape(value) for value in spaced if len(value) >= _SHORT or not value.isascii()]
    pattern = rf"(?<!\w)(?:(?:{'|'.join(short)})(?!\w)|(?:{'|'.join(long)}))"
    return re.compile("|".join([pattern, *map(re.escape, joined)]))


#: Latin letters below which a word is not taken for the beginning of others.
_SHORT: Final = 5


def _is_unspaced(value: str) -> bool:
    return any("\u3040" <= character <= "\u9fff" for character in value)


def _templates(values: list[str]) -> re.Pattern[str]:
    """Whole lines with gaps: ``*`` stands for one to twelve words."""
    gap = r"\S{1,60}(?: \S{1,60}){0,11}"
    options = []
    for value in _longest_first(values):
        pieces = [re.escape(piece.strip()) for piece in value.split("*")]
        options.append(f" ?{gap} ?".join(pieces))
    return re.compile(r"\W{0,4}(?:" + "|".join(options) + r")\W{0,4}")
