"""What is done on the server with mails that are stored: a flag, or a move, for the people who look in Outlook.

It comes after the commit and decides nothing: the database is the truth. What could not be done is due still, and
tried again at the next look.
"""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from imapclient import DELETED, FLAGGED
from sqlalchemy import select

from processor.database import Database, MailLocation
from processor.inbox.connection import Session, speaking
from processor.inbox.fetch import OpenFolder, open_folder
from processor.inbox.storage import settle
from processor.settings.values import ImapSettings

#: The keyword of ``after = "flag"``; people can search for it and colour it.
KEYWORD = b"$Anmeldepost"
#: Mails that are flagged or moved with one command.
_AT_ONCE = 200

_log = logging.getLogger(__name__)


def wanted(settings: ImapSettings) -> bool:
    """Whether anything is to be done on the server."""
    if settings.after == "move":
        return settings.move_to != settings.folder
    return settings.after != "leave"


@dataclass(frozen=True, slots=True)
class Courtesies:
    """What was done on the server."""

    #: Mails that were flagged or moved.
    done: int = 0
    #: Why the rest had to wait, in words; "" where nothing had to.
    error: str = ""


def do_courtesies(
    database: Database, session: Session, settings: ImapSettings, mailbox_id: int, uidvalidity: int
) -> Courtesies:
    """Does what is due.

    :raises MailboxUnreachableError: when the line breaks; what was done before is noted.
    """
    due = _due(database, mailbox_id, uidvalidity)
    if not due:
        return Courtesies()
    folder = open_folder(session, settings, writable=True)
    if folder.uidvalidity != uidvalidity:
        return Courtesies()
    if not folder.writable:
        return Courtesies(
            0, f"Der Ordner „{settings.folder}“ erlaubt keine Änderungen; Mails bleiben dort, wie sie sind."
        )
    done = 0
    try:
        for start in range(0, len(due), _AT_ONCE):
            uids = due[start : start + _AT_ONCE]
            with speaking(settings):
                _do(session, settings, folder, uids)
            with database.transaction() as transaction:
                settle(transaction, mailbox_id, uidvalidity, uids)
            done += len(uids)
    except _RefusedError as error:
        return Courtesies(done, str(error))
    return Courtesies(done)


class _RefusedError(Exception):
    """The server would not do it; the line stands."""


def _due(database: Database, mailbox_id: int, uidvalidity: int) -> list[int]:
    with database.reading() as reading:
        return list(
            reading.scalars(
                select(MailLocation.uid)
                .where(
                    MailLocation.mailbox_id == mailbox_id,
                    MailLocation.uidvalidity == uidvalidity,
                    MailLocation.courtesy_due,
                )
                .order_by(MailLocation.uid)
            )
        )


def _do(session: Session, settings: ImapSettings, folder: OpenFolder, uids: Sequence[int]) -> None:
    try:
        if settings.after == "flag":
            session.add_flags(uids, [KEYWORD if takes_keyword(folder) else FLAGGED], silent=True)
        elif settings.after == "move":
            _move(session, uids, settings.move_to)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        what = "kennzeichnen" if settings.after == "flag" else f"in den Ordner „{settings.move_to}“ verschieben"
        raise _RefusedError(f"Der Mailserver lässt Mails nicht {what}: {error}") from error


def takes_keyword(folder: OpenFolder) -> bool:
    r"""Whether the folder keeps our keyword: ``\*`` allows new ones (RFC 3501, section 7.1)."""
    return rb"\*" in folder.permanent_flags or KEYWORD.lower() in {flag.lower() for flag in folder.permanent_flags}


def _move(session: Session, uids: Sequence[int], target: str) -> None:
    target = ensure_folder(session, target)
    if session.has_capability("MOVE"):
        session.move(uids, target)
        return
    session.copy(uids, target)
    session.add_flags(uids, [DELETED], silent=True)
    if session.has_capability("UIDPLUS"):
        session.uid_expunge(uids)
    # Without UIDPLUS (RFC 4315) an EXPUNGE would also remove what colleagues have marked: ours stay marked, too.


def ensure_folder(session: Session, name: str) -> str:
    """The folder's name, after it was made where it was missing; under the server's prefix where there is one."""
    if session.folder_exists(name):
        return name
    prefix = _prefix(session)
    prefixed = name if not prefix or name.startswith(prefix) else prefix + name
    if prefixed != name and session.folder_exists(prefixed):
        return prefixed
    session.create_folder(prefixed)
    session.subscribe_folder(prefixed)
    _log.info("Ordner „%s“ im Postfach angelegt.", prefixed)
    return prefixed


def _prefix(session: Session) -> str:
    """What all own folders must begin with (RFC 2342), such as „INBOX.“; mostly nothing."""
    if not session.has_capability("NAMESPACE"):
        return ""
    personal = session.namespace().personal
    return str(personal[0][0] or "") if personal else ""
