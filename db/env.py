"""Alembic's entry: the program hands over its own connection, the command line may name a URL (-x url=...)."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Enum

from processor.database import Base, UTCDateTime, make_engine
from processor.database.base import CleanJSON, String


def _render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """A revision stands on its own: it names plain column types, not the program's."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, String):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if kind == "type" and isinstance(item, CleanJSON):
        return "sa.JSON()"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render,
        compare_type=False,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    engine = make_engine(context.get_x_argument(as_dictionary=True)["url"])
    with engine.begin() as opened:
        _run(opened)
