"""The layouts in which mail servers name failed recipients to people: one rule per module, the surest first."""

from __future__ import annotations

from collections.abc import Callable

from processor.message.robots.bounce.layouts.bare_names import read_bare_names
from processor.message.robots.bounce.layouts.coded import read_coded
from processor.message.robots.bounce.layouts.dialogue import read_dialogue
from processor.message.robots.bounce.layouts.labelled import read_labelled
from processor.message.robots.bounce.layouts.listed import read_listed
from processor.message.robots.bounce.layouts.notices import read_notices
from processor.message.robots.bounce.layouts.opened import read_opened
from processor.message.robots.bounce.layouts.sections import read_sections
from processor.message.robots.bounce.transcript import Transcript

#: Takes a report; gives the addresses that this layout names, lower case, in order.
Reader = Callable[[Transcript], tuple[str, ...]]

#: In the order of trust.
READERS: tuple[Reader, ...] = (
    read_notices,
    read_labelled,
    read_opened,
    read_listed,
    read_sections,
    read_dialogue,
    read_coded,
    read_bare_names,
)

__all__ = ["READERS", "Reader"]
