"""A registration as a person enters or corrects it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from processor.database import Status
from processor.extraction import NEEDS, Attendee, Extraction
from processor.registrations.cleaning import plain
from processor.registrations.errors import BookError
from processor.registrations.state import State
from processor.registrations.values import Rules

_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRegistration:
    """What somebody says on the telephone, or what a member of staff corrects a reading to."""

    name: str
    organisation: str = ""
    #: "" where only a telephone is known.
    email: str = ""
    phone: str = ""
    #: All seats; never fewer than the names.
    headcount: int = 1
    #: Those who come; empty for the contact alone (where ``headcount`` counts her or him).
    attendees: tuple[Attendee, ...] = ()
    theme_tables: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()
    language: str = "de"
    remarks: str = ""
    open_question: bool = False


def from_extraction(extraction: Extraction) -> NewRegistration:
    """What was understood of a mail, as a start for the person who decides."""
    return NewRegistration(
        name=extraction.contact.name,
        organisation=extraction.organisation,
        email=extraction.contact.email,
        phone=extraction.contact.phone,
        headcount=max(extraction.headcount, len(extraction.attendees)),
        attendees=extraction.attendees,
        theme_tables=extraction.theme_tables,
        needs=extraction.needs,
        language=extraction.language,
        open_question=extraction.has_question,
    )


def from_state(state: State) -> NewRegistration:
    """What a registration says, as a start for a correction."""
    return NewRegistration(
        name=state.contact_name,
        organisation=state.organisation,
        email=state.contact_email,
        phone=state.contact_phone,
        headcount=state.headcount,
        attendees=state.attendees,
        theme_tables=state.theme_tables,
        needs=state.needs,
        language=state.language,
        remarks=state.remarks,
        open_question=state.open_question,
    )


def checked(facts: NewRegistration, rules: Rules) -> NewRegistration:
    """The same, cleaned.

    :raises BookError: with one sentence for each thing that cannot be entered.
    """
    people = tuple(
        Attendee(name=plain(each.name), organisation=plain(each.organisation), needs=each.needs)
        for each in facts.attendees
        if plain(each.name)
    )
    facts = replace(
        facts,
        name=plain(facts.name),
        organisation=plain(facts.organisation),
        email=plain(facts.email).lower(),
        phone=plain(facts.phone),
        attendees=people,
        theme_tables=tuple(dict.fromkeys(facts.theme_tables)),
        needs=tuple(dict.fromkeys(facts.needs)),
        language=plain(facts.language) or "de",
    )
    mistakes = list(_mistakes(facts, rules))
    if mistakes:
        raise BookError(" ".join(mistakes))
    return facts


def _mistakes(facts: NewRegistration, rules: Rules) -> list[str]:
    found: list[str] = []
    if not facts.name and not facts.attendees and not facts.organisation:
        found.append("Es fehlt ein Name.")
    if not 0 < facts.headcount <= _MOST:
        found.append(f"Die Zahl der Personen muss zwischen 1 und {_MOST} liegen, nicht {facts.headcount}.")
    elif facts.headcount < len(facts.attendees):
        found.append(f"Es sind {len(facts.attendees)} Namen, aber nur {facts.headcount} Plätze.")
    if facts.email and (facts.email.count("@") != 1 or " " in facts.email or facts.email.strip("@") != facts.email):
        found.append(f"„{facts.email}“ ist keine Mailadresse.")
    known = {table.number for table in rules.event.theme_tables}
    found.extend(f"Den Thementisch {number} gibt es nicht." for number in facts.theme_tables if number not in known)
    needs = (*facts.needs, *(need for each in facts.attendees for need in each.needs))
    found.extend(f"Den Bedarf „{need}“ kennt die Liste nicht." for need in needs if need not in NEEDS)
    long = [
        text for text in (facts.name, facts.organisation, *(each.name for each in facts.attendees)) if len(text) > 250
    ]
    if long or len(facts.email) > 320 or len(facts.phone) > 40 or len(facts.language) > 16:
        found.append("Eine Angabe ist zu lang.")
    return found


def into_state(facts: NewRegistration, arrived_at: datetime, *, rules: Rules) -> State:
    """A fresh state with these facts; its status is for :mod:`processor.registrations.seating` to give."""
    return State(status=Status.REVIEW, late=rules.event.is_late(arrived_at), arrived_at=arrived_at, **_fields(facts))


def onto_state(facts: NewRegistration, before: State) -> State:
    """A standing state with these facts in place of its own."""
    return replace(before, **_fields(facts))


def _fields(facts: NewRegistration) -> dict[str, Any]:
    return {
        "contact_name": facts.name or next((each.name for each in facts.attendees), ""),
        "contact_email": facts.email,
        "contact_phone": facts.phone,
        "organisation": facts.organisation,
        "headcount": facts.headcount,
        "attendees": facts.attendees,
        "theme_tables": facts.theme_tables,
        "needs": facts.needs,
        "language": facts.language,
        "remarks": facts.remarks,
        "open_question": facts.open_question,
    }
