"""Spanish: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Marisol Quiroga"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Buenos días,\n\nasistiré al taller.", {WRITER}, 1),
        ("Buenos días,\n\nyo también voy el viernes.", {WRITER}, 1),
        ("Buenos días,\n\nvoy con mi marido.", {WRITER}, 2),
        ("Buenos días,\n\niremos mi compañera Inés Robles y yo.", {WRITER, "Inés Robles"}, 2),
        ("Buenos días,\n\nseremos tres: Andrés Salas, Inés Robles y yo.", {WRITER, "Andrés Salas", "Inés Robles"}, 3),
        (
            "Buenos días,\n\npor nuestra asociación asistirán la señora Inés Robles y el señor Andrés Salas.",
            {"Andrés Salas", "Inés Robles"},
            2,
        ),
        ("Buenos días,\n\nles ruego inscribir a la señora Inés Robles.", {"Inés Robles"}, 1),
        ("Buenos días,\n\nquisiera inscribirme en el taller.", {WRITER}, 1),
        ("Buenos días,\n\nseremos cuatro personas, enviaré los nombres más adelante.", {WRITER}, 4),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Buenos días,\n\nlamentablemente no puedo asistir.",
        "Buenos días,\n\nlo siento, no podremos ir el viernes.",
        "Buenos días,\n\nestoy enferma y no voy. Por favor, bórrenme de la lista.",
        "Buenos días,\n\ntengo que cancelar mi asistencia.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Buenos días,\n\nquizás vaya al taller.",
        "Buenos días,\n\nvoy si me dan permiso.",
        "Buenos días,\n\nseremos dos o tres personas.",
        "Buenos días,\n\nseremos unas cinco personas.",
        "Buenos días,\n\nvoy con la familia.",
        "Buenos días,\n\ntodavía no sé si puedo ir.",
        "Buenos días,\n\nintentaré ir.",
        "Buenos días,\n\n¿puedo ir yo también?",
        "Buenos días,\n\n¿me pueden enviar el formulario de inscripción?",
        "Buenos días,\n\nmi esposa no viene.",
        "Buenos días,\n\nmi marido va, yo no puedo.",
        "Buenos días,\n\nmis amigos van al taller.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("Buenos días,\n\n¿a qué hora empieza el taller?", WRITER)
    assert found.intent.value == "question"
    assert found.language == "es"


def test_one_word_turns_the_meaning() -> None:
    assert booked("Buenos días,\n\niré al taller.", WRITER)[0] == "registration"
    assert booked("Buenos días,\n\nno iré al taller.", WRITER)[0] == "cancellation"


def test_a_substitute_comes_instead() -> None:
    intent, guests, _ = booked("Buenos días,\n\nno puedo ir. En mi lugar irá el señor Andrés Salas.", WRITER)
    assert (intent, guests) == ("registration", {"Andrés Salas"})


def test_adding_one_more_person_is_a_change() -> None:
    found = meaning("Buenos días,\n\npor favor, añadan una persona más a nuestra inscripción: Andrés Salas.", WRITER)
    assert found.intent.value == "change"
    assert found.headcount_change == 1


def test_needs() -> None:
    found = meaning("Buenos días,\n\nvoy con mi hija de 9 años. Necesitamos comida halal y un intérprete.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2
