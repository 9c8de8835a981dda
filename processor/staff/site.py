"""What every page needs: the database, the settings, the clock, and the templates."""

from __future__ import annotations

import contextlib
import gc
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from processor import outbox
from processor.clock import Clock
from processor.database import Database
from processor.errors import AnmeldepostError
from processor.resources import templates_folder
from processor.settings import Settings, StaffSettings
from processor.staff import cases, translation, words
from processor.staff.accounts import Role
from processor.staff.index import BookIndex
from processor.staff.invitations import Compared
from processor.staff.mailindex import MailIndex

#: Registrations and mails in memory, from which on the collection of garbage is noticed.
_MANY = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who sends a request, as the session says."""

    account_id: int
    name: str
    role: Role
    #: The token that every form of this session carries.
    csrf: str

    @property
    def decides(self) -> bool:
        return self.role.may(Role.DECIDES)

    @property
    def administers(self) -> bool:
        return self.role.may(Role.ADMINISTERS)


class Site:
    """The page of one installation; made once, passed to all pages through the application's state."""

    def __init__(self, database: Database, settings: Settings, clock: Clock, secret: str) -> None:
        self.database = database
        self.settings = settings
        self.clock = clock
        self.secret = secret
        self.staff = settings.staff or StaffSettings()
        self.index = BookIndex()
        self.mails = MailIndex()
        self.invited = Compared()
        self.static_version = _version()
        self._environments = {
            language: _environment(settings, language, self.static_version) for language in self.staff.languages
        }

    @property
    def secure(self) -> bool:
        """Whether browsers reach the page by https."""
        return self.staff.base_url.startswith("https://")

    def local(self, moment: datetime) -> datetime:
        """A moment in the event's zone."""
        return moment.astimezone(self.settings.event.zone)

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Renders a template for a request."""
        user = user_of(request)
        language = self.language(request)
        shown = (
            self._environments[language]
            .get_template(template)
            .render(
                user=user,
                language=language,
                waiting=self._waiting() if user is not None else 0,
                path=request.url.path,
                query=request.url.query,
                notice=words.NOTICES.get(request.query_params.get("hinweis", ""), ""),
                **values,
            )
        )
        headers = {"vary": "accept-language"} if len(self._environments) > 1 else None
        return HTMLResponse(shown, status_code=status, headers=headers)

    def language(self, request: Request) -> str:
        """The language of the page for a request."""
        return translation.chosen(self.staff.languages, request.headers.get("accept-language", ""))

    def say(self, request: Request) -> Callable[[str], str]:
        """Gives texts in the language of the page for a request."""
        return translation.translations(self.language(request)).gettext

    def warm_up(self) -> None:
        """Does ahead what the first pages would have to wait for.

        A database that is not to be had just now, or a table that cannot be read, is met again by the page itself.
        """
        for environment in self._environments.values():
            for name in environment.list_templates(extensions=["html"]):
                environment.get_template(name)
        with contextlib.suppress(SQLAlchemyError, AnmeldepostError), self.database.reading() as session:
            kept = len(self.index.entries(session)) + len(self.mails.entries(session))
            if kept > _MANY:
                # They stay until the end: looking through them for garbage at each collection would cost a page 0.1 s.
                gc.collect()
                gc.freeze()
            if self.settings.office.invited is not None:
                self.invited.lines(session, self.index, self.settings.office.invited)

    def compile_letters(self) -> None:
        """Compiles the templates of the answers, which the preview of the first case would wait for."""
        answers = self.settings.answers
        _compile(_Letters(answers.templates, answers.languages, self.settings))

    def _waiting(self) -> int:
        with self.database.reading() as session:
            return cases.count(session)

    def failure(self, request: Request, sentence: str, *, status: int = 400) -> HTMLResponse:
        """A page with one clear sentence about what went wrong."""
        return self.page(request, "failure.html", status=status, sentence=sentence)


@dataclass(frozen=True, slots=True)
class _Letters:
    """Templates that are compiled once in a process, whatever else is set."""

    templates: Path | None
    languages: tuple[str, ...]
    settings: Settings = field(compare=False)


@lru_cache(maxsize=8)
def _compile(letters: _Letters) -> None:
    outbox.check_templates(letters.settings)


def site_of(request: Request) -> Site:
    """The site that a request is for."""
    site: Site = request.app.state.site
    return site


def user_of(request: Request) -> User | None:
    """Who sends the request; None before the login."""
    user: User | None = request.scope.get("user")
    return user


def known_user(request: Request) -> User:
    """Who sends the request, on a page that is open to nobody without a login."""
    user = user_of(request)
    if user is None:  # the middleware lets nobody in without a session
        raise PermissionError("a page was reached without a session")
    return user


def number_of(request: Request) -> int:
    """The number in the address of a page; one that no database can hold is a page that does not exist."""
    number = int(request.path_params["number"])
    if number >= 1 << 31:
        raise HTTPException(404)
    return number


def with_form(handler: Callable[[Request, FormData], Response]) -> Callable[[Request], Awaitable[Response]]:
    """A page that takes a form: it is read first, then the handler works in a thread of its own."""

    async def endpoint(request: Request) -> Response:
        form = await request.form()
        return await run_in_threadpool(handler, request, form)

    return endpoint


def see_other(path: str, **parameters: str | int) -> RedirectResponse:
    """Sends the browser on after a form was taken (RFC 9110, section 15.4.4)."""
    query = urlencode({name: value for name, value in parameters.items() if value != ""})
    return RedirectResponse(f"{path}?{query}" if query else path, status_code=303)


class _Compiled(BytecodeCache):
    """Templates as they were compiled, as long as the process lives; Jinja sees whether their source has changed."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


@lru_cache(maxsize=16)
def _compiled(language: str) -> _Compiled:  # noqa: ARG001 -- what is constant in a template may be translated already
    return _Compiled()


def _environment(settings: Settings, language: str, version: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder() / "staff"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled(language),
    )
    catalog = translation.translations(language)
    # The method comes from the i18n extension.
    environment.install_gettext_translations(catalog, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    say = catalog.gettext
    zone = settings.event.zone
    environment.filters["moment"] = lambda value: value.astimezone(zone).strftime("%d.%m.%Y, %H:%M") if value else ""
    environment.filters["day"] = lambda value: value.astimezone(zone).strftime("%d.%m.%Y") if value else ""
    environment.filters["clocktime"] = lambda value: value.astimezone(zone).strftime("%H:%M") if value else ""
    environment.filters["iso"] = lambda value: value.astimezone(zone).isoformat(timespec="seconds") if value else ""
    # For texts that are only known when the page is made: unlike gettext in a template, it trusts none of them.
    environment.filters["said"] = lambda text: say(str(text)) if text else ""
    environment.filters["word"] = lambda value, table: words.word(value, table, say)
    environment.filters["seats"] = lambda number: words.seats(number, say)
    environment.filters["shown"] = lambda value, field="": words.shown(value, field, say)
    environment.globals["event"] = settings.event
    environment.globals["words"] = words
    environment.globals["merge_query"] = merge_query
    environment.globals["static"] = lambda name: f"/static/{name}?v={version}"
    return environment


def merge_query(query: str, **changes: Any) -> Markup:
    """A query string with some parameters changed; None takes one out."""
    from urllib.parse import parse_qsl

    kept = [(name, value) for name, value in parse_qsl(query) if name not in changes and name != "hinweis"]
    kept += [(name, str(value)) for name, value in changes.items() if value is not None]
    return Markup(urlencode(kept))  # noqa: S704 -- urlencode leaves nothing that markup could use


def _version() -> str:
    """Changes with the static files, so that browsers may keep them."""
    digest = hashlib.sha256()
    for file in sorted((templates_folder() / "staff" / "static").iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
