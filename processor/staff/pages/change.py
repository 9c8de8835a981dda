"""Changing a registration by hand, with a reason; what else can be done to one or two of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor import registrations
from processor.database import Registration
from processor.registrations import BookError, ConflictError, Decided, from_state, state_of
from processor.staff import facts, verbs
from processor.staff.access import is_partial
from processor.staff.pages import casework
from processor.staff.site import known_user, number_of, see_other, site_of


def show(request: Request) -> Response:
    """The form with what the registration says now."""
    site = site_of(request)
    with site.database.reading() as session:
        return _page(request, session, registrations.one(session, number_of(request)))


async def take(request: Request) -> Response:
    """Changes the registration."""
    form = await request.form()
    return await run_in_threadpool(_take, request, form)


def _take(request: Request, form: FormData) -> Response:
    site, number = site_of(request), number_of(request)
    try:
        with site.database.transaction() as session:
            act = verbs.Act(session=session, site=site, actor=known_user(request).name, now=site.clock.now(), form=form)
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


async def preview(request: Request) -> Response:
    """The answer to the change as it now stands."""
    form = await request.form()
    return await run_in_threadpool(_preview, request, form)


def _preview(request: Request, form: FormData) -> Response:
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


# -- one button each --


def _cancel(act: verbs.Act, number: int) -> Sequence[Decided]:
    return [
        registrations.cancel(
            act.session,
            number,
            act.rules,
            act.now,
            actor=act.actor,
            expected_version=act.version(),
            reason=act.reason,
            remark=act.remark,
        )
    ]


def _reopen(act: verbs.Act, number: int) -> Sequence[Decided]:
    return [
        registrations.reopen(
            act.session,
            number,
            act.rules,
            act.now,
            actor=act.actor,
            expected_version=act.version(),
            reason=act.reason,
            remark=act.remark,
        )
    ]


def _promote(act: verbs.Act, number: int) -> Sequence[Decided]:
    return [
        registrations.promote(
            act.session,
            number,
            act.rules,
            act.now,
            actor=act.actor,
            expected_version=act.version(),
            reason=act.reason,
            remark=act.remark,
        )
    ]


def _seat(act: verbs.Act, number: int) -> Sequence[Decided]:
    return [
        registrations.assign_table(
            act.session,
            number,
            verbs.number_in(act.form, "table"),
            act.rules,
            act.now,
            actor=act.actor,
            expected_version=act.version(),
            reason=act.reason,
        )
    ]


def _merge(act: verbs.Act, number: int) -> Sequence[Decided]:
    reference = facts.text_of(act.form, "other")
    if not reference:
        raise BookError("Bitte die Nummer der anderen Anmeldung eintragen.")
    other = registrations.by_reference(act.session, reference)
    return [
        registrations.merge(
            act.session, number, other.id, act.rules, act.now, actor=act.actor, reason=act.reason, remark=act.remark
        )
    ]


def _split(act: verbs.Act, number: int) -> Sequence[Decided]:
    leaving = facts.texts_of(act.form, "leaving")
    if not leaving:
        raise BookError("Bitte ankreuzen, wer in die neue Anmeldung kommt.")
    standing = state_of(registrations.one(act.session, number))
    people = tuple(each for each in standing.attendees if each.name in leaving)
    new = replace(
        from_state(standing),
        name=people[0].name if people else leaving[0],
        email=facts.text_of(act.form, "email"),
        phone="",
        attendees=people,
        headcount=max(len(people), 1),
        needs=tuple(dict.fromkeys(need for each in people for need in each.needs)),
    )
    return registrations.split(
        act.session,
        number,
        leaving,
        new,
        act.rules,
        act.now,
        actor=act.actor,
        expected_version=act.version(),
        reason=act.reason,
    )


_VERBS: dict[str, Callable[[verbs.Act, int], Sequence[Decided]]] = {
    "absagen": _cancel,
    "wieder": _reopen,
    "nachruecken": _promote,
    "tisch": _seat,
    "zusammenlegen": _merge,
    "teilen": _split,
}


async def act_on(request: Request) -> Response:
    """Carries out one of the buttons of a registration."""
    form = await request.form()
    return await run_in_threadpool(_act_on, request, form)


def _act_on(request: Request, form: FormData) -> Response:
    site, number = site_of(request), number_of(request)
    verb = _VERBS.get(facts.text_of(form, "do"))
    if verb is None:
        return site.failure(request, "Bitte eine der Schaltflächen benutzen.")
    with site.database.transaction() as session:
        act = verbs.Act(session=session, site=site, actor=known_user(request).name, now=site.clock.now(), form=form)
        decided = verb(act, number)
        verbs.queue_answers(act, [due for each in decided for due in each.answers])
    return see_other(f"/anmeldung/{number}", fertig=f"anmeldung:{number}")


ROUTES = [
    Route("/anmeldung/{number:int}/aendern", show, methods=["GET"]),
    Route("/anmeldung/{number:int}/aendern", take, methods=["POST"]),
    Route("/anmeldung/{number:int}/aendern/vorschau", preview, methods=["POST"]),
    Route("/anmeldung/{number:int}/tun", act_on, methods=["POST"]),
]
