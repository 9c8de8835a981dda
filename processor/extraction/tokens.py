"""Text becomes tokens with offsets, and words become comparable: case, accents and spelling habits folded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

#: Letters that NFKD leaves whole, and those that Arabic keyboards write in several ways.
_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "æ": "ae",
        "œ": "oe",
        "ə": "e",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
        "ۀ": "ه",
        "ہ": "ه",
        "\u0640": "",
        "\u200c": "",
        "\u200d": "",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
    }
)
_DIGRAPHS = re.compile(r"(?<![aeq])([aou])e")

#: Fewer letters behind a prefix are no word of their own.
_SHORTEST = 3
_TOKEN = re.compile(
    r"""
    (?P<url>https?://\S+|www\.\S+)
  | (?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
  | (?P<num>\d+(?:[.,:]\d+)*)
  | (?P<abbr>(?:[^\W\d_]\.){2,}|\b[iaz]\.\ [A-Z]\.|e\.\ ?V\.|[ieg]\.\ ?[AVG]\.)
  | (?P<word>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u0652\u0670\u200c]|['’ʼ‘-](?=[^\W\d_]))*)
  | (?P<nl>\n)
  | (?P<punct>[^\s])
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=8192)
def fold(word: str, digraphs: bool = False) -> str:  # noqa: FBT001, FBT002 - a cached two-argument function, called by the million
    """Lower case without accents; with ``digraphs`` German ae, oe, ue equal ä, ö, ü."""
    plain = unicodedata.normalize("NFKD", word.lower().translate(_LETTERS))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return _DIGRAPHS.sub(r"\1", plain) if digraphs else plain


@dataclass(slots=True, frozen=True)
class Token:
    """A word, number or sign in the text."""

    text: str
    #: Comparable form, see :func:`fold`.
    key: str
    start: int
    end: int
    #: "word", "num", "abbr", "mail", "url", "nl" or "punct".
    kind: str

    @property
    def is_capital(self) -> bool:
        """Whether it begins with an upper-case letter."""
        return self.text[:1].isupper()

    @property
    def is_word(self) -> bool:
        """Whether it is made of letters."""
        return self.kind in ("word", "abbr")


def tokenise(text: str, *, digraphs: bool = False) -> list[Token]:
    """All tokens in order; spaces are dropped, line ends are kept."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "punct"
        word = match.group()
        key = word if kind in ("num", "punct", "nl") else fold(word.replace(" ", ""), digraphs)
        found.append(Token(word, key, match.start(), match.end(), kind))
    return found


def part_clitics(
    tokens: list[Token], prefixes: Sequence[str], is_known: Callable[[str], bool], is_title: Callable[[str], bool]
) -> list[Token]:
    """Parts a conjunction from the word that it is written together with (Arabic „وسعاد“ is „و سعاد“).

    :param prefixes: letters that mean "and".
    :param is_known: whether a folded word is an ordinary word, which stays whole.
    """
    parted: list[Token] = []
    for index, token in enumerate(tokens):
        prefix = next((p for p in prefixes if token.text.startswith(p)), "")
        rest = token.text[len(prefix) :]
        after_title = bool(parted) and is_title(parted[-1].key)
        if (
            token.kind != "word"
            or not prefix
            or len(rest) < _SHORTEST
            or is_known(token.key)
            or after_title
            or index == 0
        ):
            parted.append(token)
            continue
        middle = token.start + len(prefix)
        parted.append(Token(prefix, fold(prefix), token.start, middle, "word"))
        parted.append(Token(rest, fold(rest), middle, token.end, "word"))
    return parted


def digits(text: str) -> str:
    """Arabic-Indic, Persian and other decimal digits as ASCII; the length does not change."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() and c.isdecimal() else c for c in text)
