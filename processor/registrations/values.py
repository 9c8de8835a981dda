"""What goes into the book and what comes out of it: plain, frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from processor.database import Channel
from processor.event import Event
from processor.settings.values import AnswerSettings


class AnswerKind(StrEnum):
    """The kinds of mail that go out; each has its template of the same name."""

    CONFIRMATION = "confirmation"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    #: „Eingangsbestätigung“: states nothing but that the mail has come and somebody will answer.
    RECEIPT = "receipt"
    #: „Anmeldung nach Anmeldeschluss“: registered as late, a person decides.
    LATE = "late"
    #: A late registration that the staff could not accept; ``remark`` says why where they gave a reason.
    REFUSAL = "refusal"
    #: A late registration that the staff accepted.
    ACCEPTED = "accepted"
    WAITLIST = "waitlist"
    #: From the waiting list to a seat.
    MOVED_UP = "moved_up"
    #: „Rückfrage zu Ihrer Anmeldung“: written by a person.
    QUESTION = "question"
    REMINDER = "reminder"
    #: After the event.
    THANKS = "thanks"
    #: For the staff: what came, what waits, what failed.
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the book has to know of the settings."""

    event: Event
    answers: AnswerSettings
    #: The server whose Authentication-Results are believed; "" believes none.
    authserv_id: str = ""
    #: Mail domains of colleagues.
    colleagues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How a mail came, as far as the book has to know."""

    #: Row of the incoming mail.
    mail_id: int
    #: INTERNALDATE, aware.
    arrived_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that a change altered, in words for the answer; the names of fields are those of the database."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAnswer:
    """An answer that has to be sent."""

    kind: AnswerKind
    #: None for a receipt to somebody who is not on the list.
    registration_id: int | None
    #: The incoming mail that is answered; None for a registration by telephone.
    mail_id: int | None
    recipient_name: str
    #: Lower case.
    recipient_email: str
    #: ISO 639-1 of the language to answer in, if there is a translation.
    language: str
    #: What a change altered.
    differences: tuple[Difference, ...] = ()
    #: A sentence of the staff that goes with it; "" for none.
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """Somebody with a seat who may be the person that shall be entered."""

    #: The name as it was said just now.
    said: str
    #: The registration where a person of that name stands.
    registration_id: int
    reference: str
    #: The person's name as it stands there.
    name: str
    organisation: str
    phone: str
    channel: Channel
    arrived_at: datetime
    #: The registration in a few words (German).
    described: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one mail did to the list."""

    #: Whether a person has to decide; then ``reasons`` says why, in words (German).
    waits: bool
    reasons: tuple[str, ...] = ()
    #: The registration that the mail made, changed, or is about; None for none.
    registration_id: int | None = None
    answers: tuple[DueAnswer, ...] = ()
