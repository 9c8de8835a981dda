"""The templates of one folder, compiled once; every error of theirs names file and line."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup, escape

from processor.errors import TemplateError
from processor.outbox.catalogs import SOURCE, Catalogs

Form = Literal["txt", "html"]
T = TypeVar("T")

_SPACE = re.compile(r"\s+")

#: First strong isolate, and its end (Unicode bidirectional algorithm): what <bdi> is in HTML.
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


class Studio:
    """Renders the templates of folders with ``mail/`` and ``locale/``; a file of an earlier folder comes first."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.catalogs = Catalogs(tuple(folder / "locale" for folder in folders))
        #: Where a template that is missing should be.
        self._mail = folders[-1] / "mail"
        places = [folder / "mail" for folder in folders]
        self._environments: dict[Form, Environment] = {
            "txt": _environment(places, html=False),
            "html": _environment(places, html=True),
        }
        self._words: dict[tuple[Form, str], tuple[Template, object, Any]] = {}
        self._kept: dict[tuple[str, ...], tuple[object, Any]] = {}
        self._parts: dict[tuple[str, ...], tuple[tuple[object, ...], str]] = {}

    def keep(self, name: tuple[str, ...], source: object, make: Callable[[], T]) -> T:
        """What is made from settings alone is made once for as long as they are the same object."""
        kept = self._kept.get(name)
        if kept is None or kept[0] is not source:
            kept = (source, make())
            self._kept[name] = kept
        value: T = kept[1]
        return value

    def render_kept(
        self, name: str, variant: str, form: Form, language: str, source: object, values: Mapping[str, Any]
    ) -> str:
        """As :meth:`render`, for a part that depends on nothing but the settings (``source``) and its variant.

        It is rendered again when the template or a catalog was edited.
        """
        of_what = (name, variant, form, language)
        catalogs = (self.catalogs.get(language), self.catalogs.get(SOURCE))

        def run(template: Template, words: Mapping[str, Any]) -> str:
            made_of = (template, *catalogs, source)
            kept = self._parts.get(of_what)
            if kept is None or any(one is not other for one, other in zip(kept[0], made_of, strict=True)):
                kept = (made_of, template.render({**words, **self._german(form), **values}))
                self._parts[of_what] = kept
            return kept[1]

        return self._guarded(name, form, language, run)

    def render(self, name: str, form: Form, language: str, values: Mapping[str, Any]) -> str:
        """One template as text or HTML, in one language.

        :raises TemplateError: names file and line of what is broken.
        """
        return self._guarded(name, form, language, lambda template, words: template.render({**words, **values}))

    def block(self, name: str, block: str, form: Form, language: str, values: Mapping[str, Any]) -> str:
        """One block of a template by itself, white space folded.

        :raises TemplateError: names file and line of what is broken.
        """

        def run(template: Template, words: Mapping[str, Any]) -> str:
            if block not in template.blocks:
                raise TemplateError(f"{template.filename}, Zeile 1: Der Block „{block}“ fehlt.")
            context = template.new_context({**words, **values})
            return _SPACE.sub(" ", "".join(template.blocks[block](context))).strip()

        return self._guarded(name, form, language, run)

    def words(self, form: Form, language: str) -> Any:
        """The words of ``words.j2`` in one language; made again when that file or the catalog was edited.

        :raises TemplateError: names file and line of what is broken.
        """
        translations = self.catalogs.get(language)

        def run(template: Template, words: Mapping[str, Any]) -> Any:
            known = self._words.get((form, language))
            if known is None or known[0] is not template or known[1] is not translations:
                known = (template, translations, template.make_module(dict(words)))
                self._words[form, language] = known
            return known[2]

        return self._guarded("words.j2", form, language, run)

    def _guarded(self, name: str, form: Form, language: str, run: Callable[[Template, Mapping[str, Any]], T]) -> T:
        translations = self.catalogs.get(language)
        words = {"gettext": _formatting(translations.gettext, form), "ngettext": _plural(translations.ngettext, form)}
        try:
            return run(self._environments[form].get_template(name), words)
        except TemplateSyntaxError as error:
            where = error.filename or str(self._mail / (error.name or name))
            raise TemplateError(f"{where}, Zeile {error.lineno}: {error.message}") from error
        except TemplateNotFound as error:
            raise TemplateError(f"{self._mail / str(error.name or name)}: Diese Vorlage fehlt.") from error
        except TemplateError:
            raise
        except Exception as error:  # the template is code of the office: whatever it raises is its mistake
            raise TemplateError(self._place(error, name, form)) from error

    def _german(self, form: Form) -> dict[str, Any]:
        """For what stands there in both languages: the office may have words of its own in German too."""
        source = self.catalogs.get(SOURCE)
        return {"german": _formatting(source.gettext, form), "german_n": _plural(source.ngettext, form)}

    def _place(self, error: Exception, name: str, form: Form) -> str:
        """File and line of the template in which an error was raised (Jinja rewrites the traceback)."""
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
        what = str(error) or type(error).__name__
        if not frames:
            return f"{self._environments[form].get_template(name).filename}, Zeile 1: {what}"
        return f"{frames[-1].filename}, Zeile {frames[-1].lineno}: {what}"


@lru_cache(maxsize=8)
def studio(folders: tuple[Path, ...]) -> Studio:
    """The studio of some folders: templates stay compiled for as long as their files stay as they are."""
    return Studio(folders)


def _environment(folders: list[Path], *, html: bool) -> Environment:
    # Plain text has nothing to escape; the other environment escapes everything.
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=html,  # noqa: S701 -- off for plain text alone
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # added by the extension, unknown to the types
    environment.filters["paragraphs"] = paragraphs
    environment.filters["bdi"] = _bdi if html else _isolated
    environment.filters["link"] = _link if html else str
    # For what has a line of its own: nothing beside it could be upset, and it stays as it was entered.
    environment.filters["alone"] = _bdi if html else str
    return environment


def _formatting(gettext: Callable[[str], str], form: Form) -> Callable[..., str]:
    """Translates, then fills in; in HTML what is filled in is escaped."""
    if form == "html":
        # The texts themselves are the office's, as the templates are.
        return lambda message, **values: Markup(gettext(message)) % values  # noqa: S704 -- the words are ours, the values are escaped
    return lambda message, **values: gettext(message) % values


def _plural(ngettext: Callable[[str, str, int], str], form: Form) -> Callable[..., str]:
    if form == "html":
        return lambda one, many, num, **values: Markup(ngettext(one, many, num)) % {"num": num, **values}  # noqa: S704 -- the same
    return lambda one, many, num, **values: ngettext(one, many, num) % {"num": num, **values}


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, one a line; white space folded; safe HTML stays safe."""
    parts = [_SPACE.sub(" ", part).strip() for part in str(text).splitlines()]
    return [type(text)(part) for part in parts if part]


def _bdi(value: object, lang: str = "") -> Markup:
    """Isolated from the direction of the words around it; ``lang`` says in which language it is written."""
    if lang:
        return Markup('<bdi lang="%s">%s</bdi>') % (lang, escape(value))
    return Markup("<bdi>%s</bdi>") % (escape(value),)


def _link(address: str) -> Markup:
    """An address of the web that can be clicked."""
    if not address.startswith(("http://", "https://")):
        return escape(address)
    return Markup('<a href="%s" style="color:#0b4f8a">%s</a>') % (address, address)


@pass_context
def _isolated(context: Context, value: object, _lang: str = "") -> str:
    """A name that runs from right to left is isolated in a line that does not; any other is left as it is."""
    text = str(value)
    upsets = _has_right_to_left(text) and context.get("direction") != "rtl"
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if upsets else text


def _has_right_to_left(text: str) -> bool:
    return not text.isascii() and any("\u0590" <= letter <= "\u08ff" for letter in text)
