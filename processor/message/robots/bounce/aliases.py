"""From the address that a server made of a recipient back to the one that was written to."""

from __future__ import annotations

from collections.abc import Collection


def as_written(address: str, written_to: Collection[str]) -> str:
    """The recipient that a failed address only leads to; the address itself where it leads to none.

    :param address: a failed address, lower case.
    :param written_to: recipients of the returned mail, lower case.
    """
    local = address.rpartition("@")[0]
    if address in written_to or "%" not in local:
        return address
    # „user%verein.example@relay“ is the way over a relay to user@verein.example (RFC 1123, section 5.2.16).
    through = "@".join(local.rpartition("%")[::2])
    return through if through in written_to else address
