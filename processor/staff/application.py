"""The application: routes, and the one door before them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from processor.clock import Clock
from processor.database import Database
from processor.errors import AnmeldepostError
from processor.registrations.errors import ConflictError, UnknownError
from processor.resources import templates_folder
from processor.settings import Settings
from processor.staff import accounts
from processor.staff.access import Access
from processor.staff.pages import (
    book,
    change,
    decide,
    decide_mail,
    door,
    entry,
    invited,
    login,
    mails,
    out,
    overview,
    sample,
)
from processor.staff.site import Site, site_of

#: Seconds that the start waits for the list to be read into memory.
_WARM_UP = 5.0


def create_app(database: Database, settings: Settings, clock: Clock) -> Starlette:
    """Makes the page of one installation.

    :param database: with its schema up to date.
    :param settings: ``staff.base_url`` decides on secure cookies; the address to listen on is the server's matter.
    :param clock: the only source of the time.
    """
    with database.transaction() as session:
        secret = accounts.session_secret(session)
    site = Site(database, settings, clock, secret)
    routes: list[Route | Mount] = [
        # The pages themselves are sent as they are: what is typed and what is secret would be packed together.
        Mount("/static", GZipMiddleware(StaticFiles(directory=templates_folder() / "staff" / "static")), name="static"),
        *login.ROUTES,
        *book.ROUTES,
        *mails.ROUTES,
        *change.ROUTES,
        *entry.ROUTES,
        *decide.ROUTES,
        *invited.ROUTES,
        *overview.ROUTES,
        *door.ROUTES,
        *out.ROUTES,
        *sample.ROUTES,
        *decide_mail.ROUTES,
    ]

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        # What the first page would wait for is done before there is one; but a slow database keeps nobody out.
        warming = threading.Thread(target=site.warm_up, name="staff-warm-up", daemon=True)
        warming.start()
        await to_thread.run_sync(warming.join, _WARM_UP)
        threading.Thread(target=site.compile_letters, name="staff-letters", daemon=True).start()
        yield

    app = Starlette(
        lifespan=lifespan,
        routes=routes,
        middleware=[Middleware(Access, site=site)],
        exception_handlers={
            HTTPException: _http_error,
            UnknownError: _unknown,
            ConflictError: _conflict,
            AnmeldepostError: _error,
        },
    )
    app.state.site = site
    return app


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    site = site_of(request)
    say = site.say(request)
    sentences = {
        404: say("Diese Seite gibt es nicht. Vielleicht wurde gelöscht, was hier stand."),
        405: say("So lässt sich diese Seite nicht aufrufen."),
    }
    sentence = sentences.get(status, say("Das ging nicht."))
    detail = error.detail if isinstance(error, HTTPException) and status == 400 else ""
    return site.failure(request, detail or sentence, status=status)


def _unknown(request: Request, error: Exception) -> Response:
    return site_of(request).failure(request, str(error), status=404)


def _conflict(request: Request, error: Exception) -> Response:
    return site_of(request).failure(request, str(error), status=409)


def _error(request: Request, error: Exception) -> Response:
    return site_of(request).failure(request, str(error), status=400)
