"""The upper bound of a rate that was seen in a sample (Clopper and Pearson, Biometrika 26, 1934)."""

from __future__ import annotations

import math

_STEPS = 60


def upper_bound(errors: int, sample: int, *, confidence: float = 0.95) -> float:
    """The highest true rate that is still believable after seeing ``errors`` in ``sample`` draws, one-sided and exact.

    It is the rate p at which so few errors would be seen in only ``1 - confidence`` of all samples.

    :param errors: errors seen, 0 to ``sample``.
    :param sample: draws; with none, nothing is known and the bound is 1.
    :param confidence: between 0 and 1.
    :raises ValueError: when the numbers cannot be counts of one sample.
    """
    if not 0 <= errors <= sample:
        raise ValueError(f"{errors} errors cannot have been seen in a sample of {sample}")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not at {confidence}")
    if errors == sample:
        return 1.0
    low, high = errors / sample, 1.0
    for _ in range(_STEPS):  # the tail falls as the rate grows, so that halving finds the crossing
        middle = (low + high) / 2
        if _at_most(errors, sample, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(errors: int, sample: int, rate: float) -> float:
    """The probability of seeing at most ``errors`` in ``sample`` draws at a true ``rate`` (binomial tail)."""
    if rate <= 0:
        return 1.0
    if rate >= 1:
        return 0.0
    log_rate, log_rest = math.log(rate), math.log1p(-rate)
    return math.fsum(
        math.exp(_log_choose(sample, k) + k * log_rate + (sample - k) * log_rest) for k in range(errors + 1)
    )


def _log_choose(total: int, part: int) -> float:
    return math.lgamma(total + 1) - math.lgamma(part + 1) - math.lgamma(total - part + 1)
