"""The workbook for Excel: one sheet with a row for each registration, one with a row for each person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from processor.database import Registration
from processor.export.plain import opened
from processor.export.rows import (
    OFFICE,
    PERSON_TITLES,
    PERSON_WIDTHS,
    REGISTRATION_COLUMNS,
    Cell,
    Target,
    local,
    people,
)

_HEAD = PatternFill("solid", fgColor="FFDCE9EA")
#: What no XML file may hold besides the control characters (XML 1.0, section 2.2): half pairs and non-characters.
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
#: Characters that a cell of Excel can hold.
_LONGEST = 32_767


def write_xlsx(target: Target, registrations: Iterable[Registration], zone: ZoneInfo = OFFICE) -> None:
    """Writes the workbook: numbers are numbers, moments are dates, texts stay texts; header frozen, filter on.

    :param zone: in which moments are shown; Excel knows no zones.
    """
    registrations = list(registrations)
    book = Workbook()
    while book.worksheets:
        book.remove(book.worksheets[0])
    _fill(
        book.create_sheet("Anmeldungen"),
        [(column.title, column.width) for column in REGISTRATION_COLUMNS],
        [[local(column.value(each), zone) for column in REGISTRATION_COLUMNS] for each in registrations],
    )
    _fill(
        book.create_sheet("Personen"),
        list(zip(PERSON_TITLES, PERSON_WIDTHS, strict=True)),
        [list(person.cells) for person in people(registrations)],
    )
    with opened(target) as stream:
        book.save(stream)


def _fill(sheet: Worksheet, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[Cell]]) -> None:
    for number, (title, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        head = sheet.cell(1, number, title)
        head.font = Font(bold=True)
        head.fill = _HEAD
        head.alignment = Alignment(wrap_text=True, vertical="top")
    for position, row in enumerate(rows, 2):
        for number, value in enumerate(row, 1):
            _put(sheet, position, number, value)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(sheet: Worksheet, position: int, number: int, value: Cell) -> None:
    if isinstance(value, bool):
        sheet.cell(position, number, "ja" if value else "nein")
    elif isinstance(value, datetime):
        sheet.cell(position, number, value.replace(microsecond=0)).number_format = "DD.MM.YYYY HH:MM"
    elif isinstance(value, str):
        cell = sheet.cell(position, number, _NOT_XML.sub("", ILLEGAL_CHARACTERS_RE.sub("", value))[:_LONGEST])
        # A text that begins with = would become a formula otherwise.
        cell.data_type = "s"
    else:
        sheet.cell(position, number, value)
