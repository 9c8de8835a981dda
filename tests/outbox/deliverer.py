"""A process that delivers and may be killed: for each line on its input it forks one that sends what is queued.

Called with the address of the database and the port of the server; prints the number of each process, and how it ended.
"""

from __future__ import annotations

import contextlib
import os
import sys

from processor import outbox
from processor.clock import FixedClock
from processor.database import Database, make_engine
from processor.errors import MailServerUnreachableError
from tests.outbox.builders import NOW, make_settings

DAYS_LATER = NOW.replace(day=NOW.day + 1)


def deliver(url: str, port: int) -> None:
    """Everything is due: pauses after failures have passed."""
    settings = make_settings(smtp_port=port)
    database = Database(make_engine(url))
    with contextlib.suppress(MailServerUnreachableError):
        outbox.deliver(database, settings, FixedClock(DAYS_LATER))
    database.dispose()


def main(url: str, port: int) -> None:
    # Once with nothing to send, so that the processes that are forked find all of it loaded.
    deliver(url, port)
    for _line in sys.stdin:
        process = os.fork()
        if process == 0:
            deliver(url, port)
            os._exit(0)
        print(process, flush=True)
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
