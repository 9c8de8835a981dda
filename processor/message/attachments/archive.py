"""Members of ZIP archives (docx, xlsx, odt), unpacked only as far as the limits go."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from processor.message.attachments.limits import (
    BOMB,
    DAMAGED,
    ENCRYPTED,
    MOST_MEMBERS,
    MOST_RATIO,
    MOST_UNPACKED,
    Budget,
    UnreadableError,
)

_CHUNK = 65_536
_FEW = 200_000
#: General purpose bit 0: the member is encrypted (APPNOTE, section 4.4.4).
_ENCRYPTED_BIT = 1


def open_archive(payload: bytes) -> zipfile.ZipFile:
    """Opens an archive and looks at its directory before anything is unpacked.

    :raises UnreadableError: damaged, encrypted, or of a size that no document has.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(payload))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, OverflowError) as error:
        raise UnreadableError(DAMAGED) from error
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise UnreadableError(BOMB)
    if any(member.flag_bits & _ENCRYPTED_BIT for member in members):
        raise UnreadableError(ENCRYPTED)
    return archive


def read_member(archive: zipfile.ZipFile, name: str, budget: Budget) -> bytes:
    """Unpacks one member, whatever size its directory entry claims.

    :returns: its bytes; b"" where it is missing.
    :raises UnreadableError: damaged, or unpacking to more than the limits allow.
    """
    try:
        member = archive.getinfo(name)
    except KeyError:
        return b""
    check_member(member)
    chunks: list[bytes] = []
    size = 0
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > MOST_UNPACKED:
                    raise UnreadableError(BOMB)
                budget.unpack(len(chunk))
                chunks.append(chunk)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
        raise UnreadableError(DAMAGED) from error
    return b"".join(chunks)


def check_member(member: zipfile.ZipInfo) -> None:
    """Refuses a member whose directory entry speaks of a bomb.

    :raises UnreadableError: for a size or ratio beyond the limits.
    """
    if member.file_size > MOST_UNPACKED or (
        member.file_size > _FEW and member.file_size > MOST_RATIO * max(member.compress_size, 1)
    ):
        raise UnreadableError(BOMB)
