"""CSV as German Excel opens it, and JSON for other programs."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from processor.database import Registration
from processor.export.rows import OFFICE, REGISTRATION_COLUMNS, Cell, Target, local
from processor.registrations import as_json

#: A spreadsheet takes a cell that begins so for a formula (OWASP, „CSV Injection“).
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A text that no spreadsheet runs as a formula: an apostrophe in front, as Excel itself marks a text."""
    return "'" + text if text.startswith(_DANGEROUS) else text


def write_csv(target: Target, registrations: Iterable[Registration], zone: ZoneInfo = OFFICE) -> None:
    """Writes one line for each registration: UTF-8 with byte order mark, semicolons, CRLF (RFC 4180).

    :param zone: in which moments are shown.
    """
    with opened(target) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow([column.title for column in REGISTRATION_COLUMNS])
        for registration in registrations:
            writer.writerow([_cell(local(column.value(registration), zone)) for column in REGISTRATION_COLUMNS])
        text.flush()
        text.detach()


def write_json(target: Target, registrations: Iterable[Registration]) -> None:
    """Writes the array that ``list --json`` prints."""
    found = [as_json(registration) for registration in registrations]
    with opened(target) as stream:
        stream.write((json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))


def _cell(value: Cell) -> str | int:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y %H:%M")
    return harmless(value or "")


@contextlib.contextmanager
def opened(target: Target) -> Iterator[IO[bytes]]:
    """A stream to write to; a file is closed at the end, what was handed over open stays open."""
    if isinstance(target, (str, Path)):
        with Path(target).open("wb") as stream:
            yield stream
    else:
        yield target
