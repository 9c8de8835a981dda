"""Labels and earlier results as files, and which labels are held out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from processor.errors import UsageError

#: Keys that every label has, with the type of their value. An empty value is "", [], 0 or false; never a missing key.
_KEYS: Final[dict[str, type]] = {
    "file": str,
    "intent": str,
    "contact": str,
    "reply_to": str,
    "phone": str,
    "attendees": list,
    "headcount": int,
    "organisation": str,
    "theme_tables": list,
    "needs": list,
    "language": str,
    "has_question": bool,
    "must_review": bool,
    "late": bool,
    "failed_recipients": list,
}

#: Keys of a result that are looked at, where they are there.
_RESULT_KEYS: Final[dict[str, type]] = {
    "file": str,
    "intent": str,
    "decision": str,
    "contact": dict,
    "attendees": list,
    "headcount": int,
    "organisation": str,
    "theme_tables": list,
    "needs": list,
    "language": str,
    "failed_recipients": list,
}


def load_truth(folder: Path) -> tuple[Mapping[str, Any], ...]:
    """Reads ``truth.jsonl`` of a folder: one JSON object per line, one line per mail, in the order of the file.

    :raises UsageError: when the file is missing or a line is not a complete label; the text names file and line.
    """
    path = folder / "truth.jsonl"
    if not path.is_file():
        raise UsageError(f"Im Ordner {folder} fehlt die Datei truth.jsonl mit den richtigen Antworten.")
    labels = []
    for place, label in _objects(path):
        for key, kind in _KEYS.items():
            if key not in label:
                raise UsageError(f"{place}: Der Schlüssel „{key}“ fehlt.")
            _check(place, key, label[key], kind)
        labels.append(label)
    return tuple(labels)


def load_results(path: Path) -> tuple[Mapping[str, Any], ...]:
    """Reads what ``extract --json`` once printed, to compare with; keys that it does not know yet may be missing.

    :raises UsageError: when the file cannot be read or a line is not such an object; the text names file and line.
    """
    results = []
    for place, result in _objects(path):
        if "file" not in result or "decision" not in result:
            raise UsageError(f"{place}: Das ist keine Ausgabe von „extract --json“.")
        for key, kind in _RESULT_KEYS.items():
            if result.get(key) is not None:
                _check(place, key, result[key], kind)
        for attendee in result.get("attendees") or ():
            _check(place, "attendees", attendee, dict)
        results.append(result)
    return tuple(results)


def held_out(file_name: str) -> bool:
    """Whether nobody looks at this mail while rules are written.

    The name decides, by its SHA-256, so that a third of every corpus is held out and stays so when mails are added.
    """
    return hashlib.sha256(file_name.encode("utf-8")).digest()[0] % 3 == 0


def _objects(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every line that is not empty as an object, with its place in words."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Die Datei {path} kann nicht gelesen werden: {error}") from error
    for number, line in enumerate(lines, 1):
        place = f"{path}, Zeile {number}"
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise UsageError(f"{place}: kein gültiges JSON ({error}).") from error
        if not isinstance(entry, dict):
            raise UsageError(f"{place}: Hier muss ein JSON-Objekt stehen.")
        yield place, entry


def _check(place: str, key: str, value: object, kind: type) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise UsageError(f"{place}: Der Wert von „{key}“ hat die falsche Art.")
