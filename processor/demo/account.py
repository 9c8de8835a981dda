"""The account at the end: what became of the campaign, in words that a clerk understands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from processor.database import Database, Mail, MailState, OutgoingMail, OutgoingState, Registration, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The figures of the list and of the mails."""

    #: (registrations, seats) by status.
    registrations: dict[Status, tuple[int, int]]
    #: All mails that came, each once.
    mails: int
    #: Mails that wait for a person.
    waiting: int
    #: Of these, the writer and the first reason, in the order of arrival.
    questions: tuple[tuple[str, str], ...]
    #: Auto replies, bounces, bulk: kept, and not answered.
    ignored: int
    #: Mails that could not be read.
    failed: int
    #: Mails that went out, by kind.
    sent: dict[str, int]


def take_account(database: Database) -> Account:
    """Counts what the database holds."""
    with database.reading() as session:
        by_status = session.execute(
            select(Registration.status, func.count(), func.sum(Registration.headcount)).group_by(Registration.status)
        )
        states = Counter(dict(session.execute(select(Mail.state, func.count()).group_by(Mail.state)).tuples().all()))
        ignored = session.scalar(select(func.count()).select_from(Mail).where(Mail.decision == "ignore"))
        kinds = session.execute(
            select(OutgoingMail.kind, func.count())
            .where(OutgoingMail.state == OutgoingState.SENT)
            .group_by(OutgoingMail.kind)
        )
        waiting = session.execute(
            select(Mail.sender_name, Mail.sender_email, Mail.reasons)
            .where(Mail.state == MailState.WAITING)
            .order_by(Mail.arrived_at, Mail.id)
        )
        return Account(
            questions=tuple(
                (name or email, str(reasons[0]) if reasons else "ohne Grund") for name, email, reasons in waiting
            ),
            registrations={status: (count, seats or 0) for status, count, seats in by_status},
            mails=sum(states.values()),
            waiting=states[MailState.WAITING],
            ignored=ignored or 0,
            failed=states[MailState.FAILED],
            sent=dict(kinds.tuples().all()),
        )


def lines(account: Account) -> list[str]:
    """The account, line by line."""

    def group(status: Status) -> str:
        count, seats = account.registrations.get(status, (0, 0))
        return (
            f"{seats} {'Platz' if seats == 1 else 'Plätze'} in {count} {'Anmeldung' if count == 1 else 'Anmeldungen'}"
        )

    sent = sum(account.sent.values())
    reminders = account.sent.get("reminder", 0)
    answers = sent - reminders
    cancelled = account.registrations.get(Status.CANCELLED, (0, 0))[0]
    waitlisted = account.registrations.get(Status.WAITLISTED, (0, 0))[0]
    result = [
        f"Angemeldet und bestätigt: {group(Status.CONFIRMED)}",
        f"Zu spät gekommen, das Büro entscheidet: {group(Status.LATE)}",
        f"Abgesagt: {cancelled}",
        f"Eingegangene Mails: {account.mails}",
        f"  davon wartet auf einen Menschen: {account.waiting}",
        f"  davon nur aufbewahrt, nie beantwortet (Abwesenheit, Unzustellbares, Rundmails): {account.ignored}",
        f"Verschickt: {answers} Antworten und {reminders} Erinnerungen",
    ]
    if waitlisted:
        result.insert(2, f"Auf der Warteliste: {group(Status.WAITLISTED)}")
    if account.failed:
        result.insert(-1, f"  davon nicht lesbar, beiseitegelegt: {account.failed}")
    if account.questions:
        result += ["Worüber ein Mensch entscheidet:", *(f"  {who}: {why}" for who, why in account.questions)]
    return result
