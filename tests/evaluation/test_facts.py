"""When a field is right."""

from __future__ import annotations

from typing import Any

import pytest

from processor.evaluation import evaluate
from tests.evaluation.labels import result, truth


def wrong_fields(label: dict[str, Any], read: dict[str, Any]) -> tuple[str, ...]:
    return evaluate([label], [read]).mails[0].wrong


@pytest.mark.parametrize(
    ("want", "got"),
    [
        ("Ayşe Yılmaz", "YILMAZ, AYSE"),
        ("Łukasz Müller", "lukasz mueller"),
        ("Jürgen Groß", "Juergen Gross"),
        ("Nguyễn Thị Hoa", "Nguyen Thi Hoa"),
        ("Олена Коваленко", "Коваленко Олена"),
    ],
)
def test_a_name_is_right_without_case_accents_and_order(want: str, got: str) -> None:
    label = truth("a.eml", attendees=[want], contact=want)
    read = result("a.eml", attendees=[{"name": got}], contact={"name": got, "email": "AYSE@verein.example"})
    assert wrong_fields(label, read) == ()


@pytest.mark.parametrize(
    ("want", "got"),
    [
        ("Marokkanischer Verein e.V.", "Marokkanischen Verein"),
        ("Kulturverein Horst e. V.", "kulturverein horst ev"),
        ("Kulturverein Horst", "Internationaler Kulturverein Horst gGmbH"),
        ("Internationaler Kulturverein Horst", "Kulturverein Horst"),
    ],
)
def test_an_organisation_is_right_in_a_shorter_longer_or_inflected_form(want: str, got: str) -> None:
    assert wrong_fields(truth("a.eml", organisation=want), result("a.eml", organisation=got)) == ()


@pytest.mark.parametrize(("want", "got"), [("", "Kulturverein"), ("Kulturverein", ""), ("Frauentreff", "Kulturverein")])
def test_an_organisation_that_is_missing_invented_or_another_is_wrong(want: str, got: str) -> None:
    assert wrong_fields(truth("a.eml", organisation=want), result("a.eml", organisation=got)) == ("organisation",)


def test_two_people_of_one_name_are_two() -> None:
    label = truth("a.eml", attendees=["Ali Kaya", "Ali Kaya"], headcount=2)
    once = result("a.eml", attendees=[{"name": "Ali Kaya"}], headcount=2)
    twice = result("a.eml", attendees=[{"name": "Ali Kaya"}, {"name": "Kaya Ali"}], headcount=2)
    assert wrong_fields(label, once) == ("attendees",)
    assert wrong_fields(label, twice) == ()


def test_needs_and_tables_do_not_depend_on_their_order() -> None:
    label = truth("a.eml", needs=["vegan", "halal"], theme_tables=[3, 1])
    assert wrong_fields(label, result("a.eml", needs=["halal", "vegan", "halal"], theme_tables=[1, 3])) == ()


def test_of_a_bounce_only_its_kind_and_the_failed_addresses_are_looked_at() -> None:
    label = truth("a.eml", intent="bounce", attendees=[], headcount=0, failed_recipients=["Weg@verein.example"])
    read = result("a.eml", intent="bounce", decision="ignore", failed_recipients=["weg@verein.example"], language="en")
    score = evaluate([label], [read]).mails[0]
    assert score.compared == ("intent", "failed_recipients")
    assert score.wrong == ()


def test_a_result_that_says_nothing_is_wrong_and_not_an_error_of_the_program() -> None:
    score = evaluate([truth("a.eml")], [{"file": "a.eml", "contact": None, "attendees": None}]).mails[0]
    assert "intent" in score.wrong
    assert score.read
