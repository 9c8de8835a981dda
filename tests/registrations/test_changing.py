"""Changes as pure functions: what must hold for all of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from processor.database import Status
from processor.extraction import Attendee
from processor.registrations import changing, names
from processor.registrations.state import State, as_fields, changed, with_fields
from tests.registrations.builders import IN_TIME, registering
from tests.registrations.builders import changing as asking

PEOPLE = ("Ada Arsal", "Berk Bulut", "Can Deniz", "Dilek Dal", "Ece Eren")
some = st.lists(st.sampled_from(PEOPLE), unique=True)


@st.composite
def states(draw: st.DrawFn) -> State:
    people = draw(some)
    return State(
        status=draw(st.sampled_from(Status)),
        attendees=tuple(Attendee(name=name) for name in people),
        headcount=max(1, len(people) + draw(st.integers(0, 4))),
        needs=tuple(draw(st.lists(st.sampled_from(("vegan", "wheelchair")), unique=True))),
        theme_tables=tuple(draw(st.lists(st.integers(1, 3), unique=True))),
        waiting_since=draw(st.none() | st.just(IN_TIME)),
        arrived_at=IN_TIME,
    )


@given(states(), st.integers(-4, 4).filter(bool))
def test_a_difference_changes_the_number_by_itself_or_is_doubted(before: State, difference: int) -> None:
    wanted = changing.change(before, asking(change=difference))
    if wanted.doubts:
        assert wanted.state == before
    elif not wanted.nobody_left:
        assert wanted.state.headcount == before.headcount + difference
        assert wanted.state.attendees == before.attendees


@given(states(), some, some, st.integers(0, 6))
def test_nobody_is_lost_who_did_not_leave_and_nobody_stays_who_did(
    before: State, coming: list[str], leaving: list[str], total: int
) -> None:
    wanted = changing.change(before, asking(*coming, leaving=leaving, headcount=total))
    if wanted.doubts or wanted.nobody_left:
        return
    after = set(wanted.state.names)
    assert not after & set(leaving)
    assert set(coming) <= after
    assert wanted.state.headcount >= len(after)
    if total != len(coming):
        assert set(before.names) - set(leaving) <= after


@given(states())
def test_registering_the_same_again_is_nothing_new(before: State) -> None:
    again = registering(*before.names, headcount=before.headcount, needs=before.needs, tables=before.theme_tables)
    assert changing.compare(before, again).same


@given(states(), states())
def test_the_history_can_take_any_change_back(before: State, after: State) -> None:
    old, new = changed(before, after)
    assert old is not None
    assert with_fields(after, old) == before
    assert with_fields(before, new) == after
    assert with_fields(before, as_fields(after)) == after


@given(st.sampled_from(PEOPLE), st.sampled_from(["upper", "lower", "title", "swap", "turn"]))
def test_a_name_is_the_same_in_any_dress(name: str, dress: str) -> None:
    first, last = name.split()
    other = {
        "upper": name.upper(),
        "lower": name.lower(),
        "title": name.title(),
        "swap": f"{last} {first}",
        "turn": f"{last}, {first}",
    }[dress]
    assert names.same(name, other)


def test_two_brothers_are_not_one_person() -> None:
    assert not names.close("Ali Demir", "Alp Demir")
    assert not names.close("Mehmet Yılmaz", "Ahmet Yılmaz")
    assert names.close("Mehmet Yılmaz", "Mehmed Yilmaz")
    assert names.close("Müller, Jörg", "Joerg Mueller")
