"""The end of what somebody wrote: closing formula, signature block, device line, legal footer; and banners above it.

The closing formula always stays in the text. What follows it goes into the signature: a block with an address, a
number, an organisation or more than two lines leaves the text; a bare name below the formula is how a letter ends,
stays in the text, and is given as the signature as well. Nothing goes that reads like a sentence to the office.
"""

from __future__ import annotations

from processor.message.formulas import names_of
from processor.message.frames import mark_banner_below, mark_banners, mark_device, mark_footers
from processor.message.phrases import phrases
from processor.message.rows import Row
from processor.message.signature import Closing, mark_signature


def mark_closing(rows: list[Row], sender: str = "") -> Closing:
    """Marks device lines, footers and the signature among the rows that stay.

    :param sender: the sender's display name and address: a line at the end that repeats it is a signature.
    """
    known = phrases()
    mark_banners(rows, known)
    mark_banner_below(rows, known)
    _mark_below(rows)
    closing = mark_signature(rows, known, frozenset(names_of(sender)))
    if closing.signature:
        mark_device(rows, known)
    return closing


def _mark_below(rows: list[Row]) -> None:
    """Footers and device lines stand in any order: what one hides, the other may uncover."""
    known = phrases()
    for _ in range(4):
        footers = mark_footers(rows, known)
        if not (mark_device(rows, known) or footers):
            break
