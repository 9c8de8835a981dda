"""Mails a second from Dovecot into the database, with the checkpoint; and the memory that it takes.

``uv run python -m benchmarks.fetch [MAILS]``; 2,000 mails of 8 kB over TLS unless told otherwise, then 5 of 30 MB.
"""

from __future__ import annotations

import base64
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import sample_mails
from processor.clock import SystemClock
from processor.database import Base, Database, make_engine
from processor.inbox import poll
from tests.servers.dovecot import running_dovecot


def main(arguments: list[str]) -> int:
    """Prints the figures."""
    count = int(arguments[0]) if arguments else 2_000
    large = base64.encodebytes(random.Random(47).randbytes(22_000_000))
    with running_dovecot() as server, tempfile.TemporaryDirectory() as folder:
        database = Database(make_engine(f"sqlite:///{Path(folder) / 'fetch.sqlite3'}"))
        Base.metadata.create_all(database.engine)
        for raw, arrived in sample_mails.make(count):
            server.deliver(raw, arrived)
        # Dovecot writes its index at the first look.
        server.count()
        begin = time.perf_counter()
        stored = poll(database, server.settings(), SystemClock()).new
        print(f"{stored} mails: {stored / (time.perf_counter() - begin):,.0f}/s, {_peak()} MB at most")
        begin = time.perf_counter()
        poll(database, server.settings(), SystemClock())
        print(f"a look that finds nothing: {(time.perf_counter() - begin) * 1000:.0f} ms")
        for number in range(5):
            server.deliver(b"Message-ID: <%d@large.example>\r\n\r\n" % number + large)
        begin = time.perf_counter()
        stored = poll(database, server.settings(), SystemClock()).new
        print(f"{stored} mails of 30 MB: {time.perf_counter() - begin:.1f} s, {_peak()} MB at most")
        database.dispose()
    return 0


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
