"""All mails: what each was understood as, and why; those set aside can be read again."""

from __future__ import annotations

import zlib

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor.database import Mail, MailState, OutgoingMail, Registration, RegistrationMail
from processor.staff.evidence import elsewhere, pieces
from processor.staff.mailindex import count_states, search
from processor.staff.original import attachment, look
from processor.staff.pages import casework
from processor.staff.pages.book import PER_PAGE, holdings, slice_of
from processor.staff.site import known_user, number_of, see_other, site_of


def show_list(request: Request) -> Response:
    """All mails, newest first."""
    site = site_of(request)
    state = request.query_params.get("stand", "")
    intent = request.query_params.get("anliegen", "")
    text = request.query_params.get("suche", "").strip()[:200]
    with site.database.reading() as session:
        everything = site.mails.entries(session)
        found = search(everything, text=text, state=state, intent=intent)
        part = slice_of(len(found), request.query_params.get("seite", "1"))
        numbers = [entry.id for entry in found[part.start : part.start + PER_PAGE]]
        rows = session.execute(
            select(
                *(Mail.id, Mail.arrived_at, Mail.subject, Mail.sender_name, Mail.sender_email),
                *(Mail.state, Mail.intent, Mail.decision, Mail.reasons, Mail.error),
            )
            .where(Mail.id.in_(numbers))
            .order_by(Mail.arrived_at.desc(), Mail.id.desc())
        ).all()
        counts = count_states(everything)
        return site.page(
            request,
            "mails.html",
            mails=rows,
            part=part,
            counts=counts,
            states=list(MailState),
            state=state,
            intent=intent,
            text=text,
            holding=holdings(session),
        )


def show_mail(request: Request) -> Response:
    """One mail, with the evidence marked in its text."""
    site = site_of(request)
    with site.database.reading() as session:
        mail = session.get(Mail, number_of(request))
        if mail is None:
            raise HTTPException(404)
        registrations = session.scalars(
            select(Registration)
            .join(RegistrationMail, RegistrationMail.registration_id == Registration.id)
            .where(RegistrationMail.mail_id == mail.id)
            .order_by(Registration.id)
        ).all()
        answers = session.scalars(
            select(OutgoingMail).where(OutgoingMail.mail_id == mail.id).order_by(OutgoingMail.id)
        ).all()
        understood = mail.extraction or {}
        return site.page(
            request,
            "mail.html",
            mail=mail,
            understood=understood,
            pieces=pieces(understood.get("text", ""), understood.get("evidence", [])),
            elsewhere=elsewhere(understood.get("evidence", [])),
            registrations=registrations,
            answers=answers,
            done=casework.done_note(session, request),
            following=casework.following(session, site, known_user(request).name, f"mail:{mail.id}"),
        )


def read_again(request: Request) -> Response:
    """Puts a mail that was set aside back among the new ones."""
    site = site_of(request)
    number = number_of(request)
    with site.database.transaction() as session:
        mail = session.get(Mail, number, with_for_update=True)
        if mail is None:
            raise HTTPException(404)
        if mail.state is not MailState.FAILED:
            return site.failure(
                request, "Diese Mail ist nicht beiseitegelegt; es gibt nichts zu wiederholen.", status=409
            )
        mail.state = MailState.NEW
        mail.attempts = 0
        mail.error = ""
    return see_other(f"/mails/{number}", hinweis="nochmal")


def _raw(session: Session, number: int) -> tuple[Mail, bytes]:
    mail = session.get(Mail, number, options=[undefer(Mail.raw)])
    if mail is None:
        raise HTTPException(404)
    return mail, zlib.decompress(mail.raw)


def show_original(request: Request) -> Response:
    """The mail as it came, without anything that could do harm."""
    site = site_of(request)
    with site.database.reading() as session:
        mail, raw = _raw(session, number_of(request))
        return site.page(request, "original.html", mail=mail, original=look(raw))


def show_framed(request: Request) -> Response:
    """Its cleaned HTML, for a frame that may do nothing at all."""
    site = site_of(request)
    with site.database.reading() as session:
        _, raw = _raw(session, number_of(request))
    response = site.page(request, "framed.html", html=look(raw).html)
    response.headers["content-security-policy"] = (
        "sandbox; default-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
    )
    return response


def download(request: Request) -> Response:
    """One attachment, as a download of a harmless type."""
    site = site_of(request)
    with site.database.reading() as session:
        _, raw = _raw(session, number_of(request))
    part = int(request.path_params["part"])
    found = attachment(raw, part)
    if found is None:
        raise HTTPException(404)
    body, headers = found
    return Response(body, headers=headers)


def show_sent(request: Request) -> Response:
    """A mail of ours has one page, whether it waits for a person or not."""
    return see_other(f"/entscheiden/versand/{number_of(request)}")


ROUTES = [
    Route("/mails/{number:int}/original", show_original, methods=["GET"]),
    Route("/mails/{number:int}/gestaltet", show_framed, methods=["GET"]),
    Route("/mails/{number:int}/anhang/{part:int}", download, methods=["GET"]),
    Route("/versand/{number:int}", show_sent, methods=["GET"]),
    Route("/mails", show_list, methods=["GET"]),
    Route("/mails/{number:int}", show_mail, methods=["GET"]),
    Route("/mails/{number:int}/nochmal", read_again, methods=["POST"]),
]
