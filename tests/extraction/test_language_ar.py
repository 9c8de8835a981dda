"""Arabic: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "ندى الرفاعي"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("السلام عليكم،\n\nسأحضر الورشة.", {WRITER}, 1),
        ("السلام عليكم،\n\nيسرني أن أشارك في الورشة.", {WRITER}, 1),
        ("السلام عليكم،\n\nأرجو تسجيلي في الورشة.", {WRITER}, 1),
        ("السلام عليكم،\n\nسأحضر مع زوجي.", {WRITER}, 2),
        ("السلام عليكم،\n\nرح اجي مع رفيقتي.", {WRITER}, 2),
        ("السلام عليكم،\n\nسنحضر أنا وزميلتي هبة الصباغ.", {WRITER, "هبة الصباغ"}, 2),
        (
            "السلام عليكم،\n\nيسرنا أن يحضر عن جمعيتنا السيد مازن الشهابي والسيدة هبة الصباغ.",
            {"مازن الشهابي", "هبة الصباغ"},
            2,
        ),
        ("السلام عليكم،\n\nسنحضر أربعة أشخاص، وسنرسل الأسماء لاحقاً.", {WRITER}, 4),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "السلام عليكم،\n\nللأسف لن أتمكن من الحضور.",
        "السلام عليكم،\n\nنعتذر عن عدم الحضور.",
        "السلام عليكم،\n\nأنا مريضة ولن أحضر.",
        "السلام عليكم،\n\nللأسف ما رح اقدر اجي.",
        "السلام عليكم،\n\nأرجو إلغاء تسجيلي.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "السلام عليكم،\n\nربما أحضر.",
        "السلام عليكم،\n\nسأحضر إذا سمح لي العمل.",
        "السلام عليكم،\n\nسنحضر شخصين أو ثلاثة.",
        "السلام عليكم،\n\nسنكون حوالي خمسة أشخاص.",
        "السلام عليكم،\n\nسأحضر مع عائلتي.",
        "السلام عليكم،\n\nهل يمكنني الحضور؟",
        "السلام عليكم،\n\nسأحاول الحضور.",
        "السلام عليكم،\n\nمن المحتمل أن أحضر.",
        "السلام عليكم،\n\nزوجي لن يحضر.",
        "السلام عليكم،\n\nأرجو إرسال استمارة التسجيل.",
        "السلام عليكم،\n\nسيحضر زوجي أما أنا فلن أتمكن.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("السلام عليكم،\n\nمتى تنتهي الورشة؟", WRITER)
    assert found.intent.value == "question"
    assert found.language == "ar"


def test_takes_back_a_refusal() -> None:
    assert booked("السلام عليكم،\n\nكنت قد اعتذرت سابقاً، لكن ظروفي تغيرت وسأحضر.", WRITER) == (
        "registration",
        {WRITER},
        1,
    )


def test_needs() -> None:
    found = meaning("السلام عليكم،\n\nسأحضر مع ابنتي. نحتاج إلى طعام حلال ومترجم.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2


def test_two_children_in_one_word_are_left_to_a_person() -> None:
    assert left_to_a_person("السلام عليكم،\n\nسأحضر مع زوجي وطفلين.", WRITER)
