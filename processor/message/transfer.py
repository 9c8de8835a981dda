"""Transfer encodings undone as far as the bytes let it (RFC 2045, section 6), also where they were declared wrongly."""

from __future__ import annotations

import binascii
import re
from io import BytesIO
from typing import Final

from processor.message.charsets import is_utf8

#: Bytes of a text in which an undeclared encoding is looked for.
_LOOK_LIMIT: Final = 2_000_000
_QP_LETTER = re.compile(rb"=[C-D][0-9A-F]=[89AB][0-9A-F]|=E[0-9A-F]=[89AB][0-9A-F]=[89AB][0-9A-F]")
_BASE64_TEXT = re.compile(rb"\s{0,10}(?:[A-Za-z0-9+/]{60,76}\r?\n){1,4}")
#: A short text that is nothing but one word of base64.
_BASE64_WORD = re.compile(rb"\s{0,10}[A-Za-z0-9+/]{20,76}={0,2}\s{0,10}")


def undo_transfer(data: bytes, encoding: str, defects: list[str], *, is_text: bool) -> bytes:
    """Undoes a transfer encoding as far as the bytes let it.

    :param encoding: as declared, lower case; "" for none.
    :param defects: takes what was wrong.
    :param is_text: whether people are to read it; only then it is asked whether the declaration can be true.
    """
    if encoding == "base64":
        return _undo_base64(data, defects, is_text=is_text)
    if encoding in ("quoted-printable", "quoted printable", "quotedprintable"):
        return _undo_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _undo_uu(data)
    if not is_text or len(data) > _LOOK_LIMIT:
        return data
    if encoding in ("", "7bit", "8bit") and data.isascii():
        if len(_QP_LETTER.findall(data)) >= 2:
            defects.append("quoted-printable that nobody declared")
            return _undo_qp(data)
        if _BASE64_TEXT.match(data) or (len(data) < 100 and _BASE64_WORD.fullmatch(data)):
            payload = lenient_base64(data)
            if payload and _is_written(payload) and is_utf8(payload):
                defects.append("base64 that nobody declared")
                return payload
    return data


def _undo_base64(data: bytes, defects: list[str], *, is_text: bool) -> bytes:
    if is_text:
        whole = _with_footer(data)
        if whole is not None:
            defects.append("plain text behind base64")
            return whole
    sample = data[:4_000]
    if sample.count(b" ") * 20 > len(sample) or (sample and len(sample.translate(None, _WORDY)) * 4 > len(sample)):
        defects.append("declared base64 is none")
        return data
    payload = lenient_base64(data)
    if is_text and len(payload) < len(data) // 2:
        defects.append("broken base64")
    return payload


#: A line that is no line of base64.
_FOREIGN = re.compile(rb"^(?![A-Za-z0-9+/=]*[ \t]*\r?$)", re.MULTILINE)
_BASE64_LINE = re.compile(rb"^[A-Za-z0-9+/]{60,}={0,2}[ \t]*\r?$", re.MULTILINE)
#: Bytes of what a list sets below a mail.
_FOOTER_LIMIT: Final = 20_000


def _with_footer(data: bytes) -> bytes | None:
    """Base64 below which the software of a list has set its footer as it is; None where there is no such thing."""
    if len(data) > _LOOK_LIMIT or not data.translate(None, _WORDY):
        return None
    found = _FOREIGN.search(data)
    if found is None or len(data) - found.start() > _FOOTER_LIMIT or _BASE64_LINE.search(data, found.start()):
        return None
    encoded, footer = data[: found.start()], data[found.start() :]
    letters = len(encoded.translate(None, b"\r\n\t "))
    if letters < 16 or letters % 4:
        return None
    payload = lenient_base64(encoded)
    if not _is_written(payload) or b"\0" in payload or not footer.isascii():
        return None
    return payload + b"\r\n" + footer


def _is_written(payload: bytes) -> bool:
    """Whether bytes are such as people write: next to none of them controls."""
    head = payload[:400]
    return sum(byte < 32 and byte not in b"\r\n\t" for byte in head) * 50 < max(len(head), 1)


_SOFT_END = re.compile(rb"=[ \t]{1,80}(?=\r?\n)")


def _undo_qp(data: bytes) -> bytes:
    """Undoes quoted-printable (RFC 2045, section 6.7) with line ends of any kind.

    ``binascii`` takes all between a soft end with a bare CR and the next LF for that end: whole lines would be lost.
    Blanks that a relay set at the end of a line are no part of it.
    """
    if data.count(b"\r") != data.count(b"\r\n"):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"= " in data or b"=\t" in data:
        data = _SOFT_END.sub(b"=", data)
    return binascii.a2b_qp(data)


#: What a base64 body consists of, line ends included.
_WORDY: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n \t"

#: Bytes of uuencoded content that are read: the form has been dead since the nineties.
_UU_LIMIT: Final = 1_500_000
ENCODED: Final = frozenset(
    ["base64", "quoted-printable", "quoted printable", "quotedprintable", "x-uuencode", "uuencode"]
)


def _undo_uu(data: bytes) -> bytes:
    pieces = []
    for line in BytesIO(data[:_UU_LIMIT]):
        line = line.rstrip(b"\r\n")
        if line.startswith(b"begin ") or not line.strip():
            continue
        if line.strip() == b"end":
            break
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            count = ((line[0] - 32) & 63) * 4 // 3 + 2
            try:
                pieces.append(binascii.a2b_uu(line[:count]))
            except binascii.Error:
                continue
    return b"".join(pieces)


def lenient_base64(data: bytes) -> bytes:
    """Base64 as far as it can be read: missing padding, pieces run together, strangers in between."""
    pieces = []
    many = data.count(b"=") > _MOST_PIECES
    for piece in (data,) if many else data.rstrip(b"=\r\n \t").split(b"="):
        cleaned = piece.translate(None, _NOT_BASE64)
        if len(cleaned) % 4 == 1:
            cleaned = cleaned[:-1]
        try:
            pieces.append(binascii.a2b_base64(cleaned + b"=" * (-len(cleaned) % 4)))
        except binascii.Error:
            continue
    return b"".join(pieces)


#: Base64 texts that are read one behind the other in one part; where there are more, padding is taken for noise.
_MOST_PIECES: Final = 200

_NOT_BASE64: Final = bytes(
    byte for byte in range(256) if byte not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)
