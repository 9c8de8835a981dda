"""Header fields: the block cut into fields, and their values decoded (RFC 5322, section 2.2; RFC 2047; RFC 2231)."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from typing import Final

from processor.message.charsets import Effort, decode
from processor.message.normal import characters
from processor.message.transfer import lenient_base64

#: Bytes of a header block that are read; what stands behind is no header of an honest mail.
HEAD_LIMIT: Final = 512_000
#: Bytes of one field.
FIELD_LIMIT: Final = 100_000
#: Fields of one block, and fields of one name.
FIELDS_LIMIT: Final = 5_000
REPEATS_LIMIT: Final = 200

#: Fields that hold addresses (RFC 5322, section 3.6; RFC 2369 and others hold no mailboxes).
ADDRESS_FIELDS: Final = frozenset(
    ["from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-to", "x-original-from"]
)

_NAME = re.compile(rb"([!-9;-~]{1,100})[ \t]{0,10}:")
#: The first field of a part of a multipart.
_PART_FIELD = re.compile(rb"content-[a-z-]{2,30}[ \t]{0,10}:|\r?\n", re.IGNORECASE)
#: The line that an mbox sets before each mail.
_MBOX = re.compile(rb">?From +[^\s:][^\r\n]{0,200} \d")
_WORD = re.compile(r"=\?([^?\s]{0,60})\?([bBqQ])\?([^?\n]{0,20000})\?=")
_SPECIAL = re.compile(r'[,;:<>@()\[\]"\\]')
_SPACES = re.compile(r"[ \t\r\n\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
_SURROGATE = re.compile("[\ud800-\udfff]")

RawField = tuple[str, bytes]


def split_head(data: bytes, start: int, end: int) -> tuple[list[RawField], int, list[str]]:
    """Cuts a header block into fields.

    :param data: holds the block at ``start`` to at most ``end``.
    :returns: names in lower case with unfolded raw values, the offset at which the body begins, and defects.
    """
    fields: list[RawField] = []
    defects: list[str] = []
    position = start
    stop = min(end, start + HEAD_LIMIT)
    values: list[bytes] = []
    name = ""
    size = 0
    seen: dict[str, int] = {}

    def keep() -> None:
        if not name or len(fields) >= FIELDS_LIMIT:
            return
        seen[name] = seen.get(name, 0) + 1
        if seen[name] <= REPEATS_LIMIT:
            fields.append((name, b"".join(values)))

    if data.startswith(b"\xef\xbb\xbf", position):
        position += 3
    if _MBOX.match(data, position):
        position = _next_line(data, position, end)
    # Blank lines before the first field: only where fields follow, else they part an empty head from its body.
    skip = position
    while skip < stop and skip - position < 20 and data[skip] in b"\r\n":
        skip += 1
    if skip > position and _NAME.match(data, skip, stop):
        position = skip
        defects.append("blank lines before the header")
    # A first line that is indented goes on with nothing: it is a field where another follows.
    first = data[position : position + 20]
    indented = position + len(first) - len(first.lstrip(b" \t"))
    next_line = _next_line(data, indented, end) if indented > position else indented
    if next_line > indented and _NAME.match(data, indented, stop) and _NAME.match(data, next_line, stop):
        position = indented
        defects.append("the first line of the header is indented")
    while position < stop:
        after = _next_line(data, position, end)
        line = data[position : min(after, position + FIELD_LIMIT)].rstrip(b"\r\n")
        if not line:
            position = after
            break
        if line[:1] in b" \t" and (name or not line.strip()):
            if not line.strip() and not name:
                position = after
                continue
            size += len(line)
            if size <= FIELD_LIMIT:
                values.append(line)
            position = after
            continue
        match = _NAME.match(line)
        if match is None:
            following = data[after : after + 120]
            if not fields and not name:
                break
            if line.startswith(b"--") and _PART_FIELD.match(following):
                # The first part begins where the head should have ended.
                defects.append("no blank line between header and body")
                break
            if line.lstrip(b" \t").startswith(b":"):
                defects.append("a field without a name")
                position = after
                continue
            if not (_NAME.match(following) or following[:1] in (b" ", b"\t")):
                defects.append("no blank line between header and body")
                break
            defects.append("a line that is no field stands in the header")
            size += len(line)
            if size <= FIELD_LIMIT:
                values.append(b" " + line)
            position = after
            continue
        keep()
        name = match.group(1).decode("ascii", "replace").lower()
        values = [line[match.end() :]]
        size = len(line)
        position = after
    keep()
    if position >= stop > 0 and stop < end:
        defects.append("header larger than read")
    return fields, position, defects


def _next_line(data: bytes, position: int, end: int) -> int:
    """Offset behind the line end that follows; CRLF, LF and a lone CR all end lines."""
    feed = data.find(b"\n", position, end)
    carriage = data.find(b"\r", position, end if feed < 0 else feed)
    if carriage < 0:
        return end if feed < 0 else feed + 1
    if feed == carriage + 1:
        return feed + 1
    # Some gateways double the CR of each line end.
    last = carriage
    while last + 1 < end and data[last + 1] == 13 and last < carriage + 4:
        last += 1
    return last + 2 if feed == last + 1 else carriage + 1


@dataclass(frozen=True, slots=True)
class Hint:
    """What is known of the charset of letters that no encoded word wraps."""

    #: Python's name of the charset that the body was read in, or is declared to be in; "" for none.
    charset: str = ""
    #: All raw letters of the header together: one name alone can be too short to tell.
    witness: bytes = b""
    #: What is left for guessing in this mail.
    effort: Effort = field(default_factory=Effort)


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a field as text."""

    text: str
    #: Whether letters may be wrong, as their charset was guessed from few of them.
    doubtful: bool = False


def decode_value(raw: bytes, hint: Hint | None = None, *, addresses: bool = False) -> Value:
    """The value of a field as text: raw 8-bit letters read, encoded words undone, white space single.

    :param addresses: whether the field holds addresses: what an encoded word hides stays within a name there
        (RFC 2047, section 5 (3)), so that nobody is given an address which only a display name contains.
    """
    doubtful = False
    hint = hint or Hint()
    if raw.isascii():
        text = raw.decode("ascii")
    else:
        read = decode(raw, hint=hint.charset, witness=hint.witness, effort=hint.effort)
        text, doubtful = read.text, read.doubtful
    if "=?" in text:
        words = decode_words(text, hint, quote=addresses)
        text, doubtful = words.text, doubtful or words.doubtful
    if text.isascii() and text.isprintable():
        return Value(" ".join(text.split()), doubtful)
    return Value(_SPACES.sub(" ", characters(_SURROGATE.sub("\ufffd", text))).strip(), doubtful)


def decode_words(text: str, hint: Hint | None = None, *, quote: bool = False) -> Value:
    """Undoes encoded words (RFC 2047), also those that were cut within a character or stand in quotes.

    :param hint: for words whose own charset cannot be right.
    :param quote: puts what could be taken for an address's punctuation into quotes.
    """
    hint = hint or Hint()
    charset_hint, witness, effort = hint.charset, hint.witness, hint.effort
    pieces: list[str] = []
    held: list[bytes] = []
    held_charset = ""
    last = 0
    open_quotes = doubtful = False

    def flush() -> None:
        nonlocal doubtful
        if not held:
            return
        read = decode(b"".join(held), held_charset, hint=charset_hint, witness=witness, effort=effort)
        word = read.text
        doubtful = doubtful or read.doubtful
        if quote and _SPECIAL.search(word):
            word = re.sub(r'["\\]', "", word)
            word = word if open_quotes else f'"{word}"'
        pieces.append(word)
        held.clear()

    for match in _WORD.finditer(text):
        between = text[last : match.start()]
        if between.strip() or (last == 0 and not held):
            flush()
            pieces.append(between)
            if between.replace('\\"', "").count('"') % 2:
                open_quotes = not open_quotes
        charset = match.group(1).split("*")[0].lower()
        if charset != held_charset:
            flush()
        held_charset = charset
        held.append(_word_bytes(match.group(2), match.group(3)))
        last = match.end()
    flush()
    pieces.append(text[last:])
    return Value("".join(pieces), doubtful)


def _word_bytes(encoding: str, content: str) -> bytes:
    data = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b"_", b" "), header=False)
    return lenient_base64(data)


_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


def _unquote(text: str) -> bytes:
    """Undoes the percent signs of RFC 2231."""
    return _PERCENT.sub(lambda match: bytes([int(match.group(1), 16)]), text.encode("utf-8", "replace"))


#: The type itself; programs set blanks around its slash.
_MAIN = re.compile(r"\s{0,20}([^\s;/]{0,100}(?:\s{0,5}/\s{0,5}[^\s;/]{0,150})?)")
#: A parameter; some programs forget the semicolon before it.
_PARAMETER = re.compile(
    r"""[;\s]\s{0,20}([^\s=;"]{1,80})\s{0,20}=\s{0,20}"""
    r"""(?:"((?:[^"\\]|\\.){0,4000})"?|([^;\s]{0,4000}(?:\s{1,20}(?![\w*-]{1,40}=)[^;\s]{1,500}){0,40}))""",
    re.DOTALL,
)


def parameters(value: str, limit: int = 60, *, hint: Hint | None = None) -> tuple[str, dict[str, str]]:
    """The main value and the parameters of a field such as Content-Type (RFC 2045; continuations of RFC 2231).

    :param value: the raw value, decoded as far as raw letters go.
    :param limit: parameters that are read.
    :param hint: for names whose own charset cannot be right.
    """
    hint = hint or Hint()
    found = _MAIN.match(value)
    main = "".join(found.group(1).split()) if found else ""
    plain: dict[str, str] = {}
    split: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(value, found.end() if found else 0)):
        if count >= limit:
            break
        name = match.group(1).lower()
        quoted, bare = match.group(2), match.group(3)
        content = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare.strip()
        if "*" not in name:
            plain.setdefault(name, decode_words(content, hint).text if "=?" in content else content)
            continue
        base, _, rest = name.partition("*")
        number = rest.rstrip("*")
        if number.isdecimal() and len(number) < 4:
            split.setdefault(base, {})[int(number)] = (content, rest.endswith("*"))
        elif not number:
            split.setdefault(base, {})[0] = (content, True)
    for base, pieces in split.items():
        charset = ""
        data = b""
        for index in sorted(pieces):
            content, extended = pieces[index]
            if index == 0 and extended and content.count("'") >= 2:
                charset, _, content = content.split("'", 2)
            data += _unquote(content) if extended else content.encode("utf-8", "replace")
        plain[base] = decode(data, charset, hint=hint.charset, witness=hint.witness, effort=hint.effort).text
    return main.lower(), plain
