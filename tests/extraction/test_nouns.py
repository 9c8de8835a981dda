"""Which capital words of a German text are no names."""

from __future__ import annotations

import pytest

from processor.extraction import nouns


@pytest.mark.parametrize("word", ["walnuss", "durchschnittsalter", "terminkollision", "lichterfest", "friseur"])
def test_knows_common_nouns_and_their_compounds(word: str) -> None:
    assert nouns.is_common(word, "de")


@pytest.mark.parametrize("name", ["mehmet", "grabowski", "sonntag", "steinberg", "krawczyk", "renate", "koch"])
def test_a_name_is_no_common_noun_even_where_it_is_a_word_as_well(name: str) -> None:
    assert not nouns.is_common(name, "de")


@pytest.mark.parametrize("word", ["assistentin", "assistenten", "alltagshelferin", "spielertrainer", "nachbarn"])
def test_knows_nouns_for_people_by_their_feminine(word: str) -> None:
    assert nouns.is_person(word, "de")


@pytest.mark.parametrize("word", ["kombi", "walnuss", "lichterfest", "stellplatz"])
def test_things_are_no_people(word: str) -> None:
    assert not nouns.is_person(word, "de")


def test_a_compound_falls_into_modifier_and_head() -> None:
    assert nouns.split("alltagshelferin", "de") == ("alltag", "helferin")


def test_a_language_without_a_list_has_no_nouns() -> None:
    assert not nouns.is_common("table", "en")
    assert nouns.split("workshop", "en") == ("", "")
