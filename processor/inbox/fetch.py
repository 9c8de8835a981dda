"""Reading a folder: what is new in it, and the mails themselves, in portions that fit into memory."""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from processor.errors import MailboxUnreachableError
from processor.inbox.connection import Session, speaking
from processor.inbox.values import FetchedMail
from processor.settings.values import ImapSettings

#: Mails larger than this are not taken whole: no registration is, and one of them must not fill the disk.
LARGEST_MAIL = 50 * 1024 * 1024
#: At most so many mails, and so many bytes, are in memory at once (one mail at least).
_BATCH_MAILS = 100
_BATCH_BYTES = 4 * 1024 * 1024
#: UIDs named in one command: keeps the line under the 8,192 bytes that servers must take (RFC 7162, section 4).
_UIDS_A_COMMAND = 500
#: Mails searched with one command: imaplib refuses answers of more than a million bytes.
_SEARCH_WINDOW = 50_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """What the server said when the folder was opened (RFC 3501, section 6.3.1)."""

    uidvalidity: int
    exists: int
    #: The UID that the next mail gets; None where the server does not say.
    uidnext: int | None
    writable: bool
    permanent_flags: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Mails that are stored together."""

    mails: tuple[FetchedMail, ...]
    #: The checkpoint after them: also mails that vanished meanwhile count as read.
    last_uid: int
    vanished: int


def open_folder(session: Session, settings: ImapSettings, *, writable: bool = False) -> OpenFolder:
    """Opens the folder; read-only (EXAMINE) unless told otherwise, so that no flag changes by looking.

    :raises MailboxUnreachableError: when there is no such folder, or the line breaks.
    """
    with speaking(settings):
        try:
            said = session.select_folder(settings.folder, readonly=not writable)
        except imaplib.IMAP4.readonly:
            # imaplib refuses a folder that we may only read where it was to be opened for writing.
            said, writable = session.select_folder(settings.folder, readonly=True), False
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise MailboxUnreachableError(_no_folder(session, settings)) from error
        return OpenFolder(
            uidvalidity=int(said.get(b"UIDVALIDITY", 0)),
            exists=int(said.get(b"EXISTS", 0)),
            uidnext=int(said[b"UIDNEXT"]) if b"UIDNEXT" in said else None,
            writable=writable,
            permanent_flags=tuple(said.get(b"PERMANENTFLAGS", ())),
        )


def _no_folder(session: Session, settings: ImapSettings) -> str:
    names = sorted(str(name) for _flags, _delimiter, name in session.list_folders())
    shown = ", ".join(names[:10]) + (" und weitere" if len(names) > 10 else "")
    return (
        f"Der Ordner „{settings.folder}“ lässt sich im Postfach {settings.user} auf {settings.host} nicht öffnen. "
        f"Bitte [imap] folder prüfen; vorhanden sind: {shown or 'keine'}."
    )


def uids_above(
    session: Session, settings: ImapSettings, folder: OpenFolder, last_uid: int, *, window: int = _SEARCH_WINDOW
) -> list[int]:
    """The UIDs above the checkpoint, ascending.

    Searched from the newest mails down: a mail that somebody removes meanwhile moves the others to lower places,
    into a window that is still to come.

    :param window: mails that are searched with one command.
    """
    if folder.exists == 0 or (folder.uidnext is not None and folder.uidnext <= last_uid + 1):
        return []
    found: set[int] = set()
    with speaking(settings):
        for start in reversed(range(1, folder.exists + 1, window)):
            end = "*" if start + window > folder.exists else str(start + window - 1)
            places = [] if start == 1 and end == "*" else [f"{start}:{end}"]
            # „n:*“ names the last mail also where it lies below n (RFC 3501, section 6.4.8).
            found.update(uid for uid in session.search([*places, "UID", f"{last_uid + 1}:*"]) if uid > last_uid)
    return sorted(found)


def batches(
    session: Session,
    settings: ImapSettings,
    folder: OpenFolder,
    uids: Sequence[int],
    fallback: datetime,
    *,
    careful: bool = False,
) -> Iterator[Batch]:
    """The mails with these UIDs (ascending), portion by portion.

    :param fallback: the arrival of mails for which the server names none.
    :param careful: begins with a single mail and doubles from there: on a line that breaks again and again, each
        look comes a little further.
    :raises MailboxUnreachableError: when the line breaks; what was given before is whole.
    """
    most = 1 if careful else _BATCH_MAILS
    for start in range(0, len(uids), _UIDS_A_COMMAND):
        chunk = uids[start : start + _UIDS_A_COMMAND]
        with speaking(settings):
            sizes = {uid: int(data.get(b"RFC822.SIZE") or 0) for uid, data in _fetch(session, chunk, ["RFC822.SIZE"])}
        while portion := _first_portion(chunk, sizes, most):
            chunk = chunk[len(portion) :]
            most = min(2 * most, _BATCH_MAILS)
            with speaking(settings):
                found = list(_portion(session, folder, portion, sizes, fallback))
            yield Batch(tuple(found), portion[-1], len(portion) - len(found))


def _first_portion(uids: Sequence[int], sizes: dict[int, int], most: int) -> Sequence[int]:
    """As many of the first UIDs as are fetched together: one at least, and no more than fit into memory."""
    total = 0
    for count, uid in enumerate(uids[:most]):
        total += sizes.get(uid, 0)
        if count and total > _BATCH_BYTES:
            return uids[:count]
    return uids[:most]


def _portion(
    session: Session, folder: OpenFolder, uids: Sequence[int], sizes: dict[int, int], fallback: datetime
) -> Iterator[FetchedMail]:
    whole = [uid for uid in uids if uid in sizes and sizes[uid] <= LARGEST_MAIL]
    for uid, data in _bodies(session, whole):
        raw = data.get(b"BODY[]")
        if isinstance(raw, bytes):
            yield FetchedMail(uid, folder.uidvalidity, _arrival(data, fallback), raw, len(raw))
        elif session.search(["UID", str(uid)]):
            yield _header_only(
                session, folder, uid, sizes[uid], fallback, "Der Mailserver gibt diese Mail nicht heraus."
            )
    for uid in uids:
        if sizes.get(uid, 0) > LARGEST_MAIL and session.search(["UID", str(uid)]):
            reason = (
                f"Die Mail ist mit {sizes[uid] / 1024 / 1024:.0f} MB zu groß, um gelesen zu werden "
                f"(Grenze {LARGEST_MAIL // 1024 // 1024} MB). Bitte im Postfach ansehen."
            )
            yield _header_only(session, folder, uid, sizes[uid], fallback, reason)


def _bodies(session: Session, uids: Sequence[int]) -> Iterator[tuple[int, dict[bytes, Any]]]:
    """The mails together; one by one where the server refuses them together, so that one of them stops no other."""
    items = ["BODY.PEEK[]", "INTERNALDATE"]
    try:
        yield from _fetch(session, uids, items)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        _log.warning("Der Mailserver gibt Mails nur einzeln heraus: %s", error)
        for uid in uids:
            try:
                yield from _fetch(session, [uid], items)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                yield uid, {}


def _header_only(
    session: Session, folder: OpenFolder, uid: int, size: int, fallback: datetime, reason: str
) -> FetchedMail:
    """What can be had of a mail that cannot be had whole."""
    data: dict[bytes, Any] = {}
    try:
        data = dict(_fetch(session, [uid], ["BODY.PEEK[HEADER]", "INTERNALDATE"])).get(uid, {})
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        _log.warning("Auch den Kopf der Mail %d gibt der Mailserver nicht heraus: %s", uid, error)
    header = data.get(b"BODY[HEADER]") or b""
    return FetchedMail(uid, folder.uidvalidity, _arrival(data, fallback), header, max(size, len(header)), reason)


def _fetch(session: Session, uids: Sequence[int], items: list[str]) -> list[tuple[int, dict[bytes, Any]]]:
    """What FETCH gives; a mail that somebody removed meanwhile is missing in it."""
    return list(session.fetch(list(uids), items).items()) if uids else []


def _arrival(data: dict[bytes, Any], fallback: datetime) -> datetime:
    """INTERNALDATE, or the moment of fetching where the server names none that exists in UTC (the year 1)."""
    arrived = data.get(b"INTERNALDATE")
    if not isinstance(arrived, datetime):
        return fallback
    try:
        return (arrived if arrived.tzinfo else arrived.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return fallback
