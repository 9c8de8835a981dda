"""One name in two scripts: „عادل شحاتة“ in the text, „Adel Shehata“ as the display name."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from anyascii import anyascii

#: Letters that spellings of one sound choose among, each turned into one of them.
_ALIKE: Final = (
    ("kh", "h"),
    ("dh", "z"),
    ("th", "t"),
    ("sh", "s"),
    ("ch", "s"),
    ("gh", "g"),
    ("ph", "f"),
    ("w", "v"),
    ("q", "k"),
    ("j", ""),
    ("c", "k"),
)
_VOWELS: Final = re.compile(r"[aeiouy]")
#: From this likeness on, 0 to 1, two rows of consonants are one name.
_LIKE: Final = 0.75


@lru_cache(maxsize=1024)
def consonants(name: str) -> str:
    """What is left of a name in Latin letters without its vowels, sounds that are spelt in several ways made one."""
    latin = re.sub(r"[^a-z ]", "", anyascii(name).lower())
    for spelling, sound in _ALIKE:
        latin = latin.replace(spelling, sound)
    return _VOWELS.sub("", latin)


def is_latin(name: str) -> bool:
    """Whether a name is written in Latin letters."""
    return all(not c.isalpha() or ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 for c in name)


def same_in_two_scripts(first: str, second: str) -> bool:
    """Whether two names in different scripts are likely one."""
    if is_latin(first) == is_latin(second):
        return False
    a, b = consonants(first), consonants(second)
    if not a or not b:
        return False
    straight = SequenceMatcher(None, a, b).ratio()
    turned = SequenceMatcher(None, " ".join(sorted(a.split())), " ".join(sorted(b.split()))).ratio()
    return max(straight, turned) >= _LIKE
