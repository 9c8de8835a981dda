"""Albanian: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Mimoza Rexhepi"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Përshëndetje,\n\ndo të marr pjesë në punëtori.", {WRITER}, 1),
        ("pershendetje vij edhe une te premten", {WRITER}, 1),
        ("Përshëndetje,\n\nvij me burrin tim.", {WRITER}, 2),
        ("Përshëndetje,\n\ndo të vijmë unë dhe kolegia ime Arta Berisha.", {WRITER, "Arta Berisha"}, 2),
        (
            "Përshëndetje,\n\njemi tre persona: Blerim Hoti, Arta Berisha dhe unë.",
            {WRITER, "Blerim Hoti", "Arta Berisha"},
            3,
        ),
        (
            "Përshëndetje,\n\nnga shoqata jonë do të marrin pjesë zonja Arta Berisha dhe zoti Blerim Hoti.",
            {"Arta Berisha", "Blerim Hoti"},
            2,
        ),
        ("Përshëndetje,\n\nju lutem ta regjistroni zonjën Arta Berisha.", {"Arta Berisha"}, 1),
        ("Përshëndetje,\n\nju lutem më regjistroni për punëtorinë.", {WRITER}, 1),
        ("Përshëndetje,\n\nvijmë katër veta, emrat do t'i dërgojmë më vonë.", {WRITER}, 4),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Përshëndetje,\n\nfatkeqësisht nuk mund të vij.",
        "Pershendetje, me vjen keq, nuk vij dot te premten.",
        "Përshëndetje,\n\njam e sëmurë dhe nuk do të marr pjesë.",
        "Përshëndetje,\n\nnuk kam kohë. Ju lutem më hiqni nga lista.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Përshëndetje,\n\nndoshta vij në punëtori.",
        "Përshëndetje,\n\nvij nëse marr leje.",
        "Përshëndetje,\n\nvijmë dy ose tre persona.",
        "Përshëndetje,\n\njemi rreth pesë persona.",
        "Përshëndetje,\n\nvij me familjen.",
        "Përshëndetje,\n\nende nuk e di nëse vij.",
        "Përshëndetje,\n\ndo të përpiqem të vij.",
        "Përshëndetje,\n\na mund të vij edhe unë?",
        "Përshëndetje,\n\ngruaja ime nuk vjen.",
        "Përshëndetje,\n\nshokët e mi vijnë, unë nuk mundem.",
        "Përshëndetje,\n\nfaleminderit për ftesën, do ta mendoj.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("Përshëndetje,\n\nnë çfarë ore fillon punëtoria?", WRITER)
    assert found.intent.value == "question"
    assert found.language == "sq"


def test_one_word_turns_the_meaning() -> None:
    assert booked("Përshëndetje,\n\ndo të vij në punëtori.", WRITER)[0] == "registration"
    assert booked("Përshëndetje,\n\nnuk do të vij në punëtori.", WRITER)[0] == "cancellation"


def test_a_substitute_comes_instead() -> None:
    intent, guests, _ = booked("Përshëndetje,\n\nnuk mund të vij. Në vendin tim vjen zoti Blerim Hoti.", WRITER)
    assert (intent, guests) == ("registration", {"Blerim Hoti"})


def test_adding_one_more_person_is_a_change() -> None:
    found = meaning("Përshëndetje,\n\nju lutem shtoni edhe një person në regjistrimin tonë: Blerim Hoti.", WRITER)
    assert found.intent.value == "change"
    assert found.headcount_change == 1


def test_needs() -> None:
    found = meaning("Përshëndetje,\n\nvij me vajzën time 9 vjeçe. Na duhet ushqim hallall dhe një përkthyes.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2
