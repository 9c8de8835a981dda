"""Reports of mail servers that are about no single delivery: DMARC (RFC 7489), TLS (RFC 8460), others of RFC 6522."""

from __future__ import annotations

from processor.message.parts import Part
from processor.message.robots.title import Title

#: „Report Domain: … Submitter: … Report-ID: …“ (RFC 7489, section 7.2.1.1; RFC 8460, section 5.3).
_TITLE, _TITLE_GOES_ON = "report domain:", ("submitter:", "report-id:")
_ENDINGS = (".xml", ".xml.gz", ".zip", ".gz", ".json", ".json.gz")
_MOST_PARTS = 20


def why_report(root: Part, title: Title) -> str:
    """Why a mail is held to be a report that a server made by itself.

    :param root: the whole mail; not one that reports on a delivery.
    :param title: its subject.
    :returns: the reason for the staff (German), or "" for any other mail.
    """
    kind = root.parameters.get("report-type", "").strip().lower()
    if root.media_type == "multipart/report" and kind != "disposition-notification":
        return "Die Mail ist nach ihrer Form ein Bericht, den ein Mailserver von selbst erzeugt hat."
    summed_up = title.words.startswith(_TITLE) and any(word in title.words for word in _TITLE_GOES_ON)
    if not title.answering and (summed_up or any(_is_summary(part) for part in (root, *root.children[:_MOST_PARTS]))):
        return "Die Mail ist ein Sammelbericht eines Mailservers über Absenderprüfungen."
    return ""


def _is_summary(part: Part) -> bool:
    """Whether a file is called „receiver!domain!begin!end.xml.gz“ (RFC 7489, section 7.2.1.1)."""
    name = part.filename.lower()
    pieces = name.split("!")
    return len(pieces) >= 4 and name.endswith(_ENDINGS) and pieces[2].isdigit() and "." in pieces[1]
