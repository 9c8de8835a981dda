"""Says what a mailbox offers, and how much of it is stored here."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DatabaseSession

from processor.database import Mailbox, MailLocation
from processor.inbox.connection import connected
from processor.inbox.courtesy import takes_keyword
from processor.inbox.fetch import open_folder
from processor.inbox.polling import mailbox_name
from processor.inbox.values import Holding, Probe
from processor.settings.values import ImapSettings


def probe(settings: ImapSettings) -> Probe:
    """Connects, logs in, and opens the folder read-only; changes nothing.

    :raises MailboxUnreachableError: with the sentence that says what is wrong.
    """
    with connected(settings) as session:
        folder = open_folder(session, settings)
        keywords = None
        if settings.after == "flag":
            # Read-only, a folder allows no flags at all; opened for writing, it still changes nothing by itself.
            keywords = takes_keyword(open_folder(session, settings, writable=True))
        return Probe(
            name=mailbox_name(settings),
            server_count=folder.exists,
            uidvalidity=folder.uidvalidity,
            idle=session.has_capability("IDLE"),
            move=session.has_capability("MOVE"),
            keywords=keywords,
        )


def held(session: DatabaseSession, settings: ImapSettings) -> Holding:
    """How many mails of the folder are stored here, as of the last look."""
    name = mailbox_name(settings)
    row = session.scalars(select(Mailbox).where(Mailbox.name == name)).one_or_none()
    if row is None:
        return Holding(name=name, server_count=None, polled_at=None, held_count=0, gone_count=0)
    places = session.scalar(
        select(func.count())
        .select_from(MailLocation)
        .where(MailLocation.mailbox_id == row.id, MailLocation.uidvalidity == row.uidvalidity)
    )
    stored = places or 0
    # All that lies on the server up to the checkpoint is stored: what we hold beyond its number has left the folder.
    on_server = stored if row.server_count is None else min(stored, row.server_count)
    return Holding(
        name=name,
        server_count=row.server_count,
        polled_at=row.polled_at,
        held_count=on_server,
        gone_count=stored - on_server,
        error=row.error,
        failing_since=row.failing_since,
    )
