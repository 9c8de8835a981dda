"""Makes the list of German common nouns anew: ``python -m benchmarks.nouns CSV`` (of the package german-nouns)."""

from __future__ import annotations

import argparse
import csv
import lzma
import re
from pathlib import Path
from typing import Final

import processor.extraction.nouns
from processor.extraction.tokens import fold

#: Word classes of proper nouns and of what is no whole word.
_NO_NOUNS: Final = frozenset(
    (
        "Vorname",
        "Nachname",
        "Toponym",
        "Eigenname",
        "Straßenname",
        "Affix",
        "Suffix",
        "Buchstabe",
        "Symbol",
        "Gebundenes Lexem",
        "Grußformel",
    )
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def common_nouns(source: Path) -> tuple[list[str], list[str]]:
    """Folded common nouns of the CSV file, sorted: those that are nothing else, and those that are names as well."""
    nouns: set[str] = set()
    names: set[str] = set()
    with source.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        head = next(rows)
        columns = [i for i, title in enumerate(head) if title.startswith(("nominativ singular", "nominativ plural"))]
        for row in rows:
            classes = set(row[1].split(","))
            forms = {
                fold(form, digraphs=True)
                for form in (row[0], *(row[i] for i in columns))
                if len(form) > 2 and _WORD.fullmatch(form)
            }
            if classes & _NO_NOUNS:
                names |= forms
            else:
                nouns |= forms
    return sorted(nouns - names), sorted(nouns & names)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--output", type=Path, default=processor.extraction.nouns.FOLDER / "de.txt.xz")
    arguments = parser.parse_args()
    nouns, both = common_nouns(arguments.source)
    text = "\n\n".join("\n".join(words) for words in (nouns, both))
    arguments.output.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(nouns)} nouns and {len(both)} that are names as well in {arguments.output}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
