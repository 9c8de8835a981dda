"""Decisions of people become labelled examples; a random share of what the machine did alone is checked blindly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processor.database import Correction, Mail, MailState
from processor.evaluation.bound import upper_bound
from processor.registrations.names import folded, same
from processor.staff.facts import proposal_of
from processor.staff.mailindex import MailEntry


def remember(
    session: Session, mail: Mail, truth: Mapping[str, Any], *, kind: str, actor: str, now: datetime
) -> Correction:
    """Writes down how a person understood a mail, beside what the machine had."""
    proposal = proposal_of(mail.extraction or {})
    row = Correction(
        mail_id=mail.id,
        at=now,
        actor=actor,
        kind=kind,
        truth=dict(truth),
        proposal=proposal,
        agrees=agrees(truth, proposal),
    )
    session.add(row)
    return row


def agrees(truth: Mapping[str, Any], proposal: Mapping[str, Any]) -> bool:
    """Whether two readings of a mail say the same of what is entered."""
    if truth.get("intent") != proposal.get("intent"):
        return False
    if truth.get("intent") not in ("registration", "change"):
        return True
    first, second = ([each["name"] for each in side.get("attendees") or ()] for side in (truth, proposal))
    names_agree = len(first) == len(second) and all(any(same(one, other) for other in second) for one in first)
    return (
        names_agree
        and truth.get("headcount") == proposal.get("headcount")
        and sorted(truth.get("theme_tables") or ()) == sorted(proposal.get("theme_tables") or ())
        and set(truth.get("needs") or ()) == set(proposal.get("needs") or ())
        and folded(str(truth.get("organisation") or "")) == folded(str(proposal.get("organisation") or ""))
    )


def next_to_check(session: Session, mails: Iterable[MailEntry], share: float) -> Mail | None:
    """The oldest mail of the sample that nobody has checked; None where none is left.

    :param share: of what the machine did alone, how much belongs to the sample (0 to 1).
    """
    checked = set(session.scalars(select(Correction.mail_id).where(Correction.kind == "blind")))
    waiting = [
        mail
        for mail in mails
        if mail.state is MailState.DONE and mail.decision == "auto" and mail.id not in checked and mail.lot < share
    ]
    oldest = min(waiting, key=lambda mail: (mail.arrived_at, mail.id), default=None)
    return session.get(Mail, oldest.id) if oldest is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What the blind checks say of the machine so far."""

    checked: int
    errors: int
    #: Highest share of errors that the checks leave likely (95 %, one-sided), from 0 to 1; None before the first.
    highest: float | None
    since: datetime | None


def bound(session: Session) -> Bound:
    """Adds up the blind checks."""
    checked, agreed, since = session.execute(
        select(func.count(), func.count().filter(Correction.agrees.is_(True)), func.min(Correction.at)).where(
            Correction.kind == "blind"
        )
    ).one()
    errors = checked - agreed
    return Bound(checked=checked, errors=errors, highest=upper_bound(errors, checked) if checked else None, since=since)
