"""In which line of a TOML file a key stands: tomllib tells it only for errors of syntax."""

from __future__ import annotations

import re

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*(\"[^\"]*\"|'[^']*'|[\w-]+)\s*=\s*(.*)$")

Path = tuple[str | int, ...]


def key_lines(text: str) -> dict[Path, int]:
    """Maps the path of each key and table (with the index in arrays of tables) to its line, counted from 1.

    Keys inside inline tables and multi-line values are not listed: :func:`line_of` then gives the line of what
    holds them.
    """
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    closing = ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            if closing in line:
                closing = ""
            continue
        if match := _TABLE.match(line):
            names: Path = tuple(part.strip().strip("\"'") for part in match[2].split("."))
            table = _with_indices(names[:-1], counts) + names[-1:]
            if match[1] == "[[":
                index = counts.get(table, -1) + 1
                counts[table] = index
                lines.setdefault(table, number)
                table = (*table, index)
            lines.setdefault(table, number)
        elif match := _KEY.match(line):
            lines.setdefault((*table, match[1].strip("\"'")), number)
            closing = _left_open(match[2])
    return lines


def _with_indices(names: Path, counts: dict[Path, int]) -> Path:
    """[[event.programme]] and then [event.programme.x]: the table belongs to the last element."""
    path: Path = ()
    for name in names:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return path


def _left_open(value: str) -> str:
    """What closes a value that goes on in the next lines; "" where it ends here."""
    for quotes in ('"""', "'''"):
        if value.startswith(quotes):
            return "" if quotes in value[3:] else quotes
    bare = re.sub(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*", "", value)
    return "]" if bare.count("[") > bare.count("]") and bare.startswith("[") else ""


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """The line of a key, or of the nearest thing around it that has one."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None
