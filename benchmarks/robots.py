"""How a folder of mails is told: counts per kind, time per mail, and against a truth file how much of it is right.

Usage: ``python -m benchmarks.robots FOLDER [--list]``. Where FOLDER holds a ``truth.jsonl`` whose lines name a
``file``, an ``intent`` or ``kind`` and the ``failed`` or ``failed_recipients``, the shares that are right are printed.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from processor.message.robots import Verdict, classify
from processor.message.wire import parse

#: What each intent of a truth file means for the sender.
KINDS = {"bounce": ("bounce",), "auto_reply": ("auto_reply",), "other": ("person", "bulk", "list")}


def tell(raw: bytes) -> tuple[Verdict, float]:
    """One mail told, and the seconds that the telling took, without the wire form."""
    root = parse(raw)
    text = next((part.text for part in root.walk() if part.text), "")
    start = time.perf_counter()
    verdict = classify(root, text)
    return verdict, time.perf_counter() - start


def truths(folder: Path) -> dict[str, dict[str, object]]:
    """The lines of a truth file by the mail that they are about; empty where there is none."""
    path = folder / "truth.jsonl"
    if not path.exists():
        return {}
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {str(line["file"]): line for line in lines}


def main(arguments: list[str]) -> int:
    """Prints the figures; returns the exit code."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    listed = "--list" in arguments
    truth = truths(folder)
    kinds: Counter[str] = Counter()
    seconds: list[float] = []
    known = right = judged = 0
    for path in sorted(path for path in folder.iterdir() if path.is_file() and path.name != "truth.jsonl"):
        verdict, took = tell(path.read_bytes())
        kinds[verdict.kind] += 1
        seconds.append(took)
        line = truth.get(path.name)
        if line is None:
            if listed:
                print(path.name, verdict.kind, " ".join(verdict.failed_recipients), sep="\t")
            continue
        intent = str(line.get("intent", line.get("kind", "bounce")))
        expected = line.get("failed_recipients", line.get("failed", []))
        fits = verdict.kind in KINDS.get(intent, ("person",))
        exact = isinstance(expected, list) and sorted(expected) == sorted(verdict.failed_recipients)
        judged += 1
        known += fits
        right += fits and exact
        if listed and not (fits and exact):
            print(path.name, intent, verdict.kind, " ".join(verdict.failed_recipients), sep="\t")
    if not seconds:
        print(f"no mails in {folder}", file=sys.stderr)
        return 1
    print(f"{len(seconds)} mails: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    if judged:
        print(f"kind right: {known} of {judged} ({known / judged:.1%})")
        print(f"kind and failed addresses right: {right} of {judged} ({right / judged:.1%})")
    ordered = sorted(seconds)
    print(
        f"ms per mail: median {statistics.median(ordered) * 1000:.2f}, "
        f"99th percentile {ordered[int(len(ordered) * 0.99)] * 1000:.2f}, worst {ordered[-1] * 1000:.2f}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
