"""Each language that has data reads its commonest sentences; the others go to a person by their name."""

from __future__ import annotations

import pytest

from processor.extraction import Decision, Intent
from processor.extraction.lexicon import available, load
from tests.extraction.mails import names, read

_I_COME = {
    "ar": "السلام عليكم\nسأحضر الورشة.",
    "bs": "Poštovani,\ndolazim na radionicu.",
    "de": "Guten Tag,\nich nehme am Workshop teil.",
    "en": "Dear Mr Ollech,\nI will attend the workshop.",
    "es": "Buenos días,\nasistiré al taller.",
    "fr": "Bonjour,\nje participerai à l'atelier.",
    "it": "Buongiorno,\nparteciperò al workshop.",
    "pl": "Dzień dobry,\nprzyjdę na warsztaty.",
    "ru": "Здравствуйте,\nя приду на семинар.",
    "sq": "Përshëndetje,\ndo të marr pjesë në punëtori.",
    "tr": "Merhaba,\nçalıştaya katılacağım.",
    "uk": "Добрий день,\nя прийду на семінар.",
}
_I_DO_NOT = {
    "ar": "السلام عليكم\nللأسف لن أتمكن من الحضور.",
    "bs": "Poštovani,\nnažalost ne mogu doći na radionicu.",
    "de": "Guten Tag,\nleider kann ich nicht teilnehmen.",
    "en": "Dear Mr Ollech,\nunfortunately I cannot attend the workshop.",
    "es": "Buenos días,\nlamentablemente no podré asistir al taller.",
    "fr": "Bonjour,\nmalheureusement je ne pourrai pas venir à l'atelier.",
    "it": "Buongiorno,\npurtroppo non potrò partecipare al workshop.",
    "pl": "Dzień dobry,\nniestety nie mogę przyjść na warsztaty.",
    "ru": "Здравствуйте,\nк сожалению, я не смогу прийти на семинар.",
    "sq": "Përshëndetje,\nfatkeqësisht nuk mund të vij në punëtori.",
    "tr": "Merhaba,\nmaalesef çalıştaya katılamayacağım.",
    "uk": "Добрий день,\nна жаль, я не зможу прийти на семінар.",
}


@pytest.mark.parametrize("code", sorted(_I_COME))
def test_the_writer_comes(code: str) -> None:
    meaning = read(f"{_I_COME[code]}\n\nSelma Kaplan", signature="Selma Kaplan")
    assert (meaning.language, meaning.intent, meaning.reasons) == (code, Intent.REGISTRATION, ())
    assert (names(meaning), meaning.headcount) == (["Selma Kaplan"], 1)


@pytest.mark.parametrize("code", sorted(_I_DO_NOT))
def test_the_writer_does_not_come(code: str) -> None:
    meaning = read(f"{_I_DO_NOT[code]}\n\nSelma Kaplan", signature="Selma Kaplan")
    assert (meaning.language, meaning.intent, meaning.reasons) == (code, Intent.CANCELLATION, ())


def test_every_language_file_can_be_read_and_is_tested_here() -> None:
    assert set(available()) <= set(_I_COME) | {"fa", "ku", "ro"}
    for code in available():
        language = load(code)
        assert language.german_name
        assert language.numbers[next(iter(language.numbers))] > 0


def test_a_language_without_data_goes_to_a_person_by_its_name() -> None:
    meaning = read("Καλημέρα σας,\nθα έρθουμε τρία άτομα στο εργαστήριο.\nΕλένη", sender="Eleni")
    assert meaning.decision is Decision.REVIEW
    assert "Griechisch" in meaning.reasons[0]
