"""The people of the office who may open the page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from processor.database.base import Base, String


class Account(Base):
    """One person's access."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    #: Argon2id, PHC string.
    password_hash: Mapped[str] = mapped_column(String(255))
    #: reads, decides, or administers.
    role: Mapped[str] = mapped_column(String(16), default="decides")
    created_at: Mapped[datetime]
    #: Since the last good one.
    failed_logins: Mapped[int] = mapped_column(default=0)
    #: No login before this moment; None where nothing is locked.
    locked_until: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    #: Raised when sessions must end: a new password, a change of role, a logout everywhere.
    session_generation: Mapped[int] = mapped_column(default=1)
