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
    from processor.extraction.extracting import extract, first_reading

__all__ = [
    "NEEDS",
    "Attendee",
    "Contact",
    "Decision",
    "Evidence",
    "Extraction",
    "Intent",
    "extract",
    "first_reading",
]


def __getattr__(name: str) -> Any:
    """Loads the reading of words when it is called for: most rooms need the values alone."""
    if name in ("extract", "first_reading"):
        from processor.extraction import extracting

        return getattr(extracting, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
