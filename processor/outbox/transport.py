"""One connection to the mail server: TLS with checked certificates, login, one mail after the other.

The errors say what to do with the mail in hand:

* RefusedError -- the server has decided about this mail; ``final`` says whether for good (5xx) or for now (4xx)
* BrokenOffError -- the connection broke; whether the server took the mail is unknown
* MailServerUnreachableError -- there is no connection to be had, for this mail or any other
"""

from __future__ import annotations

import base64
import contextlib
import smtplib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from processor.errors import MailServerUnreachableError
from processor.outbox.line import Client, Lifeline
from processor.outbox.mime import envelope_sender, needs_smtputf8, wire_address
from processor.settings import SmtpSettings

#: Replies that mean that the server does not know us: no mail will fare better (RFC 4954, section 6).
_LOGIN_WANTED = frozenset({530, 534, 535, 538})


@dataclass(eq=False)
class RefusedError(Exception):
    """The server has decided about one mail."""

    #: Whether it will decide so again (5xx).
    final: bool
    #: The server's own words, with their code.
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(eq=False)
class BrokenOffError(Exception):
    """The connection broke while a mail was in hand."""

    words: str
    #: Whether the whole mail was handed over before: then the server may have taken it.
    handed_over: bool

    def __str__(self) -> str:
        return self.words


class Connection:
    """An open connection that mails can be sent on."""

    def __init__(self, settings: SmtpSettings, *, stop: threading.Event | None = None, grace: float = 5) -> None:
        """Connects, encrypts and logs in.

        :param stop: the signal after which a server that keeps silent is no longer waited for.
        :param grace: seconds that the dialogue in hand may still take after it.
        :raises MailServerUnreachableError: when any of this fails.
        """
        self._settings = settings
        self.authenticated = False
        #: How many mails this connection has taken.
        self.taken = 0
        self._lifeline = Lifeline(stop, grace)
        try:
            with _explained(settings):
                self._smtp = Client(settings, self._lifeline)
                self._smtp.ehlo_or_helo_if_needed()
                if settings.tls == "starttls":
                    self._starttls()
                if settings.user:
                    self._login()
        except BaseException:
            self._lifeline.close()
            if hasattr(self, "_smtp"):
                self._smtp.close()
            raise
        self._dsn = self._smtp.has_extn("dsn")
        self._size = self._smtp.has_extn("size")

    def _starttls(self) -> None:
        if not self._smtp.has_extn("starttls"):
            raise MailServerUnreachableError(
                f"Der Mailserver {_name(self._settings)} bietet keine Verschlüsselung (STARTTLS) an; "
                "unverschlüsselt wird nichts geschickt. Bitte [smtp] tls und port prüfen."
            )
        code, reply = self._smtp.docmd("STARTTLS")
        if code != 220:
            raise smtplib.SMTPResponseException(code, reply)
        self._smtp.encrypt()

    def _login(self) -> None:
        """AUTH PLAIN or LOGIN in UTF-8 (RFC 4616); smtplib's own login takes ASCII passwords only."""
        offered = set(self._smtp.esmtp_features.get("auth", "").upper().split())
        user, password = self._settings.user, self._settings.password
        if "PLAIN" in offered:
            code, reply = self._smtp.docmd("AUTH", "PLAIN " + _base64(f"\0{user}\0{password}"))
        elif "LOGIN" in offered:
            code, reply = self._smtp.docmd("AUTH", "LOGIN " + _base64(user))
            if code == 334:
                code, reply = self._smtp.docmd(_base64(password))
        else:
            raise MailServerUnreachableError(
                f"Der Mailserver {_name(self._settings)} bietet keine Anmeldung an, die dieses Programm kann "
                f"(PLAIN, LOGIN); er bietet: {', '.join(sorted(offered)) or 'keine'}. "
                "Bitte [smtp] user, tls und port prüfen."
            )
        if code != 235:
            raise MailServerUnreachableError(
                f"Der Mailserver {_name(self._settings)} weist die Anmeldung von „{user}“ zurück "
                f"({_words(code, reply)}). Bitte [smtp] user und ANMELDEPOST_SMTP_PASSWORD oder password_file prüfen."
            )
        self.authenticated = True

    def send(self, raw: bytes, *, recipient: str, message_id: str) -> str:
        """Sends one mail to one recipient.

        :returns: the server's words when it took the mail.
        :raises RefusedError: when it did not.
        :raises BrokenOffError: when the connection broke.
        :raises MailServerUnreachableError: when the server no longer knows our login.
        """
        handed_over = False
        try:
            self._mail_from(raw, recipient, message_id)
            self._rcpt_to(recipient)
            code, reply = self._smtp.docmd("DATA")
            if code != 354:
                self._refuse(code, reply)
            handed_over = True
            self._smtp.send(_dotted(raw))
            code, reply = self._smtp.getreply()
            if code != 250:
                self._refuse(code, reply)
        except (smtplib.SMTPServerDisconnected, OSError, ValueError, smtplib.SMTPResponseException) as error:
            self._smtp.close()
            words = f"Die Verbindung zum Mailserver {_name(self._settings)} brach ab ({_cause(error)})."
            raise BrokenOffError(words, handed_over) from error
        self.taken += 1
        return _words(code, reply)

    def _mail_from(self, raw: bytes, recipient: str, message_id: str) -> None:
        options = []
        if self._size:
            options.append(f"SIZE={len(raw)}")
        if needs_smtputf8(recipient) or needs_smtputf8(self._settings.from_address):
            if not self._smtp.has_extn("smtputf8"):
                raise RefusedError(
                    final=True,
                    words="Der Mailserver nimmt vor dem @ keine Umlaute oder fremden Buchstaben (SMTPUTF8).",
                )
            options += ["BODY=8BITMIME", "SMTPUTF8"]
        if self._dsn:
            # The headers alone come back, and the Message-ID with them (RFC 3461, sections 4.3 and 4.4).
            options += ["RET=HDRS", f"ENVID={_xtext(message_id)}"]
        ours = self._settings
        sender = envelope_sender(ours.from_address, message_id, subaddress=ours.subaddress)
        code, reply = self._command(f"MAIL FROM:<{sender}>", options)
        if code != 250:
            self._refuse(code, reply)

    def _rcpt_to(self, recipient: str) -> None:
        address = wire_address(recipient)
        options = []
        if self._dsn:
            options.append("NOTIFY=FAILURE,DELAY")
            if address.isascii():
                options.append(f"ORCPT=rfc822;{_xtext(address)}")
        code, reply = self._command(f"RCPT TO:<{address}>", options)
        if code not in (250, 251):
            self._refuse(code, reply)

    def _command(self, command: str, options: list[str]) -> tuple[int, bytes]:
        line = " ".join([command, *options])
        if line.isascii():
            return self._smtp.docmd(line)
        self._smtp.send(line.encode("utf-8") + b"\r\n")
        return self._smtp.getreply()

    def _refuse(self, code: int, reply: bytes) -> None:
        words = _words(code, reply)
        if code == 421 or code < 0:
            # RFC 5321, section 3.8: the server is closing; the mail itself was not judged.
            raise smtplib.SMTPServerDisconnected(words)
        if code in _LOGIN_WANTED:
            raise MailServerUnreachableError(
                f"Der Mailserver {_name(self._settings)} verlangt eine andere Anmeldung ({words}). "
                "Bitte [smtp] user, tls und das Passwort prüfen."
            )
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self._smtp.rset()
        raise RefusedError(final=500 <= code < 600, words=words)

    def noop(self) -> None:
        """Asks for a sign of life.

        :raises MailServerUnreachableError: when none comes.
        """
        with _explained(self._settings):
            code, reply = self._smtp.noop()
            if code != 250:
                raise smtplib.SMTPResponseException(code, reply)

    @property
    def tls_version(self) -> str:
        """Such as TLSv1.3; "" where the connection is not encrypted."""
        sock = self._smtp.sock
        return (sock.version() or "") if isinstance(sock, ssl.SSLSocket) else ""

    def offers(self, extension: str) -> bool:
        """Whether the server offers an extension (RFC 1869), lower case."""
        return bool(self._smtp.has_extn(extension))

    @property
    def largest(self) -> int | None:
        """Bytes of the largest mail (RFC 1870); None where the server does not say."""
        value = self._smtp.esmtp_features.get("size", "").strip()
        return int(value) if value.isdigit() and int(value) else None

    def close(self) -> None:
        """Ends the conversation politely, if the server still listens."""
        self._lifeline.close()
        with contextlib.suppress(smtplib.SMTPException, OSError, ValueError):
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(2)
            self._smtp.quit()
        self._smtp.close()


@contextlib.contextmanager
def _explained(settings: SmtpSettings) -> Iterator[None]:
    """Failures to get or to keep a connection, in one sentence."""
    name = _name(settings)
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailServerUnreachableError(
            f"Dem Zertifikat des Mailservers {name} ist nicht zu trauen ({error.verify_message}). "
            "Bitte [smtp] host prüfen oder in ca_file die Stelle nennen, die es ausgestellt hat."
        ) from error
    except ssl.SSLError as error:
        raise MailServerUnreachableError(
            f"Mit dem Mailserver {name} kam keine verschlüsselte Verbindung zustande ({error.reason or error}). "
            "Bitte [smtp] tls und port prüfen."
        ) from error
    except smtplib.SMTPResponseException as error:
        raise MailServerUnreachableError(
            f"Der Mailserver {name} lehnt die Verbindung ab ({_words(error.smtp_code, error.smtp_error)})."
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        if _timed_out(error):
            raise MailServerUnreachableError(
                f"Der Mailserver {name} antwortet nicht innerhalb von {settings.timeout_seconds} Sekunden."
            ) from error
        raise MailServerUnreachableError(
            f"Der Mailserver {name} ist nicht zu erreichen ({_cause(error)}). Bitte [smtp] host und port prüfen."
        ) from error


def _name(settings: SmtpSettings) -> str:
    return f"{settings.host}:{settings.port}"


def _timed_out(error: BaseException) -> bool:
    """Whether the server kept silent; smtplib hides that in an error of its own."""
    return isinstance(error, TimeoutError) or isinstance(error.__cause__ or error.__context__, TimeoutError)


def _cause(error: BaseException) -> str:
    if _timed_out(error):
        return "keine Antwort in der gesetzten Zeit"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _words(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {' '.join(text.split())}".strip()[:500]


def _dotted(raw: bytes) -> bytes:
    """RFC 5321, section 4.5.2: a line that begins with a dot gets one more; a dot alone ends the mail."""
    start = b"." if raw.startswith(b".") else b""
    return start + raw.replace(b"\r\n.", b"\r\n..") + (b".\r\n" if raw.endswith(b"\r\n") else b"\r\n.\r\n")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


def _xtext(text: str) -> str:
    """RFC 3461, section 4."""
    return "".join(
        letter if "!" <= letter <= "~" and letter not in "+=" else f"+{ord(letter):02X}"
        for letter in text
        if letter.isascii()
    )
