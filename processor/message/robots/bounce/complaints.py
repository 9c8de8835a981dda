"""Whose complaint a report is about: a mail of ours that did arrive, and was called junk (RFC 5965)."""

from __future__ import annotations

from processor.message.parts import Part
from processor.message.robots.addresses import addresses_in, unique
from processor.message.robots.bounce.returned import Returned

_TYPES = frozenset({"message/feedback-report"})
_FIELDS = ("original-rcpt-to:", "removal-recipient:")
_MOST_LINES = 500


def complained(root: Part, returned: Returned) -> str:
    """What is told to the staff: who complained, where that stands.

    Whoever complains can be reached: the mail arrived, so nobody is marked as unreachable; and the report is a robot's,
    so nobody is answered.

    :param root: the whole report.
    :param returned: the mail that is complained about.
    """
    who = complainants(root) or returned.recipients
    named = f" Gemeldet hat sie wohl: {', '.join(who[:3])}." if who else ""
    return f"Jemand hat eine unserer Mails bei seinem Anbieter als unerwünscht gemeldet.{named}"


def complainants(root: Part) -> tuple[str, ...]:
    """The recipients that the fields of a feedback report name (RFC 5965, section 3.2)."""
    lines = (
        line.strip()
        for part in root.children
        if part.media_type in _TYPES
        for line in _text(part).splitlines()[:_MOST_LINES]
    )
    return unique(address for line in lines if line.lower().startswith(_FIELDS) for address in addresses_in(line)[:1])


def _text(part: Part) -> str:
    if part.text or part.payload:
        return part.text or part.payload[:100_000].decode("utf-8", "replace")
    return "\n".join(f"{name}: {value}" for child in part.children for name, value in child.headers.fields)
