"""What all cases have in common: the answer shown before it goes, the way to the next one, the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from processor import outbox, registrations
from processor.database import HistoryEntry, OutgoingMail, OutgoingState, Registration
from processor.errors import AnmeldepostError
from processor.staff import cases, undo, verbs, words
from processor.staff.access import is_partial
from processor.staff.site import Site, known_user, see_other, site_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An answer as it would go."""

    recipient: str
    subject: str
    text: str


def rehearse(request: Request, form: FormData, decide: Callable[[verbs.Act], verbs.Step]) -> tuple[list[Letter], str]:
    """Carries a decision out, renders its answers, and throws everything away."""
    letters: list[Letter] = []
    try:
        with verbs.deciding(request, form) as act, act.session.begin_nested() as rehearsal:
            step = decide(act)
            for due in step.answers:
                about = act.session.get(Registration, due.registration_id) if due.registration_id else None
                subject, text, _ = outbox.preview(due, [about] if about else [], act.site.settings, act.now)
                letters.append(Letter(recipient=due.recipient_email, subject=subject, text=text))
            rehearsal.rollback()
    except AnmeldepostError as error:
        return [], str(error)
    return letters, ""


def onward(request: Request, key: str, since: datetime) -> Response:
    """Leads to the next case, which says what became of this one.

    :param since: when this one began.
    """
    site = site_of(request)
    with site.database.reading() as session:
        found = cases.queue(session, site.clock.now(), me=known_user(request).name)
    return lead(request, cases.after(found, key, since), fertig=key)


def lead(request: Request, path: str, **parameters: str) -> Response:
    answer = see_other(path, **parameters)
    if is_partial(request.headers):
        return JSONResponse({"next": answer.headers["location"]})
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of the last case, with the way to take it back."""

    sentence: str
    answer: str
    mail: int | None
    registration: int | None
    undo: bool


def done_note(session: Session, request: Request) -> Done | None:
    say = site_of(request).say(request)
    if sentence := undo.TAKEN_BACK.get(request.query_params.get("zurueck", "")):
        return Done(sentence=say(sentence), answer="", mail=None, registration=None, undo=False)
    sort, _, text = request.query_params.get("fertig", "").partition(":")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    number = int(text)
    if sort == "versand":
        return Done(
            sentence=say("Die Mail ist erledigt."),
            answer="",
            mail=None,
            registration=None,
            undo=False,
        )
    entry = _last_entry(session, sort, number)
    if entry is None:
        return None
    registration = session.get(Registration, entry.registration_id) if entry.registration_id else None
    about = registrations.described(registration) if registration is not None else ""
    verb = words.word(entry.action, "action", say)
    return Done(
        sentence=f"{verb[:1].upper()}{verb[1:]}{': ' + about if about else ''}.",
        answer=_answer_of(session, site_of(request), entry, say),
        mail=number if sort == "mail" else None,
        registration=registration.id if registration is not None and entry.action != "asked_back" else None,
        undo=entry.action not in ("answered", "reached"),
    )


def _last_entry(session: Session, sort: str, number: int) -> HistoryEntry | None:
    column = HistoryEntry.mail_id if sort == "mail" else HistoryEntry.registration_id
    return session.scalar(
        select(HistoryEntry)
        .where(column == number, HistoryEntry.cause == "staff", HistoryEntry.undone_by == "")
        .where(HistoryEntry.action != "namesake")
        .order_by(HistoryEntry.id.desc())
        .limit(1)
    )


def _answer_of(session: Session, site: Site, entry: HistoryEntry, say: words.Say) -> str:
    about = (
        OutgoingMail.registration_id == entry.registration_id
        if entry.registration_id
        else OutgoingMail.mail_id == entry.mail_id
    )
    row = session.scalar(
        select(OutgoingMail)
        .where(about, OutgoingMail.created_at >= entry.at, OutgoingMail.state != OutgoingState.WITHDRAWN)
        .order_by(OutgoingMail.id.desc())
        .limit(1)
    )
    if row is None:
        return say("Es geht keine Mail hinaus.")
    if row.state is OutgoingState.SENT:
        return say("Die Antwort ist verschickt.")
    if row.state in (OutgoingState.FAILED, OutgoingState.HELD):
        return say("Die Antwort ist angehalten; sie steht bei „Zu entscheiden“.")
    time = site.local(row.due_at).strftime("%H:%M:%S")
    return say("Die Antwort geht um {time} Uhr hinaus.").format(time=time)


def hold(request: Request, key: str) -> str:
    """The colleague who looks at a case already; a page that is only fetched ahead is not looked at."""
    if request.headers.get("x-ahead"):
        return ""
    site = site_of(request)
    with site.database.transaction() as session:
        return cases.hold(session, key, known_user(request).name, site.clock.now())


def following(session: Session, site: Site, actor: str, key: str) -> str:
    return cases.after(cases.queue(session, site.clock.now(), me=actor), key)
