"""Reads a letter as the first reader reads a mail, for the tests of the languages."""

from __future__ import annotations

from email.message import EmailMessage
from functools import cache

from processor.event import Event
from processor.extraction import Decision, Extraction, first_reading
from processor.message import read
from processor.resources import sample_config
from processor.settings.load import load


@cache
def _event() -> Event:
    return load(sample_config()).event


def meaning(text: str, sender: str, subject: str = "Workshop") -> Extraction:
    """What a mail with this text from this writer means for the list, by the first reader alone."""
    mail = EmailMessage()
    mail["From"] = f'"{sender}" <writer@verein.example>' if sender else "writer@verein.example"
    mail["To"] = "47-ki@gelsenkirchen.example"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 14 Oct 2024 10:00:00 +0200"
    mail.set_content(text)
    return first_reading(read(mail.as_bytes()), _event())


def booked(text: str, sender: str, subject: str = "Workshop") -> tuple[str, set[str], int]:
    """Intent, guests and seats of a mail that the program enters by itself; the reasons where it does not."""
    found = meaning(text, sender, subject)
    if found.decision is not Decision.AUTO:
        return "for a person: " + "; ".join(found.reasons), {a.name for a in found.attendees}, found.headcount
    return found.intent.value, {a.name for a in found.attendees}, found.headcount


def left_to_a_person(text: str, sender: str, subject: str = "Workshop") -> bool:
    """Whether somebody at the office has to read this mail."""
    return meaning(text, sender, subject).decision is not Decision.AUTO
