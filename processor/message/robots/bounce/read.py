"""Whether a mail is a delivery report, and whom it says could not be reached."""

from __future__ import annotations

from collections.abc import Collection

from processor.message.parts import Part
from processor.message.robots.addresses import addresses_in, unique
from processor.message.robots.bounce.fields import Outcome, RecipientStatus, failed_addresses, read_fields
from processor.message.robots.bounce.layouts import READERS
from processor.message.robots.bounce.layouts.coded import CODE, read_coded
from processor.message.robots.bounce.layouts.labelled import read_labelled
from processor.message.robots.bounce.phrases import DELAY_SUBJECTS, DELAYS, FAILURES, FINALS, SUBJECTS
from processor.message.robots.bounce.transcript import Transcript, read_transcript
from processor.message.robots.sender import Sender
from processor.message.robots.verdict import Verdict
from processor.message.values import SenderKind

_FAILED_FIELDS = ("x-failed-recipients", "x-actual-recipient-failed")
_REPLY_PREFIXES = ("re:", "aw:", "fwd:", "fw:", "wg:", "sv:", "tr:", "rv:", "odp:", "ynt:", "ilt:", "r:", "i:")
#: What programs for people write into a mail, and servers do not.
_WRITER_FIELDS = (
    "user-agent",
    "thread-index",
    "thread-topic",
    "in-reply-to",
    "references",
    "x-mailer",
    "x-originating-client",
)
_WRITER_IDS = ("@mail.gmail.com", "prod.outlook.com", "trinity-", "@email.android.com", "@icloud.com")
_SERVER_LOCALS = ("postmaster", "mailer-daemon", "mailerdaemon", "abuse", "hostmaster", "noreply", "no-reply")


def read_bounce(root: Part, text: str, sender: Sender) -> Verdict | None:
    """Reads a delivery report.

    :param root: the whole mail.
    :param text: its body as text.
    :param sender: its robot marks.
    :returns: the verdict with the addresses that failed for good, or None for a mail that is no delivery report.
    """
    subject = root.headers.get("subject").strip().lower()
    report = is_report(root)
    named = _named_in_header(root)
    titled = subject.startswith(SUBJECTS) or any(phrase in subject[:200] for phrase in DELAY_SUBJECTS[:4])
    robot = sender.daemon or sender.officer or sender.null_path
    if not (report or named or robot or titled):
        return None
    root = _unwrap(root) if robot else root
    transcript = read_transcript(root, text, sender.address.partition("@")[2])
    statuses = read_fields(transcript.status_lines)
    if not statuses:
        statuses = read_fields(transcript.lines) if _has_field_lines(transcript) else ()
    if not _is_bounce(root, transcript, statuses, sender, report=report, named=bool(named), titled=titled):
        return None
    failed = () if _is_complaint(root) else _failed(transcript, statuses, named, sender, subject)
    reason = _reason(failed, statuses)
    ids = transcript.returned.message_ids or _threading_ids(root)
    return Verdict(SenderKind.BOUNCE, reason, failed, ids)


def _unwrap(root: Part) -> Part:
    """The report that a gateway put whole into a mail of its own."""
    mails = [child for child in root.children if child.media_type == "message/rfc822" and child.children]
    if len(mails) == 1 and is_report(mails[0].children[0]):
        return mails[0].children[0]
    return root


def is_report(root: Part) -> bool:
    """Whether the form of a mail is that of a delivery report (RFC 3464, section 2)."""
    if root.media_type == "multipart/report":
        kind = root.parameters.get("report-type", "").strip().lower()
        types = {child.media_type for child in root.children}
        return kind in ("delivery-status", "feedback-report") or bool(
            types & {"message/delivery-status", "message/global-delivery-status", "message/feedback-report"}
        )
    return False


def _is_complaint(root: Part) -> bool:
    """Whether somebody complains about a mail that did arrive (RFC 5965)."""
    return root.media_type == "multipart/report" and any(
        child.media_type == "message/feedback-report" for child in root.children
    )


def _is_bounce(
    root: Part,
    transcript: Transcript,
    statuses: tuple[RecipientStatus, ...],
    sender: Sender,
    *,
    report: bool,
    named: bool,
    titled: bool,
) -> bool:
    if report or named or sender.daemon:
        return True
    if is_answer(root, transcript) and not sender.null_path:
        return sender.officer and bool(statuses or (read_labelled(transcript) and _has_code(transcript)))
    fails = bool(statuses) or transcript.has_status or _speaks_of_failure(transcript)
    if sender.officer or sender.null_path:
        return titled or (fails and (transcript.has_returned or bool(statuses) or bool(read_coded(transcript))))
    # Without any mark of the envelope: what has the title, the words and the list of a report, and no person's program.
    listed = bool(statuses or _read_layouts(transcript, set()) or transcript.has_returned)
    return titled and fails and sender.technical and listed and not _has_writer_marks(root)


def is_answer(root: Part, transcript: Transcript) -> bool:
    """Whether somebody answers or hands on a report, rather than sending one."""
    subject = root.headers.get("subject").strip().lower()
    return subject.startswith(_REPLY_PREFIXES) or any(line.startswith(">") for line in transcript.lines[:5])


def _has_writer_marks(root: Part) -> bool:
    headers = root.headers
    message_id = headers.get("message-id").lower()
    return any(field in headers for field in _WRITER_FIELDS) or any(mark in message_id for mark in _WRITER_IDS)


def _speaks_of_failure(transcript: Transcript) -> bool:
    head = "\n".join(line[:500] for line in transcript.lines[:120]).lower()
    return any(phrase in head for phrase in (*FAILURES, *DELAYS)) or _has_code(transcript)


def _has_code(transcript: Transcript) -> bool:
    return any(CODE.search(line[:500]) for line in transcript.lines[:120])


def _has_field_lines(transcript: Transcript) -> bool:
    return any(line.strip().lower().startswith(("final-recipient", "original-recipient")) for line in transcript.lines)


def _named_in_header(root: Part) -> tuple[str, ...]:
    return unique(
        address
        for field in _FAILED_FIELDS
        for value in root.headers.all(field)[:50]
        for piece in value[:100_000].split(",")
        for address in addresses_in(piece)
    )


def _failed(
    transcript: Transcript,
    statuses: tuple[RecipientStatus, ...],
    named: tuple[str, ...],
    sender: Sender,
    subject: str,
) -> tuple[str, ...]:
    if statuses:
        return failed_addresses(statuses, transcript.returned.recipients)
    if _only_delayed(transcript, subject):
        return ()
    if named:
        return named
    own = {*sender.own, *transcript.returned.senders, sender.address}
    written_to = transcript.returned.recipients
    found = _read_layouts(transcript, own)
    if found:
        known = tuple(address for address in found if address in written_to)
        return known or found
    mentioned = unique(address for line in transcript.lines for address in addresses_in(line) if address not in own)
    for known_addresses in (written_to, transcript.returned.envelope):
        known = tuple(address for address in mentioned if address in known_addresses)
        if known:
            return known
    if len(mentioned) == 1:
        return mentioned
    others = tuple(address for address in written_to if address not in own)
    return others if len(others) == 1 else (written_to if len(written_to) == 1 else ())


def _read_layouts(transcript: Transcript, own: Collection[str]) -> tuple[str, ...]:
    for reader in READERS:
        found = tuple(address for address in reader(transcript) if not address.startswith(_SERVER_LOCALS))
        others = tuple(address for address in found if address not in own)
        # Who writes to himself is sender and recipient in one.
        kept = others or tuple(address for address in found if address in transcript.returned.recipients)
        if kept:
            return kept
    return ()


def _only_delayed(transcript: Transcript, subject: str) -> bool:
    head = " ".join(line.strip()[:500] for line in transcript.lines[:60]).lower()
    if any(phrase in head for phrase in FINALS):
        return False
    return any(phrase in subject for phrase in DELAY_SUBJECTS) or any(phrase in head for phrase in DELAYS)


def _threading_ids(root: Part) -> tuple[str, ...]:
    words = (word for field in ("in-reply-to", "references") for word in root.headers.get(field)[:5_000].split())
    return tuple(dict.fromkeys(word[1:-1] for word in words if word.startswith("<") and word.endswith(">")))


def _reason(failed: tuple[str, ...], statuses: tuple[RecipientStatus, ...]) -> str:
    if failed:
        return f"Ein Mailserver meldet, dass eine Nachricht nicht zugestellt werden konnte an: {', '.join(failed[:5])}."
    if statuses and all(status.outcome is Outcome.DELIVERED for status in statuses):
        return "Ein Mailserver meldet, dass eine Nachricht zugestellt wurde."
    if any(status.outcome is Outcome.DELAYED for status in statuses):
        return "Ein Mailserver meldet, dass sich eine Zustellung verzögert; er versucht es weiter."
    return "Ein Mailserver berichtet über die Zustellung einer Nachricht; keine Adresse gilt als endgültig gescheitert."
