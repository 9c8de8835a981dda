"""Secrets of the page that must survive a restart, such as the one that signs session cookies."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from processor.database.base import Base, String


class PageSecret(Base):
    """One random secret under its name; made at the first need, shared by all processes of one installation."""

    __tablename__ = "page_secrets"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: URL-safe text.
    value: Mapped[str] = mapped_column(String(128))
