"""Time per mail against mail-parser alone on the same mails, and peak memory for a large one.

``python -m benchmarks.read_mail [FOLDER…]``; without folders, the mails that the tests hold and the sample mails.
"""

from __future__ import annotations

import argparse
import base64
import logging
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import mailparser

from benchmarks.sample_mails import make
from processor.message import read

_CHILD = """
import resource, sys, time
from processor.message import read
raw = open(sys.argv[1], "rb").read()
read(b"Subject: x\\r\\n\\r\\nx")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
read(raw)
took = time.perf_counter() - began
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(raw), (after - before) * 1024 + len(raw), took)
"""


def times(functions: list[Callable[[bytes], object]], mails: list[bytes]) -> list[list[float]]:
    """Seconds per mail for each function, sorted: the better of two runs, the functions taking turns."""
    results: list[list[float]] = [[] for _ in functions]
    for raw in mails:
        best = [float("inf")] * len(functions)
        for _ in range(2):
            for number, function in enumerate(functions):
                began = time.perf_counter()
                function(raw)
                best[number] = min(best[number], time.perf_counter() - began)
        for number, seconds in enumerate(best):
            results[number].append(seconds)
    return [sorted(result) for result in results]


def report(name: str, seconds: list[float]) -> float:
    """Prints one line and gives the median in milliseconds."""
    median = statistics.median(seconds) * 1e3
    p99 = seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))] * 1e3
    print(f"{name:<22} median {median:7.2f} ms   p99 {p99:7.2f} ms   worst {seconds[-1] * 1e3:7.2f} ms")
    return median


def large_mail(megabytes: int) -> bytes:
    """A mail with one attachment that nobody can read, so that its bytes are all that counts."""
    data = random.Random(47).randbytes(megabytes * 2**20 * 3 // 4 * 76 // 78)
    head = b"From: A <a@b.example>\r\nSubject: Liste\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    head += b"--x\r\n\r\nanbei.\r\n--x\r\nContent-Type: image/jpeg; name=x.jpg\r\n"
    head += b"Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + base64.encodebytes(data).replace(b"\n", b"\r\n") + b"--x--\r\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[Path("tests/message/mails")])
    parser.add_argument("--large", type=int, default=30, help="megabytes of the large mail")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    mails = [path.read_bytes() for folder in arguments.folders for path in sorted(folder.rglob("*.eml"))]
    mails += [raw for raw, _ in make(200)]
    for raw in mails[:50]:
        read(raw)
        mailparser.parse_from_bytes(raw)  # type: ignore[no-untyped-call]  # it has no types
    print(f"{len(mails)} mails, {statistics.mean(map(len, mails)):.0f} bytes each")
    ours, theirs = times([read, mailparser.parse_from_bytes], mails)
    own = report("processor.message.read", ours)
    alone = report("mail-parser alone", theirs)
    print(f"ratio of medians {own / alone:.2f}")
    path = Path("benchmark-large.eml")
    path.write_bytes(large_mail(arguments.large))
    try:
        done = subprocess.run([sys.executable, "-c", _CHILD, str(path)], capture_output=True, text=True, check=True)
    finally:
        path.unlink()
    size, peak, took = done.stdout.split()
    print(f"{int(size) / 2**20:.0f} MB mail: {float(took):.2f} s, peak {int(peak) / int(size):.1f} times its size")


if __name__ == "__main__":
    main()
