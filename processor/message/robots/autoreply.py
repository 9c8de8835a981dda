"""Answers of machines: absence notes, read receipts, ticket receipts, challenges (RFC 3834, and those before it)."""

from __future__ import annotations

from processor.message.normal import fold
from processor.message.parts import Part
from processor.message.robots.addresses import addresses_in
from processor.message.robots.challenges import is_challenge
from processor.message.robots.marks import (
    AUTO_REPLY_FIELDS,
    AUTO_REPLY_IDS,
    AUTO_REPLY_LOCALS,
    AUTO_REPLY_VALUES,
    HINT_FAMILIES,
    NOBODY_LOCALS,
)
from processor.message.robots.sender import NOT_AUTOMATIC, Sender, auto_submitted, names_persons_program
from processor.message.robots.subjects import (
    AUTO_REPLY_OPENINGS,
    AUTO_REPLY_PREFIXES,
    AUTO_REPLY_TAGS,
    NOTES_ABSENCES,
    RECEIPT_PREFIXES,
    RECEIPT_WORDS,
)
from processor.message.robots.title import Title, folded

_PREFIXES = frozenset(folded(AUTO_REPLY_PREFIXES))
_OPENINGS = folded(AUTO_REPLY_OPENINGS)
_TAGS = frozenset(folded(AUTO_REPLY_TAGS))
_ABSENCES = folded(NOTES_ABSENCES)
_RECEIPTS = folded(RECEIPT_PREFIXES)
_RECEIPT_WORDS = folded(RECEIPT_WORDS)
_RECEIPT_LENGTH = 1_500


def why_auto_reply(root: Part, text: str, sender: Sender, title: Title) -> str:
    """Why a mail is held to be a machine's answer.

    :param root: the whole mail.
    :param text: its body as text.
    :param sender: its robot marks.
    :param title: its subject.
    :returns: the reason for the staff (German), or "" where no mark is there.
    """
    headers = root.headers
    if is_receipt(root):
        return "Die Mail ist eine Lesebestätigung, die ein Mailprogramm erzeugt hat."
    automatic = auto_submitted(root)
    if automatic:
        return f"Die Kopfzeile „Auto-Submitted: {automatic[:40]}“ nennt die Mail automatisch erzeugt."
    for field in AUTO_REPLY_FIELDS:
        if field in headers and any(value.strip().lower() not in NOT_AUTOMATIC for value in headers.all(field)):
            return f"Die Kopfzeile „{field}“ schreiben nur Antwortautomaten."
    for field, start in AUTO_REPLY_VALUES:
        if field in headers and any(value.strip().lower().startswith(start) for value in headers.all(field)):
            return f"Die Kopfzeile „{field}: {start}“ schreiben nur Antwortautomaten."
    if headers.get("message-id").strip(" <").lower().startswith(AUTO_REPLY_IDS):
        return "Die Kennung der Mail (Message-ID) bilden so nur Antwortautomaten."
    answers = "in-reply-to" in headers or "references" in headers
    if _is_auto_title(title) or (answers and title.words in _PREFIXES):
        return "Der Betreff ist so gebildet, wie es Mailprogramme bei automatischen Antworten tun."
    if is_challenge(text, title):
        return "Ein Spamfilter des Empfängers verlangt, dass der Absender sich bestätigt."
    if sender.address.startswith(AUTO_REPLY_LOCALS):
        return "Die Absenderadresse gehört nach ihrem Namen zu einem Antwortautomaten."
    if not title.answering and title.words.startswith(_RECEIPTS) and _reads_as_receipt(text):
        return "Die Mail ist eine Lesebestätigung, die ein Mailprogramm erzeugt hat."
    if sender.null_path:
        return "Der Umschlag der Mail nennt keinen Absender: So schicken nur Automaten."
    if _hints(root, sender) >= 2 and not names_persons_program(root):
        return "Mehrere Kopfzeilen weisen auf ein Ticketsystem oder einen Antwortautomaten hin."
    return ""


def is_receipt(root: Part) -> bool:
    """Whether the form is that of a disposition notification (RFC 8098, section 3)."""
    if root.media_type == "message/disposition-notification":
        return True
    if root.media_type != "multipart/report":
        return False
    kind = root.parameters.get("report-type", "").strip().lower()
    return kind == "disposition-notification" or any(
        child.media_type in ("message/disposition-notification", "message/global-disposition-notification")
        for child in root.children
    )


def _is_auto_title(title: Title) -> bool:
    words = title.words
    # What a program sets behind the subject that it answers, it sets with „Re:“ or without.
    if words.endswith(")") and words.rpartition("(")[2].rstrip(")").strip() in _TAGS:
        return True
    if title.answering:
        return False
    head, colon, _ = words.partition(":")
    if (colon and head.strip() in _PREFIXES) or words.startswith(_OPENINGS):
        return True
    if colon and head == "auto" and any(absence in words for absence in _ABSENCES):
        return True
    return words.startswith("[") and words[1:].partition("]")[0].strip() in _TAGS


def _reads_as_receipt(text: str) -> bool:
    said = fold(text[: _RECEIPT_LENGTH + 1])
    return len(text) <= _RECEIPT_LENGTH and any(words in said for words in _RECEIPT_WORDS)


def _hints(root: Part, sender: Sender) -> int:
    headers = root.headers
    precedence = headers.get("precedence").strip().lower()
    return (
        sum(any(field in headers for field in family) for family in HINT_FAMILIES)
        + (precedence in ("bulk", "junk") and "list-id" not in headers)
        + (sender.address.startswith(NOBODY_LOCALS) and not _names_a_person(root, sender))
    )


def _names_a_person(root: Part, sender: Sender) -> bool:
    """Whether answers go to somebody else: a web form sends from nobody for the person who filled it in."""
    addresses = addresses_in(root.headers.get("reply-to"))
    return any(address != sender.address and not address.startswith(NOBODY_LOCALS) for address in addresses)
