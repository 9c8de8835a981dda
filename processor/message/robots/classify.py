"""The order in which a mail's sender is told."""

from __future__ import annotations

from processor.message.parts import Part
from processor.message.robots.verdict import Verdict
from processor.message.values import SenderKind


def classify(root: Part, text: str) -> Verdict:
    """Tells a person's mail from a robot's.

    :param root: the whole mail.
    :param text: its body as text.
    :returns: the kind of sender with a reason for the staff; nothing raises.
    """
    del text  # transcripts of mail servers in the body come next
    headers = root.headers
    failed = headers.get("x-failed-recipients")
    if failed or (
        root.media_type == "multipart/report" and root.parameters.get("report-type", "").lower() == "delivery-status"
    ):
        addresses = tuple(piece.strip(" <>\t").lower() for piece in failed.split(",") if "@" in piece)
        return Verdict(SenderKind.BOUNCE, "Ein Mailserver meldet, dass eine Nachricht nicht ankam.", addresses)
    if headers.get("auto-submitted").strip().lower() not in ("", "no"):
        return Verdict(SenderKind.AUTO_REPLY, "Die Kopfzeile „Auto-Submitted“ nennt die Mail automatisch erzeugt.")
    if "list-id" in headers or "list-post" in headers:
        return Verdict(SenderKind.LIST, "Die Mail kam über eine Mailingliste.")
    return Verdict(SenderKind.PERSON)
