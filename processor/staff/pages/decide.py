"""The queue „Zu entscheiden“, and the cases that are no mails: late, questions, addresses that fail, mails not sent."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor import outbox, registrations
from processor.database import Mail, MailState, OutgoingMail, OutgoingState, Registration
from processor.registrations import BookError, ConflictError
from processor.staff import cases, caseverbs, facts, undo, verbs
from processor.staff.access import is_partial
from processor.staff.evidence import pieces
from processor.staff.original import look
from processor.staff.pages import casework
from processor.staff.pages.casework import Letter
from processor.staff.site import known_user, number_of, see_other, site_of, with_form

#: Cases that are shown at once, the oldest; the others come up as these are decided.
_MOST_CASES = 50
#: Registrations that are offered to be joined with one that waits.
_MOST_NEAR = 5


def show_queue(request: Request) -> Response:
    """All that waits, oldest first."""
    site = site_of(request)
    user = known_user(request)
    with site.database.reading() as session:
        found = cases.queue(session, site.clock.now(), me=user.name, say=site.say(request))
        return site.page(
            request,
            "queue.html",
            cases=found[:_MOST_CASES],
            number=len(found),
            hold=outbox.queue_hold(session, site.settings),
            done=casework.done_note(session, request),
        )


def show_next(request: Request) -> Response:
    """Leads to the oldest case that nobody looks at."""
    site = site_of(request)
    with site.database.reading() as session:
        found = cases.queue(session, site.clock.now(), me=known_user(request).name)
    return see_other(cases.after(found, ""))


# -- a registration that waits --


def show_registration(request: Request) -> Response:
    """The case of a registration: late, a question, an address that fails."""
    site = site_of(request)
    with site.database.reading() as session:
        return _registration_page(request, session, number_of(request))


def take_registration(request: Request, form: FormData) -> Response:
    """Carries out a decision about a registration."""
    site, number = site_of(request), number_of(request)
    try:
        with verbs.deciding(request, form) as act:
            step = caseverbs.decide_registration(act, number)
            verbs.queue_answers(act, step.answers)
            since = step.registration.arrived_at if step.registration is not None else act.now
    except BookError as error:
        status = 409 if isinstance(error, ConflictError) else 400
        with site.database.reading() as session:
            return _registration_page(request, session, number, typed=form, problem=str(error), status=status)
    return casework.onward(request, f"anmeldung:{number}", since)


def preview_registration(request: Request, form: FormData) -> Response:
    """The answer to a decision about a registration."""
    site, number = site_of(request), number_of(request)
    if is_partial(request.headers):
        letters, problem = casework.rehearse(request, form, lambda act: caseverbs.decide_registration(act, number))
        return site.page(request, "letters.html", letters=letters, problem=problem)
    with site.database.reading() as session:
        return _registration_page(request, session, number, typed=form)


def near_ones(session: Session, registration: Registration) -> list[Registration]:
    """Other registrations of the same address or organisation, which may be the same people."""
    near = [Registration.contact_email == registration.contact_email] if registration.contact_email else []
    if registration.organisation_key:
        near.append(Registration.organisation_key == registration.organisation_key)
    if not near:
        return []
    return list(
        session.scalars(
            select(Registration)
            .where(or_(*near), Registration.id != registration.id, Registration.dismissed.is_(False))
            .order_by(Registration.arrived_at.desc())
            .limit(_MOST_NEAR)
        )
    )


def _registration_page(
    request: Request,
    session: Session,
    number: int,
    *,
    typed: FormData | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    site, user = site_of(request), known_user(request)
    registration = registrations.one(session, number)
    late = registration.status.value == "late" or registration.late_seats > 0
    mail = max((pair.mail for pair in registration.mails), key=lambda each: each.arrived_at, default=None)
    understood: Mapping[str, Any] = (mail.extraction if mail is not None else None) or {}
    form = typed or FormData({})
    letters: list[Letter] = []
    trouble = ""
    if late and not problem:
        given = [(name, value) for name, value in form.multi_items() if name not in ("do", "version")]
        verb = facts.text_of(form, "do")
        ready = FormData([*given, ("do", verb if verb in ("accept", "refuse") else "accept")])
        letters, trouble = casework.rehearse(request, ready, lambda act: caseverbs.decide_registration(act, number))
    return site.page(
        request,
        "case_registration.html",
        status=status,
        registration=registration,
        late=late,
        others=near_ones(session, registration),
        reasons=cases.reasons_of(registration, site.say(request)),
        mail=mail,
        pieces=pieces(understood.get("text", ""), understood.get("evidence", [])),
        letters=letters,
        trouble=trouble,
        problem=problem,
        remark=facts.text_of(form, "remark"),
        question=facts.text_of(form, "question"),
        reason=facts.text_of(form, "reason"),
        held_by=casework.hold(request, f"anmeldung:{number}"),
        following=casework.following(session, site, user.name, f"anmeldung:{number}"),
        done=casework.done_note(session, request),
    )


# -- a mail of ours that could not be sent --


def show_outgoing(request: Request) -> Response:
    """The case of a mail that was not sent."""
    site, number = site_of(request), number_of(request)
    with site.database.reading() as session:
        mail = session.get(OutgoingMail, number, options=[undefer(OutgoingMail.raw)])
        if mail is None:
            raise HTTPException(404)
        user = known_user(request)
        return site.page(
            request,
            "case_outgoing.html",
            mail=mail,
            original=look(zlib.decompress(mail.raw)) if mail.raw else None,
            stuck=mail.state in (OutgoingState.FAILED, OutgoingState.HELD),
            held_by=casework.hold(request, f"versand:{number}"),
            following=casework.following(session, site, user.name, f"versand:{number}"),
            done=casework.done_note(session, request),
        )


def take_outgoing(request: Request, form: FormData) -> Response:
    """Carries out a decision about a mail that was not sent."""
    number = number_of(request)
    with verbs.deciding(request, form) as act:
        mail = act.session.get(OutgoingMail, number, with_for_update=True)
        if mail is None:
            raise HTTPException(404)
        caseverbs.decide_outgoing(act, mail)
        since = mail.created_at
    return casework.onward(request, f"versand:{number}", since)


# -- undo, and the way on --


def take_back(request: Request, form: FormData) -> Response:
    """Takes the last decision back and shows its case again."""
    mail_id, registration_id = verbs.number_in(form, "mail"), verbs.number_in(form, "registration")
    with verbs.deciding(request, form) as act:
        became, registration = undo.take_back(act, mail_id=mail_id, registration_id=registration_id)
        mail = act.session.get(Mail, mail_id) if mail_id is not None else None
        waits = mail is not None and mail.state is MailState.WAITING
    where = f"/entscheiden/mail/{mail_id}" if waits else ""
    if not where:
        where = f"/anmeldung/{registration.id}" if registration is not None else "/entscheiden"
    return casework.lead(request, where, zurueck=became)


ROUTES = [
    Route("/entscheiden", show_queue, methods=["GET"]),
    Route("/entscheiden/naechster", show_next, methods=["GET"]),
    Route("/entscheiden/zurueck", with_form(take_back), methods=["POST"]),
    Route("/entscheiden/anmeldung/{number:int}", show_registration, methods=["GET"]),
    Route("/entscheiden/anmeldung/{number:int}", with_form(take_registration), methods=["POST"]),
    Route("/entscheiden/anmeldung/{number:int}/vorschau", with_form(preview_registration), methods=["POST"]),
    Route("/entscheiden/versand/{number:int}", show_outgoing, methods=["GET"]),
    Route("/entscheiden/versand/{number:int}", with_form(take_outgoing), methods=["POST"]),
]
