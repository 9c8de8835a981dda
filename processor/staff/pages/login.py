"""Coming in and going out."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from processor.staff import accounts
from processor.staff.access import LOGIN, LOGOUT, Cookies, write_down
from processor.staff.site import Site, see_other, site_of, user_of


def own_path(target: str) -> str:
    """A path of this site; the start page for anything that would lead elsewhere."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    return "/" if parts.path in (LOGIN, LOGOUT) else target


def show(request: Request) -> Response:
    """The form."""
    if user_of(request) is not None:
        return see_other("/")
    target = own_path(request.query_params.get("weiter", "/"))
    return site_of(request).page(request, "login.html", target=target, kept="", sentence="", name="")


async def take(request: Request) -> Response:
    """Name and password; what was typed before the session ended goes on from here."""
    form = await request.form()
    values = {name: str(form.get(name, "")) for name in ("name", "password", "target", "kept")}
    return await run_in_threadpool(_take, request, values)


def _take(request: Request, values: dict[str, str]) -> Response:
    site = site_of(request)
    now = site.clock.now()
    target = own_path(values["target"])
    with site.database.transaction() as session:
        login = accounts.verify(session, values["name"], values["password"], now)
        write_down(
            request,
            session,
            "login" if login.account else "login_failed",
            actor=login.account.name if login.account else values["name"].strip(),
        )
    if login.account is None:
        return site.page(
            request,
            "login.html",
            status=403,
            target=target,
            kept=values["kept"],
            sentence=_refusal(site, login),
            name=values["name"],
        )
    cookies = Cookies(site)
    begun = cookies.new(login.account)
    fields = _fields(values["kept"])
    response: Response
    if fields is None:
        response = RedirectResponse(target, status_code=303)
    else:
        # What was typed is shown before it goes on: its form belongs to the session that has just begun.
        response = site.page(request, "resume.html", target=target, fields=fields, csrf=cookies.token(begun))
    cookies.put(response, begun)
    return response


def _fields(kept: str) -> list[tuple[str, str]] | None:
    if not kept:
        return None
    try:
        return [(str(name), str(value)) for name, value in json.loads(kept)]
    except (ValueError, TypeError):
        return None


def _refusal(site: Site, login: accounts.Login) -> str:
    if login.locked_until is not None:
        until = site.local(login.locked_until).strftime("%H:%M:%S")
        return f"Zu viele Versuche mit einem falschen Passwort. Der nächste ist ab {until} Uhr möglich."
    return "Name oder Passwort stimmt nicht."


def leave(request: Request) -> Response:
    """Ends the session in this browser."""
    site = site_of(request)
    with site.database.transaction() as session:
        write_down(request, session, "logout")
    response = see_other(LOGIN, hinweis="abgemeldet")
    Cookies(site).end(response)
    return response


ROUTES = [
    Route(LOGIN, show, methods=["GET"]),
    Route(LOGIN, take, methods=["POST"]),
    Route(LOGOUT, leave, methods=["POST"]),
]
