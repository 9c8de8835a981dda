"""Addresses that cannot be reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processor.database import Registration
from processor.message import Message, SenderKind
from processor.registrations import ledger
from processor.registrations.ledger import Cause


def note_bounce(session: Session, message: Message, now: datetime, mail_id: int | None = None) -> tuple[int, ...]:
    """Marks the registrations whose contact a bounce names as failed for good; a delayed warning names nobody.

    :param mail_id: row of the bounce, for the history.
    :returns: the registrations that were marked now.
    """
    if message.kind is not SenderKind.BOUNCE or not message.failed_recipients:
        return ()
    ledger.lock(session)
    failed = [address.lower() for address in message.failed_recipients[:100]]
    rows = session.scalars(
        select(Registration)
        .where(
            Registration.contact_email.in_(failed),
            Registration.contact_email != "",
            Registration.unreachable_since.is_(None),
            Registration.dismissed.is_(False),
        )
        .with_for_update()
    ).all()
    for registration in rows:
        registration.unreachable_since = now
        registration.updated_at = now
        ledger.note(session, registration, "unreachable", Cause(kind="mail", now=now, mail_id=mail_id))
    return tuple(registration.id for registration in rows)
