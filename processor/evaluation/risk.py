"""What stricter or looser decisions would have done: risk against coverage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from processor.evaluation.facts import BOOKING
from processor.evaluation.report import MailScore, RiskPoint

Pair = tuple[Mapping[str, Any], Mapping[str, Any] | None]
Score = Callable[[Mapping[str, Any], Mapping[str, Any] | None, str | None], MailScore]

#: More rules than this are thinned out: nobody reads a longer table.
_MOST_ROWS: Final = 12


def risk_points(pairs: Sequence[Pair], score: Score) -> tuple[RiskPoint, ...]:
    """One point per rule, from the strictest to the loosest, and the results' own decisions in between.

    Where results carry a ``confidence``, a mail is entered alone from a least confidence on (a result without one
    counts as 1 when it decided ``auto``, else as 0). Where none does, it is entered alone up to a number of reasons
    for review. What was ignored stays ignored, and what is neither registration, change nor cancellation stays with
    a person, however loose the rule.
    """
    results = [result for _, result in pairs if result is not None]
    own = _point("as decided", pairs, score, lambda _: None)
    if any(_has_confidence(result) for result in results):
        points = [_point(f"confidence >= {least:.3g}", pairs, score, _from(least)) for least in _confidences(results)]
    else:
        points = [_point(_up_to_words(most), pairs, score, _up_to(most)) for most in sorted(set(map(_doubts, results)))]
    return tuple(sorted([own, *points], key=lambda point: (point.autos, not point.as_decided)))


def _point(
    rule: str, pairs: Sequence[Pair], score: Score, decide: Callable[[Mapping[str, Any]], str | None]
) -> RiskPoint:
    mails = [score(truth, result, decide(result) if result is not None else None) for truth, result in pairs]
    return RiskPoint(
        rule=rule,
        as_decided=rule == "as decided",
        autos=sum(mail.decision == "auto" for mail in mails),
        covered=sum(mail.covered for mail in mails),
        could=sum(mail.could for mail in mails),
        silent_errors=sum(bool(mail.silent) for mail in mails),
        mails=len(mails),
    )


def _movable(result: Mapping[str, Any]) -> bool:
    """Whether a stricter or looser rule may change the decision at all."""
    return result.get("decision") != "ignore" and result.get("intent") in BOOKING


def _from(least: float) -> Callable[[Mapping[str, Any]], str | None]:
    def decide(result: Mapping[str, Any]) -> str | None:
        if not _movable(result):
            return None
        return "auto" if _confidence(result) >= least else "review"

    return decide


def _up_to(most: int) -> Callable[[Mapping[str, Any]], str | None]:
    def decide(result: Mapping[str, Any]) -> str | None:
        if not _movable(result):
            return None
        return "auto" if _doubts(result) <= most else "review"

    return decide


def _up_to_words(most: int) -> str:
    return "no reason for review" if most == 0 else f"at most {most} reason{'s' if most > 1 else ''}"


def _has_confidence(result: Mapping[str, Any]) -> bool:
    value = result.get("confidence")
    return isinstance(value, int | float) and not isinstance(value, bool)


def _confidence(result: Mapping[str, Any]) -> float:
    if _has_confidence(result):
        return float(result["confidence"])
    return 1.0 if result.get("decision") == "auto" else 0.0


def _doubts(result: Mapping[str, Any]) -> int:
    """Number of reasons for a person; a review without one still has a doubt, an automatic decision has none."""
    return 0 if result.get("decision") == "auto" else max(1, len(result.get("reasons") or ()))


def _confidences(results: Sequence[Mapping[str, Any]]) -> Iterator[float]:
    values = sorted({_confidence(result) for result in results if _movable(result)}, reverse=True)
    step = max(1, -(-len(values) // _MOST_ROWS))
    yield from values[::step]
