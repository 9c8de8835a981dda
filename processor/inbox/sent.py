"""Copies of what was sent, in the mailbox's own folder for that: colleagues see the answers in their mail program."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import threading
import zlib
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from processor.clock import Clock
from processor.database import Database, OutgoingMail, OutgoingState
from processor.database.worklock import work_lock
from processor.errors import MailboxUnreachableError
from processor.inbox.connection import Session, connected, speaking
from processor.inbox.courtesy import ensure_folder
from processor.settings.values import ImapSettings

_log = logging.getLogger(__name__)

#: Mails that are read from the database at once.
_AT_ONCE = 20


def append_copies(
    database: Database, settings: ImapSettings, clock: Clock, *, stop: threading.Event | None = None
) -> int:
    """Copies what was sent and not yet copied into ``sent_folder``: read, with the time of sending, and once.

    What is sent without that folder being set is never copied. A copy that a dead process made without noting it is
    found by its Message-ID. Nothing waits for this: the answers themselves have gone.

    :returns: how many copies were made.
    :raises MailboxUnreachableError: for connection, login, or a folder that takes nothing; the rest goes next time.
    """
    stop = stop or threading.Event()
    if not settings.sent_folder or stop.is_set() or not _due(database, 1):
        return 0
    with work_lock(database, "copies") as mine:
        if not mine:
            return 0
        try:
            with connected(settings, stop=stop) as session:
                return _append_all(database, session, settings, clock, stop)
        except MailboxUnreachableError:
            if stop.is_set():
                return 0
            raise


def _append_all(
    database: Database, session: Session, settings: ImapSettings, clock: Clock, stop: threading.Event
) -> int:
    with speaking(settings), _refusal(settings):
        folder = ensure_folder(session, settings.sent_folder)
        session.select_folder(folder, readonly=True)
    made = 0
    while not stop.is_set() and (batch := _due(database, _AT_ONCE)):
        for mail in batch:
            if stop.is_set():
                break
            made += _append(session, settings, folder, mail, mail.sent_at or clock.now())
            with database.transaction() as transaction:
                transaction.execute(update(OutgoingMail).where(OutgoingMail.id == mail.id).values(copy_due=False))
    return made


def _append(session: Session, settings: ImapSettings, folder: str, mail: OutgoingMail, sent_at: datetime) -> int:
    """One copy; 0 where it lies there already, and where nothing is left to copy."""
    if not mail.raw:
        return 0
    with speaking(settings), _refusal(settings):
        if session.search(["HEADER", "Message-ID", mail.message_id]):
            return 0
        session.append(folder, zlib.decompress(mail.raw), (rb"\Seen",), sent_at)
    return 1


@contextlib.contextmanager
def _refusal(settings: ImapSettings) -> Iterator[None]:
    """Says which folder the server would not take the copy into."""
    try:
        yield
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise MailboxUnreachableError(
            f"Der Mailserver {settings.host} nimmt in den Ordner „{settings.sent_folder}“ keine Kopie der Antworten "
            f"({error}). Bitte [imap] sent_folder prüfen; die Antworten selbst sind verschickt."
        ) from error


def _due(database: Database, most: int) -> list[OutgoingMail]:
    with database.reading() as reading:
        rows = list(
            reading.scalars(
                select(OutgoingMail)
                .where(OutgoingMail.copy_due, OutgoingMail.state == OutgoingState.SENT)
                .order_by(OutgoingMail.id)
                .limit(most)
                .options(undefer(OutgoingMail.raw))
            )
        )
        reading.expunge_all()
        return rows
