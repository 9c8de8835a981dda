"""A small campaign as the pages find it in the database: people, mails, answers, history."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from sqlalchemy.orm import Session

from processor.database import (
    AttendeeRow,
    Channel,
    HistoryEntry,
    Mail,
    Mailbox,
    MailLocation,
    MailState,
    OutgoingMail,
    OutgoingState,
    Registration,
    RegistrationMail,
    Status,
)
from processor.registrations.names import name_key, organisation_key

NOW = datetime(2024, 11, 11, 8, 30, tzinfo=UTC)


def raw_mail(*, sender: str, subject: str, text: str, html: str = "", at: datetime = NOW) -> bytes:
    """A mail as a server would hand it over."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = "47-ki@gelsenkirchen.de"
    mail["Subject"] = subject
    mail["Date"] = at
    mail["Message-ID"] = f"<{abs(hash((sender, subject, at)))}@mail.example>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def add_mail(
    session: Session,
    *,
    name: str,
    email: str,
    subject: str,
    text: str,
    at: datetime,
    state: MailState = MailState.DONE,
    intent: str = "registration",
    decision: str = "auto",
    reasons: tuple[str, ...] = (),
    html: str = "",
    error: str = "",
    **understood: Any,
) -> Mail:
    """Puts an incoming mail down as the pipeline leaves it."""
    raw = raw_mail(sender=f"{name} <{email}>" if name else email, subject=subject, text=text, html=html, at=at)
    extraction = {
        "file": "",
        "subject": subject,
        "from": f"{name} <{email}>",
        "intent": intent,
        "decision": decision,
        "reasons": list(reasons),
        "contact": {"name": name, "email": email, "phone": ""},
        "attendees": [],
        "headcount": 0,
        "headcount_change": 0,
        "leaving": [],
        "organisation": "",
        "theme_tables": [],
        "needs": [],
        "language": "de",
        "has_question": False,
        "received_at": at.isoformat(),
        "late": False,
        "text": text,
        "failed_recipients": [],
        "evidence": [],
    } | understood
    mail = Mail(
        message_id=f"{abs(hash((email, subject, at)))}@mail.example",
        digest=f"{abs(hash((email, subject, text, at))):064x}"[:64],
        raw=zlib.compress(raw),
        size=len(raw),
        arrived_at=at,
        fetched_at=at + timedelta(minutes=1),
        state=state,
        attempts=3 if state is MailState.FAILED else 1,
        error=error,
        subject="" if state is MailState.FAILED else subject,
        sender_name="" if state is MailState.FAILED else name,
        sender_email="" if state is MailState.FAILED else email,
        intent="" if state is MailState.FAILED else intent,
        decision="" if state is MailState.FAILED else decision,
        reasons=list(reasons),
        extraction=None if state is MailState.FAILED else extraction,
        processed_at=None if state is MailState.FAILED else at + timedelta(minutes=1),
    )
    session.add(mail)
    session.flush()
    return mail


def quote(text: str, words: str, field: str, value: str | int) -> dict[str, Any]:
    """A piece of evidence as the extraction gives it."""
    start = text.index(words)
    return {"field": field, "value": value, "quote": words, "start": start, "end": start + len(words), "source": "text"}


def add_registration(
    session: Session,
    *,
    reference: str,
    names: tuple[str, ...],
    at: datetime,
    status: Status = Status.CONFIRMED,
    headcount: int | None = None,
    email: str = "",
    mail: Mail | None = None,
    **fields: Any,
) -> Registration:
    """Puts a registration down with its first entry in the history."""
    registration = Registration(
        reference=reference,
        status=status,
        contact_name=names[0] if names else "",
        contact_email=email,
        headcount=headcount if headcount is not None else len(names),
        organisation_key=organisation_key(fields.get("organisation", "")),
        table_assigned=next(iter(fields.get("theme_tables", ())), None) if status is Status.CONFIRMED else None,
        arrived_at=at,
        created_at=at,
        updated_at=at,
        **fields,
    )
    registration.attendees = [
        AttendeeRow(name=name, name_key=name_key(name), position=number) for number, name in enumerate(names)
    ]
    session.add(registration)
    session.flush()
    if mail is not None:
        session.add(RegistrationMail(registration_id=registration.id, mail_id=mail.id))
    session.add(
        HistoryEntry(
            registration_id=registration.id,
            at=at,
            cause="mail",
            mail_id=mail.id if mail else None,
            action="registered",
            before=None,
            after={"headcount": registration.headcount},
            step=f"step{registration.id}",
        )
    )
    session.flush()
    return registration


def add_answer(
    session: Session,
    registration: Registration,
    *,
    kind: str = "confirmation",
    subject: str = "Anmeldebestätigung: Workshop",
    state: OutgoingState = OutgoingState.SENT,
    reply: str = "250 OK",
    mail: Mail | None = None,
    at: datetime = NOW,
) -> OutgoingMail:
    """Puts an answer down as the outbox leaves it."""
    raw = raw_mail(sender="47-ki@gelsenkirchen.de", subject=subject, text="Guten Tag,\n\nIhr Platz ist reserviert.\n")
    answer = OutgoingMail(
        key=f"answer:{registration.id}:{kind}:{at.isoformat()}",
        kind=kind,
        registration_id=registration.id,
        mail_id=mail.id if mail else None,
        recipient=registration.contact_email or "niemand@verein.example",
        message_id=f"out-{registration.id}-{kind}-{int(at.timestamp())}@gelsenkirchen.example",
        subject=f"{subject} [{registration.reference}]",
        raw=zlib.compress(raw),
        state=state,
        attempts=1,
        created_at=at,
        due_at=at,
        server_reply=reply,
        sent_at=at if state is OutgoingState.SENT else None,
    )
    session.add(answer)
    session.flush()
    return answer


def fill(session: Session) -> None:
    """The campaign: some of every kind."""
    start = datetime(2024, 10, 21, 9, 0, tzinfo=UTC)
    mailbox = Mailbox(name="47-ki@imap.example/INBOX", uidvalidity=7, last_uid=12, server_count=12, polled_at=NOW)
    session.add(mailbox)
    session.flush()

    text = (
        "Guten Tag,\n\nwir kommen gerne mit 3 Personen zum Workshop: Ayşe Yılmaz, Mehmet Öztürk und eine Kollegin.\n"
        "Bitte ein veganes Essen. Wir möchten an den Thementisch 2.\n\nMit freundlichen Grüßen\nAyşe Yılmaz"
    )
    first = add_mail(
        session,
        name="Ayşe Yılmaz",
        email="ayse@dostluk.example",
        subject="Anmeldung Workshop",
        text=text,
        at=start,
        attendees=[
            {"name": "Ayşe Yılmaz", "organisation": "", "needs": []},
            {"name": "Mehmet Öztürk", "organisation": "", "needs": []},
        ],
        headcount=3,
        organisation="Dostluk e.V.",
        theme_tables=[2],
        needs=["vegan"],
        evidence=[
            quote(text, "3 Personen", "headcount", 3),
            quote(text, "Ayşe Yılmaz", "attendees", "Ayşe Yılmaz"),
            quote(text, "Mehmet Öztürk", "attendees", "Mehmet Öztürk"),
            quote(text, "veganes", "needs", "vegan"),
            quote(text, "Thementisch 2", "theme_tables", 2),
        ],
    )
    dostluk = add_registration(
        session,
        reference="K7Q-2M4",
        names=("Ayşe Yılmaz", "Mehmet Öztürk"),
        headcount=3,
        at=start,
        email="ayse@dostluk.example",
        organisation="Dostluk e.V.",
        theme_tables=[2],
        needs=["vegan"],
        language="tr",
        mail=first,
    )
    session.add(
        HistoryEntry(
            registration_id=dostluk.id,
            at=start + timedelta(days=3),
            cause="staff",
            actor="Sabine",
            action="changed",
            reason="Anruf: eine Person mehr",
            before={"headcount": 2},
            after={"headcount": 3},
            step="s2",
        )
    )
    add_answer(session, dostluk, mail=first, at=start + timedelta(minutes=2))

    people = [
        ("Oksana Kowalenko", "oksana@ukraine-hilfe.example", "Ukraine-Hilfe Ruhr", "uk", 2, ["interpreter"], [1]),
        ("محمد الخطيب", "khatib@nour.example", "Nour Kulturverein", "ar", 4, ["halal"], [3]),
        ("Jürgen Müßig", "muessig@nachbarn.example", "Nachbarschaftstreff Süd", "de", 1, [], []),
        ("Ğülşen İnan", "gulsen@anadolu.example", "Anadolu Frauen", "tr", 2, ["childcare"], [2]),
        ("Zoë D'Almeida", "zoe@afroruhr.example", "Afro-Ruhr", "fr", 3, ["vegetarian", "wheelchair"], [1]),
    ]
    for number, (name, email, organisation, language, seats, needs, tables) in enumerate(people):
        at = start + timedelta(days=2 * number + 1, hours=number)
        body = f"Hallo,\n\nich melde mich mit {seats} Personen an.\n\n{name}"
        mail = add_mail(
            session,
            name=name,
            email=email,
            subject=f"Anmeldung {organisation}",
            text=body,
            at=at,
            headcount=seats,
            organisation=organisation,
            language=language,
            evidence=[quote(body, f"{seats} Personen", "headcount", seats)],
        )
        registration = add_registration(
            session,
            reference=f"R{number}X-{number}AB",
            names=(name,),
            headcount=seats,
            at=at,
            email=email,
            organisation=organisation,
            needs=needs,
            theme_tables=tables,
            language=language,
            mail=mail,
        )
        add_answer(session, registration, mail=mail, at=at + timedelta(minutes=1))

    late_text = "Guten Morgen,\n\nleider etwas spät: ich möchte noch mit meiner Frau kommen. Geht das?\n\nDario Conti"
    late_mail = add_mail(
        session,
        name="Dario Conti",
        email="dario@italiani.example",
        subject="Noch anmelden?",
        text=late_text,
        at=datetime(2024, 11, 9, 7, 15, tzinfo=UTC),
        headcount=2,
        late=True,
        has_question=True,
        attendees=[{"name": "Dario Conti", "organisation": "", "needs": []}],
        evidence=[quote(late_text, "mit meiner Frau", "headcount", 2)],
    )
    late = add_registration(
        session,
        reference="L8T-9Q1",
        names=("Dario Conti",),
        headcount=2,
        at=datetime(2024, 11, 9, 7, 15, tzinfo=UTC),
        status=Status.LATE,
        late=True,
        email="dario@italiani.example",
        organisation="Circolo Italiano",
        open_question=True,
        mail=late_mail,
    )
    add_answer(session, late, kind="late", subject="Anmeldung nach Anmeldeschluss: Workshop", mail=late_mail)

    unsure = (
        "Hallo zusammen,\n\nwir kommen zu zweit oder zu dritt, das klärt sich noch. Anmelden möchte ich Ivana Horvat "
        "und Marko Babić.\n\nViele Grüße\nIvana Horvat\nKroatischer Kulturbund"
    )
    add_mail(
        session,
        name="Ivana Horvat",
        email="ivana@kulturbund.example",
        subject="Anmeldung zum 15.11.",
        text=unsure,
        at=datetime(2024, 11, 7, 14, 5, tzinfo=UTC),
        state=MailState.WAITING,
        decision="review",
        reasons=("Es ist unklar, ob 2 oder 3 Personen kommen.",),
        attendees=[
            {"name": "Ivana Horvat", "organisation": "", "needs": []},
            {"name": "Marko Babić", "organisation": "", "needs": []},
        ],
        headcount=2,
        organisation="Kroatischer Kulturbund",
        evidence=[
            quote(unsure, "zu zweit", "headcount", 2),
            quote(unsure, "zu dritt", "headcount", 3),
            quote(unsure, "Ivana Horvat", "attendees", "Ivana Horvat"),
            quote(unsure, "Marko Babić", "attendees", "Marko Babić"),
        ],
    )
    add_mail(
        session,
        name="Petra Lindner",
        email="petra@lindner.example",
        subject="Frage zur Anreise",
        text="Guten Tag,\n\ngibt es am Veranstaltungsort Parkplätze?\n\nPetra Lindner",
        html="<p>Guten Tag,</p><p onclick='x()'>gibt es am Veranstaltungsort <b>Parkplätze</b>?</p>"
        "<img src='https://tracker.example/x.gif'><script>alert(1)</script><p>Petra Lindner</p>",
        at=datetime(2024, 11, 8, 10, 0, tzinfo=UTC),
        state=MailState.WAITING,
        intent="question",
        decision="review",
        has_question=True,
        reasons=("Die Mail stellt eine Frage; darauf antwortet ein Mensch.",),
    )
    broken = add_mail(
        session,
        name="",
        email="kaputt@verein.example",
        subject="kaputt",
        text="…",
        at=datetime(2024, 11, 8, 11, 0, tzinfo=UTC),
        state=MailState.FAILED,
        error="Das Lesen dieser Mail dauerte länger als 20 Sekunden.",
    )
    add_registration(
        session,
        reference="C0C-111",
        names=("Heinz Abgesagt",),
        at=start + timedelta(days=4),
        status=Status.CANCELLED,
        email="heinz@verein.example",
    )
    add_registration(
        session,
        reference="T3L-222",
        names=("Wilma Warter",),
        headcount=2,
        at=start + timedelta(days=8),
        status=Status.WAITLISTED,
        email="wilma@verein.example",
        waiting_since=start + timedelta(days=8),
    )
    phone = add_registration(
        session,
        reference="P4H-333",
        names=("Nikolaos Papadopoulos",),
        at=start + timedelta(days=9),
        channel=Channel.PHONE,
        contact_phone="+492091234567",
    )
    add_answer(
        session,
        phone,
        state=OutgoingState.FAILED,
        reply="550 5.1.1 Mailbox does not exist",
        at=start + timedelta(days=9),
    )
    for number, mail_id in enumerate(range(first.id, broken.id + 1)):
        session.add(MailLocation(mail_id=mail_id, mailbox_id=mailbox.id, uidvalidity=7, uid=number + 1))
