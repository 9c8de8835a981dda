"""Common nouns: which capital words of a language that writes nouns so are no names, and which are people."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

#: Where the lists lie.
FOLDER: Final = Path(__file__).parent
#: Case and plural endings that the lists do not spell out.
_ENDINGS: Final = ("", "n", "s", "en", "es", "e", "ns")
#: What may join the parts of a compound.
_JOINTS: Final = ("", "s", "n", "en", "es", "er", "e", "-")
#: Fewer letters are no part of a compound.
_SHORTEST: Final = 4
#: A feminine in „-in“ that is not listed itself has more letters.
_SHORTEST_AGENT: Final = 7


class _Nouns(NamedTuple):
    """The nouns of a language."""

    #: Those that are no names.
    common: frozenset[str]
    #: Those that are names as well: they may be part of a compound.
    ambiguous: frozenset[str]

    def has(self, key: str) -> bool:
        return key in self.common or key in self.ambiguous


@cache
def _nouns(code: str) -> _Nouns:
    path = FOLDER / f"{code}.txt.xz"
    if not path.exists():
        return _Nouns(frozenset(), frozenset())
    common, _, ambiguous = lzma.decompress(path.read_bytes()).decode().partition("\n\n")
    return _Nouns(frozenset(common.split("\n")), frozenset(ambiguous.split("\n")))


def _stems(key: str) -> Iterator[str]:
    """A word and what is left of it without a case ending."""
    for ending in _ENDINGS:
        if key.endswith(ending) and len(key) - len(ending) > 2:
            yield key[: len(key) - len(ending)]


@lru_cache(maxsize=4096)
def split(key: str, code: str) -> tuple[str, str]:
    """A compound as its modifier and its head („alltagshelferin“: „alltag“, „helferin“); ("", "") where it is none.

    :param key: a folded word.
    """
    nouns = _nouns(code)
    if not nouns.common:
        return ("", "")
    for at in range(_SHORTEST, len(key) - _SHORTEST + 1):
        head = key[at:]
        if not any(nouns.has(stem) for stem in _stems(head)):
            continue
        for joint in _JOINTS:
            modifier = key[: at - len(joint)] if joint else key[:at]
            if key[:at].endswith(joint) and len(modifier) >= _SHORTEST and nouns.has(modifier):
                return (modifier, head)
    return ("", "")


@lru_cache(maxsize=4096)
def is_common(key: str, code: str) -> bool:
    """Whether a folded word is a common noun in any case, or a compound of two nouns; names are none."""
    nouns = _nouns(code)
    if key in nouns.ambiguous:
        return False
    if any(stem in nouns.common for stem in _stems(key)):
        return True
    # „Steinberg“ is built like „Lichterfest“; but a berg is a surname, too.
    head = split(key, code)[1]
    return bool(head) and head not in nouns.ambiguous and any(stem in nouns.common for stem in _stems(head))


@lru_cache(maxsize=4096)
def is_person(key: str, code: str) -> bool:
    """Whether a noun means a person by its form: it has a feminine in „-in“, or is one."""
    nouns = _nouns(code)
    if any(_has_feminine(stem, nouns) for stem in _stems(key)):
        return True
    head = split(key, code)[1]
    return bool(head) and any(_has_feminine(stem, nouns) for stem in _stems(head))


def _has_feminine(noun: str, nouns: _Nouns) -> bool:
    if noun.endswith("in") and len(noun) > _SHORTEST_AGENT and nouns.has(noun[:-2]):
        # „Assessorin“ need not be listed where „Assessor“ is.
        return True
    if not nouns.has(noun) or len(noun) < _SHORTEST:
        return False
    noun = noun.removesuffix("nen") if noun.endswith("innen") else noun
    if noun.endswith("in") and (nouns.has(noun[:-2]) or nouns.has(f"{noun[:-2]}e")):
        return True
    return nouns.has(f"{noun}in") or (noun.endswith("e") and nouns.has(f"{noun[:-1]}in"))
