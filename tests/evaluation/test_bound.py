"""The upper bound of a rate seen in a sample."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.evaluation import upper_bound


def test_without_any_error_the_bound_is_the_rule_of_three_made_exact() -> None:
    # (1 - p) ** n = 0.05
    assert upper_bound(0, 100) == pytest.approx(1 - 0.05 ** (1 / 100), abs=1e-9)
    assert upper_bound(0, 200) == pytest.approx(0.0148670, abs=1e-6)


def test_one_error_in_two_is_solved_by_hand() -> None:
    # P(at most 1 of 2) = 1 - p ** 2 = 0.05
    assert upper_bound(1, 2) == pytest.approx(math.sqrt(0.95), abs=1e-9)


def test_the_bound_agrees_with_published_tables() -> None:
    # Upper end of the two-sided 90 % interval after Clopper and Pearson, 1 of 10 and 5 of 20.
    assert upper_bound(1, 10) == pytest.approx(0.3942, abs=1e-4)
    assert upper_bound(5, 20) == pytest.approx(0.4556, abs=1e-4)


def test_a_sample_of_none_or_of_errors_only_bounds_nothing() -> None:
    assert upper_bound(0, 0) == 1.0
    assert upper_bound(7, 7) == 1.0


@given(st.integers(1, 2000), st.data())
def test_the_bound_lies_above_the_seen_rate_and_grows_with_the_errors(sample: int, data: st.DataObject) -> None:
    errors = data.draw(st.integers(0, min(sample - 1, 60)))
    bound = upper_bound(errors, sample)
    assert errors / sample < bound <= 1
    assert upper_bound(errors + 1, sample) > bound


@pytest.mark.parametrize(("errors", "sample"), [(-1, 5), (6, 5), (1, 0)])
def test_counts_that_cannot_be_are_refused(errors: int, sample: int) -> None:
    with pytest.raises(ValueError, match="sample"):
        upper_bound(errors, sample)


def test_a_confidence_outside_of_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="confidence"):
        upper_bound(0, 5, confidence=1)
