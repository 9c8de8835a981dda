"""Who comes: registrations, their people, and the mails that made them what they are."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from processor.database.base import Base, String, text_enum
from processor.database.mail import Mail


class Status(enum.StrEnum):
    """Where a registration stands."""

    CONFIRMED = "confirmed"
    #: Arrived after the deadline; the staff have not decided.
    LATE = "late"
    WAITLISTED = "waitlisted"
    #: A person has to decide before anything is promised.
    REVIEW = "review"
    #: Withdrawn, or declined from the start.
    CANCELLED = "cancelled"


class Channel(enum.StrEnum):
    """How a registration came."""

    MAIL = "mail"
    PHONE = "phone"
    STAFF = "staff"


class Registration(Base):
    """One registration: a contact, and the seats asked for."""

    __tablename__ = "registrations"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Short, unambiguous when read on the telephone; says nothing about the person.
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    status: Mapped[Status] = mapped_column(text_enum(Status), index=True)
    #: Whether it came after the deadline; stays when the status changes.
    late: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[Channel] = mapped_column(text_enum(Channel), default=Channel.MAIL)
    contact_name: Mapped[str] = mapped_column(default="")
    #: Lower case; "" where only a telephone is known.
    contact_email: Mapped[str] = mapped_column(String(320), default="", index=True)
    contact_phone: Mapped[str] = mapped_column(String(40), default="", index=True)
    organisation: Mapped[str] = mapped_column(default="")
    #: The organisation as it is compared: without case, accents and legal form.
    organisation_key: Mapped[str] = mapped_column(String(200), default="", index=True)
    #: All seats, unnamed companions included.
    headcount: Mapped[int] = mapped_column(default=0)
    theme_tables: Mapped[list[Any]] = mapped_column(default=list)
    needs: Mapped[list[Any]] = mapped_column(default=list)
    language: Mapped[str] = mapped_column(String(16), default="de")
    #: A question of the contact that nobody has answered yet.
    open_question: Mapped[bool] = mapped_column(default=False)
    remarks: Mapped[str] = mapped_column(default="")
    #: Seats of a confirmed registration that were asked for after the deadline and are not decided; part of headcount.
    late_seats: Mapped[int] = mapped_column(default=0)
    #: Seats of a confirmed registration that stand on the waiting list; part of headcount.
    waiting_seats: Mapped[int] = mapped_column(default=0)
    #: Since when it stands on the waiting list: its place there; None where nothing waits.
    waiting_since: Mapped[datetime | None]
    #: The theme table that it has a seat at; None where no table is wished for, or none of them has room.
    table_assigned: Mapped[int | None]
    #: Was no registration after all, or was merged into another: kept for the history, shown in no list.
    dismissed: Mapped[bool] = mapped_column(default=False)
    #: Since when mails to the contact have come back; None while the address works.
    unreachable_since: Mapped[datetime | None]
    #: When it arrived: decides on lateness and on the waiting list.
    arrived_at: Mapped[datetime]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    #: Raised by every change; a writer that read an older one is refused.
    version: Mapped[int] = mapped_column(default=1)

    attendees: Mapped[list[AttendeeRow]] = relationship(
        back_populates="registration",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="AttendeeRow.position",
    )
    mails: Mapped[list[RegistrationMail]] = relationship(
        back_populates="registration",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="RegistrationMail.id",
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- the mapper reads a plain dict


class AttendeeRow(Base):
    """One named person of a registration."""

    __tablename__ = "attendees"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    #: The name as it is compared: without case, accents, and the order of its words.
    name_key: Mapped[str] = mapped_column(String(200), default="", index=True)
    organisation: Mapped[str] = mapped_column(default="")
    needs: Mapped[list[Any]] = mapped_column(default=list)

    registration: Mapped[Registration] = relationship(back_populates="attendees")


class RegistrationMail(Base):
    """An incoming mail that belongs to a registration."""

    __tablename__ = "registration_mails"
    __table_args__ = (UniqueConstraint("registration_id", "mail_id", name="uq_registration_mails_pair"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    mail_id: Mapped[int] = mapped_column(ForeignKey("mails.id", ondelete="CASCADE"), index=True)
    #: Whether it made the registration what it is; False for a mail that only touches it (waits, or changed nothing).
    applied: Mapped[bool] = mapped_column(default=True)

    registration: Mapped[Registration] = relationship(back_populates="mails")
    mail: Mapped[Mail] = relationship()
