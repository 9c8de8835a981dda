"""The way of one stored mail to a committed transaction: read, booked, its answers queued, all or nothing."""

from __future__ import annotations

import contextlib
import logging
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, undefer

from processor import outbox, registrations
from processor.clock import Clock
from processor.database import Database, Mail, MailState, OutgoingMail
from processor.extraction import Decision, Intent
from processor.message import Message
from processor.reading import GuardedReader, Reading, ReadingFailedError, as_json
from processor.registrations import AnswerKind
from processor.registrations.replay import Effect, Reread, Rereading, again
from processor.settings import Settings

_log = logging.getLogger(__name__)

#: A mail whose reading dies this often is set aside and shown.
MAX_ATTEMPTS = 3
#: Mails that are claimed with one commit; a crash costs each of them one attempt at most.
_CLAIM = 50


@dataclass(slots=True)
class WorkReport:
    """What one pass over the stored mails did."""

    #: Mails that were read and booked.
    read: int = 0
    #: Of these, those that wait for a person.
    waiting: int = 0
    #: Mails whose reading failed in this pass; tried again in the next one.
    failed: int = 0
    #: Mails that were set aside for good.
    set_aside: int = 0


def booking_rules(settings: Settings) -> registrations.Rules:
    """What the book has to know of the settings."""
    return registrations.Rules(
        event=settings.event,
        answers=settings.answers,
        authserv_id=settings.imap.authserv_id,
        colleagues=settings.office.domains,
    )


def work(
    database: Database, settings: Settings, clock: Clock, reader: GuardedReader, *, stop: threading.Event | None = None
) -> WorkReport:
    """Reads and books all mails that are stored and new, in the order of their arrival.

    One transaction for each mail. A mail that cannot be read or booked does not stop the next one; after three
    attempts it is set aside with its reason.

    :param stop: ends the pass after the mail in hand.
    """
    report = WorkReport()
    #: Mails that were claimed in this pass and are still new, and those of them that are not settled.
    tried: set[int] = set()
    claimed: set[int] = set()
    try:
        for mail_id, result in reader.read_all(_claims(database, reader, tried, claimed, report, stop)):
            if _settle(database, settings, clock, mail_id, result, report):
                tried.discard(mail_id)
            claimed.discard(mail_id)
    finally:
        # The pass ended early: it was told to, or database or reading process are out of order. No mail is charged.
        if claimed:
            with contextlib.suppress(OperationalError):
                _give_back(database, claimed)
    return report


def _claims(
    database: Database,
    reader: GuardedReader,
    tried: set[int],
    claimed: set[int],
    report: WorkReport,
    stop: threading.Event | None,
) -> Iterator[tuple[int, bytes]]:
    """Hands out mails, each counted as an attempt before anything reads it.

    Mails that nobody has tried yet are claimed many at once. One that was tried before may be what killed the last
    process: it goes alone, so that its neighbours are not charged for it.

    The reading process starts first: that takes longest by far, and who is killed meanwhile is killed by no mail.
    """
    with database.reading() as session:
        if session.scalar(select(Mail.id).where(Mail.state == MailState.NEW).limit(1)) is None:
            return
    reader.start()
    while not (stop and stop.is_set()):
        with database.transaction() as session:
            batch = [(mail.id, mail.raw) for mail in _next_batch(session, tried, report)]
        if not batch:
            return
        tried.update(mail_id for mail_id, _ in batch)
        claimed.update(mail_id for mail_id, _ in batch)
        for mail_id, raw in batch:
            if stop and stop.is_set():
                return
            yield mail_id, zlib.decompress(raw)


def _next_batch(session: Session, tried: set[int], report: WorkReport) -> list[Mail]:
    query = (
        select(Mail)
        .where(Mail.state == MailState.NEW)
        .order_by(Mail.arrived_at, Mail.id)
        .options(undefer(Mail.raw))
        .limit(_CLAIM)
    )
    if tried:
        query = query.where(Mail.id.not_in(tried))
    batch: list[Mail] = []
    size = 0
    for mail in session.scalars(query.execution_options(yield_per=1)):
        if mail.attempts >= MAX_ATTEMPTS:
            _set_aside(mail, mail.error or "Das Lesen dieser Mail ist dreimal abgebrochen.", report)
            continue
        if batch and (mail.attempts or size + mail.size > 1 << 24):
            break
        mail.attempts += 1
        batch.append(mail)
        size += mail.size
        if mail.attempts > 1:
            break
    return batch


def _give_back(database: Database, mail_ids: Collection[int]) -> None:
    """Mails that were claimed and not settled through no fault of theirs: that was no attempt."""
    with database.transaction() as session:
        for mail in session.scalars(select(Mail).where(Mail.id.in_(mail_ids), Mail.state == MailState.NEW)):
            mail.attempts = max(0, mail.attempts - 1)


def _settle(
    database: Database,
    settings: Settings,
    clock: Clock,
    mail_id: int,
    result: Reading | ReadingFailedError,
    report: WorkReport,
) -> bool:
    """One transaction: the reading is booked and its answers queued, or the failure is noted.

    :returns: whether the mail is booked, and so no longer new.
    """
    if isinstance(result, Reading):
        try:
            with database.transaction() as session:
                mail = session.get(Mail, mail_id, with_for_update=True)
                if mail is not None and mail.state == MailState.NEW:
                    waits = book_reading(session, mail, result, settings, clock)
                    report.read += 1
                    report.waiting += waits
            return True
        except OperationalError:
            # The database, not the mail: nothing was booked, and the pass ends.
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is, the mail is kept and the next one goes on
            _log.exception(
                "Mail %d ließ sich nicht eintragen; sie bleibt liegen und wird noch einmal versucht.", mail_id
            )
            result = ReadingFailedError(f"Das Eintragen dieser Mail ist gescheitert ({type(error).__name__}: {error}).")
    with database.transaction() as session:
        mail = session.get(Mail, mail_id, with_for_update=True)
        if mail is None or mail.state != MailState.NEW:
            return True
        mail.error = str(result)
        if mail.attempts >= MAX_ATTEMPTS:
            _set_aside(mail, str(result), report)
        else:
            report.failed += 1
            _log.warning("Mail %d, Versuch %d von %d: %s", mail.id, mail.attempts, MAX_ATTEMPTS, result)
    return False


def _set_aside(mail: Mail, why: str, report: WorkReport) -> None:
    mail.state = MailState.FAILED
    mail.error = why
    report.set_aside += 1
    _log.error("Mail %d wird beiseitegelegt und auf der Seite des Büros gezeigt: %s", mail.id, why)


def book_reading(session: Session, mail: Mail, reading: Reading, settings: Settings, clock: Clock) -> bool:
    """Books one reading and queues its answers, within the caller's transaction.

    :returns: whether the mail waits for a person.
    """
    message, extraction = reading.message, reading.extraction
    now = clock.now()
    outcome = registrations.book(
        session,
        message,
        extraction,
        registrations.Arrival(mail_id=mail.id, arrived_at=mail.arrived_at),
        booking_rules(settings),
        now,
    )
    if extraction.intent is Intent.BOUNCE:
        registrations.note_bounce(session, message, now, mail.id)
    _answer(session, outcome.answers, message, settings, now)
    _name(mail, message)
    mail.intent = extraction.intent.value
    mail.decision = Decision.REVIEW.value if outcome.waits else extraction.decision.value
    mail.reasons = list(dict.fromkeys([*extraction.reasons, *outcome.reasons])) if outcome.waits else []
    mail.extraction = as_json(reading, settings.event, arrived_at=mail.arrived_at)
    mail.state = MailState.WAITING if outcome.waits else MailState.DONE
    mail.error = ""
    mail.processed_at = now
    return outcome.waits


def _answer(
    session: Session,
    answers: Iterable[registrations.DueAnswer],
    message: Message,
    settings: Settings,
    now: datetime,
) -> None:
    for due in answers:
        outbox.queue(session, due, answered=message, settings=settings, now=now)


def _name(mail: Mail, message: Message) -> None:
    """What the list of mails shows of it."""
    mail.subject = message.full_subject
    mail.sender_name = message.sender.name
    mail.sender_email = message.sender.email


def reread(mail_id: int, reading: Reading, settings: Settings, arrived_at: datetime) -> Reread:
    """A stored mail that was read again, for :func:`book_again` or a dry run."""
    return Reread(
        mail_id=mail_id,
        message=reading.message,
        extraction=reading.extraction,
        kept=as_json(reading, settings.event, arrived_at=arrived_at),
    )


def book_again(session: Session, mail: Reread, settings: Settings, clock: Clock) -> Rereading:
    """Books a mail that was read before once more and queues what is due, within the caller's transaction.

    Whoever has been told that the mail has come is not told so a second time.
    """
    now = clock.now()
    rereading = again(session, mail, booking_rules(settings), now)
    if rereading.effect is Effect.DECIDED:
        return rereading
    row = session.get(Mail, mail.mail_id)
    if row is not None:
        _name(row, mail.message)
    if rereading.outcome is not None:
        received = session.scalar(
            select(OutgoingMail.id)
            .where(OutgoingMail.mail_id == mail.mail_id, OutgoingMail.kind == AnswerKind.RECEIPT.value)
            .limit(1)
        )
        due = [each for each in rereading.outcome.answers if each.kind is not AnswerKind.RECEIPT or received is None]
        _answer(session, due, mail.message, settings, now)
    return rereading
