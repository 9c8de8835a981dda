"""From raw bytes to what a person wrote: headers, new text, quoted text, signature, attachments, kind of sender."""

from typing import TYPE_CHECKING, Any

from processor.message.normal import normalise
from processor.message.values import (
    Address,
    Attachment,
    CalendarReply,
    Cut,
    CutKind,
    Message,
    SenderKind,
)

if TYPE_CHECKING:
    from processor.message.reading import read

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


def __getattr__(name: str) -> Any:
    """Loads :func:`read` when it is called for: most rooms need the values alone."""
    if name == "read":
        from processor.message.reading import read

        return read
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
