"""The meaning of one message."""

from __future__ import annotations

from processor.event import Event
from processor.extraction.values import Extraction
from processor.message import Message


def extract(message: Message, event: Event, *, most_seats: int = 10) -> Extraction:
    """Says what a message means for the list.

    Pure: the same message and event give the same answer; no clock, no I/O.

    :param message: what the writer meant.
    :param event: the event that people were invited to.
    :param most_seats: more seats than this in one mail are for a person.
    """
    raise NotImplementedError
