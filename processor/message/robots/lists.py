"""Post that came through a list or a campaign (RFC 2369, RFC 2919, RFC 8058)."""

from __future__ import annotations

from processor.message.parts import Part
from processor.message.robots.marks import CAMPAIGN_FIELDS, LIST_FIELDS, NEWSLETTER_LOCALS, NOBODY_LOCALS
from processor.message.robots.sender import Sender, names_persons_program
from processor.message.robots.verdict import Verdict
from processor.message.values import SenderKind


def read_list(root: Part, sender: Sender) -> Verdict | None:
    """Tells a person's post to a list from a newsletter.

    :returns: the verdict, or None for a mail that came through neither.
    """
    headers = root.headers
    precedence = headers.get("precedence").strip().lower()
    posted = precedence == "list" or any(
        value.strip().lower() not in ("", "no") for field in LIST_FIELDS for value in headers.all(field)
    )
    campaign = next((field for field in CAMPAIGN_FIELDS if field in headers), "")
    leaving = "list-unsubscribe" in headers
    if campaign and not posted:
        return Verdict(SenderKind.BULK, f"Die Kopfzeile „{campaign}“ schreiben nur Programme für Rundbriefe.")
    if not posted and leaving and _is_campaign(root, sender, precedence):
        return Verdict(SenderKind.BULK, "Die Mail ist ein Rundbrief: Ihre Kopfzeilen bieten an, ihn abzubestellen.")
    if posted or leaving or "list-id" in headers or _is_owned(root):
        return Verdict(SenderKind.LIST, "Die Mail kam über eine Mailingliste.")
    # Providers set „bulk“ into what they hand on from another mailbox, whoever wrote it.
    if precedence in ("bulk", "junk") and not names_persons_program(root):
        return Verdict(SenderKind.BULK, f"Die Kopfzeile „Precedence: {precedence}“ nennt die Mail eine Massensendung.")
    return None


def _is_owned(root: Part) -> bool:
    """Whether the keeper of a list sent it on, in the manner of Majordomo."""
    fields = (root.headers.get("sender"), root.headers.get("return-path"))
    return any(value.lower().strip(" <").startswith("owner-") for value in fields)


def _is_campaign(root: Part, sender: Sender, precedence: str) -> bool:
    headers = root.headers
    return (
        precedence in ("bulk", "junk")
        or "list-unsubscribe-post" in headers
        or "feedback-id" in headers
        or sender.address.startswith((*NOBODY_LOCALS, *NEWSLETTER_LOCALS))
    )
