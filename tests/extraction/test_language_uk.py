"""Ukrainian: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Оксана Шевчук"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Добрий день!\n\nя прийду у п'ятницю.", {WRITER}, 1),
        ("Добрий день!\n\nЗалюбки візьму участь.", {WRITER}, 1),
        ("Добрий день!\n\nзапишіть мене, будь ласка.", {WRITER}, 1),
        ("Добрий день!\n\nПрийду з чоловіком.", {WRITER}, 2),
        ("Добрий день!\n\nПрийду з донечкою.", {WRITER}, 2),
        ("Добрий день!\n\nПрийдемо вдвох: Тарас Мороз і я.", {WRITER, "Тарас Мороз"}, 2),
        (
            "Добрий день!\n\nВід нашого клубу прийдуть пані Віра Клименко та пан Тарас Мороз.",
            {"Віра Клименко", "Тарас Мороз"},
            2,
        ),
        ("Добрий день!\n\nНас буде четверо, імена повідомлю пізніше.", {WRITER}, 4),
        ("Добрий день!\n\nРозраховуйте на мене!", {WRITER}, 1),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Добрий день!\n\nна жаль, прийти не зможу.",
        "Добрий день!\n\nНа жаль, ми не зможемо взяти участь.",
        "Добрий день!\n\nЗахворіла, мене не буде.",
        "Добрий день!\n\nЗмушена відмовитися від участі.",
        "Добрий день!\n\nМи з чоловіком прийти не зможемо.",
        "Добрий день!\n\nНе маю змоги прийти.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Добрий день!\n\nможливо, прийду.",
        "Добрий день!\n\nПрийду, якщо відпустять з роботи.",
        "Добрий день!\n\nНас буде двоє або троє.",
        "Добрий день!\n\nНас буде близько п'яти осіб.",
        "Добрий день!\n\nПрийду з родиною.",
        "Добрий день!\n\nЧи можна мені прийти?",
        "Добрий день!\n\nПостараюся прийти.",
        "Добрий день!\n\nНе можу обіцяти, але сподіваюся прийти.",
        "Добрий день!\n\nМій чоловік не прийде.",
        "Добрий день!\n\nНадішліть, будь ласка, форму реєстрації.",
        "Добрий день!\n\nЧоловік прийде, а я не зможу.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("Добрий день!\n\nо котрій закінчується семінар?", WRITER)
    assert found.intent.value == "question"
    assert found.language == "uk"


def test_takes_back_a_refusal() -> None:
    assert booked("Добрий день!\n\nМинулого тижня я відмовилася, але все ж прийду.", WRITER) == (
        "registration",
        {WRITER},
        1,
    )


def test_needs() -> None:
    found = meaning("Добрий день!\n\nПрийду з донькою. Нам потрібні халяльна їжа та перекладач.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2
