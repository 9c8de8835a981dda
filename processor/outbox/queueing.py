"""An answer is rendered, frozen and queued in the transaction that made it due."""

from __future__ import annotations

import hashlib
import logging
import secrets
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, object_session

from processor.database import Mail, OutgoingMail, OutgoingState, Registration, RegistrationMail, Status
from processor.errors import TemplateError
from processor.message.values import Message
from processor.outbox import loops
from processor.outbox.calendars import ADDING, TAKING_BACK
from processor.outbox.letters import render
from processor.outbox.mime import AddressError, Envelope, build, usable_ids, wire_address
from processor.outbox.values import Letter
from processor.outbox.views import line, registration_view
from processor.registrations.values import AnswerKind, Difference, DueAnswer
from processor.settings import Settings

_log = logging.getLogger(__name__)

#: Kinds that answer nobody's mail (RFC 3834, section 5.2).
_GENERATED = frozenset({AnswerKind.REMINDER, AnswerKind.THANKS, AnswerKind.DIGEST})
#: Kinds that a person has just written: nobody has to release them.
_BY_A_PERSON = frozenset({AnswerKind.QUESTION})
#: The column's width: what is longer is no address anyway (RFC 5321, section 4.5.3.1).
_LONGEST_ADDRESS = 320
#: Frozen mails are read once or twice: speed before size.
_LEVEL = 1


def queue(
    session: Session,
    due: DueAnswer,
    *,
    answered: Message | None,
    settings: Settings,
    now: datetime,
    folder: Path | None = None,
) -> OutgoingMail | None:
    """Renders an answer and queues it, as it is now, in the caller's transaction.

    A template that is broken does not lose the answer: it is queued as held, with the mistake in words, and
    :func:`render_again` makes it whole.

    :param answered: the incoming mail that made it due, for threading and for the rules of RFC 3834; looked at only
        where ``due.mail_id`` says that it is answered. None where there is none.
    :param folder: the templates; None for those of the installation.
    What the rules against loops forbid is kept as held, with the reason in words, so that a person can let it go;
    of the same kind about the same registration, only the last.

    :returns: None where it is queued already, where a receipt was sent today, or where it is only kept; the log says
        which.
    """
    if due.mail_id is None:
        # What a mail made due for somebody else, such as a seat that it freed, is no answer to it: neither its rules
        # nor its Message-ID are for them.
        answered = None
    registrations = _registrations(session, due)
    key = key_of(due, registrations)
    already = loops.told(session, due.recipient_email, now)
    if any(mail.key.removeprefix(loops.KEPT) == key for mail in already):
        _log.info("Die Antwort %s steht schon im Ausgang.", key)
        return None
    if due.kind is AnswerKind.RECEIPT and loops.has_receipt(already, settings, now):
        _log.info("%s hat heute schon eine Eingangsbestätigung bekommen.", due.recipient_email)
        return None
    why = loops.forbidden(due.kind, due.recipient_email, answered, settings)
    if why := why or loops.too_many(already, due.kind, now):
        _log.warning("Keine Antwort (%s) an %s: %s", due.kind.value, due.recipient_email, why)
        if due.recipient_email.strip():
            _replace_kept(session, due)
            key = loops.KEPT + key
            row = put(session, due, key, registrations, answered=answered, settings=settings, now=now, folder=folder)
            keep_back(row, why)
        return None
    return put(session, due, key, registrations, answered=answered, settings=settings, now=now, folder=folder)


def put(
    session: Session,
    due: DueAnswer,
    key: str,
    registrations: Sequence[Registration],
    *,
    answered: Message | None,
    settings: Settings,
    now: datetime,
    folder: Path | None = None,
    more: Mapping[str, Any] | None = None,
) -> OutgoingMail:
    """Renders, freezes and queues an answer under a key that the caller knows to be free.

    :param more: what only this kind's template knows; plain values, as they are kept for when it is rendered again.
    """
    row = OutgoingMail(
        key=key,
        kind=due.kind.value,
        registration_id=due.registration_id,
        mail_id=due.mail_id,
        recipient=due.recipient_email[:_LONGEST_ADDRESS],
        message_id=new_message_id(settings, now),
        subject="",
        due=_as_json(due, registrations, _thread(session, due, answered), more),
        raw=b"",
        created_at=now,
        due_at=now + timedelta(seconds=settings.answers.hold_seconds),
    )
    _fill(row, due, registrations, settings, now, folder, more)
    session.add(row)
    return row


def keep_back(row: OutgoingMail, why: str) -> None:
    """Holds a mail for a person, and says why; what a template or an address has already stopped keeps that reason."""
    if row.raw:
        row.state, row.server_reply = OutgoingState.HELD, f"Zurückgehalten: {why}"


def _replace_kept(session: Session, due: DueAnswer) -> None:
    """The last of several that are kept says what holds now: a robot's thousand mails are one case for the staff."""
    session.execute(
        delete(OutgoingMail).where(
            OutgoingMail.recipient == due.recipient_email[:_LONGEST_ADDRESS],
            OutgoingMail.key.startswith(loops.KEPT),
            OutgoingMail.kind == due.kind.value,
            OutgoingMail.registration_id == due.registration_id,
            OutgoingMail.state == OutgoingState.HELD,
        )
    )


def render_again(
    session: Session, row: OutgoingMail, settings: Settings, now: datetime, *, folder: Path | None = None
) -> bool:
    """Renders a held mail that a broken template stopped, from what is entered now; gives whether it is whole.

    A mail that is whole already, or under way, is left as it is: what is frozen stays frozen.
    """
    if row.state is not OutgoingState.HELD or row.due is None or row.raw:
        return bool(row.raw)
    due = _from_json(row.due)
    ids = row.due.get("registration_ids", [])
    found = {one.id: one for one in session.scalars(select(Registration).where(Registration.id.in_(ids)))}
    _fill(row, due, [found[one] for one in ids if one in found], settings, now, folder, row.due.get("more"))
    return bool(row.raw)


def withdraw(row: OutgoingMail) -> bool:
    """Takes back a mail that has not gone; gives whether that was still possible."""
    if row.state not in (OutgoingState.QUEUED, OutgoingState.HELD):
        return False
    row.state = OutgoingState.WITHDRAWN
    return True


def retry(row: OutgoingMail, now: datetime) -> bool:
    """Lets a mail that failed, or is held and whole, go now; gives whether it will.

    It keeps its Message-ID: whoever has it already sees it once.
    """
    if row.state not in (OutgoingState.FAILED, OutgoingState.HELD, OutgoingState.QUEUED) or not row.raw:
        return False
    row.state, row.attempts, row.due_at = OutgoingState.QUEUED, 0, now
    return True


def _fill(
    row: OutgoingMail,
    due: DueAnswer,
    registrations: Sequence[Registration],
    settings: Settings,
    now: datetime,
    folder: Path | None,
    more: Mapping[str, Any] | None = None,
) -> None:
    try:
        letter = letter_of(due, registrations, settings, now, folder=folder, more=more)
    except TemplateError as error:
        row.state = OutgoingState.HELD
        row.subject = row.subject or due.kind.value
        row.server_reply = f"Die Vorlage ist fehlerhaft, die Antwort wartet: {error}"
        _log.error("Antwort %s an %s wartet, weil die Vorlage fehlerhaft ist: %s", row.key, row.recipient, error)
        return
    thread = row.due["thread"] if row.due else []
    row.subject = letter.subject
    try:
        row.raw = zlib.compress(build(letter, _envelope(row, due, thread, settings, now)), _LEVEL)
    except AddressError as error:
        row.state, row.server_reply = OutgoingState.HELD, f"Zurückgehalten: {error}"
        return
    row.state = OutgoingState.QUEUED
    row.server_reply = ""
    if settings.answers.release and due.kind not in (_GENERATED | _BY_A_PERSON):
        row.state = OutgoingState.HELD
        row.server_reply = "Wartet auf die Freigabe durch das Büro."


def letter_of(
    due: DueAnswer,
    registrations: Sequence[Registration],
    settings: Settings,
    now: datetime,
    *,
    folder: Path | None = None,
    more: Mapping[str, Any] | None = None,
) -> Letter:
    """The letter of an answer about registrations as they are entered now; ``more`` is what only its template knows."""
    views = [registration_view(registration, settings.event) for registration in registrations]
    sequence = registrations[0].version if len(registrations) == 1 else 0
    return render(
        due,
        views,
        settings,
        now=now,
        sequence=sequence,
        has_date=len(registrations) == 1 and _has_date(due, registrations[0]),
        folder=folder,
        more=more,
    )


def _has_date(due: DueAnswer, registration: Registration) -> bool:
    """Whether somebody was sent the date, and has now to be told that it holds no longer."""
    session = object_session(registration)
    if due.kind not in TAKING_BACK or registration.status is Status.CONFIRMED or session is None:
        return False
    about_dates = [*ADDING, *TAKING_BACK, AnswerKind.CANCELLATION]
    last = session.scalar(
        select(OutgoingMail.kind)
        .where(
            OutgoingMail.registration_id == registration.id,
            OutgoingMail.recipient == due.recipient_email,
            OutgoingMail.kind.in_([kind.value for kind in about_dates]),
            OutgoingMail.state.in_((OutgoingState.QUEUED, OutgoingState.SENDING, OutgoingState.SENT)),
        )
        .order_by(OutgoingMail.id.desc())
        .limit(1)
    )
    return last in ADDING


def _registrations(session: Session, due: DueAnswer) -> list[Registration]:
    if due.registration_id is None:
        return []
    registration = session.get(Registration, due.registration_id)
    return [registration] if registration is not None else []


def key_of(due: DueAnswer, registrations: Sequence[Registration]) -> str:
    """What makes an answer the only one of its kind: what it answers, about which state of which registration."""
    version = registrations[0].version if registrations else 0
    told = repr((due.recipient_email, due.remark, [(d.field, d.before, d.after) for d in due.differences]))
    digest = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:12]
    return f"answer:{due.mail_id or 0}:{due.kind.value}:{due.registration_id or 0}:{version}:{digest}"


def new_message_id(settings: Settings, now: datetime) -> str:
    """A Message-ID of our domain that nobody can guess (RFC 5322, section 3.6.4)."""
    domain = wire_domain(settings)
    return f"{now:%Y%m%d%H%M%S}.{secrets.token_hex(10)}@{domain}"


def wire_domain(settings: Settings) -> str:
    """Our own domain, in ASCII."""
    return wire_address(settings.smtp.from_address).rpartition("@")[2]


def _thread(session: Session, due: DueAnswer, answered: Message | None) -> list[str]:
    """The Message-IDs of the conversation, the answered mail's last."""
    if due.kind in _GENERATED:
        return []
    if answered is not None:
        own = usable_ids((answered.message_id,))
        return [*(one for one in usable_ids(answered.references or answered.in_reply_to) if one not in own), *own]
    if due.mail_id is not None:
        known = session.scalar(select(Mail.message_id).where(Mail.id == due.mail_id))
    elif due.registration_id is not None:
        # A decision of the office joins the conversation that the same person began; nobody else's.
        known = session.scalar(
            select(Mail.message_id)
            .join(RegistrationMail, RegistrationMail.mail_id == Mail.id)
            .where(RegistrationMail.registration_id == due.registration_id, Mail.sender_email == due.recipient_email)
            .order_by(Mail.arrived_at.desc(), Mail.id.desc())
            .limit(1)
        )
    else:
        known = None
    return list(usable_ids((known,))) if known else []


def _envelope(row: OutgoingMail, due: DueAnswer, thread: list[str], settings: Settings, now: datetime) -> Envelope:
    wanted = settings.event.registration_address
    other = wanted if wanted and wanted.lower() != settings.smtp.from_address.lower() else ""
    return Envelope(
        message_id=row.message_id,
        from_name=settings.smtp.from_name,
        from_address=settings.smtp.from_address,
        reply_to=other,
        to_name=line(due.recipient_name),
        to_address=due.recipient_email,
        date=now.astimezone(settings.event.zone),
        auto_submitted="auto-generated" if due.kind in _GENERATED else "auto-replied",
        in_reply_to=thread[-1] if thread else "",
        references=tuple(thread),
    )


def _as_json(
    due: DueAnswer, registrations: Sequence[Registration], thread: list[str], more: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {
        "kind": due.kind.value,
        "registration_id": due.registration_id,
        "registration_ids": [registration.id for registration in registrations],
        "mail_id": due.mail_id,
        "recipient_name": due.recipient_name,
        "recipient_email": due.recipient_email,
        "language": due.language,
        "differences": [[one.field, one.before, one.after] for one in due.differences],
        "remark": due.remark,
        "thread": thread,
        "more": dict(more or {}),
    }


def _from_json(values: dict[str, Any]) -> DueAnswer:
    return DueAnswer(
        kind=AnswerKind(values["kind"]),
        registration_id=values["registration_id"],
        mail_id=values["mail_id"],
        recipient_name=values["recipient_name"],
        recipient_email=values["recipient_email"],
        language=values["language"],
        differences=tuple(
            Difference(field=field, before=before, after=after) for field, before, after in values["differences"]
        ),
        remark=values["remark"],
    )
