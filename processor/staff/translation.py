"""The texts of the page in the languages that the office allows: German is what the templates are written in.

What the program wrote about a mail, and what the book refuses, is stored and said in German whatever the page speaks.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from processor.resources import templates_folder

SOURCE = "de"
_DOMAIN = "staff"


def catalog_of(language: str) -> Path:
    """Where the translation into a language is, or would be."""
    return templates_folder() / "staff" / "locale" / language / "LC_MESSAGES" / f"{_DOMAIN}.po"


@lru_cache(maxsize=16)
def translations(language: str) -> NullTranslations:
    """The texts in a language; the source texts where it is German, or has no catalog."""
    file = catalog_of(language)
    if language == SOURCE or not file.is_file():
        return NullTranslations()
    catalog = read_po(io.StringIO(file.read_text(encoding="utf-8")), locale=language, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled, domain=_DOMAIN)


def chosen(allowed: Sequence[str], accepted: str) -> str:
    """The language of a page: what the browser likes best of what the office allows, else the office's own.

    :param allowed: codes, the office's own first.
    :param accepted: the browser's Accept-Language (RFC 9110, section 12.5.4).
    """
    if len(allowed) < 2:
        return allowed[0] if allowed else SOURCE
    wishes: list[tuple[float, int, str]] = []
    for place, item in enumerate(accepted.split(",")[:20]):
        tag, _, weight = item.partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        wishes.append((-quality, place, tag.strip().lower().partition("-")[0]))
    liked = (language for quality, _, language in sorted(wishes) if quality < 0)
    return next((language for language in liked if language in allowed), allowed[0])
