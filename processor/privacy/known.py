"""What is known of the people in the book, and which words are nobody's: the ground on which pseudonyms stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import processor.message
from processor.database import AttendeeRow, Correction, Mail, OutgoingMail, Registration
from processor.event import Event
from processor.extraction.lexicon import available, load
from processor.extraction.tokens import fold, tokenise
from processor.registrations.names import folded

WORD = re.compile(r"[^\W\d_]+")
#: Shorter words of organisations are replaced only where they are capitalised.
_SHORT = 4
#: A word that so many people have written, and that is nobody's name, is an ordinary one.
_PEOPLE_WHO_WRITE_A_WORD = 3


def plain(text: str) -> str:
    """Composed letters (NFC), and no signs that cannot be seen."""
    text = unicodedata.normalize("NFC", text)
    return "".join(sign for sign in text if sign in "\n\t\u200c" or unicodedata.category(sign) != "Cf")


@dataclass(slots=True)
class Found:
    """What is gathered before it is made ready for looking up."""

    names: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    #: Capitalised words with some of the people who wrote them.
    written: dict[str, set[str]] = field(default_factory=dict)

    def understood(self, result: Mapping[str, Any]) -> None:
        """Takes in what ``extract --json`` says, or a person in the same shape."""
        contact = result.get("contact") or {}
        self.names.add(str(contact.get("name") or ""))
        self.addresses.add(str(contact.get("email") or ""))
        self.phones.add(str(contact.get("phone") or ""))
        self.organisations.add(str(result.get("organisation") or ""))
        self.names.update(map(str, result.get("leaving") or ()))
        self.addresses.update(map(str, result.get("failed_recipients") or ()))
        for each in result.get("attendees") or ():
            self.names.add(str(each.get("name") or ""))
            self.organisations.add(str(each.get("organisation") or ""))

    def wrote(self, who: str, text: str) -> None:
        """Notes the words that somebody uses."""
        for word in {folded(match) for match in WORD.findall(text) if not match.islower()}:
            people = self.written.setdefault(word, set())
            if len(people) < _PEOPLE_WHO_WRITE_A_WORD:
                people.add(who)


@dataclass(frozen=True)
class Known:
    """Whose words, addresses and numbers are looked for, and which words are kept."""

    names: frozenset[str]
    organisations: frozenset[str]
    addresses: frozenset[str]
    phones: frozenset[str]
    references: frozenset[str]
    #: Folded words of the event itself, which everybody knows.
    public: frozenset[str]
    #: Its numbers, such as the postal code of the place.
    public_numbers: frozenset[str]
    #: Mail addresses and domains that are the office's own, and stay.
    own_addresses: frozenset[str]
    own_domains: frozenset[str]
    #: Folded words that many people use.
    common: frozenset[str]

    @cached_property
    def name_words(self) -> frozenset[str]:
        """Folded words of people's names; particles such as „el“ or „van“ are nobody's."""
        words = (word for name in self.names for word in WORD.findall(name))
        return frozenset(
            key for word in words if len(key := folded(word)) > 1 and not (word.islower() and len(key) < 4)
        )

    @cached_property
    def organisation_words(self) -> frozenset[str]:
        """Folded words of names of organisations, ordinary ones among them."""
        return frozenset(folded(word) for name in self.organisations for word in WORD.findall(name))

    @cached_property
    def certain(self) -> frozenset[str]:
        """Words of names that mean nothing else: they are replaced wherever they stand."""
        words = {word for name in self.names for word in WORD.findall(name)}
        means_something = {folded(word) for word in words if is_vocabulary(word)}
        return self.name_words - means_something

    @cached_property
    def private_words(self) -> frozenset[str]:
        """Words of organisations that are no ordinary ones: replaced wherever they stand, as names are."""
        words = {word for name in self.organisations for word in WORD.findall(name) if len(word) > _SHORT}
        return frozenset(folded(word) for word in words if not is_ordinary(word)) - self.public

    def is_kept(self, word: str) -> bool:
        """Whether a word that is no name may stay."""
        key = folded(word)
        return key in self.public or key in self.common or is_ordinary(word)


@cache
def is_vocabulary(word: str) -> bool:
    """Whether a word stands in the vocabulary of the reading, letter for letter, in any language."""
    forms = _forms(word)
    return not forms.isdisjoint(_of_mails()) or any(form in load(code).known for code in available() for form in forms)


@cache
def is_ordinary(word: str) -> bool:
    """The same, or built from such a word („Kulturverein“), or one that means something by its end („Frauengruppe“)."""
    if is_vocabulary(word):
        return True
    forms = _forms(word)
    tokens = tokenise(word)
    return any(load(code).find(tokens) or any(load(code).is_known(form) for form in forms) for code in available())


def _forms(word: str) -> set[str]:
    # „Dr“ stands there with its full stop.
    return {form + end for form in (fold(word), fold(word, digraphs=True)) for end in ("", ".")}


@cache
def _of_mails() -> frozenset[str]:
    """The words that mail programs write („Forwarded message“, „WG“), in all languages."""
    found: set[str] = set()
    for file in sorted(Path(processor.message.__path__[0], "languages").glob("*.toml")):
        found.update(fold(word) for word in WORD.findall(file.read_text(encoding="utf-8")))
    return frozenset(found)


def everybody(session: Session, event: Event, domains: Iterable[str]) -> Known:
    """Gathers what the whole book knows: a name of one mail may stand in any other.

    :param domains: mail domains of the office.
    """
    found = Found()
    for row in session.execute(
        select(
            *(Registration.contact_name, Registration.contact_email, Registration.contact_phone),
            *(Registration.organisation, Registration.reference),
        )
    ):
        found.names.add(row.contact_name)
        found.addresses.add(row.contact_email)
        found.phones.add(row.contact_phone)
        found.organisations.add(row.organisation)
        found.references.add(row.reference)
    for name, organisation in session.execute(select(AttendeeRow.name, AttendeeRow.organisation)):
        found.names.add(name)
        found.organisations.add(organisation)
    for truth, proposal in session.execute(select(Correction.truth, Correction.proposal)):
        found.understood(truth)
        found.understood(proposal)
    found.addresses.update(session.scalars(select(OutgoingMail.recipient)))
    mails = select(Mail.sender_name, Mail.sender_email, Mail.extraction).execution_options(yield_per=500)
    for name, email, understood in session.execute(mails):
        found.names.add(name)
        found.addresses.add(email)
        if understood:
            found.understood(understood)
            found.wrote(email, str(understood.get("text") or ""))
    return made_known(found, event, domains)


def made_known(found: Found, event: Event, domains: Iterable[str]) -> Known:
    """Makes what was gathered ready for looking up."""
    own = {event.registration_address, *(person.email for person in event.contacts)}
    people_and_bodies = {folded(word) for name in (*found.names, *found.organisations) for word in WORD.findall(name)}
    return Known(
        names=_filled(found.names),
        organisations=_filled(found.organisations),
        addresses=frozenset(each.lower() for each in _filled(found.addresses)) - own,
        phones=_filled(found.phones),
        references=_filled(found.references),
        public=frozenset(folded(word) for text in _public(event) for word in WORD.findall(text)),
        public_numbers=frozenset(number for text in _public(event) for number in re.findall(r"\d+", text)),
        own_addresses=frozenset(each.lower() for each in own if each),
        own_domains=frozenset(domain.lower() for domain in domains),
        common=frozenset(
            word
            for word, people in found.written.items()
            if len(people) >= _PEOPLE_WHO_WRITE_A_WORD and word not in people_and_bodies
        ),
    )


def _filled(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text for each in texts if (text := plain(each).strip()))


def _public(event: Event) -> Iterable[str]:
    """What everybody may read of the event: its invitation, its programme, the people whom it names itself."""
    yield from (event.title, event.place, event.address, event.moderation, event.directions, event.invitation)
    yield from event.hosts
    yield from (person.name for person in event.contacts)
    yield from (table.title for table in event.theme_tables)
    for item in event.programme:
        yield item.title
        yield from item.details
        yield from (f"{speaker.name} {speaker.role}" for speaker in item.speakers)
