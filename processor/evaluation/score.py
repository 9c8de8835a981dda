"""Scores results against labels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

from processor.evaluation.facts import (
    ABOUT_THE_EVENT,
    BOOKING,
    FIELDS,
    Facts,
    compared_fields,
    of_result,
    of_truth,
    same,
)
from processor.evaluation.report import FieldScore, Group, MailScore, Report, Tally
from processor.evaluation.risk import risk_points
from processor.evaluation.truth import held_out

#: What an answer states, and so must be right before it goes out unseen.
_STATED: Final = ("intent", "reply_to", "headcount", "attendees", "organisation", "theme_tables", "late")
_STATED_ON_CANCELLATION: Final = ("intent", "reply_to")
#: Reasons are cut at this length in the list of missed mails.
_REASON_LENGTH: Final = 120


def evaluate(truths: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]) -> Report:
    """Scores results against labels; results without a label are passed over.

    :param truths: labels, as :func:`processor.evaluation.load_truth` gives them.
    :param results: objects of ``extract --json``; they belong to the label with the same file name. They may carry a
        ``confidence`` between 0 and 1, by which decisions can be made stricter or looser.
    """
    by_file = by_file_name(results)
    pairs = [(truth, by_file.get(truth["file"])) for truth in truths]
    mails = tuple(score_mail(truth, result) for truth, result in pairs)
    return Report(
        whole=_tally(mails),
        mails=mails,
        languages=_groups(mails, lambda mail: mail.language),
        intents=_groups(mails, lambda mail: mail.intent),
        parts=tuple(
            Group(name, _tally([mail for mail in mails if held_out(mail.file) is kept_aside]))
            for name, kept_aside in (("development", False), ("held out", True))
        ),
        risk=risk_points(pairs, score_mail),
    )


def by_file_name(results: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Results by the name of their file, without folders."""
    return {PurePath(result.get("file") or "").name: result for result in results}


def score_mail(truth: Mapping[str, Any], result: Mapping[str, Any] | None, decision: str | None = None) -> MailScore:
    """Scores one mail.

    :param result: None where there is none.
    :param decision: another decision than the result's own, to see what it would have done.
    """
    want, got = of_truth(truth), of_result(result) if result else None
    decided = decision if decision is not None else ((result or {}).get("decision") or "")
    silent = _silent_error(truth, want, got, decided)
    could = _could_be_entered(truth)
    covered = could and decided == "auto" and not silent
    compared = compared_fields(truth)
    return MailScore(
        file=truth["file"],
        language=truth["language"],
        intent=truth["intent"],
        read=got is not None,
        decision=decided if got else "",
        silent=silent,
        could=could,
        covered=covered,
        missed=_missed(result, decided) if could and not covered else "",
        compared=compared,
        right=tuple(field for field in compared if got and same(field, want, got)),
    )


def _could_be_entered(truth: Mapping[str, Any]) -> bool:
    """Whether a careful clerk would enter it without asking, and the total is known."""
    without_total = truth["intent"] != "cancellation" and truth["headcount"] == 0
    return truth["intent"] in BOOKING and not truth["must_review"] and not without_total


def _silent_error(truth: Mapping[str, Any], want: Facts, got: Facts | None, decision: str) -> str:
    """Why nobody would notice that this went wrong; "" where nothing did."""
    intent = truth["intent"]
    if got is None:
        return ""  # counted as unread
    if decision == "ignore":
        return f"ignored: {intent}" if intent in ABOUT_THE_EVENT else ""
    if decision != "auto":
        return ""
    if intent not in BOOKING:
        return f"answered: {intent}"
    if truth["must_review"]:
        return "entered alone, a person had to decide"
    stated = _STATED_ON_CANCELLATION if intent == "cancellation" else _STATED
    wrong = [field for field in stated if not same(field, want, got)]
    return f"entered wrong: {', '.join(wrong)}" if wrong else ""


def _missed(result: Mapping[str, Any] | None, decision: str) -> str:
    reasons = (result or {}).get("reasons") or ["wrong" if result else "no result"]
    return f"{decision or 'unread'}: {'; '.join(map(str, reasons))[:_REASON_LENGTH]}"


def _groups(mails: Iterable[MailScore], name: Callable[[MailScore], str]) -> tuple[Group, ...]:
    by_name: defaultdict[str, list[MailScore]] = defaultdict(list)
    for mail in mails:
        by_name[name(mail)].append(mail)
    return tuple(Group(key, _tally(by_name[key])) for key in sorted(by_name, key=lambda key: (-len(by_name[key]), key)))


def _tally(mails: Sequence[MailScore]) -> Tally:
    compared = Counter(field for mail in mails for field in mail.compared)
    right = Counter(field for mail in mails for field in mail.right)
    return Tally(
        mails=len(mails),
        unread=sum(not mail.read for mail in mails),
        autos=sum(mail.decision == "auto" for mail in mails),
        could=sum(mail.could for mail in mails),
        covered=sum(mail.covered for mail in mails),
        silent_errors=sum(bool(mail.silent) for mail in mails),
        fields=tuple(FieldScore(field, right[field], compared[field]) for field in FIELDS if compared[field]),
    )
