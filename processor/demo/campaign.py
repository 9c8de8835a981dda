"""The shipped campaign: mails as they lay in a mailbox, each with the moment at which it arrived."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_FOLDER = Path(__file__).parent / "campaign"
#: Stands in a mail for the Message-ID of our last answer to its writer, which nobody can know before it is sent.
_OUR_LAST_ANSWER = b"LETZTE-ANTWORT@anmeldepost.example"

_RECEIVED = re.compile(rb"^Received:.*?;([^;]*?)\r?\n(?![ \t])", re.DOTALL | re.MULTILINE)
_ADDRESS_OF_ANSWER = (
    re.compile(rb"^Final-Recipient: *rfc822; *(\S+)", re.MULTILINE),
    re.compile(rb"^From:[^\n]*<([^>\n]+)>", re.MULTILINE),
)


@dataclass(frozen=True, slots=True)
class CampaignMail:
    """One mail of the campaign."""

    #: The file's name without its ending: a number and a word or two on what it shows.
    name: str
    #: The newest Received field, aware.
    arrived: datetime
    raw: bytes

    def addressed(self, answers: Mapping[str, str]) -> bytes:
        """The mail with the Message-ID of our last answer in its place.

        :param answers: Message-IDs (without angle brackets) of the last answer to each address (lower case).
        """
        if _OUR_LAST_ANSWER not in self.raw:
            return self.raw
        for pattern in _ADDRESS_OF_ANSWER:
            found = pattern.search(self.raw)
            if found and (answer := answers.get(found[1].decode("ascii", "replace").lower())):
                return self.raw.replace(_OUR_LAST_ANSWER, answer.encode("ascii"))
        return self.raw


def load_campaign(folder: Path = _FOLDER) -> tuple[CampaignMail, ...]:
    """All mails of the campaign in the order of their arrival."""
    mails = []
    for path in sorted(folder.glob("*.eml")):
        raw = path.read_bytes()
        found = _RECEIVED.search(raw)
        if found is None:
            raise ValueError(f"{path}: no Received field")
        mails.append(CampaignMail(path.stem, email.utils.parsedate_to_datetime(found[1].decode("ascii")), raw))
    return tuple(sorted(mails, key=lambda mail: mail.arrived))
