"""What a mail means for the list: plain, frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What the newly written text asks of the office."""

    REGISTRATION = "registration"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    QUESTION = "question"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    OTHER = "other"


class Decision(StrEnum):
    """Who acts on a mail."""

    #: The machine enters and answers it alone.
    AUTO = "auto"
    #: A person decides first.
    REVIEW = "review"
    #: Kept and visible, never answered.
    IGNORE = "ignore"


#: Every need that the list knows.
NEEDS = (
    "vegetarian",
    "vegan",
    "halal",
    "allergy",
    "wheelchair",
    "interpreter",
    "sign_language",
    "hearing",
    "childcare",
    "parking",
    "other",
)


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who comes, as written, without salutation, title or degree."""

    name: str
    organisation: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is to be answered."""

    name: str
    #: Lower case; Reply-To, else From; for a forward by a colleague the original writer.
    email: str
    #: E.164 or "".
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in the mail a value comes from."""

    #: Name of the field of the extraction, such as ``headcount``; for one attendee ``attendees``.
    field: str
    value: str | int
    quote: str
    #: Offsets in ``Message.text`` (characters; ``text[start:end] == quote``); both 0 where ``source`` is not "text".
    start: int
    end: int
    #: "text", "subject", "from", "signature", "calendar", or "attachment:NAME".
    source: str = "text"


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one mail asks for, with the evidence, and whether the machine may act alone."""

    intent: Intent
    decision: Decision
    #: Why a person has to decide, in plain words (German); empty where the decision is not review.
    reasons: tuple[str, ...]
    contact: Contact
    attendees: tuple[Attendee, ...] = ()
    #: Seats asked for, unnamed companions included; 0 where not a registration or where the total is unknown.
    headcount: int = 0
    #: The difference that a relative change names; else 0. Negative for fewer.
    headcount_change: int = 0
    #: People whom a change takes out by name (they are not among the attendees).
    leaving: tuple[str, ...] = ()
    organisation: str = ""
    theme_tables: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()
    #: ISO 639-1 of the newly written text.
    language: str = "de"
    has_question: bool = False
    evidence: tuple[Evidence, ...] = ()
    #: The chance, 0 to 1, that everything which an answer would state is right; 1 where nothing is weighed.
    confidence: float = 1.0
