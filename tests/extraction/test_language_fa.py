"""Persian and Dari: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "شیرین مرادی"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("سلام، من در کارگاه ۱۵ نوامبر شرکت می‌کنم.", {WRITER}, 1),
        ("سلام، حتما میام.", {WRITER}, 1),
        ("با سلام\n\nلطفاً اسم مرا در لیست بنویسید.", {WRITER}, 1),
        ("سلام، من با شوهرم میام.", {WRITER}, 2),
        ("سلام، من و خواهرم نسرین کاظمی در جلسه شرکت خواهیم کرد.", {WRITER, "نسرین کاظمی"}, 2),
        (
            "سلام\n\nما سه نفر هستیم: بهرام صادقی، لیلا نوری و من. همه شرکت می‌کنیم.",
            {WRITER, "بهرام صادقی", "لیلا نوری"},
            3,
        ),
        (
            "با سلام، از طرف انجمن ما خانم پریسا یزدانی و آقای کاوه رستمی شرکت خواهند کرد.",
            {"پریسا یزدانی", "کاوه رستمی"},
            2,
        ),
        ("سلام، لطفاً خانم ژاله احمدی را ثبت نام کنید.", {"ژاله احمدی"}, 1),
        ("سلام، همسر من آقای فرهاد نوری شرکت می‌کند.", {"فرهاد نوری"}, 1),
        ("سلام، من همراه با همکارم آقای حبیب رحیمی در ورکشاپ اشتراک می‌کنم.", {WRITER, "حبیب رحیمی"}, 2),
        ("سلام، دو نفر می‌آییم، من و برادرم.", {WRITER}, 2),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "سلام، متأسفانه نمی‌توانم در جلسه شرکت کنم.",
        "سلام، متاسفانه من نمیتونم بیام.",
        "با سلام، به دلیل بیماری قادر به شرکت نیستم. لطفاً نام مرا حذف کنید.",
        "سلام، ما متأسفانه نمی توانیم بیاییم.",
        "سلام، مصروف هستم و اشتراک کرده نمی‌توانم.",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "سلام، شاید در کارگاه شرکت کنم.",
        "سلام، اگر مرخصی بگیرم می‌آیم.",
        "سلام، دو یا سه نفر می‌آییم.",
        "سلام، حدود پنج نفر می‌آییم.",
        "سلام، با خانواده می‌آییم.",
        "سلام، هنوز نمی‌دانم می‌توانم بیایم.",
        "سلام، سعی می‌کنم بیایم.",
        "سلام، آیا می‌توانم بیایم؟",
        "سلام، لطفا فرم ثبت نام را برای من بفرستید.",
        "سلام,\n\nخیلی دوست داشتم بیایم.",
        "سلام,\n\nدوستان من می‌آیند.",
        "سلام,\n\nشوهرم شرکت می‌کند، من نمی‌توانم.",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("سلام\n\nآیا برنامه ترجمه می‌شود؟", WRITER)
    assert found.intent.value == "question"
    assert found.language == "fa"


def test_one_word_turns_the_meaning() -> None:
    assert booked("سلام، من در کارگاه شرکت می‌کنم.", WRITER)[0] == "registration"
    assert booked("سلام، من در کارگاه شرکت نمی‌کنم.", WRITER)[0] == "cancellation"


def test_a_substitute_comes_instead() -> None:
    intent, guests, _ = booked("سلام، من نمی‌توانم بیایم. به جای من آقای بهرام صادقی می‌آید.", WRITER)
    assert (intent, guests) == ("registration", {"بهرام صادقی"})


def test_adding_one_more_person_is_a_change() -> None:
    found = meaning("سلام، لطفاً یک نفر دیگر به ثبت نام ما اضافه کنید: آقای حبیب رحیمی.", WRITER)
    assert found.intent.value == "change"
    assert found.headcount_change == 1


def test_needs_and_age() -> None:
    found = meaning("سلام، من با پسرم می‌آیم، او ۹ ساله است. غذای حلال و یک مترجم لازم داریم.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2
