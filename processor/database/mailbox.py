"""The mailboxes that are polled, each with its checkpoint."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from processor.database.base import Base, String


class Mailbox(Base):
    """One folder of one account on one server, and how far it has been read.

    The checkpoint (``uidvalidity``, ``last_uid``; RFC 3501, section 2.3.1.1) moves in the transaction that stores
    the raw mails, never apart from it.
    """

    __tablename__ = "mailboxes"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: user@host/folder
    name: Mapped[str] = mapped_column(String(500), unique=True)
    #: None before the first look.
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    #: The highest UID that is stored here; 0 for none.
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    #: How many mails the server held at the last look, and when that was.
    server_count: Mapped[int | None]
    polled_at: Mapped[datetime | None]
    #: The last failure to reach it, in words; "" while all is well.
    error: Mapped[str] = mapped_column(default="")
    #: Since when it has been out of reach; None while all is well.
    failing_since: Mapped[datetime | None]
