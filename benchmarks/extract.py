"""Milliseconds per mail and memory of the extraction: python -m benchmarks.extract FOLDER…

Prints the median and the 99th percentile over all mails of the folders, and the peak memory of the process.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from pathlib import Path

from processor.extraction import extract
from processor.message import read
from processor.resources import sample_config
from processor.settings.load import load


def main(folders: list[str]) -> int:
    """Reads every second mail to warm up, then times the extraction of the others, none of which was seen before."""
    event = load(sample_config()).event
    messages = [
        read(path.read_bytes(), colleagues=("gelsenkirchen.de",), invitation=event.invitation)
        for folder in folders
        for path in sorted(Path(folder).glob("*.eml"))
    ]
    for message in messages[::2]:
        extract(message, event)
    times = []
    for message in messages[1::2]:
        begun = time.process_time()
        extract(message, event)
        times.append(1000 * (time.process_time() - begun))
    times.sort()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    middle, slow = statistics.median(times), times[int(len(times) * 0.99)]
    print(f"{len(times)} mails: median {middle:.1f} ms, 99th percentile {slow:.1f} ms, peak memory {memory:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
