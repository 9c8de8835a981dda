"""Entering a call in one line, and answering many at once."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor import registrations
from processor.database import Channel, Registration
from processor.registrations import AnswerKind, BookError, DueAnswer, Namesake, NamesakeError
from processor.staff import facts, verbs
from processor.staff.access import is_partial, write_down
from processor.staff.oneline import read_line
from processor.staff.pages import casework
from processor.staff.site import see_other, site_of, with_form

#: Registrations that are answered with one button.
_MOST = 500
BULK = {
    "annehmen": "Nach Anmeldeschluss annehmen",
    "ablehnen": "Nach Anmeldeschluss ablehnen",
    "erinnern": "Jetzt erinnern",
}


def show(request: Request) -> Response:
    """The line, and the form that it fills in."""
    line = request.query_params.get("zeile", "").strip()[:500]
    return _page(request, line=line)


def _page(
    request: Request, *, line: str, typed: FormData | None = None, problem: str = "", status: int = 200
) -> Response:
    site = site_of(request)
    shown = read_line(line)
    letters: list[casework.Letter] = []
    known: list[Namesake] = []
    trouble = ""
    if typed is not None:
        try:
            shown = facts.from_form(typed)
        except BookError as error:
            problem = problem or str(error)
    if not problem and (typed is not None or line):
        form = typed if typed is not None else FormData([*facts.as_fields(shown)])
        letters, trouble = casework.rehearse(request, form, lambda act: _as_another(act, known))
    return site.page(
        request,
        "entry.html",
        status=400 if problem else status,
        line=line,
        facts=shown,
        people=facts.people_as_text(shown.attendees, shown.organisation),
        letters=letters,
        trouble=trouble,
        problem=problem,
        known=list({each.registration_id: each for each in known}.values()),
    )


def take(request: Request, form: FormData) -> Response:
    """Enters the call."""
    try:
        with verbs.deciding(request, form) as act:
            step = _add(act)
            verbs.queue_answers(act, step.answers)
            number = step.registration.id if step.registration is not None else 0
    except NamesakeError:
        return _page(request, line="", typed=form, status=409)
    except BookError as error:
        return _page(request, line="", typed=form, problem=str(error))
    return see_other(f"/anmeldung/{number}", fertig=f"anmeldung:{number}")


def preview(request: Request, form: FormData) -> Response:
    """The answer to the call as the form now stands; nothing is entered."""
    if is_partial(request.headers):
        letters, problem = casework.rehearse(request, form, lambda act: _as_another(act, []))
        return site_of(request).page(request, "letters.html", letters=letters, problem=problem)
    return _page(request, line="", typed=form)


def _add(act: verbs.Act) -> verbs.Step:
    """Enters the call; a namesake is somebody else only where the clerk was asked about just this registration."""
    try:
        return _enter(act, another=False)
    except NamesakeError as error:
        asked = set(facts.texts_of(act.form, "other_than"))
        if not {str(each.registration_id) for each in error.known} <= asked or not facts.text_of(act.form, "another"):
            raise
        return _enter(act, another=True)


def _as_another(act: verbs.Act, known: list[Namesake]) -> verbs.Step:
    """Enters the call whoever is on the list, for a rehearsal; adds those of the same name to ``known``."""
    try:
        return _enter(act, another=False)
    except NamesakeError as error:
        known.extend(error.known)
        return _enter(act, another=True)


def _enter(act: verbs.Act, *, another: bool) -> verbs.Step:
    decided = registrations.add(
        act.session,
        facts.from_form(act.form),
        act.rules,
        act.now,
        channel=Channel.PHONE,
        actor=act.actor,
        another=another,
    )
    return verbs.Step(registration=decided.registration, answers=decided.answers, hints=decided.hints)


# -- many at once --


def many(request: Request, form: FormData) -> Response:
    """Asks, and then answers all that were selected."""
    site = site_of(request)
    verb = facts.text_of(form, "do")
    numbers = [
        int(text) for text in facts.texts_of(form, "ids") if text.isascii() and text.isdigit() and len(text) < 10
    ]
    if verb not in BULK:
        return site.failure(request, "Bitte eine der Schaltflächen benutzen.")
    if not numbers:
        return site.failure(request, "Es ist niemand ausgewählt. Bitte in der Liste ankreuzen, wer gemeint ist.")
    if len(numbers) > _MOST:
        return site.failure(request, f"Auf einmal gehen höchstens {_MOST} Anmeldungen.")
    if not facts.text_of(form, "sicher"):
        with site.database.reading() as session:
            chosen = [row for number in numbers if (row := session.get(Registration, number)) is not None]
            return site.page(request, "many.html", verb=verb, label=BULK[verb], chosen=chosen)
    did, left = _carry_out(request, form, verb, numbers)
    return site.page(request, "many_done.html", label=BULK[verb], did=did, left=left)


def _carry_out(
    request: Request, form: FormData, verb: str, numbers: list[int]
) -> tuple[list[str], list[tuple[str, str]]]:
    """Each registration in a transaction of its own: one that cannot be done does not stop the others."""
    site = site_of(request)
    did: list[str] = []
    left: list[tuple[str, str]] = []
    for number in numbers:
        name = f"Nr. {number}"
        try:
            with verbs.deciding(request, form) as act:
                row = registrations.one(act.session, number)
                name = row.contact_name or row.organisation or row.reference
                answers = _answers(act, row, verb)
                _queue_all(act, answers)
            did.append(name)
        except BookError as error:
            left.append((name, str(error)))
    with site.database.transaction() as session:
        write_down(request, session, "bulk", f"{BULK[verb]}: {len(did)} erledigt, {len(left)} nicht")
    return did, left


def _queue_all(act: verbs.Act, answers: tuple[DueAnswer, ...]) -> None:
    if answers and not verbs.queue_answers(act, answers):
        raise BookError("Diese Mail ist schon unterwegs, oder an diese Adresse ging heute schon zu viel.")


def _answers(act: verbs.Act, row: Registration, verb: str) -> tuple[DueAnswer, ...]:
    if verb == "erinnern":
        if row.status.value != "confirmed" or not row.contact_email:
            raise BookError("Erinnert wird nur, wer bestätigt ist und eine Mailadresse hat.")
        return (
            DueAnswer(
                kind=AnswerKind.REMINDER,
                registration_id=row.id,
                mail_id=None,
                recipient_name=row.contact_name,
                recipient_email=row.contact_email,
                language=row.language,
            ),
        )
    carry_out = registrations.accept_late if verb == "annehmen" else registrations.refuse_late
    return carry_out(
        act.session, row.id, act.rules, act.now, actor=act.actor, reason=act.reason, remark=act.remark
    ).answers


ROUTES = [
    Route("/eintragen", show, methods=["GET"]),
    Route("/eintragen", with_form(take), methods=["POST"]),
    Route("/eintragen/vorschau", with_form(preview), methods=["POST"]),
    Route("/mehrere", with_form(many), methods=["POST"]),
]
