"""Addresses behind a label: „Recipient: a@x“, „Unknown user: a@x“ (IMail, James, Oracle, MailMarshal, LSMTP, …)."""

from __future__ import annotations

from processor.message.robots.addresses import addresses_in, unique
from processor.message.robots.bounce.transcript import Transcript

#: Labels, lower case, as they begin a line.
_LABELS = (
    "recipient address:",
    "recipient:",
    "recipients:",
    "error-for:",
    "failed recipient:",
    "failed recipients:",
    "unknown user:",
    "user unknown:",
    "unknown recipient:",
    "no such user:",
    "no such local user:",
    "invalid recipient:",
    "invalid final delivery userid:",
    "user mailbox exceeds allowed size:",
    "undeliverable to",
    "undeliverable to:",
    "addressed to:",
    "rcpt to:",
    "could not be delivered to:",
    "could not deliver message to:",
    "could not deliver mail to:",
    "unable to deliver message to:",
    "unable to deliver message to",
    "unable to deliver to:",
    "unable to deliver mail to:",
    "delivery failed for:",
    "delivery failed to:",
    "delivery to:",
    "delivery attempts to:",
    "failed to deliver to",
    "failed to deliver to:",
    "failed to deliver message to:",
    "message could not be delivered to:",
    "message not delivered to:",
    "bad address:",
    "target address:",
    "target mail address:",
    "not delivered to:",
    "empfänger:",
    "empfängeradresse:",
    "destinataire :",
    "destinataire:",
    "destinatario:",
    "ontvanger:",
    "odbiorca:",
    "alıcı:",
    "получатель:",
    "одержувач:",
)
#: The label that is only believed when there is no other: it may also list the recipients that were reached.
_SECOND = ("intended recipient:", "intended recipients:", "original recipient:", "original address:")
_MARGIN = " \t*-•>"


def read_labelled(transcript: Transcript) -> tuple[str, ...]:
    """The addresses that stand behind a label for failed recipients."""
    for labels in (_LABELS, _SECOND):
        found = unique(
            address
            for line in transcript.lines
            if "@" in line and not line.lstrip().startswith(">>>") and line.strip(_MARGIN).lower().startswith(labels)
            for address in addresses_in(line)[:1]
        )
        if found:
            return found
    return ()
