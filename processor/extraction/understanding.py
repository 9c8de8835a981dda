"""All that the first reader makes of one mail, with its marks and reasons."""

from __future__ import annotations

from dataclasses import dataclass

from processor.event import Event
from processor.extraction.contact import Signature
from processor.extraction.decide import Verdict
from processor.extraction.facts import Facts
from processor.extraction.reading import Reading
from processor.extraction.rows import Rows
from processor.message import Message


@dataclass(slots=True)
class Understanding:
    """All that the first reader made of one mail."""

    message: Message
    event: Event
    text: str
    #: "text", "subject" or "signature": where ``text`` was taken from.
    source: str
    #: ISO 639-1.
    code: str
    reading: Reading
    signature: Signature
    facts: Facts
    rows: Rows
    verdict: Verdict
    #: The writer's name as far as known.
    sender_name: str
    tables: dict[int, tuple[int, int]]
    wanted: dict[str, tuple[int, int]]
    organisation: str
    organisation_at: tuple[int, int] | None
    has_question: bool
    phone: str
