"""Addresses that cannot be reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processor.database import OutgoingMail, Registration
from processor.message import Message, SenderKind
from processor.registrations import ledger
from processor.registrations.ledger import Cause

#: A bounce is about one mail, or a few; more names are somebody's joke.
_MOST = 100


def note_bounce(session: Session, message: Message, now: datetime, mail_id: int | None = None) -> tuple[int, ...]:
    """Marks the registrations that a bounce is about, so that somebody rings up.

    They are found by the address that the bounce came to, where each mail has its own; then by the Message-ID of our
    mail in the returned part (the failed address may be one that the registered one forwards to); then by the failed
    address. A registration that has another address by now is not meant. A delayed warning
    names no failed address, and marks nobody.

    :param mail_id: row of the bounce, for the history.
    :returns: the registrations that were marked now.
    """
    if message.kind is not SenderKind.BOUNCE or not message.failed_recipients:
        return ()
    ledger.lock(session)
    failed = _failed_addresses(session, message)
    rows = session.scalars(
        select(Registration)
        .where(
            Registration.contact_email.in_(failed),
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


def _failed_addresses(session: Session, message: Message) -> list[str]:
    """The addresses that we wrote to in vain: those of our mails that came back, else those that the bounce names."""
    for ids in (_ids_in_recipients(message), list(message.returned_ids[:_MOST])):
        ours = (
            session.scalars(select(OutgoingMail.recipient).where(OutgoingMail.message_id.in_(ids))).all() if ids else ()
        )
        if ours:
            return list(dict.fromkeys(address.lower() for address in ours))
    return [address.lower() for address in message.failed_recipients[:_MOST] if address]


def _ids_in_recipients(message: Message) -> list[str]:
    """The Message-IDs that are written into the addresses that bounces come back to (RFC 5233)."""
    ids = []
    named = [recipient.email.lower() for recipient in message.recipients[:_MOST]]
    for address in dict.fromkeys([*named, *message.delivered_to[:_MOST]]):
        local, _, domain = address.rpartition("@")
        token = local.rpartition("+")[2] if "+" in local else ""
        if token:
            ids.append(f"{token}@{domain}")
    return ids
