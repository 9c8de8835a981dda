"""What a second look at the shape of a text adds: whom the first reader does not know goes to a person."""

from __future__ import annotations

import pytest

from tests.extraction.letters import booked, left_to_a_person, meaning

WRITER = "Selma Kaplan"


def letter(text: str) -> str:
    return f"Guten Tag,\n{text}\nGruß {WRITER}"


@pytest.mark.parametrize(
    "text",
    [
        "ich komme mit unserem Zwirbelmacher.",
        "ich bringe unseren Zwirbelmacher mit.",
        "wir kommen mit knäpplich vier Leuten.",
        "von uns kommt niemand außer Ines Blum.",
        "ich komme und mein halber Vorstand auch.",
        "eine Person kommt vielleicht noch dazu, ich komme sicher.",
    ],
)
def test_asks_about_whoever_it_does_not_know(text: str) -> None:
    assert left_to_a_person(letter(text), WRITER)


@pytest.mark.parametrize(
    ("text", "guests", "seats"),
    [
        ("ich komme gern. Gibt es eine Garderobe?", {WRITER}, 1),
        ("ich melde mich an. Können wir dort Flyer auslegen?", {WRITER}, 1),
        ("ich werde mit meiner Kollegin, Frau Ines Blum, an dem Workshop teilnehmen.", {WRITER, "Ines Blum"}, 2),
        ("ich melde nicht mich an, sondern Herrn Karim Aziz.", {"Karim Aziz"}, 1),
        ("ich nehme teil. Falls noch jemand von uns mitkommt, sage ich Bescheid.", {WRITER}, 1),
        ("meine Kollegin Ines und ich sind dabei. Ihr Nachname ist Blum.", {WRITER, "Ines Blum"}, 2),
        ("teilnehmen werden Frau Blum, Vorname Ines, und ich.", {WRITER, "Ines Blum"}, 2),
        ("ich und mein Kollege kommen. Sein Name: Karim Aziz.", {WRITER, "Karim Aziz"}, 2),
        ("Herr Karim Aziz hat mich gebeten, ihn anzumelden.", {"Karim Aziz"}, 1),
        ("unser Vorstand hat beschlossen, dass Ines Blum und Karim Aziz hingehen.", {"Ines Blum", "Karim Aziz"}, 2),
    ],
)
def test_enters_what_both_readers_see(text: str, guests: set[str], seats: int) -> None:
    assert booked(letter(text), WRITER) == ("registration", guests, seats)


@pytest.mark.parametrize(
    ("text", "leaving"),
    [
        ("ich kann leider nicht kommen.", (WRITER,)),
        ("wir sagen leider ab.", ()),
        ("Karim Aziz kann leider nicht kommen.", ("Karim Aziz",)),
    ],
)
def test_says_who_leaves(text: str, leaving: tuple[str, ...]) -> None:
    found = meaning(letter(text), WRITER)
    assert (found.intent.value, found.leaving) == ("cancellation", leaving)


def test_names_the_replaced_one_as_leaving() -> None:
    assert meaning(letter("statt Ali Demir kommt Can Öztürk."), WRITER).leaving == ("Ali Demir",)
    assert meaning(letter("an meiner Stelle kommt Can Öztürk."), WRITER).leaving == (WRITER,)


@pytest.mark.parametrize(
    "text",
    [
        "bevor ich mich anmelde: gibt es Parkplätze?",
        "ich wollte nachfragen, ob meine Anmeldung angekommen ist.",
        "wann bekomme ich die Bestätigung für meine Anmeldung?",
    ],
)
def test_enters_nothing_for_a_question(text: str) -> None:
    found = meaning(letter(text), WRITER)
    assert found.intent.value == "question"
    assert not found.attendees


def test_reads_a_list_below_a_heading_whole() -> None:
    text = f"Guten Tag,\nAnmeldung Workshop 15.11.:\n{WRITER}\nInes Blum\nKarim Aziz\n\nAnatolischer Kulturverein e.V."
    assert booked(text, WRITER) == ("registration", {WRITER, "Ines Blum", "Karim Aziz"}, 3)


def test_adds_whoever_comes_as_well() -> None:
    found = meaning(letter("noch ein Nachtrag zu meiner Anmeldung: Ines Blum kommt auch."), WRITER)
    assert (found.intent.value, found.headcount_change) == ("change", 1)
    found = meaning(letter("bitte noch einen Platz mehr, Karim Aziz kommt mit."), WRITER)
    assert (found.intent.value, found.headcount_change) == ("change", 1)
