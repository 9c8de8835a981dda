"""Addresses that cannot be reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from processor.database import OutgoingMail, Registration
from processor.message import Message, SenderKind
from processor.registrations import ledger
from processor.registrations.ledger import Cause

#: A bounce is about one mail, or a few; more names are somebody's joke.
_MOST = 100


def note_bounce(session: Session, message: Message, now: datetime, mail_id: int | None = None) -> tuple[int, ...]:
    """Marks the registrations that a bounce is about, so that somebody rings up.

    They are found by the Message-ID of our mail in the returned part (the failed address may be one that the
    registered one forwards to), and by the failed address. A delayed warning names no failed address, and marks
    nobody.

    :param mail_id: row of the bounce, for the history.
    :returns: the registrations that were marked now.
    """
    if message.kind is not SenderKind.BOUNCE or not message.failed_recipients:
        return ()
    ledger.lock(session)
    failed = [address.lower() for address in message.failed_recipients[:_MOST] if address]
    returned = select(OutgoingMail.registration_id).where(
        OutgoingMail.message_id.in_(message.returned_ids[:_MOST]), OutgoingMail.registration_id.is_not(None)
    )
    rows = session.scalars(
        select(Registration)
        .where(
            or_(Registration.contact_email.in_(failed), Registration.id.in_(returned)),
            Registration.contact_email != "",
            Registration.unreachable_since.is_(None),
            Registration.dismissed.is_(False),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for registration in rows:
        registration.unreachable_since = now
        registration.updated_at = now
        ledger.note(session, registration, "unreachable", Cause(kind="mail", now=now, mail_id=mail_id))
    session.flush()
    return tuple(registration.id for registration in rows)
