"""What German mails mean, each said in one sentence."""

from __future__ import annotations

import pytest

from processor.extraction import Decision, Intent
from tests.extraction.mails import names, read


@pytest.mark.parametrize(
    ("text", "people", "seats"),
    [
        ("Guten Tag,\nich nehme gern teil.\nViele Grüße\nSelma Kaplan", ["Selma Kaplan"], 1),
        ("Hallo,\nhiermit melde ich mich zum Workshop an.\nSelma Kaplan", ["Selma Kaplan"], 1),
        ("Hallo,\nwir kommen zu dritt.\nLG Selma Kaplan", ["Selma Kaplan"], 3),
        ("Hallo,\nich komme mit zwei Kollegen.\nLG Selma Kaplan", ["Selma Kaplan"], 3),
        ("Hallo,\nich komme mit meinem Mann.\nLG Selma Kaplan", ["Selma Kaplan"], 2),
        ("Hallo,\nich komme mit meinem Mann Orhan Kaplan.\nLG Selma Kaplan", ["Selma Kaplan", "Orhan Kaplan"], 2),
        (
            ("Guten Tag,\nich melde Frau Dr. Ines Blum und Herrn Jan Sonntag an.\n"
            "MfG\nSelma Kaplan"),
            ["Ines Blum", "Jan Sonntag"],
            2,
        ),
        (
            ("Guten Tag,\nfolgende Personen nehmen teil:\n"
            "- Frau Ines Blum, Vorstand\n- Karim Aziz\nMfG\nSelma Kaplan"),
            ["Ines Blum", "Karim Aziz"],
            2,
        ),
        ("Guten Tag,\nes kommen:\n1. Blum, Ines\n2. Aziz, Karim\nMfG\nSelma Kaplan", ["Ines Blum", "Karim Aziz"], 2),
        (
            ("Guten Tag,\nFatma und Ali Öztürk melden sich für den 15.11. an.\n"
            "MfG\nSelma Kaplan"),
            ["Fatma Öztürk", "Ali Öztürk"],
            2,
        ),
        (
            ("Guten Tag,\nwir kommen zu dritt: Ines Blum, Karim Aziz und ich.\n"
            "MfG\nSelma Kaplan"),
            ["Ines Blum", "Karim Aziz", "Selma Kaplan"],
            3,
        ),
    ],
)  # fmt: skip
def test_a_registration_names_who_comes_and_how_many(text: str, people: list[str], seats: int) -> None:
    meaning = read(text)
    assert (meaning.intent, meaning.decision, meaning.reasons) == (Intent.REGISTRATION, Decision.AUTO, ())
    assert sorted(names(meaning)) == sorted(people)
    assert meaning.headcount == seats


@pytest.mark.parametrize(
    "text",
    [
        "Guten Tag,\nleider kann ich am 15. November nicht teilnehmen.\nSelma Kaplan",
        "Hallo,\nich muss leider absagen.\nSelma Kaplan",
        "Hallo,\nbitte streichen Sie mich von der Liste.\nSelma Kaplan",
        "nein danke, kein Interesse\nSelma Kaplan",
        "Guten Tag,\nwir sind an dem Tag verhindert.\nSelma Kaplan",
    ],
)
def test_a_refusal_is_a_cancellation(text: str) -> None:
    meaning = read(text)
    assert (meaning.intent, meaning.decision) == (Intent.CANCELLATION, Decision.AUTO)
    assert not meaning.attendees
    assert meaning.headcount == 0


@pytest.mark.parametrize(
    "text",
    [
        "Hallo,\nvielleicht komme ich.\nSelma Kaplan",
        "Hallo,\nwir kommen mit zwei oder drei Personen.\nSelma Kaplan",
        "Hallo,\nich komme mit meiner Familie.\nSelma Kaplan",
        "Hallo,\nwir kommen.\nSelma Kaplan",
        "Hallo,\nwenn mein Chef frei gibt, komme ich.\nSelma Kaplan",
        "Hallo,\nes kommen etwa 5 Personen.\nSelma Kaplan",
        "Hallo,\nwir kommen zu viert: Ines Blum, Karim Aziz und ich.\nSelma Kaplan",
        "Hallo,\nwir kommen zu zweit: Ines Blum, Karim Aziz und ich.\nSelma Kaplan",
        "Hallo,\nich melde mich für den Kochkurs am 22. November an.\nSelma Kaplan",
        "Hallo,\nbitte streichen Sie Herrn Blum von der Liste.\nSelma Kaplan",
    ],
)
def test_what_is_open_goes_to_a_person_with_the_reason_in_words(text: str) -> None:
    meaning = read(text)
    assert meaning.decision is Decision.REVIEW
    assert meaning.reasons
    assert all(len(reason) > 10 for reason in meaning.reasons)


def test_a_question_is_never_answered_by_the_machine() -> None:
    meaning = read("Guten Tag,\nwie lange dauert der Workshop, und gibt es Parkplätze?\nSelma Kaplan")
    assert (meaning.intent, meaning.decision, meaning.has_question) == (Intent.QUESTION, Decision.REVIEW, True)


def test_a_question_on_the_side_does_not_stop_a_registration() -> None:
    meaning = read("Guten Tag,\nich melde mich an. Gibt es dort Parkplätze?\nMfG\nSelma Kaplan")
    assert (meaning.intent, meaning.decision, meaning.has_question) == (Intent.REGISTRATION, Decision.AUTO, True)


def test_numbers_that_are_no_seats_do_not_count() -> None:
    meaning = read(
        "Guten Tag,\nunser Verein hat 120 Mitglieder und besteht seit 1998. Ich "
        "komme am 15.11. um 13:30 Uhr, meine Tochter "
        "Lina (16) kommt mit.\nMfG\nSelma Kaplan"
    )
    assert meaning.headcount == 2
    assert names(meaning) == ["Selma Kaplan", "Lina"]


def test_more_seats_than_the_office_allows_go_to_a_person() -> None:
    text = "Guten Tag,\nwir kommen mit 9 Personen.\nMfG\nSelma Kaplan"
    assert read(text).decision is Decision.AUTO
    assert read(text, most_seats=8).decision is Decision.REVIEW


def test_a_change_names_the_new_total() -> None:
    meaning = read(
        "Hallo,\nwir hatten uns mit 5 Personen angemeldet, es werden aber nur drei: "
        "Ines Blum, Karim Aziz und ich.\nSelma Kaplan"
    )
    assert (meaning.intent, meaning.headcount) == (Intent.CHANGE, 3)


def test_a_relative_change_names_the_difference() -> None:
    meaning = read("Hallo,\nzu unserer Anmeldung bitte noch zwei Personen mehr.\nSelma Kaplan", subject="Nachmeldung")
    assert (meaning.intent, meaning.headcount, meaning.headcount_change) == (Intent.CHANGE, 0, 2)


def test_instead_of_the_writer_somebody_else_comes() -> None:
    meaning = read("Hallo,\nkleine Änderung: Statt mir kommt mein Mann Orhan Kaplan.\nSelma Kaplan", subject="Änderung")
    assert (meaning.intent, names(meaning), meaning.headcount) == (Intent.CHANGE, ["Orhan Kaplan"], 1)


def test_a_refusal_that_is_taken_back_registers() -> None:
    meaning = read("Hallo,\nmeine Absage bitte vergessen, ich komme doch.\nSelma Kaplan", subject="Doch")
    assert (meaning.intent, names(meaning)) == (Intent.REGISTRATION, ["Selma Kaplan"])


def test_tables_are_read_by_number_and_in_words() -> None:
    by_number = read("Hallo,\nich melde mich an, bitte Thementisch 2.\nLG Selma Kaplan")
    in_words = read(
        "Hallo,\nich melde mich an, am liebsten zum Tisch über Bedarfe und Herausforderungen.\nLG Selma Kaplan"
    )
    assert by_number.theme_tables == in_words.theme_tables == (2,)


def test_needs_are_read_and_denied_needs_are_not() -> None:
    meaning = read("Hallo,\nich melde mich an. Bitte vegetarisch, ich sitze im Rollstuhl.\nLG Selma Kaplan")
    assert set(meaning.needs) == {"vegetarian", "wheelchair"}
    assert read("Hallo,\nich melde mich an. Keinen Parkplatz bitte.\nLG Selma Kaplan").needs == ()


def test_the_organisation_stands_in_the_text_or_below_it() -> None:
    above = read("Hallo,\nfür den Kulturverein Sonnenblume e.V. melde ich mich an.\nMfG\nSelma Kaplan")
    below = read("Hallo,\nich melde mich an.\nMfG\nSelma Kaplan\nKulturverein Sonnenblume e.V.")
    assert above.organisation == below.organisation == "Kulturverein Sonnenblume e.V."


def test_the_telephone_is_the_mobile_one_and_never_the_fax() -> None:
    meaning = read("Hallo,\nich komme.\nMfG\nSelma Kaplan\nTel. 0209 123456\nFax 0209 123457\nMobil 0171 1234567")
    assert meaning.contact.phone == "+491711234567"


def test_a_table_of_people_registers_its_rows() -> None:
    meaning = read(
        "Guten Tag,\nhier unsere Anmeldung:\n\nName | Funktion | Tisch\nInes Blum "
        "| Vorstand | 1\nKarim Aziz | Jugend | 3\n\nMfG\nSelma Kaplan"
    )
    assert (names(meaning), meaning.headcount, meaning.theme_tables) == (["Ines Blum", "Karim Aziz"], 2, (1, 3))


def test_a_dictated_mail_is_read_with_its_spoken_signs() -> None:
    meaning = read("hallo komma ich komme am fünfzehnten november punkt viele grüße selma kaplan")
    assert (meaning.intent, meaning.headcount) == (Intent.REGISTRATION, 1)
