"""Who is looking at a case just now: a courtesy among colleagues, no lock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from processor.database.base import Base, String


class CaseHold(Base):
    """The last person who opened a case; forgotten after a few minutes."""

    __tablename__ = "case_holds"

    #: „mail:ID“, „anmeldung:ID“ or „versand:ID“.
    case: Mapped[str] = mapped_column(String(40), primary_key=True)
    actor: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
