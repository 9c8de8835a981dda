"""Who is there on the day: one row for each seat that was taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from processor.database.base import Base, String


class CheckIn(Base):
    """One seat of a registration whose person has come.

    The pair of registration and place is unique, so that two devices that tap the same person count one.
    """

    __tablename__ = "check_ins"
    __table_args__ = (UniqueConstraint("registration_id", "place", name="uq_check_ins_place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    #: „person:ID“ for a named person, „seat:N“ for the Nth seat without a name.
    place: Mapped[str] = mapped_column(String(32))
    #: None for a seat without a name.
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendees.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    #: Account of who was at the door.
    actor: Mapped[str] = mapped_column(String(100))
