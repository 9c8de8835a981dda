"""The commands for accesses to the staff page."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from sqlalchemy import select

from processor.cli.common import installation
from processor.clock import SystemClock
from processor.database import Account
from processor.errors import UsageError
from processor.staff import accounts

_ROLES = {"reads": "liest", "decides": "entscheidet", "administers": "verwaltet"}


def _password() -> tuple[str, bool]:
    """From standard input where something is piped in, else a new one; and whether it is new."""
    if not sys.stdin.isatty() and (given := sys.stdin.readline().rstrip("\r\n")):
        return given, False
    return secrets.token_urlsafe(12), True


def _tell(name: str, password: str, *, new: bool) -> None:
    sys.stdout.write(f"user: {name}\n")
    if new:
        sys.stdout.write(f"password: {password}\n")


def add(config: Path, name: str, role: str) -> int:
    """``anmeldepost account add``"""
    password, new = _password()
    with installation(config) as (database, _), database.transaction() as session:
        if session.scalar(select(Account).where(Account.name == name)):
            raise UsageError(f"Den Zugang „{name}“ gibt es schon; „account password“ gibt ihm ein neues Passwort.")
        accounts.create_account(session, name, password, role, SystemClock().now())
    _tell(name, password, new=new)
    return 0


def password(config: Path, name: str) -> int:
    """``anmeldepost account password``: ends all sessions of the access as well."""
    word, new = _password()
    with installation(config) as (database, _), database.transaction() as session:
        _known(session.scalar(select(Account).where(Account.name == name)), name)
        accounts.set_password(session, name, word)
    _tell(name, word, new=new)
    return 0


def remove(config: Path, name: str) -> int:
    """``anmeldepost account remove``"""
    with installation(config) as (database, _), database.transaction() as session:
        _known(session.scalar(select(Account).where(Account.name == name)), name)
        accounts.remove(session, name)
    sys.stdout.write(f"Der Zugang „{name}“ ist weggenommen.\n")
    return 0


def list_accounts(config: Path) -> int:
    """``anmeldepost account list``"""
    with installation(config) as (database, _), database.reading() as session:
        for account in session.scalars(select(Account).order_by(Account.name)):
            sys.stdout.write(f"{account.name}: {_ROLES.get(account.role, account.role)}\n")
    return 0


def _known(account: Account | None, name: str) -> None:
    if account is None:
        raise UsageError(f"Einen Zugang „{name}“ gibt es nicht.")
