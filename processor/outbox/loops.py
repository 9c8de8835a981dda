"""No storm: when an answer must not go (RFC 3834), each rule with its reason in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from processor.database import OutgoingMail
from processor.message.values import Message, SenderKind
from processor.outbox.mime import AddressError, wire_address
from processor.registrations.values import AnswerKind
from processor.settings import Settings

#: Addresses behind which nobody reads (RFC 3834, section 2; RFC 2142; common use).
_ROBOT = re.compile(
    r"(?:mailer-daemon|postmaster|owner-.+|.+-(?:request|owner|bounces?)|bounces?(?:[-+].*)?|"
    r"(?:.+[-_.])?(?:(?:no|do[-_.]?not)[-_.]?repl(?:y|ies)|keine?[-_.]?antwort(?:en)?|ne[-_.]?pas[-_.]?repondre)(?:[-_.+].*)?)",
    re.IGNORECASE,
)

#: Begins the key of an answer that these rules kept back: it went to nobody, and counts for no ceiling.
KEPT = "kept:"

#: How many answers one address gets at most: in an hour, in a day, in the whole campaign.
CEILINGS: tuple[tuple[timedelta, int, str], ...] = (
    (timedelta(hours=1), 10, "einer Stunde"),
    (timedelta(days=1), 30, "einem Tag"),
    (timedelta(days=400), 100, "der ganzen Anmeldezeit"),
)

#: Enough rows to tell that a ceiling is reached.
_MOST_READ = 200

#: Mails that go by our own calendar, not in answer to anything: no ceiling for them.
_SCHEDULED = frozenset({AnswerKind.REMINDER, AnswerKind.THANKS, AnswerKind.DIGEST})
#: Mails that a person wrote or asked for: a robot's or a list's mail may be answered by a person.
_BY_A_PERSON = frozenset({AnswerKind.QUESTION})


def own_addresses(settings: Settings) -> frozenset[str]:
    """Every address at which we would be writing to ourselves."""
    addresses = {
        settings.smtp.from_address,
        settings.event.registration_address,
        settings.smtp.user,
        settings.imap.user,
    }
    return frozenset(_normal(address) for address in addresses if "@" in address)


def forbidden(kind: AnswerKind, recipient: str, answered: Message | None, settings: Settings) -> str:
    """Why no answer of this kind may go to this address, in words; "" where nothing speaks against it."""
    try:
        wire_address(recipient)
    except AddressError as error:
        return str(error)
    if _normal(recipient) in own_addresses(settings):
        return "Das ist unsere eigene Adresse."
    if _ROBOT.fullmatch(recipient.rpartition("@")[0]):
        return "Hinter dieser Adresse liest kein Mensch."
    if answered is None:
        return ""
    if answered.return_path == "":
        return "Die Mail hat einen leeren Rückweg (Return-Path: <>): Darauf antwortet kein Programm."
    if kind in _BY_A_PERSON:
        return ""
    if answered.is_robot:
        return f"Die Mail hat kein Mensch geschrieben: {answered.kind_reason or answered.kind.value}"
    if answered.kind is SenderKind.LIST:
        return "Die Mail kam über eine Verteilerliste."
    return ""


@dataclass(frozen=True, slots=True)
class Told:
    """A mail that an address has got, or is going to get."""

    key: str
    kind: str
    created_at: datetime


#: Built once: it is asked for every answer.
_LATELY = (
    select(OutgoingMail.key, OutgoingMail.kind, OutgoingMail.created_at)
    .where(OutgoingMail.recipient == bindparam("to"), OutgoingMail.created_at > bindparam("since"))
    .order_by(OutgoingMail.created_at.desc())
    .limit(_MOST_READ)
)
_LONGEST = max(span for span, _, _ in CEILINGS)


def told(session: Session, recipient: str, now: datetime) -> list[Told]:
    """What an address has been told lately, the last first."""
    rows = session.execute(_LATELY, {"to": recipient, "since": now - _LONGEST}).all()
    return [Told(*row) for row in rows]


def too_many(already: Sequence[Told], kind: AnswerKind, now: datetime) -> str:
    """Why an address has had enough, in words; "" while it has not."""
    if kind in _SCHEDULED:
        return ""
    counted = [mail.created_at for mail in already if mail.kind not in _SCHEDULED and not mail.key.startswith(KEPT)]
    for span, most, words in CEILINGS:
        if sum(created > now - span for created in counted) >= most:
            return f"Diese Adresse hat in {words} schon {most} Antworten bekommen."
    return ""


def has_receipt(already: Sequence[Told], settings: Settings, now: datetime) -> bool:
    """Whether an address was told today that its mail has arrived: once a day is enough, and nobody misses a second."""
    zone = settings.event.zone
    today = now.astimezone(zone).date()
    return any(
        mail.kind == AnswerKind.RECEIPT
        and not mail.key.startswith(KEPT)
        and mail.created_at.astimezone(zone).date() == today
        for mail in already
    )


def _normal(address: str) -> str:
    """Without the detail that some servers let people add before the @ (RFC 5233)."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
