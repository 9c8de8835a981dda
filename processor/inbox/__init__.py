"""The way in: looks into the mailbox, stores what lies there as it is, and knows nothing of what it means.

* :func:`poll` -- one look; the truth.
* :class:`Watcher` -- says soon when a look is worth it.
* :func:`probe`, :func:`held` -- what the mailbox offers, and how much of it is stored here.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from processor.inbox.values import FetchedMail, Holding, PollReport, Probe

if TYPE_CHECKING:
    from processor.inbox.holding import held, probe
    from processor.inbox.identity import identify
    from processor.inbox.polling import mailbox_name, poll
    from processor.inbox.sent import append_copies
    from processor.inbox.watch import Watcher

__all__ = [
    "FetchedMail",
    "Holding",
    "PollReport",
    "Probe",
    "Watcher",
    "append_copies",
    "held",
    "identify",
    "mailbox_name",
    "poll",
    "probe",
]

#: Where the names lie that are loaded when they are called for: they bring the IMAP client with them.
_HOMES = {
    "Watcher": "watch",
    "append_copies": "sent",
    "held": "holding",
    "identify": "identity",
    "mailbox_name": "polling",
    "poll": "polling",
    "probe": "holding",
}


def __getattr__(name: str) -> Any:
    """Loads a name's module when it is called for: most commands never look into the mailbox."""
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
