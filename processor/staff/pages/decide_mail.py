"""The case of a mail: its text with the evidence left, the form of what was understood right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor.database import AttendeeRow, HistoryEntry, Mail, MailState, Registration, RegistrationMail, Status
from processor.registrations import BookError, ConflictError, NewRegistration, State, by_reference, state_of
from processor.registrations.decisions import before_and_after
from processor.registrations.names import name_key, organisation_key
from processor.staff import facts, mailverbs, questions, verbs, words
from processor.staff.access import is_partial
from processor.staff.evidence import elsewhere, pieces
from processor.staff.pages import casework
from processor.staff.pages.casework import Letter
from processor.staff.site import known_user, number_of, see_other, site_of, with_form

#: Decisions whose answer is shown when it is asked for.
_SHOWN = ("confirm", "cancel", "ask", "decline", "split", "merge")
#: Registrations that are offered as those that a mail may belong to.
_MOST_TARGETS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of a standing registration, old and new."""

    field: str
    before: str
    after: str


def show_mail(request: Request) -> Response:
    """The case of a mail: evidence left, form right."""
    site, number = site_of(request), number_of(request)
    with site.database.reading() as session:
        mail = _mail(session, number)
        if mail.state is MailState.FAILED:
            return see_other(f"/mails/{number}", fertig=request.query_params.get("fertig", ""))
        chosen = request.query_params.get("zu", "")
        problem = ""
        if reference := request.query_params.get("nr", "").strip():
            try:
                chosen = str(by_reference(session, reference).id)
            except BookError as error:
                problem = str(error)
        form = FormData({"target": chosen} if chosen else {})
        return _mail_page(request, session, mail, chosen=_chosen(session, mail, form), problem=problem)


def preview_mail(request: Request, form: FormData) -> Response:
    """The answer as the form now stands; asked for by the script, or by a button without it."""
    site, number = site_of(request), number_of(request)
    if is_partial(request.headers):
        letters, problem = _rehearse_mail(request, number, form)
        return site.page(request, "letters.html", letters=letters, problem=problem)
    with site.database.reading() as session:
        mail = _mail(session, number)
        return _mail_page(request, session, mail, chosen=_chosen(session, mail, form), typed=form)


def take_mail(request: Request, form: FormData) -> Response:
    """Carries out a decision about a mail, and leads to the next case."""
    site, number = site_of(request), number_of(request)
    try:
        with verbs.deciding(request, form) as act:
            mail = _mail(act.session, number)
            step = mailverbs.decide_mail(act, mail)
            verbs.queue_answers(act, step.answers)
            since = mail.arrived_at
    except BookError as error:
        with site.database.reading() as session:
            mail = _mail(session, number)
            conflict = isinstance(error, ConflictError)
            return _mail_page(
                request,
                session,
                mail,
                chosen=_chosen(session, mail, form),
                typed=form,
                problem=str(error),
                conflict=conflict,
                status=409 if conflict else 400,
            )
    return casework.onward(request, f"mail:{number}", since)


def _mail(session: Session, number: int) -> Mail:
    mail = session.get(Mail, number)
    if mail is None:
        raise HTTPException(404)
    return mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which registration a case is about."""

    candidates: Sequence[Registration]
    #: None for a new registration.
    target: Registration | None


def _chosen(session: Session, mail: Mail, form: FormData) -> Chosen:
    """The registrations that a mail may belong to, and the one that is proposed or was chosen."""
    understood = mail.extraction or {}
    linked = select(RegistrationMail.registration_id).where(RegistrationMail.mail_id == mail.id)
    near: list[ColumnElement[bool]] = [Registration.id.in_(linked)]
    email = str((understood.get("contact") or {}).get("email") or mail.sender_email)
    if email:
        near.append(Registration.contact_email == email)
    named = [*(understood.get("attendees") or ()), *({"name": name} for name in understood.get("leaving") or ())]
    keys = {key for each in named if (key := name_key(str(each.get("name", ""))))}
    if keys:
        people = select(AttendeeRow.registration_id).where(AttendeeRow.name_key.in_(keys))
        near.append(Registration.id.in_(people))
    if key := organisation_key(str(understood.get("organisation") or "")):
        near.append(Registration.organisation_key == key)
    found = session.scalars(
        select(Registration)
        .where(or_(*near), Registration.dismissed.is_(False), Registration.status != "review")
        .order_by(Registration.id.in_(linked).desc(), Registration.arrived_at.desc())
        .limit(_MOST_TARGETS)
        .options(selectinload(Registration.attendees))
    ).all()
    if "target" not in form:
        # Nothing was chosen yet: what the mail belongs to already, where it is about something that stands.
        return Chosen(candidates=found, target=_proposed(session, mail, found, email))
    asked = verbs.number_in(form, "target")
    if asked is not None and all(each.id != asked for each in found):
        other = session.get(Registration, asked)
        found = [*found, *([other] if other is not None and not other.dismissed else [])]
    return Chosen(candidates=found, target=next((each for each in found if each.id == asked), None))


def _proposed(session: Session, mail: Mail, found: Sequence[Registration], email: str) -> Registration | None:
    """The one registration that a mail is surely about: its own, or the only one of its sender that stands.

    A second registration beside it would count people twice; the page shows old and new, and the choice.
    """
    linked = set(session.scalars(select(RegistrationMail.registration_id).where(RegistrationMail.mail_id == mail.id)))
    for near in (
        [each for each in found if each.id in linked],
        [each for each in found if email and each.contact_email == email and each.status is not Status.CANCELLED],
        [each for each in found if (mail.extraction or {}).get("intent") == "cancellation"],
    ):
        if len(near) == 1:
            return near[0]
    return None


def _primary(understood: Mapping[str, Any]) -> str:
    """What a mail asks for: only what may be a registration is offered to be entered with one key."""
    intent = understood.get("intent")
    if intent in ("registration", "change"):
        return "confirm"
    return "cancel" if intent == "cancellation" else "ask"


def _mail_page(
    request: Request,
    session: Session,
    mail: Mail,
    *,
    chosen: Chosen,
    typed: FormData | None = None,
    problem: str = "",
    conflict: bool = False,
    status: int = 200,
) -> Response:
    site, user = site_of(request), known_user(request)
    understood: Mapping[str, Any] = mail.extraction or {}
    state = state_of(chosen.target) if chosen.target is not None else None
    proposal = facts.onto(understood, state) if state is not None else facts.from_understood(understood)
    problem, shown = _typed_or(problem, typed, proposal)
    late = site.settings.event.is_late(mail.arrived_at)
    form = typed if typed is not None else _form_of(mail, chosen, shown, late=late)
    open_case = mail.state is MailState.WAITING
    letters, trouble = _rehearse_mail(request, mail.id, form) if open_case and not problem else ([], "")
    return site.page(
        request,
        "case_mail.html",
        status=status,
        mail=mail,
        understood=understood,
        pieces=pieces(understood.get("text", ""), understood.get("evidence", [])),
        elsewhere=elsewhere(understood.get("evidence", [])),
        facts=shown,
        people=facts.people_as_text(shown.attendees, shown.organisation),
        chosen=chosen,
        others=[each for each in chosen.candidates if chosen.target is not None and each.id != chosen.target.id],
        changes=_changes(chosen.target, shown) if chosen.target is not None else (),
        asked=questions.about_mail(
            understood, mail.reasons, shown, chosen.target, chosen.candidates, late=late, say=site.say(request)
        ),
        late=late,
        accept=bool(facts.text_of(form, "accept_late")),
        primary=_primary(understood),
        typed=typed is not None,
        letters=letters,
        trouble=trouble,
        problem=problem,
        conflict=conflict,
        decided=_decisions(session, mail.id) if conflict or not open_case else (),
        remark=facts.text_of(form, "remark"),
        question=facts.text_of(form, "question")
        or questions.to_ask(understood, mail.reasons, primary=_primary(understood)),
        held_by=casework.hold(request, f"mail:{mail.id}"),
        following=casework.following(session, site, user.name, f"mail:{mail.id}"),
        done=casework.done_note(session, request),
    )


def _typed_or(problem: str, typed: FormData | None, proposal: NewRegistration) -> tuple[str, NewRegistration]:
    if typed is None or "headcount" not in typed:
        return problem, proposal
    try:
        return problem, facts.from_form(typed, proposal.attendees)
    except BookError as error:
        # The number cannot be shown as a number; all else stays as it was typed.
        rest = FormData([(name, value) for name, value in typed.multi_items() if name != "headcount"])
        return problem or str(error), facts.from_form(rest, proposal.attendees)


def _form_of(mail: Mail, chosen: Chosen, shown: NewRegistration, *, late: bool) -> FormData:
    """The form as it is first shown, for the rehearsal of its answer."""
    return FormData(
        [
            ("do", _primary(mail.extraction or {})),
            ("accept_late", "ja" if late else ""),
            ("target", str(chosen.target.id) if chosen.target else ""),
            ("version", str(chosen.target.version) if chosen.target else ""),
            *facts.as_fields(shown),
        ]
    )


def _rehearse_mail(request: Request, number: int, form: FormData) -> tuple[list[Letter], str]:
    """What would be answered, found by deciding it in a transaction that is thrown away."""

    def decide(act: verbs.Act) -> verbs.Step:
        return mailverbs.decide_mail(act, _mail(act.session, number))

    verb = facts.text_of(form, "do")
    if verb not in _SHOWN:
        verb = facts.text_of(form, "primary") or "confirm"
    if (verb == "ask" and not facts.text_of(form, "question")) or (
        verb == "cancel" and verbs.number_in(form, "target") is None
    ):
        return [], ""
    form = FormData([*((name, value) for name, value in form.multi_items() if name != "do"), ("do", verb)])
    return casework.rehearse(request, form, decide)


def _changes(registration: Registration, wanted: NewRegistration) -> list[Change]:
    before, after = before_and_after(registration, wanted)
    names = (
        *("headcount", "attendees", "organisation", "theme_tables", "needs"),
        *("contact_name", "contact_email", "contact_phone", "language", "remarks"),
    )
    return [
        Change(field=name, before=_word(before, name), after=_word(after, name))
        for name in names
        if getattr(before, name) != getattr(after, name)
    ]


def _word(state: State, name: str) -> str:
    value = getattr(state, name)
    if name == "attendees":
        return words.shown([each.name for each in value])
    return words.shown(list(value) if isinstance(value, tuple) else value, name)


def _decisions(session: Session, number: int) -> list[HistoryEntry]:
    """What was decided about a mail, newest first."""
    return list(
        session.scalars(
            select(HistoryEntry)
            .where(HistoryEntry.mail_id == number, HistoryEntry.cause == "staff")
            .order_by(HistoryEntry.id.desc())
            .limit(5)
        )
    )


ROUTES = [
    Route("/entscheiden/mail/{number:int}", show_mail, methods=["GET"]),
    Route("/entscheiden/mail/{number:int}", with_form(take_mail), methods=["POST"]),
    Route("/entscheiden/mail/{number:int}/vorschau", with_form(preview_mail), methods=["POST"]),
]
