"""How right mails are read, by wire form: ``python -m benchmarks.wire_forms [FOLDER…]``.

Without folders, texts of known words in every wire form (``benchmarks.wire_truth``): how many texts, subjects and
names are exactly right, and of the wrong ones how many are said to be in doubt. With folders, what the mails in them
look like on the wire, and how many of each form were read, with charsets guessed, doubts and unreadable parts.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.wire_truth import Case, cases
from processor.message import Message, read
from processor.message.parts import Part
from processor.message.wire import parse


@dataclass(slots=True)
class Score:
    """What came of the cases of one form."""

    count: int = 0
    texts: int = 0
    subjects: int = 0
    names: int = 0
    #: Cases of which something is wrong and nothing says so.
    silent: list[Case] = field(default_factory=list)

    def add(self, case: Case, message: Message) -> None:
        """Counts one case."""
        right = (
            message.text == case.written.text,
            message.full_subject == case.written.subject,
            message.sender.name == case.written.name,
        )
        self.count += 1
        self.texts += right[0]
        self.subjects += right[1]
        self.names += right[2]
        if not all(right) and not message.doubts:
            self.silent.append(case)


def score(chosen: Iterable[Case]) -> dict[str, Score]:
    """Reads cases and compares them with what was written, by form."""
    scores: dict[str, Score] = defaultdict(Score)
    for case in chosen:
        scores[case.form].add(case, read(case.raw))
    return scores


def print_truth(verbose: str) -> None:
    scores = score(cases())
    print(f"{'form':<52} {'mails':>6} {'texts':>7} {'subjects':>9} {'names':>7} {'silently wrong':>15}")
    total = Score()
    for form, one in scores.items():
        print(_row(form, one))
        total.count += one.count
        total.texts += one.texts
        total.subjects += one.subjects
        total.names += one.names
        total.silent += one.silent
        if verbose and verbose in form:
            for case in one.silent:
                message = read(case.raw)
                print("   ", case.written.language, repr(message.full_subject), repr(message.sender.name))
                print("     ", repr(message.text[:160]), message.notes[:3])
    print(_row("all", total))


def _row(form: str, one: Score) -> str:
    shares = (100 * part / one.count for part in (one.texts, one.subjects, one.names))
    text, subject, name = shares
    return f"{form:<52} {one.count:>6} {text:>6.1f}% {subject:>8.1f}% {name:>6.1f}% {len(one.silent):>15}"


def wire_forms(root: Part) -> set[str]:
    """What a mail looks like on the wire, in a few words each."""
    found = set()
    depth = 0
    stack = [(root, 0)]
    leaves: list[Part] = []
    while stack and len(leaves) < 500:
        part, level = stack.pop()
        depth = max(depth, level)
        if part.children:
            stack.extend((child, level + 1) for child in reversed(part.children))
        else:
            leaves.append(part)
        if part.media_type.startswith("text/"):
            charset = part.parameters.get("charset", "").lower().strip("\"'") or "none"
            found.add(f"charset {charset}")
        encoding = part.headers.get("content-transfer-encoding").lower()
        found.add(f"encoding {encoding or 'none'}")
        found.update(f"defect: {defect.split(':')[0]}" for defect in part.defects)
        if part.parameters.get("format", "").lower() == "flowed":
            found.add("format=flowed")
    kinds = {leaf.media_type for leaf in leaves}
    plain, hyper = "text/plain" in kinds, "text/html" in kinds
    found.add("text and html" if plain and hyper else "text only" if plain else "html only" if hyper else "no text")
    found.add(f"depth {min(depth, 5)}{' or more' if depth >= 5 else ''}")
    found.update(f"part {leaf.media_type}" for leaf in leaves if not leaf.media_type.startswith("text/"))
    found.update(f"no {name}" for name in ("from", "date", "message-id", "subject", "to") if name not in root.headers)
    if any("=?" not in value and not value.isascii() for _, value in root.headers.fields):
        found.add("letters outside ASCII in headers")
    return found


def print_folders(folders: list[Path], least: int) -> None:
    counts: Counter[str] = Counter()
    guessed: Counter[str] = Counter()
    doubts: Counter[str] = Counter()
    unreadable: Counter[str] = Counter()
    empty: Counter[str] = Counter()
    total = 0
    for folder in folders:
        for path in sorted(folder.rglob("*.eml")):
            raw = path.read_bytes()
            message = read(raw)
            total += 1
            for form in wire_forms(parse(raw)):
                counts[form] += 1
                guessed[form] += any(note.startswith("charset") for note in message.notes)
                doubts[form] += bool(message.doubts)
                unreadable[form] += any(one.unreadable for one in message.attachments)
                empty[form] += not message.text and message.calendar_reply is None
    print(f"{total} mails read")
    print(f"{'form':<58} {'mails':>6} {'guessed':>8} {'doubts':>7} {'unreadable':>11} {'no text':>8}")
    for form, count in sorted(counts.items()):
        if count >= least:
            more = f"{guessed[form]:>8} {doubts[form]:>7} {unreadable[form]:>11} {empty[form]:>8}"
            print(f"{form[:58]:<58} {count:>6} {more}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="folders of .eml files")
    parser.add_argument("--least", type=int, default=1, help="forms with fewer mails are not printed")
    parser.add_argument("--show", default="", help="show what is silently wrong in forms whose name contains this")
    arguments = parser.parse_args()
    if arguments.folders:
        print_folders(arguments.folders, arguments.least)
    else:
        print_truth(arguments.show)


if __name__ == "__main__":
    main()
