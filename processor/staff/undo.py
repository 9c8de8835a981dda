"""Taking a decision back: while its answer waits nobody hears of it, afterwards a mail says what holds now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from processor import registrations
from processor.database import HistoryEntry, Mail, MailState, OutgoingMail, OutgoingState, Registration
from processor.registrations import AnswerKind, BookError, UnknownError, ledger
from processor.registrations.decisions import by_staff
from processor.staff.verbs import Act, queue_answers

#: What became of an answer whose decision was taken back; a page's address carries only the key.
TAKEN_BACK = {
    "wartet": "Zurückgenommen: Die Mail wartet wieder.",
    "bleibt": "Zurückgenommen: Die Antwort war noch nicht verschickt und bleibt hier.",
    "frage": "Zurückgenommen: Die Rückfrage war noch nicht verschickt und bleibt hier.",
    "gesagt": "Zurückgenommen: eine Mail sagt, was jetzt gilt.",
    "ohne": "Zurückgenommen: es war keine Antwort verschickt.",
}


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
