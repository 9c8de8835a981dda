"""A TCP line to a server that can go silent, or break after some bytes, as lines in offices do."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType


class Proxy:
    """Carries bytes between its own port on loopback and another one."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._open = True
        self._frozen = threading.Event()
        self._left: int | None = None
        self._word: bytes | None = None
        #: Connections taken so far.
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        self._listener.close()
        self.cut()

    def freeze(self) -> None:
        """From now on nothing comes through, in either direction, and nobody is told."""
        self._frozen.set()

    def thaw(self) -> None:
        """Lines that are opened from now on work; those that were frozen stay dead."""
        with self._lock:
            self._sockets.clear()
        self._frozen = threading.Event()

    def cut(self) -> None:
        """Breaks all lines."""
        with self._lock:
            sockets, self._sockets = self._sockets, []
        for sock in sockets:
            _shut(sock)

    def cut_after(self, answered: int) -> None:
        """Breaks the line when the server has answered so many more bytes; once."""
        self._left = answered

    def cut_at(self, word: bytes) -> None:
        """Breaks the line instead of carrying an answer with this word in it; once."""
        self._word = word

    def _accept(self) -> None:
        while self._open:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                far = socket.create_connection(("127.0.0.1", self._target), 5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._sockets += [near, far]
            for source, goal, answers in ((near, far, False), (far, near, True)):
                threading.Thread(
                    target=self._carry, args=(source, goal, self._frozen), kwargs={"answers": answers}, daemon=True
                ).start()

    def _carry(self, source: socket.socket, goal: socket.socket, frozen: threading.Event, *, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(16_384):
                if frozen.is_set():
                    # The line stands, and swallows all.
                    continue
                if answers and self._left is not None:
                    data, self._left = data[: self._left], self._left - len(data)
                    if self._left <= 0:
                        self._left = None
                        goal.sendall(data)
                        break
                if answers and self._word is not None and self._word in data:
                    self._word = None
                    break
                goal.sendall(data)
        if not frozen.is_set():
            _shut(source)
            _shut(goal)


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
