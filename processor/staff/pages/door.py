"""Check-in on the day: search, tap, present; several devices at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor import registrations
from processor.database import AttendeeRow, Channel, CheckIn, Registration, Status
from processor.extraction import Attendee
from processor.registrations import BookError, NewRegistration, ledger
from processor.staff import facts, verbs
from processor.staff.index import Entry, Filters, narrow
from processor.staff.site import known_user, number_of, see_other, site_of, with_form

#: People who are shown at once; who is not among them is searched for.
_MOST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One seat at the door."""

    registration: int
    place: str
    name: str
    organisation: str
    #: When the person came; None while missing.
    came: datetime | None
    by: str = ""


def show(request: Request) -> Response:
    """Who is expected, who is there."""
    return _page(request)


def _page(request: Request, *, problem: str = "", status: int = 200) -> Response:
    site = site_of(request)
    text = request.query_params.get("suche", "").strip()[:200]
    missing = request.query_params.get("fehlt", "") == "ja"
    with site.database.reading() as session:
        coming = [entry for entry in site.index.entries(session) if entry.status is Status.CONFIRMED]
        expected = sum(entry.seats for entry in coming)
        there = session.scalar(select(func.count()).select_from(CheckIn)) or 0
        found = sorted(narrow(coming, Filters(text=text)), key=lambda entry: (entry.sort_name, entry.id))
        guests = _guests(session, found, missing=missing)
        return site.page(
            request,
            "door.html",
            status=status,
            guests=guests[:_MOST],
            more=max(len(guests) - _MOST, 0),
            expected=expected,
            there=there,
            text=text,
            missing=missing,
            problem=problem,
        )


def _guests(session: Session, entries: list[Entry], *, missing: bool) -> list[Guest]:
    """The seats of registrations, in their order; reads no more of them than can be shown."""
    guests: list[Guest] = []
    for start in range(0, len(entries), _MOST):
        part = entries[start : start + _MOST]
        numbers = [entry.id for entry in part]
        came = {
            (row.registration_id, row.place): row
            for row in session.scalars(select(CheckIn).where(CheckIn.registration_id.in_(numbers)))
        }
        people: dict[int, list[AttendeeRow]] = {}
        for row in session.scalars(
            select(AttendeeRow).where(AttendeeRow.registration_id.in_(numbers)).order_by(AttendeeRow.position)
        ):
            people.setdefault(row.registration_id, []).append(row)
        for entry in part:
            for place, name, organisation in _places(entry, people.get(entry.id, [])):
                row_came = came.get((entry.id, place))
                if missing and row_came is not None:
                    continue
                guests.append(
                    Guest(
                        registration=entry.id,
                        place=place,
                        name=name,
                        organisation=organisation,
                        came=row_came.at if row_came else None,
                        by=row_came.actor if row_came else "",
                    )
                )
        if len(guests) > _MOST:
            rest = sum(entry.headcount for entry in entries[start + _MOST :])
            return [*guests, *([guests[-1]] * rest)]
    return guests


def _places(entry: Entry, people: list[AttendeeRow]) -> list[tuple[str, str, str]]:
    named = [(f"person:{row.id}", row.name, row.organisation or entry.organisation) for row in people]
    free = range(len(named), max(entry.seats, len(named)))
    host = entry.title
    unnamed = [
        (f"seat:{number}", f"Begleitung von {host}" if named or number else host, entry.organisation) for number in free
    ]
    return [*named, *unnamed]


def tap(request: Request, form: FormData) -> Response:
    """Somebody has come, or was tapped by mistake."""
    site, number = site_of(request), number_of(request)
    place = facts.text_of(form, "place")
    with site.database.transaction() as session:
        registration = ledger.load(session, number)
        if registration.status is not Status.CONFIRMED:
            raise BookError(f"Die Anmeldung {registration.reference} ist nicht bestätigt.")
        attendee = _attendee(registration, place)
        row = session.scalar(select(CheckIn).where(CheckIn.registration_id == number, CheckIn.place == place))
        if facts.text_of(form, "da") == "nein":
            if row is not None:
                session.delete(row)
        elif row is None:
            session.add(
                CheckIn(
                    registration_id=number,
                    place=place,
                    attendee_id=attendee,
                    at=site.clock.now(),
                    actor=known_user(request).name,
                )
            )
    return _back(form)


def _attendee(registration: Registration, place: str) -> int | None:
    """The person of a place.

    :raises BookError: when the registration has no such place (any more).
    """
    sort, _, text = place.partition(":")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if sort == "person" and any(row.id == number for row in registration.attendees):
        return number
    if sort == "seat" and len(registration.attendees) <= number < registration.headcount:
        return None
    raise BookError("Diesen Platz gibt es nicht mehr: Die Anmeldung wurde geändert. Bitte die Seite neu laden.")


def _back(form: FormData) -> Response:
    missing = "ja" if facts.text_of(form, "fehlt") == "ja" else ""
    return see_other("/einlass", suche=facts.text_of(form, "suche")[:200], fehlt=missing)


def walk_in(request: Request, form: FormData) -> Response:
    """Somebody who is not on the list: entered, and present."""
    name = facts.text_of(form, "name")
    if not name:
        say = site_of(request).say(request)
        return _page(request, problem=say("Bitte einen Namen eintragen."), status=400)
    with verbs.deciding(request, form) as act:
        wanted = NewRegistration(
            name=name, organisation=facts.text_of(form, "organisation"), attendees=(Attendee(name=name),)
        )
        # Whoever stands at the door was looked up in the list before: both histories tell of a namesake.
        decided = registrations.add(
            act.session, wanted, act.rules, act.now, channel=Channel.STAFF, actor=act.actor, another=True
        )
        row = decided.registration
        if row is not None and row.status is Status.LATE:
            registrations.accept_late(act.session, row.id, act.rules, act.now, actor=act.actor, reason="Einlass")
        if row is not None and row.status is Status.WAITLISTED:
            registrations.promote(act.session, row.id, act.rules, act.now, actor=act.actor, reason="Einlass")
        if row is not None:
            person = row.attendees[0]
            act.session.add(
                CheckIn(
                    registration_id=row.id,
                    place=f"person:{person.id}",
                    attendee_id=person.id,
                    at=act.now,
                    actor=act.actor,
                )
            )
    return see_other("/einlass", hinweis="da")


ROUTES = [
    Route("/einlass", show, methods=["GET"]),
    Route("/einlass/neu", with_form(walk_in), methods=["POST"]),
    Route("/einlass/{number:int}", with_form(tap), methods=["POST"]),
]
