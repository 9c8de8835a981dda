"""What no list can take: nothing lost, nothing entered, a reason in words."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processor import registrations
from processor.database import Status
from processor.extraction import Extraction
from processor.registrations import authentication, names, overview, references
from tests.registrations.builders import Office, changing, message, registering


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(registering(*(f"Person Nr{'x' * (n % 50)} {n}" for n in range(5000))), id="5,000 people"),
        pytest.param(registering("Ada Arsal", headcount=10**15), id="more than the database can count"),
        pytest.param(registering("A" * 10_000), id="a name of 10,000 letters"),
        pytest.param(registering("Ada Arsal", headcount=-3), id="fewer than nobody"),
        pytest.param(changing(change=10**15), id="a change beyond counting"),
    ],
)
def test_what_is_beyond_sense_is_left_to_a_person_and_not_put_down(office: Office, asked: Extraction) -> None:
    outcome = office.receive(message("a@web.example"), asked)
    assert outcome.waits
    assert outcome.reasons
    assert office.all() == []


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(registering("12345"), id="a number for a name"),
        pytest.param(registering("Ada Arsal", tables=[7]), id="a table that there is not"),
        pytest.param(registering("Ada Arsal", headcount=11), id="more than the machine may enter alone"),
        pytest.param(registering("Ada Arsal", "Ali Akın", headcount=1), id="fewer seats than names"),
    ],
)
def test_what_makes_no_sense_is_put_down_for_a_person(office: Office, asked: Extraction) -> None:
    outcome = office.receive(message("a@web.example"), asked)
    assert outcome.waits
    assert office.get(outcome.registration_id).status is Status.REVIEW
    assert overview(office.session).confirmed == 0


def test_nul_and_halves_of_pairs_and_reversed_text_reach_no_list(office: Office) -> None:
    outcome = office.receive(
        message("a@web.example"),
        registering("Ada\0 Ars\ud800al", "\u202egnilrets\u202c B", organisation="Ver\x07ein\nA"),
    )
    registration = office.get(outcome.registration_id)
    assert [row.name for row in registration.attendees] == ["Ada Arsal", "gnilrets B"]
    assert registration.organisation == "Verein A"


def test_a_mail_without_any_address_waits_and_nobody_is_answered(office: Office) -> None:
    outcome = office.receive(message(""), registering("Ada Arsal"))
    assert outcome.waits
    assert outcome.answers == ()


def test_a_name_like_a_formula_stays_as_it_is_written(office: Office) -> None:
    outcome = office.receive(message("a@web.example"), registering("=HYPERLINK(Ada)"))
    assert [row.name for row in office.get(outcome.registration_id).attendees] == ["=HYPERLINK(Ada)"]


words = st.text(max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(words, max_size=6),
    leaving=st.lists(words, max_size=3),
    headcount=st.integers(-5, 40) | st.integers(),
    change=st.integers(-5, 5) | st.integers(),
    organisation=words,
    intent=st.sampled_from(["registering", "changing"]),
)
def test_whatever_a_stranger_writes_the_list_stays_sound(
    office: Office,
    people: list[str],
    leaving: list[str],
    headcount: int,
    change: int,
    organisation: str,
    intent: str,
) -> None:
    builder = registering if intent == "registering" else changing
    outcome = office.receive(
        message("a@web.example"),
        builder(*people, leaving=leaving, headcount=headcount, change=change, organisation=organisation),
    )
    assert bool(outcome.reasons) == outcome.waits
    for registration in office.all():
        registrations.as_json(registration)
        if registration.status is not Status.REVIEW:
            assert registration.headcount >= len(registration.attendees)
            assert 0 <= registration.headcount <= 40


@given(st.text())
def test_no_header_confuses_the_reading_of_results(header: str) -> None:
    server, results = authentication.parse(header)
    assert server == server.lower()
    assert all(result.method for result in results)


@given(st.text(), st.text())
def test_likeness_of_names_knows_no_order(one: str, other: str) -> None:
    assert names.close(one, other) == names.close(other, one)
    assert names.same(one, one) == (names.key(one) != ())


def test_references_can_be_read_out_and_are_found_again() -> None:
    drawn = {references.draw(4) for _ in range(500)}
    assert all(not set(reference.removeprefix("GE-")) & set("01OIL") for reference in drawn)
    assert len(drawn) > 490
    assert references.found_in("Re: [ge-7kq4] und GE-7KQ4, GE-0000") == ("GE-7KQ4",)
