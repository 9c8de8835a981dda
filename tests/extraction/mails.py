"""Messages made by hand, and the workshop that people answer."""

from __future__ import annotations

import datetime as dt
from functools import cache

from processor.event import ContactPerson, Event, ThemeTable
from processor.extraction import Extraction, first_reading
from processor.message import Message, SenderKind
from processor.message.values import Address, Attachment, CalendarReply


@cache
def workshop() -> Event:
    """The event of all tests."""
    return Event(
        title="Vereine als Partner der Verwaltung",
        date=dt.date(2024, 11, 15),
        doors=dt.time(13),
        start=dt.time(13, 30),
        place="Ulu Camii Erle",
        address="Ulrichstr. 4b, 45891 Gelsenkirchen",
        deadline=dt.date(2024, 11, 8),
        contacts=(ContactPerson(name="Andre Ollech", phone="0209 169-3052"),),
        theme_tables=(
            ThemeTable(number=1, title="Beteiligung und Aufbau von Kooperationen"),
            ThemeTable(number=2, title="Bedarfe und Herausforderungen der MSO"),
            ThemeTable(number=3, title="Dienstleistungen und Angebote der MSO"),
        ),
        registration_address="anmeldung@example.org",
    )


def mail(
    text: str,
    *,
    sender: str = "Selma Kaplan",
    subject: str = "Workshop am 15.11.",
    signature: str = "",
    kind: SenderKind = SenderKind.PERSON,
    is_reply: bool = False,
    attachments: tuple[Attachment, ...] = (),
    calendar_reply: CalendarReply | None = None,
    doubts: tuple[str, ...] = (),
) -> Message:
    """A message with this text."""
    address = Address(sender, "absender@verein.example")
    return Message(
        message_id="1@verein.example",
        in_reply_to=(),
        references=(),
        sender=address,
        reply_to=address,
        recipients=(Address("", "anmeldung@example.org"),),
        forwarded_by=None,
        return_path="absender@verein.example",
        kind=kind,
        kind_reason="",
        failed_recipients=(),
        returned_ids=(),
        authentication_results=(),
        date=None,
        received_at=None,
        subject=subject,
        full_subject=subject,
        is_reply=is_reply,
        is_forward=False,
        text=text,
        signature=signature,
        cuts=(),
        attachments=attachments,
        calendar_reply=calendar_reply,
        doubts=doubts,
        notes=(),
    )


def read(
    text: str,
    *,
    sender: str = "Selma Kaplan",
    subject: str = "Workshop am 15.11.",
    signature: str = "",
    most_seats: int = 10,
) -> Extraction:
    """What a text means."""
    return first_reading(
        mail(text, sender=sender, subject=subject, signature=signature), workshop(), most_seats=most_seats
    )


def names(extraction: Extraction) -> list[str]:
    """Names of those who come."""
    return [a.name for a in extraction.attendees]
