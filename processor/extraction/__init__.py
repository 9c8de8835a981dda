"""What a mail means for the list, with evidence for every value, and whether the machine may act alone."""

from processor.extraction.extract import extract
from processor.extraction.values import (
    NEEDS,
    Attendee,
    Contact,
    Decision,
    Evidence,
    Extraction,
    Intent,
)

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
