"""Russian: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Инна Лисина"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Здравствуйте!\n\nя приду в пятницу.", {WRITER}, 1),
        ("Здравствуйте!\n\nОхотно приму участие.", {WRITER}, 1),
        ("Здравствуйте!\n\nзапишите меня, пожалуйста.", {WRITER}, 1),
        ("Здравствуйте!\n\nПриду с мужем.", {WRITER}, 2),
        ("Здравствуйте!\n\nПриду с сестрёнкой.", {WRITER}, 2),
        ("Здравствуйте!\n\nПридём вдвоём: Марат Юсупов и я.", {WRITER, "Марат Юсупов"}, 2),
        (
            "Здравствуйте!\n\nОт нашего клуба придут г-жа Вера Кляйн и г-н Марат Юсупов.",
            {"Вера Кляйн", "Марат Юсупов"},
            2,
        ),
        ("Здравствуйте!\n\nНас будет четверо, имена сообщу позже.", {WRITER}, 4),
        ("Здравствуйте!\n\nРассчитывайте на меня!", {WRITER}, 1),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Здравствуйте!\n\nк сожалению, прийти не смогу.",
        "Здравствуйте!\n\nК сожалению, мы не сможем принять участие.",
        "Здравствуйте!\n\nЗаболела, меня не будет.",
        "Здравствуйте!\n\nВынуждена отказаться от участия.",
        "Здравствуйте!\n\nМы с мужем прийти не сможем.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Здравствуйте!\n\nможет быть, приду.",
        "Здравствуйте!\n\nПриду, если отпустят с работы.",
        "Здравствуйте!\n\nНас будет двое или трое.",
        "Здравствуйте!\n\nНас будет около пяти человек.",
        "Здравствуйте!\n\nПриду с семьёй.",
        "Здравствуйте!\n\nМожно мне прийти?",
        "Здравствуйте!\n\nПостараюсь прийти.",
        "Здравствуйте!\n\nНе могу обещать, но надеюсь прийти.",
        "Здравствуйте!\n\nМой муж не придёт.",
        "Здравствуйте!\n\nПришлите, пожалуйста, форму регистрации.",
        "Здравствуйте!\n\nМуж придёт, а я не смогу.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("Здравствуйте!\n\nво сколько заканчивается семинар?", WRITER)
    assert found.intent.value == "question"
    assert found.language == "ru"


def test_takes_back_a_refusal() -> None:
    assert booked("Здравствуйте!\n\nНа прошлой неделе я отказалась, но всё же приду.", WRITER) == (
        "registration",
        {WRITER},
        1,
    )


def test_needs() -> None:
    found = meaning("Здравствуйте!\n\nПриду с дочкой. Нам нужны халяльная еда и переводчик.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2
