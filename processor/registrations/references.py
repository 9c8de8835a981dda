"""Short references that can be read out on the telephone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from processor.database import Registration
from processor.registrations.errors import BookError

#: Without 0 and O, 1, I and L, which are mistaken for each other when read or heard.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PREFIX = "GE-"
_LENGTHS = (4, 4, 4, 5, 5, 6, 8, 10)
_PATTERN = re.compile(rf"\b{PREFIX}([{ALPHABET}]{{4,10}})\b", re.IGNORECASE)


# Statements of every mail are made once: making one costs more than running it.
_TAKEN = select(Registration.id).where(Registration.reference == bindparam("reference"))


def draw(length: int, choose: Callable[[str], str] = secrets.choice) -> str:
    """Draws one reference at random; it says nothing about the person, and none follows from another."""
    return PREFIX + "".join(choose(ALPHABET) for _ in range(length))


def new(session: Session) -> str:
    """A reference that no registration has; grows longer where short ones are taken."""
    for length in _LENGTHS:
        reference = draw(length)
        if session.scalar(_TAKEN, {"reference": reference}) is None:
            return reference
    raise BookError("Es ließ sich kein freies Kennzeichen finden; bitte noch einmal versuchen.")


def found_in(text: str) -> tuple[str, ...]:
    """The references that a text names, upper case, each once: a hint where to look, and no proof of anything."""
    return tuple(dict.fromkeys(PREFIX + match.upper() for match in _PATTERN.findall(text)))
