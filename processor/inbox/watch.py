"""Waits for news with IDLE (RFC 2177), so that they are seen in seconds; polling stays the truth."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable

from processor.errors import MailboxUnreachableError
from processor.inbox.connection import Line, Session, connected, readable, speaking
from processor.inbox.fetch import open_folder
from processor.settings.values import ImapSettings

#: Seconds after which IDLE is begun anew; servers and firewalls forget a silent line, some after five minutes.
_RENEW_SECONDS = 240.0
#: Pauses between attempts to connect: the first, and the longest (seconds).
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 300.0
#: Seconds after which a line that breaks was a good one.
_STOOD_SECONDS = 60.0
#: Seconds that ``stop`` waits for the thread.
_END_SECONDS = 2.0

_log = logging.getLogger(__name__)


class Watcher:
    """A thread that calls ``on_news`` when the folder may hold something new.

    It calls too often rather than too seldom: also after every (re)connection, as something may have come meanwhile.
    It reads no mail and touches no database.

    :param on_news: called in the watcher's thread; should return soon.
    :param renew_seconds: after which IDLE is begun anew.
    :param first_pause: seconds before the second attempt to connect; doubled with every further one.
    """

    def __init__(
        self,
        settings: ImapSettings,
        on_news: Callable[[], None],
        *,
        renew_seconds: float = _RENEW_SECONDS,
        first_pause: float = _FIRST_PAUSE,
        longest_pause: float = _LONGEST_PAUSE,
    ) -> None:
        self._settings = settings
        self._on_news = on_news
        self._renew_seconds = renew_seconds
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._failing = False
        #: Since when the connection of now stands (monotonic); None while there is none.
        self._stands_since: float | None = None
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._line = Line()
        self._thread = threading.Thread(target=self._run, name="inbox-watcher", daemon=True)

    def start(self) -> None:
        """Begins to watch; once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread within two seconds, whatever it waits for."""
        self._stopped.set()
        with self._lock:
            self._line.cut()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(_END_SECONDS)

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs; it ends by itself where the server has no IDLE."""
        return self._thread.is_alive()

    def _run(self) -> None:
        pause = self._first_pause
        while not self._stopped.is_set():
            self._stands_since = None
            try:
                if not self._watch():
                    return
            except MailboxUnreachableError as error:
                if self._stopped.is_set():
                    return
                if self._stands_since and time.monotonic() - self._stands_since > _STOOD_SECONDS:
                    # Servers and firewalls end old lines: no failure, begin with the short pause again.
                    pause = self._first_pause
                    _log.info("Die Leitung zum Postfach wird neu aufgebaut: %s", error)
                elif not self._failing:
                    self._failing = True
                    _log.warning("Das Warten auf neue Mails ist unterbrochen: %s", error)
            # Half to the whole of it, so that many offices do not come back at the same moment.
            self._stopped.wait(pause * random.uniform(0.5, 1))  # noqa: S311 -- no secret
            pause = min(2 * pause, self._longest_pause)

    def _watch(self) -> bool:
        """Watches over one connection until it breaks; False where the server has no IDLE."""
        with self._lock:
            if self._stopped.is_set():
                return False
            self._line = line = Line()
        with connected(self._settings, line=line) as session:
            if not session.has_capability("IDLE"):
                _log.info(
                    "Der Mailserver %s kann neue Mails nicht melden (kein IDLE); es wird alle %d Sekunden nachgesehen.",
                    self._settings.host,
                    self._settings.poll_seconds,
                )
                return False
            open_folder(session, self._settings)
            if self._failing:
                _log.info("Das Warten auf neue Mails geht weiter.")
            self._failing, self._stands_since = False, time.monotonic()
            self._tell()
            while not self._stopped.is_set():
                with speaking(self._settings):
                    news = self._wait(session)
                if news:
                    self._tell()
        return False

    def _wait(self, session: Session) -> bool:
        """One round of IDLE; says whether the server said anything about the folder.

        What came just before sits in a buffer that waiting on the socket does not see: so NOOP asks for it first, the
        buffer is read before the wait, and what is said at the end of IDLE counts as well.
        """
        _text, before = session.noop()
        if _is_news(before):
            return True
        session.idle()
        said = session.idle_check(timeout=0)
        if not said and readable(session.socket(), self._renew_seconds):
            said = session.idle_check(timeout=0)
        # On a dead line this fails, within the time limit of the socket: better than a loop of empty answers.
        _text, after = session.idle_done()
        return _is_news(said) or _is_news(after)

    def _tell(self) -> None:
        if self._stopped.is_set():
            return
        try:
            self._on_news()
        except Exception:  # noqa: BLE001 -- whatever the listener does, the watch goes on
            _log.exception("Die Meldung neuer Mails ist fehlgeschlagen; der nächste Abruf holt sie nach.")


def _is_news(answers: list[tuple[object, ...]]) -> bool:
    return any(len(answer) > 1 and answer[1] == b"EXISTS" for answer in answers)
