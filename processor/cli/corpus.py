"""The command that gives away what was learnt, without the people: export-corpus."""

from __future__ import annotations

import getpass
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from processor.cli.common import installation
from processor.clock import SystemClock
from processor.database import AuditEntry
from processor.reading import GuardedReader, Reading, ReadingRules, as_json


def export_corpus(config: Path, output: Path) -> int:
    """``anmeldepost export-corpus``"""
    from processor.export.corpus import write_corpus
    from processor.privacy.known import everybody

    with installation(config) as (database, settings), GuardedReader(ReadingRules.of(settings)) as reader:

        def read(raw: bytes) -> Mapping[str, Any] | None:
            ((_, result),) = reader.read_all([(0, raw)])
            return as_json(result, settings.event) if isinstance(result, Reading) else None

        with database.reading() as session:
            known = everybody(session, settings.event, settings.office.domains)
            written = write_corpus(session, output, known=known, key=secrets.token_bytes(32), read=read)
        with database.transaction() as session:
            session.add(
                AuditEntry(
                    at=SystemClock().now(),
                    actor=f"Kommandozeile: {getpass.getuser()}"[:100],
                    action="export",
                    detail=f"Korpus mit erfundenen Namen, {written.mails} Mails",
                )
            )
    sys.stdout.write(
        f"{written.mails} Mails mit erfundenen Namen in {output}; {written.dropped} Anhänge sind weggelassen.\n"
    )
    if written.differing:
        sys.stdout.write(
            f"{written.differing} davon werden anders gelesen als das Original; das steht jeweils bei „why“.\n"
        )
    if written.left_out:
        sys.stdout.write(
            f"{written.left_out} Mails fehlen: In ihnen wäre etwas zu erkennen geblieben, das auf Menschen weist.\n"
        )
    return 0
