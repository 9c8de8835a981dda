"""Mails that change a registration: differences, exchanges, additions, needs and tables, in minimal pairs."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from processor.event import Event
from processor.extraction import Decision, Extraction, first_reading
from processor.message import read
from processor.resources import sample_config
from processor.settings.load import load


@pytest.fixture(scope="module")
def event() -> Event:
    return load(sample_config()).event


def answered(text: str, event: Event) -> Extraction:
    """What Selma Kaplan's answer to a mail of the office means."""
    mail = EmailMessage()
    mail["From"] = '"Selma Kaplan" <s.kaplan@verein.example>'
    mail["To"] = "47-ki@gelsenkirchen.example"
    mail["Subject"] = "Re: Workshop"
    mail["In-Reply-To"] = "<1@gelsenkirchen.example>"
    mail["Date"] = "Mon, 14 Oct 2024 10:00:00 +0200"
    mail.set_content(f"{text}\n\nViele Grüße\nSelma Kaplan\n")
    return first_reading(read(mail.as_bytes()), event)


def seats(found: Extraction) -> tuple[int, int]:
    """The new total and the difference of what is entered without a person."""
    assert found.decision is Decision.AUTO, found.reasons
    return found.headcount, found.headcount_change


def guests(found: Extraction) -> list[str]:
    return [a.name for a in found.attendees]


@pytest.mark.parametrize(
    ("text", "total", "difference"),
    [
        ("Guten Tag, wir kommen mit zwei Personen mehr.", 0, 2),
        ("Guten Tag, wir kommen mit zwei Personen weniger.", 0, -2),
        ("Guten Tag, wir sind zwei mehr.", 0, 2),
        ("Guten Tag, wir werden drei Leute mehr sein.", 0, 3),
        ("Guten Tag, bitte zwei Plätze mehr reservieren.", 0, 2),
        ("Guten Tag, es kommen noch zwei Personen dazu.", 0, 2),
        ("Guten Tag, eine Person weniger bitte.", 0, -1),
        ("Guten Tag, einer mehr bitte!", 0, 1),
        ("Guten Tag, bei uns kommt noch jemand dazu.", 0, 1),
        ("Guten Tag, wir sind jetzt 5 statt 3.", 5, 0),
        ("Guten Tag, wir sind nicht 2, sondern 4.", 4, 0),
        ("Guten Tag, statt 2 kommen wir jetzt zu viert.", 4, 0),
        ("Guten Tag, wir kommen jetzt nur noch zu zweit.", 2, 0),
        ("Guten Tag, doch nur ich allein.", 1, 0),
    ],
)
def test_a_difference_is_no_total(text: str, total: int, difference: int, event: Event) -> None:
    found = answered(text, event)
    assert seats(found) == (total, difference)
    assert found.intent == "change"


def test_more_than_a_number_is_no_number(event: Event) -> None:
    assert answered("Guten Tag, wir kommen mit mehr als 3 Personen.", event).decision is Decision.REVIEW


@pytest.mark.parametrize(
    ("text", "difference"),
    [
        ("We will be two people more.", 2),
        ("We are coming with two fewer.", -2),
        ("İki kişi fazla geleceğiz.", 2),
        ("Bir kişi eksik geleceğiz.", -1),
    ],
)
def test_a_difference_in_other_languages(text: str, difference: int, event: Event) -> None:
    assert seats(answered(text, event)) == (0, difference)


def test_in_turkish_the_one_who_is_replaced_stands_first(event: Event) -> None:
    found = answered("Merhaba,\n\nMurat Aslan yerine Elif Demir gelecek.", event)
    assert (guests(found), found.leaving) == (["Elif Demir"], ("Murat Aslan",))


def test_more_seats_beside_a_fresh_registration_are_for_a_person_or_a_registration(event: Event) -> None:
    found = answered("Guten Tag, ich melde mich und meine Frau an, bitte zwei Stühle mehr.", event)
    assert found.intent == "registration"


@pytest.mark.parametrize(
    "text",
    [
        "Statt Karim Aziz kommt Ines Blum.",
        "Ines Blum kommt statt Karim Aziz.",
        "Anstelle von Herrn Karim Aziz nimmt Frau Ines Blum teil.",
        "Karim Aziz ist krank, dafür kommt Ines Blum.",
        "Karim Aziz kann leider nicht kommen. Für ihn kommt Ines Blum.",
        "Bitte ersetzen Sie Karim Aziz durch Ines Blum.",
        "Bitte Karim Aziz durch Ines Blum ersetzen.",
        "Nicht Karim Aziz, sondern Ines Blum kommt mit.",
    ],
)
def test_one_person_comes_in_the_place_of_another(text: str, event: Event) -> None:
    found = answered(f"Guten Tag,\n\n{text}", event)
    assert found.decision is Decision.AUTO, found.reasons
    assert (guests(found), found.leaving) == (["Ines Blum"], ("Karim Aziz",))


def test_whoever_sends_a_substitute_stays_away(event: Event) -> None:
    found = answered("Guten Tag,\n\nan meiner Stelle kommt Ines Blum.", event)
    assert (guests(found), found.leaving) == (["Ines Blum"], ("Selma Kaplan",))


@pytest.mark.parametrize(
    ("text", "leaving"),
    [
        ("Karim Aziz kann leider nicht kommen.", ("Karim Aziz",)),
        ("Bitte Karim Aziz streichen.", ("Karim Aziz",)),
        ("Bitte Jan Blum streichen.", ("Jan Blum",)),
        ("Bitte melden Sie Jan Blum ab.", ("Jan Blum",)),
        ("Ich kann leider nicht kommen.", ("Selma Kaplan",)),
        ("Wir müssen leider absagen.", ()),
        ("Hiermit sage ich unsere Teilnahme ab.", ()),
        ("Ich melde mich ab.", ("Selma Kaplan",)),
        ("Bitte meine Anmeldung stornieren.", ()),
    ],
)
def test_only_those_who_are_named_leave(text: str, leaving: tuple[str, ...], event: Event) -> None:
    found = answered(f"Guten Tag,\n\n{text}", event)
    assert (found.intent, found.decision, found.leaving) == ("cancellation", Decision.AUTO, leaving)


def test_a_given_name_that_may_be_a_month_does_not_withdraw_everybody(event: Event) -> None:
    assert answered("Guten Tag,\n\nJan kommt leider nicht.", event).decision is Decision.REVIEW


@pytest.mark.parametrize(
    "text",
    [
        "Es kommt noch eine Person mehr mit: Ines Blum.",
        "Zusätzlich kommt noch Frau Ines Blum mit.",
        "Es kommt noch Ines Blum dazu.",
    ],
)
def test_somebody_comes_on_top(text: str, event: Event) -> None:
    found = answered(f"Guten Tag,\n\n{text}", event)
    assert seats(found) == (0, 1)
    assert (found.intent, guests(found)) == ("change", ["Ines Blum"])


@pytest.mark.parametrize(
    ("text", "needs", "tables"),
    [
        ("Ich brauche noch veganes Essen.", ("vegan",), ()),
        ("Wir brauchen doch einen Parkplatz.", ("parking",), ()),
        ("Ich möchte lieber an Tisch 2.", (), (2,)),
        ("Bitte Tisch 3 statt Tisch 1.", (), (3,)),
    ],
)
def test_a_need_or_a_table_alone_changes_nothing_else(
    text: str, needs: tuple[str, ...], tables: tuple[int, ...], event: Event
) -> None:
    found = answered(f"Guten Tag,\n\n{text}", event)
    assert seats(found) == (0, 0)
    assert (found.intent, found.needs, found.theme_tables) == ("change", needs, tables)


def test_one_more_colleague_is_one(event: Event) -> None:
    found = answered("Guten Tag,\n\nich komme, und es kommt noch eine Kollegin dazu.", event)
    assert seats(found) == (2, 0)


def test_a_question_about_a_need_changes_nothing(event: Event) -> None:
    assert answered("Guten Tag,\n\ngibt es auch veganes Essen?", event).intent == "question"


def test_whether_a_registration_has_arrived_is_a_question(event: Event) -> None:
    assert answered("Guten Tag,\n\nist meine Anmeldung angekommen?", event).intent == "question"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("hiermit melde ich den Verein Lichtblick e.V. mit 2 Personen an.\n\nName: Selma Kaplan\nName: Ines Blum", 2),
        ("ich komme mit 2 Kollegen: Ines Blum und Can Demir.", 3),
        ("wir möchten mit 3 Frauen teilnehmen.\nDie Namen: Selma Kaplan, Ines Blum, Maria Costa", 3),
    ],
)
def test_a_number_counts_those_who_are_listed_once(text: str, number: int, event: Event) -> None:
    found = answered(f"Guten Tag,\n\n{text}", event)
    assert seats(found) == (number, 0)
