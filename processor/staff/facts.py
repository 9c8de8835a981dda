"""From what was understood to a form, and from a form to what is entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.datastructures import FormData

from processor.extraction import NEEDS, Attendee
from processor.registrations import BookError, NewRegistration, State, from_state
from processor.registrations.names import same

#: Between a name and an organisation in a line of the form.
_BAR = "|"


def from_understood(understood: Mapping[str, Any]) -> NewRegistration:
    """What a mail was understood as (the JSON of ``extract``), as a start for the person who decides."""
    contact = understood.get("contact") or {}
    attendees = tuple(
        Attendee(
            name=str(each.get("name", "")),
            organisation=str(each.get("organisation") or ""),
            needs=tuple(each.get("needs") or ()),
        )
        for each in understood.get("attendees") or ()
    )
    return NewRegistration(
        name=str(contact.get("name") or (attendees[0].name if attendees else "")),
        organisation=str(understood.get("organisation") or ""),
        email=str(contact.get("email") or ""),
        phone=str(contact.get("phone") or ""),
        headcount=max(int(understood.get("headcount") or 0), len(attendees), 1),
        attendees=attendees,
        theme_tables=tuple(understood.get("theme_tables") or ()),
        needs=tuple(understood.get("needs") or ()),
        language=str(understood.get("language") or "de"),
        open_question=bool(understood.get("has_question")),
    )


def onto(understood: Mapping[str, Any], state: State) -> NewRegistration:
    """What a registration would say after a mail: only what the mail speaks of is changed."""
    mail, facts = from_understood(understood), from_state(state)
    leaving = [str(name) for name in understood.get("leaving") or ()]
    people = [each for each in facts.attendees if not any(same(each.name, name) for name in leaving)]
    people += [each for each in mail.attendees if not any(same(each.name, known.name) for known in people)]
    stated, change = int(understood.get("headcount") or 0), int(understood.get("headcount_change") or 0)
    gone = len(facts.attendees) - sum(each in people for each in facts.attendees)
    headcount = stated or (facts.headcount + change if change else max(facts.headcount - gone, 1))
    return replace(
        facts,
        attendees=tuple(people),
        headcount=max(headcount, len(people), 1),
        organisation=facts.organisation or mail.organisation,
        phone=mail.phone or facts.phone,
        theme_tables=mail.theme_tables or facts.theme_tables,
        needs=tuple(dict.fromkeys((*facts.needs, *mail.needs))),
        open_question=facts.open_question or mail.open_question,
    )


def people_as_text(attendees: Sequence[Attendee], organisation: str) -> str:
    """One person a line, with the organisation where it is not that of the registration."""
    return "\n".join(
        f"{each.name} {_BAR} {each.organisation}"
        if each.organisation and each.organisation != organisation
        else each.name
        for each in attendees
    )


def people_of(text: str, known: Sequence[Attendee] = (), common: str = "") -> tuple[Attendee, ...]:
    """The people of a form; what it does not show of those who were known before stays with them.

    :param common: the organisation of the registration, which is not written again beside each name.
    """
    people: list[Attendee] = []
    for line in text.splitlines():
        name, _, organisation = (part.strip() for part in line.partition(_BAR))
        if name:
            before = next((each for each in known if same(each.name, name)), None)
            needs = before.needs if before is not None else ()
            if not organisation and before is not None and before.organisation == common:
                organisation = before.organisation
            people.append(Attendee(name=name, organisation=organisation, needs=needs))
    return tuple(people)


def from_form(form: FormData, known: Sequence[Attendee] = ()) -> NewRegistration:
    """What somebody filled in.

    :param known: the people as they were before, for what the form does not show of them.
    :raises BookError: when a number is none.
    """
    attendees = people_of(text_of(form, "attendees"), known, text_of(form, "organisation"))
    return NewRegistration(
        name=text_of(form, "name"),
        organisation=text_of(form, "organisation"),
        email=text_of(form, "email"),
        phone=text_of(form, "phone"),
        headcount=_number(text_of(form, "headcount"), len(attendees)),
        attendees=attendees,
        theme_tables=tuple(
            int(value) for value in texts_of(form, "theme_tables") if value.isascii() and value.isdigit()
        ),
        needs=tuple(value for value in texts_of(form, "needs") if value in NEEDS),
        language=text_of(form, "language") or "de",
        remarks=text_of(form, "remarks"),
        open_question=bool(text_of(form, "open_question")),
    )


def as_fields(facts: NewRegistration) -> list[tuple[str, str]]:
    """The form as it is first shown, for what :func:`from_form` reads."""
    return [
        ("name", facts.name),
        ("organisation", facts.organisation),
        ("email", facts.email),
        ("phone", facts.phone),
        ("headcount", str(facts.headcount)),
        ("attendees", people_as_text(facts.attendees, facts.organisation)),
        ("language", facts.language),
        ("remarks", facts.remarks),
        ("open_question", "ja" if facts.open_question else ""),
        *(("theme_tables", str(number)) for number in facts.theme_tables),
        *(("needs", need) for need in facts.needs),
    ]


def _number(text: str, people: int) -> int:
    if not text:
        return max(people, 1)
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise BookError(f"„{text}“ ist keine Zahl von Plätzen. Bitte eine ganze Zahl eintragen, zum Beispiel 3.")
    return int(text)


def text_of(form: FormData, name: str) -> str:
    """A field of a form, without spaces around it; "" where it is missing."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> list[str]:
    """All values of a field."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def labelled(facts: NewRegistration, intent: str) -> dict[str, Any]:
    """Facts in the shape of ``extract --json``, to be compared with what the machine had understood."""
    return {
        "intent": intent,
        "headcount": facts.headcount,
        "attendees": [{"name": each.name, "organisation": each.organisation} for each in facts.attendees],
        "organisation": facts.organisation,
        "theme_tables": list(facts.theme_tables),
        "needs": sorted(facts.needs),
        "has_question": facts.open_question,
    }


def proposal_of(understood: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields as the machine had them."""
    return {
        "intent": understood.get("intent", ""),
        "headcount": understood.get("headcount", 0),
        "attendees": [
            {"name": each.get("name", ""), "organisation": each.get("organisation", "")}
            for each in understood.get("attendees") or ()
        ],
        "organisation": understood.get("organisation", ""),
        "theme_tables": list(understood.get("theme_tables") or ()),
        "needs": sorted(understood.get("needs") or ()),
        "has_question": bool(understood.get("has_question")),
    }
