"""The brake for all: more answers in an hour than a campaign has are a storm. It holds them, and tells the staff."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from processor.database import OutgoingMail, OutgoingState
from processor.outbox import loops
from processor.outbox.queueing import put
from processor.outbox.values import QueueHold
from processor.registrations.values import AnswerKind, DueAnswer
from processor.settings import Settings, SmtpSettings

_log = logging.getLogger(__name__)

#: Begins the key of a mail that tells the staff of a hold: the brake lets it through.
ALARM = "brake:"
#: Begins the words that stand with a mail that the brake keeps back.
_MARK = "Angehalten: "
#: In what such a mail was made from: when the hold was last there.
_HELD_AT = "held_at"
#: More people than this are told of no hold.
_MOST = 50
_SAME_STORM = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What the mail about a hold tells, in numbers."""

    #: Mails an hour that are let through.
    most: int
    #: Mails that wait.
    waiting: int
    #: The page of the office; "" where there is none.
    link: str


def per_hour(settings: SmtpSettings) -> int:
    """When the brake holds the queue: where nothing is set, at a third of what the pace would let through."""
    return settings.per_hour or max(1000, settings.per_minute * 20)


def is_alarm() -> ColumnElement[bool]:
    """Which mails tell the staff of a hold."""
    return OutgoingMail.key.startswith(ALARM)


def hold(session: Session, settings: Settings, now: datetime) -> None:
    """Marks what is due as held back; where nothing was until now, tells the staff, in the caller's transaction.

    A hold lasts for as long as a marked mail waits, and until none did for two hours: so a storm of many hours is
    told once.
    """
    due = (OutgoingMail.state == OutgoingState.QUEUED, OutgoingMail.due_at <= now, ~is_alarm())
    most = per_hour(settings.smtp)
    words = f"{_MARK}In der letzten Stunde gingen {most} Mails hinaus, mehr dürfen es nicht sein."
    alarms = _alarms(session)
    is_new = not (session.scalar(select(exists().where(*_held()))) or any(_lasts(row, now) for row in alarms))
    waiting = session.scalar(select(func.count()).select_from(OutgoingMail).where(*due)) or 0
    if not waiting:
        return
    session.execute(
        update(OutgoingMail)
        .where(*due, OutgoingMail.server_reply != words)
        .values(server_reply=words)
        .execution_options(synchronize_session=False)
    )
    if is_new:
        _log.error("%s Bitte nachsehen, ob das so gewollt ist ([smtp] per_hour).", words)
        alarms = _tell(session, settings, now, waiting)
    for row in alarms:
        row.due = {**(row.due or {}), _HELD_AT: now.isoformat()}


def queue_hold(session: Session, settings: Settings) -> QueueHold | None:
    """What the brake keeps back now; None while it keeps back nothing."""
    waiting, since = session.execute(
        select(func.count(), func.min(OutgoingMail.due_at)).select_from(OutgoingMail).where(*_held())
    ).one()
    if not waiting:
        return None
    alarms = _alarms(session)
    return QueueHold(
        waiting=waiting,
        most=per_hour(settings.smtp),
        since=alarms[0].created_at if alarms else since,
        told=tuple(row.recipient for row in alarms),
    )


def count_held(session: Session) -> int:
    """How many mails the brake keeps back now."""
    return session.scalar(select(func.count()).select_from(OutgoingMail).where(*_held())) or 0


def recipients(settings: Settings) -> tuple[str, ...]:
    """Who is told: those who get the digest; where nobody does, the first person whom answers name with an address."""
    staff = settings.staff
    named = staff.digest_to if staff is not None else ()
    contacts = [contact.email for contact in settings.event.contacts if contact.email][:1]
    return tuple(dict.fromkeys(address.lower() for address in named or contacts))


def sample(settings: Settings) -> dict[str, object]:
    """Invented numbers, to look at."""
    return {"alarm": asdict(Alarm(most=per_hour(settings.smtp), waiting=212, link=_link(settings)))}


def _held() -> tuple[ColumnElement[bool], ...]:
    return (OutgoingMail.state == OutgoingState.QUEUED, OutgoingMail.server_reply.startswith(_MARK))


def _alarms(session: Session) -> list[OutgoingMail]:
    """The mails that told of the last hold; each hold begins with them."""
    rows = session.scalars(select(OutgoingMail).where(is_alarm()).order_by(OutgoingMail.id.desc()).limit(_MOST)).all()
    return [row for row in reversed(rows) if row.created_at == rows[0].created_at]


def _lasts(alarm: OutgoingMail, now: datetime) -> bool:
    """Whether the storm that a mail told of may still be going on."""
    held_at = (alarm.due or {}).get(_HELD_AT)
    return held_at is not None and now - datetime.fromisoformat(held_at) <= _SAME_STORM


def _tell(session: Session, settings: Settings, now: datetime, waiting: int) -> list[OutgoingMail]:
    rows = []
    alarm = Alarm(most=per_hour(settings.smtp), waiting=waiting, link=_link(settings))
    for address in recipients(settings)[:_MOST]:
        if why := loops.forbidden(AnswerKind.DIGEST, address, None, settings):
            _log.warning("Keine Meldung über den angehaltenen Versand an %s: %s", address, why)
            continue
        due = DueAnswer(
            kind=AnswerKind.DIGEST,
            registration_id=None,
            mail_id=None,
            recipient_name="",
            recipient_email=address,
            language="de",
        )
        key = f"{ALARM}{now.isoformat()}:{address}"
        more = {"alarm": asdict(alarm)}
        row = put(session, due, key, [], answered=None, settings=settings, now=now, more=more)
        # It waits for nothing: neither for the time in which answers can be taken back, nor for its turn.
        row.due_at = now
        rows.append(row)
    return rows


def _link(settings: Settings) -> str:
    staff = settings.staff
    return (staff.base_url or f"http://{staff.listen}") if staff else ""
