"""The commands that read files of mails: extract, evaluate. They touch no database and no network."""

from __future__ import annotations

import json
import mailbox
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from processor.errors import UsageError
from processor.reading import GuardedReader, Reading, ReadingRules, as_json
from processor.resources import sample_config
from processor.settings import Settings
from processor.settings.load import load


def extract(config: Path | None, paths: Iterable[Path]) -> int:
    """``anmeldepost extract``: one JSON object a line for each mail."""
    settings = load(config or sample_config())
    for result in read_files(settings, paths):
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    return 0


def evaluate(config: Path | None, folder: Path, errors: bool, against: Path | None) -> int:
    """``anmeldepost evaluate``: the reading of a labelled folder, scored."""
    from processor import evaluation

    settings = load(config or sample_config())
    truths = evaluation.load_truth(folder)
    results = list(read_files(settings, [folder]))
    sys.stdout.write(evaluation.render(evaluation.evaluate(truths, results), errors=errors).rstrip("\n") + "\n")
    if against is not None:
        old = evaluation.load_results(against)
        sys.stdout.write(str(evaluation.compare(truths, old, results)).rstrip("\n") + "\n")
    return 0


def read_files(settings: Settings, paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Reads every mail of the files and folders; one that cannot be read is for a person, with the reason."""
    names: list[str] = []

    def numbered() -> Iterator[tuple[int, bytes]]:
        for number, (name, raw) in enumerate(mails_in(paths)):
            names.append(name)
            yield number, raw

    with GuardedReader(ReadingRules.of(settings)) as reader:
        for number, result in reader.read_all(numbered()):
            if isinstance(result, Reading):
                yield as_json(result, settings.event, file=names[number])
            else:
                yield unreadable(names[number], str(result))


def unreadable(name: str, why: str) -> dict[str, Any]:
    """The object of a mail that could not be read at all: kept, named, and for a person."""
    return {
        "file": name,
        "subject": "",
        "from": "",
        "intent": "other",
        "decision": "review",
        "reasons": [why],
        "contact": {"name": "", "email": "", "phone": ""},
        "attendees": [],
        "headcount": 0,
        "headcount_change": 0,
        "leaving": [],
        "organisation": "",
        "theme_tables": [],
        "needs": [],
        "language": "",
        "has_question": False,
        "received_at": None,
        "late": False,
        "text": "",
        "failed_recipients": [],
        "evidence": [],
    }


def mails_in(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Every mail of .eml files, mbox files, Maildir folders, and folders of such, with a name for each.

    :raises UsageError: for a path that does not exist.
    """
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: Diese Datei oder diesen Ordner gibt es nicht.")
        if path.is_dir():
            yield from _folder(path)
        elif _is_mbox(path):
            yield from _mbox(path)
        else:
            yield path.name, path.read_bytes()


def _folder(path: Path) -> Iterator[tuple[str, bytes]]:
    if (path / "cur").is_dir() or (path / "new").is_dir():
        for part in ("new", "cur"):
            if (path / part).is_dir():
                for file in sorted((path / part).iterdir()):
                    if file.is_file():
                        yield file.name, file.read_bytes()
        return
    for file in sorted(path.iterdir()):
        if file.is_dir():
            yield from _folder(file)
        elif file.suffix.lower() in {".eml", ".msg", ".mail"}:
            yield file.name, file.read_bytes()
        elif file.suffix.lower() in {".mbox", ".mbx"} or (not file.suffix and _is_mbox(file)):
            yield from _mbox(file)


def _is_mbox(path: Path) -> bool:
    """RFC 4155: a mailbox file begins with "From " (a mail with "From:")."""
    if path.suffix.lower() == ".eml":
        return False
    with path.open("rb") as file:
        return file.read(5) == b"From "


def _mbox(path: Path) -> Iterator[tuple[str, bytes]]:
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield f"{path.name}:{int(key) + 1}", box.get_bytes(key)
    finally:
        box.close()
