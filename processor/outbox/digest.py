"""The daily digest for the staff: what came, what waits for a decision, what failed. Numbers, no names."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from processor.database import Mail, MailState, OutgoingMail, OutgoingState, Registration, Status
from processor.outbox import brake, loops
from processor.outbox.queueing import put
from processor.registrations.values import AnswerKind, DueAnswer
from processor.settings import Settings

_log = logging.getLogger(__name__)

#: A digest that was missed for longer than this is left out: the next one tells it all.
_STILL_NEWS = timedelta(hours=12)
_FIRST_CALL = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What the staff should know, in numbers."""

    #: „Freitag, 8. November 2024, 07:30“
    moment: str
    #: Since the digest before.
    mails: int
    registrations: int
    #: In all.
    confirmed: int
    seats: int
    capacity: int | None
    waiting: int
    #: Day and hour of the oldest mail that waits; "" for none.
    oldest: str
    late: int
    waitlisted: int
    questions: int
    unread: int
    failed: int
    held: int
    #: Kept back by the brake for all.
    braked: int
    unreachable: int
    #: The page of the office; "" where there is none.
    link: str


def send_digest(session: Session, settings: Settings, now: datetime, *, folder: Path | None = None) -> int:
    """Queues the digest of the day for everybody who gets it, once, in the caller's transaction.

    :returns: how many were queued.
    """
    staff = settings.staff
    if staff is None or not staff.digest_to:
        return 0
    local = now.astimezone(settings.event.zone)
    due = datetime.combine(local.date(), staff.digest_at, settings.event.zone)
    if not due <= now < due + _STILL_NEWS:
        return 0
    queued = 0
    for address in dict.fromkeys(one.lower() for one in staff.digest_to):
        key = f"digest:{local.date().isoformat()}:{address}"
        if session.scalar(select(OutgoingMail.id).where(OutgoingMail.key == key)) is not None:
            continue
        if why := loops.forbidden(AnswerKind.DIGEST, address, None, settings):
            # This is called every minute for half a day: it is said at the first call, and by ``check``.
            if now < due + _FIRST_CALL:
                _log.warning("Keine Tagesübersicht an %s: %s", address, why)
            continue
        answer = DueAnswer(
            kind=AnswerKind.DIGEST,
            registration_id=None,
            mail_id=None,
            recipient_name="",
            recipient_email=address,
            language="de",
        )
        more = {"digest": asdict(gather(session, settings, due))}
        put(session, answer, key, [], answered=None, settings=settings, now=now, folder=folder, more=more)
        queued += 1
    return queued


def gather(session: Session, settings: Settings, due: datetime) -> Digest:
    """Counts it all."""
    since = due - timedelta(days=1)
    confirmed = (Registration.status == Status.CONFIRMED, Registration.dismissed.is_(False))
    oldest = session.scalar(select(func.min(Mail.arrived_at)).where(Mail.state == MailState.WAITING))
    promised = Registration.headcount - Registration.late_seats - Registration.waiting_seats
    staff = settings.staff
    return Digest(
        moment=_words(due, settings),
        mails=_count(session, Mail, Mail.fetched_at >= since),
        registrations=_count(session, Registration, Registration.created_at >= since, ~Registration.dismissed),
        confirmed=_count(session, Registration, *confirmed),
        seats=session.scalar(select(func.coalesce(func.sum(promised), 0)).where(*confirmed)) or 0,
        capacity=settings.event.capacity,
        waiting=_count(session, Mail, Mail.state == MailState.WAITING),
        oldest=_words(oldest, settings) if oldest else "",
        late=_count(session, Registration, Registration.status == Status.LATE, ~Registration.dismissed),
        waitlisted=_count(session, Registration, Registration.status == Status.WAITLISTED, ~Registration.dismissed),
        questions=_count(session, Registration, Registration.open_question.is_(True), ~Registration.dismissed),
        unread=_count(session, Mail, Mail.state == MailState.FAILED),
        failed=_count(session, OutgoingMail, OutgoingMail.state == OutgoingState.FAILED),
        held=_count(session, OutgoingMail, OutgoingMail.state == OutgoingState.HELD),
        braked=brake.count_held(session),
        unreachable=_count(
            session, Registration, Registration.unreachable_since.is_not(None), Registration.status != Status.CANCELLED
        ),
        link=(staff.base_url or f"http://{staff.listen}") if staff else "",
    )


def sample(settings: Settings) -> Digest:
    """Invented numbers, to look at."""
    return Digest(
        moment="Freitag, 8. November 2024, 07:30", mails=12, registrations=9, confirmed=41, seats=87,
        capacity=settings.event.capacity or 120, waiting=3, oldest="Donnerstag, 7. November 2024, 16:12", late=2,
        waitlisted=1, questions=4, unread=1, failed=1, held=1, braked=0, unreachable=2,
        link=settings.staff.base_url if settings.staff else "",
    )  # fmt: skip


def _count(session: Session, table: Any, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _words(moment: datetime, settings: Settings) -> str:
    from babel.dates import format_date

    local = moment.astimezone(settings.event.zone)
    return f"{format_date(local, 'full', locale='de')}, {local:%H:%M}"
