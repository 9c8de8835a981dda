"""Feeds every compiled pattern of the reading with long repetitions: ``python -m tests.message.patterns LENGTH``.

Run in a process of its own with a limit on processor time, which it prints nothing about: the last pattern that it
names is the one that went past it.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator

import processor.message
from processor.message import read

#: Pieces of which mails, headers and addresses consist.
PIECES = (
    *" .-<>@:()\"=?1,*_#[\t&/|0'\\;+aA",
    *(
        "a ",
        "> ",
        "<a ",
        "a@",
        "a@b.c ",
        "a:",
        "a.",
        "a-",
        "a=b ",
        "A. ",
        "Aa ",
        "- ",
        "--",
        "- a ",
        "12.",
        "1 ",
        "+4 ",
    ),
    *("é ", "ü", "=?", "=20", "\r\n", "\n", "a\n", "=\r\n", "&a;", "</a", "http://a.b/", "Von: a\n", "a, ", "„"),
    *("\u0301", "\u200b"),
)
Pattern = re.Pattern[str] | re.Pattern[bytes]


def patterns() -> dict[str, Pattern]:
    """Every pattern that the modules of the room hold, by where it stands."""
    read(b"Subject: x\r\nContent-Type: text/html\r\n\r\n<p>Ja</p>")  # whatever is loaded at its first use
    found: dict[str, Pattern] = {}
    for module in pkgutil.walk_packages(processor.message.__path__, "processor.message."):
        for name, value in vars(importlib.import_module(module.name)).items():
            for number, pattern in enumerate(within(value)):
                found.setdefault(f"{module.name}.{name}[{number}]", pattern)
    return {name: pattern for pattern, name in {pattern: name for name, pattern in found.items()}.items()}


def within(value: object, depth: int = 0) -> Iterator[Pattern]:
    """The patterns in a value, a collection, a data class, or what a cached function gives."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth > 4:
        return
    elif isinstance(value, dict):
        for one in value.values():
            yield from within(one, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from within(one, depth + 1)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from within(getattr(value, field.name), depth + 1)
    elif hasattr(value, "cache_info") and callable(value):
        try:
            yield from within(value(), depth + 1)
        except TypeError:  # it wants arguments: no table
            return


def literals(pattern: Pattern) -> list[str]:
    """Words that stand in a pattern: it is led furthest by what it looks for."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    return re.findall(r"[A-Za-z]{2,12}", source)[:4]


def feed(pattern: Pattern, piece: str, length: int) -> None:
    """One long repetition, with and without an end that does not fit."""
    for end in ("", "\x01", "x"):
        text = (piece * (length // len(piece) + 1))[:length] + end
        if isinstance(pattern.pattern, bytes):
            data = text.encode("latin-1", "replace")
            pattern.search(data)
            pattern.fullmatch(data)
        else:
            pattern.search(text)
            pattern.fullmatch(text)


def main() -> None:
    length = int(sys.argv[1])
    known = patterns()
    for name, pattern in known.items():
        print(name, flush=True)
        for piece in (*PIECES, *literals(pattern), *(f"{word} " for word in literals(pattern))):
            feed(pattern, piece, length)
    print(f"{len(known)} patterns", flush=True)


if __name__ == "__main__":
    main()
