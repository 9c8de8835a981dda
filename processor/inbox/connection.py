"""The connection to an IMAP server: TLS, login, time limits, and errors as sentences."""

from __future__ import annotations

import contextlib
import imaplib
import ipaddress
import logging
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

from imapclient import IMAPClient

from processor.errors import MailboxUnreachableError
from processor.settings.values import ImapSettings

#: Seconds to open a connection: a server that is there answers within these.
_CONNECT_SECONDS = 10
#: Seconds between two looks at the stop signal.
_STOP_CHECK_SECONDS = 0.2
#: What is raised when a server refuses, or the line to it breaks.
REFUSED_OR_BROKEN = (imaplib.IMAP4.error, OSError)
#: The same, and what imapclient raises over answers that it cannot read.
PROTOCOL_ERRORS = (*REFUSED_OR_BROKEN, ValueError, LookupError)

_log = logging.getLogger(__name__)


class Line:
    """The socket of a connection, so that another thread can cut it; works from the first moment on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._cut = False

    def hold(self, sock: socket.socket) -> None:
        """Takes a second handle of the socket: TLS swallows the first one.

        :raises ConnectionAbortedError: when the line was cut already.
        """
        with self._lock:
            if self._cut:
                raise ConnectionAbortedError("ended")
            self._close()
            self._socket = sock.dup()

    def cut(self) -> None:
        """Ends the connection under whoever waits for it: reading gives the end of the stream at once."""
        with self._lock:
            self._cut = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Gives the handle back."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def readable(sock: socket.socket, seconds: float | None) -> bool:
    """Waits until the socket has something to read, or has ended; False when it stayed silent."""
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    poller = select.poll()
    poller.register(sock.fileno(), select.POLLIN)
    return bool(poller.poll(None if seconds is None else seconds * 1000))


class _Wire(imaplib.IMAP4):
    """imaplib over a socket that can be cut, with TLS from the first byte where a context is given."""

    def __init__(self, host: str, port: int, patience: float, line: Line, context: ssl.SSLContext | None) -> None:
        self._line = line
        self._context = context
        self._patience = patience
        super().__init__(host, port, min(patience, _CONNECT_SECONDS))

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        failure: OSError | None = None
        for family, kind, protocol, _name, address in socket.getaddrinfo(self.host, self.port, 0, socket.SOCK_STREAM):
            try:
                return self._open(socket.socket(family, kind, protocol), address, timeout)
            except ssl.SSLError:
                raise
            except OSError as error:
                failure = failure or error
        raise failure or OSError("no address")

    def _open(self, sock: socket.socket, address: Any, timeout: float | None) -> socket.socket:
        try:
            sock.settimeout(timeout)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._line.hold(sock)
            sock.connect(address)
            # A server that looks up who is calling may think a while before it greets.
            sock.settimeout(self._patience)
            if self._context is not None:
                return self._context.wrap_socket(sock, server_hostname=self.host)
        except BaseException:
            sock.close()
            raise
        return sock


class Session(IMAPClient):
    """An IMAP connection whose line can be cut, and which keeps no log of what goes over it."""

    def __init__(self, settings: ImapSettings, line: Line, context: ssl.SSLContext | None) -> None:
        self._line = line
        self._patience = settings.timeout_seconds
        super().__init__(
            settings.host,
            settings.port,
            ssl=settings.tls == "ssl",
            ssl_context=context,
            timeout=settings.timeout_seconds,
        )
        # imapclient turns imaplib's tracing on; it would format every mail once more, and log it.
        self._imap.debug = 0
        # Else INTERNALDATE comes as local time without its zone.
        self.normalise_times = False

    def _create_IMAP4(self) -> _Wire:  # noqa: N802 -- imapclient's name
        return _Wire(self.host, self.port, self._patience, self._line, self.ssl_context if self.ssl else None)

    def _poll_socket(self, sock: socket.socket, timeout: float | None = None) -> object:
        """Lets ``idle_check(timeout=0)`` read what is at hand.

        imapclient asks the socket alone, and so is deaf to what sits in the buffers above it (imaplib's, TLS's): a
        mail that came with the answer to IDLE would wait for the next one.
        """
        return timeout == 0 or readable(sock, timeout)

    def end(self) -> None:
        """Says goodbye where the line still stands, and closes it."""
        try:
            self.socket().settimeout(1)
            self.logout()
        except PROTOCOL_ERRORS:
            with contextlib.suppress(*PROTOCOL_ERRORS):
                self.shutdown()


@contextlib.contextmanager
def connected(
    settings: ImapSettings, *, line: Line | None = None, stop: threading.Event | None = None
) -> Iterator[Session]:
    """A connection that is logged in. What is said on it later belongs into :func:`speaking`.

    :param line: a handle by which another thread can cut it.
    :param stop: cuts the connection when it is set, also in the middle of waiting for a silent server.
    :raises MailboxUnreachableError: for the network, TLS, and the login.
    """
    line = line or Line()
    with _cut_on(stop, line):
        try:
            with speaking(settings):
                session = _open(settings, line)
            try:
                yield session
            finally:
                session.end()
        finally:
            line.release()


@contextlib.contextmanager
def speaking(settings: ImapSettings) -> Iterator[None]:
    """Turns what the network and imapclient raise into a sentence; for blocks that do nothing but speak IMAP.

    :raises MailboxUnreachableError: with that sentence.
    """
    try:
        yield
    except PROTOCOL_ERRORS as error:
        raise MailboxUnreachableError(_sentence(settings, error)) from error


@contextlib.contextmanager
def _cut_on(stop: threading.Event | None, line: Line) -> Iterator[None]:
    if stop is None:
        yield
        return
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_STOP_CHECK_SECONDS):
            if stop.is_set():
                # What is under way on a line that answers ends within this; one that does not is cut.
                if not over.wait(2):
                    line.cut()
                return

    watcher = threading.Thread(target=watch, name="inbox-stop", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _open(settings: ImapSettings, line: Line) -> Session:
    context = _context(settings)
    session = Session(settings, line, context)
    try:
        if settings.tls == "starttls":
            _start_tls(session, settings, context)
        _log_in(session, settings)
    except BaseException:
        session.end()
        raise
    return session


def _context(settings: ImapSettings) -> ssl.SSLContext | None:
    if settings.tls == "none":
        if not _is_loopback(settings.host):
            raise MailboxUnreachableError(
                f"Ohne TLS wird {settings.host} nicht abgerufen: Das Passwort ginge offen durchs Netz. "
                'Bitte in [imap] tls = "ssl" oder "starttls" setzen; "none" gilt nur für den eigenen Rechner.'
            )
        return None
    try:
        return ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
    except (OSError, ValueError) as error:
        raise MailboxUnreachableError(
            f"Die Zertifikatsdatei {settings.ca_file} ([imap] ca_file) ist nicht lesbar: {_words(error)}."
        ) from error


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _start_tls(session: Session, settings: ImapSettings, context: ssl.SSLContext | None) -> None:
    if not session.has_capability("STARTTLS"):
        raise MailboxUnreachableError(
            f"Der Mailserver {_place(settings)} bietet kein STARTTLS an. "
            'Bitte [imap] tls = "ssl" mit dem passenden Port (meist 993) versuchen.'
        )
    session.starttls(context)


def _log_in(session: Session, settings: ImapSettings) -> None:
    """By PLAIN, which takes any letter (RFC 4616), or what comes next to it; the command LOGIN takes only ASCII."""
    if not settings.password:
        raise MailboxUnreachableError(
            f"Für {settings.user} auf {settings.host} ist kein Passwort da. "
            "Bitte ANMELDEPOST_IMAP_PASSWORD setzen oder in [imap] password_file nennen."
        )
    offered = {str(word, "ascii", "replace") for word in session.capabilities()}
    try:
        if "AUTH=PLAIN" in offered:
            session.plain_login(settings.user, settings.password)
        elif "AUTH=LOGIN" in offered:
            answers = iter((settings.user, settings.password))
            session.sasl_login("LOGIN", lambda _challenge: next(answers, ""))
        elif "LOGINDISABLED" in offered:
            ways = ", ".join(sorted(word.removeprefix("AUTH=") for word in offered if word.startswith("AUTH=")))
            raise MailboxUnreachableError(
                f'Der Mailserver {_place(settings)} nimmt so kein Passwort an (tls = "{settings.tls}"; er bietet '
                f"{ways or 'keine Anmeldung'}). "
                "Bitte [imap] tls prüfen und die IT nach einem Passwort für Programme fragen."
            )
        elif (settings.user + settings.password).isascii():
            session.login('"' + settings.user.replace("\\", "\\\\").replace('"', '\\"') + '"', settings.password)
        else:
            raise MailboxUnreachableError(
                f"Der Mailserver {_place(settings)} nimmt keine Umlaute im Passwort oder Benutzernamen an "
                "(AUTH=PLAIN fehlt). Bitte ein Passwort ohne Umlaute vergeben."
            )
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        # imapclient hides a line that broke in a failed login.
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise error.__context__ from None
        words = _words(error).replace(settings.password, "…")
        raise MailboxUnreachableError(
            f"Der Mailserver {_place(settings)} lehnt die Anmeldung als {settings.user} ab. "
            f"Bitte Benutzername und Passwort prüfen (Antwort des Servers: {words})."
        ) from None


def _sentence(settings: ImapSettings, error: Exception) -> str:
    """What went wrong, where, and what to do."""
    place = _place(settings)
    match error:
        case ssl.SSLCertVerificationError():
            return (
                f"Dem Zertifikat des Mailservers {place} ist nicht zu trauen ({error.verify_message}). "
                "Bitte den Namen in [imap] host prüfen oder die ausstellende Stelle als [imap] ca_file angeben."
            )
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return _broken_off(place, error)
        case ssl.SSLError():
            return (
                f"Mit dem Mailserver {place} kommt keine verschlüsselte Verbindung zustande ({_words(error)}). "
                f'Passt [imap] tls = "{settings.tls}" zum Port?'
            )
        case socket.gaierror():
            return f"Der Mailserver {settings.host} ist nicht zu finden. Bitte [imap] host und das Netz prüfen."
        case ConnectionRefusedError():
            return f"Der Mailserver {place} nimmt keine Verbindung an. Läuft er, und stimmt [imap] port?"
        case TimeoutError():
            return (
                f"Der Mailserver {place} antwortet nicht ([imap] timeout_seconds = {settings.timeout_seconds}). "
                "Es wird weiter versucht."
            )
        case OSError() | imaplib.IMAP4.abort():
            return _broken_off(place, error)
        case _:
            return f"Der Mailserver {place} antwortet nicht wie erwartet ({_words(error)})."


def _broken_off(place: str, error: Exception) -> str:
    words = _words(error)
    # Both layers below call it the end of a file.
    why = "der Server hat aufgelegt" if "EOF" in words else words
    return f"Die Verbindung zum Mailserver {place} ist abgebrochen ({why}). Es wird weiter versucht."


def _place(settings: ImapSettings) -> str:
    return f"{settings.host}:{settings.port}"


def _words(error: Exception) -> str:
    """An error's own text on one line, not endless."""
    text = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
    # imapclient shows the server's bytes as Python writes them.
    text = text[2:-1] if text[:2] in {"b'", 'b"'} else text
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200].rstrip(".")
