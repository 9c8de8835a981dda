"""Translations: gettext catalogs as the office edits them (.po), compiled in memory when they are first needed."""

from __future__ import annotations

import io
import os
import re
from dataclasses import dataclass
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import NullTranslations, Translations

from processor.errors import TemplateError

#: The language that the templates are written in.
SOURCE = "de"

#: How dates of a language are written where its name alone would mean another country's way.
_LOCALES = {"en": "en_GB"}

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ckb", "ps", "sd", "ug", "yi", "dv"})


def locale_of(language: str) -> str:
    """The locale by which dates of a language are written."""
    return _LOCALES.get(language, language)


def direction_of(language: str) -> str:
    """The value of HTML's ``dir``."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class _Loaded:
    stamp: int
    translations: NullTranslations


class Catalogs:
    """The catalogs of one folder; a file that was edited is read again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: dict[str, _Loaded] = {}
        self._source = NullTranslations()

    def file_of(self, language: str) -> Path:
        """Where the translations into a language are."""
        return self._folder / language / "LC_MESSAGES" / "mail.po"

    def languages(self) -> tuple[str, ...]:
        """Every language that can be written, the source language first."""
        found = {file.parent.parent.name for file in self._folder.glob("*/LC_MESSAGES/mail.po")}
        return (SOURCE, *sorted(found - {SOURCE}))

    def has(self, language: str) -> bool:
        """Whether there is a translation."""
        return language == SOURCE or self.file_of(language).is_file()

    def get(self, language: str) -> NullTranslations:
        """The translations into a language; the source texts themselves where it is the source language.

        :raises TemplateError: when the catalog is missing or broken; names file and line.
        """
        name = f"{self._folder}/{language}/LC_MESSAGES/mail.po"
        try:
            # Once for each part of a mail: a path object would take longer than the look itself.
            stamp = os.stat(name).st_mtime_ns  # noqa: PTH116
        except OSError as error:
            if language == SOURCE:
                return self._source
            file = self.file_of(language)
            raise TemplateError(f"{file}: Die Übersetzung lässt sich nicht lesen ({error.strerror}).") from error
        loaded = self._loaded.get(language)
        if loaded is None or loaded.stamp != stamp:
            loaded = _Loaded(stamp, _read(self.file_of(language), language))
            self._loaded[language] = loaded
        return loaded.translations


#: A line of a .po file that says something: a keyword and a text in quotes, or a text that goes on.
_LINE = re.compile(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"(?:[^"\\]|\\.)*"\s*')


def _read(file: Path, language: str) -> NullTranslations:
    try:
        text = file.read_text(encoding="utf-8-sig")
        for number, line in enumerate(text.splitlines(), 1):
            # Babel would take a text without its quotes, and lose a letter of it.
            if line.strip() and not line.startswith("#") and not _LINE.fullmatch(line.strip()):
                raise TemplateError(
                    f"{file}, Zeile {number}: Der Text muss in Anführungszeichen stehen: {line.strip()}"
                )
        catalog = read_po(io.StringIO(text), locale=language, abort_invalid=True)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        return Translations(compiled, domain="mail")
    except PoFileError as error:
        raise TemplateError(f"{file}, Zeile {error.lineno + 1}: Die Übersetzung ist fehlerhaft ({error}).") from error
    except (OSError, ValueError, LookupError, SyntaxError) as error:
        raise TemplateError(f"{file}: Die Übersetzung ist fehlerhaft ({error}).") from error
