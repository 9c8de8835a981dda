"""Whether a mail is a delivery report at all: by its form, by who sent it, by its title, and only then by its words."""

from __future__ import annotations

from dataclasses import dataclass

from processor.message.parts import Part
from processor.message.robots.bounce.fields import RecipientStatus
from processor.message.robots.bounce.layouts import read_layouts
from processor.message.robots.bounce.layouts.coded import CODE, read_coded_lines
from processor.message.robots.bounce.layouts.labelled import read_labelled
from processor.message.robots.bounce.layouts.notices import read_notices
from processor.message.robots.bounce.phrases import DELAYS, FAILURES
from processor.message.robots.bounce.titles import REPLY_PREFIXES, SUBJECTS, TITLE_MARKS
from processor.message.robots.bounce.transcript import Transcript
from processor.message.robots.sender import Sender

_REPORT_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status", "message/feedback-report"})
#: What providers write into a mail that somebody called junk, before they hand it back.
_COMPLAINT_FIELDS = ("x-hmxmroriginalrecipient",)
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
_HEAD_LINES = 120


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a report before its text is read."""

    #: The form of RFC 3464, or a header field that only reports have.
    formal: bool
    #: The subject is that of a report, and no answer to one.
    titled: bool
    #: Somebody answers or hands on, by the subject.
    answering: bool


def read_signs(root: Part, *, named: bool) -> Signs:
    """Reads form and title of a mail.

    :param root: the whole mail.
    :param named: whether its header names failed recipients.
    """
    subject = root.headers.get("subject").strip().lower()[:500]
    answering = subject.startswith(REPLY_PREFIXES)
    titled = not answering and (subject.startswith(SUBJECTS) or any(mark in subject for mark in TITLE_MARKS))
    return Signs(is_report(root) or named, titled, answering)


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
        # Without any mark of the envelope: title, words and list of a report, and no sign of a person's program.
        listed = bool(statuses or read_layouts(transcript, ()) or transcript.has_returned)
        reads_so = signs.titled and listed and _speaks_of_failure(transcript) and not _has_writer_marks(root)
        return sender.technical and (reads_so or bool(read_notices(transcript)))
    if signs.titled or statuses:
        return sender.null_path or not _quotes(transcript)
    # An absence note has a null path too, tells whom to write to instead, and may say that a mailbox „does not exist“:
    # without a title, what a server logged is needed.
    # A head with its id came back as text: nobody but a server's keeper could have quoted it, and he has an envelope.
    whole = transcript.has_returned_part or (
        sender.null_path and sender.officer and bool(transcript.returned.message_ids)
    )
    came_back = whole and _speaks_of_failure(transcript) and not signs.answering
    labelled = bool(read_labelled(transcript)) and _has_code(transcript)
    return came_back or labelled or (sender.null_path and bool(read_coded_lines(transcript)))


def _quotes(transcript: Transcript) -> bool:
    return any(line.startswith(">") for line in transcript.lines[:5])


def _has_writer_marks(root: Part) -> bool:
    headers = root.headers
    message_id = headers.get("message-id").lower()
    return any(field in headers for field in _WRITER_FIELDS) or any(mark in message_id for mark in _WRITER_IDS)


def _speaks_of_failure(transcript: Transcript) -> bool:
    head = "\n".join(line[:500] for line in transcript.lines[:_HEAD_LINES]).lower()
    return any(phrase in head for phrase in (*FAILURES, *DELAYS)) or _has_code(transcript)


def _has_code(transcript: Transcript) -> bool:
    return any(CODE.search(line[:500]) for line in transcript.lines[:_HEAD_LINES])
