"""Readers that fail as a hostile mail would make them fail; they run in the reading process."""

from __future__ import annotations

import os
import time
from dataclasses import replace

from processor.extraction import Contact, Decision, Extraction, Intent
from processor.message import Address, Message, SenderKind, read
from processor.reading import Reading, ReadingRules


def obedient(raw: bytes, rules: ReadingRules) -> Reading:
    """Reads a mail; fails in the way that the mail asks for."""
    match raw:
        case b"hang":
            time.sleep(600)
        case b"die":
            os._exit(9)
        case b"eat memory":
            return reading_of(str(len(bytearray(1 << 40))))
        case b"raise":
            raise ValueError("kaputt")
    return reading_of(raw.decode())


def message_only(raw: bytes, rules: ReadingRules) -> Reading:
    """Reads a mail and understands nothing of it."""
    message = read(raw, colleagues=rules.colleagues, invitation=rules.event.invitation)
    return replace(reading_of(""), message=message)


def reading_of(text: str) -> Reading:
    """The least that a reading can be, with its text."""
    nobody = Address("", "")
    message = Message(
        message_id="1@example.org",
        in_reply_to=(),
        references=(),
        sender=nobody,
        reply_to=nobody,
        recipients=(),
        forwarded_by=None,
        return_path=None,
        kind=SenderKind.PERSON,
        kind_reason="",
        failed_recipients=(),
        returned_ids=(),
        authentication_results=(),
        date=None,
        received_at=None,
        subject="",
        full_subject="",
        is_reply=False,
        is_forward=False,
        text=text,
        signature="",
        cuts=(),
        attachments=(),
        calendar_reply=None,
        doubts=(),
        notes=(),
    )
    return Reading(message, Extraction(Intent.OTHER, Decision.REVIEW, ("unklar",), Contact("", "")))
