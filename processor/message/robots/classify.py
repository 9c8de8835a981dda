"""The order in which a mail's sender is told."""

from __future__ import annotations

from processor.message.parts import Part
from processor.message.robots.bounce import read_bounce
from processor.message.robots.sender import read_sender
from processor.message.robots.verdict import Verdict
from processor.message.values import SenderKind


def classify(root: Part, text: str) -> Verdict:
    """Tells a person's mail from a robot's.

    :param root: the whole mail.
    :param text: its body as text.
    :returns: the kind of sender with a reason for the staff; nothing raises.
    """
    headers = root.headers
    sender = read_sender(root)
    bounce = read_bounce(root, text, sender)
    if bounce is not None:
        return bounce
    if headers.get("auto-submitted").strip().lower() not in ("", "no"):
        return Verdict(SenderKind.AUTO_REPLY, "Die Kopfzeile „Auto-Submitted“ nennt die Mail automatisch erzeugt.")
    if "list-id" in headers or "list-post" in headers:
        return Verdict(SenderKind.LIST, "Die Mail kam über eine Mailingliste.")
    return Verdict(SenderKind.PERSON)
