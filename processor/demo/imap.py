"""A mailbox for the demo: an IMAP server inside this process, on loopback, gone when the demo ends."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from datetime import datetime

from imapclient import IMAPClient
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPService
from pysasl.hashing import BuiltinHash

_HOST = "127.0.0.1"
#: Seconds that starting and ending may take.
_PATIENCE = 15


class DemoMailbox:
    """A running server with one account; mails are put into its INBOX with any moment of arrival."""

    host = _HOST

    def __init__(self, user: str, password: str, port: int) -> None:
        self.user = user
        self.password = password
        self.port = port
        self._client: IMAPClient | None = None

    def deliver(self, raw: bytes, arrived: datetime) -> None:
        """Puts a mail into the mailbox, as the office's mail server would."""
        if self._client is None:
            self._client = self._connect()
        self._client.append("INBOX", raw, (), arrived)

    @contextlib.contextmanager
    def reading(self) -> Iterator[IMAPClient]:
        """A colleague's mail program, logged in."""
        with self._connect() as client:
            yield client

    def _connect(self) -> IMAPClient:
        client = IMAPClient(self.host, self.port, ssl=False, timeout=_PATIENCE)
        # Without it every APPEND waits for the delayed acknowledgement of the one before.
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(self.user, self.password)
        return client

    def close(self) -> None:
        """Ends the connection of the delivery."""
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.logout()


class _Server:
    """pymap's in-memory backend in an event loop on a thread of its own."""

    def __init__(self, user: str, password: str, port: int) -> None:
        # What pymap's own command line hands over.
        self._options = argparse.Namespace(
            host=_HOST,
            port=port,
            demo_data=False,
            demo_user=user,
            demo_password=password,
            debug=False,
            tls=False,
            cert=None,
            key=None,
            passlib_cfg=None,
            proxy_protocol=None,
            inherited_sockets=None,
        )
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="demo-imap", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait(_PATIENCE)
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        if self._loop is not None and self._over is not None:
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_PATIENCE)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 -- handed to the thread that waits for the start
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        # The password lives as long as the demo, in this process: it needs no slow hash, and every login would.
        backend, config = await DictBackend.init(self._options, hash_context=BuiltinHash(rounds=1))
        # Context variables: they count in the task that starts the service.
        config.apply_context()
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with contextlib.AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, config).start(stack)
            self._ready.set()
            await self._over.wait()


@contextlib.contextmanager
def demo_mailbox(user: str, password: str) -> Iterator[DemoMailbox]:
    """Runs the server for the length of the block."""
    port = free_port()
    server = _Server(user, password, port)
    server.start()
    mailbox = DemoMailbox(user, password, port)
    try:
        yield mailbox
    finally:
        mailbox.close()
        server.stop()


def free_port() -> int:
    """A port on loopback that was free a moment ago; neither pymap nor aiosmtpd chooses one by itself."""
    with socket.socket() as sock:
        sock.bind((_HOST, 0))
        return int(sock.getsockname()[1])
