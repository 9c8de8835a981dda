"""What people made of a mail: labelled examples by which the machine is measured."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from processor.database.base import Base, String


class Correction(Base):
    """One mail as a person understood it, beside what the machine had understood; ends with the mail."""

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_kind_at", "kind", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mails.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))
    #: „decision“: a case that was decided; „blind“: a check without the machine's proposal in sight.
    kind: Mapped[str] = mapped_column(String(16))
    #: The fields of ``extract --json`` as the person gave them (intent, headcount, attendees, organisation, ...).
    truth: Mapped[dict[str, Any]]
    #: The same fields as the machine had them.
    proposal: Mapped[dict[str, Any]]
    #: Whether the two say the same.
    agrees: Mapped[bool]
