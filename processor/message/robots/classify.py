"""The order in which a mail's sender is told."""

from __future__ import annotations

from processor.message.parts import Part
from processor.message.robots.autoreply import is_receipt, why_auto_reply
from processor.message.robots.bounce import read_bounce
from processor.message.robots.lists import read_list
from processor.message.robots.reports import why_report
from processor.message.robots.sender import auto_submitted, read_sender
from processor.message.robots.title import read_title
from processor.message.robots.verdict import Verdict
from processor.message.values import SenderKind

_MOST_PARTS = 200


def classify(root: Part, text: str) -> Verdict:
    """Tells a person's mail from a robot's.

    Form and headers decide; words of the body only confirm what they say, so that nobody becomes a robot for a word.

    :param root: the whole mail.
    :param text: its body as text.
    :returns: the kind of sender with a reason for the staff; nothing raises.
    """
    sender = read_sender(root)
    title = read_title(root)
    # Dovecot rejects by a disposition notification, but in a daemon's name.
    bounce = read_bounce(root, text, sender, title) if sender.daemon or not is_receipt(root) else None
    if bounce is not None:
        return bounce
    report = why_report(root, title)
    if report:
        return Verdict(SenderKind.AUTO_REPLY, report)
    if _answers_by_calendar(root) and auto_submitted(root) in ("", "auto-generated") and not _books_by_itself(root):
        # The program wrote it because a person pressed „Zusagen“ or „Absagen“.
        return read_list(root, sender) or Verdict(SenderKind.PERSON)
    listed = read_list(root, sender)
    if listed is not None and listed.kind is SenderKind.BULK and auto_submitted(root) != "auto-replied":
        hinted = why_auto_reply(root, text, sender, title)
        is_answer = "in-reply-to" in root.headers or "list-unsubscribe" not in root.headers
        return Verdict(SenderKind.AUTO_REPLY, hinted) if hinted and is_answer else listed
    reason = why_auto_reply(root, text, sender, title)
    if reason:
        return Verdict(SenderKind.AUTO_REPLY, reason)
    return listed or Verdict(SenderKind.PERSON)


def _books_by_itself(root: Part) -> bool:
    """Whether a room or a device answers: nobody pressed a button."""
    return "resource booking" in root.headers.get("x-ms-exchange-generated-message-source").lower()


def _answers_by_calendar(root: Part) -> bool:
    """Whether a calendar program answers an invitation (RFC 5546, section 3.2.3)."""
    stack = [root]
    for _ in range(_MOST_PARTS):
        if not stack:
            break
        part = stack.pop()
        if part.media_type == "text/calendar":
            declared = part.parameters.get("method", "").strip().upper()
            if declared == "REPLY" or (not declared and "METHOD:REPLY" in part.text[:5_000].upper()):
                return True
        if part.media_type != "message/rfc822":
            stack.extend(part.children[:_MOST_PARTS])
    return False
