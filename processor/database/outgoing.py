"""The mails that go out: frozen when they are queued, sent once."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from processor.database.base import Base, String, text_enum


class OutgoingState(enum.StrEnum):
    """How far an outgoing mail has got."""

    QUEUED = "queued"
    #: A worker has claimed it until its lease ends.
    SENDING = "sending"
    SENT = "sent"
    #: Refused for good; a person has to look.
    FAILED = "failed"
    #: Waits for a person to release it; or could not be rendered, then ``server_reply`` says why.
    HELD = "held"
    #: Taken back before it went.
    WITHDRAWN = "withdrawn"


class OutgoingMail(Base):
    """One outgoing mail to one recipient, as bytes; not rendered again from newer data."""

    __tablename__ = "outgoing"
    __table_args__ = (Index("ix_outgoing_state_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What makes it the only one of its kind, such as ``answer:MAIL-ID`` or ``reminder:3:ADDRESS``: queued once.
    key: Mapped[str] = mapped_column(String(500), unique=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id", ondelete="SET NULL"), index=True)
    #: The incoming mail that it answers.
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="SET NULL"), index=True)
    recipient: Mapped[str] = mapped_column(String(320), index=True)
    #: Without angle brackets; fixed here, before the first attempt.
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    subject: Mapped[str]
    #: What it was made from, so that it can be rendered again while it is held; None for mails that are no answers.
    due: Mapped[dict[str, Any] | None]
    #: RFC 5322 with CRLF, compressed with zlib; empty while it could not be rendered.
    raw: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    state: Mapped[OutgoingState] = mapped_column(text_enum(OutgoingState), default=OutgoingState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    #: Not before this moment: the hold, and the pauses between attempts.
    due_at: Mapped[datetime]
    #: A claim ends here by itself, whatever became of the worker; None while nobody has claimed it.
    #: By the machine's clock, as a process dies in real time, also in a replay.
    lease_until: Mapped[datetime | None]
    #: When a server was last offered it, by the machine's clock.
    attempted_at: Mapped[datetime | None] = mapped_column(index=True)
    #: The server's last words, or why it could not be reached.
    server_reply: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    #: Sent, but not yet copied into the mailbox's folder of sent mails.
    copy_due: Mapped[bool] = mapped_column(default=False, index=True)
