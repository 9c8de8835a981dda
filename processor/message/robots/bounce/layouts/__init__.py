"""The layouts in which mail servers name failed recipients to people: one rule per module, the surest first."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from processor.message.robots.bounce.layouts.bare_names import read_bare_names
from processor.message.robots.bounce.layouts.coded import read_coded
from processor.message.robots.bounce.layouts.dialogue import read_dialogue
from processor.message.robots.bounce.layouts.labelled import read_labelled
from processor.message.robots.bounce.layouts.listed import read_listed
from processor.message.robots.bounce.layouts.opened import read_opened
from processor.message.robots.bounce.layouts.sections import read_sections
from processor.message.robots.bounce.layouts.sentences import read_sentences
from processor.message.robots.bounce.transcript import Transcript

#: Takes a report; gives the addresses that this layout names, lower case, in order.
Reader = Callable[[Transcript], tuple[str, ...]]

#: In the order of trust.
READERS: tuple[Reader, ...] = (
    read_labelled,
    read_opened,
    read_listed,
    read_sections,
    read_sentences,
    read_dialogue,
    read_coded,
    read_bare_names,
)

#: What these name were recipients of the mail, and no address that a server came upon by the way.
_SURE: frozenset[Reader] = frozenset({read_dialogue})

#: Mailboxes of servers and their keepers, which a report tells people to write to.
_SERVER_LOCALS = ("postmaster", "mailer-daemon", "mailerdaemon", "abuse", "hostmaster", "noreply", "no-reply")


@dataclass(frozen=True, slots=True)
class Named:
    """What a layout names."""

    addresses: tuple[str, ...] = ()
    #: Whether each of them was a recipient of the mail, and is no alias or contact.
    sure: bool = False


def read_layouts(transcript: Transcript, own: Collection[str]) -> Named:
    """The addresses that the surest layout names; none where no layout does.

    :param transcript: the report.
    :param own: addresses of the sender of the returned mail, lower case; failed only if he wrote to himself.
    """
    for reader in READERS:
        found = tuple(address for address in reader(transcript) if not address.startswith(_SERVER_LOCALS))
        others = tuple(address for address in found if address not in own)
        # Who writes to himself is sender and recipient in one.
        kept = others or tuple(address for address in found if address in transcript.returned.recipients)
        if kept:
            return Named(kept, reader in _SURE)
    return Named()


__all__ = ["READERS", "Named", "Reader", "read_layouts"]
