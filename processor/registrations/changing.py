"""What a change makes of a registration: pure functions over states."""

from __future__ import annotations

from dataclasses import dataclass, replace

from processor.extraction import Attendee, Extraction
from processor.registrations import names
from processor.registrations.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a mail asks of a registration, or why that cannot be said."""

    state: State
    #: Why a person has to decide, in words; empty where the state may be entered.
    doubts: tuple[str, ...] = ()
    #: Whether nobody is left: the registration is withdrawn.
    nobody_left: bool = False


def _find(people: tuple[Attendee, ...], name: str) -> int | None:
    """Where somebody stands among people: written alike, else the only one who is close, else the only given name."""
    alike = [index for index, person in enumerate(people) if names.same(person.name, name)]
    if not alike:
        alike = [index for index, person in enumerate(people) if names.close(person.name, name)]
    if not alike and len(names.key(name)) == 1:
        word = names.key(name)[0]
        alike = [index for index, person in enumerate(people) if word in names.key(person.name)]
    return alike[0] if len(alike) == 1 else None


def stands_on(before: State, name: str) -> bool:
    """Whether somebody is named on a registration."""
    return _find(before.attendees, name) is not None


def _people(before: State, extraction: Extraction) -> tuple[list[Attendee], list[Attendee]]:
    """Those named who are on the registration already (as newly written), and those who are new."""
    known: list[Attendee] = []
    new: list[Attendee] = []
    for person in extraction.attendees:
        (new if _find(before.attendees, person.name) is None else known).append(person)
    return known, new


def _without(before: State, leaving: tuple[str, ...]) -> tuple[tuple[Attendee, ...], list[str]]:
    """The people without those who leave, and the names of leavers who are not among them."""
    stay = before.attendees
    strangers = []
    for name in leaving:
        index = _find(stay, name)
        if index is None:
            strangers.append(name)
        else:
            stay = (*stay[:index], *stay[index + 1 :])
    return stay, strangers


def _written_anew(people: tuple[Attendee, ...], mentioned: list[Attendee]) -> tuple[Attendee, ...]:
    """The people, with the spelling, organisation and needs that the mail gives where it names them."""
    result = list(people)
    for person in mentioned:
        index = _find(people, person.name)
        if index is not None:
            old = result[index]
            result[index] = Attendee(
                name=_better_spelled(old.name, person.name),
                organisation=person.organisation or old.organisation,
                needs=merged_needs(old.needs, person.needs, single=True),
            )
    return tuple(result)


def _better_spelled(old: str, new: str) -> str:
    """The new spelling, unless it only lost something: a part of the name, its accents, or its capitals."""
    if len(names.key(new)) < len(names.key(old)) or new.casefold() == old.casefold() or "," in new:
        return old
    if new in (new.lower(), new.upper()) and new.lower() != new.upper():
        return old
    if names.same(old, new) and _foreign_letters(new) < _foreign_letters(old):
        return old
    return new


def _foreign_letters(name: str) -> int:
    return sum(not letter.isascii() for letter in name)


_DIETS = ("vegetarian", "vegan")


def merged_needs(before: tuple[str, ...], new: tuple[str, ...], *, single: bool) -> tuple[str, ...]:
    """Needs with those that are added; of one person's diets the last said holds."""
    if single and any(need in _DIETS for need in new):
        before = tuple(need for need in before if need not in _DIETS or need in new)
    return tuple(dict.fromkeys((*before, *new)))


def _listed(people: list[str]) -> str:
    return ", ".join(people)


def change(before: State, extraction: Extraction) -> Wanted:
    """What an asked-for change makes of a registration.

    Three kinds of mails: with a new total (``headcount``), with a difference (``headcount_change``), and with
    neither, which exchanges people or alters something else.
    """
    stay, strangers = _without(before, extraction.leaving)
    known, new = _people(before, extraction)
    if len(strangers) > before.unnamed:
        return Wanted(
            state=before, doubts=(f"Abgemeldet wird {_listed(strangers)}, steht aber nicht auf der Anmeldung",)
        )
    if any(_find(tuple(extraction.attendees), name) is not None for name in extraction.leaving):
        return Wanted(state=before, doubts=("Dieselbe Person wird an- und abgemeldet",))
    # „Statt Ali kommt Can“: the number counts the newcomers, and nobody has spoken of the others.
    exchange = (
        not known and len(new) == len(extraction.leaving) == extraction.headcount and not _number_is_stated(extraction)
    )
    if extraction.headcount > 0 and not exchange:
        people, total, doubts = _with_total(before, extraction, stay, known, new)
    elif extraction.headcount_change != 0:
        people, total, doubts = _with_difference(before, extraction, stay, known, new)
    else:
        people, total, doubts = _with_neither(before, extraction, stay, known, new)
    if not doubts and total < len(people):
        doubts = (
            f"Es sollen {total} Personen kommen, namentlich gemeldet sind aber {len(people)}: "
            + _listed([person.name for person in people]),
        )
    if doubts:
        return Wanted(state=before, doubts=doubts)
    if total <= 0:
        return Wanted(state=before, nobody_left=True)
    return Wanted(state=_other_facts(replace(before, attendees=people, headcount=total), extraction))


_Result = tuple[tuple[Attendee, ...], int, tuple[str, ...]]


def _with_total(
    before: State, extraction: Extraction, stay: tuple[Attendee, ...], known: list[Attendee], new: list[Attendee]
) -> _Result:
    total = extraction.headcount
    forgotten = [
        person.name
        for person in stay
        if _find(tuple(known), person.name) is None and len(extraction.attendees) == total
    ]
    # Where only newcomers are counted, the number may be theirs alone, and the group have nothing to do with it.
    only_new = not known and len(new) == total
    expected = before.headcount - len(extraction.leaving) + (len(new) if only_new else 0)
    if extraction.leaving and (forgotten or total < expected):
        # Whoever says who leaves has not said that others leave too: the total may be that of the newly named.
        return (
            stay,
            total,
            (
                f"Es sollen {total} Personen kommen, angemeldet sind {before.headcount}; abgemeldet wird aber nur "
                + _listed(list(extraction.leaving)),
            ),
        )
    silent = extraction.attendees and not _number_is_stated(extraction)
    if not extraction.leaving and total < before.headcount and (silent or only_new):
        # Whoever speaks of some has not said that the others stay away.
        question = (
            f"Die Mail nennt nur {_listed([person.name for person in extraction.attendees])}; angemeldet sind "
            f"{before.headcount} Personen. Kommen die anderen nicht mehr?"
        )
        return stay, total, (question,)
    if len(extraction.attendees) == total:
        # A complete list: it counts as it stands, when it plainly continues the old one.
        if known or extraction.leaving or not before.attendees:
            kept = [person for person in before.attendees if _find(tuple(known), person.name) is not None]
            order = _written_anew(tuple(kept), known)
            return (*order, *new), total, ()
        return (
            before.attendees,
            total,
            (
                f"Die Mail nennt {_listed([person.name for person in new])}; auf der Anmeldung steht "
                + _listed(list(before.names))
                + ": kommen sie dazu oder an deren Stelle?",
            ),
        )
    return (*_written_anew(stay, known), *new), total, ()


def _with_difference(
    before: State, extraction: Extraction, stay: tuple[Attendee, ...], known: list[Attendee], new: list[Attendee]
) -> _Result:
    difference = extraction.headcount_change
    total = before.headcount + difference
    left = len(extraction.leaving)
    if difference < 0 and left > -difference + len(new):
        return stay, total, (f"{left} Personen werden abgemeldet, die Zahl sinkt aber nur um {-difference}",)
    if difference > 0 and len(new) > difference + left:
        return stay, total, (f"{len(new)} Personen werden genannt, dazukommen sollen aber nur {difference}",)
    by_name = len(new) - left
    if left and (new or difference > 0) and difference != by_name:
        question = (
            f"Die Zahl soll sich um {difference:+d} ändern; nach den Namen, die kommen und gehen, wären es {by_name:+d}"
        )
        return stay, total, (question,)
    if total < 0:
        return stay, total, (f"Angemeldet sind {before.headcount} Personen, abgemeldet werden {-difference}",)
    return (*_written_anew(stay, known), *new), total, ()


def _with_neither(
    before: State, extraction: Extraction, stay: tuple[Attendee, ...], known: list[Attendee], new: list[Attendee]
) -> _Result:
    left = len(extraction.leaving)
    people = (*_written_anew(stay, known), *new)
    if left:
        return people, before.headcount - left + len(new), ()
    if len(new) > before.unnamed:
        if len(new) == len(before.attendees) == before.headcount == 1:
            question = f"Kommt {new[0].name} dazu oder an Stelle von {before.attendees[0].name}?"
        else:
            question = f"Die Mail nennt {_listed([person.name for person in new])}: dazu oder an Stelle von anderen?"
        return people, before.headcount, (question,)
    return people, before.headcount, ()


def _other_facts(state: State, extraction: Extraction) -> State:
    single = state.headcount == 1
    return replace(
        state,
        needs=merged_needs(state.needs, extraction.needs, single=single),
        theme_tables=extraction.theme_tables or state.theme_tables,
        organisation=_fuller(state.organisation, extraction.organisation),
        contact_phone=state.contact_phone or extraction.contact.phone,
        open_question=state.open_question or extraction.has_question,
    )


def _fuller(before: str, new: str) -> str:
    """The organisation: as it was, unless there was none, or the new one is the same name with more of it."""
    if not before:
        return new
    old_words, new_words = set(names.organisation_key(before).split()), set(names.organisation_key(new).split())
    return new if old_words < new_words else before


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How a fresh registration from a registered address compares with one that stands."""

    #: Nothing new.
    same: bool = False
    #: Nobody in common: another registration by the same address (family, secretary).
    apart: bool = False
    #: The same people and more of them, or more seats: a new whole.
    grown: bool = False


def compare(before: State, extraction: Extraction) -> Compared:
    """Compares what a fresh registration asks for with what stands; neither of the three is for a person."""
    known, new = _people(before, extraction)
    if before.attendees and extraction.attendees and not known:
        return Compared(apart=True)
    missing = [person for person in before.attendees if _find(extraction.attendees, person.name) is None]
    nameless = extraction.headcount - len(extraction.attendees)
    fewer = extraction.headcount < before.headcount
    if fewer and _speaks_for_oneself(extraction) and not new and not _number_is_stated(extraction):
        # „Bitte bestätigen Sie meine Anmeldung“: who speaks of himself has not said that the others stay away.
        return Compared(same=_adds_nothing(before, extraction))
    if extraction.attendees and len(missing) > nameless:
        # Somebody who stands on the list is not meant any more.
        return Compared()
    wanted = change(before, extraction)
    if wanted.doubts or wanted.nobody_left:
        return Compared()
    if extraction.headcount == before.headcount and not new:
        return Compared(same=_told(wanted.state) == _told(before), grown=_told(wanted.state) != _told(before))
    grows = extraction.headcount > before.headcount and bool(known or not before.attendees)
    completes = extraction.headcount == before.headcount and len(new) <= before.unnamed
    return Compared(grown=grows or completes)


def covers(extraction: Extraction, before: State) -> bool:
    """Whether a mail speaks of everybody who is named on a registration."""
    return all(_find(extraction.attendees, name) is not None for name in before.names)


def _number_is_stated(extraction: Extraction) -> bool:
    """Whether the number stands in the mail, and does not merely follow from the names."""
    return any(evidence.field == "headcount" for evidence in extraction.evidence)


def _speaks_for_oneself(extraction: Extraction) -> bool:
    """Whether the only person meant is the one who writes."""
    return extraction.headcount == 1 and [
        names.close(person.name, extraction.contact.name) for person in extraction.attendees
    ] == [True]


def _adds_nothing(before: State, extraction: Extraction) -> bool:
    return set(extraction.needs) <= set(before.needs) and set(extraction.theme_tables) <= set(before.theme_tables)


def _told(state: State) -> tuple[object, ...]:
    """What counts when two registrations are compared; not how an organisation is spelled, or a telephone."""
    needs = tuple((person.name, person.needs) for person in state.attendees)
    return state.headcount, needs, state.needs, state.theme_tables


def withdraw(before: State, leaving: tuple[str, ...]) -> Wanted:
    """What a cancellation leaves of a registration: nothing, unless it names some of several people."""
    if not leaving:
        return Wanted(state=before, nobody_left=True)
    wanted = cancel_some(before, leaving)
    if not wanted.doubts and not wanted.nobody_left and not wanted.state.attendees:
        # Whoever was named withdraws; whether the companions would come alone, only they know.
        return Wanted(
            state=before,
            doubts=(f"{_listed(list(leaving))} sagt ab; kommen die {wanted.state.headcount} übrigen Plätze trotzdem?",),
        )
    return wanted


def withdraw_by_number(before: State, extraction: Extraction) -> Wanted:
    """What a cancellation leaves that counts people, or names who comes all the same.

    A number may count those who stay away or those who come: it is taken only where that is no question.
    """
    left, total = len(extraction.leaving), extraction.headcount
    if total and total == before.headcount and not extraction.attendees and not extraction.headcount_change:
        everybody = left in (0, total) and not _without(before, extraction.leaving)[1]
        if everybody:
            return Wanted(state=before, nobody_left=True)
    wanted = change(before, extraction)
    if wanted.doubts or wanted.nobody_left:
        return wanted
    if left:
        by_names = before.headcount - left + len(_people(before, extraction)[1])
        clear = total in (0, by_names)
    else:
        clear = wanted.state.headcount < before.headcount and (total == 0 or bool(extraction.attendees))
    if not clear:
        return Wanted(state=before, doubts=("Die Mail sagt ab; wer nicht mehr kommt, und wer noch, ist offen",))
    return wanted


def cancel_some(before: State, leaving: tuple[str, ...]) -> Wanted:
    """What is left of a registration without the people named."""
    stay, strangers = _without(before, leaving)
    if len(strangers) > before.unnamed:
        return Wanted(
            state=before, doubts=(f"Abgemeldet wird {_listed(strangers)}, steht aber nicht auf der Anmeldung",)
        )
    total = before.headcount - len(leaving)
    if total <= 0:
        return Wanted(state=before, nobody_left=True)
    return Wanted(state=replace(before, attendees=stay, headcount=total))
