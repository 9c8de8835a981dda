"""Kurmanci: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Berfîn Aydar"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Silav, ez têm civînê.", {WRITER}, 1),
        ("Rojbaş,\n\nez ê beşdarî atolyeya 15.11. bibim.\n\nSpas", {WRITER}, 1),
        ("Silav, ez bi mêrê xwe re têm.", {WRITER}, 2),
        ("Silav, ez û hevala min Rojda Kaya em ê werin civînê.", {WRITER, "Rojda Kaya"}, 2),
        ("Silav, em sê kes tên: Azad Demir, Zozan Kaya û ez.", {WRITER, "Azad Demir", "Zozan Kaya"}, 3),
        ("Silav, ji komeleya me dê Azad Demir û Zozan Kaya beşdar bibin.", {"Azad Demir", "Zozan Kaya"}, 2),
        ("Silav, ji kerema xwe birêz Azad Demir qeyd bikin.", {"Azad Demir"}, 1),
        ("Silav, ji kerema xwe hevjîna min Gulan Aydar qeyd bikin.", {"Gulan Aydar"}, 1),
        ("Silav, ji kerema xwe navê min binivîsin.", {WRITER}, 1),
        ("Silav, ez bi du hevalan re têm.", {WRITER}, 3),
        ("silav ez bi tene tem", {WRITER}, 1),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Silav, mixabin ez nikarim werim civînê.",
        "Rojbaş, ez nexweş im û nikarim beşdar bibim.",
        "Silav, em mixabin nayên.",
        "Silav, wextê min tune, ez nayêm.",
        "Silav, mixabin ez nikarim bêm. Ji kerema xwe navê min ji lîsteyê derxin.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Silav, belkî ez têm civînê.",
        "Silav, dibe ku ez werim.",
        "Silav, eger ez destûrê bigirim ez ê werim.",
        "Silav, em du an sê kes tên.",
        "Silav, em nêzîkî pênc kes tên.",
        "Silav, em bi malbatî tên.",
        "Silav, ez hîn nizanim dê bêm an na.",
        "Silav, ez ê hewl bidim ku werim.",
        "Silav, ma ez dikarim werim?",
        "Silav, hevjîna min û keça min tên.",
        "Silav,\n\nhevalên min tên.",
        "Silav,\n\nhevjîna min tê, ez nayêm.",
        "Silav,\n\nez bi tenê nayêm, jina min jî tê.",
        "Silav,\n\nji kerema xwe hevjîna min jî qeyd bikin.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER) or meaning(text, WRITER).attendees == ()


def test_a_question_is_no_registration() -> None:
    found = meaning("Silav, gelo civîn kengî dest pê dike?", WRITER)
    assert found.intent.value == "question"
    assert found.language == "ku"


def test_one_word_turns_the_meaning() -> None:
    assert booked("Silav, ez têm civînê.", WRITER)[0] == "registration"
    assert booked("Silav, ez nayêm civînê.", WRITER)[0] == "cancellation"


def test_a_substitute_comes_instead() -> None:
    intent, guests, _ = booked("Silav, ez nikarim werim. Li şûna min Azad Demir tê.", WRITER)
    assert (intent, guests) == ("registration", {"Azad Demir"})


def test_adding_one_more_person_is_a_change() -> None:
    found = meaning("Silav, ji kerema xwe kesekî din jî li qeyda me zêde bikin: Zozan Kaya.", WRITER)
    assert found.intent.value == "change"
    assert found.headcount_change == 1


def test_needs() -> None:
    found = meaning("Silav, ez bi keça xwe re têm, ew 9 salî ye. Xwarina helal û wergêrek pêwîst e.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2
