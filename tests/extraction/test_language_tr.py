"""Turkish: who comes, who does not, and what is left to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Seda Karaca"


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("Merhaba,\n\nçalıştaya katılacağım.", {WRITER}, 1),
        ("Merhaba,\n\nben de gelebilirim.", {WRITER}, 1),
        ("slm\n\nben de gelicem", {WRITER}, 1),
        ("Sayın yetkili,\n\ndavetinize memnuniyetle icabet edeceğim.", {WRITER}, 1),
        ("Merhaba,\n\neşimle geleceğim.", {WRITER}, 2),
        ("Merhaba,\n\nkayınvalidemle beraber katılacağım.", {WRITER}, 2),
        ("Merhaba,\n\nben ve komşum Nazan Ergin geliyoruz.", {WRITER, "Nazan Ergin"}, 2),
        ("Merhaba,\n\nüç kişi geleceğiz, isimleri sonra bildireceğim.", {WRITER}, 3),
        ("Merhaba,\n\nderneğimizden Nazan Ergin ve Bülent Acar katılacaktır.", {"Nazan Ergin", "Bülent Acar"}, 2),
        ("Merhaba,\n\nbana bir yer ayırın lütfen.", {WRITER}, 1),
    ],
)
def test_registers_those_who_come(text: str, guests: set[str], seats: int) -> None:
    assert booked(text, WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    "text",
    [
        "Merhaba,\n\nmaalesef gelemiyorum.",
        "Merhaba,\n\nne yazık ki katılamayacağız.",
        "Merhaba,\n\neşimle birlikte katılamayacağız.",
        "Merhaba,\n\nhastalandım, kaydımı siler misiniz?",
        "mrb, o gün vardiyadayım gelemem",
    ],
)
def test_declines(text: str) -> None:
    assert booked(text, WRITER)[0] == "cancellation"


@pytest.mark.parametrize(
    "text",
    [
        "Merhaba,\n\nbelki gelebilirim.",
        "Merhaba,\n\nizin alabilirsem gelirim.",
        "Merhaba,\n\niki ya da üç kişi geleceğiz.",
        "Merhaba,\n\nyaklaşık beş kişi geleceğiz.",
        "Merhaba,\n\nailemle geleceğim.",
        "Merhaba,\n\ngelebilir miyim?",
        "Merhaba,\n\nhenüz bilmiyorum, gelmeye çalışacağım.",
        "Merhaba,\n\ngelmeyebilirim.",
        "Merhaba,\n\neşim gelecek, ama ben gelemiyorum.",
        "Merhaba,\n\neşim gelemiyor.",
        "Merhaba,\n\nsöz veremem ama gelmeyi umuyorum.",
        "Merhaba,\n\nkayıt formunu gönderir misiniz?",
    ],
)
def test_leaves_doubts_to_a_person(text: str) -> None:
    assert left_to_a_person(text, WRITER)


def test_a_question_is_no_registration() -> None:
    found = meaning("Merhaba,\n\nçalıştay saat kaçta başlıyor?", WRITER)
    assert found.intent.value == "question"
    assert found.language == "tr"


def test_one_syllable_turns_the_meaning() -> None:
    assert booked("Merhaba,\n\nçalıştaya katılacağız, iki kişiyiz.", WRITER)[0] == "registration"
    assert booked("Merhaba,\n\nçalıştaya katılamayacağız.", WRITER)[0] == "cancellation"


def test_takes_back_a_refusal() -> None:
    text = "Merhaba,\n\ngeçen hafta gelemem demiştim. Şimdi oldu, geliyorum."
    assert booked(text, WRITER) == ("registration", {WRITER}, 1)


def test_needs() -> None:
    found = meaning("Merhaba,\n\nkızımla geleceğim. Helal yemek ve tercüman rica ederiz.", WRITER)
    assert set(found.needs) == {"halal", "interpreter"}
    assert found.headcount == 2


def test_raising_the_number_is_no_cancellation() -> None:
    text = "Merhaba,\n\niki kişilik kaydımızı üç kişiye çıkarır mısınız?"
    assert booked(text, WRITER)[::2] == ("change", 3)


@pytest.mark.parametrize("text", ["kursa katılacağım.", "katılmak isterim ancak henüz izin alamadım."])
def test_another_event_or_no_leave_yet_goes_to_a_person(text: str) -> None:
    assert left_to_a_person(f"Merhaba,\n\n{text}", WRITER)


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("bir arkadaşımla geleceğim.", 2),
        ("iki arkadaşımla geleceğim.", 3),
        ("eşim ve iki çocuğumla geliyorum.", 4),
        ("dört arkadaş geleceğiz.", 4),
    ],
)
def test_companions_in_the_instrumental_come_on_top(text: str, seats: int) -> None:
    assert booked(f"Merhaba,\n\n{text}", WRITER) == ("registration", {WRITER}, seats)
