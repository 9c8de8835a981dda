"""Tells whether two mails are the same one, whatever servers have written on them on the way.

A mail that is delivered twice, restored from a backup or copied into a second folder has other trace headers (RFC
5322, section 3.6.7), other marks of spam filters, perhaps other line ends; what its writer made is the same. So the
digest covers the fields that the writer's side sets, and the body, and nothing else. A list of what to leave out
would never be complete: every server invents fields of its own.
"""

from __future__ import annotations

import hashlib
import re

#: Fields set by the writer's side (RFC 5322, section 3.6; RFC 2045), and those by which a robot or a list names
#: itself (RFC 3834, RFC 2919): a list's copy of a mail must not hide the mail itself.
_WRITTEN = frozenset(
    b"from sender reply-to to cc date subject message-id in-reply-to references mime-version content-type "
    b"content-transfer-encoding content-disposition content-language auto-submitted precedence list-id".split()
)

#: The lines that are header fields; what follows the first other line is body, blank line or not. Each alternative
#: begins with another character, so that no input makes it search twice.
_HEADER = re.compile(rb"(?:From [^\n]*\n)?(?:[!-9;-~]+[ \t]*:[^\n]*(?:\n|\Z)(?:[ \t][^\n]*(?:\n|\Z))*)*")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_SPACE = re.compile(rb"[ \t]+")

#: The column's width; beyond it the digest alone tells mails apart.
_LONGEST_ID = 1000


def identify(raw: bytes, missing_bytes: int = 0) -> tuple[str, str]:
    """Gives the Message-ID (without angle brackets, "" for none) and the SHA-256 of what the writer made.

    :param raw: the mail as the server holds it.
    :param missing_bytes: how many more bytes the server holds, where only the beginning was fetched.
    """
    header, body = _split(raw)
    fields = _written_fields(header)
    message_id = next((field[len(b"message-id:") :] for field in fields if field.startswith(b"message-id:")), b"")
    # Relays may put the fields into another order.
    digest = hashlib.sha256(b"\n".join(sorted(fields)) + b"\n\n")
    digest.update(_plain_body(body))
    if missing_bytes:
        digest.update(b"\n%d" % missing_bytes)
    return _bare_id(message_id), digest.hexdigest()


def _split(raw: bytes) -> tuple[bytes, bytes]:
    found = _HEADER.match(raw)
    end = found.end() if found else 0
    return raw[:end], raw[end:]


def _written_fields(header: bytes) -> list[bytes]:
    """The writer's fields, names in lower case, unfolded: relays fold anew."""
    fields = []
    for line in _FOLD.sub(b"", header).replace(b"\r\n", b"\n").split(b"\n"):
        name, colon, value = line.partition(b":")
        name = name.strip().lower()
        if colon and name in _WRITTEN:
            fields.append(name + b":" + _SPACE.sub(b" ", value).strip())
    return fields


def _plain_body(body: bytes) -> bytes:
    """The body with plain line ends, without blank ones around it, and without the „>“ that mbox puts before From."""
    body = body.replace(b"\r\n", b"\n").replace(b"\n>From ", b"\nFrom ").strip()
    return body.removeprefix(b">") if body.startswith(b">From ") else body


def _bare_id(value: bytes) -> str:
    """What stands between the angle brackets, or the whole of it; ASCII, without control characters."""
    start = value.rfind(b"<")
    end = value.find(b">", start + 1)
    inner = value[start + 1 : end] if start >= 0 and end >= 0 else value.strip(b"<> ")
    text = inner.decode("ascii", "backslashreplace")
    return "".join(char for char in text if char.isprintable()).strip()[:_LONGEST_ID]
