"""Whether a picture is mere decoration: a logo of a signature, a pixel that counts readers."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

from processor.message.parts import Part

#: A logo lies flat or is small; a photograph of a filled-in form is neither.
_LOGO_HEIGHT = 220
_LOGO_AREA = 120_000
_LOGO_BYTES = 200_000
#: Up to this size a picture whose measures are unknown counts as a logo, when the text shows it.
_SMALL_BYTES = 15_000
_PIXEL_AREA = 64
_CID = re.compile(r"cid:([^\s\"'<>)]{1,250})", re.IGNORECASE)


def shown_pictures(parts: Iterable[Part]) -> frozenset[str]:
    """Content-IDs of the pictures that HTML parts show in their text (RFC 2392), lower case."""
    return frozenset(
        found.lower()
        for part in parts
        if part.media_type == "text/html"
        for found in _CID.findall(part.text[:1_000_000])
    )


def is_decoration(part: Part, shown: frozenset[str]) -> bool:
    """Whether a picture decorates the text and says nothing."""
    measures = measure(part.payload)
    if measures is not None and measures[0] * measures[1] <= _PIXEL_AREA:
        return True
    content_id = part.headers.get("content-id").strip().strip("<>").lower()
    location = part.headers.get("content-location").strip().lower()
    if not ({content_id, location} - {""}) & shown:
        return False
    if measures is None:
        return len(part.payload) <= _SMALL_BYTES
    width, height = measures
    return len(part.payload) <= _LOGO_BYTES and (height <= _LOGO_HEIGHT or width * height <= _LOGO_AREA)


def measure(payload: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF or JPEG; None for all else."""
    if payload.startswith(b"\x89PNG\r\n\x1a\n") and len(payload) >= 24:
        width, height = struct.unpack_from(">II", payload, 16)
        return int(width), int(height)
    if payload.startswith(b"GIF8") and len(payload) >= 10:
        width, height = struct.unpack_from("<HH", payload, 6)
        return int(width), int(height)
    if payload.startswith(b"\xff\xd8"):
        return _jpeg(payload)
    return None


def _jpeg(payload: bytes) -> tuple[int, int] | None:
    position = 2
    for _ in range(200):
        if position + 9 > len(payload) or payload[position] != 0xFF:
            return None
        marker = payload[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", payload, position + 5)
            return int(width), int(height)
        position += 2 + int(struct.unpack_from(">H", payload, position + 2)[0])
    return None
