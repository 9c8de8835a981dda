"""The incoming mails: raw first, then what was made of them."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from processor.database.base import Base, String, text_enum


class MailState(enum.StrEnum):
    """How far a mail has got."""

    #: Stored, not yet read.
    NEW = "new"
    #: Read and booked; nothing is left to do.
    DONE = "done"
    #: Read; a person has to decide.
    WAITING = "waiting"
    #: A person has decided.
    DECIDED = "decided"
    #: Reading died too often: set aside and shown; can be processed again.
    FAILED = "failed"
    #: Its contents were erased (GDPR, article 17, or at the end of the retention); only its identity is left, so that
    #: the same mail on the server is not taken for a new one.
    ERASED = "erased"


class Mail(Base):
    """One incoming mail, whole. The same mail again (same Message-ID, same digest) is one row."""

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("message_id", "digest", name="uq_mails_identity"),
        Index("ix_mails_state_arrived", "state", "arrived_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Without angle brackets; "" where the mail has none, then the digest alone tells it apart.
    message_id: Mapped[str] = mapped_column(String(1000), index=True)
    #: SHA-256 of what does not change on the way to a second delivery (see ``processor.inbox.identity``).
    digest: Mapped[str] = mapped_column(String(64))
    #: Compressed with zlib.
    raw: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    #: Bytes before compression.
    size: Mapped[int]
    #: INTERNALDATE: decides on lateness and on the order.
    arrived_at: Mapped[datetime]
    fetched_at: Mapped[datetime]

    state: Mapped[MailState] = mapped_column(text_enum(MailState), default=MailState.NEW)
    #: How often reading it was begun.
    attempts: Mapped[int] = mapped_column(default=0)
    #: Why reading failed, in words; "" where it did not.
    error: Mapped[str] = mapped_column(default="")

    # -- what was read, for the list of mails; "" before --
    subject: Mapped[str] = mapped_column(default="")
    sender_name: Mapped[str] = mapped_column(default="")
    sender_email: Mapped[str] = mapped_column(String(320), default="", index=True)
    intent: Mapped[str] = mapped_column(String(32), default="")
    #: The extraction's decision: auto, review, ignore; "" before reading.
    decision: Mapped[str] = mapped_column(String(32), default="")
    #: Why a person has to look at it, in words.
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    #: What ``extract --json`` prints for it; None before reading.
    extraction: Mapped[dict[str, Any] | None]
    processed_at: Mapped[datetime | None]

    locations: Mapped[list[MailLocation]] = relationship(
        back_populates="mail", cascade="all, delete-orphan", passive_deletes=True
    )


class MailLocation(Base):
    """Where a mail lies on a server: one row for each (mailbox, UIDVALIDITY, UID) that was stored."""

    __tablename__ = "mail_locations"
    __table_args__ = (UniqueConstraint("mailbox_id", "uidvalidity", "uid", name="uq_mail_locations_place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mails.id", ondelete="CASCADE"), index=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id", ondelete="CASCADE"))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    #: Whether the courtesy on the server (flag or move) is still to be done.
    courtesy_due: Mapped[bool] = mapped_column(default=False)

    mail: Mapped[Mail] = relationship(back_populates="locations")
