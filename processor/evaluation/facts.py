"""What is compared: the fields of a label and of a result, each in a form in which equal means right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

#: Intents that change the list.
BOOKING: Final = frozenset({"registration", "change", "cancellation"})
#: Intents of mails that a person wrote about the event.
ABOUT_THE_EVENT: Final = BOOKING | {"question"}

_LEGAL_FORM: Final = re.compile(r"\b(?:e\s*v|ev|ggmbh|gmbh|gug|ug|eg|i\s*g|kdor|stiftung)\b")
_CASE_ENDING: Final = re.compile(r"(?:en|er|es|em|e|n|s)$")
#: Words up to this length keep their ending: there it is rather part of the name.
_SHORT_WORD: Final = 5
#: Letters that do not fall apart into a plain letter and an accent.
_PLAIN_LETTERS: Final = str.maketrans(
    {"ı": "i", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ə": "e"}
)
_UMLAUTS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one mail, ready to compare; the order is the one in which fields are reported."""

    intent: str
    reply_to: str
    contact: str
    phone: str
    headcount: int
    #: Sorted, so that the order of the people does not count, but two of one name do.
    attendees: tuple[str, ...]
    organisation: frozenset[str]
    theme_tables: tuple[int, ...]
    needs: tuple[str, ...]
    language: str
    has_question: bool
    late: bool
    failed_recipients: tuple[str, ...]


#: Names of all compared fields, in the order of the report.
FIELDS: Final = tuple(field.name for field in fields(Facts))


def of_truth(truth: Mapping[str, Any]) -> Facts:
    """The facts that a label states."""
    return Facts(
        intent=truth["intent"],
        reply_to=truth["reply_to"].lower(),
        contact=person(truth["contact"]),
        phone=truth["phone"],
        headcount=truth["headcount"],
        attendees=tuple(sorted(map(person, truth["attendees"]))),
        organisation=organisation(truth["organisation"]),
        theme_tables=tuple(sorted(truth["theme_tables"])),
        needs=_distinct(truth["needs"]),
        language=truth["language"],
        has_question=truth["has_question"],
        late=truth["late"],
        failed_recipients=_addresses(truth["failed_recipients"]),
    )


def of_result(result: Mapping[str, Any]) -> Facts:
    """The facts that a result states; what it leaves out is empty."""
    contact = result.get("contact") or {}
    return Facts(
        intent=result.get("intent") or "",
        reply_to=(contact.get("email") or "").lower(),
        contact=person(contact.get("name")),
        phone=contact.get("phone") or "",
        headcount=result.get("headcount") or 0,
        attendees=tuple(sorted(person(attendee.get("name")) for attendee in result.get("attendees") or ())),
        organisation=organisation(result.get("organisation")),
        theme_tables=tuple(sorted(result.get("theme_tables") or ())),
        needs=_distinct(result.get("needs") or ()),
        language=result.get("language") or "",
        has_question=bool(result.get("has_question")),
        late=bool(result.get("late")),
        failed_recipients=_addresses(result.get("failed_recipients") or ()),
    )


def same(field: str, want: Facts, got: Facts) -> bool:
    """Whether a field is right: equal, or for an organisation a shorter or longer form of the same name."""
    wanted: Hashable = getattr(want, field)
    given: Hashable = getattr(got, field)
    if field == "organisation" and want.organisation and got.organisation:
        return want.organisation <= got.organisation or got.organisation <= want.organisation
    return wanted == given


def compared_fields(truth: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that matter for a mail: of a robot's or a stranger's mail only what kind it is and whom it failed."""
    return FIELDS if truth["intent"] in ABOUT_THE_EVENT else ("intent", "failed_recipients")


def person(name: str | None) -> str:
    """A name without case, accents and order of its words."""
    return " ".join(sorted(plain(name).split()))


def organisation(name: str | None) -> frozenset[str]:
    """The words of a name without legal form and case endings („Marokkanischen“ is „Marokkanischer“)."""
    words = _LEGAL_FORM.sub(" ", plain(name)).split()
    return frozenset(_CASE_ENDING.sub("", word) if len(word) > _SHORT_WORD else word for word in words)


def plain(text: str | None) -> str:
    """Lower case, without accents and punctuation; „ue“ and „ü“ are the same."""
    lowered = (text or "").lower().translate(_PLAIN_LETTERS)
    letters = "".join(letter for letter in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(letter))
    for long, short in _UMLAUTS:
        letters = letters.replace(long, short)
    return " ".join(re.findall(r"\w+", letters))


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))


def _addresses(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(address.lower() for address in addresses))
