"""French: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Nadège Mercier"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Bonjour,\n\nje participerai à l'atelier.", {WRITER}, 1),
        ("Bonjour,\n\nje viens aussi vendredi.", {WRITER}, 1),
        ("Bonjour,\n\nje viens avec mon mari.", {WRITER}, 2),
        ("Bonjour,\n\nnous viendrons, ma collègue Aïcha Diallo et moi.", {WRITER, "Aïcha Diallo"}, 2),
        ("Bonjour,\n\nnous serons trois : Luc Perrin, Aïcha Diallo et moi.", {WRITER, "Luc Perrin", "Aïcha Diallo"}, 3),
        (
            "Bonjour,\n\npour notre association, Madame Aïcha Diallo et Monsieur Luc Perrin participeront.",
            {"Luc Perrin", "Aïcha Diallo"},
            2,
        ),
        ("Bonjour,\n\nmerci d'inscrire Madame Aïcha Diallo.", {"Aïcha Diallo"}, 1),
        ("Bonjour,\n\nje souhaite m'inscrire à l'atelier.", {WRITER}, 1),
        ("Bonjour,\n\nnous viendrons à quatre, les noms suivront.", {WRITER}, 4),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nmalheureusement je ne peux pas participer.",
        "Bonjour,\n\ndésolée, nous ne pourrons pas venir vendredi.",
        "Bonjour,\n\nje suis malade et je ne viens pas. Merci de me retirer de la liste.",
        "Bonjour,\n\nje dois annuler ma participation.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nje viendrai peut-être à l'atelier.",
        "Bonjour,\n\nje viens si j'obtiens un congé.",
        "Bonjour,\n\nnous serons deux ou trois.",
        "Bonjour,\n\nnous serons environ cinq personnes.",
        "Bonjour,\n\nje viens en famille.",
        "Bonjour,\n\nje ne sais pas encore si je peux venir.",
        "Bonjour,\n\nje vais essayer de venir.",
        "Bonjour,\n\nest-ce que je peux venir aussi ?",
        "Bonjour,\n\npouvez-vous m'envoyer le formulaire d'inscription ?",
        "Bonjour,\n\nma femme ne vient pas.",
        "Bonjour,\n\nmon mari vient, moi je ne peux pas.",
        "Bonjour,\n\nj'aurais aimé venir.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("Bonjour,\n\nà quelle heure commence l'atelier ?", WRITER)
    assert found.intent.value == "question"
    assert found.language == "fr"


def test_one_word_turns_the_meaning() -> None:
    assert booked("Bonjour,\n\nje viendrai à l'atelier.", WRITER)[0] == "registration"
    assert booked("Bonjour,\n\nje ne viendrai pas à l'atelier.", WRITER)[0] == "cancellation"


def test_a_substitute_comes_instead() -> None:
    intent, guests, _ = booked("Bonjour,\n\nje ne peux pas venir. Monsieur Luc Perrin viendra à ma place.", WRITER)
    assert (intent, guests) == ("registration", {"Luc Perrin"})


def test_adding_one_more_person_is_a_change() -> None:
    found = meaning("Bonjour,\n\nmerci d'ajouter une personne à notre inscription : Luc Perrin.", WRITER)
    assert found.intent.value == "change"
    assert found.headcount_change == 1


def test_needs() -> None:
    found = meaning(
        "Bonjour,\n\nje viens avec ma fille de 9 ans. Nous avons besoin d'un repas halal et d'un interprète.", WRITER
    )
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2
