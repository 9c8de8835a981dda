"""What a decision does: the book is changed and the answers are queued, all in the caller's transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import update
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request

from processor import outbox
from processor.database import HistoryEntry, OutgoingMail, Registration
from processor.pipeline import booking_rules
from processor.registrations import Decided, DueAnswer, Rules
from processor.staff.facts import text_of
from processor.staff.site import Site, known_user, site_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one decision did."""

    registration: Registration | None
    answers: tuple[DueAnswer, ...] = ()
    hints: tuple[str, ...] = ()
    call_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who decides, when, and with what."""

    session: Session
    site: Site
    actor: str
    now: datetime
    form: FormData

    @property
    def rules(self) -> Rules:
        """What the book has to know of the settings."""
        return booking_rules(self.site.settings)

    @property
    def remark(self) -> str:
        """A sentence for the answer."""
        return text_of(self.form, "remark")

    @property
    def reason(self) -> str:
        """Why, for the history."""
        return text_of(self.form, "reason")

    def version(self) -> int | None:
        """The version that the person has looked at."""
        return number_in(self.form, "version")


@contextlib.contextmanager
def deciding(request: Request, form: FormData) -> Iterator[Act]:
    """What somebody does with a form, in one transaction."""
    site = site_of(request)
    with site.database.transaction() as session:
        yield Act(session=session, site=site, actor=known_user(request).name, now=site.clock.now(), form=form)


def number_in(form: FormData, name: str) -> int | None:
    """A number in a hidden field; None where there is none."""
    text = text_of(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def queue_answers(act: Act, answers: Iterable[DueAnswer]) -> list[OutgoingMail]:
    """Queues what a decision made due."""
    queued = (outbox.queue(act.session, due, answered=None, settings=act.site.settings, now=act.now) for due in answers)
    rows = [row for row in queued if row is not None]
    act.session.flush()
    return rows


def step_of(decided: Decided) -> Step:
    """What a decision of the book did."""
    return Step(
        registration=decided.registration,
        answers=decided.answers,
        hints=decided.hints,
        call_back=decided.call_back,
    )


class _CarryOut(Protocol):
    """A decision about one registration, as the book has them."""

    def __call__(
        self,
        session: Session,
        registration_id: int,
        rules: Rules,
        now: datetime,
        *,
        actor: str,
        expected_version: int | None,
        reason: str,
        remark: str,
    ) -> Decided: ...


def carry_out(act: Act, number: int, decision: _CarryOut) -> Decided:
    """Carries out a decision about a registration with what its form says."""
    return decision(
        act.session,
        number,
        act.rules,
        act.now,
        actor=act.actor,
        expected_version=act.version(),
        reason=act.reason,
        remark=act.remark,
    )


def as_one_step(session: Session, *decisions: Decided) -> None:
    """Makes what was done one after the other one step, which is taken back as a whole."""
    first, *others = decisions
    session.flush()
    session.execute(
        update(HistoryEntry)
        .where(HistoryEntry.step.in_([decided.step for decided in others]))
        .values(step=first.step)
        .execution_options(synchronize_session="fetch")
    )
