"""When a mail was written and when it came (RFC 5322, section 3.3): in the forms that programs and people write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

from mailparser.dates import parse_mail_date
from mailparser.exceptions import MailParserError
from mailparser.received import split_received

from processor.message.parts import Headers

#: Month names as programs write them that do not know RFC 5322, by their first letters, January first.
_MONTHS: Final = {
    name: number
    for row in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "jan feb mär apr mai jun jul aug sep okt nov dez",
        "jän feb mrz apr mai juni juli aug sep okt nov dez",
        "oca şub mar nis may haz tem ağu eyl eki kas ara",
        "jan fév mar avr mai juin juil aoû sep oct nov déc",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "янв фев мар апр май июн июл авг сен окт ноя дек",
        "янв фев мар апр мая июн июл авг сен окт ноя дек",
        "січ лют бер кві тра чер лип сер вер жов лис гру",
        "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    )
    for number, name in enumerate(row.split(), 1)
}
#: Minutes east of Greenwich.
_ZONES: Final = {
    "mez": 60, "mesz": 120, "cet": 60, "cest": 120, "met": 60, "mest": 120, "gmt": 0, "utc": 0, "ut": 0, "z": 0,
    "eet": 120, "eest": 180, "trt": 180, "msk": 180, "bst": 60, "west": 60, "wet": 0,
}  # fmt: skip
_ZONE_NAME = re.compile(rf"\b({'|'.join(_ZONES)})\b(?!\s?[+-]?\d{{1,2}})", re.IGNORECASE)
#: The form of RFC 5322 to the letter, with the zone's name as a comment or without; it stays as it is.
_USUAL = re.compile(
    r"((?:[A-Za-z]{3}, )?[0-9]{1,2} [A-Za-z]{3} [0-9]{4} [0-9]{2}:[0-9]{2}(?::[0-5][0-9])? [+-][0-9]{4})"
    r"(?: \([A-Z]{1,5}\))?"
)
_COMMENT = re.compile(r"\([^()]{0,100}\)")
#: „GMT+1“, „UTC+01:00“, „+01:00“, „+1“: an offset that does not have its four digits.
_OFFSET = re.compile(r"(?:\b(?:GMT|UTC)\s?|(?<=[\d\s]))([+-])(\d{1,2})(?::?(\d{2}))?(?=\s|$)", re.IGNORECASE)
_LEAP = re.compile(r"(\d{2}:\d{2}):60\b")
_FREE = re.compile(
    r"(\d{1,2})[. -]{1,3}([^\W\d_]{3,12})[. -]{1,3}(\d{4}|\d{2})[\s,]{1,4}(?:um\s)?"
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s{0,3}([+-]\d{4})?",
    re.IGNORECASE,
)
#: „08.11.2024 12:00:00“, as German programs write it; with slashes nobody knows which number is the month.
_NUMBERS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})[\s,]{1,4}(\d{1,2}):(\d{2})(?::(\d{2}))?\s{0,3}([+-]\d{4})?")


def parse_date(value: str) -> datetime | None:
    """A date of a header, aware; None where it cannot be told.

    :param value: decoded; without a zone it is taken as UTC, which is what RFC 5322 says of an unknown zone.
    """
    value = _plain(value)
    if not value:
        return None
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        found = None
    if found is None:
        found = _iso(value) or _free(value)
    if found is None:
        return None
    try:
        aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return aware if 1970 <= aware.year <= 2200 else None


def _plain(value: str) -> str:
    """A date without comments, its zone as an offset of four digits at the end; a leap second is the one before."""
    value = value[:200].strip()
    usual = _USUAL.fullmatch(value)
    if usual is not None:
        return usual.group(1)
    names = " ".join(_ZONE_NAME.findall(value))
    for _ in range(3):
        value = _COMMENT.sub(" ", value)
    value = " ".join(value.split())
    if not value or re.match(r"\d{4}-\d{2}-\d{2}", value):
        return value
    value = _LEAP.sub(r"\1:59", value)
    value = _OFFSET.sub(lambda match: f" {match.group(1)}{match.group(2):0>2}{match.group(3) or '00'}", value, count=1)
    if not re.search(r"[+-]\d{4}\b", value) and names:
        minutes = _ZONES[names.split()[0].lower()]
        value = " ".join(_ZONE_NAME.sub(" ", value).split()) + f" +{minutes // 60:02}{minutes % 60:02}"
    return " ".join(value.split())


def _iso(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _free(value: str) -> datetime | None:
    match = _FREE.search(value) or _NUMBERS.search(value)
    if match is None:
        return None
    day, month, year, hour, minute, second, offset = match.groups()
    name = month.lower()
    number = int(month) if month.isdecimal() else _MONTHS.get(name[:4]) or _MONTHS.get(name[:3])
    if number is None:
        return None
    minutes = 0
    if offset:
        minutes = (int(offset[1:3]) * 60 + int(offset[3:])) * (-1 if offset[0] == "-" else 1)
    try:
        full_year = int(year) + (2000 if len(year) == 2 else 0)
        zone = timezone(timedelta(minutes=minutes))
        return datetime(full_year, number, int(day), int(hour), int(minute), int(second or 0), tzinfo=zone)
    except ValueError:
        return None


def read_dates(headers: Headers) -> tuple[datetime | None, datetime | None]:
    """When a mail was written (Date) and when it came (the newest Received field; RFC 5321, section 4.4).

    mail-parser reads both first, as it knows the many forms of Received fields; its parsers of single fields are asked,
    as a whole mail of two fields would cost as much as cutting the real one. Where it finds no date (other languages,
    no zone, ISO 8601) or a date that the field itself contradicts, our own reading stands in.
    """
    date = _plain(headers.get("date"))
    hops = [value[:2_000] for value in headers.all("received")[:5]]
    written = _by_library(date) if date else None
    if written is None:
        written = parse_date(date)
    came = None
    if hops:
        # mail-parser gives UTC alone; the field's own offset is kept.
        came = parse_date(hops[0].rpartition(";")[2]) or _by_library(_plain(_stamp(hops[0])))
        if came is None:
            came = next((found for hop in hops[1:] if (found := parse_date(hop.rpartition(";")[2]))), None)
    return written, came


def _by_library(date: str) -> datetime | None:
    """What mail-parser reads of a date-time."""
    try:
        found: datetime | None = parse_mail_date(date).value  # type: ignore[no-untyped-call]  # it has no types
    except (ValueError, TypeError, IndexError, AttributeError, OverflowError):
        return None
    if found is None or not 1970 <= found.year <= 2200:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _stamp(received: str) -> str:
    """The date-time that mail-parser finds in a Received field, wherever it stands; "" for none."""
    try:
        return str(split_received(received)[1] or "")  # type: ignore[no-untyped-call]  # it has no types
    except (MailParserError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return ""
