"""Seats: who is in, who waits, and who moves up.

The rule, as it is told to everybody who asks: seats are given in order of arrival. As soon as somebody waits, all
who come later wait as well, also where a single seat would be free: a group is not overtaken by a smaller one. A
registration that is changed keeps the seats it had; only those added wait. Whoever came after the deadline moves
up only by a decision of the office. A theme table is given to a group as a whole, the first wished for that has
room; whoever finds none waits for one, and keeps the seat in the hall.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from processor.database import Registration, Status
from processor.registrations.ledger import Cause, rewrite
from processor.registrations.state import State, state_of
from processor.registrations.values import Rules

#: The rule in the words in which the office can tell it.
RULE = (
    "Plätze gibt es in der Reihenfolge, in der die Anmeldungen eingegangen sind. Sobald jemand wartet, warten alle, "
    "die später kommen: Eine Gruppe wird nicht von einer kleineren überholt. Wer seine Anmeldung ändert, behält die "
    "Plätze, die zugesagt sind; nur die zusätzlichen warten. Wer nach dem Anmeldeschluss kam, rückt nur durch eine "
    "Entscheidung des Büros nach."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The seats that are given, without those of the registration that is being placed."""

    seats: int
    #: Whether somebody who came in time waits for a seat.
    queue: bool
    #: Seats at each theme table, by its number.
    tables: dict[int, int]


def taken(session: Session, *, without: int | None = None) -> Taken:
    """Counts the seats that are given.

    :param without: a registration that is left out of the count.
    """
    held = Registration.headcount - Registration.late_seats - Registration.waiting_seats
    confirmed = [Registration.status == Status.CONFIRMED, Registration.dismissed.is_(False)]
    waiting = [Registration.waiting_since.is_not(None), Registration.dismissed.is_(False), _MAY_MOVE_UP]
    if without is not None:
        confirmed.append(Registration.id != without)
        waiting.append(Registration.id != without)
    rows = session.execute(
        select(Registration.table_assigned, func.sum(held)).where(*confirmed).group_by(Registration.table_assigned)
    )
    tables = {table: int(seats) for table, seats in rows}
    return Taken(
        seats=sum(tables.values()),
        queue=session.scalar(select(Registration.id).where(*waiting).limit(1)) is not None,
        tables={table: seats for table, seats in tables.items() if table is not None},
    )


#: Those who came after the deadline wait for the office, and stand in nobody's way.
_MAY_MOVE_UP = or_(
    Registration.status == Status.CONFIRMED,
    and_(Registration.status == Status.WAITLISTED, Registration.late.is_(False)),
)


def _given(session: Session, rules: Rules, without: int | None) -> Taken:
    """What is given, where anything is limited at all."""
    if rules.event.capacity is None and all(table.seats is None for table in rules.event.theme_tables):
        return Taken(seats=0, queue=False, tables={})
    return taken(session, without=without)


def place(session: Session, state: State, rules: Rules, *, without: int | None = None) -> State:
    """Gives a new or reopened registration its status and its table, by lateness and capacity.

    :param state: what is asked for; its status is not looked at.
    """
    late = rules.event.is_late(state.arrived_at)
    state = replace(state, late=late, late_seats=0, waiting_seats=0, waiting_since=None, table_assigned=None)
    if late and rules.answers.late == "review":
        return replace(state, status=Status.LATE)
    if late and rules.answers.late == "waitlist":
        return replace(state, status=Status.WAITLISTED, waiting_since=state.arrived_at)
    return admit(session, state, rules, without=without)


def admit(session: Session, state: State, rules: Rules, *, without: int | None = None) -> State:
    """Confirms a registration where there is room, and puts it on the waiting list where there is none."""
    given = _given(session, rules, without)
    state = replace(state, late_seats=0, waiting_seats=0, waiting_since=None)
    if rules.event.capacity is not None and (given.queue or given.seats + state.headcount > rules.event.capacity):
        return replace(state, status=Status.WAITLISTED, waiting_since=state.arrived_at, table_assigned=None)
    return _at_table(replace(state, status=Status.CONFIRMED), given, rules)


def seated(session: Session, state: State, rules: Rules, *, without: int) -> State:
    """Confirms a registration with all its seats, whether there is room or not: a decision of the office."""
    given = _given(session, rules, without)
    promised = replace(state, status=Status.CONFIRMED, late_seats=0, waiting_seats=0, waiting_since=None)
    return _at_table(promised, given, rules)


def has_room(session: Session, rules: Rules, seats: int) -> bool:
    """Whether so many more seats can be promised now, with nobody being overtaken."""
    if rules.event.capacity is None:
        return True
    given = taken(session)
    return not given.queue and given.seats + seats <= rules.event.capacity


def resize(session: Session, before: State, wanted: State, rules: Rules, asked_at: datetime, *, without: int) -> State:
    """Gives a changed registration its seats: what was promised stays, what is added is late or waits.

    :param before: what it said.
    :param wanted: what it shall say, headcount and tables included.
    :param asked_at: when the change arrived.
    :param without: the registration itself, which is left out of the count.
    """
    if before.status is not Status.CONFIRMED:
        return wanted
    given = _given(session, rules, without)
    added = wanted.headcount - before.headcount
    late_seats, waiting_seats, since = before.late_seats, before.waiting_seats, before.waiting_since
    if added < 0:
        # What is given back is taken from what was not promised first.
        waiting_back = min(-added, waiting_seats)
        waiting_seats -= waiting_back
        late_seats -= min(-added - waiting_back, late_seats)
    elif added > 0:
        late = rules.event.is_late(asked_at)
        room = rules.event.capacity is None or (
            not given.queue and given.seats + before.seats + added <= rules.event.capacity
        )
        if late and rules.answers.late == "review":
            late_seats += added
        elif not room or (late and rules.answers.late == "waitlist"):
            waiting_seats += added
            since = since or asked_at
    placed = replace(
        wanted,
        late_seats=late_seats,
        waiting_seats=waiting_seats,
        waiting_since=since if waiting_seats else None,
    )
    return _at_table(placed, given, rules)


def _at_table(state: State, given: Taken, rules: Rules) -> State:
    """The table the group has if it still wishes for it and fits, else the first wished for that has room."""
    rooms = {table.number: table.seats for table in rules.event.theme_tables}
    wishes = [number for number in state.theme_tables if number in rooms]
    if state.table_assigned in wishes:
        wishes = [state.table_assigned, *wishes]
    for number in wishes:
        seats = rooms[number]
        if seats is None or given.tables.get(number, 0) + state.seats <= seats:
            return replace(state, table_assigned=number)
    return replace(state, table_assigned=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """Somebody who moved up."""

    registration: Registration
    before: State
    after: State


def move_up(session: Session, rules: Rules, cause: Cause) -> tuple[Promotion, ...]:
    """Gives seats that have become free to those who wait, by the rule; each with its entry in the history."""
    return (*_move_up_in_the_hall(session, rules, cause), *_move_up_at_tables(session, rules, cause))


def _by_rule(cause: Cause, name: str) -> Cause:
    return replace(cause, kind="rule", actor=name, reason="")


def _move_up_in_the_hall(session: Session, rules: Rules, cause: Cause) -> list[Promotion]:
    if rules.event.capacity is None:
        return []
    promotions = []
    for registration in _waiting(session):
        before = state_of(registration)
        needed = before.waiting_seats if before.status is Status.CONFIRMED else before.headcount
        given = taken(session)
        if given.seats + needed > rules.event.capacity:
            break
        after = replace(before, status=Status.CONFIRMED, waiting_seats=0, waiting_since=None)
        after = _at_table(after, taken(session, without=registration.id), rules)
        rewrite(session, registration, after, "moved_up", _by_rule(cause, "waiting_list"))
        promotions.append(Promotion(registration=registration, before=before, after=after))
    return promotions


def _waiting(session: Session) -> list[Registration]:
    """Those who wait and may move up by the rule, in their order."""
    return list(
        session.scalars(
            select(Registration)
            .where(Registration.waiting_since.is_not(None), Registration.dismissed.is_(False), _MAY_MOVE_UP)
            .order_by(Registration.waiting_since, Registration.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _move_up_at_tables(session: Session, rules: Rules, cause: Cause) -> list[Promotion]:
    if all(table.seats is None for table in rules.event.theme_tables):
        return []
    promotions = []
    waiting = session.scalars(
        select(Registration)
        .where(
            Registration.status == Status.CONFIRMED,
            Registration.dismissed.is_(False),
            Registration.table_assigned.is_(None),
        )
        .order_by(Registration.arrived_at, Registration.id)
    ).all()
    full: set[int] = set()
    for registration in waiting:
        before = state_of(registration)
        wishes = tuple(number for number in before.theme_tables if number not in full)
        after = _at_table(before, taken(session, without=registration.id), rules)
        if after.table_assigned is None or after.table_assigned in full:
            full.update(wishes)
            continue
        rewrite(session, registration, after, "moved_up", _by_rule(cause, "theme_table"))
        promotions.append(Promotion(registration=registration, before=before, after=after))
    return promotions
