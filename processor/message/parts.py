"""The MIME tree as plain values: what the wire form was has been dealt with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields in their order, names in lower case, values unfolded and decoded (RFC 2047)."""

    fields: tuple[tuple[str, str], ...] = ()
    #: The values by name: fields are asked for some hundred times per mail.
    _values: dict[str, list[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, value in self.fields:
            self._values.setdefault(name, []).append(value)

    def get(self, name: str) -> str:
        """The first value of a field (lower-case name), or ""."""
        values = self._values.get(name)
        return values[0] if values else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, in order; the newest Received stands first."""
        return tuple(self._values.get(name, ()))

    def __contains__(self, name: object) -> bool:
        return name in self._values


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mail, or the whole of it (RFC 2045)."""

    headers: Headers
    #: Lower case, such as "text/plain"; "text/plain" where the header is missing or broken.
    media_type: str
    #: Parameters of Content-Type, names in lower case.
    parameters: dict[str, str] = field(default_factory=dict)
    #: "attachment", "inline" or "".
    disposition: str = ""
    #: Decoded (RFC 2231, RFC 2047), without path; "" where it has none.
    filename: str = ""
    #: Transfer encoding undone; b"" for a multipart.
    payload: bytes = b""
    #: The payload as text where the type is text/*: charset undone, LF line ends; "" for all else.
    text: str = ""
    #: Parts of a multipart; for message/rfc822 (and its like) the one mail inside.
    children: tuple[Part, ...] = ()
    #: What was wrong with the form of this part, in English, for the log.
    defects: tuple[str, ...] = ()

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in the order of the mail, without recursion."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.children))
