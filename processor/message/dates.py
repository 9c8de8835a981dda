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

#: Month names as programs write them that do not know RFC 5322, by their first letters.
_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "mrz": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9,
    "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12, "oca": 1, "şub": 2, "nis": 4, "haz": 6, "tem": 7, "ağu": 8,
    "eyl": 9, "eki": 10, "kas": 11, "ara": 12,
}  # fmt: skip
_ZONES: Final = {
    "mez": 60,
    "mesz": 120,
    "cet": 60,
    "cest": 120,
    "gmt": 0,
    "utc": 0,
    "ut": 0,
    "z": 0,
    "trt": 180,
    "msk": 180,
}
_ZONE_NAME = re.compile(r"\b(?:MEZ|MESZ|CEST|CET|TRT|MSK)$", re.IGNORECASE)
_FREE = re.compile(
    r"(\d{1,2})[. -]{1,3}([^\W\d_]{3,12})[. -]{1,3}(\d{4}|\d{2})\s{1,4}(\d{1,2}):(\d{2})(?::(\d{2}))?\s{0,3}"
    r"(?:(?:gmt|utc)?([+-]\d{4})|([a-z]{1,4}))?",
    re.IGNORECASE,
)


def parse_date(value: str) -> datetime | None:
    """A date of a header, aware; None where it cannot be told.

    :param value: decoded; without a zone it is taken as UTC, which is what RFC 5322 says of an unknown zone.
    """
    value = _ZONE_NAME.sub(_offset, value[:200].strip())
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


def _offset(match: re.Match[str]) -> str:
    minutes = _ZONES[match.group().lower()]
    return f"+{minutes // 60:02}{minutes % 60:02}"


def _iso(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _free(value: str) -> datetime | None:
    match = _FREE.search(value)
    if match is None:
        return None
    day, month, year, hour, minute, second, offset, name = match.groups()
    number = _MONTHS.get(month.lower()[:3])
    if number is None:
        return None
    minutes = _ZONES.get((name or "utc").lower(), 0)
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
    date = headers.get("date")[:200]
    hops = [value[:2_000] for value in headers.all("received")[:5]]
    written = _by_library(date) if date else None
    if written is None:
        written = parse_date(date)
    came = None
    if hops:
        # mail-parser gives UTC alone; the field's own offset is kept.
        came = parse_date(hops[0].rpartition(";")[2]) or _by_library(_stamp(hops[0]))
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
