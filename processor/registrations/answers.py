"""What has to be answered, to whom, and what changed in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from processor.database import HistoryEntry, OutgoingMail, Registration, Status
from processor.registrations.seating import Promotion
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
    :param remark: a sentence of the office that goes with it; what the facts say is left to the letter.
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
            remark=remark,
        ),
    )


def to_promoted(promotions: Iterable[Promotion]) -> tuple[DueAnswer, ...]:
    """What those are told who moved up, each once: it answers no mail of theirs."""
    due: list[DueAnswer] = []
    for each in promotions:
        if each.before.seats < each.after.seats:
            due.extend(answer(each.registration, each.after, None, kind=AnswerKind.MOVED_UP, before=each.before))
        else:
            told = answer(each.registration, each.after, None, kind=AnswerKind.CHANGE)
            table = Difference(field="table_assigned", before="", after=str(each.after.table_assigned))
            due.extend(replace(one, differences=(table,)) for one in told)
    return one_each(due)


def one_each(due: Iterable[DueAnswer]) -> tuple[DueAnswer, ...]:
    """One answer for a registration and address, the first: all say what holds once the decision is made."""
    first: dict[tuple[int | None, str], DueAnswer] = {}
    for each in due:
        first.setdefault((each.registration_id, each.recipient_email), each)
    return tuple(first.values())


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
