"""What people read: exactly what was entered, in their language, and nothing that was not said."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from processor.database import AttendeeRow, Registration, Status
from processor.outbox.checking import kinds, preview, sample
from processor.outbox.letters import languages_of
from processor.registrations.values import AnswerKind, Difference, DueAnswer
from processor.settings import Settings
from tests.outbox.builders import LANGUAGES, NOW, make_settings

SUBJECTS = {
    AnswerKind.CONFIRMATION: "Anmeldebestätigung:",
    AnswerKind.ACCEPTED: "Anmeldebestätigung:",
    AnswerKind.MOVED_UP: "Anmeldebestätigung:",
    AnswerKind.CHANGE: "Änderung bestätigt:",
    AnswerKind.CANCELLATION: "Abmeldung bestätigt:",
    AnswerKind.LATE: "Anmeldung nach Anmeldeschluss:",
    AnswerKind.WAITLIST: "Warteliste:",
    AnswerKind.QUESTION: "Rückfrage zu Ihrer Anmeldung:",
    AnswerKind.REMINDER: "Erinnerung:",
    AnswerKind.RECEIPT: "Eingangsbestätigung:",
}


def a_registration(**fields: object) -> Registration:
    values: dict[str, object] = {
        "reference": "GE-7K4M",
        "status": Status.CONFIRMED,
        "late": False,
        "contact_name": "Ayşe Yılmaz",
        "contact_email": "ayse@example.org",
        "contact_phone": "+492095550147",
        "organisation": "Elternverein Erle e. V.",
        "headcount": 4,
        "theme_tables": [1],
        "needs": ["vegan", "childcare"],
        "language": "de",
        "open_question": False,
        "late_seats": 0,
        "waiting_seats": 0,
        "version": 1,
        "attendees": [
            AttendeeRow(position=0, name="Ayşe Yılmaz", organisation="Elternverein Erle e. V.", needs=["halal"]),
            AttendeeRow(position=1, name="Олена Шевченко", organisation="Musterinitiative", needs=[]),
        ],
    }
    return Registration(**{**values, **fields})


def answer(kind: AnswerKind = AnswerKind.CONFIRMATION, **fields: object) -> DueAnswer:
    values: dict[str, object] = {
        "kind": kind,
        "registration_id": 1,
        "mail_id": 1,
        "recipient_name": "Ayşe Yılmaz",
        "recipient_email": "ayse@example.org",
        "language": "de",
    }
    return DueAnswer(**{**values, **fields})  # type: ignore[arg-type]  # any fields of it


def read(
    due: DueAnswer, registration: Registration | None = None, settings: Settings | None = None
) -> tuple[str, str, str]:
    return preview(due, [registration or a_registration()], settings or make_settings(), NOW)


class Outline(HTMLParser):
    """What an HTML part says, what it loads, and how it marks names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.isolated: list[str] = []
        self._bdi = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self._bdi += tag == "bdi"

    def handle_endtag(self, tag: str) -> None:
        self._bdi -= tag == "bdi"

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._bdi:
            self.isolated.append(data)


def test_a_confirmation_repeats_exactly_what_was_entered() -> None:
    subject, text, html = read(answer())
    assert subject == "Anmeldebestätigung: Migrantenorganisationen als Partner von Politik und Verwaltung (GE-7K4M)"
    words = "".join(Outline(html).text)
    for fact in (
        "Guten Tag Ayşe Yılmaz,",
        "Ayşe Yılmaz (Essen halal)",
        "Олена Шевченко (Musterinitiative)",
        "und 2 weitere Personen",
        "Elternverein Erle e. V.",
        "+492095550147",
        "1: Beteiligung und Aufbau von Kooperationen",
        "veganes Essen",
        "Kinderbetreuung",
        "GE-7K4M",
    ):
        assert fact in text
        assert fact in words
    assert "  Plätze: 4\n" in text
    assert "  Stand: zugesagt\n" in text


def test_a_confirmation_carries_all_that_one_needs() -> None:
    _, text, _ = read(answer())
    for needed in (
        "Freitag, 15. November 2024",
        "Einlass ab 13:00 Uhr",
        "Beginn um 13:30 Uhr",
        "Ulu Camii Erle",
        "Ulrichstr. 4b, 45891 Gelsenkirchen",
        "https://www.openstreetmap.org/search?query=",
        "Antworten Sie einfach auf diese Mail.",
        "Ein Programm hat diese Mail verschickt.",
        "Andre Ollech, Telefon 0209 169-3052",
        "Datenschutz",
        "Artikel 6 Absatz 1",
        "spätestens 180 Tage",
        "Neslihan Aksoy-Krüger",
        "3: Dienstleistungen und Angebote der MSO",
    ):
        assert needed in text


def test_speakers_who_have_not_promised_stay_marked() -> None:
    _, text, html = read(answer())
    words = "".join(Outline(html).text)
    for name in ("Stadträtin Heselhaus", "Martina Rudowitz"):
        assert f"{name} (angefragt)" in text
        assert f"{name} (angefragt)" in words
    assert "Mohammed El Kaada (angefragt)" not in text


@pytest.mark.parametrize("kind", SUBJECTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_subjects_begin_as_the_office_knows_them_and_name_the_registration(kind: AnswerKind, language: str) -> None:
    subject, _, _ = read(answer(kind, language=language))
    assert subject.startswith(SUBJECTS[kind] + " ")
    assert "GE-7K4M" in subject


def test_a_receipt_says_only_that_the_mail_has_come() -> None:
    subject, text, html = preview(answer(AnswerKind.RECEIPT, registration_id=None), [], make_settings(), NOW)
    assert subject.startswith("Eingangsbestätigung:")
    for silent in ("Plätze", "Stand", "eingetragen", "angemeldet", "zugesagt", "Elternverein", "15. November", "13:00"):
        assert silent not in text
        assert silent not in html
    assert "Eine Person aus dem Büro liest sie und antwortet Ihnen." in text


def test_a_change_says_what_was_and_what_is() -> None:
    changes = (
        Difference(field="headcount", before="2", after="4"),
        Difference(field="needs", before="vegan", after="halal, childcare"),
        Difference(field="organisation", before="", after="Elternverein Erle e. V."),
        Difference(field="theme_tables", before="1, 2", after=""),
    )
    _, text, _ = read(answer(AnswerKind.CHANGE, differences=changes))
    assert "Plätze: 4 (vorher: 2)" in text
    assert "Bedarf: Essen halal, Kinderbetreuung (vorher: veganes Essen)" in text
    assert "Organisation: Elternverein Erle e. V. (neu)" in text
    assert "Thementische: entfällt (vorher: 1, 2)" in text


def test_seats_that_are_not_promised_are_not_promised() -> None:
    _, text, _ = read(answer(), a_registration(headcount=5, waiting_seats=1, late_seats=2))
    assert "davon zugesagt: 2" in text
    assert "auf der Warteliste: 1" in text
    assert "nach dem Anmeldeschluss gewünscht, noch nicht entschieden: 2" in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.LATE, "noch nicht entschieden"),
        (Status.REVIEW, "noch nicht entschieden"),
        (Status.WAITLISTED, "auf der Warteliste"),
        (Status.CANCELLED, "abgesagt"),
    ],
)
def test_a_changed_registration_that_is_not_promised_says_so(status: Status, words: str) -> None:
    _, text, _ = read(answer(AnswerKind.CHANGE), a_registration(status=status))
    assert f"Stand: {words}" in text
    assert "zugesagt" not in text


def test_a_late_registration_is_told_the_deadline_and_promised_nothing() -> None:
    _, text, _ = read(answer(AnswerKind.LATE), a_registration(status=Status.LATE, late=True))
    assert "Freitag, 8. November 2024" in text
    assert "noch nicht bestätigt" in text
    assert "freuen uns auf Sie" not in text


def test_a_contact_who_does_not_come_is_named_as_such() -> None:
    _, text, _ = read(answer(), a_registration(contact_name="Deniz Kara"))
    assert "Angemeldet von: Deniz Kara" in text


def test_an_open_question_is_promised_an_answer() -> None:
    assert "Ihre Frage ist notiert." in read(answer(), a_registration(open_question=True))[1]
    assert "Ihre Frage ist notiert." not in read(answer())[1]


def test_the_question_of_the_office_stands_in_its_own_words() -> None:
    question = "Kommen Sie zu zweit?\nOder zu dritt?"
    _, text, html = read(answer(AnswerKind.QUESTION, remark=question), a_registration(status=Status.REVIEW))
    assert "Kommen Sie zu zweit?\n  Oder zu dritt?" in text
    assert "Kommen Sie zu zweit?</p>" in html
    assert "So haben wir Sie bisher verstanden" in text


def test_nobody_is_greeted_by_a_guessed_gender() -> None:
    for kind in kinds():
        _, text, _ = read(answer(kind))
        assert text.startswith("Guten Tag Ayşe Yılmaz,\n")
        assert "Herr" not in text.partition("\nProgramm\n")[0]
    assert read(answer(recipient_name=""))[1].startswith("Guten Tag,\n")


def test_the_readers_language_comes_first_and_the_german_below() -> None:
    _, text, html = read(answer(language="tr"))
    turkish, german = text.index("Sayın Ayşe Yılmaz,"), text.index("Guten Tag Ayşe Yılmaz,")
    assert turkish < german
    assert "15 Kasım 2024 Cuma" in text
    assert "Freitag, 15. November 2024" in text
    assert ("html", {"lang": "tr", "dir": "ltr"}) in Outline(html).tags


def test_arabic_is_set_from_right_to_left_and_the_german_below_from_left_to_right() -> None:
    _, _, html = read(answer(language="ar"))
    tags = Outline(html).tags
    assert ("html", {"lang": "ar", "dir": "rtl"}) in tags
    sections = [(values.get("lang"), values.get("dir")) for tag, values in tags if tag == "td" and "lang" in values]
    assert sections == [("ar", "rtl"), ("de", "ltr"), ("de", "ltr")]


@pytest.mark.parametrize(
    ("wanted", "languages"),
    [
        ("de", ("de",)),
        ("de-AT", ("de",)),
        ("", ("de",)),
        ("tr", ("tr", "de")),
        ("uk_UA", ("uk", "de")),
        ("es", ("de", "en")),
        ("ro", ("de", "en")),
    ],
)
def test_which_languages_a_mail_has(wanted: str, languages: tuple[str, ...]) -> None:
    assert languages_of(wanted, LANGUAGES, lambda _language: True) == languages


def test_an_office_that_offers_german_alone_answers_in_german_alone() -> None:
    settings = make_settings(answers_languages=("de",))
    assert "Dear" not in read(answer(language="es"), settings=settings)[1]
    assert "Sayın" not in read(answer(language="tr"), settings=settings)[1]


@pytest.mark.parametrize(
    ("number", "words"), [(1, "та ще 1 особа"), (2, "та ще 2 особи"), (5, "та ще 5 осіб"), (21, "та ще 21 особа")]
)
def test_numbers_follow_the_grammar_of_the_language(number: int, words: str) -> None:
    registration = a_registration(headcount=2 + number, language="uk")
    assert f"- {words}\n" in read(answer(language="uk"), registration)[1]


def test_what_strangers_wrote_cannot_become_html_or_another_line() -> None:
    evil = a_registration(
        organisation='<img src="https://evil.example/x.png">\r\nBcc: all@example.org',
        attendees=[
            AttendeeRow(position=0, name='Eve "</td><script>alert(1)</script>\u202e', organisation="", needs=[])
        ],
    )
    subject, text, html = read(answer(recipient_name="Eve\r\nBcc: all@example.org"), evil)
    outline = Outline(html)
    assert not {tag for tag, _ in outline.tags} & {"script", "img", "iframe", "object", "form"}
    assert "\nBcc:" not in text
    assert "\u202e" not in text + html
    assert "\n" not in subject


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_html_loads_nothing_from_anywhere(kind: AnswerKind, language: str) -> None:
    html = sample(kind, make_settings(), language=language).html
    for tag, values in Outline(html).tags:
        assert tag not in {"img", "link", "script", "iframe", "object", "form", "input", "video"}
        assert not {"src", "srcset", "background", "ping"} & set(values)
    assert "url(" not in html
    assert "@import" not in html


def test_names_are_isolated_so_that_no_line_is_upset() -> None:
    registration = a_registration(
        attendees=[AttendeeRow(position=0, name="محمد علي", organisation="", needs=["halal"])], headcount=1
    )
    _, text, html = read(answer(language="ar"), registration)
    assert "محمد علي" in Outline(html).isolated
    assert "محمد علي (طعام حلال)" in text
    assert "\u2068محمد علي\u2069 (Essen halal)" in text
    alone = a_registration(attendees=[AttendeeRow(position=0, name="محمد علي", organisation="", needs=[])], headcount=1)
    assert ": محمد علي\n" in read(answer(language="ar"), alone)[1]


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("language", [*LANGUAGES, "es"])
def test_every_kind_names_a_human_and_the_program(kind: AnswerKind, language: str) -> None:
    letter = sample(kind, make_settings(), language=language)
    assert "Ein Programm hat diese Mail verschickt." in letter.text
    assert "Andre Ollech" in letter.text
    assert "Datenschutz" in letter.html


def test_an_event_of_which_little_is_known_is_answered_all_the_same() -> None:
    settings = make_settings()
    bare = replace(
        settings.event,
        doors=None, start=None, end=None, place="", address="", hosts=(), contacts=(), moderation="",
        programme=(), directions="", theme_tables=(),
    )  # fmt: skip
    settings = replace(settings, event=bare, smtp=replace(settings.smtp, from_name=""))
    for language in ("de", "ar", "es"):
        _, text, _ = read(answer(language=language), settings=settings)
        assert "15. November 2024" in text
        assert "None" not in text
        assert "Thementisch: 1" in text
        assert "47-ki@gelsenkirchen.de" in text


NAMES = st.text(st.characters(codec="utf-8"), max_size=60)


@given(name=NAMES, organisation=NAMES, need=NAMES, remark=NAMES)
@given_settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_people_are_called_the_letter_stays_whole(
    name: str, organisation: str, need: str, remark: str
) -> None:
    registration = a_registration(
        organisation=organisation,
        needs=[need],
        attendees=[AttendeeRow(position=0, name=name, organisation=name, needs=[need])],
    )
    subject, text, html = read(answer(recipient_name=name, remark=remark, language="ar"), registration)
    assert "\n" not in subject
    assert "GE-7K4M" in text
    outline = Outline(html)
    assert [tag for tag, _ in outline.tags].count("h1") == 2
    assert outline.tags[-1][0] in {"br", "strong", "p", "span"}


def test_the_preview_is_what_would_go(tmp_path: Path) -> None:
    subject, text, html = read(answer())
    assert (subject, text, html) == read(answer())


def test_a_full_table_is_told_in_the_readers_language() -> None:
    settings = make_settings()
    letter = sample(AnswerKind.CHANGE, settings, language="tr")
    turkish, _, german = letter.text.partition("Deutsch")
    assert "konu masasında şu anda boş yer yok" in turkish
    assert "kein Platz frei" not in turkish
    assert "kein Platz frei" in german


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_what_is_german_in_a_foreign_part_says_so(language: str) -> None:
    # WCAG 3.1.2: a screen reader changes its voice there.
    html = sample(AnswerKind.REMINDER, make_settings(), language=language).html
    assert html.count('<bdi lang="de">Migrantenorganisationen als Partner') == 2
    assert html.count('<bdi lang="de">Bedarfe und Herausforderungen der MSO</bdi>') == 2


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_headings_of_programme_and_privacy_are_in_both_languages(language: str) -> None:
    text = sample(AnswerKind.CONFIRMATION, make_settings(), language=language).text
    for german in ("Wegbeschreibung", "Datenschutz", "  Zweck", "  Ihre Rechte"):
        lines = [line for line in text.splitlines() if german.strip() in line and " / " in line]
        assert lines, german
    assert "Ankommen und Kennenlernen" in text


def test_a_german_mail_has_them_in_german_alone() -> None:
    text = sample(AnswerKind.CONFIRMATION, make_settings(), language="de").text
    assert "\nProgramm\n" in text
    assert "\nDatenschutz\n" in text
    assert "13:00 Uhr" in text
