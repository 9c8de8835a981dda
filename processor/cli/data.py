"""The commands for data protection: disclose, forget, purge."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from processor import privacy
from processor.cli.common import clock_at, installation
from processor.clock import SystemClock
from processor.privacy import Erased


def disclose(config: Path, address: str, output: Path | None) -> int:
    """``anmeldepost disclose``"""
    with installation(config) as (database, _), database.reading() as session:
        found = privacy.disclose(session, address, SystemClock().now())
    text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")
    return 0


def forget(config: Path, address: str) -> int:
    """``anmeldepost forget``"""
    with installation(config) as (database, _), database.transaction() as session:
        erased = privacy.forget(session, address)
    sys.stdout.write(f"Zu {address.lower()} {_counted(erased)}.\n")
    return 0


def purge(config: Path, now: str | None) -> int:
    """``anmeldepost purge``"""
    with installation(config) as (database, settings), database.transaction() as session:
        erased = privacy.purge(session, settings.event, settings.privacy, clock_at(now, settings).now())
    sys.stdout.write(f"Nach Ablauf der Fristen {_counted(erased)}.\n")
    return 0


def _counted(erased: Erased) -> str:
    return (
        f"gelöscht: {erased.registrations} Anmeldungen, {erased.mails} Mails, {erased.answers} Antworten, "
        f"Bedarfe von {erased.needs} Anmeldungen"
    )
