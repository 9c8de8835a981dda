"""Machine-readable notices of a sending service, whose JSON came as the text of a mail.

Amazon SES writes them, alone or inside the envelope of SNS:
https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

from __future__ import annotations

import re

from processor.message.robots.addresses import addresses_in, unique
from processor.message.robots.verdict import Verdict
from processor.message.values import SenderKind

_MOST_CHARACTERS = 150_000
_EVENT = re.compile(r'"(?:notificationType|eventType)"\s{0,4}:\s{0,4}"([A-Za-z ]{3,30})"')
_RECIPIENT = re.compile(r'"emailAddress"\s{0,4}:\s{0,4}"([^"\s]{3,320})"')
_ID = re.compile(
    r'"name"\s{0,4}:\s{0,4}"Message-ID"\s{0,4},\s{0,4}"value"\s{0,4}:\s{0,4}"<([^"<>\s]{3,300})>"', re.IGNORECASE
)
_SENTENCES = {
    "bounce": "Der Versanddienst meldet, dass eine Nachricht nicht zugestellt werden konnte an: {who}.",
    "complaint": "Jemand hat eine unserer Mails bei seinem Anbieter als unerwünscht gemeldet: {who}.",
}
_OTHER = "Der Versanddienst berichtet über eine Nachricht; keine Adresse gilt als endgültig gescheitert."


def read_notice(text: str) -> Verdict | None:
    """Reads a notice.

    :param text: the body of the mail.
    :returns: the verdict, in which only a bounce names who failed; None for any other text, and for any other JSON:
        a web form may send what was filled in that way.
    """
    if not text[:200].lstrip().startswith("{"):
        return None
    notice = "".join(text[:_MOST_CHARACTERS].splitlines()).replace("\\", "")  # the envelope holds it as a string
    event = _EVENT.search(notice)
    if event is None or '"mail"' not in notice:
        return None
    kind = event[1].lower()
    who = unique(found for value in _RECIPIENT.findall(notice) for found in addresses_in(value))
    reason = _SENTENCES.get(kind, _OTHER) if who else _OTHER
    failed = who if kind == "bounce" else ()
    return Verdict(SenderKind.BOUNCE, reason.format(who=", ".join(who[:5])), failed, unique(_ID.findall(notice)))
