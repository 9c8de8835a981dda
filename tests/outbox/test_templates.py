"""The templates and their translations: complete, mendable by the office, and plain to read."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from processor import outbox
from processor.database import OutgoingMail
from processor.errors import ConfigError
from processor.outbox.catalogs import Catalogs
from processor.outbox.checking import kinds, sample
from processor.registrations.values import AnswerKind
from processor.resources import sample_config, templates_folder
from processor.settings.load import load
from tests.outbox.builders import LANGUAGES, NOW, due_for, enter, make_database, make_settings

FOREIGN = LANGUAGES[1:]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def texts() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every text of the templates that is translated, with its forms."""
    config = ConfigParser()
    config.read(templates_folder() / "babel.cfg", encoding="utf-8")
    options = {"**.j2": dict(config["jinja2: mail/**.j2"])}
    for _file, _line, message, _comments, _context in extract_from_dir(
        templates_folder() / "mail", method_map=[("**.j2", "jinja2")], options_map=options
    ):
        forms = (message,) if isinstance(message, str) else tuple(message)
        yield forms[0], forms


def catalog(language: str) -> Catalog:
    with (templates_folder() / "locale" / language / "LC_MESSAGES" / "mail.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.fixture
def own_templates(tmp_path: Path) -> Path:
    """A copy of the templates that a test may break."""
    return shutil.copytree(templates_folder(), tmp_path / "templates")


@pytest.mark.parametrize("language", FOREIGN)
def test_every_text_is_translated(language: str) -> None:
    translations = catalog(language)
    missing = []
    for first, _forms in texts():
        message = translations.get(first)
        strings = [] if message is None else [message.string] if isinstance(message.string, str) else message.string
        if not strings or not all(strings) or message is None or message.fuzzy:
            missing.append(first)
    assert missing == []


@pytest.mark.parametrize("language", FOREIGN)
def test_no_translation_is_left_over_from_a_text_that_is_gone(language: str) -> None:
    known = {first for first, _forms in texts()}
    assert [str(message.id) for message in catalog(language) if message.id and _first(message.id) not in known] == []


def _first(identity: object) -> str:
    return identity if isinstance(identity, str) else str(identity[0])  # type: ignore[index]  # plural forms


@pytest.mark.parametrize("language", FOREIGN)
def test_translations_keep_what_is_filled_in(language: str) -> None:
    translations = catalog(language)
    for first, forms in texts():
        wanted = set(PLACEHOLDER.findall(" ".join(forms)))
        message = translations.get(first)
        assert message is not None
        strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if len(forms) == 1:
            assert set(PLACEHOLDER.findall(strings[0])) == wanted, first
        else:
            # „one more person“ may leave the number out.
            assert all(set(PLACEHOLDER.findall(string)) <= wanted for string in strings), first


@pytest.mark.parametrize("language", FOREIGN)
def test_there_are_as_many_plural_forms_as_the_language_has(language: str) -> None:
    translations = catalog(language)
    plurals = [message for message in translations if isinstance(message.id, tuple)]
    assert plurals
    assert {len(message.string or ()) for message in plurals} == {translations.num_plurals}


@pytest.mark.parametrize("language", FOREIGN)
def test_the_foreign_part_holds_no_german_sentence(language: str) -> None:
    german = {first for first, _forms in texts() if " " in first.strip(" ,") and "%" not in first}
    for kind in kinds():
        foreign = sample(kind, make_settings(), language=language).text.partition("- - - -")[0]
        assert [sentence for sentence in german if sentence in foreign] == []


def sentences(kind: AnswerKind, language: str) -> list[str]:
    """The sentences of the reader's own part: neither the facts nor the programme."""
    text = sample(kind, make_settings(), language=language).text
    own = re.split(r"\n(?:- - - -|Programm\n|Datenschutz\n)", text)[0]
    paragraphs = [line for line in own.splitlines() if re.match(r"\w.*[.!?؟:]$", line) and " " in line]
    return [one for line in paragraphs for one in re.split(r"(?<=[.!?؟])\s+", line) if re.search(r"\w", one)]


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short_in_every_language(kind: AnswerKind, language: str) -> None:
    words = [len(re.findall(r"[\w’'-]+", sentence)) for sentence in sentences(kind, language)]
    assert len(words) >= 3
    assert sum(words) / len(words) <= 15
    assert max(words) <= 20


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_ends_twice_and_no_space_is_doubled(kind: AnswerKind, language: str) -> None:
    text = sample(kind, make_settings(), language=language).text.replace("e. V.", "eV")
    for line in text.splitlines():
        words = re.sub(r"^  \d\d:\d\d(?: Uhr)?  ", "", line)
        assert not re.search(r"[.!?؟,،;:]\s*[.,،;]|\(\)|\S  +\S", words), line


def test_french_sentences_do_not_break_before_their_marks() -> None:
    assert [one for one in all_strings("fr") if re.search(r"[ \w][?!;:](?!/)", one)] == []


#: Words by which a language is familiar with its reader, or takes the polite word for „they“.
FAMILIAR = {
    "de": r"\b(?:du|dich|dir|dein\w*|euch|euer|eure\w*)\b",
    "tr": r"(?i)\b(?:sen|sana|seni|senin|kaydın|merhaba)\b",
    "fr": r"(?i)\b(?:tu|te|toi|ton|ta|tes)\b|\bt’",
    "pl": r"(?i)\b(?:ty|ciebie|tobie|tobą|cię|ci|twój|twoj\w*|twoje\w*|pan|pani)\b",
    "ru": r"\b(?:[Тт]ы|[Тт]еб[яе]|[Тт]во\w*|вы|вас|вам|вами|ваш\w*)\b",
    "uk": r"\b(?:[Тт]и|[Тт]ебе|[Тт]обі|[Тт]во\w*|ви|вас|вам|вами|ваш\w*)\b",
}


@pytest.mark.parametrize("language", FAMILIAR)
def test_everybody_is_addressed_formally_throughout(language: str) -> None:
    strings = [text for text, _forms in texts()] if language == "de" else all_strings(language)
    assert [one for one in strings if re.search(FAMILIAR[language], one)] == []


#: A word with two endings, or a salutation for one of two: „Teilnehmer/in“, „Herr“, „Зареєстрував(-ла)“.
GUESSED = re.compile(
    r"\w\(-?\w{1,4}\)|\w/-?(?:in|innen|e|a|ка|ла)\b|\w[*·]\w|"
    r"\b(?:Herrn?|Frau|Bay|Bayan|Mr|Mrs|Ms|Sir|Madam|Monsieur|Madame|Pan|Pani|господин|госпожа|пан|пані)\b|السيد"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobodys_gender_is_guessed(language: str) -> None:
    strings = [text for text, _forms in texts()] if language == "de" else all_strings(language)
    assert [one for one in strings if GUESSED.search(one)] == []


def all_strings(language: str) -> list[str]:
    """All that a catalog says, every plural form of it."""
    strings: list[str] = []
    for message in catalog(language):
        if message.id:
            strings += [message.string] if isinstance(message.string, str) else list(message.string or ())
    return strings


MORE_PEOPLE = {
    "de": {1: "und eine weitere Person", 2: "und 2 weitere Personen", 5: "und 5 weitere Personen"},
    "tr": {1: "ve bir kişi daha", 2: "ve 2 kişi daha", 5: "ve 5 kişi daha"},
    "en": {1: "and one more person", 2: "and 2 more people", 5: "and 5 more people"},
    "ar": {1: "وشخص آخر", 2: "وشخصان آخران", 5: "و5 أشخاص آخرين", 11: "و11 شخصًا آخر", 100: "و100 شخص آخر"},
    "uk": {1: "та ще 1 особа", 2: "та ще 2 особи", 5: "та ще 5 осіб", 21: "та ще 21 особа", 11: "та ще 11 осіб"},
    "ru": {1: "и ещё 1 человек", 2: "и ещё 2 человека", 5: "и ещё 5 человек", 22: "и ещё 22 человека"},
    "fr": {1: "et une autre personne", 2: "et 2 autres personnes", 5: "et 5 autres personnes"},
    "pl": {1: "i jeszcze jedna osoba", 2: "i jeszcze 2 osoby", 5: "i jeszcze 5 osób", 22: "i jeszcze 22 osoby"},
}
DAYS = {
    "de": {1: "spätestens 1 Tag nach der", 180: "spätestens 180 Tage nach der"},
    "tr": {1: "1 gün sonra", 180: "180 gün sonra"},
    "en": {1: "1 day after", 180: "180 days after"},
    "ar": {1: "يوم واحد", 2: "يومين", 7: "7 أيام", 180: "180 يومًا", 200: "200 يوم"},
    "uk": {1: "через 1 день", 3: "через 3 дні", 14: "через 14 днів", 31: "через 31 день"},
    "ru": {1: "через 1 день", 3: "через 3 дня", 14: "через 14 дней", 31: "через 31 день"},
    "fr": {1: "1 jour après", 180: "180 jours après"},
    "pl": {1: "1 dzień po", 3: "3 dni po", 14: "14 dni po"},
}


@pytest.mark.parametrize(
    ("language", "number", "words"), [(one, number, words) for one in DAYS for number, words in DAYS[one].items()]
)
def test_days_follow_the_grammar_of_the_language(language: str, number: int, words: str) -> None:
    settings = make_settings(privacy_retention_days=number)
    text = sample(AnswerKind.RECEIPT, settings, language=language).text
    assert words in text


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [(one, number, words) for one in MORE_PEOPLE for number, words in MORE_PEOPLE[one].items()],
)
def test_people_follow_the_grammar_of_the_language(language: str, number: int, words: str) -> None:
    translations = Catalogs((templates_folder() / "locale",)).get(language)
    many = translations.ngettext("und eine weitere Person", "und %(num)s weitere Personen", number)
    assert many % {"num": number} == words


def test_the_shipped_templates_are_whole() -> None:
    assert outbox.check_templates(make_settings()) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("confirmation.j2", "{% endtrans %}{% endblock %}", "{% endtrans %}{% endblok %}"),
        ("section.html.j2", "{% for label, values in rows %}", "{% for label, values in rowz %}"),
        ("section.txt.j2", "{{ event.date }}", "{{ event.day }}"),
        ("rows.j2", "words.fields.needs", "words.felder.needs"),
    ],
)
def test_a_mistake_in_a_template_is_named_with_file_and_line(
    file: str, old: str, new: str, own_templates: Path
) -> None:
    path = own_templates / "mail" / file
    text = path.read_text(encoding="utf-8")
    line = text.partition(old)[0].count("\n") + 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    mistakes = outbox.check_templates(make_settings(), folder=own_templates)
    assert mistakes
    assert all(f"{path}, Zeile {line}" in mistake for mistake in mistakes)


def test_a_missing_template_is_named(own_templates: Path) -> None:
    (own_templates / "mail" / "late.j2").unlink()
    assert outbox.check_templates(make_settings(), folder=own_templates) == [
        f"{own_templates}/mail/late.j2: Diese Vorlage fehlt."
    ]


def test_a_mistake_in_a_translation_is_named_with_file_and_line(own_templates: Path) -> None:
    path = own_templates / "locale" / "tr" / "LC_MESSAGES" / "mail.po"
    lines = path.read_text(encoding="utf-8").splitlines()
    place = lines.index('msgstr "Kayıt onayı"')
    lines[place] = 'msgstr Kayıt onayı"'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    [mistake] = outbox.check_templates(make_settings(), folder=own_templates)
    assert f"{path}, Zeile {place + 1}" in mistake


def test_a_placeholder_that_nobody_fills_is_named(own_templates: Path) -> None:
    path = own_templates / "locale" / "pl" / "LC_MESSAGES" / "mail.po"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("godz. %(time)s", "godz. %(zeit)s"), encoding="utf-8")
    mistakes = outbox.check_templates(make_settings(), folder=own_templates)
    assert mistakes
    assert all("section." in mistake and "zeit" in mistake for mistake in mistakes)


def test_a_language_without_translation_is_named_and_answered_in_german(own_templates: Path) -> None:
    shutil.rmtree(own_templates / "locale" / "uk")
    [mistake] = outbox.check_templates(make_settings(), folder=own_templates)
    assert "„uk“" in mistake
    letter = sample(AnswerKind.RECEIPT, make_settings(), language="uk", folder=own_templates)
    assert letter.text.startswith("Guten Tag")
    assert "Dear Elif Beispiel," in letter.text


def test_the_office_changes_words_without_a_restart(own_templates: Path) -> None:
    settings = make_settings()
    before = sample(AnswerKind.CONFIRMATION, settings, language="en", folder=own_templates)
    template = own_templates / "mail" / "appendix.txt.j2"
    template.write_text(template.read_text(encoding="utf-8").replace("Wegbeschreibung", "So finden Sie uns"), "utf-8")
    file = own_templates / "locale" / "en" / "LC_MESSAGES" / "mail.po"
    file.write_text(file.read_text(encoding="utf-8").replace('"Kind regards"', '"Best wishes"'), "utf-8")
    after = sample(AnswerKind.CONFIRMATION, settings, language="en", folder=own_templates)
    assert "Kind regards" in before.text
    assert "Best wishes" in after.text
    assert "So finden Sie uns" in after.text


def test_a_broken_template_holds_the_answer_and_loses_nothing(own_templates: Path, tmp_path: Path) -> None:
    template = own_templates / "mail" / "confirmation.j2"
    whole = template.read_text(encoding="utf-8")
    template.write_text(whole + "{% if %}", encoding="utf-8")
    database = make_database(tmp_path)
    settings = make_settings()
    with database.transaction() as session:
        registration = enter(session)
        row = outbox.queue(
            session, due_for(registration), answered=None, settings=settings, now=NOW, folder=own_templates
        )
        assert row is not None
    with database.transaction() as session:
        [row] = session.query(OutgoingMail).all()
        assert row.state.value == "held"
        assert row.recipient == registration.contact_email
        assert f"{template}, Zeile" in row.server_reply
        assert not outbox.render_again(session, row, settings, NOW, folder=own_templates)
        template.write_text(whole, encoding="utf-8")
        assert outbox.render_again(session, row, settings, NOW, folder=own_templates)
        assert row.state.value == "queued"
        assert registration.reference in row.subject


def test_another_letterhead_needs_no_code() -> None:
    settings = make_settings()
    settings = replace(settings, smtp=replace(settings.smtp, from_name="Bürgerbüro Beispielstadt"))
    letter = sample(AnswerKind.CONFIRMATION, settings, language="de")
    assert "Bürgerbüro Beispielstadt" in letter.text
    assert "Bürgerbüro Beispielstadt" in letter.html


def test_the_office_keeps_its_own_words_in_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    for language in ("de", "en"):
        (tmp_path / "locale" / language / "LC_MESSAGES").mkdir(parents=True)
    thanks = (templates_folder() / "mail" / "thanks.j2").read_text(encoding="utf-8")
    (tmp_path / "mail" / "thanks.j2").write_text(thanks.replace("Vielen Dank, dass", "Danke, dass"), "utf-8")
    for language, greeting, ours in (("de", "Freundliche Grüße", "Glück auf"), ("en", "Freundliche Grüße", "Cheers")):
        catalog_file = tmp_path / "locale" / language / "LC_MESSAGES" / "mail.po"
        header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
        catalog_file.write_text(f'{header}\nmsgid "{greeting}"\nmsgstr "{ours}"\n', encoding="utf-8")
    settings = make_settings(answers_templates=tmp_path)
    assert outbox.check_templates(settings) == []
    assert "Danke, dass Sie dabei waren!" in sample(AnswerKind.THANKS, settings, language="de").text
    letter = sample(AnswerKind.RECEIPT, settings, language="en")
    # The words that the office has not changed are still the shipped ones.
    assert "Your e-mail has reached us." in letter.text
    assert "Cheers" in letter.text
    assert "Glück auf" in letter.text


def test_the_offices_german_words_stand_in_the_headings_of_foreign_mails_too(tmp_path: Path) -> None:
    own = tmp_path / "locale" / "de" / "LC_MESSAGES" / "mail.po"
    own.parent.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    settings = make_settings(answers_templates=tmp_path)
    for words in ("So finden Sie uns", "Ihr Weg zu uns"):
        # Edited while the program runs.
        own.write_text(f'{header}\nmsgid "Wegbeschreibung"\nmsgstr "{words}"\n', encoding="utf-8")
        assert f"\n{words}\n" in sample(AnswerKind.CONFIRMATION, settings, language="de").text
        letter = sample(AnswerKind.CONFIRMATION, settings, language="tr")
        assert f"Yol tarifi / {words}" in letter.text
        assert f"</span> / {words}</h2>" in letter.html


def test_a_language_is_added_as_the_manual_says(tmp_path: Path) -> None:
    pybabel = Path(sys.executable).parent / "pybabel"
    own = tmp_path / "vorlagen"
    commands: tuple[list[str | Path], ...] = (
        ["-q", "extract", "-F", templates_folder() / "babel.cfg", "-o", tmp_path / "mail.pot", templates_folder()],
        ["-q", "init", "-D", "mail", "-i", tmp_path / "mail.pot", "-d", own / "locale", "-l", "ro"],
    )
    for command in commands:
        subprocess.run([pybabel, *command], check=True, capture_output=True)
    file = own / "locale" / "ro" / "LC_MESSAGES" / "mail.po"
    text = file.read_text(encoding="utf-8")
    assert 'msgid "Guten Tag %(name)s,"\nmsgstr ""' in text
    text = text.replace(
        'msgid "Guten Tag %(name)s,"\nmsgstr ""', 'msgid "Guten Tag %(name)s,"\nmsgstr "Bună ziua %(name)s,"'
    )
    file.write_text(text, encoding="utf-8")
    settings = make_settings(answers_templates=own, answers_languages=(*LANGUAGES, "ro"))
    assert outbox.check_templates(settings) == []
    letter = sample(AnswerKind.REMINDER, settings, language="ro")
    assert letter.text.startswith("Bună ziua Elif Beispiel,\n")
    assert "vineri, 15 noiembrie 2024" in letter.text


def test_the_folder_is_named_in_the_config_and_has_to_be_there(tmp_path: Path) -> None:
    text = sample_config().read_text(encoding="utf-8").replace('invitation_file = "einladung.txt"', "")
    config = tmp_path / "event.toml"
    config.write_text(text.replace("[answers]", '[answers]\ntemplates = "vorlagen"'), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"\[answers\] templates nennt .*vorlagen, aber diesen Ordner gibt es nicht"):
        load(config, {})
    (tmp_path / "vorlagen").mkdir()
    assert load(config, {}).answers.templates == tmp_path / "vorlagen"
