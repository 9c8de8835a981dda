"""The people who may open the page: made by a command, never by the page itself."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from processor.database import Account, PageSecret
from processor.errors import UsageError

#: RFC 9106, section 4, second recommended option (64 MiB), as the library has it.
_HASHER = PasswordHasher()
#: Wrong passwords that cost nothing; each one after them doubles the pause.
_FREE_FAILURES = 3
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=15)
#: NIST SP 800-63B, section 5.1.1.2, asks for 8 at least and for no rules of composition.
SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 200


class Role(StrEnum):
    """What an account may do; each may also do what stands before it."""

    READS = "reads"
    DECIDES = "decides"
    ADMINISTERS = "administers"

    def may(self, needed: Role) -> bool:
        """Whether this role is enough for something."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What became of an attempt to log in."""

    #: None where it failed.
    account: Account | None
    #: No further attempt before this moment; None where nothing is locked.
    locked_until: datetime | None = None


def create_account(
    session: Session, name: str, password: str, role: Role | str = Role.DECIDES, now: datetime | None = None
) -> Account:
    """Makes an account.

    :param name: what is typed at the login; spaces around it do not count.
    :param now: aware; the moment that is noted with it.
    :raises UsageError: when the name is taken or empty, the password too short, or the role unknown.
    """
    name = _clean(name)
    if not name or len(name) > 100:
        raise UsageError("Ein Konto braucht einen Namen mit 1 bis 100 Zeichen.")
    if find(session, name) is not None:
        raise UsageError(f"Das Konto „{name}“ gibt es schon.")
    if now is None:
        raise UsageError("Ein Konto braucht den Zeitpunkt, an dem es angelegt wird.")
    account = Account(
        name=name,
        password_hash=_HASHER.hash(_checked(password)),
        role=_role(role).value,
        created_at=now,
        locked_until=None,
        last_login_at=None,
    )
    session.add(account)
    session.flush()
    return account


def find(session: Session, name: str) -> Account | None:
    """The account of this name; None where there is none."""
    return session.scalar(select(Account).where(Account.name == _clean(name)))


def verify(session: Session, name: str, password: str, now: datetime) -> Login:
    """Checks a password; the failures are counted, and after the third each one doubles a pause.

    The caller commits, also where the login failed. An unknown name takes as long as a known one.
    """
    account = session.scalar(select(Account).where(Account.name == _clean(name)).with_for_update())
    if account is None:
        # As long as with an account: the time must not tell which names there are.
        _HASHER.hash(password[:_LONGEST_PASSWORD])
        return Login(account=None)
    if account.locked_until is not None and account.locked_until > now:
        return Login(account=None, locked_until=account.locked_until)
    try:
        _HASHER.verify(account.password_hash, password[:_LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        account.failed_logins += 1
        over = account.failed_logins - _FREE_FAILURES
        if over >= 0:
            account.locked_until = now + min(_FIRST_PAUSE * 2 ** min(over, 20), _LONGEST_PAUSE)
        return Login(account=None, locked_until=account.locked_until)
    account.failed_logins = 0
    account.locked_until = None
    account.last_login_at = now
    if _HASHER.check_needs_rehash(account.password_hash):
        account.password_hash = _HASHER.hash(password[:_LONGEST_PASSWORD])
    return Login(account=account)


def set_password(session: Session, name: str, password: str) -> None:
    """Gives a new password, lifts a lock, and ends all sessions of the account.

    :raises UsageError: when there is no such account or the password is too short.
    """
    account = _existing(session, name)
    account.password_hash = _HASHER.hash(_checked(password))
    account.failed_logins = 0
    account.locked_until = None
    account.session_generation += 1


def set_role(session: Session, name: str, role: Role | str) -> None:
    """Changes what an account may do, and ends its sessions.

    :raises UsageError: when there is no such account or role.
    """
    account = _existing(session, name)
    account.role = _role(role).value
    account.session_generation += 1


def remove(session: Session, name: str) -> None:
    """Takes an account away; its sessions end with it, its name stays in the history.

    :raises UsageError: when there is no such account.
    """
    session.delete(_existing(session, name))


def session_secret(session: Session) -> str:
    """The secret that signs session cookies: kept in the database, so that it outlives restarts and is shared by all
    processes of one installation. The caller commits."""
    row = session.get(PageSecret, "session")
    if row is None:
        row = PageSecret(name="session", value=secrets.token_urlsafe(48))
        session.add(row)
        session.flush()
    return row.value


def _existing(session: Session, name: str) -> Account:
    account = find(session, name)
    if account is None:
        raise UsageError(f"Ein Konto „{_clean(name)}“ gibt es nicht.")
    return account


def _clean(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _checked(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"Das Passwort ist zu kurz: mindestens {SHORTEST_PASSWORD} Zeichen, gern ein ganzer Satz.")
    if len(password) > _LONGEST_PASSWORD:
        raise UsageError(f"Das Passwort ist zu lang: höchstens {_LONGEST_PASSWORD} Zeichen.")
    return password


def _role(role: Role | str) -> Role:
    try:
        return Role(role)
    except ValueError:
        raise UsageError(
            f"Die Rolle „{role}“ gibt es nicht; es gibt {', '.join(each.value for each in Role)}."
        ) from None
