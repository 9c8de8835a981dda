"""What goes by the calendar and not in answer to a mail."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from processor.outbox import digest, reminders
from processor.settings import Settings


def remind(session: Session, settings: Settings, now: datetime, *, folder: Path | None = None) -> int:
    """Queues all that is due by now, in the caller's transaction: reminders, thanks, the digest for the staff.

    Each goes once to an address, however often this is called.

    :returns: how many mails were queued.
    """
    return sum(
        queue_due(session, settings, now, folder=folder)
        for queue_due in (reminders.remind, reminders.thank, digest.send_digest)
    )
