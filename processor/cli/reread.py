"""The commands that read stored mails again: reread, evaluate --corrections."""

from __future__ import annotations

import contextlib
import pickle
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import select

from processor.cli.common import clock_at, installation
from processor.clock import Clock
from processor.database import Database, Mail, MailState
from processor.errors import UsageError
from processor.pipeline import book_again, booking_rules
from processor.pipeline import reread as read_again
from processor.reading import GuardedReader, Reading, ReadingFailedError, ReadingRules, as_json
from processor.registrations.replay import Effect, Reread, Rereading, dry_run
from processor.settings import Settings

#: Mails that nobody has read yet are the daemon's; of erased ones nothing is left to read.
_NOT_AGAIN = (MailState.NEW, MailState.ERASED)

_STATE = {
    MailState.DONE: "erledigt",
    MailState.WAITING: "wartet auf das Büro",
    MailState.DECIDED: "vom Büro entschieden",
    MailState.FAILED: "beiseitegelegt",
}
_EFFECT = {
    Effect.SAME: "unverändert",
    Effect.ENTERED: "wird eingetragen und beantwortet",
    Effect.WAITS: "wartet auf das Büro",
    Effect.DIFFERS: "bleibt eingetragen, das Büro vergleicht",
    Effect.DECIDED: "bleibt, wie das Büro entschieden hat",
}
#: Effects that leave everything as it was.
_QUIET = (Effect.SAME, Effect.DECIDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """A mail as it stood before it was read again."""

    id: int
    arrived_at: datetime
    state: MailState
    subject: str


def reread(config: Path, mail_ids: Sequence[int], rehearse: bool, now: str | None) -> int:
    """``anmeldepost reread``

    :param mail_ids: numbers of mails; empty for all.
    :param rehearse: only says what would change.
    :returns: 1 where a mail could not be read, else 0.
    """
    with installation(config) as (database, settings):
        clock = clock_at(now, settings)
        mails = _stored(database, mail_ids)
        with GuardedReader(ReadingRules.of(settings)) as reader:
            step = _rehearsed if rehearse else _applied
            unreadable = changed = decided = 0
            for mail, result in step(database, settings, clock, reader, mails):
                if isinstance(result, ReadingFailedError):
                    unreadable += 1
                    sys.stdout.write(f"Mail {mail.id}: lässt sich nicht lesen und bleibt, wie sie ist. {result}\n")
                    continue
                decided += result.effect is Effect.DECIDED
                if result.effect not in _QUIET:
                    changed += 1
                    sys.stdout.write(_line(mail, result))
    would = "würden sich ändern" if rehearse else "haben sich geändert"
    sys.stdout.write(
        f"{len(mails)} Mails noch einmal gelesen: {changed} Entscheidungen {would}, "
        f"{decided} hat das Büro entschieden und bleiben, {unreadable} ließen sich nicht lesen.\n"
    )
    if rehearse and changed:
        sys.stdout.write("Das war eine Probe; ohne --dry-run wird es so eingetragen.\n")
    return 1 if unreadable else 0


def evaluate_corrections(config: Path) -> int:
    """``anmeldepost evaluate --corrections``: the reading as it is now against what people decided."""
    from processor.evaluation.corrections import newest_examples, render_measured

    with installation(config) as (database, settings):
        with database.reading() as session:
            examples = newest_examples(session)
        if not examples:
            sys.stdout.write("Noch hat niemand über eine Mail entschieden oder eine geprüft.\n")
            return 0
        mails = _by_number(database, [example.mail_id for example in examples])
        with GuardedReader(ReadingRules.of(settings)) as reader:
            results = {
                number: as_json(result, settings.event)
                for number, result in reader.read_all(_raw(database, mails))
                if isinstance(result, Reading)
            }
    sys.stdout.write(render_measured(examples, results))
    return 0


def _by_number(database: Database, numbers: Sequence[int]) -> list[_Stored]:
    wanted = set(numbers)
    return [mail for mail in _stored(database, ()) if mail.id in wanted]


def _line(mail: _Stored, result: Rereading) -> str:
    subject = " ".join(mail.subject.split())[:60] or "ohne Betreff"
    reasons = "".join(f"\n    {reason}" for reason in result.reasons)
    return f"Mail {mail.id} „{subject}“: {_STATE[mail.state]} → {_EFFECT[result.effect]}{reasons}\n"


def _stored(database: Database, mail_ids: Sequence[int]) -> list[_Stored]:
    """The mails in the order of their arrival.

    :raises UsageError: for a number that is none of them.
    """
    query = select(Mail.id, Mail.arrived_at, Mail.state, Mail.subject).order_by(Mail.arrived_at, Mail.id)
    with database.reading() as session:
        rows = [
            _Stored(id=row.id, arrived_at=row.arrived_at, state=row.state, subject=row.subject)
            for row in session.execute(query)
        ]
    if not mail_ids:
        return [row for row in rows if row.state not in _NOT_AGAIN]
    asked = [row for row in rows if row.id in set(mail_ids)]
    if missing := set(mail_ids) - {row.id for row in asked}:
        raise UsageError(
            f"--mail {min(missing)}: Diese Mail gibt es nicht. Die Nummer steht in der Adresse ihrer Seite (/mails/…)."
        )
    for row in asked:
        if row.state in _NOT_AGAIN:
            why = (
                "ist gelöscht" if row.state is MailState.ERASED else "ist noch nicht gelesen; das tut „run“ oder „once“"
            )
            raise UsageError(f"--mail {row.id}: Diese Mail {why}.")
    return asked


def _raw(database: Database, mails: Sequence[_Stored]) -> Iterator[tuple[int, bytes]]:
    for mail in mails:
        with database.reading() as session:
            raw = session.scalar(select(Mail.raw).where(Mail.id == mail.id, Mail.state != MailState.ERASED))
        if raw:
            yield mail.id, zlib.decompress(raw)


def _rehearsed(
    database: Database, settings: Settings, clock: Clock, reader: GuardedReader, mails: Sequence[_Stored]
) -> Iterator[tuple[_Stored, Rereading | ReadingFailedError]]:
    """All are read first and booked in one transaction that is taken back: one mail may depend on another.

    What was read waits in a file: all of it in memory would be too much, and a transaction that stays open while mails
    are read would keep everybody else from writing.
    """
    by_id = {mail.id: mail for mail in mails}
    with tempfile.TemporaryFile() as waiting:
        for mail_id, result in reader.read_all(_raw(database, mails)):
            if isinstance(result, Reading):
                pickle.dump(read_again(mail_id, result, settings, by_id[mail_id].arrived_at), waiting)
            else:
                yield by_id[mail_id], result
        waiting.seek(0)
        with database.transaction() as session:
            rereadings = dry_run(session, _loaded(waiting), booking_rules(settings), clock.now())
    for rereading in rereadings:
        yield by_id[rereading.mail_id], rereading


def _loaded(file: IO[bytes]) -> Iterator[Reread]:
    """What was put into a file, one after the other."""
    with contextlib.suppress(EOFError):
        while True:
            yield pickle.load(file)  # noqa: S301 -- written a moment ago by this process, in a file without a name


def _applied(
    database: Database, settings: Settings, clock: Clock, reader: GuardedReader, mails: Sequence[_Stored]
) -> Iterator[tuple[_Stored, Rereading | ReadingFailedError]]:
    """One transaction for each mail, as the daemon does."""
    by_id = {mail.id: mail for mail in mails}
    for mail_id, result in reader.read_all(_raw(database, mails)):
        if not isinstance(result, Reading):
            yield by_id[mail_id], result
            continue
        with database.transaction() as session:
            mail = read_again(mail_id, result, settings, by_id[mail_id].arrived_at)
            rereading = book_again(session, mail, settings, clock)
        yield by_id[mail_id], rereading
