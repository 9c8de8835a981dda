"""Addresses out of header fields, in whatever form people's programs write them (RFC 5322, sections 3.4 and 4.4).

A field is cut into words, quoted strings, comments and signs once; mailboxes are read from these. What has no single
sensible reading (two @ in one run) is given as a name without an address: nobody is answered by guesswork.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Final

from processor.message.values import Address

#: Characters of a field that are looked at, and addresses that are given.
_FIELD_LIMIT: Final = 50_000
_ADDRESSES_LIMIT: Final = 1_000
#: What stands between commas, address or not, that is looked at.
_PIECES_LIMIT: Final = 3_000
#: Characters of one address, and of one display name.
_SPEC_LIMIT: Final = 400
_NAME_LIMIT: Final = 1_000
#: Characters that a name may have before its comma without having stood in quotes („Yilmaz, Ayse <a@b>“).
_HELD_LIMIT: Final = 120
#: Characters of a comment that can be a name.
_COMMENT_LIMIT: Final = 500

_TOKEN = re.compile(r'[^\s"()<>,;:@\[\]\\]+|\s+|[<>,;:@]|\[[^\[\]\s]{0,255}\]|.', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_PAREN = re.compile(r"[()\\]")
#: Needs no quotes as a local part (RFC 5322, section 3.2.3; letters of any script by RFC 6532).
_DOT_ATOM = re.compile(r"[^\s\"()<>,;:@\[\]\\]+")
#: A local part that was made by joining numbers with colons, as some senders of bulk mail do.
_COLONS = re.compile(r"[\w.+-]{1,60}(?::[\w.+-]{1,60}){2,12}(?=@)", re.ASCII)
#: The form that nearly all mails have: one mailbox, without any of the signs that need a closer look.
_COMMON = re.compile(
    r'(?:"([^"\\<>@]{1,200})"|([^"\\<>@(),;:\[\]]{0,200}))\s{0,3}<([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})>'
)
_EDGE: Final = " \t\"'"


class _Kind(Enum):
    WORD = auto()
    SPACE = auto()
    SIGN = auto()
    QUOTED = auto()
    COMMENT = auto()
    LITERAL = auto()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: _Kind
    #: Of quoted strings and comments, what they hold; escapes are undone.
    text: str


_Tokens = list[_Token]


def parse_addresses(value: str) -> tuple[Address, ...]:
    """Reads the mailboxes of a field; group names and what is no address are left out.

    :param value: decoded as :func:`processor.message.fields.decode_value` decodes address fields.
    :returns: in order; a mailbox without address (only a name) is given with an empty ``email``.
    """
    common = _COMMON.fullmatch(value.strip()) if len(value) < _SPEC_LIMIT else None
    if common is not None:
        quoted, bare, email = common.groups()
        return (Address(name_as_spoken(quoted or bare), email.lower()),)
    found: list[Address] = []
    held: _Tokens = []
    for piece, bracketed in islice(_pieces(_tokens(value[:_FIELD_LIMIT])), _PIECES_LIMIT):
        if len(found) >= _ADDRESSES_LIMIT:
            break
        mailboxes = _mailboxes([*held, _COMMA, _BLANK, *piece] if held else piece)
        if bracketed or any(one.email for one in mailboxes):
            found.extend(one for one in mailboxes if one.email or one.name)
            held = []
        elif mailboxes:
            # „Yilmaz, Ayse <a@b>“: a comma in a name that should have stood in quotes.
            held = [*held, _COMMA, _BLANK, *piece] if held else piece
            if sum(len(token.text) for token in held) > _HELD_LIMIT:
                held = []
    if not found and held:
        name = _spoken(held)
        return (Address(name, ""),) if name else ()
    return tuple(found)


_COMMA: Final = _Token(_Kind.SIGN, ",")
_BLANK: Final = _Token(_Kind.SPACE, " ")


def _tokens(value: str) -> Iterator[_Token]:
    """Cuts a field in one pass; quotes and parentheses that are left open are no quotes and no comments."""
    quotes = value.count('"') - value.count('\\"')
    position = 0
    closed = True
    while position < len(value):
        sign = value[position]
        if sign == '"' and quotes > 1:
            match = _QUOTED.match(value, position)
            if match is not None:
                yield _Token(_Kind.QUOTED, _unescaped(match.group(1)))
                position = match.end()
                continue
            quotes = 0
        elif sign == "(" and closed:
            end = _comment_end(value, position)
            if end > 0:
                yield _Token(_Kind.COMMENT, _unescaped(value[position + 1 : min(end - 1, position + _COMMENT_LIMIT)]))
                position = end
                continue
            closed = False
        match = _COLONS.match(value, position) or _TOKEN.match(value, position)
        text = match.group() if match else sign
        position += len(text)
        if text.isspace():
            yield _Token(_Kind.SPACE, " ")
        elif len(text) == 1 and text in "<>,;:@":
            yield _Token(_Kind.SIGN, text)
        elif text.startswith("[") and len(text) > 1:
            yield _Token(_Kind.LITERAL, text)
        elif text != '"':
            yield _Token(_Kind.WORD, text)


def _comment_end(value: str, position: int) -> int:
    """Behind the parenthesis that closes the one at ``position``, whatever is nested in it; 0 where none does."""
    depth = 0
    escaped = -1
    for match in _PAREN.finditer(value, position):
        if match.start() == escaped:
            continue
        if match.group() == "\\":
            escaped = match.end()
        elif match.group() == "(":
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                return match.end()
    return 0


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL) if "\\" in text else text


def _pieces(tokens: Iterator[_Token]) -> Iterator[tuple[_Tokens, bool]]:
    """What stands between commas and semicolons, without names of groups; and whether angle brackets were in it."""
    piece: _Tokens = []
    inside = bracketed = addressed = False
    for token in tokens:
        sign = token.text if token.kind is _Kind.SIGN else ""
        if sign in (",", ";") and not inside:
            if any(one.kind is not _Kind.SPACE for one in piece):
                yield piece, bracketed
            piece, bracketed, addressed = [], False, False
            continue
        if sign == ":" and not bracketed and not addressed:
            # The display name of a group: „Verein: a@b, c@d;“.
            piece = []
            continue
        if sign == "<":
            inside = bracketed = True
        elif sign == ">":
            inside = False
        addressed = addressed or sign == "@"
        piece.append(token)
    if any(one.kind is not _Kind.SPACE for one in piece):
        yield piece, bracketed


def _mailboxes(piece: _Tokens) -> list[Address]:
    """The mailboxes of a piece: one, or several that no comma parts."""
    opening = [number for number, token in enumerate(piece) if token == _OPEN]
    if not opening:
        return _bare(piece)
    found: list[Address] = []
    start = 0
    for number, begins in enumerate(opening):
        following = opening[number + 1] if number + 1 < len(opening) else len(piece)
        ends = next((at for at in range(begins, following) if piece[at] == _CLOSE), following)
        between = [token for token in piece[ends + 1 : following] if token.kind in (_Kind.WORD, _Kind.QUOTED)]
        if following < len(piece) and not between:
            # „A <<a@b>>“, or a name that holds an address in brackets: the last bracket holds the one that counts.
            continue
        email = _spec(piece[begins + 1 : ends])
        phrase = piece[start:begins]
        behind = piece[ends + 1 : following] if following == len(piece) else []
        name = _phrase(phrase) or _comment([*phrase, *behind])
        if not email:
            name = name or _spoken(piece[start:ends])
        found.append(Address(name, email))
        start = ends + 1
    return found


_OPEN: Final = _Token(_Kind.SIGN, "<")
_CLOSE: Final = _Token(_Kind.SIGN, ">")
_AT: Final = _Token(_Kind.SIGN, "@")


def _spec(tokens: _Tokens) -> str:
    """An addr-spec within angle brackets: white space and comments in it mean nothing, a route before it neither."""
    solid = [
        token for token in tokens if token.kind not in (_Kind.SPACE, _Kind.COMMENT) and token not in (_OPEN, _CLOSE)
    ]
    colons = [number for number, token in enumerate(solid) if token.text == ":" and token.kind is _Kind.SIGN]
    if colons and solid[0] == _AT:
        solid = solid[colons[-1] + 1 :]
    elif colons and solid[0].text.lower() in ("mailto", "smtp"):
        solid = solid[colons[0] + 1 :]
    return _joined(solid)


def _joined(solid: _Tokens) -> str:
    """Local part, @, domain; "" where these tokens are no address."""
    if solid.count(_AT) != 1:
        return ""
    at = solid.index(_AT)
    local_tokens, domain_tokens = solid[:at], solid[at + 1 :]
    if not local_tokens or not domain_tokens:
        return ""
    plain = "".join(token.text for token in local_tokens)
    if any(token.kind is _Kind.QUOTED for token in local_tokens) and len(local_tokens) > 1:
        return ""
    colons = _COLONS.match(f"{plain}@")
    if local_tokens[0].kind is _Kind.QUOTED and not _DOT_ATOM.fullmatch(plain):
        if not plain:
            return ""
        plain = '"' + re.sub(r'(["\\])', r"\\\1", plain) + '"'
    elif not _DOT_ATOM.fullmatch(plain) and (colons is None or colons.end() < len(plain)):
        return ""
    if any(token.kind not in (_Kind.WORD, _Kind.LITERAL) for token in domain_tokens):
        return ""
    domain = "".join(token.text for token in domain_tokens).rstrip(".'")
    if not domain or len(plain) + len(domain) > _SPEC_LIMIT:
        return ""
    if plain.startswith("'") and domain_tokens[-1].text.endswith("'"):
        plain = plain[1:]
    return f"{plain}@{domain}".lower() if plain else ""


def _bare(piece: _Tokens) -> list[Address]:
    """Addresses without angle brackets; what stands beside one is its name, else the comment behind it."""
    found: list[str] = []
    rest: _Tokens = []
    run: _Tokens = []
    for token in [*_tight(piece), _BLANK]:
        if token in (_OPEN, _CLOSE):
            continue
        if token.kind is _Kind.SPACE or (token.kind is _Kind.COMMENT and _AT in run):
            email = _joined([one for one in run if one.kind is not _Kind.COMMENT])
            if email:
                found.append(email)
            else:
                rest += run
            rest.append(token)
            run = []
        else:
            run.append(token)
    if not found:
        name = _spoken(piece)
        return [Address(name, "")] if name else []
    name = _phrase([token for token in rest if token.kind is not _Kind.LITERAL]) or _comment(piece)
    return [Address(name if number == 0 else "", email) for number, email in enumerate(found)]


def _tight(piece: _Tokens) -> _Tokens:
    """Without white space and comments beside an @ that a domain follows („ayse @ verein.example“)."""
    solid = [number for number, token in enumerate(piece) if token.kind not in (_Kind.SPACE, _Kind.COMMENT)]
    drop: set[int] = set()
    for before, at, behind in zip(solid, solid[1:], solid[2:], strict=False):
        if piece[at] == _AT and "." in piece[behind].text:
            drop.update(range(before + 1, at), range(at + 1, behind))
        elif piece[at].text == "." and _AT in piece[max(0, before - 2) : before]:
            # „ayse@verein . example“ (section 4.4).
            drop.update(range(before + 1, at), range(at + 1, behind))
    return [token for number, token in enumerate(piece) if number not in drop] if drop else piece


def _phrase(tokens: _Tokens) -> str:
    """A display name; comments are no part of it."""
    return _spoken([token for token in tokens if token.kind is not _Kind.COMMENT])


def _comment(tokens: _Tokens) -> str:
    """The first comment, which names the person where no phrase does (RFC 822's „a@b (Ayse)“)."""
    return next((name_as_spoken(token.text) for token in tokens if token.kind is _Kind.COMMENT), "")


def _spoken(tokens: _Tokens) -> str:
    return name_as_spoken("".join(token.text for token in tokens if token not in (_OPEN, _CLOSE)))


def name_as_spoken(name: str) -> str:
    """A display name without quotes and signs of programs; „Yılmaz, Ayşe“ stays as it is."""
    name = name[: 2 * _NAME_LIMIT].replace('"', " ")
    return re.sub(r"\s+", " ", name).strip(_EDGE + ",;:<>")[:_NAME_LIMIT]
