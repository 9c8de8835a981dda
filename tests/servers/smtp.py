"""A real SMTP server on loopback that behaves well, or as badly as a test tells it to.

def test_something(smtp_server):
    smtp_server.expect("rcpt", Reply("451 later"))     # once; then it behaves again
    ...
    assert smtp_server.mails[0].recipients == ["a@example.org"]
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import subprocess
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

#: Where in the dialogue something can happen. ``body``: while the mail is being handed over. ``dot``: the whole mail is
#: here, the answer is not. ``after``: the answer is given, then the line goes dead.
Stage = Literal["connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "after"]
STAGES: tuple[Stage, ...] = ("connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "after")


@dataclass(frozen=True, slots=True)
class Reply:
    """Says this instead of what it would say."""

    words: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Breaks the connection without a word."""

    #: For the stage ``dot``: whether the mail was taken all the same.
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Keeps silent for some seconds, then behaves."""

    seconds: float
    #: Set when the silence begins.
    begun: threading.Event | None = None

    async def pass_by(self) -> None:
        """Waits."""
        if self.begun is not None:
            self.begun.set()
        await asyncio.sleep(self.seconds)


@dataclass(frozen=True, slots=True)
class Call:
    """Calls a function of the test, in the server's thread, then behaves; at the stage ``body`` it breaks off."""

    function: Callable[[], None]


Action = Reply | Drop | Wait | Call


@dataclass(frozen=True, slots=True)
class Taken:
    """One mail that the server took, with its envelope."""

    sender: str
    recipients: list[str]
    raw: bytes
    mail_options: list[str]
    rcpt_options: list[str]
    #: The number of the connection it came on.
    connection: int
    #: Who was logged in; "" for nobody.
    user: str
    #: Whether the connection was encrypted.
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        """The mail, read by the standard library."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def message_id(self) -> str:
        """With its angle brackets."""
        return str(self.message["Message-ID"])

    def part(self, media_type: str) -> str:
        """The first part of a media type, as text."""
        for part in self.message.walk():
            if part.get_content_type() == media_type:
                return str(part.get_content())
        raise AssertionError(f"no part {media_type} in {self.message_id}")


class SmtpServer:
    """A server with a script; without one it takes every mail."""

    def __init__(
        self,
        *,
        tls: Literal["none", "starttls", "ssl"] = "none",
        certificate: tuple[Path, Path] | None = None,
        users: dict[str, str] | None = None,
        mechanisms_without: tuple[str, ...] = (),
        extensions: tuple[str, ...] = (),
        smtputf8: bool = True,
        port: int | None = None,
    ) -> None:
        self.host = "localhost" if tls != "none" else "127.0.0.1"
        self.port = port or free_port()
        self.tls = tls
        self.certificate = certificate
        self.users = users or {}
        self.mechanisms_without = mechanisms_without
        #: Lines that EHLO offers besides the usual ones, such as "DSN".
        self.extensions = extensions
        self.smtputf8 = smtputf8
        #: What happens for one recipient, for ever.
        self.refused: dict[str, str] = {}
        self.mails: list[Taken] = []
        self.connections = 0
        #: The commands as they came, without the mails.
        self.commands: list[str] = []
        self._script: dict[Stage, deque[Action]] = defaultdict(deque)
        self._always: dict[Stage, Action] = {}
        self._lock = threading.Lock()
        self._arrived = threading.Condition()
        self._controller: Controller | None = None

    @property
    def ca_file(self) -> Path | None:
        """The authority that a client has to trust."""
        return self.certificate[0] if self.certificate else None

    def expect(self, stage: Stage, *actions: Action) -> None:
        """At this stage: these actions, one each time, then good behaviour again."""
        with self._lock:
            self._script[stage].extend(actions)

    def always(self, stage: Stage, action: Action | None) -> None:
        """At this stage: this action every time; None ends it."""
        with self._lock:
            if action is None:
                self._always.pop(stage, None)
            else:
                self._always[stage] = action

    def next_action(self, stage: Stage) -> Action | None:
        """What the script says for this stage, taken off it."""
        with self._lock:
            if self._script[stage]:
                return self._script[stage].popleft()
            return self._always.get(stage)

    def start(self) -> SmtpServer:
        """Listens; a stopped server can be started again, on the same port."""
        context = self._context()
        controller = _Listener(self, context)
        self._controller = controller
        # The controller's own first connection is no client's: scripts begin after it.
        with self._lock:
            script, self._script = self._script, defaultdict(deque)
            always, self._always = self._always, {}
        controller.start()
        with self._lock:
            self._script, self._always = script, always
            self.connections = 0
            self.commands.clear()
        return self

    def stop(self) -> None:
        """Stops listening and breaks what is open; the mails stay."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def take(self, mail: Taken) -> None:
        """Keeps a mail and tells those who wait."""
        with self._arrived:
            self.mails.append(mail)
            self._arrived.notify_all()

    def wait_for(self, count: int, seconds: float = 30) -> list[Taken]:
        """Waits until so many mails have come."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.mails) >= count, seconds):
                raise AssertionError(f"{len(self.mails)} mails after {seconds} s, {count} were expected")
            return list(self.mails)

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """Whether name and password are right (handled=False, else aiosmtpd keeps silent about a wrong one)."""
        assert isinstance(data, LoginPassword)
        right = self.users.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=right, handled=False, auth_data=data.login.decode())

    def _context(self) -> ssl.SSLContext | None:
        if self.tls == "none":
            return None
        assert self.certificate is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate)
        return context


class _Listener(Controller):
    """The thread in which the server runs."""

    def __init__(self, server: SmtpServer, context: ssl.SSLContext | None) -> None:
        super().__init__(
            _Handler(server),
            hostname="127.0.0.1",
            port=server.port,
            ssl_context=context if server.tls == "ssl" else None,
            ready_timeout=20,
        )
        self._server = server
        self._context = context

    def factory(self) -> SMTP:
        """One for each connection."""
        server = self._server
        return _Scripted(
            server,
            self.handler,
            loop=self.loop,
            hostname="mail.test",
            enable_SMTPUTF8=server.smtputf8,
            tls_context=self._context if server.tls == "starttls" else None,
            require_starttls=server.tls == "starttls",
            auth_required=bool(server.users),
            auth_require_tls=server.tls == "starttls",
            auth_exclude_mechanism=server.mechanisms_without,
            authenticator=server.authenticate if server.users else None,
            timeout=60,
        )


class _Handler:
    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def handle_DATA(self, smtp: _Scripted, session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        action = self._server.next_action("dot")
        if isinstance(action, Reply):
            return action.words
        if not isinstance(action, Drop) or action.taken:
            self._server.take(
                Taken(
                    sender=envelope.mail_from,
                    recipients=list(envelope.rcpt_tos),
                    raw=envelope.original_content,
                    mail_options=list(envelope.mail_options),
                    rcpt_options=list(envelope.rcpt_options),
                    connection=smtp.number,
                    user=session.auth_data or "" if session.authenticated else "",
                    encrypted=session.ssl is not None or self._server.tls == "ssl",
                )
            )
        if isinstance(action, Drop):
            smtp.cut()
        if isinstance(action, Wait):
            await action.pass_by()
        if isinstance(action, Call):
            action.function()
        return "250 2.0.0 angenommen"

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, _smtp: _Scripted, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        more = [f"250-{extension}" for extension in self._server.extensions]
        return [*responses[:-1], *more, responses[-1]]


class _Scripted(SMTP):
    """aiosmtpd's server, asked by a script before each step."""

    def __init__(self, server: SmtpServer, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._server = server
        server.connections += 1
        self.number = server.connections

    def cut(self) -> None:
        """Breaks the connection without a word."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    async def _handle_client(self) -> None:
        action = self._server.next_action("connect")
        if isinstance(action, Drop):
            self.cut()
            return
        if isinstance(action, Reply):
            await self.push(action.words)
            self.cut()
            return
        if isinstance(action, Wait):
            await action.pass_by()
        await super()._handle_client()

    async def _scripted(self, stage: Stage, command: str) -> bool:
        """Whether the script has answered in the server's place."""
        self._server.commands.append(command)
        action = self._server.next_action(stage)
        if isinstance(action, Reply):
            await self.push(action.words)
            if action.words.startswith("421"):
                self.cut()
        elif isinstance(action, Drop):
            self.cut()
        elif isinstance(action, Wait):
            await action.pass_by()
        elif isinstance(action, Call):
            action.function()
        return isinstance(action, (Reply, Drop))

    async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        if not await self._scripted("ehlo", f"EHLO {arg}"):
            await super().smtp_EHLO(arg)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        if not await self._scripted("starttls", "STARTTLS"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        if not await self._scripted("auth", "AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        if not await self._scripted("mail", f"MAIL {arg}"):
            await super().smtp_MAIL(_without(arg, "RET=", "ENVID="))
            if self.envelope is not None and self.envelope.mail_from is not None:
                self.envelope.mail_options = (arg or "").split(" ")[1:]

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        for address, words in self._server.refused.items():
            if f"<{address}>" in (arg or ""):
                self._server.commands.append(f"RCPT {arg}")
                await self.push(words)
                return
        if not await self._scripted("rcpt", f"RCPT {arg}"):
            await super().smtp_RCPT(_without(arg, "NOTIFY=", "ORCPT="))
            if self.envelope is not None:
                self.envelope.rcpt_options = (arg or "").split(" ")[1:]

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        if await self._scripted("data", "DATA"):
            return
        action = self._server.next_action("body")
        if isinstance(action, Drop):
            await self.push("354 go on")
            await self._reader.read(200)
            self.cut()
            return
        if isinstance(action, Call):
            await self.push("354 go on")
            await self._reader.read(200)
            action.function()
            self.cut()
            return
        if isinstance(action, Wait):
            await action.pass_by()
        await super().smtp_DATA(arg)
        action = self._server.next_action("after")
        if isinstance(action, Drop):
            self.cut()
        if isinstance(action, Call):
            action.function()


def _without(arg: str | None, *parameters: str) -> str:
    """The argument without parameters that aiosmtpd does not know (RFC 3461)."""
    words = (arg or "").split(" ")
    return " ".join(word for word in words if not word.upper().startswith(parameters))


def free_port() -> int:
    """A port that is free at this moment (aiosmtpd cannot take 0)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_smtp_certificate(folder: Path, names: str = "DNS:localhost,IP:127.0.0.1") -> tuple[Path, Path]:
    """A self-signed certificate and its key; clients trust it by naming it as their authority."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=mail.test"),
            *("-addext", f"subjectAltName={names}"),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@contextlib.contextmanager
def running_smtp(**options: Any) -> Iterator[SmtpServer]:
    """A fresh server with options; ends with the block."""
    server = SmtpServer(**options)
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def smtp_certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Certificate and key of the test servers."""
    return make_smtp_certificate(tmp_path_factory.mktemp("smtp-tls"))


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A server that takes every mail, without TLS and login."""
    with running_smtp() as server:
        yield server


@pytest.fixture
def secure_smtp_server(smtp_certificate: tuple[Path, Path]) -> Iterator[SmtpServer]:
    """A server with STARTTLS that wants a login: user ``47-ki``, password ``Grüße aus Gelsenkirchen``."""
    with running_smtp(
        tls="starttls", certificate=smtp_certificate, users={"47-ki": "Grüße aus Gelsenkirchen"}
    ) as server:
        yield server
