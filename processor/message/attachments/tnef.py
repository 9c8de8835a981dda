"""Outlook's winmail.dat (Transport Neutral Encapsulation Format, MS-OXTNEF): its text and the files in it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from processor.message.attachments.limits import DAMAGED, UnreadableError
from processor.message.charsets import decode

SIGNATURE = b"\x78\x9f\x3e\x22"
#: Attribute identifiers (MS-OXTNEF, section 2.1.3.1), without their type.
_BODY, _ATTACH_DATA, _ATTACH_TITLE, _ATTACH_BEGINS, _ATTACH_PROPERTIES = 0x800C, 0x800F, 0x8010, 0x9002, 0x9005
#: MAPI property: the long file name, as Unicode (MS-OXPROPS, PidTagAttachLongFilename).
_LONG_NAME = struct.pack("<I", 0x3707001F)
_MOST_ATTRIBUTES = 5_000


@dataclass(frozen=True, slots=True)
class TnefFile:
    """A file that lay in a winmail.dat."""

    name: str
    payload: bytes


def read_tnef(payload: bytes) -> tuple[str, tuple[TnefFile, ...]]:
    """Takes a winmail.dat apart.

    :returns: the plain text of the message, which is mostly "", and the files.
    :raises UnreadableError: damaged.
    """
    if not payload.startswith(SIGNATURE):
        raise UnreadableError(DAMAGED)
    body = ""
    files: list[TnefFile] = []
    name = ""
    data: bytes | None = None
    for identifier, value in _attributes(payload):
        if identifier == _BODY:
            body = decode(value.rstrip(b"\0")).text.replace("\r\n", "\n")
        elif identifier == _ATTACH_BEGINS:
            if data is not None:
                files.append(TnefFile(name, data))
            name, data = "", None
        elif identifier == _ATTACH_TITLE:
            name = name or decode(value.rstrip(b"\0")).text
        elif identifier == _ATTACH_DATA:
            data = value
        elif identifier == _ATTACH_PROPERTIES:
            name = _long_name(value) or name
    if data is not None:
        files.append(TnefFile(name, data))
    return body.strip(), tuple(files[:50])


def _attributes(payload: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6  # signature and key
    for _ in range(_MOST_ATTRIBUTES):
        if position + 9 > len(payload):
            return
        identifier, _kind, length = struct.unpack_from("<HHI", payload, position + 1)
        value = payload[position + 9 : position + 9 + length]
        if len(value) < length:
            return
        yield identifier, value
        position += 9 + length + 2  # level, identifier, type, length; the checksum behind the value


def _long_name(properties: bytes) -> str:
    at = properties.find(_LONG_NAME)
    if at < 0 or at + 12 > len(properties):
        return ""
    count, length = struct.unpack_from("<II", properties, at + 4)
    raw = properties[at + 12 : at + 12 + length]
    if count != 1 or length > 2_000 or len(raw) < length:
        return ""
    return raw.decode("utf-16-le", "replace").rstrip("\0")
