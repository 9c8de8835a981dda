"""Reading in a process of its own, so that a mail which hangs or eats memory cannot take the daemon with it."""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import resource
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final

from processor.errors import AnmeldepostError
from processor.reading.read import Reading, ReadingRules, read_mail

#: Seconds that one mail may take; the room of the messages stays far below.
TIME_LIMIT: Final = 20.0
#: Bytes of address space that the reading process may take.
MEMORY_LIMIT: Final = 2 << 30
#: Mails that are handed over before the first answer is awaited: while one is booked, the next is read.
_AHEAD: Final = 4
_READY: Final = "ready"
#: Seconds that the reading process may take to start, on a machine under load too.
_START_LIMIT: Final = 120
#: Bytes handed over before an answer is awaited; a large mail goes alone.
_AHEAD_BYTES: Final = 1 << 20


class ReaderUnavailableError(AnmeldepostError):
    """The reading process does not start at all: nothing is wrong with any mail, and none is charged for it."""


class ReadingFailedError(Exception):
    """A mail could not be read; the text says why in words (German)."""


class GuardedReader:
    """Hands mails to a reading process and kills it when one takes too long.

    Not for use by two threads at once. Use as a context manager, or call :meth:`close`.
    """

    def __init__(
        self,
        rules: ReadingRules,
        *,
        time_limit: float = TIME_LIMIT,
        memory_limit: int = MEMORY_LIMIT,
        read: Callable[[bytes, ReadingRules], Reading] = read_mail,
    ) -> None:
        """Starts nothing yet: the reading process comes with the first mail.

        :param time_limit: seconds that one mail may take.
        :param memory_limit: bytes of address space that the reading process may take.
        :param read: what reads; a function of a module, as it is called in the other process.
        """
        self._rules = rules
        self._read = read
        self._time_limit = time_limit
        self._memory_limit = memory_limit
        self._process: BaseProcess | None = None
        # Two pipes, one each way: a socket would throw away answers that are under way when its other end dies.
        self._mails: Connection | None = None
        self._answers: Connection | None = None

    def __enter__(self) -> GuardedReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, raw: bytes) -> Reading:
        """Reads one mail.

        :raises ReadingFailedError: when it takes too long, too much memory, or its reader dies.
        :raises ReaderUnavailableError: when there is no reading process to be had.
        """
        ((_, reading),) = self.read_all([(0, raw)])
        if isinstance(reading, ReadingFailedError):
            raise reading
        return reading

    def read_all(self, mails: Iterable[tuple[int, bytes]]) -> Generator[tuple[int, Reading | ReadingFailedError]]:
        """Reads many mails in their order; a failure is a value, and the next one goes on.

        :param mails: a number of the caller's and the raw bytes. Taken as they are needed, a few ahead.
        :raises ReaderUnavailableError: when there is no reading process to be had.
        """
        source = iter(mails)
        waiting: deque[tuple[int, bytes]] = deque()
        sent = 0
        more = True
        try:
            while True:
                while more and len(waiting) < _AHEAD and sum(len(raw) for _, raw in waiting) < _AHEAD_BYTES:
                    item = next(source, None)
                    if item is None:
                        more = False
                    else:
                        waiting.append(item)
                if not waiting:
                    return
                if not sent:
                    # Only now: a process that died with mails in hand may have left answers in the pipe.
                    mails_out, answers_in = self._open()
                # The process may die of an earlier mail while a later one is handed over: its answers up to then are
                # still in the pipe, and the first mail without one is what it died of.
                with contextlib.suppress(OSError):
                    while sent < len(waiting):
                        mails_out.send_bytes(waiting[sent][1])
                        sent += 1
                try:
                    result = self._receive(answers_in)
                except (OSError, EOFError):
                    self._kill()
                    result = ReadingFailedError("Das Lesen dieser Mail brach ab (vermutlich zu wenig Speicher).")
                # A killed process has forgotten the mails that were handed over ahead: they go to the next one.
                sent = sent - 1 if self._process else 0
                number, _ = waiting.popleft()
                yield number, result
        finally:
            if sent:
                # Left in the middle: the answers still under way would be taken for those of the next mails.
                self._kill()

    def start(self) -> None:
        """Starts the reading process where it does not run yet; it would come with the first mail too.

        :raises ReaderUnavailableError: when there is no reading process to be had.
        """
        self._open()

    def close(self) -> None:
        """Ends the reading process."""
        self._kill()

    def _receive(self, answers: Connection) -> Reading | ReadingFailedError:
        if not answers.poll(self._time_limit):
            self._kill()
            return ReadingFailedError(f"Das Lesen dieser Mail dauerte länger als {self._time_limit:g} Sekunden.")
        result = answers.recv()
        if isinstance(result, Reading):
            return result
        return ReadingFailedError(str(result))

    def _open(self) -> tuple[Connection, Connection]:
        if self._mails is None or self._answers is None or self._process is None or not self._process.is_alive():
            self._kill()
            context = multiprocessing.get_context("spawn")
            mails_in, self._mails = context.Pipe(duplex=False)
            self._answers, answers_out = context.Pipe(duplex=False)
            self._process = context.Process(
                target=_work,
                args=(mails_in, answers_out, self._read, self._rules, self._memory_limit),
                name="anmeldepost-reader",
                daemon=True,
            )
            self._process.start()
            mails_in.close()
            answers_out.close()
            if not _greets(self._answers):
                self._kill()
                raise ReaderUnavailableError(
                    "Der Prozess, der die Mails liest, startet nicht; alle Mails bleiben liegen, bis er es wieder tut."
                )
        return self._mails, self._answers

    def _kill(self) -> None:
        for connection in (self._mails, self._answers):
            if connection is not None:
                connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.join(5)
        self._process = self._mails = self._answers = None


def _greets(answers: Connection) -> bool:
    """Waits for the first answer, which says that the process is up: its start does not count as time of a mail."""
    try:
        return answers.poll(_START_LIMIT) and answers.recv() == _READY
    except (OSError, EOFError):
        return False


def _work(
    mails_in: Connection,
    answers_out: Connection,
    read: Callable[[bytes, ReadingRules], Reading],
    rules: ReadingRules,
    memory_limit: int,
) -> None:
    """The reading process: raw mails in, readings out, until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))
    # A thread takes the mails off the pipe at once, so that the two sides never wait for each other to read.
    mails: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def take() -> None:
        with contextlib.suppress(EOFError, OSError, MemoryError):
            while True:
                mails.put(mails_in.recv_bytes())
        mails.put(None)

    threading.Thread(target=take, daemon=True).start()
    answers_out.send(_READY)
    while (raw := mails.get()) is not None:
        try:
            result: Reading | str = read(raw, rules)
        except MemoryError:
            result = "Das Lesen dieser Mail brauchte zu viel Speicher."
        except Exception as error:  # noqa: BLE001 -- whatever it is, the mail is set aside and the next one goes on
            result = f"Das Lesen dieser Mail ist gescheitert ({type(error).__name__}: {error})."
        with contextlib.suppress(OSError):
            answers_out.send(result)
