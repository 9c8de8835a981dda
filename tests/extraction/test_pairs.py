"""Minimal pairs: one word changed turns the meaning."""

from __future__ import annotations

import pytest

from processor.extraction import Decision
from tests.extraction.mails import names, read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ich komme am 15. November.", "Ich komme am 15. November nicht."),
        ("Ich komme mit meinem Mann.", "Ich komme ohne meinen Mann."),
        ("Ich komme mit zwei Kollegen.", "Ich komme um zwei Uhr."),
        ("Wir kommen zu dritt.", "Wir kommen zu viert."),
        ("Ich melde mich an.", "Ich melde mich ab."),
        ("Ich melde mich und Frau Ines Blum an.", "Ich melde nur Frau Ines Blum an."),
        ("Herr Jan Blum kommt mit mir.", "Herr Jan Blum kommt statt mir."),
        ("Ich komme bestimmt.", "Ich komme vielleicht."),
        ("Ich komme am 15. November.", "Komme ich am 15. November noch rein?"),
        ("Wir kommen mit 3 Personen.", "Wir kommen mit 3 oder 4 Personen."),
        ("I will come with my wife.", "I will come without my wife."),
        ("Three of us will attend.", "We will attend at three."),
        ("Я приду.", "Я не приду."),
        ("Geleceğim.", "Gelemeyeceğim."),
        ("سأحضر الورشة.", "لن أحضر الورشة."),
        ("Je viendrai.", "Je ne viendrai pas."),
        ("Przyjdę na warsztaty.", "Nie przyjdę na warsztaty."),
    ],
)
def test_one_word_turns_the_meaning(one: str, other: str) -> None:
    first, second = (read(f"{text}\nSelma Kaplan", signature="Selma Kaplan") for text in (one, other))
    facts = [(m.intent, m.decision, m.headcount, tuple(names(m))) for m in (first, second)]
    assert facts[0] != facts[1]
    assert first.decision is Decision.AUTO or second.decision is Decision.AUTO
