"""Words, numbers and addresses that nobody bears, of the same shape as those that they stand for.

The same word always becomes the same invented word, however it is accented or capitalised, so that „Yılmaz“ in a
signature, „YILMAZ“ in a table and „a.yilmaz@…“ still belong together. What a word becomes hangs on a key that is made
for one export and thrown away: nobody can work backwards by trying out names.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable

import phonenumbers

from processor.registrations.names import folded

#: Vowels and consonants by script. Latin has no „e“: behind a, o and u it would be taken for an umlaut.
_SCRIPTS: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("LATIN", "aiou", "bdfgklmnprstvz", frozenset("aeiouy")),
    ("CYRILLIC", "аиоу", "бвгдзклмнпрст", frozenset("аеёиіїоуыэюяє")),
    ("GREEK", "αιου", "βγδκλμνπρστ", frozenset("αεηιουω")),
    ("ARABIC", "بتجدرسعفقكلمني", "بتجدرسعفقكلمني", frozenset()),
    ("HEBREW", "בגדהזחטילמנסעפ", "בגדהזחטילמנסעפ", frozenset()),
)
#: The article that Arabic names are written together with.
_ARTICLE = "ال"
_ATTEMPTS = 200
#: Digits at the beginning of a national number that say what kind it is.
_KIND_DIGITS = 3


class Inventor:
    """Invents, and remembers what it has invented."""

    def __init__(self, key: bytes, is_taken: Callable[[str], bool]) -> None:
        """
        :param key: secret; the same key invents the same.
        :param is_taken: whether a folded word means something, or is somebody's: such a one is never invented.
        """
        self._key = key
        self._is_taken = is_taken
        self._words: dict[str, str] = {}
        self._used: set[str] = set()

    @property
    def invented(self) -> frozenset[str]:
        """All invented words, folded."""
        return frozenset(self._used)

    def word(self, original: str) -> str:
        """An invented word of the same script, length and capitals; accents stay where they are."""
        if original.startswith(_ARTICLE) and len(original) > len(_ARTICLE) + 1:
            return _ARTICLE + self.word(original[len(_ARTICLE) :])
        key = folded(original)
        if len(key) <= 1:  # an initial
            return _dressed(_letter(key, self._stream(f"initial:{key}", 1)[0]), original) if key else original
        base = self._words.get(key)
        if base is None:
            base = self._words[key] = self._invent(key)
            self._used.add(base)
        return _dressed(base, original)

    def _invent(self, key: str) -> str:
        for attempt in range(_ATTEMPTS):
            stream = self._stream(f"word:{attempt}:{key}", len(key) + 8)
            longer = attempt // 40  # short words run out
            found = "".join(_letter(letter, byte) for letter, byte in zip(key + "n" * longer, stream, strict=False))
            if found != key and folded(found) == found and found not in self._used and not self._is_taken(found):
                return found
        raise ValueError("no free word")  # pragma: no cover - 40 attempts at each of five lengths

    def digits(self, original: str) -> str:
        """The same with other digits; all else in it stays."""
        count = sum(sign.isdigit() for sign in original)
        plain = "".join(sign for sign in original if sign.isdigit())
        for attempt in range(_ATTEMPTS):
            stream = self._stream(f"digits:{attempt}:{plain}", count)
            found = "".join(str(1 + byte % 9) for byte in stream)
            if found != plain:
                return _with_last_digits(original, found)
        return original  # no digits at all

    def phone(self, original: str) -> str:
        """A telephone number of the same kind and country, written in the same way; its subscriber is invented."""
        parsed = _parsed(original)
        if parsed is None:
            return self.digits(original)
        national = str(parsed.national_number)
        area = phonenumbers.length_of_geographical_area_code(parsed)
        kept = min(area or _KIND_DIGITS, max(len(national) - 3, 0))
        valid = phonenumbers.is_valid_number(parsed)
        rest = national[kept:]
        for attempt in range(_ATTEMPTS):
            stream = self._stream(f"phone:{attempt}:{parsed.country_code}:{national}", len(rest))
            digits = "".join(str(1 + byte % 9) for byte in stream)
            other = phonenumbers.PhoneNumber(
                country_code=parsed.country_code, national_number=int(national[:kept] + digits)
            )
            if digits != rest and (not valid or phonenumbers.is_valid_number(other)):
                break
        return _with_last_digits(original, digits)

    def identifier(self, original: str) -> str:
        """Sixteen hexadecimal digits."""
        return hmac.new(self._key, f"id:{original}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:16]

    def _stream(self, text: str, length: int) -> bytes:
        found = b""
        block = 0
        while len(found) < length:
            found += hmac.new(self._key, f"{block}:{text}".encode("utf-8", "replace"), hashlib.sha256).digest()
            block += 1
        return found[:length]


def _letter(original: str, byte: int) -> str:
    name = unicodedata.name(original, "")
    for script, vowels, consonants, are_vowels in _SCRIPTS:
        if name.startswith(script):
            letters = vowels if original in are_vowels else consonants
            return letters[byte % len(letters)]
    # Another script: a letter near by.
    start = ord(original) & ~0xF
    near = [chr(point) for point in range(start, start + 16) if chr(point).isalpha()]
    return near[byte % len(near)] if near else original


def _dressed(base: str, original: str) -> str:
    """An invented word with the capitals and accents of the one that it stands for."""
    if len(original) > 1 and original.isupper():
        dressed = base.upper()
    elif original[:1].isupper():
        dressed = base[:1].upper() + base[1:]
    else:
        dressed = base
    if len(base) != len(original):
        return dressed
    return "".join(_accented(letter, like) for letter, like in zip(dressed, original, strict=True))


def _accented(letter: str, like: str) -> str:
    if like.isupper():
        letter = letter.upper()
    for mark in unicodedata.normalize("NFD", like)[1:]:
        together = unicodedata.normalize("NFC", letter + mark)
        letter = together if len(together) == 1 else letter
    return letter


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(text, "DE")
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_possible_number(parsed) else None


def _with_last_digits(original: str, digits: str) -> str:
    """The text with its last digits exchanged for these."""
    left = list(digits)
    found = [left.pop() if left and sign.isdigit() else sign for sign in reversed(original)]
    return "".join(reversed(found))
