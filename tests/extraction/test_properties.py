"""What never changes the facts of a mail, and what always makes a person look."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.extraction import Decision, Extraction, extract
from tests.extraction.mails import mail, names, read, workshop

_BODIES = (
    "ich nehme am Workshop teil.",
    "wir kommen zu dritt.",
    "ich komme mit meinem Mann Orhan Kaplan.",
    "ich melde Frau Ines Blum und Herrn Karim Aziz an.",
    "leider kann ich nicht teilnehmen.",
)
_WORDS = (
    "ich",
    "wir",
    "komme",
    "nicht",
    "Frau",
    "Blum",
    "zu",
    "dritt",
    "3",
    "Personen",
    ",",
    ".",
    "?",
    "und",
    "mit",
    "melde",
    "an",
    "\n",
)
_GREETINGS = ("Guten Tag,", "Sehr geehrte Damen und Herren,", "Hallo Herr Ollech,", "Moin,", "Liebes Team,")
_CLOSINGS = ("Mit freundlichen Grüßen", "Viele Grüße", "LG", "Herzliche Grüße", "Hochachtungsvoll")
_COURTESY = (
    "",
    " Vielen Dank für die Einladung.",
    " Wir freuen uns auf den Austausch.",
    " Danke im Voraus für Ihre Mühe.",
)


def _facts(meaning: Extraction) -> tuple[object, ...]:
    return meaning.intent, meaning.headcount, sorted(names(meaning)), meaning.theme_tables


@settings(deadline=None)
@given(st.sampled_from(_BODIES), st.sampled_from(_GREETINGS), st.sampled_from(_CLOSINGS), st.sampled_from(_COURTESY))
def test_greeting_closing_and_courtesy_never_change_the_facts(
    body: str, greeting: str, closing: str, courtesy: str
) -> None:
    plain = read(f"Guten Tag,\n\n{body}\n\nViele Grüße\nSelma Kaplan")
    polite = read(f"{greeting}\n\n{body}{courtesy}\n\n{closing}\nSelma Kaplan")
    assert _facts(polite) == _facts(plain)
    assert polite.decision is plain.decision


@settings(deadline=None)
@given(st.sampled_from(_BODIES), st.integers(0, 3))
def test_blank_lines_never_change_the_facts(body: str, blank: int) -> None:
    gap = "\n" * (blank + 1)
    assert _facts(read(f"Guten Tag,{gap}{body}{gap}Viele Grüße{gap}Selma Kaplan")) == _facts(
        read(f"Guten Tag,\n{body}\nViele Grüße\nSelma Kaplan")
    )


@pytest.mark.parametrize("body", _BODIES[:4])
@pytest.mark.parametrize(
    "doubt",
    [
        "Vielleicht klappt es aber doch nicht.",
        "Ich bin mir aber noch nicht sicher.",
        "Das hängt davon ab, ob ich frei bekomme.",
        "Falls etwas dazwischenkommt, kommen wir nicht.",
        "Wahrscheinlich jedenfalls.",
    ],
)
def test_a_doubt_or_a_condition_always_leads_to_a_person(body: str, doubt: str) -> None:
    assert read(f"Guten Tag,\n{body} {doubt}\nViele Grüße\nSelma Kaplan").decision is Decision.REVIEW


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str, sender: str) -> None:
    message = mail(text, sender=sender)
    meaning = extract(message, workshop())
    assert (meaning.decision is Decision.REVIEW) == bool(meaning.reasons)
    for evidence in meaning.evidence:
        if evidence.source == "text":
            assert text[evidence.start : evidence.end] == evidence.quote


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(_WORDS),
        max_size=25,
    )
)
def test_any_order_of_the_words_that_matter_gives_one_answer(words: list[str]) -> None:
    message = mail(" ".join(words))
    assert extract(message, workshop()) == extract(message, workshop())
