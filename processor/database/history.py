"""What happened to every registration, and why: rows are added, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from processor.database.base import Base, String


class HistoryEntry(Base):
    """One change of one registration."""

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None where a decision about a mail touched no registration.
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    #: The same for all entries of one action, such as a merger and those who moved up by it.
    step: Mapped[str] = mapped_column(String(32), default="", index=True)
    #: The step that took this one back; "" while it stands.
    undone_by: Mapped[str] = mapped_column(String(32), default="")
    at: Mapped[datetime]
    #: mail, staff, or rule.
    cause: Mapped[str] = mapped_column(String(16))
    #: The account of the member of staff, or the name of the rule; "" for a mail.
    actor: Mapped[str] = mapped_column(default="")
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="SET NULL"))
    #: registered, changed, cancelled, declined, reopened, accepted, refused, ...
    action: Mapped[str] = mapped_column(String(32))
    #: Why, in words, where a person gave a reason.
    reason: Mapped[str] = mapped_column(default="")
    #: The fields that changed, as they were and as they are.
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
