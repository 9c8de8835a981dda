"""What is printed for the day: the sign-in sheet, the name badges, the plan of the theme tables."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TextMode
from fpdf.fonts import FontFace

from processor.database import Registration
from processor.event import Event
from processor.export.plain import opened
from processor.export.rows import Person, Target, expected
from processor.registrations.names import folded

#: Emoji and other signs beyond the basic plane, which the fonts do not have.
_BEYOND = re.compile("[^\u0020-\uffff]")


def write_pdf(target: Target, registrations: Iterable[Registration], event: Event, now: datetime | None = None) -> None:
    """Writes the sign-in sheet: everybody with a promised seat, by family name, with room for a signature.

    :param now: the moment that the sheet states, aware; None states none.
    """
    coming = _by_name(expected(registrations))
    paper = _Paper(event, "Unterschriftenliste", now)
    paper.add_page()
    paper.title_block(_in_seats(coming))
    widths = (9, 58, 56, 14, 53)
    with paper.table(
        col_widths=widths,
        text_align=("RIGHT", "LEFT", "LEFT", "CENTER", "LEFT"),
        line_height=5.5,
        padding=(2.3, 1.5),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(fill_color=(226, 236, 237)),
    ) as table:
        head = table.row()
        for title in ("", "Name", "Organisation", "Tisch", "Unterschrift"):
            head.cell(title)
        for number, person in enumerate(coming, 1):
            row = table.row()
            tables = ", ".join(str(each) for each in person.registration.theme_tables)
            for text in (str(number), _name(person), person.organisation, tables, ""):
                row.cell(printable(text))
    paper.write(target)


def write_badges(
    target: Target, registrations: Iterable[Registration], event: Event, now: datetime | None = None
) -> None:
    """Writes name badges, ten on a sheet (90 mm by 54 mm with marks to cut)."""
    coming = _by_name(expected(registrations))
    paper = _Paper(event, "Namensschilder", now, plain=True)
    width, height, left, top = 90.0, 54.0, 15.0, 13.5
    for number, person in enumerate(coming):
        place = number % 10
        if place == 0:
            paper.add_page()
        x, y = left + width * (place % 2), top + height * (place // 2)
        paper.set_draw_color(190)
        paper.rect(x, y, width, height)
        paper.set_text_color(90)
        paper.set_font("sans", size=8)
        paper.set_xy(x + 5, y + 5)
        paper.cell(width - 10, 4, paper.fitted(event.title, width - 10), align="C")
        paper.set_text_color(0)
        paper.set_xy(x + 4, y + 17)
        paper.set_font("sans", size=paper.size_for(person.name, width - 8, 20))
        with paper.outlined():
            paper.cell(width - 8, 11, printable(person.name), align="C")
        paper.set_xy(x + 4, y + 31)
        paper.set_font("sans", size=11)
        paper.cell(width - 8, 6, paper.fitted(person.organisation, width - 8), align="C")
        tables = ", ".join(str(each) for each in person.registration.theme_tables)
        if tables:
            paper.set_xy(x + 4, y + 44)
            paper.set_font("sans", size=9)
            paper.cell(width - 8, 5, f"Thementisch {tables}", align="C")
    if not coming:
        paper.add_page()
    paper.write(target)


def write_table_plan(
    target: Target, registrations: Iterable[Registration], event: Event, now: datetime | None = None
) -> None:
    """Writes who sits at which theme table: those with a seat there, else by their wish."""
    coming = _by_name(expected(registrations))
    paper = _Paper(event, "Plan der Thementische", now)
    for table in event.theme_tables:
        here = [person for person in coming if _table_of(person.registration) == table.number]
        paper.add_page()
        paper.title_block(f"Tisch {table.number}: {table.title} – {_of_seats(_promised(here), table.seats)}")
        paper.people(here)
    free = [person for person in coming if _table_of(person.registration) is None]
    if free or not event.theme_tables:
        paper.add_page()
        paper.title_block(f"Ohne Thementisch – {_promised(free)}")
        paper.people(free)
    paper.write(target)


def printable(text: str) -> str:
    """A text without signs that the fonts cannot show."""
    return _BEYOND.sub("", text.replace("\n", " ")).strip()


def _name(person: Person) -> str:
    return person.name if person.is_promised else f"{person.name} (noch offen)"


def _promised(found: Sequence[Person]) -> int:
    return sum(person.is_promised for person in found)


def _in_seats(found: Sequence[Person]) -> str:
    seats = _promised(found)
    still_open = len(found) - seats
    more = f", dazu {still_open} noch offen" if still_open else ""
    return f"{seats} {'Platz' if seats == 1 else 'Plätze'}{more}"


def _of_seats(taken: int, seats: int | None) -> str:
    return f"{taken}" if seats is None else f"{taken} von {seats}"


def _table_of(registration: Registration) -> int | None:
    if registration.table_assigned is not None:
        return registration.table_assigned
    return registration.theme_tables[0] if registration.theme_tables else None


def _by_name(found: Iterable[Person]) -> list[Person]:
    """By family name, as a list at a door is searched; companions stand with those whom they come with."""

    def key(person: Person) -> tuple[str, str, bool]:
        companion = person.name.startswith("Begleitung von ")
        leader = person.registration.contact_name or person.registration.organisation
        name = leader if companion else person.name
        return folded(" ".join(reversed(name.rsplit(" ", 1)))), person.registration.reference, companion

    return sorted(found, key=key)


class _Paper(FPDF):
    """A sheet of A4 with the event above and the page number below."""

    def __init__(self, event: Event, what: str, now: datetime | None, *, plain: bool = False) -> None:
        super().__init__(format="A4")
        self._event = event
        self._what = what
        self._now = now.astimezone(event.zone) if now else None
        self._plain = plain
        self.set_title(f"{what}: {event.title}")
        self.set_lang("de")
        if self._now:
            self.set_creation_date(self._now)
        self.set_margins(10, 12, 10)
        self.set_auto_page_break(auto=not plain, margin=15)
        latin = _font(fontpkg_noto_sans.ROOT, "NotoSans[")
        arabic = _font(fontpkg_noto_sans_arabic.ROOT, "NotoSansArabic[")
        # The fonts are variable and their default is the regular weight; cutting a bold out of them takes seconds, so
        # what stands out is larger or drawn with an outline.
        self.add_font("sans", "", latin)
        self.add_font("arabic", "", arabic)
        self.set_fallback_fonts(["arabic"], exact_match=True)
        self.set_text_shaping(use_shaping_engine=True)
        self.set_font("sans", size=10)

    def footer(self) -> None:
        if self._plain:
            return
        self.set_y(-11)
        self.set_font("sans", size=8)
        self.set_text_color(90)
        stand = f" · Stand {self._now.strftime('%d.%m.%Y, %H:%M')} Uhr" if self._now else ""
        self.cell(0, 5, f"{self._what}{stand} · Seite {self.page_no()}", align="C")
        self.set_text_color(0)

    def title_block(self, line: str) -> None:
        """Event, date and place above a list."""
        self.set_font("sans", size=14)
        with self.outlined():
            self.multi_cell(0, 7, printable(self._event.title), new_x="LMARGIN", new_y="NEXT")
        self.set_font("sans", size=10)
        place = ", ".join(part for part in (self._event.place, self._event.address) if part)
        where = f"{self._event.date.strftime('%d.%m.%Y')}{' · ' + place if place else ''}"
        self.multi_cell(0, 5.5, printable(where), new_x="LMARGIN", new_y="NEXT")
        self.set_font("sans", size=10)
        with self.outlined():
            self.multi_cell(0, 5.5, printable(f"{self._what}: {line}"), new_x="LMARGIN", new_y="NEXT")
        self.set_font("sans", size=10)
        self.ln(3)

    def people(self, found: Sequence[Person]) -> None:
        """A plain table of names."""
        if not found:
            self.cell(0, 6, "Niemand.")
            return
        with self.table(
            col_widths=(70, 80, 40),
            line_height=5.5,
            padding=(1, 1.5),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(fill_color=(226, 236, 237)),
        ) as table:
            for cells in (("Name", "Organisation", "Bedarf"), *((_name(p), p.organisation, p.needs) for p in found)):
                row = table.row()
                for text in cells:
                    row.cell(printable(text))

    @contextlib.contextmanager
    def outlined(self) -> Iterator[None]:
        """Text that looks bold: filled, and drawn round with a thin line of the same black."""
        with self.local_context(text_mode=TextMode.FILL_STROKE, line_width=0.18, draw_color=0):
            yield

    def fitted(self, text: str, width: float) -> str:
        """A text cut to a width in millimetres with the present font."""
        text = printable(text)
        if self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(text + "…") > width:
            text = text[:-1]
        return text + "…"

    def size_for(self, text: str, width: float, largest: float) -> float:
        """The largest size in points at which a text in bold fits a width."""
        self.set_font("sans", size=largest)
        needed = self.get_string_width(printable(text))
        return largest if needed <= width else max(7.0, largest * width / needed)

    def write(self, target: Target) -> None:  # type: ignore[override]  # FPDF.write sets running text, unused here
        """Writes the document."""
        with opened(target) as stream:
            stream.write(bytes(self.output()))


def _font(folder: Path, name: str) -> Path:
    return next(file for file in sorted((folder / "files").iterdir()) if file.name.startswith(name))
