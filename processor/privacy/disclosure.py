"""All that is held of one address, for the person whose it is (GDPR, article 15)."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from processor import registrations as book
from processor.database import Mail, OutgoingMail
from processor.privacy.belongings import incoming_of, outgoing_of, registrations_of


def disclose(session: Session, address: str, now: datetime) -> dict[str, Any]:
    """Gathers everything, as JSON can hold it.

    :param address: a mail address, compared without case.
    :param now: when this is done, aware.
    """
    registrations = registrations_of(session, address)
    return {
        "address": address.lower(),
        "disclosed_at": now.isoformat(),
        "registrations": [
            {
                **book.as_json(registration),
                "history": [
                    {
                        "at": entry.at.isoformat(),
                        "cause": entry.cause,
                        "action": entry.action,
                        "reason": entry.reason,
                        "before": entry.before,
                        "after": entry.after,
                    }
                    for entry in book.history(session, registration.id)
                ],
            }
            for registration in registrations
        ],
        "mails_received": [_received(mail) for mail in incoming_of(session, address, registrations)],
        "mails_sent": [_sent(mail) for mail in outgoing_of(session, address, registrations)],
    }


def _received(mail: Mail) -> dict[str, Any]:
    return {
        "message_id": mail.message_id,
        "arrived_at": mail.arrived_at.isoformat(),
        "subject": mail.subject,
        "state": mail.state.value,
        "understood": mail.extraction,
        "raw": _text(mail.raw),
    }


def _sent(mail: OutgoingMail) -> dict[str, Any]:
    return {
        "message_id": mail.message_id,
        "kind": mail.kind,
        "state": mail.state.value,
        "created_at": mail.created_at.isoformat(),
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
        "subject": mail.subject,
        "raw": _text(mail.raw),
    }


def _text(raw: bytes) -> str:
    """The mail as it is on the wire; bytes that are no UTF-8 become their Latin-1 letters."""
    try:
        data = zlib.decompress(raw)
    except zlib.error:
        return ""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
