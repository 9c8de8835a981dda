"""One mail from its raw bytes to a :class:`Message`."""

from __future__ import annotations

from collections.abc import Collection

from processor.message.values import Message


def read(raw: bytes, *, colleagues: Collection[str] = (), invitation: str = "") -> Message:
    """Reads one mail.

    :param raw: the mail as it came from the server (RFC 5322), of any form; nothing raises.
    :param colleagues: mail domains of the office; a forward by their people makes the original writer the contact.
    :param invitation: the wording of the letter that people answer, to recognise it where it is quoted.
    :returns: what the writer meant, with doubts in words.
    """
    raise NotImplementedError
