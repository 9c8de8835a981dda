"""Which registrations a mail may be about, and whether its sender may change them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from processor.database import AttendeeRow, Mail, OutgoingMail, Registration, RegistrationMail, Status
from processor.extraction import Extraction, Intent
from processor.message import Message
from processor.registrations import names, references
from processor.registrations.authentication import Verdict, verdict
from processor.registrations.values import Rules

#: More ids than this in References are a trap, or a thread that nobody needs followed to its end.
_MOST_IDS = 50


# Statements of every mail are made once: making one costs more than running it.
_OF_ADDRESSES = (
    select(Registration)
    .where(
        Registration.contact_email.in_(bindparam("addresses", expanding=True)),
        Registration.dismissed.is_(False),
    )
    .order_by(Registration.arrived_at, Registration.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_PEOPLE = (
    select(Registration.id, AttendeeRow.name_key, Registration.organisation_key, Registration.contact_phone)
    .join(AttendeeRow, AttendeeRow.registration_id == Registration.id)
    .where(Registration.status != Status.CANCELLED, Registration.dismissed.is_(False))
    .order_by(Registration.arrived_at, Registration.id)
)
_NAMED = _PEOPLE.where(AttendeeRow.name_key.in_(bindparam("names", expanding=True)))
_OF_ORGANISATION = _PEOPLE.where(Registration.organisation_key == bindparam("organisation"))
_OF_TELEPHONE = _PEOPLE.where(Registration.contact_phone == bindparam("phone"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a mail may be about."""

    #: Not dismissed, in the order of their arrival; all that the thread or the sender's address leads to.
    registrations: tuple[Registration, ...]
    #: Whether the thread led there (and not the address alone).
    by_thread: bool
    #: Registrations whose mail from us this one directly answers: who reads that mailbox wrote it.
    answered: frozenset[int]
    #: Registrations that the subject or text names: a hint for the staff, and no proof.
    hinted: tuple[Registration, ...] = ()

    @property
    def active(self) -> tuple[Registration, ...]:
        """Those that are not cancelled."""
        return tuple(each for each in self.registrations if each.status is not Status.CANCELLED)


def sender_address(message: Message, extraction: Extraction) -> str:
    """Whose mail this is: From; for a mail that a colleague forwarded, the original writer."""
    if message.forwarded_by is not None:
        return extraction.contact.email
    return message.sender.email or extraction.contact.email


def find(session: Session, message: Message, extraction: Extraction, *, without: Registration | None = None) -> Found:
    """Looks for registrations: by the thread first, else by the sender's address.

    A fresh registration is compared with all of them; for a change the thread alone counts, where there is one.

    :param without: one that is left out.
    """
    found = _find(session, message, extraction)
    if without is None:
        return found
    return replace(
        found,
        registrations=tuple(each for each in found.registrations if each.id != without.id),
        hinted=tuple(each for each in found.hinted if each.id != without.id),
    )


def _find(session: Session, message: Message, extraction: Extraction) -> Found:
    answered = _answered(session, message.in_reply_to)
    threaded = answered or _answered(session, message.references[-_MOST_IDS:])
    address = sender_address(message, extraction)
    owned = _by_address(session, {address, extraction.contact.email} - {""})
    if not threaded and len([each for each in owned if each.status is not Status.CANCELLED]) > 1:
        # The sender's own earlier mail, which this one goes on from, tells several registrations apart.
        earlier = _by_earlier_mail(session, (*message.in_reply_to, *message.references)[-_MOST_IDS:])
        threaded = {each.id for each in owned} & earlier
    hinted = _by_reference(session, references.found_in(f"{message.full_subject}\n{message.text[:20_000]}"))
    if threaded:
        rows = _load(session, threaded)
        if rows and extraction.intent is Intent.REGISTRATION:
            rows = (*rows, *(each for each in owned if each.id not in threaded))
        if rows:
            return Found(registrations=rows, by_thread=True, answered=frozenset(answered), hinted=hinted)
    if len(owned) > 1 and hinted:
        # Among the sender's own registrations a reference may choose: that gives no right that he has not got.
        chosen = tuple(each for each in owned if each.id in {hint.id for hint in hinted})
        owned = chosen or owned
    return Found(registrations=owned, by_thread=False, answered=frozenset(), hinted=hinted)


def _answered(session: Session, ids: Iterable[str]) -> set[int]:
    """Registrations to whose registered address we sent one of these mails."""
    ids = tuple(ids)[:_MOST_IDS]
    if not ids:
        return set()
    pairs = session.execute(
        select(Registration.id)
        .join(OutgoingMail, OutgoingMail.registration_id == Registration.id)
        .where(OutgoingMail.message_id.in_(ids), OutgoingMail.recipient == Registration.contact_email)
    )
    return {number for (number,) in pairs}


def _by_earlier_mail(session: Session, ids: Iterable[str]) -> set[int]:
    ids = tuple(ids)
    if not ids:
        return set()
    return set(
        session.scalars(
            select(RegistrationMail.registration_id)
            .join(Mail, Mail.id == RegistrationMail.mail_id)
            .where(Mail.message_id.in_(ids), Mail.message_id != "")
        )
    )


def _by_address(session: Session, addresses: set[str]) -> tuple[Registration, ...]:
    return tuple(session.scalars(_OF_ADDRESSES, {"addresses": sorted(addresses)})) if addresses else ()


def _load(session: Session, ids: set[int]) -> tuple[Registration, ...]:
    return tuple(
        session.scalars(
            select(Registration)
            .where(Registration.id.in_(ids), Registration.dismissed.is_(False))
            .order_by(Registration.arrived_at, Registration.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _by_reference(session: Session, found: tuple[str, ...]) -> tuple[Registration, ...]:
    if not found:
        return ()
    return tuple(
        session.scalars(
            select(Registration).where(Registration.reference.in_(found[:_MOST_IDS]), Registration.dismissed.is_(False))
        )
    )


def may_change(
    message: Message, extraction: Extraction, registration: Registration, found: Found, rules: Rules
) -> str | None:
    """Why the sender may not change a registration without a person; None where he may.

    He may when the mail comes from the registered address, or directly answers a mail that we sent to it. In
    both cases our own server must not say that the sender is forged, and answers must not be led elsewhere.
    """
    if message.forwarded_by is not None:
        return (
            f"Die Mail wurde weitergeleitet; ob die Person selbst die Anmeldung {registration.reference} "
            "ändern will, muss jemand prüfen"
        )
    checked = verdict(message, rules.authserv_id)
    if checked is Verdict.FAIL:
        return forged(message)
    if checked is Verdict.DOUBT:
        return f"Ob die Mail wirklich von „{message.sender.email}“ kommt, ließ sich nicht prüfen"
    if message.sender.email and extraction.contact.email not in ("", message.sender.email):
        return (
            f"Die Antwort soll an „{extraction.contact.email}“ gehen, die Mail kommt aber von „{message.sender.email}“"
        )
    if message.sender.email and message.sender.email == registration.contact_email:
        return None
    if registration.id in found.answered and message.sender.email:
        return None
    return (
        f"„{message.sender.email}“ ist nicht die Adresse, mit der die Anmeldung {registration.reference} gemacht wurde"
    )


def forged(message: Message) -> str:
    """Why a sender is not believed."""
    return f"Die Prüfung des Absenders ist fehlgeschlagen; die Adresse „{message.sender.email}“ kann gefälscht sein"


def of_organisation(session: Session, organisation: str, *, without: Iterable[int] = ()) -> tuple[Registration, ...]:
    """Registrations of the same organisation that are not cancelled."""
    home = names.organisation_key(organisation)
    if not home:
        return ()
    return tuple(
        session.scalars(
            select(Registration)
            .where(
                Registration.organisation_key == home,
                Registration.status != Status.CANCELLED,
                Registration.dismissed.is_(False),
                Registration.id.not_in(tuple(without)),
            )
            .order_by(Registration.arrived_at, Registration.id)
        )
    )


def namesakes(
    session: Session, people: Iterable[str], *, organisation: str = "", phone: str = "", without: Iterable[int] = ()
) -> tuple[tuple[str, Registration], ...]:
    """People who may already be on the list, each with the registration where he or she stands.

    A full name that is written alike always counts; one that is only close (a further word, another letter), or a
    given name alone, counts when the organisation or the telephone is the same too.
    """
    keys = {person: names.name_key(person) for person in people}
    wanted = {value for value in keys.values() if value}
    if not wanted:
        return ()
    home = names.organisation_key(organisation)
    # Two looks, each by its own index; one that joins them with „or“ would read the whole list for every mail.
    looks: list[tuple[Select[int, str, str, str], dict[str, Any]]] = [(_NAMED, {"names": sorted(wanted)})]
    looks += [(_OF_ORGANISATION, {"organisation": home})] if home else []
    looks += [(_OF_TELEPHONE, {"phone": phone})] if phone else []
    skipped = set(without)
    found: dict[tuple[str, int], None] = {}
    for statement, values in looks:
        rows = session.execute(statement, values)
        for number, written, organisation_key, telephone in rows:
            akin = (home != "" and home == organisation_key) or (phone != "" and phone == telephone)
            for person, sought in keys.items():
                if number not in skipped and _may_be_one(sought, written, akin=akin):
                    found[(person, number)] = None
    registrations = {number: session.get_one(Registration, number) for _, number in found}
    return tuple((person, registrations[number]) for person, number in found)


def _may_be_one(sought: str, written: str, *, akin: bool) -> bool:
    """Whether two keys may be one person's; a name of one word is many people's, another spelling another person's."""
    if akin:
        return sought != "" and names.close_keys(sought.split(), written.split())
    return sought == written and " " in sought
