"""What belongs to an address: its registrations, the mails from it, the mails to it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, undefer

from processor.database import Mail, OutgoingMail, Registration, RegistrationMail


def registrations_of(session: Session, address: str) -> Sequence[Registration]:
    """The registrations whose contact the address is."""
    return session.scalars(
        select(Registration).where(func.lower(Registration.contact_email) == address.lower()).order_by(Registration.id)
    ).all()


def incoming_of(session: Session, address: str, registrations: Sequence[Registration]) -> Sequence[Mail]:
    """The mails that came from the address, and those that its registrations were made from."""
    linked = select(RegistrationMail.mail_id).where(
        RegistrationMail.registration_id.in_([registration.id for registration in registrations])
    )
    return session.scalars(
        select(Mail)
        .where(or_(func.lower(Mail.sender_email) == address.lower(), Mail.id.in_(linked)))
        .options(undefer(Mail.raw))
        .order_by(Mail.id)
    ).all()


def outgoing_of(session: Session, address: str, registrations: Sequence[Registration]) -> Sequence[OutgoingMail]:
    """The mails that went, or are to go, to the address or about its registrations."""
    return session.scalars(
        select(OutgoingMail)
        .where(
            or_(
                func.lower(OutgoingMail.recipient) == address.lower(),
                OutgoingMail.registration_id.in_([registration.id for registration in registrations]),
            )
        )
        .options(undefer(OutgoingMail.raw))
        .order_by(OutgoingMail.id)
    ).all()
