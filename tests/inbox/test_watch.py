"""News within seconds while the line stands, and back again by itself when it falls."""

from __future__ import annotations

import logging
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from processor.inbox import Watcher
from processor.settings.values import ImapSettings
from tests.inbox.conftest import mail
from tests.inbox.proxy import Proxy
from tests.servers.dovecot import Dovecot, running_dovecot


class Bell:
    """Counts the calls, and waits for the next one."""

    def __init__(self) -> None:
        self._calls: queue.Queue[None] = queue.Queue()

    def __call__(self) -> None:
        self._calls.put(None)

    def wait(self) -> None:
        self._calls.get(timeout=20)

    def silence(self) -> None:
        while not self._calls.empty():
            self._calls.get_nowait()


class _Ear(logging.Handler):
    """Hands on what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said: queue.Queue[str] = queue.Queue()

    def emit(self, record: logging.LogRecord) -> None:
        self._said.put(record.getMessage())

    def next(self) -> str:
        return self._said.get(timeout=20)


@contextmanager
def watching(settings: ImapSettings, **options: Any) -> Iterator[tuple[Watcher, Bell]]:
    bell = Bell()
    watcher = Watcher(settings, bell, **({"first_pause": 0.05} | options))
    watcher.start()
    try:
        yield watcher, bell
    finally:
        watcher.stop()
    assert not watcher.is_alive


@pytest.mark.parametrize("tls", ["ssl", "none"])
def test_news_are_told_as_they_come(dovecot: Dovecot, tls: str) -> None:
    settings = dovecot.settings(tls=tls, port=dovecot.tls_port if tls == "ssl" else dovecot.port)
    with watching(settings) as (_watcher, bell):
        # The first call comes with the connection: something may have come before it stood.
        bell.wait()
        for number in range(3):
            bell.silence()
            dovecot.deliver(mail(number))
            bell.wait()


def test_news_are_told_also_after_idle_was_renewed(dovecot: Dovecot) -> None:
    with watching(dovecot.settings(), renew_seconds=0.05) as (_watcher, bell):
        bell.wait()
        for number in range(3):
            bell.silence()
            dovecot.deliver(mail(number))
            bell.wait()


def test_a_server_that_is_killed_and_comes_back_is_watched_again(
    dovecot: Dovecot, caplog: pytest.LogCaptureFixture
) -> None:
    with watching(dovecot.settings(), longest_pause=0.2) as (_watcher, bell):
        bell.wait()
        dovecot.kill()
        dovecot.deliver(mail(1))
        bell.silence()
        dovecot.start()
        bell.wait()
        bell.silence()
        dovecot.deliver(mail(2))
        bell.wait()
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1


def test_a_line_that_died_in_silence_is_noticed_and_replaced(dovecot: Dovecot, proxy: Proxy) -> None:
    settings = dovecot.settings(tls="none", port=proxy.port, timeout_seconds=1)
    with watching(settings, renew_seconds=0.2, longest_pause=0.2) as (_watcher, bell):
        bell.wait()
        proxy.freeze()
        dovecot.deliver(mail(1))
        bell.silence()
        proxy.thaw()
        bell.wait()
        assert proxy.connections >= 2


def test_a_line_that_ends_is_left_at_once_and_not_knocked_at_without_pause(dovecot: Dovecot, proxy: Proxy) -> None:
    said = _Ear()
    logging.getLogger("processor.inbox.watch").addHandler(said)
    try:
        with watching(dovecot.settings(tls="none", port=proxy.port), first_pause=60) as (_watcher, bell):
            bell.wait()
            proxy.cut()
            assert "unterbrochen" in said.next()
            assert proxy.connections == 1
    finally:
        logging.getLogger("processor.inbox.watch").removeHandler(said)


@pytest.mark.parametrize("silent", [False, True], ids=["a line that stands", "a dead line"])
def test_stop_ends_it_whatever_it_waits_for(dovecot: Dovecot, proxy: Proxy, *, silent: bool) -> None:
    bell = Bell()
    watcher = Watcher(dovecot.settings(tls="none", port=proxy.port, timeout_seconds=600), bell)
    watcher.start()
    bell.wait()
    if silent:
        proxy.freeze()
    watcher.stop()
    assert not watcher.is_alive


def test_stop_ends_it_while_a_silent_server_lets_it_wait_for_the_greeting(dovecot: Dovecot, proxy: Proxy) -> None:
    proxy.freeze()
    watcher = Watcher(dovecot.settings(tls="none", port=proxy.port, timeout_seconds=600), Bell())
    watcher.start()
    watcher.stop()
    assert not watcher.is_alive


def test_stop_before_the_start_is_no_error(dovecot: Dovecot) -> None:
    watcher = Watcher(dovecot.settings(), Bell())
    watcher.stop()
    watcher.start()
    watcher.stop()
    assert not watcher.is_alive


def test_a_server_without_idle_ends_the_watch_with_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="processor")
    with running_dovecot(capabilities="IMAP4rev1") as dovecot:
        watcher = Watcher(dovecot.settings(), Bell())
        watcher.start()
        watcher._thread.join(20)
        assert not watcher.is_alive
    assert [record.getMessage() for record in caplog.records] == [
        "Der Mailserver 127.0.0.1 kann neue Mails nicht melden (kein IDLE); es wird alle 60 Sekunden nachgesehen."
    ]


def test_a_listener_that_fails_does_not_end_the_watch(dovecot: Dovecot) -> None:
    bell = Bell()

    def fail() -> None:
        bell()
        raise RuntimeError("broken")

    watcher = Watcher(dovecot.settings(), fail)
    watcher.start()
    bell.wait()
    dovecot.deliver(mail(1))
    bell.wait()
    watcher.stop()
