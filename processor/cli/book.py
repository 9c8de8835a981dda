"""The commands that read and write the list: list, export, add."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from processor import inbox, registrations
from processor.cli.common import clock_at, installation
from processor.clock import SystemClock
from processor.database import Channel, OutgoingState, Registration
from processor.errors import UsageError
from processor.event import Event
from processor.registrations import BookError, NamesakeError, NewRegistration

_STATUS = {
    "confirmed": "bestätigt",
    "late": "nach Anmeldeschluss",
    "waitlisted": "Warteliste",
    "review": "zu entscheiden",
    "cancelled": "abgesagt",
}


def list_registrations(config: Path, as_json: bool) -> int:
    """``anmeldepost list``"""
    with installation(config) as (database, settings), database.reading() as session:
        rows = registrations.all_registrations(session)
        if as_json:
            found = [registrations.as_json(row) for row in rows]
            sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
            return 0
        sys.stdout.write(_table(rows))
        sys.stdout.write(_sums(rows))
        sys.stdout.write(inbox.held(session, settings.imap).sentence + "\n")
    return 0


def _table(rows: Sequence[Registration]) -> str:
    """The list for a terminal, columns as wide as their contents."""
    if not rows:
        return "Noch keine Anmeldungen.\n"
    cells = [("Nr.", "Status", "Plätze", "Kontakt", "Verein", "Personen")]
    cells += [
        (
            row.reference,
            _STATUS[row.status.value] + (", verspätet" if row.late and row.status.value != "late" else ""),
            str(row.headcount),
            row.contact_name or row.contact_email or row.contact_phone,
            row.organisation,
            ", ".join(person.name for person in row.attendees),
        )
        for row in rows
    ]
    cells = [tuple(" ".join(cell.split())[:60] for cell in line) for line in cells]  # type: ignore[misc]  # same length
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    return "".join(
        "  ".join(
            [
                *(
                    cell.rjust(width) if column == 2 else cell.ljust(width)
                    for column, (cell, width) in enumerate(zip(line, widths, strict=False))
                ),
                line[5],
            ]
        ).rstrip()
        + "\n"
        for line in cells
    )


def _sums(rows: Sequence[Registration]) -> str:
    """One line: what is promised, and what of the confirmed ones' wishes is not."""
    parts = []
    for status, words in _STATUS.items():
        of_status = [row for row in rows if row.status.value == status]
        if not of_status:
            continue
        seats = sum(row.headcount for row in of_status)
        part = f"{words}: {len(of_status)} mit {{}} Plätzen"
        if status == "confirmed":
            late = sum(row.late_seats for row in of_status)
            waiting = sum(row.waiting_seats for row in of_status)
            seats -= late + waiting
            open_ones = [f"{late} nach Anmeldeschluss"] * bool(late) + [f"{waiting} auf der Warteliste"] * bool(waiting)
            part += f" (dazu gewünscht: {', '.join(open_ones)})" if open_ones else ""
        parts.append(part.format(seats))
    return "; ".join(parts) + ("\n" if parts else "")


def export(config: Path, form: str, output: Path) -> int:
    """``anmeldepost export``: writes beside the target first, so that a half-written file never stands there."""
    if not output.resolve().parent.is_dir():
        raise UsageError(f"{output}: Den Ordner {output.resolve().parent} gibt es nicht.")
    if output.is_dir():
        raise UsageError(f"{output}: Das ist ein Ordner; bitte in --output eine Datei nennen.")
    with installation(config) as (database, settings), database.reading() as session:
        rows = registrations.all_registrations(session)
        try:
            if output.exists() and not output.is_file():
                # A pipe or a device, such as /dev/stdout: what is renamed onto it would take its place.
                with tempfile.TemporaryDirectory() as folder:
                    draft = Path(folder) / output.name
                    _write_list(draft, form, rows, settings.event)
                    with output.open("wb") as target:
                        target.write(draft.read_bytes())
            else:
                # Behind a link lies what is meant.
                target_file = output.resolve()
                draft = target_file.with_name(f".{target_file.name}.{os.getpid()}")
                try:
                    _write_list(draft, form, rows, settings.event)
                    draft.replace(target_file)
                finally:
                    draft.unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(
                f"{output}: Die Datei lässt sich nicht schreiben ({error.strerror or error}). "
                "Bitte in --output eine andere nennen oder Platz und Rechte prüfen."
            ) from error
    sys.stderr.write(f"{len(rows)} Anmeldungen stehen in {output}.\n")
    return 0


def _write_list(target: Path, form: str, rows: Sequence[Registration], event: Event) -> None:
    from processor import export as writers

    match form:
        case "csv":
            writers.write_csv(target, rows, event.zone)
        case "xlsx":
            writers.write_xlsx(target, rows, event.zone)
        case "json":
            writers.write_json(target, rows)
        case _:
            writers.write_pdf(target, rows, event, SystemClock().now())


def _phone(said: str) -> str:
    """A telephone number as people say it, in E.164; "" for none.

    :raises UsageError: when it is none.
    """
    if not said.strip():
        return ""
    import phonenumbers

    try:
        number = phonenumbers.parse(said, "DE")
    except phonenumbers.NumberParseException as error:
        raise UsageError(f"--phone: „{said}“ ist keine Telefonnummer; gemeint ist etwa 0209 169-3052.") from error
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _already(error: NamesakeError, event: Event) -> str:
    """Who is registered under the same name, in one sentence."""
    found = "; ".join(
        f"„{each.said}“ auf {each.described}, seit {each.arrived_at.astimezone(event.zone):%d.%m.%Y %H:%M}"
        for each in error.known
    )
    return f"Nichts eingetragen: Schon angemeldet ist {found}; ist es eine andere Person, bitte mit --other-person."


def add(
    config: Path,
    name: str,
    organisation: str,
    email: str,
    phone: str,
    headcount: int,
    attendees: tuple[str, ...],
    tables: tuple[int, ...],
    needs: tuple[str, ...],
    remark: str,
    another: bool,
    by: str,
    now: str | None,
) -> int:
    """``anmeldepost add``: a call becomes a registration; with an address, the confirmation is queued.

    :param another: whoever has the same name on the list is somebody else.
    :returns: 0; 1 where somebody of the same name is registered, and nothing was entered.
    """
    from processor import outbox
    from processor.extraction import Attendee
    from processor.pipeline import booking_rules

    with installation(config) as (database, settings), database.transaction() as session:
        moment = clock_at(now, settings).now()
        people = tuple(Attendee(name=each) for each in (name, *attendees))
        facts = NewRegistration(
            name=name,
            organisation=organisation,
            email=email,
            phone=_phone(phone),
            headcount=max(headcount, len(people)),
            attendees=people,
            theme_tables=tables,
            needs=needs,
            remarks=remark,
        )
        try:
            decided = registrations.add(
                session,
                facts,
                booking_rules(settings),
                moment,
                channel=Channel(by),
                actor="anmeldepost add",
                another=another,
            )
        except NamesakeError as error:
            sys.stderr.write(f"anmeldepost: {_already(error, settings.event)}\n")
            return 1
        except BookError as error:
            raise UsageError(str(error)) from error
        answers = [outbox.queue(session, due, answered=None, settings=settings, now=moment) for due in decided.answers]
        queued = [row for row in answers if row is not None and row.state is OutgoingState.QUEUED]
        if not settings.answers.hold_seconds:
            # Due at once, also for a replay whose clock stands earlier than the one that the call was entered by.
            for row in queued:
                row.due_at = min(row.due_at, settings.event.begins_at - timedelta(days=366))
        registration = decided.registration
        if registration is None:
            raise UsageError("Die Anmeldung wurde nicht eingetragen.")
        lines = [f"{registration.reference}: {_STATUS[registration.status.value]}, {registration.headcount} Plätze."]
        if queued:
            lines.append(f"Die Antwort an {registration.contact_email} steht zum Versand an.")
        else:
            lines.append("Ohne Mailadresse geht keine Bestätigung hinaus; ein Rückruf ist vermerkt.")
        lines += decided.hints
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
