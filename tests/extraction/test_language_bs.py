"""Bosnian, Croatian and Serbian: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Jasmina Hodžić"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Poštovani,\n\ndolazim na radionicu.", {WRITER}, 1),
        ("Poštovani,\n\nsudjelovat ću na radionici.", {WRITER}, 1),
        ("Поштовани,\n\nучествоваћу на радионици.", {WRITER}, 1),
        ("Dobar dan,\n\nželela bih da učestvujem na radionici.", {WRITER}, 1),
        ("Dobar dan,\n\ndolazim s mužem.", {WRITER}, 2),
        ("Dobar dan,\n\ndolazimo ja i kolegica Iva Babić.", {WRITER, "Iva Babić"}, 2),
        ("Dobar dan,\n\nbit će nas troje: Mirza Alić, Iva Babić i ja.", {WRITER, "Mirza Alić", "Iva Babić"}, 3),
        (
            "Dobar dan,\n\nispred našeg udruženja dolaze gospođa Iva Babić i gospodin Mirza Alić.",
            {"Iva Babić", "Mirza Alić"},
            2,
        ),
        ("Dobar dan,\n\nmolim vas prijavite gospođu Iva Babić.", {"Iva Babić"}, 1),
        ("Dobar dan,\n\nprijavite me molim vas za radionicu.", {WRITER}, 1),
        ("Dobar dan,\n\ndolazi nas četvero, imena šaljem naknadno.", {WRITER}, 4),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Poštovani,\n\nnažalost ne mogu doći na radionicu.",
        "Поштовани,\n\nнажалост не могу да дођем.",
        "Zdravo, ne stižem u petak, radim taj dan.",
        "Poštovani,\n\nbolesna sam i neću doći. Molim vas obrišite me s popisa.",
        "Poštovani,\n\nmoram otkazati svoj dolazak.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Dobar dan,\n\nmožda dolazim na radionicu.",
        "Dobar dan,\n\ndolazim ako dobijem slobodan dan.",
        "Dobar dan,\n\ndolazimo nas dvoje ili troje.",
        "Dobar dan,\n\nbit će nas oko pet osoba.",
        "Dobar dan,\n\ndolazim sa porodicom.",
        "Dobar dan,\n\njoš ne znam da li mogu doći.",
        "Dobar dan,\n\npokušat ću doći.",
        "Dobar dan,\n\nmogu li i ja doći?",
        "Dobar dan,\n\nmolim vas pošaljite mi obrazac za prijavu.",
        "Dobar dan,\n\nmoja žena ne dolazi.",
        "Dobar dan,\n\nne dolazimo dvoje nego četvero.",
        "Dobar dan,\n\nmoji prijatelji dolaze, ja ne mogu.",
        "Dobar dan,\n\nrado bih došla, ali ne znam.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("Dobar dan,\n\nkada počinje radionica?", WRITER)
    assert found.intent.value == "question"


def test_one_word_turns_the_meaning() -> None:
    assert booked("Dobar dan,\n\ndoći ću na radionicu.", WRITER)[0] == "registration"
    assert booked("Dobar dan,\n\nneću doći na radionicu.", WRITER)[0] == "cancellation"


def test_a_substitute_comes_instead() -> None:
    intent, guests, _ = booked("Dobar dan,\n\nne mogu doći. Umjesto mene dolazi gospodin Mirza Alić.", WRITER)
    assert (intent, guests) == ("registration", {"Mirza Alić"})


def test_adding_one_more_person_is_a_change() -> None:
    found = meaning("Dobar dan,\n\nmolim vas dodajte još jednu osobu našoj prijavi: Mirza Alić.", WRITER)
    assert found.intent.value == "change"
    assert found.headcount_change == 1


def test_needs() -> None:
    found = meaning("Dobar dan,\n\ndolazim sa sinom, ima 9 godina. Trebamo halal hranu i prevodioca.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2
