"""Text of OpenDocument files (odt, ods: ISO/IEC 26300)."""

from __future__ import annotations

from processor.message.attachments.archive import open_archive, read_member
from processor.message.attachments.limits import DAMAGED, ENCRYPTED, MOST_CELLS, Budget, UnreadableError
from processor.message.attachments.lines import Lines
from processor.message.attachments.markup import EnoughError, local_name, read_markup

_SKIPPED = frozenset({"annotation", "tracked-changes", "styles", "automatic-styles", "font-face-decls", "scripts"})


class _Reader:
    def __init__(self) -> None:
        self.lines = Lines()
        self._skipped = 0
        self._paragraphs = 0
        self._cells: list[int] = []
        self._rows: list[int] = []
        self._seen = 0

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        name = local_name(tag)
        if name in _SKIPPED:
            self._skipped += 1
        if self._skipped:
            return
        if name in ("p", "h"):
            self._paragraphs += 1
        elif name == "table-row":
            self._rows.append(_number(attrs, "number-rows-repeated"))
            self.lines.start_row()
        elif name in ("table-cell", "covered-table-cell"):
            self._cells.append(_number(attrs, "number-columns-repeated"))
        elif self._paragraphs and name == "s":
            self.lines.add(" " * min(_number(attrs, "c"), 100))
        elif self._paragraphs and name == "tab":
            self.lines.add("\t")
        elif self._paragraphs and name == "line-break":
            self.lines.add("\n")

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if name in _SKIPPED:
            self._skipped -= 1
        elif self._skipped:
            return
        elif name in ("p", "h"):
            self._paragraphs -= 1
            self.lines.end_paragraph()
        elif name in ("table-cell", "covered-table-cell") and self._cells:
            self._seen += 1
            if self._seen > MOST_CELLS:
                raise EnoughError
            self.lines.end_cell(self._cells.pop())
        elif name == "table-row" and self._rows:
            self.lines.end_row(self._rows.pop())

    def data(self, data: str) -> None:
        if self._paragraphs > 0 and not self._skipped:
            self.lines.add(data)

    def close(self) -> None:
        return None


def _number(attrs: dict[str, str], name: str) -> int:
    for key, value in attrs.items():
        if local_name(key) == name and value.isascii() and value.isdigit():
            return max(1, int(value[:6]))
    return 1


def read_opendocument(payload: bytes, budget: Budget) -> str:
    """The text of an odt or ods.

    :raises UnreadableError: damaged, encrypted or too big.
    """
    archive = open_archive(payload)
    if b"encryption-data" in read_member(archive, "META-INF/manifest.xml", budget):
        raise UnreadableError(ENCRYPTED)
    document = read_member(archive, "content.xml", budget)
    if not document:
        raise UnreadableError(DAMAGED)
    reader = _Reader()
    read_markup(document, reader, budget)
    return reader.lines.text()
