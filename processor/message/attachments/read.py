"""From parts to attachments."""

from __future__ import annotations

from collections.abc import Collection

from processor.message.parts import Part
from processor.message.values import Attachment


def read_attachments(root: Part, body: Collection[Part]) -> tuple[Attachment, ...]:
    """Every part that did not serve as the body.

    :param root: the whole mail.
    :param body: the parts that were read as its body; they are left out (by identity).
    :returns: the attachments in the order of the mail; nothing raises.
    """
    taken = {id(part) for part in body}
    return tuple(
        Attachment(part.filename, part.media_type, len(part.payload), part.text)
        for part in root.walk()
        if not part.children and id(part) not in taken and not part.media_type.startswith("multipart/")
    )
