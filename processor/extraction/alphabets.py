"""Languages that are written in two alphabets."""

from __future__ import annotations

from typing import Final

#: Serbian Latin and Cyrillic; letters of two signs come first.
_LATIN: Final = ("lj", "nj", "dž", *"abvgdđežzijklmnoprstćufhcčš")
_CYRILLIC: Final = ("љ", "њ", "џ", *"абвгдђежзијклмнопрстћуфхцчш")


def in_cyrillic(text: str) -> str:
    """A Serbian text in Latin letters, written in Cyrillic ones, lower case."""
    result = text.lower()
    for latin, cyrillic in zip(_LATIN, _CYRILLIC, strict=True):
        result = result.replace(latin, cyrillic)
    return result
