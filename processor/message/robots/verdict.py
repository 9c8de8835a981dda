"""What the reading of a mail's sender ends in."""

from __future__ import annotations

from dataclasses import dataclass

from processor.message.values import SenderKind


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who, or what, wrote a mail, and how that was seen."""

    kind: SenderKind
    #: Why it is held to be a robot's, one German sentence for the staff; "" for a person.
    reason: str = ""
    #: For a bounce: the addresses that failed for good, lower case, in order, each once.
    failed_recipients: tuple[str, ...] = ()
    #: For a bounce: Message-IDs of the returned mail, without angle brackets.
    returned_ids: tuple[str, ...] = ()
