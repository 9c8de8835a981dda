"""Whether a mail is a delivery report at all: by its form, by who sent it, by its title, and only then by its words."""

from __future__ import annotations

from dataclasses import dataclass

from processor.message.normal import fold
from processor.message.parts import Part
from processor.message.robots.addresses import addresses_in, listed_address
from processor.message.robots.bounce.fields import RecipientStatus
from processor.message.robots.bounce.layouts import read_layouts
from processor.message.robots.bounce.layouts.coded import CODE, read_coded_lines
from processor.message.robots.bounce.layouts.labelled import read_labelled
from processor.message.robots.bounce.phrases import DELAYS, FAILURES
from processor.message.robots.bounce.titles import DELIVERING, FAILING, SUBJECTS, TITLE_MARKS
from processor.message.robots.bounce.transcript import Transcript
from processor.message.robots.marks import LIBRARIES
from processor.message.robots.sender import Sender, auto_submitted
from processor.message.robots.title import Title, folded

_REPORT_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status", "message/feedback-report"})
#: What providers write into a mail that somebody called junk, before they hand it back.
_COMPLAINT_FIELDS = ("x-hmxmroriginalrecipient",)
#: What programs for people write into a mail, and servers do not.
_WRITER_FIELDS = ("user-agent", "thread-index", "in-reply-to", "references", "x-originating-client")
_WRITER_IDS = ("@mail.gmail.com", "prod.outlook.com", "trinity-", "@email.android.com", "@icloud.com")
_HEAD_LINES = 120
#: Lines of a report that says nothing else.
_FEWEST_LINES, _MOST_LINES = 2, 12
_MOST_CHILDREN = 20
_MAIL_TYPES = frozenset({"message/rfc822", "text/rfc822-headers"})
_RULE_SIGNS = "-=_*#.~+ \t"
_SUBJECTS = folded(SUBJECTS)
_TITLE_MARKS = folded(TITLE_MARKS)
_SAYINGS = folded((*FAILURES, *DELAYS))
#: What is said of a delivery, and of no mailbox.
_UNDELIVERED = tuple(saying for saying in _SAYINGS if any(stem in saying for stem in DELIVERING))


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a report before its text is read."""

    #: The form of RFC 3464, or a header field that only reports have.
    formal: bool
    #: The subject is that of a report, and no answer to one.
    titled: bool
    #: The subject says that something was not delivered, in whatever words.
    speaking: bool
    #: Somebody answers or hands on, by the subject.
    answering: bool
    #: Behind the subject that it answers, a program set what a report is called.
    marked: bool
    #: A mail is attached.
    hands_back: bool


def read_signs(root: Part, title: Title, *, named: bool) -> Signs:
    """Reads form and title of a mail.

    :param root: the whole mail.
    :param title: its subject.
    :param named: whether its header names failed recipients.
    """
    titled = title.words.startswith(_SUBJECTS) or any(mark in title.words for mark in _TITLE_MARKS)
    return Signs(
        is_report(root) or named,
        titled and not title.answering,
        not title.answering and all(any(stem in title.words for stem in stems) for stems in (DELIVERING, FAILING)),
        title.answering,
        title.words.endswith(_TITLE_MARKS),
        any(child.media_type in _MAIL_TYPES for child in root.children[:_MOST_CHILDREN]),
    )


def is_report(root: Part) -> bool:
    """Whether the form of a mail is that of a delivery report (RFC 3464, section 2; RFC 5965)."""
    if root.media_type != "multipart/report":
        return _is_bare_complaint(root)
    kind = root.parameters.get("report-type", "").strip().lower()
    return kind in ("delivery-status", "feedback-report") or any(
        child.media_type in _REPORT_PARTS for child in root.children
    )


def is_complaint(root: Part) -> bool:
    """Whether somebody complains about a mail that did arrive (RFC 5965)."""
    return _is_bare_complaint(root) or (
        root.media_type == "multipart/report"
        and any(child.media_type == "message/feedback-report" for child in root.children)
    )


def _is_bare_complaint(root: Part) -> bool:
    """Whether a mail is nothing but another one, with a provider's field in it that says who complained."""
    mail = root.children[0] if len(root.children) == 1 else root
    return mail.media_type == "message/rfc822" and any(
        field in inner.headers for inner in mail.children for field in _COMPLAINT_FIELDS
    )


def unwrap(root: Part, signs: Signs, sender: Sender) -> Part:
    """The report that a gateway put whole into a mail of its own; a person's forward stays what it is."""
    if not (sender.daemon or sender.null_path or (sender.officer and signs.titled)):
        return root
    mails = [child for child in root.children if child.media_type == "message/rfc822" and child.children]
    if len(mails) == 1 and is_report(mails[0].children[0]):
        return mails[0].children[0]
    return root


def is_bounce(
    root: Part, transcript: Transcript, statuses: tuple[RecipientStatus, ...], sender: Sender, signs: Signs
) -> bool:
    """Weighs what speaks for a report.

    :param root: the whole mail.
    :param transcript: its text.
    :param statuses: what its status fields say.
    :param sender: its robot marks.
    :param signs: its form and title.
    """
    if signs.formal or sender.daemon:
        return True
    if not (sender.null_path or sender.officer):
        return _is_unmarked_report(root, transcript, statuses, sender, signs)
    if signs.titled or statuses:
        return sender.null_path or not _quotes(transcript)
    if signs.speaking and sender.null_path:
        return True
    # An absence note has a null path too, tells whom to write to instead, and may say that a mailbox „does not exist“:
    # without a title, what a server logged is needed.
    # A head with its id came back as text: nobody but a server's keeper could have quoted it, and he has an envelope.
    automatic = sender.null_path or bool(auto_submitted(root))
    whole = transcript.has_returned_part or (automatic and sender.officer and bool(transcript.returned.message_ids))
    came_back = whole and _speaks_of_failure(transcript) and not signs.answering
    labelled = bool(read_labelled(transcript)) and (
        _has_code(transcript) or (sender.null_path and _labels_failure(transcript))
    )
    # Nobody but a server writes in its keeper's name and with a null path of what was not delivered to others.
    told = sender.null_path and sender.officer and not signs.answering and _tells_of_others(transcript, sender)
    return came_back or labelled or told or (sender.null_path and bool(read_coded_lines(transcript)))


def _is_unmarked_report(
    root: Part, transcript: Transcript, statuses: tuple[RecipientStatus, ...], sender: Sender, signs: Signs
) -> bool:
    """Whether a mail without any mark of the envelope is a report: nothing but its whole form tells."""
    if _has_writer_marks(root) or not _speaks_of_failure(transcript):
        return False
    # What we wrote came back as a part; who got it and hands it on to us gives it no report's title, and labels nobody.
    ours = transcript.has_returned_part and bool(set(transcript.returned.senders) & set(sender.own))
    short = sum(bool(line.strip(_RULE_SIGNS)) for line in transcript.lines) <= _MOST_LINES
    if ours and short and set(read_labelled(transcript)) & set(transcript.returned.recipients):
        return True
    if signs.titled:
        listed = bool(statuses or transcript.has_returned) or bool(read_layouts(transcript, ()).addresses)
        if ours or (sender.technical and listed):
            return True
    return (signs.titled or signs.marked) and _says_nothing_else(transcript, sender)


def _says_nothing_else(transcript: Transcript, sender: Sender) -> bool:
    """Whether each line says that something was not delivered, names an address or is a rule: no greeting, no name."""
    lines = [line.strip(_RULE_SIGNS) for line in transcript.lines]
    lines = [line for line in lines if line]
    listed = {address for address in map(listed_address, lines) if address} - {*sender.own, sender.address}
    return (
        bool(listed)
        and _FEWEST_LINES <= len(lines) <= _MOST_LINES
        and all(listed_address(line) or any(saying in fold(line[:500]) for saying in _SAYINGS) for line in lines)
    )


def _tells_of_others(transcript: Transcript, sender: Sender) -> bool:
    lines = [line[:500] for line in transcript.lines[:_HEAD_LINES]]
    head = fold("\n".join(lines))
    named = {address for line in lines if "@" in line for address in addresses_in(line)}
    return bool(named - {*sender.own, sender.address}) and any(saying in head for saying in _UNDELIVERED)


def _labels_failure(transcript: Transcript) -> bool:
    """Whether a line says at once that it failed, and for whom: no absence note does."""
    lines = (line for line in transcript.lines[:_HEAD_LINES] if "@" in line and ":" in line)
    return any(saying in fold(line.partition(":")[0][:200]) for line in lines for saying in _SAYINGS)


def _quotes(transcript: Transcript) -> bool:
    return any(line.startswith(">") for line in transcript.lines[:5])


def _has_writer_marks(root: Part) -> bool:
    headers = root.headers
    message_id = headers.get("message-id").lower()
    mailer = headers.get("x-mailer").strip(" <").lower()
    return (
        any(field in headers for field in _WRITER_FIELDS)
        or (bool(mailer) and not mailer.startswith(LIBRARIES))
        or any(mark in message_id for mark in _WRITER_IDS)
    )


def _speaks_of_failure(transcript: Transcript) -> bool:
    head = fold("\n".join(line[:500] for line in transcript.lines[:_HEAD_LINES]))
    return any(saying in head for saying in _SAYINGS) or _has_code(transcript)


def _has_code(transcript: Transcript) -> bool:
    return any(CODE.search(line[:500]) for line in transcript.lines[:_HEAD_LINES])
