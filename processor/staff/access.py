"""Who gets in: one middleware before everything, closed unless a page is known to be open.

* No page but the login and the static files is reached without a session.
* Every request that can change something carries the token of its session (or comes from our own login form).
* Who may only read cannot send forms, and the pages of the administration are for administrators.
* Every answer carries the headers that keep other sites out.
"""

from __future__ import annotations

import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import parse_qs, parse_qsl, urlsplit

from anyio import to_thread
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from processor.database import Account, AuditEntry
from processor.staff import accounts
from processor.staff.accounts import Role
from processor.staff.site import Site, User, known_user, site_of

LOGIN = "/anmelden"
LOGOUT = "/abmelden"
ADMINISTRATION = "/verwaltung"
STATIC = "/static/"
#: A session ends after a working day, whatever happens.
SESSION_LIFE = timedelta(hours=12)
#: Bytes; no form of ours is nearly as long.
_LONGEST_FORM = 1 << 20
_SAFE = ("GET", "HEAD")

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
}


def needed_role(method: str, path: str) -> Role:
    """What an account must be allowed to do for a request; reading for pages, deciding for forms."""
    if path == ADMINISTRATION or path.startswith(ADMINISTRATION + "/"):
        return Role.ADMINISTERS
    if method in _SAFE or path == LOGOUT:
        return Role.READS
    return Role.DECIDES


class Access:
    """Pure ASGI; stands before the routes."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site
        self.cookies = Cookies(site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        path: str = scope["path"]
        sender = _with_headers(send, self.site, static=path.startswith(STATIC))
        scope["user"] = None
        if path.startswith(STATIC) and scope["method"] in _SAFE:
            await self.app(scope, receive, sender)
            return
        scope["user"] = await self._user(Request(scope))
        refusal, receive = await self._examine(scope, receive)
        await (refusal or self.app)(scope, receive, sender)

    async def _user(self, request: Request) -> User | None:
        session = self.cookies.read(request)
        if session is not None and (user := await to_thread.run_sync(self._load, session)) is not None:
            return user
        name = self._named_by_proxy(request)
        return await to_thread.run_sync(self._load_by_name, name) if name else None

    def _named_by_proxy(self, request: Request) -> str:
        """Whom a proxy on this machine has let in; "" where none is configured, or the request comes from elsewhere.

        Where the page listens on loopback, only this machine can reach it, whatever client the proxy names.
        """
        header = self.site.staff.user_header
        if not header or request.client is None:
            return ""
        listening = self.site.staff.listen.rpartition(":")[0].strip("[]")
        if not (_is_loopback(listening) or _is_loopback(request.client.host)):
            return ""
        given = request.headers.getlist(header)
        return given[0] if len(given) == 1 else ""

    def _load_by_name(self, name: str) -> User | None:
        with self.site.database.reading() as database:
            account = accounts.find(database, name)
            if account is None:
                return None
            token = self.cookies.token({"salt": f"proxy:{account.id}:{account.session_generation}"})
            return User(account_id=account.id, name=account.name, role=Role(account.role), csrf=token)

    def _load(self, session: dict[str, str]) -> User | None:
        with self.site.database.reading() as database:
            account = database.get(Account, int(session["account"]))
            if account is None or account.session_generation != int(session["generation"]):
                return None
            return User(
                account_id=account.id, name=account.name, role=Role(account.role), csrf=self.cookies.token(session)
            )

    async def _examine(self, scope: Scope, receive: Receive) -> tuple[Response | None, Receive]:
        """The refusal, if there is one, and the request's body to be read (again)."""
        request = Request(scope, receive)
        user: User | None = scope["user"]
        path, method = request.url.path, request.method
        form: dict[str, list[str]] = {}
        body = b""
        if method not in _SAFE:
            body = await _body(receive)
            if len(body) > _LONGEST_FORM:
                return PlainTextResponse("Das Formular ist zu groß.", status_code=413), receive
            receive = _replay(body)
            if not _same_origin(request):
                return PlainTextResponse("Dieses Formular kam von einer fremden Seite.", status_code=403), receive
            form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        if path == LOGIN:
            return None, receive
        if user is None:
            return await to_thread.run_sync(self._ask_to_log_in, request, body), receive
        if method not in _SAFE:
            given = form.get("csrf", [""])[0] or request.headers.get("x-csrf-token", "")
            if not hmac.compare_digest(given.encode(), user.csrf.encode()):
                sentence = "Dieses Formular ist zu alt. Bitte laden Sie die Seite neu und senden Sie es noch einmal."
                return await to_thread.run_sync(lambda: self._failure(request, sentence)), receive
        if not user.role.may(needed_role(method, path)):
            sentence = f"Dafür reicht Ihr Konto „{user.name}“ nicht: Bitte fragen Sie, wer die Konten verwaltet."
            return await to_thread.run_sync(lambda: self._failure(request, sentence)), receive
        return None, receive

    def _failure(self, request: Request, sentence: str) -> Response:
        return self.site.failure(request, sentence, status=403)

    def _ask_to_log_in(self, request: Request, body: bytes) -> Response:
        """The login; what was typed into a form while the session ended travels with it."""
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        kept = ""
        if request.method not in _SAFE:
            fields = [
                (name, value)
                for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
                if name != "csrf"
            ]
            kept = json.dumps(fields, ensure_ascii=False)
        if request.headers.get("x-requested-with") == "staff":
            return PlainTextResponse("Bitte neu anmelden.", status_code=401)
        return self.site.page(request, "login.html", status=401, target=target, kept=kept, sentence="", name="")


class Cookies:
    """The session in a signed cookie: which account, which generation, since when."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.name = "__Host-anmeldepost" if site.secure else "anmeldepost"
        self.serializer = URLSafeSerializer(site.secret, salt="session")

    def read(self, request: Request) -> dict[str, str] | None:
        """What the cookie says; None where there is none, it is not ours, or its time is over."""
        try:
            session: dict[str, str] = self.serializer.loads(request.cookies.get(self.name, ""))
            begun = datetime.fromtimestamp(int(session["begun"]), UTC)
        except (BadSignature, ValueError, KeyError, TypeError):
            return None
        now = self.site.clock.now()
        return session if begun <= now + timedelta(minutes=5) and now < begun + SESSION_LIFE else None

    def new(self, account: Account) -> dict[str, str]:
        """A new session of an account."""
        return {
            "account": str(account.id),
            "generation": str(account.session_generation),
            "begun": str(int(self.site.clock.now().timestamp())),
            "salt": secrets.token_urlsafe(12),
        }

    def put(self, response: Response, session: dict[str, str]) -> None:
        """Puts a session into a response."""
        response.set_cookie(
            self.name,
            str(self.serializer.dumps(session)),
            max_age=int(SESSION_LIFE.total_seconds()),
            path="/",
            secure=self.site.secure,
            httponly=True,
            samesite="lax",
        )

    def end(self, response: Response) -> None:
        """Takes the session out of the browser."""
        response.delete_cookie(self.name, path="/", secure=self.site.secure, httponly=True, samesite="lax")

    def token(self, session: dict[str, str]) -> str:
        """The token of a session's forms: only who holds the secret can make it."""
        return str(URLSafeSerializer(self.site.secret, salt="form").dumps(session["salt"]))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _same_origin(request: Request) -> bool:
    """Whether a form was sent by a page of ours, as far as the browser says (Fetch Metadata; RFC 6454)."""
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if not message.get("more_body", False) or size > _LONGEST_FORM:
            break
    return b"".join(parts)


def _replay(body: bytes) -> Receive:
    """The body once more, for the page behind."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _with_headers(send: Send, site: Site, *, static: bool) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers["cache-control"] = "public, max-age=31536000, immutable" if static else "no-store"
            if site.secure:
                headers["strict-transport-security"] = "max-age=31536000"
        await send(message)

    return sender


def write_down(request: Request, session: Session, action: str, detail: str = "", *, actor: str | None = None) -> None:
    """Notes in the audit who did what, and from where.

    :param actor: who; None for whoever the session of the request belongs to.
    """
    session.add(
        AuditEntry(
            at=site_of(request).clock.now(),
            actor=known_user(request).name if actor is None else actor,
            action=action,
            detail=detail,
            address=client_address(request),
        )
    )


def client_address(request: Request) -> str:
    """Where a request came from, for the audit."""
    return request.client.host if request.client else ""


def is_partial(headers: Headers) -> bool:
    """Whether our own script asks for a piece of a page."""
    return headers.get("x-requested-with") == "staff"
