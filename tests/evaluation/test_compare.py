"""What a change of the rules changed."""

from __future__ import annotations

from processor.evaluation import Verdict, compare
from tests.evaluation.labels import result, truth


def test_a_mail_that_is_read_as_before_is_not_shown() -> None:
    comparison = compare([truth("a.eml")], [result("a.eml")], [result("a.eml")])
    assert comparison.changes == ()
    assert comparison.unchanged == 1


def test_a_review_that_became_a_right_entry_is_better_and_the_way_back_is_worse() -> None:
    label, right, review = truth("a.eml"), result("a.eml"), result("a.eml", decision="review", reasons=["?"])
    assert compare([label], [review], [right]).changes[0].verdict is Verdict.BETTER
    assert compare([label], [right], [review]).changes[0].verdict is Verdict.WORSE


def test_a_new_silent_error_is_worse_even_when_more_fields_are_right() -> None:
    label = truth("a.eml", needs=["vegan"], phone="+49209123456")
    old = result("a.eml", decision="review", reasons=["?"])
    new = result("a.eml", needs=["vegan"], headcount=2)
    change = compare([label], [old], [new]).changes[0]
    assert change.verdict is Verdict.WORSE
    assert change.new == "auto (entered wrong: headcount)"
    assert [(field.field, field.was_right, field.is_right) for field in change.fields] == [
        ("headcount", True, False),
        ("needs", False, True),
    ]


def test_a_field_of_a_review_that_became_right_is_better() -> None:
    label = truth("a.eml", headcount=4)
    reviews = [result("a.eml", decision="review", reasons=["?"], headcount=seats) for seats in (1, 4)]
    assert compare([label], reviews[:1], reviews[1:]).changes[0].verdict is Verdict.BETTER


def test_one_wrong_value_for_another_is_neither() -> None:
    label = truth("a.eml", headcount=4)
    reviews = [result("a.eml", decision="review", reasons=["?"], headcount=seats) for seats in (1, 2)]
    assert compare([label], reviews[:1], reviews[1:]).changes[0].verdict is Verdict.OTHER


def test_a_mail_that_was_unread_is_better_read() -> None:
    change = compare([truth("a.eml")], [], [result("a.eml", decision="review", reasons=["?"])]).changes[0]
    assert (change.verdict, change.old, change.new) == (Verdict.BETTER, "unread", "review")


def test_the_text_shows_worse_mails_first_and_ends_with_the_sums() -> None:
    truths = [truth("a.eml"), truth("b.eml"), truth("c.eml")]
    old = [result("a.eml", decision="review", reasons=["?"]), result("b.eml"), result("c.eml")]
    new = [result("a.eml"), result("b.eml", attendees=[{"name": "Ali Kaya"}]), result("c.eml")]
    assert str(compare(truths, old, new)).splitlines() == [
        "worse: b.eml: auto -> auto (entered wrong: attendees)",
        "  attendees: Ayşe Yılmaz -> Ali Kaya (right -> wrong)",
        "better: a.eml: review -> auto",
        "2 mails changed: 1 better, 1 worse, 0 other; 1 unchanged",
    ]
