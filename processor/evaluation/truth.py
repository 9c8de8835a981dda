"""The labels of a folder, and which of them are held out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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


def load_truth(folder: Path) -> tuple[Mapping[str, Any], ...]:
    """Reads ``truth.jsonl`` of a folder: one JSON object per line, one line per mail, in the order of the file.

    :raises UsageError: when the file is missing or a line is not a complete label; the text names file and line.
    """
    path = folder / "truth.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise UsageError(f"Im Ordner {folder} fehlt die Datei truth.jsonl mit den richtigen Antworten.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Die Datei {path} kann nicht gelesen werden: {error}") from error
    return tuple(_label(line, f"{path}, Zeile {number}") for number, line in enumerate(lines, 1) if line.strip())


def held_out(file_name: str) -> bool:
    """Whether nobody looks at this mail while rules are written.

    The name decides, by its SHA-256, so that a third of every corpus is held out and stays so when mails are added.
    """
    return hashlib.sha256(file_name.encode("utf-8")).digest()[0] % 3 == 0


def _label(line: str, place: str) -> Mapping[str, Any]:
    try:
        label = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f"{place}: kein gültiges JSON ({error.msg}, Spalte {error.colno}).") from error
    if not isinstance(label, dict):
        raise UsageError(f"{place}: Hier muss ein JSON-Objekt stehen.")
    for key, kind in _KEYS.items():
        if key not in label:
            raise UsageError(f"{place}: Der Schlüssel „{key}“ fehlt.")
        value = label[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise UsageError(f"{place}: Der Wert von „{key}“ hat die falsche Art.")
    return label
