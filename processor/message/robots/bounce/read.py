"""Reads a delivery report: whom it says could not be reached for good."""

from __future__ import annotations

import re

from processor.message.normal import fold
from processor.message.parts import Part
from processor.message.robots.addresses import addresses_in, unique
from processor.message.robots.bounce.aliases import as_written, origins
from processor.message.robots.bounce.complaints import complained
from processor.message.robots.bounce.evidence import is_bounce, is_complaint, read_signs, unwrap
from processor.message.robots.bounce.fields import Outcome, RecipientStatus, failed_addresses, read_fields
from processor.message.robots.bounce.layouts import read_layouts
from processor.message.robots.bounce.layouts.listed import read_listed
from processor.message.robots.bounce.layouts.opened import read_opened
from processor.message.robots.bounce.notices import read_notice
from processor.message.robots.bounce.phrases import DELAYS, FAILURES, FINALS, MOSTLY_FINALS, SUCCESSES, WARNINGS
from processor.message.robots.bounce.titles import DELAY_SUBJECTS
from processor.message.robots.bounce.transcript import Transcript, read_transcript
from processor.message.robots.sender import Sender
from processor.message.robots.title import Title, folded
from processor.message.robots.verdict import Verdict
from processor.message.values import SenderKind

_DIGITS = re.compile(r"\d+")
#: Characters behind an address by which two lines are told to be of one form.
_BEHIND = 4
#: Lines in which a report says what it is.
_HEAD_LINES = 60
_FAILED_FIELDS = ("x-failed-recipients", "x-actual-recipient-failed")
_DELAYS = folded(DELAYS)
_FINALS = folded(FINALS)
_MOSTLY_FINALS = folded(MOSTLY_FINALS)
_WARNINGS = folded(WARNINGS)
_SUCCESSES = folded(SUCCESSES)
_FAILURES = folded(FAILURES)
_DELAY_SUBJECTS = folded(DELAY_SUBJECTS)


def read_bounce(root: Part, text: str, sender: Sender, title: Title) -> Verdict | None:
    """Reads a delivery report.

    :param root: the whole mail.
    :param text: its body as text.
    :param sender: its robot marks.
    :param title: its subject.
    :returns: the verdict with the addresses that failed for good, or None for a mail that is no delivery report.
    """
    notice = read_notice(text)
    if notice is not None:
        return notice
    named = _named_in_header(root)
    signs = read_signs(root, title, named=bool(named))
    marked = sender.daemon or sender.officer or sender.technical or sender.null_path
    if not (signs.formal or signs.titled or signs.marked or signs.hands_back or marked):
        return None
    report = unwrap(root, signs, sender)
    transcript = read_transcript(report, text, sender.address.partition("@")[2])
    statuses = read_fields(transcript.status_lines)
    if not statuses and _has_field_lines(transcript):
        statuses = read_fields(transcript.lines)
    if not is_bounce(root, transcript, statuses, sender, signs):
        return None
    ids = transcript.returned.message_ids or _threading_ids(root)
    if is_complaint(root):
        return Verdict(SenderKind.BOUNCE, complained(root, transcript.returned), (), ids)
    failed = _failed(transcript, statuses, named, sender, title)
    failed = unique(as_written(address, transcript.returned.recipients) for address in failed)
    return Verdict(SenderKind.BOUNCE, _reason(failed, statuses), failed, ids)


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
    title: Title,
) -> tuple[str, ...]:
    if statuses:
        return failed_addresses(statuses, transcript.returned.recipients)
    if _only_delayed(transcript, title) or _only_delivered(transcript):
        return ()
    if named:
        return named
    own = {*sender.own, *transcript.returned.senders, sender.address}
    written_to = transcript.returned.recipients
    found = read_layouts(transcript, own)
    if found.addresses:
        alike = () if found.sure else _listed_alike(transcript, found.addresses, written_to)
        # Without the returned mail nothing tells whether we wrote to an alias or to what it leads to.
        shown = written_to or transcript.returned.envelope
        return alike or (found.addresses if shown else unique([*found.addresses, *origins(transcript)]))
    mentioned = unique(address for line in transcript.lines for address in addresses_in(line) if address not in own)
    for known_addresses in (written_to, transcript.returned.envelope):
        known = tuple(address for address in mentioned if address in known_addresses)
        if known:
            return known
    if len(mentioned) == 1:
        return mentioned
    others = tuple(address for address in written_to if address not in own)
    if others or written_to:
        return others if len(others) == 1 else (written_to if len(written_to) == 1 else ())
    return read_opened(transcript) or read_listed(transcript)  # who wrote to himself, as far as the report shows


def _listed_alike(transcript: Transcript, found: tuple[str, ...], written_to: tuple[str, ...]) -> tuple[str, ...]:
    """Of the addresses found, those that the returned mail was written to, and those that stand in lines of one form
    with them: To does not name everybody (blind copies, lists), but other forms name aliases and servers.
    """
    known = frozenset(found).intersection(written_to)
    forms: dict[str, set[str]] = {}
    for line in transcript.lines:
        for address in addresses_in(line):
            if address in found:
                before, _, behind = line.strip().lower().partition(address)
                forms.setdefault(address, set()).add(_DIGITS.sub("0", f"{before}@{behind[:_BEHIND]}"))
    alike = {form for address in known for form in forms.get(address, ()) if form != "@"}
    return tuple(address for address in found if address in known or alike & forms.get(address, set()))


def _only_delayed(transcript: Transcript, title: Title) -> bool:
    head = _head(transcript)
    if any(phrase in head for phrase in _WARNINGS):
        return True
    if any(phrase in head for phrase in _FINALS):
        return False
    if any(phrase in title.words for phrase in _DELAY_SUBJECTS):
        return True
    return any(phrase in head for phrase in _DELAYS) and not any(phrase in head for phrase in _MOSTLY_FINALS)


def _only_delivered(transcript: Transcript) -> bool:
    head = _head(transcript)
    failed = any(phrase in head for phrase in (*_FINALS, *_MOSTLY_FINALS, *_FAILURES))
    return not failed and any(phrase in head for phrase in _SUCCESSES)


def _head(transcript: Transcript) -> str:
    return fold("\n".join(line[:500] for line in transcript.lines[:_HEAD_LINES]))


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
