"""Changing a registration by hand, with a reason; what else can be done to one or two of them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor import registrations
from processor.database import Registration
from processor.registrations import BookError, ConflictError, from_state, state_of
from processor.staff import facts, verbs
from processor.staff.access import is_partial
from processor.staff.moves import MOVES
from processor.staff.pages import casework
from processor.staff.site import number_of, see_other, site_of, with_form


def show(request: Request) -> Response:
    """The form with what the registration says now."""
    site = site_of(request)
    with site.database.reading() as session:
        return _page(request, session, registrations.one(session, number_of(request)))


def take(request: Request, form: FormData) -> Response:
    """Changes the registration."""
    site, number = site_of(request), number_of(request)
    try:
        with verbs.deciding(request, form) as act:
            step = _edit(act, number, required=True)
            if facts.text_of(form, "silent"):
                step = replace(step, answers=())
            verbs.queue_answers(act, step.answers)
    except BookError as error:
        with site.database.reading() as session:
            registration = registrations.one(session, number)
            status = 409 if isinstance(error, ConflictError) else 400
            return _page(request, session, registration, typed=form, problem=str(error), status=status)
    return see_other(f"/anmeldung/{number}", fertig=f"anmeldung:{number}")


def preview(request: Request, form: FormData) -> Response:
    """The answer to the change as it now stands."""
    site, number = site_of(request), number_of(request)
    if is_partial(request.headers):
        letters, problem = casework.rehearse(request, form, lambda act: _edit(act, number, required=False))
        return site.page(request, "letters.html", letters=letters, problem=problem)
    with site.database.reading() as session:
        return _page(request, session, registrations.one(session, number), typed=form)


def _edit(act: verbs.Act, number: int, *, required: bool) -> verbs.Step:
    registration = registrations.one(act.session, number)
    if required and not act.reason:
        raise BookError("Bitte einen Grund für die Änderung eintragen; er steht dann im Verlauf.")
    wanted = facts.from_form(act.form, state_of(registration).attendees)
    changed_address = wanted.email.lower() != registration.contact_email
    decided = registrations.edit(
        act.session,
        number,
        wanted,
        act.rules,
        act.now,
        actor=act.actor,
        reason=act.reason,
        expected_version=act.version(),
        remark=act.remark,
    )
    if changed_address and decided.registration is not None:
        # The new address has not failed yet.
        decided.registration.unreachable_since = None
    return verbs.Step(registration=decided.registration, answers=decided.answers, hints=decided.hints)


def _page(
    request: Request,
    session: Session,
    registration: Registration,
    *,
    typed: FormData | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    site, number = site_of(request), registration.id
    shown = from_state(state_of(registration))
    letters: list[casework.Letter] = []
    trouble = ""
    if typed is not None:
        try:
            shown = facts.from_form(typed, shown.attendees)
        except BookError as error:
            problem = problem or str(error)
        if not problem:
            letters, trouble = casework.rehearse(request, typed, lambda act: _edit(act, number, required=False))
    session.expire_all()
    return site.page(
        request,
        "change.html",
        status=status,
        registration=registration,
        facts=shown,
        people=facts.people_as_text(shown.attendees, shown.organisation),
        letters=letters,
        trouble=trouble,
        problem=problem,
        conflict=status == 409,
        reason=facts.text_of(typed or FormData({}), "reason"),
        remark=facts.text_of(typed or FormData({}), "remark"),
    )


def act_on(request: Request, form: FormData) -> Response:
    """Carries out one of the buttons of a registration."""
    site, number = site_of(request), number_of(request)
    verb = MOVES.get(facts.text_of(form, "do"))
    if verb is None:
        return site.failure(request, "Bitte eine der Schaltflächen benutzen.")
    with verbs.deciding(request, form) as act:
        decided = verb(act, number)
        verbs.queue_answers(act, [due for each in decided for due in each.answers])
    return see_other(f"/anmeldung/{number}", fertig=f"anmeldung:{number}")


ROUTES = [
    Route("/anmeldung/{number:int}/aendern", show, methods=["GET"]),
    Route("/anmeldung/{number:int}/aendern", with_form(take), methods=["POST"]),
    Route("/anmeldung/{number:int}/aendern/vorschau", with_form(preview), methods=["POST"]),
    Route("/anmeldung/{number:int}/tun", with_form(act_on), methods=["POST"]),
]
