"""Messages, extractions and rules by hand, with what a test does not care about filled in."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from processor import registrations
from processor.database import Mail, MailState, OutgoingMail, OutgoingState, Registration
from processor.event import Event, ThemeTable
from processor.extraction import Attendee, Contact, Decision, Evidence, Extraction, Intent
from processor.message import Address, Message, SenderKind
from processor.registrations import Arrival, DueAnswer, Outcome, Rules
from processor.settings.values import AnswerSettings

OUR_SERVER = "mx1.gelsenkirchen.de"
IN_TIME = dt.datetime(2024, 10, 21, 9, 0, tzinfo=dt.UTC)
#: 24:00 of the last day in Gelsenkirchen.
DEADLINE = dt.datetime(2024, 11, 8, 23, 0, tzinfo=dt.UTC)
LATE = DEADLINE + dt.timedelta(hours=10)

_numbers = itertools.count(1)


def event(*, capacity: int | None = None, tables: Sequence[int | None] = (None, None, None)) -> Event:
    """The workshop; ``tables`` are the seats of the theme tables 1, 2, …"""
    return Event(
        title="Workshop",
        date=dt.date(2024, 11, 15),
        start=dt.time(13, 30),
        deadline=dt.date(2024, 11, 8),
        capacity=capacity,
        theme_tables=tuple(
            ThemeTable(number=number, title=f"Tisch {number}", seats=seats) for number, seats in enumerate(tables, 1)
        ),
        registration_address="47-ki@gelsenkirchen.de",
    )


def rules(
    *,
    capacity: int | None = None,
    tables: Sequence[int | None] = (None, None, None),
    late: str = "review",
    most_seats: int = 10,
) -> Rules:
    """The rules of the book."""
    return Rules(
        event=event(capacity=capacity, tables=tables),
        answers=AnswerSettings(late=late, most_seats=most_seats),  # type: ignore[arg-type]  # tests pass a plain text
        authserv_id=OUR_SERVER,
        colleagues=("gelsenkirchen.de",),
    )


def message(
    sender: str,
    *,
    name: str = "",
    reply_to: str | None = None,
    message_id: str | None = None,
    in_reply_to: Sequence[str] = (),
    references: Sequence[str] = (),
    results: Sequence[str] = (),
    forwarded_by: str | None = None,
    kind: SenderKind = SenderKind.PERSON,
    failed: Sequence[str] = (),
    subject: str = "Anmeldung",
    text: str = "",
) -> Message:
    """A mail; ``results`` are its Authentication-Results, newest first."""
    return Message(
        message_id=message_id if message_id is not None else f"m{next(_numbers)}@post.example",
        in_reply_to=tuple(in_reply_to),
        references=tuple(references),
        sender=Address(name=name, email=forwarded_by or sender),
        reply_to=Address(name=name, email=reply_to or sender),
        recipients=(Address(name="", email="47-ki@gelsenkirchen.de"),),
        forwarded_by=Address(name="", email=forwarded_by) if forwarded_by else None,
        return_path=sender,
        kind=kind,
        kind_reason="",
        failed_recipients=tuple(failed),
        returned_ids=(),
        authentication_results=tuple(results),
        date=None,
        received_at=None,
        subject=subject,
        full_subject=subject,
        is_reply=False,
        is_forward=False,
        text=text,
        signature="",
        cuts=(),
        attachments=(),
        calendar_reply=None,
        doubts=(),
        notes=(),
    )


def extraction(
    intent: Intent,
    *people: str,
    headcount: int | None = None,
    change: int = 0,
    leaving: Sequence[str] = (),
    organisation: str = "",
    tables: Sequence[int] = (),
    needs: Sequence[str] = (),
    name: str = "",
    email: str = "",
    phone: str = "",
    language: str = "de",
    question: bool = False,
    review: str = "",
) -> Extraction:
    """What a mail was understood to mean; ``review`` is the reason why the machine may not act alone.

    A ``headcount`` that is given stands in the mail; else it follows from the names.
    """
    evidence = () if headcount is None else (Evidence("headcount", headcount, str(headcount), 0, 1),)
    if headcount is None:
        headcount = len(people) if intent is Intent.REGISTRATION else 0
    return Extraction(
        intent=intent,
        decision=Decision.REVIEW if review else Decision.AUTO,
        reasons=(review,) if review else (),
        contact=Contact(name=name or (people[0] if people else ""), email=email, phone=phone),
        attendees=tuple(Attendee(name=person) for person in people),
        headcount=headcount,
        headcount_change=change,
        leaving=tuple(leaving),
        organisation=organisation,
        theme_tables=tuple(tables),
        needs=tuple(needs),
        language=language,
        has_question=question,
        evidence=evidence,
    )


def registering(*people: str, **facts: object) -> Extraction:
    """A registration of these people."""
    return extraction(Intent.REGISTRATION, *people, **facts)  # type: ignore[arg-type]  # passed through


def changing(*people: str, **facts: object) -> Extraction:
    """A change that names these people as coming."""
    return extraction(Intent.CHANGE, *people, **facts)  # type: ignore[arg-type]  # passed through


def cancelling(**facts: object) -> Extraction:
    """A cancellation."""
    return extraction(Intent.CANCELLATION, **facts)  # type: ignore[arg-type]  # passed through


@dataclass
class Office:
    """An office with its book: lets mails arrive, and remembers what went out."""

    session: Session
    rules: Rules = field(default_factory=rules)
    now: dt.datetime = IN_TIME
    sent: list[DueAnswer] = field(default_factory=list)

    def receive(self, mail: Message, meaning: Extraction, *, at: dt.datetime | None = None) -> Outcome:
        """Lets one mail arrive, books it, and queues the answers, as the pipeline does."""
        if at is not None:
            self.now = at
        row = stored_mail(self.session, mail, self.now)
        if not meaning.contact.email:
            contact = Contact(
                name=meaning.contact.name or mail.reply_to.name, email=mail.reply_to.email, phone=meaning.contact.phone
            )
            meaning = _with_contact(meaning, contact)
        outcome = registrations.book(
            self.session, mail, meaning, Arrival(mail_id=row.id, arrived_at=self.now), self.rules, self.now
        )
        row.state = MailState.WAITING if outcome.waits else MailState.DONE
        row.reasons = list(outcome.reasons)
        self.queue(outcome.answers)
        self.session.flush()
        return outcome

    def queue(self, answers: Sequence[DueAnswer]) -> None:
        """Writes the rows of outgoing mails, as the outbox does."""
        for due in answers:
            number = next(_numbers)
            self.sent.append(due)
            self.session.add(
                OutgoingMail(
                    key=f"test:{number}",
                    kind=due.kind.value,
                    registration_id=due.registration_id,
                    mail_id=due.mail_id,
                    recipient=due.recipient_email,
                    message_id=f"out{number}@gelsenkirchen.de",
                    subject="",
                    raw=b"",
                    state=OutgoingState.SENT,
                    created_at=self.now,
                    due_at=self.now,
                )
            )
        self.session.flush()

    def last_sent_id(self) -> str:
        """The Message-ID of the last mail that went out."""
        last = self.session.query(OutgoingMail).order_by(OutgoingMail.id.desc()).first()
        assert last is not None
        return last.message_id

    def get(self, registration_id: int | None) -> Registration:
        """A registration as it stands in the database."""
        assert registration_id is not None
        self.session.flush()
        self.session.expire_all()
        return registrations.one(self.session, registration_id)

    def all(self) -> list[Registration]:
        """The whole list."""
        self.session.flush()
        self.session.expire_all()
        return list(registrations.all_registrations(self.session))


def _with_contact(meaning: Extraction, contact: Contact) -> Extraction:
    return replace(meaning, contact=contact)


def stored_mail(session: Session, mail: Message, at: dt.datetime) -> Mail:
    """The raw mail's row, as the inbox stores it."""
    row = Mail(
        message_id=mail.message_id,
        digest=hashlib.sha256(f"{next(_numbers)}".encode()).hexdigest(),
        raw=b"",
        size=0,
        arrived_at=at,
        fetched_at=at,
        sender_email=mail.sender.email,
    )
    session.add(row)
    session.flush()
    return row
