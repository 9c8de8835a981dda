"""Random weeks of mails, clerks and crashes, beside a model of a few lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from processor import registrations
from processor.database import Database, Status
from processor.extraction import Extraction
from processor.message import Message
from processor.registrations import Outcome, from_state, overview, state_of
from tests.registrations.builders import DEADLINE, IN_TIME, Office, cancelling, changing, message, registering, rules

OWNERS = ("Ada Arsal", "Berk Bulut", "Can Deniz", "Dilek Dal")
CAPACITY = 9
MOST = 6


@dataclass
class Entry:
    """A registration as the model has it."""

    status: Status
    total: int
    late: bool
    names: list[str]
    late_seats: int = 0
    waiting_seats: int = 0
    #: The place in the line.
    ticket: int | None = None

    @property
    def promised(self) -> int:
        return self.total - self.late_seats - self.waiting_seats if self.status is Status.CONFIRMED else 0


@dataclass
class Model:
    """The rules of the house, written down a second time and as plainly as can be."""

    entries: dict[str, Entry] = field(default_factory=dict)
    tickets: int = 0

    @property
    def promised(self) -> int:
        return sum(entry.promised for entry in self.entries.values())

    def line(self) -> list[Entry]:
        waiting = [
            entry
            for entry in self.entries.values()
            if entry.ticket is not None and not (entry.late and entry.status is Status.WAITLISTED)
        ]
        return sorted(waiting, key=lambda entry: entry.ticket or 0)

    def next_ticket(self) -> int:
        self.tickets += 1
        return self.tickets

    def admit(self, entry: Entry) -> None:
        fits = not self.line() and self.promised + entry.total <= CAPACITY
        entry.status = Status.CONFIRMED if fits else Status.WAITLISTED
        entry.ticket = None if fits else self.next_ticket()

    def register(self, owner: str, names: list[str], total: int, *, late: bool) -> None:
        entry = Entry(Status.LATE, total, late, names)
        self.entries.pop(owner, None)
        if not late:
            self.admit(entry)
        self.entries[owner] = entry

    def resize(self, owner: str, difference: int, *, late: bool) -> None:
        entry = self.entries[owner]
        entry.total += difference
        if entry.status is Status.CONFIRMED:
            if difference > 0 and late:
                entry.late_seats += difference
            elif difference > 0 and ([each for each in self.line() if each is not entry] or self.promised > CAPACITY):
                entry.waiting_seats += difference
                entry.ticket = entry.ticket or self.next_ticket()
            elif difference < 0:
                back = min(-difference, entry.waiting_seats)
                entry.waiting_seats -= back
                entry.late_seats -= min(-difference - back, entry.late_seats)
                if not entry.waiting_seats:
                    entry.ticket = None
        self.move_up()

    def cancel(self, owner: str) -> None:
        entry = self.entries[owner]
        entry.status, entry.late_seats, entry.waiting_seats, entry.ticket = Status.CANCELLED, 0, 0, None
        self.move_up()

    def move_up(self) -> None:
        for entry in self.line():
            needed = entry.waiting_seats or entry.total
            if self.promised + needed > CAPACITY:
                return
            entry.status, entry.waiting_seats, entry.ticket = Status.CONFIRMED, 0, None


class Weeks(RuleBasedStateMachine):
    """What may happen in an office."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.connection = database.engine.connect()
        self.transaction = self.connection.begin()
        self.office = Office(
            Session(self.connection, join_transaction_mode="create_savepoint"),
            rules=rules(capacity=CAPACITY, most_seats=MOST),
        )
        self.model = Model()
        self.numbers: dict[str, int] = {}

    @initialize()
    def begin(self) -> None:
        self.office.now = IN_TIME

    def teardown(self) -> None:
        self.office.session.close()
        self.transaction.rollback()
        self.connection.close()

    # -- helpers --

    def address(self, owner: str) -> str:
        return owner.lower().replace(" ", ".") + "@web.example"

    @property
    def late(self) -> bool:
        return self.office.now >= DEADLINE

    def mail(self, owner: str, meaning: Extraction, *, crash: bool, **header: Any) -> Outcome:
        """Lets a mail arrive; with a crash it is booked, all of it is lost before the commit, and it comes again."""
        self.office.now += dt.timedelta(minutes=1)
        letter = message(self.address(owner), **header)
        if crash:
            self.lost(letter, meaning)
        return self.office.receive(letter, meaning)

    def lost(self, letter: Message, meaning: Extraction) -> None:
        savepoint = self.office.session.begin_nested()
        sent = len(self.office.sent)
        self.office.receive(letter, meaning)
        savepoint.rollback()
        self.office.session.expire_all()
        del self.office.sent[sent:]

    def standing(self, owner: str) -> Entry | None:
        entry = self.model.entries.get(owner)
        return entry if entry is not None and entry.status is not Status.CANCELLED else None

    # -- what people do --

    @rule(hours=st.integers(1, 24 * 7))
    def time_passes(self, hours: int) -> None:
        self.office.now += dt.timedelta(hours=hours)

    @rule(owner=st.sampled_from(OWNERS), companions=st.integers(0, 3), crash=st.booleans())
    def register(self, owner: str, companions: int, crash: bool) -> None:
        outcome = self.mail(owner, registering(owner, headcount=1 + companions), crash=crash)
        entry = self.standing(owner)
        if entry is None:
            assert not outcome.waits, outcome.reasons
            self.model.register(owner, [owner], 1 + companions, late=self.late)
            assert outcome.registration_id is not None
            self.numbers[owner] = outcome.registration_id
            return
        same = entry.total == 1 + companions
        grown = entry.total < 1 + companions and not self.too_late_to_wait(entry)
        assert outcome.waits is not (same or grown)
        if grown:
            self.model.resize(owner, 1 + companions - entry.total, late=self.late)

    def too_late_to_wait(self, entry: Entry) -> bool:
        return self.late and entry.status is Status.WAITLISTED and not entry.late

    @rule(owner=st.sampled_from(OWNERS), difference=st.integers(-3, 3).filter(bool), crash=st.booleans())
    def change_the_number(self, owner: str, difference: int, crash: bool) -> None:
        outcome = self.mail(owner, changing(change=difference), crash=crash)
        entry = self.standing(owner)
        if entry is None:
            assert outcome.waits
            return
        total = entry.total + difference
        clear = total >= len(entry.names) and not (difference > 0 and (total > MOST or self.too_late_to_wait(entry)))
        assert outcome.waits is not clear, outcome.reasons
        if clear:
            self.model.resize(owner, difference, late=self.late)

    @rule(owner=st.sampled_from(OWNERS), crash=st.booleans())
    def bring_somebody_by_name(self, owner: str, crash: bool) -> None:
        entry = self.standing(owner)
        friend = owner.split()[0] + " Freund"
        if entry is None or friend in entry.names:
            return
        outcome = self.mail(owner, changing(friend, change=1), crash=crash)
        clear = entry.total < MOST and not self.too_late_to_wait(entry)
        assert outcome.waits is not clear, outcome.reasons
        if clear:
            entry.names.append(friend)
            self.model.resize(owner, 1, late=self.late)

    @rule(owner=st.sampled_from(OWNERS), crash=st.booleans())
    def withdraw(self, owner: str, crash: bool) -> None:
        outcome = self.mail(owner, cancelling(name=owner), crash=crash)
        assert not outcome.waits, outcome.reasons
        if self.standing(owner) is not None:
            self.model.cancel(owner)
        elif owner not in self.model.entries:
            self.model.entries[owner] = Entry(Status.CANCELLED, 0, self.late, [])
            assert outcome.registration_id is not None
            self.numbers[owner] = outcome.registration_id

    @rule(owner=st.sampled_from(OWNERS))
    def a_forged_withdrawal(self, owner: str) -> None:
        outcome = self.mail(owner, cancelling(name=owner), crash=False, results=["mx1.gelsenkirchen.de; dmarc=fail"])
        assert outcome.waits

    @rule(owner=st.sampled_from(OWNERS))
    def the_same_person_writes_from_elsewhere(self, owner: str) -> None:
        if self.standing(owner) is None:
            return
        self.office.now += dt.timedelta(minutes=1)
        outcome = self.office.receive(message("zweite@adresse.example"), registering(owner))
        assert outcome.waits
        for waiting in registrations.waiting(self.office.session):
            put_down = [each for each in waiting.registrations if each.status is Status.REVIEW]
            if put_down:
                registrations.dismiss(self.office.session, waiting.mail.id, self.office.now, actor="ollech")

    # -- what the staff do --

    @rule(owner=st.sampled_from(OWNERS))
    def accept(self, owner: str) -> None:
        entry = self.standing(owner)
        if entry is None or not (entry.status is Status.LATE or entry.late_seats):
            return
        self.office.now += dt.timedelta(minutes=1)
        registrations.accept_late(
            self.office.session, self.numbers[owner], self.office.rules, self.office.now, actor="ollech"
        )
        if entry.status is Status.LATE:
            self.model.admit(entry)
        else:
            fits = not self.model.line() and self.model.promised + entry.late_seats <= CAPACITY
            if not fits:
                entry.waiting_seats += entry.late_seats
                entry.ticket = entry.ticket or self.model.next_ticket()
            entry.late_seats = 0

    @rule(owner=st.sampled_from(OWNERS))
    def a_clerk_cancels_and_takes_it_back(self, owner: str) -> None:
        entry = self.standing(owner)
        if entry is None:
            return
        kept = replace(entry, names=list(entry.names))
        arguments = (self.office.session, self.numbers[owner], self.office.rules, self.office.now)
        registrations.cancel(*arguments, actor="ollech")
        self.model.cancel(owner)
        registrations.undo(*arguments, actor="ollech")
        self.model.entries[owner] = kept

    @precondition(lambda self: self.numbers)
    @rule(owner=st.sampled_from(OWNERS), total=st.integers(1, MOST))
    def a_clerk_corrects_the_number(self, owner: str, total: int) -> None:
        entry = self.standing(owner)
        if entry is None or total < len(entry.names) or total == entry.total:
            return
        # Never in the same second as a mail: who was first would be anybody's guess.
        self.office.now += dt.timedelta(minutes=1)
        facts = from_state(state_of(registrations.one(self.office.session, self.numbers[owner])))
        registrations.edit(
            self.office.session,
            self.numbers[owner],
            replace(facts, headcount=total),
            self.office.rules,
            self.office.now,
            actor="ollech",
            reason="Anruf",
        )
        self.model.resize(owner, total - entry.total, late=self.late)

    # -- what must hold at any time --

    @invariant()
    def the_book_says_what_the_model_says(self) -> None:
        session = self.office.session
        session.flush()
        session.expire_all()
        found = {each.contact_name: state_of(each) for each in registrations.all_registrations(session)}
        assert len(found) == len(registrations.all_registrations(session)), "nobody is there twice"
        assert {
            owner: (state.status, state.headcount, state.late_seats, state.waiting_seats, state.late)
            for owner, state in found.items()
        } == {
            owner: (entry.status, entry.total, entry.late_seats, entry.waiting_seats, entry.late)
            for owner, entry in self.model.entries.items()
        }
        for owner, entry in self.model.entries.items():
            assert sorted(found[owner].names) == sorted(entry.names)
        assert overview(session).confirmed == self.model.promised

    @invariant()
    def the_history_tells_how_it_came(self) -> None:
        for number in self.numbers.values():
            told: dict[str, Any] = {}
            for entry in registrations.history(self.office.session, number):
                told |= entry.after or {}
            state = state_of(registrations.one(self.office.session, number))
            assert (told["headcount"], told["status"]) == (state.headcount, state.status.value)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_book_agrees_with_the_model_whatever_happens(engine: str, request: pytest.FixtureRequest) -> None:
    database: Database = request.getfixturevalue(f"shared_{engine}")
    run_state_machine_as_test(
        lambda: Weeks(database),  # type: ignore[arg-type]  # whatever makes a machine will do
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            # Making a failing run smaller takes minutes: that is for whoever looks into it.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
