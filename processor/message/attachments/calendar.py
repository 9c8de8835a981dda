"""Calendar files, and the answers that calendar programs send (RFC 5545, RFC 5546)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from processor.message.attachments.fielded import FieldLine, field_lines, unescape
from processor.message.attachments.limits import EMPTY, MOST_CHARACTERS, UnreadableError
from processor.message.charsets import decode
from processor.message.parts import Part
from processor.message.values import Address, CalendarReply

_MOST_BYTES = 300_000
_MOST_PARTS = 500
_CALENDAR_TYPES = frozenset({"text/calendar", "application/ics", "application/calendar"})
_LABELS = {
    "SUMMARY": "Termin",
    "DTSTART": "Beginn",
    "DTEND": "Ende",
    "LOCATION": "Ort",
    "ORGANIZER": "Einladende",
    "ATTENDEE": "Teilnahme",
    "COMMENT": "Bemerkung",
    "DESCRIPTION": "Beschreibung",
}
_PARTICIPATION = {"ACCEPTED": "zugesagt", "DECLINED": "abgesagt", "TENTATIVE": "mit Vorbehalt zugesagt"}


def calendar_reply(root: Part) -> CalendarReply | None:
    """The answer to an invitation that a calendar program sent along.

    :param root: the whole mail.
    :returns: the first METHOD:REPLY of the mail, or None; nothing raises.
    """
    for part in _calendars(root):
        text = calendar_text(part)
        lines = tuple(field_lines(text))
        method = next((line.value for line in lines if line.name == "METHOD"), part.parameters.get("method", ""))
        if method.strip().upper() != "REPLY":
            continue
        reply = _read_strictly(text) or _read_leniently(lines)
        if reply is not None:
            return reply
    return None


def _calendars(root: Part) -> Iterator[Part]:
    stack = [root]
    for _ in range(_MOST_PARTS):
        if not stack:
            return
        part = stack.pop()
        named = part.filename.lower().endswith(".ics")
        if part.media_type in _CALENDAR_TYPES or (named and not part.children):
            yield part
        if part.media_type != "message/rfc822":
            stack.extend(reversed(part.children[:_MOST_PARTS]))


def calendar_text(part: Part) -> str:
    """The text of a calendar part, whatever its charset."""
    if part.text:
        return part.text[:_MOST_BYTES]
    return decode(part.payload[:_MOST_BYTES], part.parameters.get("charset", "")).text.replace("\r\n", "\n")


def _read_strictly(text: str) -> CalendarReply | None:
    # Loaded where it is needed: most mails bring no calendar.
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(text)
        event = next(iter(calendar.walk("VEVENT")), None)
        if event is None:
            return None
        attendee = event.get("ATTENDEE")
        attendee = attendee[0] if isinstance(attendee, list) else attendee
        if attendee is None:
            return None
        parameters = attendee.params
        comment = event.get("COMMENT", "")
        return CalendarReply(
            participation=str(parameters.get("PARTSTAT", "NEEDS-ACTION")).upper(),
            attendee=Address(_clean(str(parameters.get("CN", ""))), _mailbox(str(attendee))),
            summary=_clean(str(event.get("SUMMARY", ""))),
            starts_at=_aware(event.decoded("DTSTART")) if "DTSTART" in event else None,
            comment=_remarks("\n".join(map(str, comment)) if isinstance(comment, list) else str(comment), parameters),
        )
    except Exception:  # noqa: BLE001 - whatever a stranger's calendar makes icalendar raise: the lines are read instead
        return None


def _read_leniently(lines: tuple[FieldLine, ...]) -> CalendarReply | None:
    attendee = next((line for line in lines if line.name == "ATTENDEE"), None)
    if attendee is None:
        return None

    def first(name: str) -> FieldLine | None:
        return next((line for line in lines if line.name == name), None)

    # A time zone in the file has a DTSTART of its own: the event's is the last one.
    start = next((line for line in reversed(lines) if line.name == "DTSTART"), None)
    summary, comment = first("SUMMARY"), first("COMMENT")
    return CalendarReply(
        participation=attendee.parameters.get("PARTSTAT", "NEEDS-ACTION").upper(),
        attendee=Address(_clean(attendee.parameters.get("CN", "")), _mailbox(attendee.value)),
        summary=_clean(unescape(summary.value)) if summary else "",
        starts_at=_moment(start) if start else None,
        comment=_remarks(unescape(comment.value) if comment else "", attendee.parameters),
    )


def _remarks(comment: str, parameters: Mapping[str, str]) -> str:
    """What somebody wrote beside the answer; Google keeps it, and the guests that come along, in parameters."""
    remarks = [_clean(comment)]
    response = _clean(str(parameters.get("X-RESPONSE-COMMENT", "")))
    if response and response not in remarks[0]:
        remarks.append(response)
    guests = str(parameters.get("X-NUM-GUESTS", "")).strip()
    if guests.isascii() and guests.isdigit() and int(guests[:4]) > 0:
        remarks.append(f"Zusätzliche Gäste: {int(guests[:4])}")
    return "\n".join(filter(None, remarks))


def _mailbox(value: str) -> str:
    value = value.strip().lower()
    address = value.removeprefix("mailto:").partition("?")[0].strip()
    return address if "@" in address else ""


def _clean(value: str) -> str:
    return "\n".join(" ".join(line.split()) for line in value.strip().split("\n"))[:5_000]


def _aware(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return None


def _moment(line: FieldLine) -> datetime | None:
    value = line.value.strip().upper()
    for form in ("%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S", "%Y%m%dT%H%M", "%Y%m%d"):
        try:
            moment = datetime.strptime(value, form)  # noqa: DTZ007 - the zone stands in the line's TZID
        except ValueError:
            continue
        return moment.replace(tzinfo=UTC if form.endswith("Z") or "T" not in form else _zone(line))
    return None


def _zone(line: FieldLine) -> ZoneInfo:
    name = line.parameters.get("TZID", "")
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(name, name or "UTC"))
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")


def read_calendar(text: str) -> str:
    """A calendar file as lines for people.

    :raises UnreadableError: when it holds no event.
    """
    lines: list[str] = []
    in_event = False
    for line in field_lines(text):
        if line.name in ("BEGIN", "END") and line.value.strip().upper() in ("VEVENT", "VTODO"):
            in_event = line.name == "BEGIN"
            if in_event and lines:
                lines.append("")
        elif in_event and line.name in _LABELS:
            lines.append(f"{_LABELS[line.name]}: {_for_people(line)}")
    if not any(lines):
        raise UnreadableError(EMPTY)
    return "\n".join(lines)[:MOST_CHARACTERS]


def _for_people(line: FieldLine) -> str:
    if line.name in ("ATTENDEE", "ORGANIZER"):
        address = _mailbox(line.value)
        who = " ".join(piece for piece in (line.parameters.get("CN", ""), f"<{address}>" if address else "") if piece)
        answer = _PARTICIPATION.get(line.parameters.get("PARTSTAT", "").upper(), "")
        return f"{who} ({answer})" if answer else who
    if line.name in ("DTSTART", "DTEND"):
        moment = _moment(line)
        if moment is None:
            return line.value
        if "T" not in line.value.upper():
            return moment.strftime("%d.%m.%Y")
        return moment.strftime("%d.%m.%Y %H:%M") + (" UTC" if line.value.strip().upper().endswith("Z") else "")
    return _clean(unescape(line.value))
