"""Polish: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Bożena Zawadzka"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Dzień dobry,\n\nwezmę udział w warsztatach.", {WRITER}, 1),
        ("Dzień dobry,\n\nja też przyjdę w piątek.", {WRITER}, 1),
        ("Dzień dobry,\n\nprzyjdę z mężem.", {WRITER}, 2),
        ("Dzień dobry,\n\nprzyjdziemy ja i moja koleżanka Ewa Lipska.", {WRITER, "Ewa Lipska"}, 2),
        ("Dzień dobry,\n\nbędzie nas troje: Jakub Sikora, Ewa Lipska i ja.", {WRITER, "Jakub Sikora", "Ewa Lipska"}, 3),
        (
            "Dzień dobry,\n\nz naszego stowarzyszenia przyjdą pani Ewa Lipska i pan Jakub Sikora.",
            {"Jakub Sikora", "Ewa Lipska"},
            2,
        ),
        ("Dzień dobry,\n\nproszę zapisać Ewę Lipską.", {"Ewę Lipską"}, 1),
        ("Dzień dobry,\n\nproszę o zapisanie mnie na warsztaty.", {WRITER}, 1),
        ("Dzień dobry,\n\nbędzie nas czworo, nazwiska podam później.", {WRITER}, 4),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Dzień dobry,\n\nniestety nie mogę przyjść.",
        "Dzień dobry,\n\nprzykro mi, nie damy rady przyjść w piątek.",
        "Dzień dobry,\n\njestem chora i nie przyjdę. Proszę mnie skreślić z listy.",
        "Dzień dobry,\n\nmuszę odwołać swój udział.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Dzień dobry,\n\nmoże przyjdę na warsztaty.",
        "Dzień dobry,\n\nprzyjdę, jeśli dostanę wolne.",
        "Dzień dobry,\n\nbędzie nas dwoje albo troje.",
        "Dzień dobry,\n\nbędzie nas około pięciu osób.",
        "Dzień dobry,\n\nprzyjdę z rodziną.",
        "Dzień dobry,\n\njeszcze nie wiem, czy mogę przyjść.",
        "Dzień dobry,\n\npostaram się przyjść.",
        "Dzień dobry,\n\nczy ja też mogę przyjść?",
        "Dzień dobry,\n\nproszę o przesłanie formularza zgłoszeniowego.",
        "Dzień dobry,\n\nmoja żona nie przyjdzie.",
        "Dzień dobry,\n\nmoi znajomi przyjdą na warsztaty.",
        "Dzień dobry,\n\nmój mąż przyjdzie, ja nie mogę.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("Dzień dobry,\n\no której zaczynają się warsztaty?", WRITER)
    assert found.intent.value == "question"
    assert found.language == "pl"


def test_one_word_turns_the_meaning() -> None:
    assert booked("Dzień dobry,\n\nprzyjdę na warsztaty.", WRITER)[0] == "registration"
    assert booked("Dzień dobry,\n\nnie przyjdę na warsztaty.", WRITER)[0] == "cancellation"


def test_a_substitute_comes_instead() -> None:
    intent, guests, _ = booked("Dzień dobry,\n\nnie mogę przyjść. Zamiast mnie przyjdzie pan Jakub Sikora.", WRITER)
    assert (intent, guests) == ("registration", {"Jakub Sikora"})


def test_adding_one_more_person_is_a_change() -> None:
    found = meaning("Dzień dobry,\n\nproszę dopisać jeszcze jedną osobę do naszego zgłoszenia: Jakub Sikora.", WRITER)
    assert found.intent.value == "change"
    assert found.headcount_change == 1


def test_needs() -> None:
    found = meaning("Dzień dobry,\n\nprzyjdę z córką, ma 9 lat. Potrzebujemy jedzenia halal i tłumacza.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2
