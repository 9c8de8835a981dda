"""Coverage and silent errors."""

from __future__ import annotations

from typing import Any

import pytest

from processor.evaluation import evaluate, held_out, render
from tests.evaluation.labels import result, truth


def silent(label: dict[str, Any], read: dict[str, Any]) -> str:
    return evaluate([label], [read]).mails[0].silent


def test_what_was_entered_alone_and_right_is_covered() -> None:
    report = evaluate([truth("a.eml")], [result("in/some/folder/a.eml")])
    assert (report.whole.could, report.whole.covered, report.whole.silent_errors) == (1, 1, 0)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"intent": "change"}, "entered wrong: intent"),
        ({"headcount": 2}, "entered wrong: headcount"),
        ({"attendees": [{"name": "Ali"}], "late": True}, "entered wrong: attendees, late"),
        ({"contact": {"name": "", "email": "other@verein.example"}}, "entered wrong: reply_to"),
        ({"organisation": "", "theme_tables": [2]}, "entered wrong: organisation, theme_tables"),
    ],
)
def test_a_wrong_fact_in_an_automatic_answer_is_a_silent_error(changes: dict[str, Any], why: str) -> None:
    assert silent(truth("a.eml"), result("a.eml", **changes)) == why


@pytest.mark.parametrize("changes", [{"needs": ["vegan"]}, {"language": "tr"}, {"has_question": True}])
def test_what_the_answer_does_not_rest_on_is_no_silent_error(changes: dict[str, Any]) -> None:
    assert silent(truth("a.eml"), result("a.eml", **changes)) == ""


def test_a_cancellation_rests_on_intent_and_address_alone() -> None:
    label = truth("a.eml", intent="cancellation", attendees=[], headcount=0)
    assert silent(label, result("a.eml", intent="cancellation", organisation="", headcount=3)) == ""
    assert silent(label, result("a.eml")) == "entered wrong: intent"


def test_a_wrong_fact_that_a_person_looks_at_is_none() -> None:
    assert silent(truth("a.eml"), result("a.eml", decision="review", headcount=9)) == ""


@pytest.mark.parametrize("intent", ["question", "auto_reply", "bounce", "other"])
def test_answering_what_is_not_for_the_book_is_a_silent_error(intent: str) -> None:
    assert silent(truth("a.eml", intent=intent), result("a.eml", intent=intent)) == f"answered: {intent}"


@pytest.mark.parametrize("intent", ["registration", "change", "cancellation", "question"])
def test_ignoring_a_person_who_wrote_about_the_event_is_a_silent_error(intent: str) -> None:
    assert silent(truth("a.eml", intent=intent), result("a.eml", decision="ignore")) == f"ignored: {intent}"


def test_ignoring_a_robot_is_right() -> None:
    assert silent(truth("a.eml", intent="auto_reply"), result("a.eml", intent="auto_reply", decision="ignore")) == ""


def test_entering_what_a_person_has_to_decide_is_a_silent_error_however_right_the_fields() -> None:
    label = truth("a.eml", must_review=True)
    assert silent(label, result("a.eml")) == "entered alone, a person had to decide"
    assert evaluate([label], [result("a.eml")]).whole.could == 0


def test_a_change_without_a_known_total_is_not_expected_to_be_covered() -> None:
    label = truth("a.eml", intent="change", attendees=[], headcount=0)
    report = evaluate([label], [result("a.eml", intent="change", decision="review", headcount=0, attendees=[])])
    assert report.whole.could == 0
    assert report.missed == ()


def test_a_mail_without_result_is_unread_and_missed_and_all_its_fields_are_wrong() -> None:
    report = evaluate([truth("a.eml")], [])
    assert report.unread == ("a.eml",)
    assert report.missed == ("a.eml: unread: no result",)
    assert all(field.right == 0 and field.compared == 1 for field in report.whole.fields)


def test_results_without_a_label_are_passed_over() -> None:
    assert evaluate([truth("a.eml")], [result("a.eml"), result("stranger.eml")]).whole.mails == 1


def test_nothing_at_all_gives_an_empty_report() -> None:
    report = evaluate([], [])
    assert report.whole.coverage == report.whole.silent_rate == 0
    assert report.whole.silent_bound == 1
    assert render(report, errors=True).startswith(
        "unread:\nsilent:\nmissed:\n0 mails, 0 unread, 0 decided alone\nfields \n"
    )


def campaign() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Five mails counted by hand: one right, one silent error, one for review, one robot, one unread."""
    truths = [
        truth("a.eml"),
        truth("b.eml", headcount=2, language="tr"),
        truth("c.eml", intent="cancellation", attendees=[], headcount=0),
        truth("d.eml", intent="auto_reply", attendees=[], headcount=0, language="en"),
        truth("e.eml", intent="question", attendees=[], headcount=0, has_question=True),
    ]
    results = [
        result("a.eml"),
        result("b.eml", headcount=3, language="tr"),
        result(
            "c.eml", intent="cancellation", decision="review", reasons=["Warum?", "Wer?"], attendees=[], headcount=0
        ),
        result("d.eml", intent="auto_reply", decision="ignore"),
    ]
    return truths, results


def test_the_report_begins_with_the_three_lines_that_scripts_read() -> None:
    lines = render(evaluate(*campaign()), errors=False).splitlines()
    assert lines[:4] == [
        "5 mails, 1 unread, 2 decided alone",
        (
            "fields intent 80%  reply_to 75%  contact 75%  phone 75%  headcount 50%  attendees 75%  organisation 75%  "
            "theme_tables 75%  needs 75%  language 75%  has_question 75%  late 75%  failed_recipients 80%"
        ),
        "coverage 33.3% (1 of 3), silent errors 1 (20.0%)",
        "silent error rate at most 65.7% (95 % confidence, one-sided, Clopper and Pearson)",
    ]


def test_on_wish_every_error_is_named_in_front() -> None:
    lines = render(evaluate(*campaign()), errors=True).splitlines()
    assert lines[:8] == [
        "unread:",
        "  e.eml",
        "silent:",
        "  b.eml: entered wrong: headcount",
        "missed:",
        "  b.eml: auto: wrong",
        "  c.eml: review: Warum?; Wer?",
        "5 mails, 1 unread, 2 decided alone",
    ]


def test_the_report_counts_per_language_and_per_intent_the_most_frequent_first() -> None:
    report = evaluate(*campaign())
    assert [(group.name, group.tally.mails) for group in report.languages] == [("de", 3), ("en", 1), ("tr", 1)]
    registrations = next(group.tally for group in report.intents if group.name == "registration")
    assert (registrations.mails, registrations.covered, registrations.silent_errors) == (2, 1, 1)


def test_development_and_held_out_mails_are_counted_apart() -> None:
    truths = [truth(f"m{number:03}.eml") for number in range(60)]
    report = evaluate(truths, [result(label["file"]) for label in truths if held_out(label["file"])])
    development, aside = (part.tally for part in report.parts)
    assert development.mails + aside.mails == 60
    assert (development.coverage, aside.coverage) == (0, 1)


def test_a_table_stands_in_the_text_for_every_grouping() -> None:
    text = render(evaluate(*campaign()), errors=False)
    for heading in ("field ", "part ", "language ", "intent ", "entered alone "):
        assert any(line.startswith(heading) for line in text.splitlines())
