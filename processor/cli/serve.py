"""The commands that work on the mailbox: run, once, demo."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from processor.cli.common import clock_at, installation

_log = logging.getLogger(__name__)


def run(config: Path) -> int:
    """``anmeldepost run``"""
    from processor.daemon import Daemon

    with installation(config) as (database, settings):
        Daemon(database, settings).run()
    return 0


def once(config: Path, now: str | None) -> int:
    """``anmeldepost once``: 1 where a server was out of reach, though all else was done."""
    from processor.jobs import Jobs

    with installation(config) as (database, settings):
        jobs = Jobs(database, settings, clock_at(now, settings))
        try:
            report = jobs.run_pass()
        finally:
            jobs.close()
    _log.info(
        "%d neue Mails geholt, %d gelesen, %d warten auf das Büro, %d beiseitegelegt, %d Erinnerungen, %d verschickt.",
        report.fetched,
        report.work.read,
        report.work.waiting,
        report.work.set_aside,
        report.reminders,
        report.sent,
    )
    for error in report.unreachable:
        sys.stderr.write(f"anmeldepost: {error}\n")
    return 1 if report.unreachable else 0


def demo(serve: bool, output: Path) -> int:
    """``anmeldepost demo``"""
    from processor.demo import run as run_demo

    return run_demo(output=output, serve=serve)
