"""What somebody decides about a registration that waits, or about a mail of ours that was not sent."""

from __future__ import annotations

from dataclasses import replace

from processor import outbox, registrations
from processor.database import OutgoingMail, OutgoingState, Registration
from processor.registrations import AnswerKind, BookError, DueAnswer, ledger, state_of
from processor.registrations.decisions import by_staff
from processor.staff import moves
from processor.staff.facts import text_of
from processor.staff.verbs import Act, Step, carry_out, step_of


def decide_registration(act: Act, number: int) -> Step:
    """Carries out what somebody decided about a registration that waits: late, a question, an address that fails."""
    verb = text_of(act.form, "do")
    if verb in ("accept", "refuse"):
        late = registrations.accept_late if verb == "accept" else registrations.refuse_late
        return step_of(carry_out(act, number, late))
    if verb in ("split", "merge"):
        decided = (moves.split if verb == "split" else moves.merge)(act, number)
        return Step(
            registration=decided[0].registration, answers=tuple(due for each in decided for due in each.answers)
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
