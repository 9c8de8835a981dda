"""Looking before anything goes: samples of every kind, the templates' mistakes, the mail server's word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from processor.clock import SystemClock
from processor.database import Registration
from processor.errors import TemplateError
from processor.outbox.letters import render
from processor.outbox.queueing import letter_of
from processor.outbox.studio import studio
from processor.outbox.transport import Connection
from processor.outbox.values import Letter, ServerProbe
from processor.outbox.views import PersonView, RegistrationView, TableView
from processor.registrations.values import AnswerKind, Difference, DueAnswer
from processor.resources import templates_folder
from processor.settings import Settings, SmtpSettings

#: The status that a registration has when a mail of this kind goes; confirmed for all others.
_STATUS = {
    AnswerKind.CANCELLATION: "cancelled",
    AnswerKind.LATE: "late",
    AnswerKind.REFUSAL: "cancelled",
    AnswerKind.WAITLIST: "waitlisted",
    AnswerKind.QUESTION: "review",
}


def probe(settings: SmtpSettings) -> ServerProbe:
    """Connects, encrypts, logs in, asks for a sign of life; sends nothing.

    :raises MailServerUnreachableError: one sentence that says which of these failed.
    """
    connection = Connection(settings)
    try:
        connection.noop()
        return ServerProbe(
            name=f"{settings.host}:{settings.port}",
            tls=connection.tls_version,
            authenticated=connection.authenticated,
            smtputf8=connection.offers("smtputf8"),
            dsn=connection.offers("dsn"),
            largest=connection.largest,
        )
    finally:
        connection.close()


def preview(
    due: DueAnswer,
    registrations: Sequence[Registration],
    settings: Settings,
    now: datetime,
    *,
    folder: Path | None = None,
) -> tuple[str, str, str]:
    """Subject, text and HTML of an answer as it would go now; nothing is queued.

    :raises TemplateError: names file and line of what is broken.
    """
    letter = letter_of(due, registrations, settings, now, folder=folder)
    return letter.subject, letter.text, letter.html


def kinds() -> tuple[AnswerKind, ...]:
    """Every kind of mail to participants."""
    return tuple(kind for kind in AnswerKind if kind is not AnswerKind.DIGEST)


def samples(settings: Settings, *, language: str, folder: Path | None = None) -> Iterator[tuple[AnswerKind, Letter]]:
    """A sample of every kind in one language, with invented people.

    :raises TemplateError: names file and line of what is broken.
    """
    for kind in kinds():
        yield kind, sample(kind, settings, language=language, folder=folder)


def sample(kind: AnswerKind, settings: Settings, *, language: str, folder: Path | None = None) -> Letter:
    """A sample of one kind in one language."""
    return render(
        sample_due(kind, language), [_registration(kind, settings)], settings, now=SystemClock().now(), folder=folder
    )


def sample_due(kind: AnswerKind, language: str) -> DueAnswer:
    """An answer to an invented person."""
    change = (
        Difference(field="headcount", before="2", after="3"),
        Difference(field="attendees", before="Elif Beispiel", after="Elif Beispiel, Олена Приклад"),
        Difference(field="organisation", before="", after="Beispielverein e. V."),
        Difference(field="needs", before="vegan", after="halal, wheelchair"),
        Difference(field="theme_tables", before="1", after=""),
    )
    remark = "Wie viele Personen kommen aus Ihrem Verein?" if kind is AnswerKind.QUESTION else ""
    return DueAnswer(
        kind=kind,
        registration_id=None,
        mail_id=None,
        recipient_name="Elif Beispiel",
        recipient_email="elif.beispiel@example.org",
        language=language,
        differences=change if kind is AnswerKind.CHANGE else (),
        remark=remark,
    )


def _registration(kind: AnswerKind, settings: Settings) -> RegistrationView:
    tables = settings.event.theme_tables[:2]
    return RegistrationView(
        reference="GE-7K4M",
        status=_STATUS.get(kind, "confirmed"),
        late=kind in (AnswerKind.LATE, AnswerKind.REFUSAL, AnswerKind.ACCEPTED),
        contact="",
        phone="+49 209 555 0147",
        organisation="Beispielverein e. V.",
        people=(
            PersonView(name="Elif Beispiel", organisation="", needs=("halal",)),
            PersonView(name="Олена Приклад", organisation="Musterinitiative", needs=("wheelchair", "interpreter")),
            PersonView(name="محمد مثال", organisation="", needs=()),
        ),
        unnamed=2,
        headcount=5,
        seats=4 if kind is AnswerKind.CONFIRMATION else 5,
        late_seats=0,
        waiting_seats=1 if kind is AnswerKind.CONFIRMATION else 0,
        tables=tuple(TableView(number=table.number, title=table.title) for table in tables),
        needs=("vegetarian", "childcare"),
        open_question=kind is AnswerKind.CONFIRMATION,
    )


def check_templates(settings: Settings, *, folder: Path | None = None) -> list[str]:
    """Renders every kind in every language that is offered; gives a sentence for each mistake, with file and line."""
    where = folder or templates_folder()
    room = studio(where)
    mistakes: dict[str, None] = {}
    available = room.catalogs.languages()
    for language in settings.answers.languages:
        if language not in available:
            mistakes[
                f"{room.catalogs.file_of(language)}: Diese Übersetzung fehlt, "
                f"aber [answers] languages nennt „{language}“; diese Leute bekommen Deutsch."
            ] = None
            continue
        for kind in kinds():
            try:
                sample(kind, settings, language=language, folder=where)
            except TemplateError as error:
                mistakes[str(error)] = None
    return list(mistakes)
