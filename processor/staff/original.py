"""An original mail as it can be shown without harm: no scripts, no remote content, attachments as mere downloads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

import nh3

from processor.message.parts import Part
from processor.message.wire import parse

#: Characters of a body that are shown; no letter of a person is longer.
_LONGEST = 400_000
_TAGS = {
    *("p", "br", "div", "span", "b", "strong", "i", "em", "u", "s", "small", "sub", "sup", "blockquote", "pre", "code"),
    *("ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "a", "font", "center"),
    *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"),
}
#: What a browser may be told of a download; everything else is mere bytes.
_HARMLESS = {"text/plain", "application/pdf", "image/png", "image/jpeg", "image/gif"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A part that can be downloaded."""

    number: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A mail as it came."""

    #: Name and value of the headers that a person may want to see.
    headers: tuple[tuple[str, str], ...]
    text: str
    #: Cleaned; "" where the mail has no HTML.
    html: str
    attachments: tuple[Attached, ...]


_HEADERS = ("from", "reply-to", "to", "cc", "subject", "date", "message-id", "authentication-results")


def look(raw: bytes) -> Original:
    """Takes a mail apart for showing."""
    root = parse(raw)
    leaves = _leaves(root)
    texts = [part.text for part in leaves if part.media_type == "text/plain" and not _is_attachment(part)]
    pages = [part.text for part in leaves if part.media_type == "text/html" and not _is_attachment(part)]
    return Original(
        headers=tuple((name, value) for name in _HEADERS for value in root.headers.all(name)),
        text="\n\n".join(texts)[:_LONGEST],
        html="<hr>".join(cleaned(page[:_LONGEST]) for page in pages),
        attachments=tuple(
            Attached(
                number=number,
                name=part.filename or f"Anhang {number}",
                media_type=part.media_type,
                size=len(part.payload),
            )
            for number, part in enumerate(leaves)
            if _is_attachment(part) or not part.media_type.startswith("text/")
        ),
    )


def cleaned(page: str) -> str:
    """HTML without anything that acts, loads, or looks like ours: the tags of plain text, and links."""
    return nh3.clean(
        page,
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "noscript", "template", "svg", "math"},
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


def attachment(raw: bytes, number: int) -> tuple[bytes, dict[str, str]] | None:
    """The bytes of one attachment and the headers of its download; None where there is no such part."""
    leaves = _leaves(parse(raw))
    if number >= len(leaves):
        return None
    part = leaves[number]
    name = re.sub(r"[^\w.() -]", "_", part.filename or f"Anhang-{number}")[:150]
    plain = name.encode("ascii", "replace").decode("ascii").replace("?", "_")
    return part.payload, {
        "content-type": part.media_type if part.media_type in _HARMLESS else "application/octet-stream",
        # RFC 6266, section 4.3: the plain name for those who do not know the other.
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "content-security-policy": "sandbox; default-src 'none'",
    }


def _leaves(root: Part) -> list[Part]:
    return [part for part in root.walk() if not part.children]


def _is_attachment(part: Part) -> bool:
    return part.disposition == "attachment" or bool(part.filename)
