"""What a mail means for the list, with evidence for every value, and whether the machine may act alone."""

from typing import TYPE_CHECKING, Any

from processor.extraction.values import (
    NEEDS,
    Attendee,
    Contact,
    Decision,
    Evidence,
    Extraction,
    Intent,
)

if TYPE_CHECKING:
    from processor.extraction.extracting import extract

__all__ = [
    "NEEDS",
    "Attendee",
    "Contact",
    "Decision",
    "Evidence",
    "Extraction",
    "Intent",
    "extract",
]


def __getattr__(name: str) -> Any:
    """Loads :func:`extract` when it is called for: most rooms need the values alone."""
    if name == "extract":
        from processor.extraction.extracting import extract

        return extract
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
