"""Reminders before the event: once for each address, also when the daemon stood still."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from processor.database import CheckIn, OutgoingMail, OutgoingState, Registration, Status
from processor.event import Event
from processor.outbox import loops
from processor.outbox.queueing import keep_back, put
from processor.registrations.values import AnswerKind, DueAnswer
from processor.settings import Settings

_log = logging.getLogger(__name__)

#: A missed reminder that comes later than this before the doors open reaches people who are on their way.
_TOO_SHORT = timedelta(hours=1)
#: Thanks that come later than this after their time are no longer expected.
_STILL_THANKS = timedelta(days=7)


def due_reminder(settings: Settings, now: datetime) -> tuple[int, datetime] | None:
    """The reminder that is to go now: its days before the event, and when it became due; None for none.

    Of several that are due, only the last one: the others were missed, and two at once help nobody.
    """
    event = settings.event
    if now >= doors_open(event):
        return None
    moments = [(days, _moment(event, days, settings)) for days in set(settings.reminders.days_before)]
    passed = [(days, moment) for days, moment in moments if moment <= now]
    if not passed:
        return None
    days, moment = max(passed, key=lambda pair: pair[1])
    in_time = now - moment < _TOO_SHORT
    return (days, moment) if in_time or now <= doors_open(event) - _TOO_SHORT else None


def doors_open(event: Event) -> datetime:
    """When people are let in, or when it begins."""
    times = [time for time in (event.doors, event.start) if time]
    if not times:
        # An event without a time: its whole day counts as before it.
        return datetime.combine(event.date + timedelta(days=1), datetime.min.time(), event.zone)
    return datetime.combine(event.date, min(times), event.zone)


def _moment(event: Event, days: int, settings: Settings) -> datetime:
    return datetime.combine(event.date - timedelta(days=days), settings.reminders.at, event.zone)


def remind(session: Session, settings: Settings, now: datetime, *, folder: Path | None = None) -> int:
    """Queues the reminders that are due, in the caller's transaction.

    They go to those who are confirmed, arrived before the reminder was due, and can be reached.

    :returns: how many were queued.
    """
    due = due_reminder(settings, now)
    if due is None:
        return 0
    days, moment = due
    prefix = f"reminder:{settings.event.date.isoformat()}:{days}:"
    just_told = _promised_since(session, moment)
    return _to_all(session, AnswerKind.REMINDER, prefix, moment, settings, now, folder, leave_out=just_told)


def _promised_since(session: Session, moment: datetime) -> frozenset[int]:
    """Registrations that were promised their seat only after the reminder was due: that mail says all it would say."""
    promises = (AnswerKind.ACCEPTED.value, AnswerKind.MOVED_UP.value)
    ids = session.scalars(
        select(OutgoingMail.registration_id).where(
            OutgoingMail.kind.in_(promises),
            OutgoingMail.created_at >= moment,
            OutgoingMail.state != OutgoingState.WITHDRAWN,
            OutgoingMail.registration_id.is_not(None),
        )
    )
    return frozenset(one for one in ids if one is not None)


def thank(session: Session, settings: Settings, now: datetime, *, folder: Path | None = None) -> int:
    """Queues the thanks after the event, where the office wants them, in the caller's transaction.

    Where the office ticked off who came, nobody else is thanked for coming.

    :returns: how many were queued.
    """
    days = settings.reminders.thank_days_after
    if days is None:
        return 0
    moment = _moment(settings.event, -days, settings)
    ended = datetime.combine(settings.event.date, settings.event.end or datetime.max.time(), settings.event.zone)
    if not max(moment, ended) <= now < moment + _STILL_THANKS:
        return 0
    prefix = f"thanks:{settings.event.date.isoformat()}:"
    return _to_all(session, AnswerKind.THANKS, prefix, ended, settings, now, folder, leave_out=_stayed_away(session))


def _stayed_away(session: Session) -> frozenset[int]:
    """Registrations of which nobody came, as far as the office ticked off who did; none where it ticked off nobody."""
    came = set(session.scalars(select(CheckIn.registration_id)))
    return frozenset(session.scalars(select(Registration.id))) - came if came else frozenset()


def _to_all(
    session: Session,
    kind: AnswerKind,
    prefix: str,
    arrived_before: datetime,
    settings: Settings,
    now: datetime,
    folder: Path | None,
    leave_out: frozenset[int] = frozenset(),
) -> int:
    """One mail to each address of those who are confirmed, about all of its registrations."""
    told = set(session.scalars(select(OutgoingMail.key).where(OutgoingMail.key.startswith(prefix, autoescape=True))))
    by_address: dict[str, list[Registration]] = {}
    for registration in _confirmed(session, arrived_before):
        by_address.setdefault(registration.contact_email.lower(), []).append(registration)
    queued = 0
    for address, theirs in by_address.items():
        if prefix + address in told or all(one.id in leave_out for one in theirs):
            continue
        answer = DueAnswer(
            kind=kind,
            registration_id=theirs[0].id,
            mail_id=None,
            recipient_name=theirs[0].contact_name,
            recipient_email=address,
            language=theirs[0].language,
        )
        row = put(session, answer, prefix + address, theirs, answered=None, settings=settings, now=now, folder=folder)
        if why := loops.forbidden(kind, address, None, settings):
            _log.warning("Keine Mail (%s) an %s: %s", kind.value, address, why)
            keep_back(row, why)
            continue
        queued += 1
    return queued


def _confirmed(session: Session, arrived_before: datetime) -> Sequence[Registration]:
    return session.scalars(
        select(Registration)
        .where(
            Registration.status == Status.CONFIRMED,
            Registration.dismissed.is_(False),
            Registration.contact_email != "",
            Registration.unreachable_since.is_(None),
            Registration.arrived_at < arrived_before,
        )
        .order_by(Registration.id)
        .options(selectinload(Registration.attendees))
    ).all()
