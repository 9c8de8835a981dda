"""One look at the mailbox: what is new is stored, then marked on the server."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

from processor.clock import Clock
from processor.database import Database, Mailbox
from processor.errors import MailboxUnreachableError
from processor.inbox.connection import Session, connected
from processor.inbox.courtesy import do_courtesies, wanted
from processor.inbox.fetch import OpenFolder, batches, open_folder, uids_above
from processor.inbox.storage import mailbox_row, store
from processor.inbox.values import PollReport
from processor.settings.values import ImapSettings

_log = logging.getLogger(__name__)


def mailbox_name(settings: ImapSettings) -> str:
    """The name under which the mailbox is kept: user@host/folder."""
    folder = "INBOX" if settings.folder.upper() == "INBOX" else settings.folder
    return f"{settings.user}@{settings.host}/{folder}"


def poll(
    database: Database, settings: ImapSettings, clock: Clock, *, stop: threading.Event | None = None
) -> PollReport:
    """Looks once, and stores all that lies above the checkpoint.

    Each batch is one transaction with its checkpoint: wherever this ends, the next look goes on from there. Flags and
    moves on the server (``after``) come last.

    :param stop: ends the look after the batch under way, and cuts the line where the server is silent.
    :raises MailboxUnreachableError: for connection, TLS, login, or folder; noted on the mailbox's row as well.
    """
    name = mailbox_name(settings)
    try:
        with connected(settings, stop=stop) as session:
            report = _look(database, session, settings, clock, stop or threading.Event())
    except MailboxUnreachableError as error:
        if stop is not None and stop.is_set():
            return PollReport(stopped=True)
        with database.transaction() as transaction:
            row = mailbox_row(transaction, name)
            row.error = str(error)
            row.failing_since = row.failing_since or clock.now()
        raise
    if report.courtesy_error:
        # Said once for new mails; repeated every minute it would hide what matters.
        level = logging.WARNING if report.new else logging.DEBUG
        _log.log(level, "%s Neuer Versuch beim nächsten Abruf.", report.courtesy_error)
    return report


def _look(
    database: Database, session: Session, settings: ImapSettings, clock: Clock, stop: threading.Event
) -> PollReport:
    name = mailbox_name(settings)
    folder = open_folder(session, settings)
    with database.transaction() as transaction:
        row = mailbox_row(transaction, name)
        renumbered = _set_checkpoint(row, folder)
        mailbox_id, last_uid, failed_before = row.id, row.last_uid, bool(row.error)
    report = PollReport(server_count=folder.exists, renumbered=renumbered)
    uids = uids_above(session, settings, folder, last_uid)
    for batch in batches(session, settings, folder, uids, clock.now(), careful=failed_before):
        with database.transaction() as transaction:
            row = mailbox_row(transaction, name)
            if row.uidvalidity != folder.uidvalidity:
                # Another program looks at the same mailbox, and has seen a newer state of it.
                return replace(report, stopped=True)
            stored = store(transaction, row, batch, clock.now(), courtesy=wanted(settings))
        report = replace(
            report,
            new=report.new + stored.new,
            known=report.known + stored.known,
            incomplete=report.incomplete + stored.incomplete,
            vanished=report.vanished + batch.vanished,
        )
        if stop.is_set():
            return replace(report, stopped=True)
    if wanted(settings):
        courtesies = do_courtesies(database, session, settings, mailbox_id, folder.uidvalidity)
        moved = courtesies.done if settings.after == "move" else 0
        report = replace(report, server_count=max(0, folder.exists - moved), courtesy_error=courtesies.error)
    with database.transaction() as transaction:
        row = mailbox_row(transaction, name)
        row.server_count, row.polled_at = report.server_count, clock.now()
        row.error, row.failing_since = "", None
    return report


def _set_checkpoint(row: Mailbox, folder: OpenFolder) -> bool:
    """Begins anew where the server has numbered its mails anew; says whether it has.

    A next UID below what was read already means the same, whatever UIDVALIDITY says: a backup was put back.
    """
    rewound = folder.uidnext is not None and folder.uidnext <= row.last_uid
    if row.uidvalidity == folder.uidvalidity and not rewound:
        return False
    first_look = row.uidvalidity is None
    if not first_look:
        _log.warning("Der Mailserver hat die Mails in %s neu nummeriert; alle werden noch einmal angesehen.", row.name)
    row.uidvalidity, row.last_uid = folder.uidvalidity, 0
    return not first_look
