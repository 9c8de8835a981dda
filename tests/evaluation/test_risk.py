"""What stricter or looser decisions would have done."""

from __future__ import annotations

from processor.evaluation import evaluate
from tests.evaluation.labels import result, truth


def test_without_confidences_reviews_are_entered_by_the_number_of_their_reasons() -> None:
    truths = [truth("a.eml"), truth("b.eml"), truth("c.eml", headcount=2)]
    results = [
        result("a.eml"),
        result("b.eml", decision="review", reasons=["ein Grund"]),
        result("c.eml", decision="review", reasons=["ein Grund", "noch einer"]),
    ]
    points = {point.rule: point for point in evaluate(truths, results).risk}
    assert [(rule, point.covered, point.silent_errors) for rule, point in points.items()] == [
        ("as decided", 1, 0),
        ("no reason for review", 1, 0),
        ("at most 1 reason", 2, 0),
        ("at most 2 reasons", 2, 1),
    ]


def test_with_confidences_decisions_become_stricter_too() -> None:
    truths = [truth("a.eml"), truth("b.eml", headcount=2), truth("c.eml")]
    results = [
        result("a.eml", confidence=0.99),
        result("b.eml", confidence=0.8),
        result("c.eml", decision="review", reasons=["?"], confidence=0.4),
    ]
    points = evaluate(truths, results).risk
    assert [(point.rule, point.autos, point.covered, point.silent_errors) for point in points] == [
        ("confidence >= 0.99", 1, 1, 0),
        ("as decided", 2, 1, 1),
        ("confidence >= 0.8", 2, 1, 1),
        ("confidence >= 0.4", 3, 2, 1),
    ]


def test_no_rule_is_so_loose_that_it_answers_robots_or_questions() -> None:
    truths = [truth("a.eml", intent="question"), truth("b.eml", intent="auto_reply")]
    results = [
        result("a.eml", intent="question", decision="review", reasons=["Frage"], confidence=0.1),
        result("b.eml", intent="auto_reply", decision="ignore", confidence=0.0),
    ]
    assert all(point.autos == 0 for point in evaluate(truths, results).risk)


def test_many_confidences_are_thinned_out_to_a_table_one_can_read() -> None:
    truths = [truth(f"{number}.eml") for number in range(200)]
    results = [result(f"{number}.eml", confidence=number / 200) for number in range(200)]
    assert len(evaluate(truths, results).risk) <= 13
