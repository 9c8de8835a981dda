"""What a change of the rules changed, mail by mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from processor.evaluation.facts import compared_fields
from processor.evaluation.report import MailScore
from processor.evaluation.score import by_file_name, score_mail


class Verdict(StrEnum):
    """Whether a mail does better than before."""

    BETTER = "better"
    WORSE = "worse"
    #: Something else than before, and neither better nor worse.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that reads otherwise than before."""

    field: str
    old: str
    new: str
    was_right: bool
    is_right: bool


@dataclass(frozen=True, slots=True)
class MailChange:
    """One mail that is decided or read otherwise than before."""

    file: str
    verdict: Verdict
    #: Decision and, where it was one, the silent error; "unread" where there was no result.
    old: str
    new: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All mails that changed, worse ones first."""

    changes: tuple[MailChange, ...]
    #: Mails that are decided and read as before.
    unchanged: int

    def of(self, verdict: Verdict) -> tuple[MailChange, ...]:
        """The changes of one verdict."""
        return tuple(change for change in self.changes if change.verdict is verdict)

    def __str__(self) -> str:
        """What changed, mail by mail, worse ones first; ends with the sums."""
        lines = [line for change in self.changes for line in _mail_change(change)]
        sums = ", ".join(f"{len(self.of(verdict))} {verdict.value}" for verdict in Verdict)
        lines.append(f"{len(self.changes)} mails changed: {sums}; {self.unchanged} unchanged")
        return "\n".join(lines)


def compare(
    truths: Sequence[Mapping[str, Any]],
    old_results: Sequence[Mapping[str, Any]],
    new_results: Sequence[Mapping[str, Any]],
) -> Comparison:
    """Says for each labelled mail what the new results decide or read otherwise than the old ones.

    A mail is better when a silent error is gone, or else when it is entered alone and right and was not, or else
    when more of its fields are right.
    """
    old_by_file, new_by_file = by_file_name(old_results), by_file_name(new_results)
    changes = []
    for truth in truths:
        change = _change(truth, old_by_file.get(truth["file"]), new_by_file.get(truth["file"]))
        if change is not None:
            changes.append(change)
    order = list(Verdict)
    order.sort(key=lambda verdict: verdict is not Verdict.WORSE)
    changes.sort(key=lambda change: order.index(change.verdict))
    return Comparison(tuple(changes), len(truths) - len(changes))


def _change(
    truth: Mapping[str, Any], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> MailChange | None:
    before, after = score_mail(truth, old), score_mail(truth, new)
    fields = tuple(
        FieldChange(field, _shown(field, old), _shown(field, new), field in before.right, field in after.right)
        for field in compared_fields(truth)
        if _shown(field, old) != _shown(field, new)
    )
    if before.decision == after.decision and before.silent == after.silent and not fields:
        return None
    return MailChange(truth["file"], _verdict(before, after), _state(before), _state(after), fields)


def _verdict(before: MailScore, after: MailScore) -> Verdict:
    was, now = _worth(before), _worth(after)
    if was == now:
        return Verdict.OTHER
    return Verdict.BETTER if now > was else Verdict.WORSE


def _worth(mail: MailScore) -> tuple[bool, bool, bool, int]:
    """What counts, the most important first: nothing silently wrong, something read, entered alone, fields right."""
    return (not mail.silent, mail.read, mail.covered, len(mail.right))


def _state(mail: MailScore) -> str:
    decision = (mail.decision or "undecided") if mail.read else "unread"
    return f"{decision} ({mail.silent})" if mail.silent else decision


def _shown(field: str, result: Mapping[str, Any] | None) -> str:
    """A field of a result as a person reads it; "" where it is empty."""
    if result is None:
        return ""
    contact = result.get("contact") or {}
    match field:
        case "reply_to":
            value = contact.get("email")
        case "contact":
            value = contact.get("name")
        case "phone":
            value = contact.get("phone")
        case "attendees":
            value = [attendee.get("name") for attendee in result.get("attendees") or ()]
        case _:
            value = result.get(field)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value) if value else ""


def _mail_change(change: MailChange) -> Iterator[str]:
    decision = change.new if change.old == change.new else f"{change.old} -> {change.new}"
    yield f"{change.verdict.value}: {change.file}: {decision}"
    for field in change.fields:
        marks = f"{_mark(right=field.was_right)} -> {_mark(right=field.is_right)}"
        yield f"  {field.field}: {field.old or '-'} -> {field.new or '-'} ({marks})"


def _mark(*, right: bool) -> str:
    return "right" if right else "wrong"
