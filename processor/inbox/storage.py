"""Storing fetched mails: the raw bytes, where they lie, and the checkpoint, in one transaction."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from processor.database import Mail, Mailbox, MailLocation, MailState
from processor.inbox.envelope import Envelope, read_envelope
from processor.inbox.fetch import Batch
from processor.inbox.identity import identify
from processor.inbox.values import FetchedMail

#: Text shrinks by half to nine tenths at any level; the low one costs least with large attachments.
_COMPRESSION = 3


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one batch."""

    new: int
    known: int
    incomplete: int


def mailbox_row(session: Session, name: str) -> Mailbox:
    """The mailbox's row, made where there is none, locked until the transaction ends.

    The lock keeps two programs that share a database from storing the same batch side by side (SQLite has one
    writer at a time anyway).
    """
    session.execute(_insert_missing(session, Mailbox.__table__, ["name"]), [{"name": name, "last_uid": 0, "error": ""}])
    return session.scalars(
        select(Mailbox).where(Mailbox.name == name).with_for_update().execution_options(populate_existing=True)
    ).one()


def store(session: Session, mailbox: Mailbox, batch: Batch, now: datetime, *, courtesy: bool) -> Stored:
    """Stores a batch and moves the checkpoint of the (locked) mailbox; the caller commits.

    :param courtesy: whether something is to be done on the server with these mails afterwards.
    """
    mails = [(mail, identify(mail.raw, mail.size - len(mail.raw))) for mail in batch.mails]
    identities: dict[tuple[str, str], FetchedMail] = {}
    for mail, identity in mails:
        identities.setdefault(identity, mail)
    known = _ids(session, identities)
    fresh = {identity: mail for identity, mail in identities.items() if identity not in known}
    if fresh:
        session.execute(
            _insert_missing(session, Mail.__table__, ["message_id", "digest"]),
            [_row(mail, identity, now) for identity, mail in fresh.items()],
        )
        known |= _ids(session, fresh)
    if mails:
        _place(session, mailbox, [(mail, known[identity]) for mail, identity in mails], courtesy=courtesy)
    mailbox.last_uid = max(mailbox.last_uid, batch.last_uid)
    return Stored(len(fresh), len(mails) - len(fresh), sum(bool(mail.error) for mail in fresh.values()))


def _ids(session: Session, identities: dict[tuple[str, str], FetchedMail]) -> dict[tuple[str, str], int]:
    if not identities:
        return {}
    found = session.execute(
        select(Mail.id, Mail.message_id, Mail.digest).where(tuple_(Mail.message_id, Mail.digest).in_(list(identities)))
    )
    return {(message_id, digest): mail_id for mail_id, message_id, digest in found}


def _row(mail: FetchedMail, identity: tuple[str, str], now: datetime) -> dict[str, Any]:
    message_id, digest = identity
    # Whole mails are read later; of the others the staff see at least whose they are.
    envelope = read_envelope(mail.raw) if mail.error else Envelope("", "", "")
    return {
        "message_id": message_id,
        "digest": digest,
        "raw": zlib.compress(mail.raw, _COMPRESSION),
        "size": mail.size,
        "arrived_at": mail.internal_date,
        "fetched_at": now,
        "state": MailState.FAILED if mail.error else MailState.NEW,
        "attempts": 0,
        "error": mail.error,
        "subject": envelope.subject,
        "sender_name": envelope.sender_name,
        "sender_email": envelope.sender_email,
        "intent": "",
        "decision": "",
        "reasons": [mail.error] if mail.error else [],
    }


def _place(session: Session, mailbox: Mailbox, mails: Sequence[tuple[FetchedMail, int]], *, courtesy: bool) -> None:
    """Notes where the mails lie. A server that gives a UID out twice against the rules moves the note."""
    insert = _insert(session)(MailLocation.__table__)
    statement = insert.on_conflict_do_update(
        index_elements=["mailbox_id", "uidvalidity", "uid"],
        set_={"mail_id": insert.excluded.mail_id, "courtesy_due": insert.excluded.courtesy_due},
    )
    session.execute(
        statement,
        [
            {
                "mail_id": mail_id,
                "mailbox_id": mailbox.id,
                "uidvalidity": mail.uidvalidity,
                "uid": mail.uid,
                "courtesy_due": courtesy,
            }
            for mail, mail_id in mails
        ],
    )


def settle(session: Session, mailbox_id: int, uidvalidity: int, uids: Sequence[int]) -> None:
    """Notes that the courtesy for these places is done."""
    session.execute(
        update(MailLocation)
        .where(
            MailLocation.mailbox_id == mailbox_id, MailLocation.uidvalidity == uidvalidity, MailLocation.uid.in_(uids)
        )
        .values(courtesy_due=False)
    )


def _insert(session: Session) -> Any:
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert


def _insert_missing(session: Session, table: Any, unique: list[str]) -> Any:
    """An INSERT that leaves rows alone that are there already, whoever made them."""
    assert isinstance(table, Table)  # noqa: S101 -- for the type checker
    return _insert(session)(table).on_conflict_do_nothing(index_elements=unique)
