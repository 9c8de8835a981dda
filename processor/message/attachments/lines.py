"""Text as it grows from a document: paragraphs are lines, rows are lines with their cells separated by a tab."""

from __future__ import annotations

from dataclasses import dataclass, field

from processor.message.attachments.limits import MOST_CHARACTERS, MOST_ROWS
from processor.message.attachments.markup import EnoughError


@dataclass(slots=True)
class Lines:
    """Collects the lines of a document with tables."""

    lines: list[str] = field(default_factory=list)
    _piece: list[str] = field(default_factory=list)
    #: Open rows, the innermost last; each holds its finished cells and the lines of the cell that is open.
    _rows: list[tuple[list[str], list[str]]] = field(default_factory=list)
    _size: int = 0

    def add(self, text: str) -> None:
        """Characters of the paragraph that is open."""
        self._size += len(text)
        if self._size > MOST_CHARACTERS:
            raise EnoughError
        self._piece.append(text)

    def end_paragraph(self) -> None:
        """The paragraph ends: a line, or a line of the open cell."""
        line = "".join(self._piece).strip(" \t")
        self._piece.clear()
        if self._rows:
            self._rows[-1][1].append(line)
        else:
            self._append(line)

    def start_row(self) -> None:
        """A row begins."""
        self._rows.append(([], []))

    def end_cell(self, times: int = 1) -> None:
        """A cell ends; ``times`` where the document says it repeats."""
        if self._piece:
            self.end_paragraph()
        if self._rows:
            cells, open_lines = self._rows[-1]
            text = " ".join(line.replace("\t", " ") for line in open_lines if line)
            cells.extend([text] * min(times, 100 if text else 50))
            open_lines.clear()

    def end_row(self, times: int = 1) -> None:
        """A row ends: a line, or for a table within a cell a line of that cell."""
        if not self._rows:
            return
        cells, _ = self._rows.pop()
        line = "\t".join(cells).rstrip("\t")
        if self._rows:
            self._rows[-1][1].append(line.replace("\t", " "))
        else:
            for _ in range(min(times, 100) if line else 1):
                self._append(line)

    def _append(self, line: str) -> None:
        if not line and (not self.lines or not self.lines[-1]):
            return
        self.lines.append(line)
        if len(self.lines) > MOST_ROWS:
            raise EnoughError

    def text(self) -> str:
        """All lines, without empty ones at the ends."""
        if self._piece:
            last = "".join(self._piece).strip(" \t")
            self._piece.clear()
            return "\n".join((*self.lines, last)).strip("\n")
        return "\n".join(self.lines).strip("\n")
