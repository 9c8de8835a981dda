"""The way in: looks into the mailbox, stores what lies there as it is, and knows nothing of what it means.

* :func:`poll` -- one look; the truth.
* :class:`Watcher` -- says soon when a look is worth it.
* :func:`probe`, :func:`held` -- what the mailbox offers, and how much of it is stored here.
"""

from processor.inbox.holding import held, probe
from processor.inbox.identity import identify
from processor.inbox.polling import mailbox_name, poll
from processor.inbox.values import FetchedMail, Holding, PollReport, Probe
from processor.inbox.watch import Watcher

__all__ = [
    "FetchedMail",
    "Holding",
    "PollReport",
    "Probe",
    "Watcher",
    "held",
    "identify",
    "mailbox_name",
    "poll",
    "probe",
]
