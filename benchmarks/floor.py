"""The least that the same way costs: fetch, parse, one commit for each mail; nothing understood, nothing answered.

Called by ``whole_way``; prints seconds.
"""

from __future__ import annotations

import ssl
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

import mailparser
import sqlalchemy as sa
from imapclient import IMAPClient
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

_parse: Any = mailparser.parse_from_bytes  # the library has no types


class Base(DeclarativeBase):
    """The tables of the floor."""


class Checkpoint(Base):
    """How far the mailbox was read."""

    __tablename__ = "checkpoint"
    id: Mapped[int] = mapped_column(primary_key=True)
    last_uid: Mapped[int]


class RawMail(Base):
    """A mail with what the parser says of it."""

    __tablename__ = "raw"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    raw: Mapped[bytes]
    text: Mapped[str]


class Row(Base):
    """Stands for registration, history, and answer."""

    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(sa.ForeignKey("raw.id"))
    kind: Mapped[str] = mapped_column(index=True)
    body: Mapped[bytes]


def main(port: int, certificate: str) -> float:
    """Takes all mails of the mailbox; gives the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{Path(folder) / 'floor.sqlite3'}")

        @sa.event.listens_for(engine, "connect")
        def _configure(connection: Any, _record: Any) -> None:
            for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {setting}")

        Base.metadata.create_all(engine)
        begin = time.perf_counter()
        client = IMAPClient("127.0.0.1", port, ssl_context=ssl.create_default_context(cafile=certificate), timeout=60)
        client.normalise_times = False
        client.plain_login("office", "geheim")
        client.select_folder("INBOX", readonly=True)
        uids = client.search()
        with Session(engine) as session, session.begin():
            session.add(Checkpoint(id=1, last_uid=0))
        for start in range(0, len(uids), 100):
            fetched = client.fetch(uids[start : start + 100], ["BODY.PEEK[]", "INTERNALDATE"])
            for uid in sorted(fetched):
                raw = fetched[uid][b"BODY[]"]
                mail = _parse(raw)
                with Session(engine) as session, session.begin():
                    stored = RawMail(
                        message_id=mail.message_id, raw=zlib.compress(raw, 6), text="".join(mail.text_plain)
                    )
                    session.add(stored)
                    session.flush()
                    session.add_all(
                        Row(mail_id=stored.id, kind=kind, body=b"z" * size)
                        for kind, size in (("registration", 100), ("history", 100), ("answer", 4000))
                    )
                    session.execute(sa.update(Checkpoint).values(last_uid=uid))
        seconds = time.perf_counter() - begin
        engine.dispose()
    return seconds


if __name__ == "__main__":
    print(main(int(sys.argv[1]), sys.argv[2]))
