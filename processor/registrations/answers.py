"""What has to be answered, to whom, and what changed in words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processor.database import HistoryEntry, OutgoingMail, Registration, Status
from processor.registrations.state import State
from processor.registrations.values import AnswerKind, Difference, DueAnswer, Rules

_KIND_OF_STATUS = {
    Status.CONFIRMED: AnswerKind.CONFIRMATION,
    Status.LATE: AnswerKind.LATE,
    Status.WAITLISTED: AnswerKind.WAITLIST,
    Status.REVIEW: AnswerKind.RECEIPT,
    Status.CANCELLED: AnswerKind.CANCELLATION,
}

#: Fields that an answer speaks of when they change.
_TOLD = (
    "headcount",
    "attendees",
    "organisation",
    "theme_tables",
    "needs",
    "contact_name",
    "contact_phone",
)


def kind_of(state: State) -> AnswerKind:
    """The answer that tells how a registration stands."""
    return _KIND_OF_STATUS[state.status]


def answer(
    registration: Registration,
    state: State,
    mail_id: int | None,
    *,
    kind: AnswerKind | None = None,
    before: State | None = None,
    remark: str = "",
) -> tuple[DueAnswer, ...]:
    """The answer to the registered address; none where no address is known.

    :param kind: what kind; None tells how the registration stands.
    :param before: what it said before, so that the answer says what changed.
    :param remark: a sentence that goes with it.
    """
    if not state.contact_email:
        return ()
    return (
        DueAnswer(
            kind=kind or kind_of(state),
            registration_id=registration.id,
            mail_id=mail_id,
            recipient_name=state.contact_name,
            recipient_email=state.contact_email,
            language=state.language,
            differences=differences(before, state) if before is not None else (),
            remark=" ".join(part for part in (remark, without_table(state)) if part),
        ),
    )


def without_table(state: State) -> str:
    """What an answer says beside the state itself: that no table wished for has room."""
    if state.status is Status.CONFIRMED and state.theme_tables and state.table_assigned is None:
        return "Am gewünschten Thementisch ist im Augenblick kein Platz frei; wir melden uns, wenn einer frei wird."
    return ""


def in_words(state: State, field: str) -> str:
    """A field's value as a person reads it; "" for nothing."""
    value = getattr(state, field)
    if field == "attendees":
        return ", ".join(state.names)
    if field == "theme_tables":
        return ", ".join(str(number) for number in value)
    if field == "needs":
        return ", ".join(value)
    return str(value)


def differences(before: State, after: State) -> tuple[Difference, ...]:
    """What changed, in the order in which an answer tells it."""
    return tuple(
        Difference(field=field, before=in_words(before, field), after=in_words(after, field))
        for field in _TOLD
        if in_words(before, field) != in_words(after, field)
    )


def day_of(moment: datetime, rules: Rules) -> datetime:
    """The midnight, in the event's zone, at which a moment's day began."""
    return moment.astimezone(rules.event.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def receipt(
    session: Session,
    rules: Rules,
    now: datetime,
    *,
    name: str,
    email: str,
    language: str,
    mail_id: int,
    registration_id: int | None = None,
) -> tuple[DueAnswer, ...]:
    """The receipt for a mail that waits: at most one per address and day, and none without an address."""
    if not email:
        return ()
    sent = session.scalar(
        select(OutgoingMail.id)
        .where(
            OutgoingMail.kind == AnswerKind.RECEIPT.value,
            OutgoingMail.recipient == email,
            OutgoingMail.created_at >= day_of(now, rules),
        )
        .limit(1)
    )
    if sent is not None:
        return ()
    return (
        DueAnswer(
            kind=AnswerKind.RECEIPT,
            registration_id=registration_id,
            mail_id=mail_id,
            recipient_name=name,
            recipient_email=email,
            language=language,
        ),
    )


def told_again_today(session: Session, registration: Registration, rules: Rules, now: datetime) -> bool:
    """Whether the same state was already told once more today."""
    entry = session.scalar(
        select(HistoryEntry.id)
        .where(
            HistoryEntry.registration_id == registration.id,
            HistoryEntry.action == "told_again",
            HistoryEntry.at >= day_of(now, rules),
        )
        .limit(1)
    )
    return entry is not None
