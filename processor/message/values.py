"""What a mail is after reading: plain, frozen values that know nothing of IMAP, databases or the event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SenderKind(StrEnum):
    """Who, or what, wrote a mail."""

    PERSON = "person"
    #: Out of office, read receipt, ticket receipt, challenge (RFC 3834, and those that do not know it).
    AUTO_REPLY = "auto_reply"
    #: A delivery status of any kind; a delayed warning names no failed recipients (RFC 3464).
    BOUNCE = "bounce"
    #: A newsletter or other bulk mail that no person wrote to us.
    BULK = "bulk"
    #: A person's post that came through a mailing list (RFC 2919): read, never answered by a machine.
    LIST = "list"


class CutKind(StrEnum):
    """Why a piece of a mail is not what its writer newly wrote."""

    QUOTED = "quoted"
    FORWARDED = "forwarded"
    INVITATION = "invitation"
    SIGNATURE = "signature"
    FOOTER = "footer"
    BANNER = "banner"
    DEVICE = "device"
    #: What a colleague wrote above a mail that he or she forwarded.
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322, section 3.4: display name and addr-spec."""

    #: Display name, decoded; may be empty.
    name: str
    #: Lower case; may be empty where the header held none.
    email: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece that was taken out of the body: kept, so that a person can look at it."""

    kind: CutKind
    text: str
    #: Where in ``Message.text`` it stood: the offset of the character that follows it.
    offset: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body, as text where it could be read."""

    #: File name as sent, or "" where it had none.
    name: str
    #: Media type in lower case, as sniffed where the header lies.
    media_type: str
    #: Size in bytes, decoded.
    size: int
    #: Text for people and for the extraction; rows of tables are lines, cells are separated by a tab.
    text: str = ""
    #: Why it could not be read, in words for the staff (German); "" where it could, or where it needs no reading.
    unreadable: str = ""
    #: Whether it is mere decoration or security wrapping (logo, S/MIME or PGP signature): never a reason for review.
    decoration: bool = False


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """The answer of a calendar program: text/calendar with METHOD:REPLY (RFC 5546, section 3.2.3)."""

    #: ACCEPTED, DECLINED, TENTATIVE or what else stood there, upper case.
    participation: str
    attendee: Address
    #: SUMMARY of the event, decoded; may be empty.
    summary: str
    #: DTSTART, aware; a date without time is midnight UTC; None where missing.
    starts_at: datetime | None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail as its writer meant it."""

    # -- identity and threading (RFC 5322, section 3.6.4); ids without angle brackets --
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]

    # -- who --
    #: From; both fields empty where there is none.
    sender: Address
    #: Where an answer goes: Reply-To, else From; for a mail that a colleague forwarded, the original writer.
    reply_to: Address
    #: Every address in To and Cc.
    recipients: tuple[Address, ...]
    #: The office's colleague who forwarded this mail; None where nobody did.
    forwarded_by: Address | None
    #: Return-Path of the mail; None where the header is absent, "" for the null path.
    return_path: str | None
    kind: SenderKind
    #: Why it is held to be a robot's, in words (German); "" for a person.
    kind_reason: str
    #: For a bounce: the addresses that failed for good, lower case, in order.
    failed_recipients: tuple[str, ...]
    #: For a bounce: Message-IDs found in the returned part (without angle brackets).
    returned_ids: tuple[str, ...]
    #: Authentication-Results headers, newest first, unfolded (RFC 8601).
    authentication_results: tuple[str, ...]

    # -- when --
    #: The sender's Date header, aware; None where missing or unreadable.
    date: datetime | None
    #: The date of the newest Received header, aware; None where missing.
    received_at: datetime | None

    # -- what --
    #: Decoded; tags of gateways such as [EXTERN] and prefixes such as „AW:“ taken off.
    subject: str
    #: Subject as it came, decoded.
    full_subject: str
    #: Whether the subject began with Re:, AW:, Fwd: or their like.
    is_reply: bool
    is_forward: bool
    #: Newly written text, normalised (NFC; no zero-width or direction marks; NBSP is a space; LF line ends).
    text: str
    #: The signature block: closing formula excluded, name lines included. The formula always stays in ``text``; a bare
    #: name below it (no address, number, organisation; two lines at most) stays there too, and is given here as well.
    signature: str
    cuts: tuple[Cut, ...]
    attachments: tuple[Attachment, ...]
    calendar_reply: CalendarReply | None

    # -- how sure --
    #: What a person should know before trusting this reading, in words (German): two ways of cutting that
    #: disagree, a charset that was guessed and leaves doubt, a mail that broke off. Empty is the good case.
    doubts: tuple[str, ...]
    #: Curiosities of form that need nobody's attention, for the log and the staff's detail page.
    notes: tuple[str, ...]
    #: Where in ``text`` the closing formula begins, with the bare name below it if there is one; its length where
    #: the mail has none. (A postscript may follow.)
    closing_at: int = -1
    #: Recipients of the envelope where servers wrote them down (Delivered-To, X-Original-To, Envelope-To, „for <…>“ of
    #: Received), lower case: the address that a bounce came back to need not stand in To.
    delivered_to: tuple[str, ...] = ()

    @property
    def is_robot(self) -> bool:
        """Whether no person wrote this to us: never to be answered."""
        return self.kind in (SenderKind.AUTO_REPLY, SenderKind.BOUNCE, SenderKind.BULK)

    @property
    def quoted(self) -> str:
        """All quoted text, in order."""
        return "\n".join(cut.text for cut in self.cuts if cut.kind in (CutKind.QUOTED, CutKind.FORWARDED))
