"""The line to the mail server: dialled, encrypted, and cut when the program has to end and the server keeps silent."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading

from processor.settings import SmtpSettings


class Lifeline:
    """Lets the dialogue in hand be finished after the stop signal, but not for ever."""

    def __init__(self, stop: threading.Event | None, grace: float) -> None:
        """
        :param stop: the signal; None where nobody will give one.
        :param grace: seconds after it.
        """
        self._stop = stop
        self._grace = grace
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._sock: socket.socket | None = None
        self._is_cut = False
        if stop is not None:
            threading.Thread(target=self._watch, name="outbox-lifeline", daemon=True).start()

    def hold(self, sock: socket.socket) -> None:
        """Takes the line that is to be cut.

        :raises ConnectionAbortedError: when the time is up already.
        """
        with self._lock:
            self._sock = sock
            if self._is_cut:
                raise ConnectionAbortedError("das Programm wird beendet")

    def close(self) -> None:
        """The dialogue is over."""
        self._closed.set()

    def _watch(self) -> None:
        assert self._stop is not None  # noqa: S101 -- else this thread does not run
        while not self._stop.wait(0.2):
            if self._closed.is_set():
                return
        if not self._closed.wait(self._grace):
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self._is_cut = True
            if self._sock is not None:
                # The plain method: that of an encrypted socket would pull the rug from under whoever reads it.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


class Client(smtplib.SMTP):
    """smtplib's client on a line that can be cut at any moment, also while it is dialled or encrypted."""

    def __init__(self, settings: SmtpSettings, lifeline: Lifeline) -> None:
        """Connects and reads the greeting.

        :raises OSError: when there is no connection.
        :raises smtplib.SMTPException: when the server does not want us.
        """
        self._settings = settings
        self._lifeline = lifeline
        super().__init__(local_hostname=_own_name(), timeout=float(settings.timeout_seconds))
        code, words = self.connect(settings.host, settings.port)
        if code != 220:
            self.close()
            raise smtplib.SMTPConnectError(code, words)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # smtplib's own seam
        sock = self._dial(host, port, timeout)
        return self._encrypted(sock) if self._settings.tls == "ssl" else sock

    def encrypt(self) -> None:
        """After the server's word to begin (RFC 3207): what it said before is forgotten."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("please run connect() first")
        self.sock = self._encrypted(self.sock)
        self.file = None
        self.helo_resp = None
        self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False
        self.ehlo_or_helo_if_needed()

    def _dial(self, host: str, port: int, timeout: float) -> socket.socket:
        problem: OSError = ConnectionRefusedError(f"{host} hat keine Adresse")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            sock = socket.socket(family, kind, protocol)
            try:
                self._lifeline.hold(sock)
                sock.settimeout(timeout)
                # The end of a mail must not wait for the acknowledgement of what came before (RFC 896).
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect(address)
            except OSError as error:
                sock.close()
                problem = error
            else:
                return sock
        raise problem

    def _encrypted(self, sock: socket.socket) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self._settings.ca_file) if self._settings.ca_file else None)
        encrypted = context.wrap_socket(sock, server_hostname=self._settings.host, do_handshake_on_connect=False)
        try:
            self._lifeline.hold(encrypted)
            encrypted.do_handshake()
        except BaseException:
            encrypted.close()
            raise
        return encrypted


def _own_name() -> str:
    """Our name for EHLO (RFC 5321, section 4.1.4): without asking a name server, which may take its time."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
