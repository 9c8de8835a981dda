"""One form for all text, so that what is compared, matched and counted has one spelling and fixed offsets."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Characters that no reader sees: zero width, direction marks, soft hyphen, variation selectors, tags, fillers.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
# Joiners mean something between letters of Arabic script and in emoji, and nothing elsewhere.
_JOINER = re.compile("(?<![\u0600-\u08ff\u0900-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u08ff\u0900-\u0dff])")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_BLANK_END = re.compile("[ \t]+(?=\n|\\Z)")
_MANY_BLANK = re.compile("\n{3,}")
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def characters(text: str) -> str:
    """Each character in its one form; lines stay as they are."""
    if "\r" in text or "\x85" in text or "\u2028" in text or "\u2029" in text:
        text = _LINE_END.sub("\n", text)
    if "\xa0" in text:
        # By far the most frequent of what changes: HTML is full of it.
        text = text.replace("\xa0", " ")
    if _is_plain(text):
        return text
    # A text has few characters that differ, however long it is.
    if not _ODD.search("".join(_rare(text))):
        return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    text = _SPACE.sub(" ", text)
    text = _INVISIBLE.sub("", text)
    text = _JOINER.sub("", text)
    text = _CONTROL.sub("", text)
    if _WIDE.search(text):
        text = text.translate(_FULL_WIDTH)
    return _composed(text)


def _is_plain(text: str) -> bool:
    """Whether all is as it is to stay, told at little cost: printable, and of ASCII or Western European letters."""
    if not text.replace("\n", "").replace("\t", "").isprintable():
        return False
    if text.isascii():
        return True
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


#: What most texts consist of.
_ORDINARY: Final = bytes([*b"\t\n\r", *range(0x20, 0x7F)])


def _rare(text: str) -> set[str]:
    """The characters of a text that are no ordinary ones of ASCII, each once."""
    return set(text.encode("utf-8", "surrogatepass").translate(None, _ORDINARY).decode("utf-8", "surrogatepass"))


def _composed(text: str) -> str:
    """NFC, in linear time: no letter bears more marks than the Stream-Safe Text Format allows (UAX #15)."""
    if len(text) > 200:
        text = _MANY_MARKS.sub(r"\1", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _marks() -> str:
    """All characters that combine with the one before, as ranges for a pattern."""
    codes = [code for code in range(0x300, 0x1E950) if unicodedata.combining(chr(code))]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_MARKS: Final = _marks()
_MARK = re.compile(f"[{_MARKS}]+")
_MANY_MARKS = re.compile(f"([{_MARKS}]{{30}})[{_MARKS}]+")

# Any character that is not to stay as it is; most lines have none.
_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uff01-\uff5e\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff"
    f"{_MARKS}]"
)
_WIDE = re.compile("[\uff01-\uff5e]")


def layout(text: str) -> str:
    """No blanks at the ends of lines, at most one blank line in a row, none at the beginning and the end."""
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    if "\n\n\n" in text:
        text = _MANY_BLANK.sub("\n\n", text)
    return text.strip("\n").rstrip()


def normalise(text: str) -> str:
    """Text in the form that :class:`processor.message.values.Message` promises; doing it twice changes nothing."""
    return layout(characters(text))


def fold(text: str) -> str:
    """For comparing: small letters, Turkish dots and accents levelled, digits in ASCII, white space single."""
    if not text.isascii():
        # Each character has its own form, whatever stands beside it; and a text has few that are not of ASCII.
        strange = [sign for sign in _rare(text) if sign > "\x7f"]
        if len(strange) > _FEW:
            text = text.translate({ord(sign): _folded(sign) for sign in strange})
        else:
            for sign in strange:
                text = text.replace(sign, _folded(sign))
    return " ".join(text.lower().split())


#: Different characters up to which each is replaced by itself; a longer alphabet costs less in one pass.
_FEW: Final = 40


@lru_cache(maxsize=4_096)
def _folded(sign: str) -> str:
    """What a character is compared as: such that no other character's form is changed by replacing it."""
    if sign in "İı":
        return "i"
    for _ in range(2):
        # Again, as some signs are made of capitals („№“).
        sign = _MARK.sub("", unicodedata.normalize("NFKD", sign.casefold().translate(_DIGITS)))
    return sign


_DIGITS: Final = {ord(digit): str(index % 10) for index, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
