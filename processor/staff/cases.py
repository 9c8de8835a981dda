"""What waits for a person: one queue of everything, oldest first, each with its reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from processor.database import (
    CaseHold,
    Mail,
    MailState,
    OutgoingMail,
    OutgoingState,
    Registration,
    RegistrationMail,
    Status,
)
from processor.staff import words

#: Who opened a case is shown to others for so long.
_HOLD = timedelta(minutes=5)
#: Outgoing mails that a person has to look at.
_STUCK = (OutgoingState.FAILED, OutgoingState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing to decide."""

    #: „mail:ID“, „anmeldung:ID“ or „versand:ID“.
    key: str
    kind: str
    title: str
    detail: str
    since: datetime
    reasons: tuple[str, ...]
    #: Colleague who looks at it just now; "" for nobody.
    held_by: str = ""

    @property
    def address(self) -> str:
        """Its page."""
        sort, _, number = self.key.partition(":")
        return f"/entscheiden/{sort}/{number}"


def queue(session: Session, now: datetime, *, me: str, say: words.Say = str) -> list[Case]:
    """All cases, oldest first.

    :param me: the account that asks; its own look at a case is not told to it.
    :param say: gives a text in the language of the page.
    """
    holds: dict[str, str] = {
        hold.case: hold.actor
        for hold in session.scalars(select(CaseHold).where(CaseHold.at > now - _HOLD, CaseHold.actor != me))
    }
    found = [*_mails(session, holds, say), *_registrations(session, holds, say), *_outgoing(session, holds, say)]
    return sorted(found, key=lambda case: (case.since, case.key))


def count(session: Session) -> int:
    """How many cases wait."""
    mails = select(func.count()).select_from(Mail).where(Mail.state.in_((MailState.WAITING, MailState.FAILED)))
    registrations = select(func.count()).select_from(Registration).where(_needs_person())
    outgoing = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.state.in_(_STUCK))
    return sum(session.scalar(query) or 0 for query in (mails, registrations, outgoing))


def hold(session: Session, key: str, actor: str, now: datetime) -> str:
    """Notes who looks at a case; gives the colleague who has looked at it before, "" for nobody."""
    row = session.get(CaseHold, key)
    if row is None:
        session.add(CaseHold(case=key, actor=actor, at=now))
        return ""
    other = row.actor if row.actor != actor and row.at > now - _HOLD else ""
    if not other:
        row.actor, row.at = actor, now
    return other


def after(cases: list[Case], key: str, since: datetime | None = None) -> str:
    """The address of the next case, past those that a colleague looks at; the queue where none is left.

    :param since: when the case began that was just decided, and is in the queue no more; None for one that is.
    """
    if since is not None:
        position = sum((case.since, case.key) < (since, key) for case in cases)
    else:
        position = next((number for number, case in enumerate(cases) if case.key == key), 0)
    rest = [case for case in (*cases[position:], *cases[:position]) if case.key != key]
    return next((case.address for case in rest if not case.held_by), "/entscheiden")


def _needs_person() -> ColumnElement[bool]:
    """Registrations that wait by themselves: not those whose mail is in the queue already."""
    in_queue = (
        select(RegistrationMail.id)
        .join(Mail, Mail.id == RegistrationMail.mail_id)
        .where(RegistrationMail.registration_id == Registration.id, Mail.state == MailState.WAITING)
        .exists()
    )
    return and_(
        Registration.dismissed.is_(False),
        or_(
            Registration.status == Status.LATE,
            and_(Registration.status == Status.CONFIRMED, Registration.late_seats > 0),
            and_(Registration.open_question.is_(True), Registration.status.not_in((Status.REVIEW, Status.CANCELLED))),
            and_(Registration.unreachable_since.is_not(None), Registration.status != Status.CANCELLED),
        ),
        ~in_queue,
    )


def _mails(session: Session, holds: dict[str, str], say: words.Say) -> list[Case]:
    rows = session.execute(
        select(
            Mail.id,
            Mail.state,
            Mail.subject,
            Mail.sender_name,
            Mail.sender_email,
            Mail.arrived_at,
            Mail.reasons,
            Mail.intent,
            Mail.error,
        ).where(Mail.state.in_((MailState.WAITING, MailState.FAILED)))
    )
    return [
        Case(
            key=f"mail:{row.id}",
            kind=say("beiseitegelegt") if row.state is MailState.FAILED else words.word(row.intent, "intent", say),
            title=row.sender_name or row.sender_email or say("unbekannter Absender"),
            detail=row.subject or say("ohne Betreff"),
            since=row.arrived_at,
            reasons=(row.error,) if row.state is MailState.FAILED else tuple(row.reasons),
            held_by=holds.get(f"mail:{row.id}", ""),
        )
        for row in rows
    ]


def _registrations(session: Session, holds: dict[str, str], say: words.Say) -> list[Case]:
    found = session.scalars(select(Registration).where(_needs_person()))
    return [
        Case(
            key=f"anmeldung:{each.id}",
            kind=kind_of(each, say),
            title=each.contact_name or each.organisation or each.contact_email,
            detail=each.organisation,
            since=each.arrived_at,
            reasons=reasons_of(each, say),
            held_by=holds.get(f"anmeldung:{each.id}", ""),
        )
        for each in found
    ]


def kind_of(registration: Registration, say: words.Say = str) -> str:
    """What a registration waits for, in a word."""
    if registration.status is Status.LATE or registration.late_seats:
        return say("verspätet")
    return say("Frage") if registration.open_question else say("nicht erreichbar")


def reasons_of(registration: Registration, say: words.Say = str) -> tuple[str, ...]:
    """Why a registration waits for a person."""
    reasons: list[str] = []
    if registration.status is Status.LATE:
        seats = words.seats(registration.headcount, say)
        reasons.append(say("{seats} nach dem Anmeldeschluss: annehmen?").format(seats=seats))
    elif registration.late_seats:
        seats = words.seats(registration.late_seats, say)
        reasons.append(say("{seats} mehr nach dem Anmeldeschluss: annehmen?").format(seats=seats))
    if registration.open_question:
        reasons.append(say("Eine Frage ist noch nicht beantwortet."))
    if registration.unreachable_since is not None:
        back = say("Mails an {address} kommen zurück: anrufen oder die Adresse berichtigen?")
        reasons.append(back.format(address=registration.contact_email))
    return tuple(reasons)


def _outgoing(session: Session, holds: dict[str, str], say: words.Say) -> list[Case]:
    rows = session.execute(
        select(
            OutgoingMail.id,
            OutgoingMail.kind,
            OutgoingMail.state,
            OutgoingMail.recipient,
            OutgoingMail.created_at,
            OutgoingMail.server_reply,
        ).where(OutgoingMail.state.in_(_STUCK))
    )
    return [
        Case(
            key=f"versand:{row.id}",
            kind=words.word(row.state, "outgoing_state", say),
            title=row.recipient,
            detail=words.word(row.kind, "kind", say),
            since=row.created_at,
            reasons=(row.server_reply or say("Die Mail wurde nicht gesendet."),),
            held_by=holds.get(f"versand:{row.id}", ""),
        )
        for row in rows
    ]
