"""English: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Abigail Thorne"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Hello,\n\nI will attend the workshop.", {WRITER}, 1),
        ("Hi,\n\nhappy to come!", {WRITER}, 1),
        ("Dear team,\n\nI am delighted to accept your invitation.", {WRITER}, 1),
        ("Hello,\n\nI'd like a seat, please.", {WRITER}, 1),
        ("Hello,\n\nmy husband and I will be there.", {WRITER}, 2),
        ("Hello,\n\nI'll come along with my sister-in-law.", {WRITER}, 2),
        ("Hello,\n\nplease register Mr Kofi Darkwa and Ms Lin Zhao.", {"Kofi Darkwa", "Lin Zhao"}, 2),
        (
            "Hello,\n\nthere will be three of us: Kofi Darkwa, Lin Zhao and myself.",
            {WRITER, "Kofi Darkwa", "Lin Zhao"},
            3,
        ),
        ("Hello,\n\nfour of us will come, the names will follow.", {WRITER}, 4),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n\nsadly I cannot make it.",
        "Hi,\n\nwe're double-booked that day, so count us out.",
        "Dear team,\n\nI regret that I will not be joining you.",
        "Hello,\n\nunfortunately none of us is free on that Friday.",
        "Hello,\n\nplease cancel my registration.",
        "hi,\n\nsorry cant make it",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n\nI might come.",
        "Hello,\n\nI will come unless my shift changes.",
        "Hello,\n\ntwo or three of us will come.",
        "Hello,\n\nabout five of us will come.",
        "Hello,\n\nI'll come with my family.",
        "Hello,\n\ncan I come?",
        "Hello,\n\nI'm on the fence, will try to be there.",
        "Hello,\n\nmy wife is not coming.",
        "Hello,\n\ncould you send me the registration form?",
        "Hello,\n\nI cannot promise anything, but I hope to come.",
        "Hello,\n\nI shall be with you in spirit only.\nDeaconess Ada Obi will come, perhaps.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("Hello,\n\nwhen does the workshop end?", WRITER)
    assert found.intent.value == "question"
    assert found.language == "en"


def test_one_word_turns_the_meaning() -> None:
    assert booked("Hello,\n\nI can make it on Friday.", WRITER)[0] == "registration"
    assert booked("Hello,\n\nI can't make it on Friday.", WRITER)[0] == "cancellation"


def test_members_are_no_guests() -> None:
    text = "Hello,\n\nI will come. Our choir has about 40 members."
    assert booked(text, WRITER) == ("registration", {WRITER}, 1)


def test_needs() -> None:
    found = meaning("Hello,\n\nI will come with my daughter. We need halal food and an interpreter.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2


@pytest.mark.parametrize(
    "text",
    [
        "nobody from us can come except me.",
        "I will come to your office tomorrow.",
        "I won't miss it!",
        "I will attend online.",
        "we will be represented by Lin Zhao.",
    ],
)
def test_exceptions_and_other_places_go_to_a_person(text: str) -> None:
    assert left_to_a_person(f"Hello,\n\n{text}", WRITER)
