"""From raw bytes to what a person wrote: headers, new text, quoted text, signature, attachments, kind of sender."""

from processor.message.normal import normalise
from processor.message.read import read
from processor.message.values import (
    Address,
    Attachment,
    CalendarReply,
    Cut,
    CutKind,
    Message,
    SenderKind,
)

__all__ = [
    "Address",
    "Attachment",
    "CalendarReply",
    "Cut",
    "CutKind",
    "Message",
    "SenderKind",
    "normalise",
    "read",
]
