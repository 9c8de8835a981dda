"""A telephone call noted in one line: „Ayşe Yılmaz, Dostluk e.V., 3, 0209 12345, vegan, Tisch 2“."""

from __future__ import annotations

import re

from processor.registrations import NewRegistration
from processor.registrations.names import folded
from processor.staff.words import NEEDS

_SEATS = re.compile(r"(\d{1,3})(?:\s*(?:x|pers\w*|pl[aä]tz\w*|leute))?", re.IGNORECASE)
_TABLE = re.compile(r"(?:thementisch|tisch)\s*(\d{1,2})", re.IGNORECASE)
_PHONE = re.compile(r"\+?[\d\s/()-]{6,}")
_BY_WORD = {folded(word): need for need, word in NEEDS.items()} | {need: need for need in NEEDS}


def read_line(line: str) -> NewRegistration:
    """What a line says: the first part is the name, others are known by their form, the rest is the organisation.

    Parts are separated by commas or semicolons.
    """
    name, organisation, email, phone = "", "", "", ""
    headcount = 1
    tables: list[int] = []
    needs: list[str] = []
    for part in (part.strip() for part in re.split(r"[,;]", line)):
        if not part:
            continue
        if match := _TABLE.fullmatch(part):
            tables.append(int(match[1]))
        elif match := _SEATS.fullmatch(part):
            headcount = max(int(match[1]), 1)
        elif "@" in part and " " not in part:
            email = part
        elif _PHONE.fullmatch(part):
            phone = part
        elif folded(part) in _BY_WORD:
            needs.append(_BY_WORD[folded(part)])
        elif not name:
            name = part
        else:
            organisation = f"{organisation}, {part}" if organisation else part
    return NewRegistration(
        name=name,
        organisation=organisation,
        email=email,
        phone=phone,
        headcount=headcount,
        theme_tables=tuple(tables),
        needs=tuple(needs),
    )
