"""Which parts of a mail are its body: what a mail program would show when the mail is opened."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from processor.message.lines import LINES_LIMIT, Line, plain_lines, words_of
from processor.message.markup import read_html
from processor.message.parts import Part

#: Parts that are looked at for the body.
_MOST_PARTS = 300


@dataclass(slots=True)
class Body:
    """The body in the forms in which the mail carries it."""

    #: Lines of the text/plain form; [] where it has none.
    plain: list[Line] = field(default_factory=list)
    #: Lines of the HTML form; [] where it has none.
    html: list[Line] = field(default_factory=list)
    #: The parts that were read.
    parts: list[Part] = field(default_factory=list)
    #: A mail within the mail that stands as its body or beside it (message/rfc822), in order.
    mails: list[Part] = field(default_factory=list)
    #: Whether a limit was reached before the end of the text.
    cut: bool = False


def read_body(root: Part) -> Body:
    """Reads the body of a mail; mails within it are told apart, attachments left alone."""
    body = Body()
    _gather(root, body, [0])
    if not body.parts and not body.mails:
        _fall_back(root, body)
    return body


def _fall_back(root: Part, body: Body) -> None:
    """What some programs send instead of a body: enriched text, or the text as an attachment without a name."""
    for count, part in enumerate(root.walk()):
        if count > _MOST_PARTS or part.media_type in ("message/rfc822", "message/global"):
            break
        if part.media_type in ("text/enriched", "text/richtext"):
            body.plain = plain_lines(_ENRICHED.sub("", part.text.replace("<<", "\ue000")).replace("\ue000", "<"))
        elif part.media_type == "text/plain" and part.disposition != "attachment":
            body.plain = _plain(part, body)
        elif part.media_type == "text/html" and part.disposition != "attachment":
            body.html = _html(part, body)
        else:
            continue
        body.parts.append(part)
        break


#: Formatting of text/enriched (RFC 1896).
_ENRICHED = re.compile(r"<param>[^<]{0,200}</param>|</?[a-zA-Z-]{1,40}>")


def _gather(part: Part, body: Body, seen: list[int], *, form: bool = False) -> None:
    """Walks in the order of the mail; of alternatives the plain and the HTML form are both kept, side by side."""
    seen[0] += 1
    if seen[0] > _MOST_PARTS:
        body.cut = True
        return
    if part.media_type in ("message/rfc822", "message/global"):
        if part.children:
            body.mails.append(part)
        return
    if part.media_type == "multipart/alternative":
        _alternative(part, body, seen)
        return
    if part.children:
        for child in part.children:
            _gather(child, body, seen)
        return
    if not _shown(part, form=form):
        return
    if part.media_type == "text/plain":
        lines = _plain(part, body)
        # A mail of several pieces (text, picture, text) is read on in both forms.
        if body.html:
            body.html += [Line(""), *[Line(line.text, line.depth) for line in lines]]
        if body.plain or not body.html:
            body.plain += [*([Line("")] if body.plain else []), *lines]
        body.parts.append(part)
    elif part.media_type == "text/html":
        lines = _html(part, body)
        if body.plain and not body.html and words_of(lines):
            body.html = [Line(line.text, line.depth) for line in body.plain] + [Line("")]
        body.html += lines
        if body.plain and body.parts and body.parts[-1].media_type == "text/plain":
            body.plain += [Line(""), *[Line(line.text, line.depth, line.role) for line in lines]]
        body.parts.append(part)


def _alternative(part: Part, body: Body, seen: list[int]) -> None:
    """Forms of one content: read each for itself, then lay them beside what was read before."""
    inner = Body()
    for child in part.children:
        one = Body()
        _gather(child, one, seen, form=True)
        inner.plain = inner.plain or ([] if one.html else one.plain)
        inner.html = inner.html or one.html
        inner.parts += one.parts
        inner.mails += one.mails
        body.cut = body.cut or one.cut
    before_plain, before_html = body.plain, body.html
    body.parts += inner.parts
    body.mails += inner.mails
    if not before_plain and not before_html:
        body.plain, body.html = inner.plain, inner.html
        return
    plain = inner.plain or inner.html
    html = inner.html or inner.plain
    body.html = [*(before_html or before_plain), Line(""), *html]
    body.plain = [*(before_plain or before_html), Line(""), *plain]


def _shown(part: Part, *, form: bool) -> bool:
    """Whether a mail program shows a leaf as part of the body.

    :param form: whether it is one of several forms of the same text; those are shown whatever they are named.
    """
    if part.media_type not in ("text/plain", "text/html") or part.disposition == "attachment":
        return False
    return form or not part.filename


def _html(part: Part, body: Body) -> list[Line]:
    lines, cut = read_html(part.text)
    body.cut = body.cut or cut
    return lines


def _plain(part: Part, body: Body) -> list[Line]:
    flowed = part.parameters.get("format", "").strip().lower() == "flowed"
    delete_space = part.parameters.get("delsp", "").strip().lower() == "yes"
    lines = plain_lines(part.text, flowed=flowed, delete_space=delete_space)
    body.cut = body.cut or len(lines) >= LINES_LIMIT
    return lines
