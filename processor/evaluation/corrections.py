"""How well the reading does, measured against what the people of the office made of the mails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processor.database import Correction, Mail, MailState
from processor.evaluation.bound import upper_bound
from processor.evaluation.facts import organisation, person

#: What a person enters; in this order it is reported.
_FIELDS: Final = ("headcount", "attendees", "organisation", "theme_tables", "needs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One mail as a person understood it last."""

    mail_id: int
    at: datetime
    #: „decision“ or „blind“.
    kind: str
    truth: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The reading against the examples of one kind."""

    mails: int
    #: Mails that could not be read now.
    unread: int
    #: Mails that are decided alone now, and those of them that are read otherwise than the person did.
    alone: int
    wrong_alone: int
    #: Name of a field, how often it is right, and how often it was compared.
    fields: tuple[tuple[str, int, int], ...]
    since: datetime | None

    @property
    def highest(self) -> float:
        """The highest share of errors among those decided alone that the examples leave likely (95 %, one-sided)."""
        return upper_bound(self.wrong_alone, self.alone) if self.alone else 1.0


def newest_examples(session: Session) -> list[Example]:
    """The newest word of a person on each mail that is still stored, oldest mail first."""
    newest = (
        select(func.max(Correction.id))
        .join(Mail, Mail.id == Correction.mail_id)
        .where(Mail.state != MailState.ERASED)
        .group_by(Correction.mail_id)
    )
    return [
        Example(mail_id=row.mail_id, at=row.at, kind=row.kind, truth=row.truth)
        for row in session.scalars(select(Correction).where(Correction.id.in_(newest)).order_by(Correction.mail_id))
    ]


def measure(examples: Sequence[Example], results: Mapping[int, Mapping[str, Any]]) -> Measured:
    """Compares examples with what ``extract --json`` prints now.

    :param results: by the number of the mail; one that is missing could not be read.
    """
    right: dict[str, int] = {}
    compared: dict[str, int] = {}
    alone = wrong_alone = unread = 0
    for example in examples:
        result = results.get(example.mail_id)
        if result is None:
            unread += 1
            continue
        verdicts = dict(_compared(example.truth, result))
        for field, is_right in verdicts.items():
            compared[field] = compared.get(field, 0) + 1
            right[field] = right.get(field, 0) + is_right
        if result.get("decision") == "auto":
            alone += 1
            wrong_alone += not all(verdicts.values())
    return Measured(
        mails=len(examples),
        unread=unread,
        alone=alone,
        wrong_alone=wrong_alone,
        fields=tuple((field, right[field], compared[field]) for field in ("intent", *_FIELDS) if field in compared),
        since=min((example.at for example in examples), default=None),
    )


def agrees(truth: Mapping[str, Any], result: Mapping[str, Any]) -> bool:
    """Whether a reading says what the person said, as far as the two can be compared."""
    return all(is_right for _, is_right in _compared(truth, result))


def _compared(truth: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Each field that can be compared, and whether it is right.

    A change is labelled with the whole of the registration as it stood afterwards; a mail that says only what is
    different („noch zwei mehr“) cannot be held against that, only its intent.
    """
    intent = truth.get("intent")
    yield "intent", intent == result.get("intent")
    if intent == "registration":
        wanted, got = _facts(truth), _facts(result)
        for field in _FIELDS:
            yield field, wanted[field] == got[field]


def _facts(side: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "headcount": side.get("headcount") or 0,
        "attendees": sorted(person(each.get("name")) for each in side.get("attendees") or ()),
        "organisation": organisation(side.get("organisation")),
        "theme_tables": sorted(side.get("theme_tables") or ()),
        "needs": sorted(set(side.get("needs") or ())),
    }


def render_measured(examples: Sequence[Example], results: Mapping[int, Mapping[str, Any]]) -> str:
    """The report as text: the blind checks, which say how safe it is, and the decisions, which were the hard mails."""
    lines: list[str] = []
    for kind, title in (("blind", "blind checks"), ("decision", "decisions of the staff")):
        found = measure([example for example in examples if example.kind == kind], results)
        since = f" since {found.since:%Y-%m-%d}" if found.since else ""
        lines.append(f"{title}{since}: {found.mails} mails, {found.unread} unread, {found.alone} decided alone")
        if found.fields:
            lines.append(
                "fields " + "  ".join(f"{name} {share / of:.0%} ({share} of {of})" for name, share, of in found.fields)
            )
        if found.alone:
            lines.append(
                f"errors {found.wrong_alone} of {found.alone} decided alone, at most {found.highest:.1%} "
                "(95 % confidence, one-sided, Clopper and Pearson)"
            )
    return "\n".join(lines) + "\n"
