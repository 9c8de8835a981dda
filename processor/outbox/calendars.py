"""The calendar entry that goes with an answer (RFC 5545, RFC 5546)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from icalendar import Calendar, Event, Parameters, Timezone, vCalAddress, vText
from icalendar.parser import Contentline

from processor import event as events
from processor.outbox.views import RegistrationView, line
from processor.registrations.values import AnswerKind
from processor.settings import Settings

#: Kinds whose entry is taken into the calendar, for a seat that is promised.
ADDING = frozenset({AnswerKind.CONFIRMATION, AnswerKind.CHANGE, AnswerKind.ACCEPTED, AnswerKind.MOVED_UP})
#: Kinds that tell that a seat is promised no longer, where it was.
TAKING_BACK = frozenset({AnswerKind.CHANGE, AnswerKind.LATE, AnswerKind.WAITLIST, AnswerKind.REFUSAL})


def calendar_of(
    kind: AnswerKind,
    registrations: Sequence[RegistrationView],
    settings: Settings,
    sequence: int,
    now: dt.datetime,
    *,
    has_date: bool = False,
) -> tuple[bytes | None, str]:
    """The .ics of an answer and its METHOD; (None, "") for kinds without one.

    The same registration keeps its UID for ever; a higher SEQUENCE replaces what the calendar holds.

    :param has_date: whether the date was sent before, so that it has to go where the seat is promised no longer.
    """
    if len(registrations) != 1:
        return None, ""
    view = registrations[0]
    if kind in ADDING and view.status == "confirmed":
        return _render(view, settings, sequence, now, "PUBLISH"), "PUBLISH"
    taken_back = has_date and kind in TAKING_BACK and view.status != "confirmed"
    if taken_back or (kind is AnswerKind.CANCELLATION and view.status == "cancelled"):
        return _render(view, settings, sequence, now, "CANCEL"), "CANCEL"
    return None, ""


def uid_of(reference: str, settings: Settings) -> str:
    """The UID of a registration's calendar entry (RFC 7986, section 5.3: nothing of the person in it)."""
    domain = settings.smtp.from_address.rpartition("@")[2]
    return f"{reference}@{domain}"


def _render(view: RegistrationView, settings: Settings, sequence: int, now: dt.datetime, method: str) -> bytes:
    """The parts that are the same for everybody, with this registration's own lines put in."""
    own = (
        ("UID", uid_of(view.reference, settings)),
        ("SEQUENCE", str(sequence)),
        ("DTSTAMP", f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"),
        ("DESCRIPTION", _description(view, settings.event)),
    )
    lines = b"".join(
        bytes(Contentline.from_parts(name, Parameters(), vText(value)).to_ical()) + b"\r\n" for name, value in own
    )
    before, after = _frame(_Common.of(settings), method)
    return before + lines + after


@dataclass(frozen=True, slots=True)
class _Common:
    """All that the entry says of the event and of us; hashed, so that what is made of it can be kept."""

    title: str
    where: str
    zone: str
    begin: dt.datetime
    end: dt.datetime | None
    address: str
    name: str

    @classmethod
    def of(cls, settings: Settings) -> _Common:
        event = settings.event
        return cls(
            title=line(event.title),
            where=", ".join(part for part in (event.place, event.address) if part),
            zone=event.timezone,
            begin=_begin(event),
            end=_end(event),
            address=settings.smtp.from_address,
            name=line(settings.smtp.from_name),
        )


@lru_cache(maxsize=8)
def _frame(common: _Common, method: str) -> tuple[bytes, bytes]:
    """The calendar before and after the lines of one registration."""
    calendar = Calendar()
    calendar.add("prodid", "-//Anmeldepost//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_zone(common.zone, common.begin.year))
    entry = Event()
    entry.add("dtstart", common.begin)
    if common.end is not None:
        entry.add("dtend", common.end)
    entry.add("summary", common.title)
    entry.add("location", common.where)
    entry.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if method == "CANCEL" else "OPAQUE")
    organizer = vCalAddress(f"mailto:{common.address}")
    organizer.params["cn"] = vText(common.name or common.address)
    entry["organizer"] = organizer
    calendar.add_component(entry)
    before, end, after = bytes(calendar.to_ical()).partition(b"END:VEVENT")
    return before, end + after


@lru_cache(maxsize=8)
def _zone(name: str, year: int) -> Timezone:
    return Timezone.from_tzid(name, first_date=dt.date(year, 1, 1), last_date=dt.date(year + 1, 12, 31))


def _begin(event: events.Event) -> dt.datetime:
    """When the doors open: the time that the invitation asks people to come at."""
    times = [time for time in (event.doors, event.start) if time]
    return dt.datetime.combine(event.date, min(times) if times else dt.time(), event.zone)


def _end(event: events.Event) -> dt.datetime | None:
    """The end that the configuration names, past midnight where it would come before the begin; None for none.

    None is made up: the last item of a programme says when it begins, and an answer must not say more than the office
    does. An entry without an end is a moment (RFC 5545, section 3.6.1).
    """
    if event.end is None:
        return None
    end = dt.datetime.combine(event.date, event.end, event.zone)
    return end if end > _begin(event) else end + dt.timedelta(days=1)


def _description(view: RegistrationView, event: events.Event) -> str:
    lines = [f"Anmeldenummer: {view.reference}", f"Plätze: {view.seats or view.headcount}"]
    lines += [f"{contact.name}, Telefon {contact.phone}" for contact in event.contacts if contact.phone]
    return "\n".join(lines)
