"""Message and extraction of one mail, and the JSON that ``extract`` prints for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processor.event import Event
from processor.extraction import Extraction, extract
from processor.message import Message, read
from processor.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRules:
    """What reading has to know of the settings."""

    event: Event
    #: Mail domains of colleagues, lower case.
    colleagues: tuple[str, ...] = ()
    #: More seats than this in one mail are for a person.
    most_seats: int = 10

    @classmethod
    def of(cls, settings: Settings) -> ReadingRules:
        """The rules that the settings give."""
        return cls(event=settings.event, colleagues=settings.office.domains, most_seats=settings.answers.most_seats)


@dataclass(frozen=True, slots=True)
class Reading:
    """One mail, read and understood."""

    message: Message
    extraction: Extraction


def read_mail(raw: bytes, rules: ReadingRules) -> Reading:
    """Reads one mail of any form; the same bytes give the same reading."""
    message = read(raw, colleagues=rules.colleagues, invitation=rules.event.invitation)
    return Reading(message, extract(message, rules.event, most_seats=rules.most_seats))


def as_json(reading: Reading, event: Event, *, arrived_at: datetime | None = None, file: str = "") -> dict[str, Any]:
    """What ``extract --json`` prints for a mail.

    :param arrived_at: INTERNALDATE where there is one; else the newest Received header counts, else Date.
    :param file: name of the file that it was read from; "" for a mail of the mailbox.
    """
    message, extraction = reading.message, reading.extraction
    arrival = arrived_at or message.received_at or message.date
    return {
        "file": file,
        "subject": message.full_subject,
        "from": f"{message.sender.name} <{message.sender.email}>".strip() if message.sender.email else "",
        "intent": extraction.intent.value,
        "decision": extraction.decision.value,
        "confidence": extraction.confidence,
        "reasons": list(extraction.reasons),
        "contact": {
            "name": extraction.contact.name,
            "email": extraction.contact.email,
            "phone": extraction.contact.phone,
        },
        "attendees": [
            {"name": person.name, "organisation": person.organisation, "needs": list(person.needs)}
            for person in extraction.attendees
        ],
        "headcount": extraction.headcount,
        "headcount_change": extraction.headcount_change,
        "leaving": list(extraction.leaving),
        "organisation": extraction.organisation,
        "theme_tables": list(extraction.theme_tables),
        "needs": list(extraction.needs),
        "language": extraction.language,
        "has_question": extraction.has_question,
        "received_at": arrival.astimezone(event.zone).isoformat() if arrival else None,
        "late": event.is_late(arrival) if arrival else False,
        "text": message.text,
        "failed_recipients": list(message.failed_recipients),
        "evidence": [
            {
                "field": item.field,
                "value": item.value,
                "quote": item.quote,
                "start": item.start,
                "end": item.end,
                "source": item.source,
            }
            for item in extraction.evidence
        ],
    }
