"""Looking before anything goes: samples of every kind, the templates' mistakes, the mail server's word."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from processor.clock import SystemClock
from processor.database import Registration
from processor.errors import MailServerUnreachableError, TemplateError, UsageError
from processor.outbox import brake, digest
from processor.outbox.catalogs import SOURCE
from processor.outbox.letters import folders_of, render
from processor.outbox.loops import forbidden
from processor.outbox.mime import AddressError, Envelope, build, wire_address
from processor.outbox.queueing import letter_of, new_message_id
from processor.outbox.studio import studio
from processor.outbox.transport import BrokenOffError, Connection, RefusedError
from processor.outbox.values import Letter, SampleReport, ServerProbe
from processor.outbox.views import PersonView, RegistrationView, TableView
from processor.registrations.values import AnswerKind, Difference, DueAnswer
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


def sample(
    kind: AnswerKind,
    settings: Settings,
    *,
    language: str,
    folder: Path | None = None,
    more: Mapping[str, Any] | None = None,
) -> Letter:
    """A sample of one kind in one language.

    :param more: what the template is told besides.
    """
    is_digest = kind is AnswerKind.DIGEST
    known = {"digest": asdict(digest.sample(settings))} if is_digest else {}
    return render(
        sample_due(kind, language),
        [] if is_digest else [_registration(kind, settings)],
        settings,
        now=SystemClock().now(),
        folder=folder,
        more={**known, **(more or {})},
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
        recipient_name="" if kind is AnswerKind.DIGEST else "Elif Beispiel",
        recipient_email="elif.beispiel@example.org",
        language=language,
        differences=change if kind is AnswerKind.CHANGE else (),
        remark=remark,
    )


def _registration(kind: AnswerKind, settings: Settings) -> RegistrationView:
    tables = tuple(TableView(number=one.number, title=one.title) for one in settings.event.theme_tables[:2])
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
        tables=tables,
        needs=("vegetarian", "childcare"),
        open_question=kind is AnswerKind.CONFIRMATION,
        table=tables[0] if tables and kind is AnswerKind.REMINDER else None,
        table_missing=kind is AnswerKind.CHANGE,
    )


def send_samples(
    settings: Settings,
    address: str,
    now: datetime,
    *,
    folder: Path | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> SampleReport:
    """Sends a sample of every kind in every language to an address, the German ones first; nothing is kept.

    Each is marked as a sample, in its subject and above its text. What a broken template spoils is left out and named.

    :param pause: waits so many seconds, where there are more samples than may go in a minute.
    :raises MailServerUnreachableError: when the server could not be reached, or would not take one.
    :raises UsageError: when the address is none.
    """
    try:
        wire_address(address)
    except AddressError as error:
        raise UsageError(str(error)) from error
    broken: dict[str, None] = {}
    letters: list[Letter] = []
    for kind, language, more in _wanted(settings, folder):
        try:
            letters.append(sample(kind, settings, language=language, folder=folder, more={**more, "sample": True}))
        except TemplateError as error:
            broken[str(error)] = None
    at_once = max(settings.smtp.per_minute, 1)
    for begin in range(0, len(letters), at_once):
        if begin:
            pause(60)
        _send_all(letters[begin : begin + at_once], settings, address, now)
    return SampleReport(sent=len(letters), broken=tuple(broken))


def _wanted(settings: Settings, folder: Path | None) -> Iterator[tuple[AnswerKind, str, Mapping[str, Any]]]:
    """Every kind in every language that can be written; what the staff get is written in German alone."""
    has = studio(folders_of(settings, folder)).catalogs.has
    languages = [language for language in settings.answers.languages if language != SOURCE and has(language)]
    for language in (SOURCE, *languages):
        for kind in kinds():
            yield kind, language, {}
        if language == SOURCE:
            yield AnswerKind.DIGEST, SOURCE, {}
            yield AnswerKind.DIGEST, SOURCE, brake.sample(settings)


def _send_all(letters: Sequence[Letter], settings: Settings, address: str, now: datetime) -> None:
    connection = Connection(settings.smtp)
    try:
        for letter in letters:
            message_id = new_message_id(settings, now)
            raw = build(replace(letter, subject=f"Muster – {letter.subject}"), _to(address, message_id, settings, now))
            connection.send(raw, recipient=address, message_id=message_id)
    except (RefusedError, BrokenOffError) as error:
        raise MailServerUnreachableError(f"Ein Muster an {address} ging nicht hinaus: {error}") from error
    finally:
        connection.close()


def _to(address: str, message_id: str, settings: Settings, now: datetime) -> Envelope:
    return Envelope(
        message_id=message_id,
        from_name=settings.smtp.from_name,
        from_address=settings.smtp.from_address,
        reply_to="",
        to_name="",
        to_address=address,
        date=now.astimezone(settings.event.zone),
        auto_submitted="auto-generated",
    )


def check_staff_mail(settings: Settings) -> list[str]:
    """A sentence for each address of the staff that no digest can go to."""
    wanted = settings.staff.digest_to if settings.staff is not None else ()
    reasons = {address: forbidden(AnswerKind.DIGEST, address, None, settings) for address in wanted}
    return [
        f"[staff] digest_to nennt {address}: {why} Dorthin geht keine Tagesübersicht."
        for address, why in reasons.items()
        if why
    ]


def check_templates(settings: Settings, *, folder: Path | None = None) -> list[str]:
    """Renders every kind in every language that is offered; gives a sentence for each mistake, with file and line."""
    catalogs = studio(folders_of(settings, folder)).catalogs
    mistakes: dict[str, None] = {}
    for language in settings.answers.languages:
        if not catalogs.has(language):
            mistakes[
                f"{catalogs.files_of(language)[-1]}: Diese Übersetzung fehlt, "
                f"aber [answers] languages nennt „{language}“; diese Leute bekommen Deutsch."
            ] = None
    for kind, language, more in _wanted(settings, folder):
        try:
            sample(kind, settings, language=language, folder=folder, more=more)
        except TemplateError as error:
            mistakes[str(error)] = None
    return list(mistakes)
