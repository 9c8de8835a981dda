"""What somebody decides about a mail that waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import update

from processor import registrations
from processor.database import HistoryEntry, Mail, MailState, Registration
from processor.registrations import AnswerKind, BookError, Decided, DueAnswer, NewRegistration, ledger, state_of
from processor.registrations.amending import withdrawn
from processor.registrations.answers import answer
from processor.registrations.decisions import by_staff, waiting_mail
from processor.staff import examples, moves
from processor.staff.facts import from_form, from_understood, labelled, text_of
from processor.staff.verbs import Act, Step, as_one_step, number_in, step_of


def decide_mail(act: Act, mail: Mail) -> Step:
    """Carries out what somebody decided about a waiting mail.

    :raises BookError: when it cannot be done as asked.
    """
    if picked := number_in(act.form, "cancel_id"):
        return _cancel(act, mail, picked, version=None)
    quick = any(text_of(act.form, name) for name in ("quick", "without"))
    verb = text_of(act.form, "do") or ("confirm" if quick else "")
    target = number_in(act.form, "target")
    if verb in ("confirm", "cancel", "decline") and any(
        act.form.get(name) for name in ("leaving", "other", "other_id")
    ):
        raise BookError(
            "Unten ist etwas zum Teilen oder Zusammenlegen ausgefüllt. Bitte dort die Schaltfläche benutzen, "
            "oder es wieder leeren."
        )
    if verb == "ask":
        return step_of(
            registrations.ask_back(act.session, mail.id, text_of(act.form, "question"), act.now, actor=act.actor)
        )
    if verb == "dismiss":
        return _dismiss(act, mail)
    if verb == "cancel":
        if target is None:
            raise BookError("Bitte auswählen, welche Anmeldung abgesagt wird.")
        return _cancel(act, mail, target, version=act.version())
    if verb == "merge":
        if target is None:
            raise BookError("Bitte zuerst auswählen, zu welcher Anmeldung die Mail gehört.")
        return _whole(moves.merge(act, target, mail_id=mail.id))
    if verb == "split":
        return _split_standing(act, mail, target) if target is not None else _split_new(act, mail)
    if verb == "confirm":
        return step_of(_confirm(act, mail, target))
    if verb == "decline":
        return _decline(act, mail, target)
    raise BookError("Bitte eine der Schaltflächen benutzen.")


def _dismiss(act: Act, mail: Mail) -> Step:
    decided = registrations.dismiss(act.session, mail.id, act.now, actor=act.actor, reason=act.reason)
    understood = mail.extraction or {}
    intent = str(understood.get("intent") or "other")
    # Whoever enters nothing says that there was nothing to enter, and no more.
    entered = intent in ("registration", "change", "cancellation")
    _learn(act, mail, labelled(from_understood(understood), "other" if entered else intent))
    return step_of(decided)


def _cancel(act: Act, mail: Mail, target: int, *, version: int | None) -> Step:
    decided = registrations.cancel(
        act.session,
        target,
        act.rules,
        act.now,
        actor=act.actor,
        expected_version=version,
        reason=act.reason,
        remark=act.remark,
        mail_id=mail.id,
    )
    _learn(act, mail, labelled(from_understood(mail.extraction or {}), "cancellation"))
    return step_of(decided)


def _wanted(act: Act, mail: Mail, target: int | None) -> NewRegistration:
    """The form; what it does not show of people comes from the mail, and from the registration that it belongs to."""
    known = from_understood(mail.extraction or {}).attendees
    if target is not None:
        standing = act.session.get(Registration, target)
        known = (*known, *(state_of(standing).attendees if standing is not None else ()))
    facts = from_form(act.form, known)
    quick = number_in(act.form, "quick")
    if quick is not None:
        return replace(facts, headcount=quick)
    without = {name.strip() for name in text_of(act.form, "without").split(",") if name.strip()}
    staying = tuple(each for each in facts.attendees if each.name not in without)
    fewer = len(facts.attendees) - len(staying)
    return replace(facts, attendees=staying, headcount=max(facts.headcount - fewer, 1)) if fewer else facts


def _confirm(act: Act, mail: Mail, target: int | None, *, refused: bool = False) -> Decided:
    facts = _wanted(act, mail, target)
    decided = registrations.confirm_review(
        act.session,
        mail.id,
        facts,
        act.rules,
        act.now,
        actor=act.actor,
        registration_id=target,
        expected_version=act.version() if target is not None else None,
        accept_late=bool(text_of(act.form, "accept_late")) and not refused,
        reason=act.reason,
        remark="" if refused else act.remark,
    )
    _learn(act, mail, labelled(facts, "registration" if target is None else "change"))
    return decided


def _decline(act: Act, mail: Mail, target: int | None) -> Step:
    """Enters a registration as one that is not accepted; one mail says so, and none says anything else."""
    if target is not None:
        raise BookError("Ablehnen lässt sich nur eine neue Anmeldung; eine, die schon steht, wird abgemeldet.")
    decided = _confirm(act, mail, None, refused=True)
    registration = decided.registration
    if registration is None:
        raise BookError("Hier gibt es nichts abzulehnen.")
    cause = by_staff(act.actor, act.now, reason=act.reason, mail_id=mail.id)
    after = withdrawn(state_of(registration))
    ledger.rewrite(act.session, registration, after, "refused", cause)
    as_one_step(act.session, decided, Decided(registration=registration, step=cause.step))
    due = answer(registration, after, mail.id, kind=AnswerKind.REFUSAL, remark=act.remark)
    return Step(registration=registration, answers=due, call_back=decided.call_back)


def _split_new(act: Act, mail: Mail) -> Step:
    """Makes two registrations of one mail, each with its own answer."""
    leaving = moves.leaving_in(act)
    share = moves.share_of(act, _wanted(act, mail, None), leaving)
    whole = _confirm(act, mail, None)
    if whole.registration is None:
        raise BookError("Hier gibt es nichts zu teilen.")
    first, second = registrations.split(
        act.session, whole.registration.id, leaving, share, act.rules, act.now, actor=act.actor, reason=act.reason
    )
    as_one_step(act.session, whole, first)
    # The first is told how it stands now; that it was one for a moment concerns nobody.
    return replace(step_of(whole), answers=(*whole.answers, *second.answers))


def _split_standing(act: Act, mail: Mail, target: int) -> Step:
    """Parts the registration that a mail belongs to, as it asks."""
    waiting_mail(act.session, mail.id).state = MailState.DECIDED
    decided = moves.split(act, target)
    act.session.flush()
    act.session.execute(update(HistoryEntry).where(HistoryEntry.step == decided[0].step).values(mail_id=mail.id))
    for each in decided:
        if each.registration is not None:
            ledger.link(each.registration, mail.id, applied=True)
    return _whole(decided)


def _whole(decided: Iterable[Decided]) -> Step:
    """Several registrations that one decision touched; the first is the one that is spoken of."""
    first, *others = decided
    answers: tuple[DueAnswer, ...] = (*first.answers, *(due for each in others for due in each.answers))
    return replace(step_of(first), answers=answers)


def _learn(act: Act, mail: Mail, truth: dict[str, object]) -> None:
    examples.remember(act.session, mail, truth, kind="decision", actor=act.actor, now=act.now)
