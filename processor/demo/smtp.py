"""A mail server for the demo: takes the answers on loopback and keeps them, so that they can be opened."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from processor.demo.imap import free_port

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class SentMail:
    """An answer as it left."""

    recipients: tuple[str, ...]
    raw: bytes


class DemoPost:
    """The post office: everything that was handed over, in order."""

    host = _HOST

    def __init__(self, port: int) -> None:
        self.port = port
        self._sent: list[SentMail] = []

    @property
    def sent(self) -> tuple[SentMail, ...]:
        """What was handed over so far."""
        return tuple(self._sent)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        """Takes a mail (called by aiosmtpd)."""
        content = envelope.content
        raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content or b""
        self._sent.append(SentMail(tuple(envelope.rcpt_tos), raw))
        return "250 2.0.0 OK"


@contextlib.contextmanager
def demo_post() -> Iterator[DemoPost]:
    """Runs the server for the length of the block."""
    post = DemoPost(free_port())
    controller = Controller(post, hostname=_HOST, port=post.port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()
