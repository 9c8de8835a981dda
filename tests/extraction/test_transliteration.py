"""One name in two scripts."""

from __future__ import annotations

import pytest

from processor.extraction.transliteration import same_in_two_scripts


@pytest.mark.parametrize(
    ("latin", "other"),
    [
        ("Adel Shehata", "عادل شحاتة"),
        ("Khadija Amrani", "خديجة العمراني"),
        ("Iryna Savchenko", "Ірина Савченко"),
        ("Natalia Wiebe", "Наталья Вибе"),
        ("Vovk Mykola", "Микола Вовк"),
    ],
)
def test_spellings_of_one_name_are_one(latin: str, other: str) -> None:
    assert same_in_two_scripts(latin, other)
    assert same_in_two_scripts(other, latin)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Adel Shehata", "مينا جرجس"),
        ("Natalia Wiebe", "Екатерина Дик"),
        ("Adel Shehata", "Adel Shehata"),
        ("Adel Shehata", "🙂"),
    ],
)
def test_other_names_and_names_in_one_script_are_not(first: str, second: str) -> None:
    assert not same_in_two_scripts(first, second)
