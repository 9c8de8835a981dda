"""The blind check: a random share of what the machine did alone, read by a person who does not see what it read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor.database import Correction, Mail
from processor.extraction import Intent
from processor.registrations import BookError, NewRegistration
from processor.staff import examples, facts, words
from processor.staff.site import known_user, number_of, see_other, site_of, with_form

_EMPTY = NewRegistration(name="", headcount=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that was read otherwise."""

    field: str
    person: str
    machine: str


def show(request: Request) -> Response:
    """The next mail of the sample, and what the checks say so far."""
    site = site_of(request)
    with site.database.reading() as session:
        mail = examples.next_to_check(session, site.mails.entries(session), site.staff.check_share)
        return site.page(
            request,
            "sample.html",
            mail=mail,
            text=(mail.extraction or {}).get("text", "") if mail is not None else "",
            bound=examples.bound(session),
            intents=[intent.value for intent in Intent],
            last=_last(request),
        )


def _last(request: Request) -> tuple[Mail, list[Difference]] | None:
    """What the last check found, once it is given."""
    text = request.query_params.get("geprueft", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    with site_of(request).database.reading() as session:
        row = session.scalar(
            select(Correction).where(Correction.mail_id == int(text), Correction.kind == "blind").limit(1)
        )
        mail = session.get(Mail, int(text))
        if row is None or mail is None:
            return None
        found = [] if row.agrees else _differences(row)
        session.expunge(mail)
    return mail, found


def _differences(row: Correction) -> list[Difference]:
    return [
        Difference(field=name, person=_word(value, name), machine=_word(row.proposal.get(name), name))
        for name, value in row.truth.items()
        if name in row.proposal and value != row.proposal[name] and name != "has_question"
    ]


def _word(value: object, name: str) -> str:
    return words.word(value, "intent") if name == "intent" else words.shown(value, name)


def take(request: Request, form: FormData) -> Response:
    """Writes down how a person read the mail."""
    site, number = site_of(request), number_of(request)
    intent = facts.text_of(form, "intent")
    if intent not in {each.value for each in Intent}:
        raise BookError("Bitte auswählen, was die Mail will.")
    read = facts.from_form(form)
    truth = facts.labelled(read, intent)
    if intent not in ("registration", "change"):
        truth |= {"headcount": 0, "attendees": [], "organisation": "", "theme_tables": [], "needs": []}
    with site.database.transaction() as session:
        mail = session.get(Mail, number)
        if mail is None:
            raise HTTPException(404)
        examples.remember(session, mail, truth, kind="blind", actor=known_user(request).name, now=site.clock.now())
    return see_other("/stichprobe", geprueft=number)


ROUTES = [
    Route("/stichprobe", show, methods=["GET"]),
    Route("/stichprobe/{number:int}", with_form(take), methods=["POST"]),
]
