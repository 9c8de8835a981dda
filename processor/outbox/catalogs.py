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


def start_of(language: str) -> str:
    """The side at which lines begin, for the programs that know no „start“ (Outlook)."""
    return "right" if direction_of(language) == "rtl" else "left"


@dataclass(frozen=True, slots=True)
class _Loaded:
    #: Of each folder's file, when it was changed; None where there is none.
    stamps: tuple[int | None, ...]
    translations: NullTranslations


class Catalogs:
    """The catalogs of some folders; what the first one has no word for, the next one says.

    A file that was edited is read again.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._loaded: dict[str, _Loaded] = {}
        self._source = NullTranslations()

    def files_of(self, language: str) -> tuple[Path, ...]:
        """Where the translations into a language are, or would be."""
        return tuple(folder / language / "LC_MESSAGES" / "mail.po" for folder in self._folders)

    def languages(self) -> tuple[str, ...]:
        """Every language that can be written, the source language first."""
        files = (file for folder in self._folders for file in folder.glob("*/LC_MESSAGES/mail.po"))
        return (SOURCE, *sorted({file.parent.parent.name for file in files} - {SOURCE}))

    def has(self, language: str) -> bool:
        """Whether there is a translation."""
        return language == SOURCE or any(file.is_file() for file in self.files_of(language))

    def get(self, language: str) -> NullTranslations:
        """The translations into a language; the source texts themselves where it is the source language.

        :raises TemplateError: when a catalog is missing or broken; names file and line.
        """
        stamps = tuple(_changed(f"{folder}/{language}/LC_MESSAGES/mail.po") for folder in self._folders)
        loaded = self._loaded.get(language)
        if loaded is None or loaded.stamps != stamps:
            loaded = _Loaded(stamps, self._load(language, stamps))
            self._loaded[language] = loaded
        return loaded.translations

    def _load(self, language: str, stamps: tuple[int | None, ...]) -> NullTranslations:
        there = [file for file, stamp in zip(self.files_of(language), stamps, strict=True) if stamp is not None]
        if not there:
            if language == SOURCE:
                return self._source
            raise TemplateError(f"{self.files_of(language)[-1]}: Diese Übersetzung fehlt.")
        first, *others = (_read(file, language) for file in there)
        for other in others:
            first.add_fallback(other)
        return first


def _changed(name: str) -> int | None:
    """When a file was changed; None where there is none. Asked for each part of a mail: paths would take longer."""
    try:
        return os.stat(name).st_mtime_ns  # noqa: PTH116 -- asked for every letter; Path costs more
    except OSError:
        return None


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
