"""The closing formula („Mit freundlichen Grüßen“): whether a line is one, and which one closes the mail."""

from __future__ import annotations

import re
from typing import Final

from processor.message.looks import WORDS, is_contact, is_name
from processor.message.normal import fold
from processor.message.phrases import Phrases
from processor.message.rows import Row

#: Lines that a signature may have.
SIGNATURE_LINES: Final = 40
#: What people add below their name.
AFTERTHOUGHT = re.compile(r"(?:p\.? ?s\.?|nb|n\.b\.|not|ps\d?)\s{0,2}[:.)]")
#: Words of a line that only speaks to somebody.
_SALUTATION: Final = 5
#: Words behind a formula that say something of their own.
_GOES_ON: Final = 2
#: Formulas that also begin sentences: only little may follow them in their line.
_WEAK: Final = frozenset(
    [
        "danke",
        "merci",
        "gracias",
        "grazie",
        "спасибо",
        "дякую",
        "hvala",
        "multumesc",
        "dziekuje",
        "thanks",
        "best",
        "yours",
        "ihr",
        "ihre",
        "selam",
        "spas",
        "silav",
        "herzlich",
        "cheers",
        "pozdrav",
        "saludos",
        "saluti",
        "salutations",
        "pershendetje",
        "a plus",
        "salud",
        "groet",
        "hilsen",
    ]
)


def names_of(sender: str) -> list[str]:
    """Words of a display name or address that name somebody."""
    local = sender.rpartition("@")[0] or sender
    return [word for word in WORDS.findall(fold(local)) if len(word) >= 3]


def repeats(row: Row, names: frozenset[str]) -> bool:
    """Whether a line holds a name of the sender."""
    return bool(names) and any(word in names for word in WORDS.findall(row.folded))


def formula_before(rows: list[Row], new: list[int], indexes: list[int], known: Phrases, names: frozenset[str]) -> int:
    """The last row of some that is a closing formula; -1."""
    for index in reversed(indexes[-SIGNATURE_LINES:]):
        if _is_formula(rows[index].folded, known, names):
            return -1 if _greets(rows, new, index, known, names) else index
    return -1


def _greets(rows: list[Row], new: list[int], formula: int, known: Phrases, names: frozenset[str]) -> bool:
    """Whether a formula closes nothing, as it begins the mail („Selam,“) or a line that goes on („Danke für die …“).

    Where who writes follows at once, it closes all the same.
    """
    above = [rows[index] for index in new if index < formula]
    folded = rows[formula].folded
    rest = WORDS.findall(folded[closing_length(folded, known, names) :])
    goes_on = len(rest) >= _GOES_ON and names.isdisjoint(rest)
    if not goes_on and not all(_is_salutation(row) or _is_formula(row.folded, known, names) for row in above):
        return False
    below = [rows[index] for index in new if index > formula]
    if not below or repeats(below[0], names) or is_contact(below[0]) or AFTERTHOUGHT.match(below[0].folded):
        return False
    if not is_name(below[0]):
        return True
    if below[0].text.lstrip()[:1].islower():
        # „im Auftrag“, „gez. Demir“: in small letters, and yet the form of a name.
        return False
    return any(row.text != below[0].text and is_name(row) and repeats(row, names) for row in below[1:])


def _is_salutation(row: Row) -> bool:
    """Whether a line only speaks to somebody („Sayın Yıldız,“)."""
    return row.text.rstrip().endswith((",", "!", "،")) and len(row.text.split()) <= _SALUTATION


def closing_length(folded: str, known: Phrases, names: frozenset[str] = frozenset()) -> int:
    """How many characters of a line are a closing formula that leaves room for no more than a name; else 0.

    :param names: words of the sender's name, which may follow any formula.
    """
    text = folded.lstrip(" -–—*_")
    skipped = len(folded) - len(text)
    if not text or len(text) > 90:
        return 0
    if re.split(r"[\s,.!']", text, maxsplit=1)[0] not in known.closing_starts:
        return 0
    for closing in known.closings:
        if text.startswith(closing) and not text[len(closing) : len(closing) + 1].isalnum():
            rest = text[len(closing) :]
            words = rest.strip(" ,.!;:-–—*_").split()
            named = len(words) <= 4 and not names.isdisjoint(words)
            if closing in _WEAK and words and rest.lstrip()[:1] not in (",", "!", ".") and not named:
                continue
            if len(words) <= (3 if closing in _WEAK else 8 if len(closing) >= 12 else 5) and not re.search(
                r"\d|\?", rest
            ):
                return skipped + len(closing)
    return 0


def _is_formula(folded: str, known: Phrases, names: frozenset[str]) -> bool:
    """Whether a line is a closing formula, of the lists or with a word that only such lines have."""
    if closing_length(folded, known, names):
        return True
    words = WORDS.findall(folded)
    return 0 < len(words) <= 6 and not re.search(r"[\d?]", folded) and not known.closing_words.isdisjoint(words)
