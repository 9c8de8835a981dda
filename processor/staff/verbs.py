"""What a decision does: the book is changed and the answers are queued, all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from processor import outbox, registrations
from processor.database import Mail, MailState, OutgoingMail, OutgoingState, Registration
from processor.pipeline import booking_rules
from processor.registrations import AnswerKind, BookError, Decided, DueAnswer, Rules, UnknownError, ledger, state_of
from processor.registrations.decisions import by_staff
from processor.staff import examples
from processor.staff.facts import from_form, from_understood, labelled, text_of
from processor.staff.site import Site

#: What became of an answer whose decision was taken back; a page's address carries only the key.
TAKEN_BACK = {
    "wartet": "Zurückgenommen: Die Mail wartet wieder.",
    "bleibt": "Zurückgenommen: Die Antwort war noch nicht verschickt und bleibt hier.",
    "frage": "Zurückgenommen: Die Rückfrage war noch nicht verschickt und bleibt hier.",
    "gesagt": "Zurückgenommen: eine Mail sagt, was jetzt gilt.",
    "ohne": "Zurückgenommen: es war keine Antwort verschickt.",
}


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


def number_in(form: FormData, name: str) -> int | None:
    """A number in a hidden field; None where there is none."""
    text = text_of(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def decide_mail(act: Act, mail: Mail) -> Step:
    """Carries out what somebody decided about a waiting mail.

    :raises BookError: when it cannot be done as asked.
    """
    verb = text_of(act.form, "do") or ("confirm" if text_of(act.form, "quick") else "")
    if verb == "ask":
        return _of(
            registrations.ask_back(act.session, mail.id, text_of(act.form, "question"), act.now, actor=act.actor)
        )
    if verb == "dismiss":
        decided = registrations.dismiss(act.session, mail.id, act.now, actor=act.actor, reason=act.reason)
        understood = mail.extraction or {}
        intent = str(understood.get("intent") or "other")
        # Whoever enters nothing says that there was nothing to enter, and no more.
        entered = intent in ("registration", "change", "cancellation")
        _learn(act, mail, labelled(from_understood(understood), "other" if entered else intent))
        return _of(decided)
    target = number_in(act.form, "target")
    if verb == "cancel":
        if target is None:
            raise BookError("Bitte auswählen, welche Anmeldung abgesagt wird.")
        decided = registrations.cancel(
            act.session,
            target,
            act.rules,
            act.now,
            actor=act.actor,
            expected_version=act.version(),
            reason=act.reason,
            remark=act.remark,
            mail_id=mail.id,
        )
        _learn(act, mail, labelled(from_understood(mail.extraction or {}), "cancellation"))
        return _of(decided)
    if verb not in ("confirm", "decline"):
        raise BookError("Bitte eine der Schaltflächen benutzen.")
    return _confirm(act, mail, target, decline=verb == "decline")


def _confirm(act: Act, mail: Mail, target: int | None, *, decline: bool) -> Step:
    known = from_understood(mail.extraction or {}).attendees
    if target is not None:
        standing = act.session.get(Registration, target)
        known = (*known, *(state_of(standing).attendees if standing is not None else ()))
    facts = from_form(act.form, known)
    quick = number_in(act.form, "quick")
    if quick is not None:
        facts = replace(facts, headcount=quick)
    decided = registrations.confirm_review(
        act.session,
        mail.id,
        facts,
        act.rules,
        act.now,
        actor=act.actor,
        registration_id=target,
        expected_version=act.version() if target is not None else None,
        accept_late=bool(text_of(act.form, "accept_late")) and not decline,
        reason=act.reason,
        remark=act.remark if not decline else "",
    )
    intent = "registration" if target is None else "change"
    _learn(act, mail, labelled(facts, intent))
    if not decline:
        return _of(decided)
    if decided.registration is None:
        raise BookError("Hier gibt es nichts abzulehnen.")
    refused = registrations.refuse_late(
        act.session,
        decided.registration.id,
        act.rules,
        act.now,
        actor=act.actor,
        reason=act.reason,
        remark=act.remark,
    )
    # One mail, not two that contradict each other; it answers the mail that asked.
    return replace(_of(refused), answers=tuple(replace(due, mail_id=mail.id) for due in refused.answers))


def decide_registration(act: Act, number: int) -> Step:
    """Carries out what somebody decided about a registration that waits: late, a question, an address that fails."""
    verb = text_of(act.form, "do")
    if verb in ("accept", "refuse"):
        carry_out = registrations.accept_late if verb == "accept" else registrations.refuse_late
        return _of(
            carry_out(
                act.session,
                number,
                act.rules,
                act.now,
                actor=act.actor,
                expected_version=act.version(),
                reason=act.reason,
                remark=act.remark,
            )
        )
    registration = ledger.load(act.session, number, expected_version=act.version())
    if verb == "reply":
        return _reply(act, registration)
    if verb == "answered":
        _settle_question(act, registration, "answered", act.reason)
        return Step(registration=registration)
    if verb == "reached":
        registration.unreachable_since = None
        registration.updated_at = act.now
        ledger.note(act.session, registration, "reached", by_staff(act.actor, act.now, reason=act.reason))
        return Step(registration=registration)
    raise BookError("Bitte eine der Schaltflächen benutzen.")


def _reply(act: Act, registration: Registration) -> Step:
    text = text_of(act.form, "question")
    if not text:
        raise BookError("Die Antwort hat keinen Text.")
    if not registration.contact_email:
        raise BookError("Diese Anmeldung hat keine Mailadresse; bitte anrufen.")
    mail_id = max((pair.mail_id for pair in registration.mails), default=None)
    _settle_question(act, registration, "answered", text)
    due = DueAnswer(
        kind=AnswerKind.QUESTION,
        registration_id=registration.id,
        mail_id=mail_id,
        recipient_name=registration.contact_name,
        recipient_email=registration.contact_email,
        language=registration.language,
        remark=text,
    )
    return Step(registration=registration, answers=(due,))


def _settle_question(act: Act, registration: Registration, action: str, reason: str) -> None:
    cause = by_staff(act.actor, act.now, reason=reason)
    ledger.rewrite(act.session, registration, replace(state_of(registration), open_question=False), action, cause)


def decide_outgoing(act: Act, mail: OutgoingMail) -> Step:
    """Sends a mail again that could not be sent, or lets it rest."""
    verb = text_of(act.form, "do")
    if mail.state not in (OutgoingState.FAILED, OutgoingState.HELD):
        raise BookError("Um diese Mail hat sich schon jemand gekümmert.")
    if verb == "rest":
        mail.state = OutgoingState.WITHDRAWN
    elif verb == "again":
        if not mail.raw and not outbox.render_again(act.session, mail, act.site.settings, act.now):
            # What stopped it stands there already, in a sentence of its own: a template, or an address that is none.
            raise BookError(f"Diese Mail lässt sich noch immer nicht verschicken. {mail.server_reply}")
        mail.state = OutgoingState.QUEUED
        mail.attempts = 0
        mail.due_at = act.now
        mail.lease_until = None
    else:
        raise BookError("Bitte eine der Schaltflächen benutzen.")
    registration = act.session.get(Registration, mail.registration_id) if mail.registration_id else None
    return Step(registration=registration)


def queue_answers(act: Act, answers: Iterable[DueAnswer]) -> list[OutgoingMail]:
    """Queues what a decision made due."""
    queued = (outbox.queue(act.session, due, answered=None, settings=act.site.settings, now=act.now) for due in answers)
    rows = [row for row in queued if row is not None]
    act.session.flush()
    return rows


def take_back(act: Act, *, mail_id: int | None, registration_id: int | None) -> tuple[str, Registration | None]:
    """Takes the last decision back; gives a key of :data:`TAKEN_BACK`, which says what became of its answer.

    An answer that has not gone yet is withdrawn and nobody hears of it; where it has gone, a mail says what holds now.
    """
    ledger.lock(act.session)
    if mail_id is not None and registration_id is None:
        mail = act.session.get(Mail, mail_id)
        if mail is None:
            raise UnknownError(f"Die Mail Nr. {mail_id} gibt es nicht.")
        question = _question_of(act.session, mail_id)
        if question is not None:
            return _take_question_back(act, mail, question), None
        registrations.undo_mail(act.session, mail_id, act.now, actor=act.actor)
        return "wartet", None
    if registration_id is None:
        raise BookError("Es ist nichts da, das zurückzunehmen wäre.")
    since = _last_decision(act.session, registration_id)
    waiting = _not_gone(act.session, registration_id, mail_id, since)
    for row in waiting:
        _withdraw(row)
    decided = registrations.undo(act.session, registration_id, act.rules, act.now, actor=act.actor)
    if waiting:
        return "bleibt", decided.registration
    queued = queue_answers(act, decided.answers)
    return "gesagt" if queued else "ohne", decided.registration


def _question_of(session: Session, mail_id: int) -> OutgoingMail | None:
    return session.scalar(
        select(OutgoingMail)
        .where(
            OutgoingMail.mail_id == mail_id,
            OutgoingMail.kind == AnswerKind.QUESTION.value,
            OutgoingMail.state != OutgoingState.WITHDRAWN,
        )
        .order_by(OutgoingMail.id.desc())
        .limit(1)
    )


def _take_question_back(act: Act, mail: Mail, question: OutgoingMail) -> str:
    if question.state is not OutgoingState.QUEUED or question.lease_until is not None:
        raise BookError("Die Rückfrage ist schon verschickt und lässt sich nicht zurücknehmen.")
    _withdraw(question)
    mail.state = MailState.WAITING
    ledger.note(act.session, None, "undone", by_staff(act.actor, act.now, mail_id=mail.id))
    return "frage"


def _last_decision(session: Session, registration_id: int) -> datetime | None:
    from processor.database import HistoryEntry

    step = registrations.last_step(session, registration_id)
    if step is None:
        return None
    return session.scalar(select(HistoryEntry.at).where(HistoryEntry.step == step).order_by(HistoryEntry.id).limit(1))


def _not_gone(
    session: Session, registration_id: int, mail_id: int | None, since: datetime | None
) -> list[OutgoingMail]:
    """Answers of the decision that nobody has sent, or is about to send."""
    if since is None:
        return []
    about = OutgoingMail.registration_id == registration_id
    if mail_id is not None:
        about = or_(about, OutgoingMail.mail_id == mail_id)
    return list(
        session.scalars(
            select(OutgoingMail)
            .where(
                about,
                OutgoingMail.created_at >= since,
                OutgoingMail.state.in_((OutgoingState.QUEUED, OutgoingState.HELD)),
                OutgoingMail.lease_until.is_(None),
                OutgoingMail.kind != AnswerKind.RECEIPT.value,
            )
            .with_for_update()
        )
    )


def _withdraw(row: OutgoingMail) -> None:
    row.state = OutgoingState.WITHDRAWN
    # The key is free again for the answer of the next decision.
    row.key = f"{row.key[:460]}:withdrawn:{row.id}"


def _of(decided: Decided) -> Step:
    return Step(
        registration=decided.registration,
        answers=decided.answers,
        hints=decided.hints,
        call_back=decided.call_back,
    )


def _learn(act: Act, mail: Mail, truth: dict[str, object]) -> None:
    examples.remember(act.session, mail, truth, kind="decision", actor=act.actor, now=act.now)
