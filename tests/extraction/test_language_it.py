"""Italian: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Chiara Bellucci"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Buongiorno,\n\nparteciperò al workshop.", {WRITER}, 1),
        ("Buongiorno,\n\nvengo anch'io venerdì.", {WRITER}, 1),
        ("Buongiorno,\n\nvengo con mio marito.", {WRITER}, 2),
        ("Buongiorno,\n\nverremo io e la mia collega Giulia Conti.", {WRITER, "Giulia Conti"}, 2),
        ("Buongiorno,\n\nsaremo in tre: Paolo Ferri, Giulia Conti e io.", {WRITER, "Paolo Ferri", "Giulia Conti"}, 3),
        (
            "Buongiorno,\n\nper la nostra associazione parteciperanno la signora Giulia Conti e il signor Paolo Ferri.",
            {"Paolo Ferri", "Giulia Conti"},
            2,
        ),
        ("Buongiorno,\n\nvi prego di iscrivere la signora Giulia Conti.", {"Giulia Conti"}, 1),
        ("Buongiorno,\n\nvorrei iscrivermi al workshop.", {WRITER}, 1),
        ("Buongiorno,\n\nveniamo in quattro, i nomi seguiranno.", {WRITER}, 4),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Buongiorno,\n\npurtroppo non posso partecipare.",
        "Buongiorno,\n\nmi dispiace, non riesco a venire venerdì.",
        "Buongiorno,\n\nsono malata e non vengo. Vi prego di togliermi dalla lista.",
        "Buongiorno,\n\ndevo disdire la mia partecipazione.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Buongiorno,\n\nforse vengo al workshop.",
        "Buongiorno,\n\nvengo se ottengo un permesso.",
        "Buongiorno,\n\nveniamo in due o tre.",
        "Buongiorno,\n\nsaremo circa cinque persone.",
        "Buongiorno,\n\nvengo con la famiglia.",
        "Buongiorno,\n\nnon so ancora se posso venire.",
        "Buongiorno,\n\ncercherò di venire.",
        "Buongiorno,\n\nposso venire anch'io?",
        "Buongiorno,\n\nmi mandate il modulo di iscrizione per favore?",
        "Buongiorno,\n\nmia moglie non viene.",
        "Buongiorno,\n\ni miei amici vengono, io non posso.",
        "Buongiorno,\n\nmi sarebbe piaciuto venire.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("Buongiorno,\n\na che ora comincia il workshop?", WRITER)
    assert found.intent.value == "question"
    assert found.language == "it"


def test_one_word_turns_the_meaning() -> None:
    assert booked("Buongiorno,\n\nverrò al workshop.", WRITER)[0] == "registration"
    assert booked("Buongiorno,\n\nnon verrò al workshop.", WRITER)[0] == "cancellation"


def test_a_substitute_comes_instead() -> None:
    intent, guests, _ = booked("Buongiorno,\n\nnon posso venire. Al mio posto viene il signor Paolo Ferri.", WRITER)
    assert (intent, guests) == ("registration", {"Paolo Ferri"})


def test_adding_one_more_person_is_a_change() -> None:
    found = meaning("Buongiorno,\n\nvi prego di aggiungere una persona alla nostra iscrizione: Paolo Ferri.", WRITER)
    assert found.intent.value == "change"
    assert found.headcount_change == 1


def test_needs() -> None:
    found = meaning(
        "Buongiorno,\n\nvengo con mia figlia di 9 anni. Abbiamo bisogno di cibo halal e di un interprete.", WRITER
    )
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2
