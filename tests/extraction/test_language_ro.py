"""Romanian: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Doina Mureșan"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Bună ziua,\n\nvoi participa la atelier.", {WRITER}, 1),
        ("buna ziua vin si eu vineri la atelier", {WRITER}, 1),
        ("Bună ziua, vin cu soțul meu.", {WRITER}, 2),
        ("Bună ziua,\n\nvom veni eu și colega mea Ilinca Barbu.", {WRITER, "Ilinca Barbu"}, 2),
        (
            "Bună ziua,\n\nvom fi trei persoane: Sorin Dascălu, Ilinca Barbu și eu.",
            {WRITER, "Sorin Dascălu", "Ilinca Barbu"},
            3,
        ),
        (
            "Bună ziua,\n\ndin partea asociației noastre vor participa doamna Ilinca Barbu și domnul Sorin Dascălu.",
            {"Ilinca Barbu", "Sorin Dascălu"},
            2,
        ),
        ("Bună ziua,\n\nvă rog să o înscrieți pe doamna Ilinca Barbu.", {"Ilinca Barbu"}, 1),
        ("Bună ziua,\n\nvă rog să mă înscrieți la atelier.", {WRITER}, 1),
        ("Bună ziua,\n\nSorin Dascălu și Ilinca Barbu vin la atelier.", {"Sorin Dascălu", "Ilinca Barbu"}, 2),
        ("Bună ziua,\n\nvenim patru persoane, numele le voi trimite mai târziu.", {WRITER}, 4),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Bună ziua,\n\ndin păcate nu pot participa la atelier.",
        "Buna ziua, din pacate nu mai pot veni vineri.",
        "Bună ziua,\n\nne pare rău, nu vom putea veni.",
        "Bună ziua,\n\nsunt bolnavă și nu vin. Vă rog să mă ștergeți de pe listă.",
        "Bună ziua,\n\ntrebuie să lucrez, nu ajung.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Bună ziua,\n\npoate vin la atelier.",
        "Bună ziua,\n\nprobabil voi participa.",
        "Bună ziua,\n\nvin dacă primesc liber.",
        "Bună ziua,\n\nvom fi două sau trei persoane.",
        "Bună ziua,\n\nvom fi aproximativ cinci persoane.",
        "Bună ziua,\n\nvin cu familia.",
        "Bună ziua,\n\nîncă nu știu dacă pot veni.",
        "Bună ziua,\n\nvoi încerca să vin.",
        "Bună ziua,\n\npot să vin și eu?",
        "Bună ziua,\n\nvă rog să-mi trimiteți formularul de înscriere.",
        "Bună ziua,\n\ncolegii mei vin la atelier, eu nu pot.",
        "Bună ziua,\n\nar fi frumos să putem participa.",
        "Bună ziua,\n\nsoția mea va participa la atelier.",
        "Bună ziua,\n\nnu venim doi, ci poate patru.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("Bună ziua,\n\nla ce oră începe atelierul?", WRITER)
    assert found.intent.value == "question"
    assert found.language == "ro"


def test_one_word_turns_the_meaning() -> None:
    assert booked("Bună ziua,\n\nvoi veni la atelier.", WRITER)[0] == "registration"
    assert booked("Bună ziua,\n\nnu voi veni la atelier.", WRITER)[0] == "cancellation"


def test_a_substitute_comes_instead() -> None:
    intent, guests, _ = booked("Bună ziua,\n\nnu pot veni. În locul meu va veni domnul Sorin Dascălu.", WRITER)
    assert (intent, guests) == ("registration", {"Sorin Dascălu"})


def test_adding_one_more_person_is_a_change() -> None:
    found = meaning("Bună ziua,\n\nvă rog să adăugați încă o persoană la înscrierea noastră: Ilinca Barbu.", WRITER)
    assert found.intent.value == "change"
    assert found.headcount_change == 1


def test_needs() -> None:
    found = meaning("Bună ziua,\n\nvin cu fiica mea de 9 ani. Avem nevoie de mâncare halal și de un interpret.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2


def test_somebody_else_who_cannot_come_is_not_a_doubt() -> None:
    text = "Bună ziua,\n\nvoi veni cu Sorin Dascălu. Domnul Radu Pop nu poate veni."
    assert booked(text, WRITER) == ("registration", {WRITER, "Sorin Dascălu"}, 2)
