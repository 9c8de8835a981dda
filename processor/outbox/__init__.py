"""What is answered: mails rendered, frozen, queued in the caller's transaction, and sent once.

* :func:`queue` and :func:`remind` put mails into the queue; :func:`render_again` mends what a broken template stopped,
  :func:`withdraw` and :func:`retry` are the staff's
* :func:`deliver` sends what is due
* :func:`queue_hold` says whether the brake for all holds the queue
* :func:`preview`, :func:`check_templates`, :func:`check_staff_mail` and :func:`probe` show what would go, and whether
  it could
"""

from processor.outbox.brake import queue_hold
from processor.outbox.checking import check_staff_mail, check_templates, preview, probe, send_samples
from processor.outbox.delivery import deliver
from processor.outbox.queueing import queue, render_again, retry, withdraw
from processor.outbox.schedule import remind
from processor.outbox.values import DeliveryReport, Letter, QueueHold, SampleReport, ServerProbe

__all__ = [
    "DeliveryReport",
    "Letter",
    "QueueHold",
    "SampleReport",
    "ServerProbe",
    "check_staff_mail",
    "check_templates",
    "deliver",
    "preview",
    "probe",
    "queue",
    "queue_hold",
    "remind",
    "render_again",
    "retry",
    "send_samples",
    "withdraw",
]
