"""What a mail asks for, cleaned of what no list takes, and doubted where it makes no sense."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from processor.extraction import NEEDS, Attendee, Contact, Extraction
from processor.registrations import names
from processor.registrations.values import Rules

_LONGEST_NAME = 120
_LONGEST_ORGANISATION = 250
_LONGEST_ADDRESS = 320
_LONGEST_PHONE = 40
#: More seats than this are not even put down for review: somebody has to read the mail itself.
MOST_SEATS_PUT_DOWN = 100


def plain(text: str) -> str:
    """Text on one line without control characters, direction overrides and halves of surrogate pairs."""
    kept = (
        " " if letter in "\t\n\r\v\f\x85\u2028\u2029" else letter
        for letter in text
        if letter in "\t\n\r\v\f\x85\u2028\u2029" or unicodedata.category(letter) not in ("Cc", "Cs", "Co", "Cn")
    )
    return " ".join("".join(letter for letter in kept if letter not in _DIRECTIONS).split())


#: Embeddings, overrides and isolates: in a list they turn what stands beside them.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")


def clean(extraction: Extraction) -> Extraction:
    """The same, with plain texts and without empty names."""
    people = (
        Attendee(
            name=plain(person.name),
            organisation=plain(person.organisation),
            needs=tuple(need for need in person.needs if need in NEEDS),
        )
        for person in extraction.attendees
    )
    return replace(
        extraction,
        contact=Contact(
            name=plain(extraction.contact.name),
            email=plain(extraction.contact.email).lower(),
            phone=plain(extraction.contact.phone),
        ),
        attendees=tuple(person for person in people if person.name),
        leaving=tuple(name for name in map(plain, extraction.leaving) if name),
        organisation=plain(extraction.organisation),
        theme_tables=tuple(dict.fromkeys(extraction.theme_tables)),
        needs=tuple(dict.fromkeys(need for need in extraction.needs if need in NEEDS)),
        language=plain(extraction.language)[:16],
    )


def nonsense(extraction: Extraction, rules: Rules) -> tuple[str, ...]:
    """Why a person has to look before anything of it is entered, also where the reading was sure."""
    reasons = []
    seats = max(extraction.headcount, len(extraction.attendees), abs(extraction.headcount_change))
    if seats > rules.answers.most_seats:
        reasons.append(f"{seats} Plätze auf einmal; ab {rules.answers.most_seats + 1} entscheidet eine Person")
    if extraction.headcount < 0:
        reasons.append(f"Die Zahl der Personen ({extraction.headcount}) ergibt keinen Sinn")
    if 0 < extraction.headcount < len(extraction.attendees):
        reasons.append(f"{extraction.headcount} Plätze, aber {len(extraction.attendees)} Namen")
    for name in (*(person.name for person in extraction.attendees), *extraction.leaving):
        if len(name) > _LONGEST_NAME:
            reasons.append(f"Ein Name ist {len(name)} Zeichen lang: „{name[:40]}…“")
        elif not any(letter.isalpha() for letter in name):
            reasons.append(f"„{name[:40]}“ ist kein Name")
    written = [names.name_key(person.name) for person in extraction.attendees]
    reasons.extend(
        f"„{person.name}“ steht zweimal in der Mail: eine Person oder zwei?"
        for person, key in zip(extraction.attendees, written, strict=True)
        if key and written.count(key) > 1 and len(written) <= MOST_SEATS_PUT_DOWN
    )
    tables = {table.number for table in rules.event.theme_tables}
    reasons.extend(
        f"Den Thementisch {number} gibt es nicht" for number in extraction.theme_tables if number not in tables
    )
    if len(extraction.contact.email) > _LONGEST_ADDRESS or len(extraction.contact.phone) > _LONGEST_PHONE:
        reasons.append("Die Adresse oder Telefonnummer ist zu lang")
    if len(extraction.organisation) > _LONGEST_ORGANISATION or len(extraction.contact.name) > _LONGEST_NAME:
        reasons.append("Der Name oder die Organisation der Absenderin oder des Absenders ist zu lang")
    return tuple(dict.fromkeys(reasons))[:10]


def beyond_sense(extraction: Extraction) -> bool:
    """Whether it is so far from a registration that it is not put down at all."""
    texts = (
        *(person.name for person in extraction.attendees),
        *(person.organisation for person in extraction.attendees),
        extraction.organisation,
        extraction.contact.name,
    )
    return (
        max(extraction.headcount, len(extraction.attendees)) > MOST_SEATS_PUT_DOWN
        or extraction.headcount < 0
        or any(len(text) > _LONGEST_ORGANISATION for text in texts)
        or len(extraction.contact.email) > _LONGEST_ADDRESS
        or len(extraction.contact.phone) > _LONGEST_PHONE
    )
