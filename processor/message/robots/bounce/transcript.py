"""The report for people: its lines, what came back below it, and the addresses that cannot have failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from processor.message.attachments.htmltext import html_text
from processor.message.parts import Part
from processor.message.robots.bounce.returned import Returned, read_head, read_part, split_returned

#: A report is short; what goes beyond is a returned mail or an attack.
_MOST_CHARACTERS = 150_000
_MOST_LINES = 3_000
_MOST_PARTS = 200
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_MAIL_TYPES = frozenset(
    {
        "message/rfc822",
        "message/global",
        "message/partial",
        "message/external-body",
        "text/rfc822-headers",
        "text/rfc822-header",
        "message/rfc822-headers",
        "message/global-headers",
        "text/rfc822",
    }
)


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a report says, before the returned mail."""

    lines: tuple[str, ...]
    #: Lines of message/delivery-status parts.
    status_lines: tuple[str, ...]
    returned: Returned
    #: Whether something came back, as a part or in the text.
    has_returned: bool
    #: Whether it came back as a part of its own.
    has_returned_part: bool
    #: Whether there is a part of a delivery status.
    has_status: bool
    #: Domain of the reporting server's From; "" where it has none.
    domain: str = ""


def read_transcript(root: Part, text: str, domain: str = "") -> Transcript:
    """Gathers the texts of a report.

    :param root: the whole mail.
    :param text: its body as text, for mails whose parts hold none.
    :param domain: the domain of its From.
    """
    texts: list[str] = []
    status: list[str] = []
    returned: list[Returned] = []
    has_status = has_returned = has_part = False
    for part in _own_parts(root):
        if part.media_type in _STATUS_TYPES:
            has_status = True
            status.extend(("", *_status_text(part).splitlines()[:20_000]))
        elif part.media_type in _MAIL_TYPES:
            has_returned = has_part = True
            returned.append(read_part(part))
        elif part.media_type.startswith(("text/", "multipart/")) or part is root:
            texts.append(_text(part))
    lines: list[str] = []
    if not any(piece.strip() for piece in texts):
        texts = [text]
    for piece in texts:
        head, tail = split_returned(piece[:_MOST_CHARACTERS].splitlines()[:_MOST_LINES])
        lines.extend(line.rstrip() for line in head)
        if tail:
            has_returned = True
            returned.append(read_head(_from_head(tail)))
    return Transcript(tuple(lines), tuple(status), _together(returned), has_returned, has_part, has_status, domain)


def _own_parts(root: Part) -> Iterable[Part]:
    """The parts of the report itself: never what lies inside a returned mail; one form of each alternative."""
    stack = [root]
    for _ in range(_MOST_PARTS):
        if not stack:
            return
        part = stack.pop()
        if part.media_type in _MAIL_TYPES or part.media_type in _STATUS_TYPES:
            yield part
            continue
        children = part.children
        if part.media_type == "multipart/alternative":
            plain = [child for child in children if child.media_type == "text/plain" and child.text.strip()]
            children = tuple(plain) or children
        if children:
            stack.extend(reversed(children))
        else:
            yield part


def _text(part: Part) -> str:
    text = part.text or part.payload[:_MOST_CHARACTERS].decode("utf-8", "replace")
    if part.media_type == "text/html" or text.lstrip()[:15].lower().startswith(("<html", "<!doctype html")):
        return html_text(text[: 2 * _MOST_CHARACTERS])
    return text


def _status_text(part: Part) -> str:
    if part.text or part.payload:
        return (part.text or part.payload[:500_000].decode("utf-8", "replace")).replace("\r\n", "\n")
    return "\n\n".join(
        "\n".join(f"{name}: {value}" for name, value in child.headers.fields) for child in part.children[:5_000]
    )


def _from_head(lines: Sequence[str]) -> list[str]:
    """The returned mail from its first field on, without the margin that some servers put before it."""
    kept = [line for line in lines if line.strip("-=_ \t")]
    margin = min((len(line) - len(line.lstrip()) for line in kept[:1]), default=0)
    return [line[margin:] if not line[:margin].strip() else line for line in lines][_first(lines) :]


def _first(lines: Sequence[str]) -> int:
    return next((index for index, line in enumerate(lines) if line.strip("-=_ \t")), 0)


def _together(found: list[Returned]) -> Returned:
    return Returned(
        tuple(dict.fromkeys(address for one in found for address in one.recipients)),
        tuple(dict.fromkeys(address for one in found for address in one.senders)),
        tuple(dict.fromkeys(one_id for one in found for one_id in one.message_ids)),
        tuple(dict.fromkeys(address for one in found for address in one.envelope)),
    )
