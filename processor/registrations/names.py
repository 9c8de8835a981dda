"""Whether two written names may be one person's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

#: Letters that no decomposition takes apart.
_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "a", "œ": "o", "ß": "ss", "þ": "th", "ħ": "h", "ŧ": "t"}
)
_UMLAUTS = re.compile(r"([aou])e")
_WORDS = re.compile(r"[^\W_]+")
_LONGEST_KEY = 200
#: Shorter words are not compared letter by letter: Ali and Alp are two names.
_SHORTEST_TO_COMPARE = 4


def folded(text: str) -> str:
    """Text without case, accents, and ways of writing an umlaut: „Müller“ and „MUELLER“ are alike."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _UMLAUTS.sub(r"\1", bare)


def key(name: str) -> tuple[str, ...]:
    """The folded words of a name in alphabetical order: „Yılmaz, Ayşe“ and „Ayse Yilmaz“ have the same."""
    return tuple(sorted(_WORDS.findall(folded(name))))


def name_key(name: str) -> str:
    """A name's key as the database keeps it; "" for one without letters."""
    return " ".join(key(name))[:_LONGEST_KEY]


#: Legal forms and their abbreviations, folded; they tell no two organisations apart.
_LEGAL_FORMS = frozenset(
    (
        "e",
        "v",
        "ev",
        "eingetragener",
        "gmbh",
        "ggmbh",
        "mbh",
        "ug",
        "gug",
        "haftungsbeschrankt",
        "eg",
        "ag",
        "kg",
        "gbr",
    )
)


def organisation_key(organisation: str) -> str:
    """An organisation as it is compared: folded, without quotation marks, punctuation and legal form."""
    words = _WORDS.findall(folded(organisation).replace(".", ". "))
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return " ".join(kept or words)[:_LONGEST_KEY]


def same(one: str, other: str) -> bool:
    """Whether two names are written alike but for case, accents and order."""
    return key(one) == key(other) != ()


def close(one: str, other: str) -> bool:
    """Whether two names may be two spellings of one: the same, one with a further word, or one letter apart.

    A name of a single word is close to nothing but itself: „Ayşe“ is many people.
    """
    return close_keys(key(one), key(other))


def close_keys(first: Sequence[str], second: Sequence[str]) -> bool:
    """The same for the keys of two names."""
    if not first or not second:
        return False
    if first == second:
        return True
    if min(len(first), len(second)) < 2:
        return False
    if set(first) < set(second) or set(second) < set(first):
        return True
    if len(first) != len(second):
        return False
    rest_first, rest_second = sorted(set(first) - set(second)), sorted(set(second) - set(first))
    return len(rest_first) == len(rest_second) == 1 and _one_letter_apart(rest_first[0], rest_second[0])


def _one_letter_apart(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _SHORTEST_TO_COMPARE or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(short) == len(long):
        return short[start + 1 :] == long[start + 1 :]
    return short[start:] == long[start + 1 :]
