"""Cells of Excel workbooks (xlsx, xlsm), through openpyxl, after the archive has been looked at."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice

from openpyxl import load_workbook

from processor.message.attachments.archive import check_member, open_archive
from processor.message.attachments.limits import (
    BOMB,
    DAMAGED,
    MOST_CELLS,
    MOST_CHARACTERS,
    MOST_ROWS,
    Budget,
    UnreadableError,
)

_MOST_SHEETS = 20
_MOST_COLUMNS = 200


def read_xlsx(payload: bytes, budget: Budget) -> str:
    """The cells of a workbook, sheet after sheet.

    :raises UnreadableError: damaged, encrypted or too big.
    """
    archive = open_archive(payload)
    for member in archive.infolist():
        if member.filename.endswith((".xml", ".rels")):
            check_member(member)
            budget.unpack(member.file_size)
    if sum(member.file_size for member in archive.infolist()) > 20 * max(len(payload), 1_000_000):
        raise UnreadableError(BOMB)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # it warns of styles and validations that it leaves out: no concern of a text
            return _read(payload, budget)
    except UnreadableError:
        raise
    except Exception as error:  # openpyxl documents no errors; strangers' files raise a dozen kinds
        raise UnreadableError(DAMAGED) from error


def _read(payload: bytes, budget: Budget) -> str:
    book = load_workbook(BytesIO(payload), read_only=True, data_only=True, keep_links=False)
    lines: list[str] = []
    left = MOST_CELLS
    size = 0
    try:
        for sheet in book.worksheets[:_MOST_SHEETS]:
            sheet.reset_dimensions()  # a file may claim a million columns
            rows = sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
            for row in islice(rows, MOST_ROWS):
                cells = [_cell(value) for value in _trimmed(row)]
                left -= len(cells) + 1
                size += sum(map(len, cells))
                if left < 0 or size > MOST_CHARACTERS:
                    budget.cut = True
                    return "\n".join(lines)
                if any(cells):
                    lines.append("\t".join(cells).rstrip("\t"))
            budget.cut = budget.cut or any(any(cell is not None for cell in row) for row in islice(rows, 100))
    finally:
        book.close()
    return "\n".join(lines)


def _trimmed(row: Iterable[object]) -> list[object]:
    cells = list(row)
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y" if value.time() == time() else "%d.%m.%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return " ".join(str(value)[:5_000].split())
