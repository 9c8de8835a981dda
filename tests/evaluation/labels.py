"""Labels and results for tests, with only what a test is about spelled out."""

from __future__ import annotations

from typing import Any


def truth(file: str, **changes: Any) -> dict[str, Any]:
    """A complete label: a registration of one person of an association, in German."""
    label: dict[str, Any] = {
        "file": file,
        "intent": "registration",
        "contact": "Ayşe Yılmaz",
        "reply_to": "ayse@verein.example",
        "phone": "",
        "attendees": ["Ayşe Yılmaz"],
        "headcount": 1,
        "organisation": "Anatolischer Kulturverein e.V.",
        "theme_tables": [],
        "needs": [],
        "language": "de",
        "has_question": False,
        "must_review": False,
        "late": False,
        "failed_recipients": [],
        "why": "",
    }
    return label | changes


def result(file: str, **changes: Any) -> dict[str, Any]:
    """What ``extract --json`` prints for the label above, read rightly and decided alone."""
    read: dict[str, Any] = {
        "file": file,
        "intent": "registration",
        "decision": "auto",
        "reasons": [],
        "contact": {"name": "Ayşe Yılmaz", "email": "ayse@verein.example", "phone": ""},
        "attendees": [{"name": "Ayşe Yılmaz", "organisation": ""}],
        "headcount": 1,
        "organisation": "Anatolischer Kulturverein e.V.",
        "theme_tables": [],
        "needs": [],
        "language": "de",
        "has_question": False,
        "late": False,
        "failed_recipients": [],
    }
    return read | changes
