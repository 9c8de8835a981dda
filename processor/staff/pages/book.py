"""The list, and one registration with all that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor.database import HistoryEntry, Mail, Mailbox, MailLocation, OutgoingMail, Registration, RegistrationMail
from processor.registrations import last_step, seating
from processor.staff.index import ORDERS, Filters, add_up, narrow
from processor.staff.pages import casework
from processor.staff.site import number_of, site_of

PER_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which part of something long is shown."""

    number: int
    pages: int
    total: int

    @property
    def start(self) -> int:
        return (self.number - 1) * PER_PAGE


def slice_of(total: int, asked: str) -> Slice:
    """The page that was asked for, or the nearest that there is."""
    pages = max(1, -(-total // PER_PAGE))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    return Slice(number=min(max(number, 1), pages), pages=pages, total=total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """How many mails the server holds, and how many of them are here."""

    server: int
    here: int


def holdings(session: Session) -> Holding | None:
    """Both numbers for all mailboxes together; None before the first look at a server."""
    server = session.scalar(select(func.sum(Mailbox.server_count)))
    if server is None:
        return None
    here = session.scalar(
        select(func.count())
        .select_from(MailLocation)
        .join(Mailbox, Mailbox.id == MailLocation.mailbox_id)
        .where(MailLocation.uidvalidity == Mailbox.uidvalidity)
    )
    return Holding(server=int(server), here=int(here or 0))


def filters_of(request: Request) -> Filters:
    """What the list is narrowed to, from the address."""
    names = {
        "text": "suche",
        "status": "stand",
        "late": "verspaetet",
        "need": "bedarf",
        "table": "tisch",
        "organisation": "organisation",
        "language": "sprache",
        "special": "nur",
    }
    return Filters(**{name: request.query_params.get(key, "").strip()[:200] for name, key in names.items()})


def show_list(request: Request) -> Response:
    """The list with its sums."""
    site = site_of(request)
    filters = filters_of(request)
    order = request.query_params.get("ordnung", "neu")
    order = order if order in ORDERS else "neu"
    with site.database.reading() as session:
        everything = site.index.entries(session)
        found = sorted(narrow(everything, filters), key=ORDERS[order][1])
        part = slice_of(len(found), request.query_params.get("seite", "1"))
        return site.page(
            request,
            "list.html",
            entries=found[part.start : part.start + PER_PAGE],
            part=part,
            sums=add_up(everything),
            rule=seating.RULE,
            found=add_up(found),
            filters=filters,
            order=order,
            orders=ORDERS,
            languages=sorted({entry.language for entry in everything}),
            needs=sorted({need for entry in everything for need in entry.needs}),
            mailboxes=session.scalars(select(Mailbox).order_by(Mailbox.id)).all(),
            holding=holdings(session),
        )


def show_registration(request: Request) -> Response:
    """One registration: its people, its history, all its mails in and out."""
    site = site_of(request)
    with site.database.reading() as session:
        registration = session.scalar(
            select(Registration)
            .where(Registration.id == number_of(request))
            .options(selectinload(Registration.attendees))
        )
        if registration is None:
            raise HTTPException(404)
        return site.page(
            request,
            "registration.html",
            registration=registration,
            history=history_of(session, registration.id),
            partners=partners_of(session, registration.id),
            mails=mails_of(session, registration.id),
            outgoing=answers_of(session, registration.id),
            undo=last_step(session, registration.id) is not None,
            done=casework.done_note(session, request),
        )


def history_of(session: Session, number: int) -> Sequence[HistoryEntry]:
    """What happened to a registration, newest first."""
    return session.scalars(
        select(HistoryEntry).where(HistoryEntry.registration_id == number).order_by(HistoryEntry.id.desc())
    ).all()


def partners_of(session: Session, number: int) -> dict[str, list[tuple[int, str]]]:
    """For each step on a registration, the others that it touched: number and reference."""
    own = select(HistoryEntry.step).where(HistoryEntry.registration_id == number, HistoryEntry.step != "")
    found: dict[str, list[tuple[int, str]]] = {}
    for step, other, reference in session.execute(
        select(HistoryEntry.step, Registration.id, Registration.reference)
        .join(Registration, Registration.id == HistoryEntry.registration_id)
        .where(HistoryEntry.step.in_(own), HistoryEntry.cause != "rule", Registration.id != number)
        .distinct()
        .order_by(Registration.id)
    ):
        found.setdefault(step, []).append((other, reference))
    return found


def mails_of(session: Session, number: int) -> Sequence[Mail]:
    """The mails that came about a registration, newest first."""
    return session.scalars(
        select(Mail)
        .join(RegistrationMail, RegistrationMail.mail_id == Mail.id)
        .where(RegistrationMail.registration_id == number)
        .order_by(Mail.arrived_at.desc())
    ).all()


def answers_of(session: Session, number: int) -> Sequence[OutgoingMail]:
    """The mails that went out about a registration, newest first."""
    return session.scalars(
        select(OutgoingMail).where(OutgoingMail.registration_id == number).order_by(OutgoingMail.id.desc())
    ).all()


ROUTES = [
    Route("/", show_list, methods=["GET"]),
    Route("/anmeldung/{number:int}", show_registration, methods=["GET"]),
]
