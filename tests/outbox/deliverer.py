"""A process that delivers, copies what it sent, and dies where it is told to.

For each line on its input it forks one that sends what is queued and copies it into the mailbox's folder of sent mails.
A line is "{}", or the point at which the process kills itself as JSON (see :class:`tests.outbox.killing.Point`).
Prints "ready", then the number of each process and how it ended.

Called with the address of the database and the ports of the two servers.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from processor import inbox, outbox
from processor.clock import FixedClock
from processor.database import Database, make_engine
from processor.errors import UnreachableError
from processor.settings import ImapSettings
from tests.outbox.builders import NOW, make_settings

DAYS_LATER = NOW.replace(day=NOW.day + 1)


class Tripwire:
    """Kills this process, as ``kill -9`` does, when something has happened so many times."""

    def __init__(self, point: dict[str, Any], ports: dict[int, str]) -> None:
        self._point = point
        self._ports = ports
        self._left = int(point["nth"])

    def lay(self, database: Database) -> None:
        """Watches the sockets and the commits of this process."""
        plain = socket.socket

        def connect(sock: socket.socket, address: Any) -> None:
            channel = self._ports.get(address[1], "")
            self._around(channel, b"connect", lambda: super(plain, sock).connect(address))

        def sendall(sock: socket.socket, data: Any, *flags: int) -> None:
            channel = self._ports.get(sock.getpeername()[1], "")
            self._around(channel, bytes(data), lambda: super(plain, sock).sendall(data, *flags))

        def recv_into(sock: socket.socket, buffer: Any, *more: int) -> int:
            count = super(plain, sock).recv_into(buffer, *more)
            channel = self._ports.get(sock.getpeername()[1], "")
            self._step(channel, "received", bytes(memoryview(buffer)[:count]))
            return count

        for name, watched in (("connect", connect), ("sendall", sendall), ("recv_into", recv_into)):
            setattr(socket.socket, name, watched)
        dialect: Any = database.engine.dialect
        commit = dialect.do_commit
        dialect.do_commit = lambda connection: self._around("commit", b"commit", lambda: commit(connection))

    def _around(self, channel: str, data: bytes, action: Callable[[], Any]) -> None:
        self._step(channel, "before", data)
        action()
        self._step(channel, "after", data)

    def _step(self, channel: str, when: str, data: bytes) -> None:
        point = self._point
        if (channel, when) != (point["channel"], point["when"]) or point["word"].encode() not in data:
            return
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


def deliver(url: str, smtp_port: int, imap_port: int, point: dict[str, Any]) -> None:
    """Everything is due: pauses after failures have passed."""
    imap = ImapSettings(
        host="127.0.0.1", port=imap_port, tls="none", user="office", password="geheim", sent_folder="Sent"
    )
    settings = replace(make_settings(smtp_port=smtp_port), imap=imap)
    database = Database(make_engine(url))
    if point:
        Tripwire(point, {smtp_port: "smtp", imap_port: "imap"}).lay(database)
    clock = FixedClock(DAYS_LATER)
    with contextlib.suppress(UnreachableError):
        outbox.deliver(database, settings, clock)
        inbox.append_copies(database, settings.imap, clock)
    database.dispose()


def main(url: str, smtp_port: int, imap_port: int) -> None:
    # Once with nothing to send, so that the processes that are forked find all of it loaded.
    deliver(url, smtp_port, imap_port, {})
    print("ready", flush=True)
    for line in sys.stdin:
        point = json.loads(line)
        process = os.fork()
        if process == 0:
            deliver(url, smtp_port, imap_port, point)
            os._exit(0)
        print(process, flush=True)
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
