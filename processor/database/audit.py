"""Who used the page for what: logins, exports, and what else may be asked for later. Rows are added, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from processor.database.base import Base, String


class AuditEntry(Base):
    """One use of the page that has to be accounted for."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    #: Name of the account; for a failed login the name that was typed.
    actor: Mapped[str] = mapped_column(String(100))
    #: login, login_failed, logout, export, bulk, ...
    action: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(String(500), default="")
    #: Where the request came from.
    address: Mapped[str] = mapped_column(String(64), default="")
