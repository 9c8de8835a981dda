"""Texts that need no unpacking: plain text, tables with separators, HTML, RTF."""

from __future__ import annotations

import csv
import re

from processor.message.attachments.htmltext import html_text
from processor.message.attachments.limits import EMPTY, MOST_CELLS, MOST_CHARACTERS, MOST_ROWS, Budget, UnreadableError
from processor.message.attachments.lines import Lines
from processor.message.attachments.markup import EnoughError
from processor.message.charsets import decode
from processor.message.parts import Part

_SEPARATORS = (";", "\t", ",", "|")
_TEXT_BYTES = 1_000_000
#: Share of control characters from which on bytes are no text.
_BINARY_SHARE = 0.02

# Words (RTF 1.9.1, „control word“), hex bytes, groups, and runs of text; each alternative begins with another sign.
_RTF_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n\\]"
)
_RTF_DESTINATIONS = frozenset(
    {
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "themedata",
        "datastore",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "xmlnstbl",
        "fldinst",
        "latentstyles",
        "mmathPr",
        "revtbl",
        "filetbl",
        "header",
        "footer",
        "headerl",
        "headerr",
        "footerl",
        "footerr",
    }
)
_RTF_SIGNS = {"tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’"} | {
    "ldblquote": "“",
    "rdblquote": "”",
    "emspace": " ",
    "enspace": " ",
}


def text_of(part: Part) -> str:
    """The text of a part: as the wire form gave it, else decoded here.

    :raises UnreadableError: for bytes that are no text.
    """
    if part.text:
        return part.text[: 2 * MOST_CHARACTERS]
    payload = part.payload[:_TEXT_BYTES]
    text = decode(payload, part.parameters.get("charset", "")).text
    controls = sum(sign < " " and sign not in "\t\n\r\f\x1b" for sign in text[:20_000])
    if controls > _BINARY_SHARE * min(len(text), 20_000):
        raise UnreadableError(EMPTY)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_plain(part: Part) -> str:
    """Plain text as it is."""
    return text_of(part).strip("\n\ufeff")


def read_csv(part: Part, budget: Budget) -> str:
    """Rows as lines, cells separated by a tab, whatever separates them in the file."""
    text = text_of(part).strip("\n\ufeff")
    if text[:4].lower() == "sep=" and "\n" in text:  # Excel's own first line
        separator, text = text[4:5], text.partition("\n")[2]
    else:
        separator = _separator(text)
    if not separator:
        return text
    rows: list[str] = []
    cells = 0
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=separator):
            cells += len(row)
            if cells > MOST_CELLS or len(rows) >= MOST_ROWS:
                budget.cut = True
                break
            line = "\t".join(" ".join(cell.split()) for cell in row).rstrip("\t")
            if line:
                rows.append(line)
    except csv.Error:
        return text
    return "\n".join(rows)


def _separator(text: str) -> str:
    """The sign that stands equally often in most lines."""
    lines = [line for line in text.split("\n")[:50] if line.strip()]
    best, most = "", 0
    for separator in _SEPARATORS:
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=counts.count) if counts else 0
        agreeing = sum(count == usual for count in counts) if usual else 0
        if agreeing * 2 >= len(lines) and agreeing > most:
            best, most = separator, agreeing
    return best


def read_html(part: Part) -> str:
    """The text of an attached page; cells of a row are separated by a tab."""
    return html_text(text_of(part))


def read_rtf(payload: bytes, budget: Budget) -> str:
    """The text of a Rich Text document (RTF 1.9.1); pictures, fonts and styles are left out."""
    source = payload[: 4 * _TEXT_BYTES].decode("latin-1")
    lines = Lines()
    codepage = "cp1252"
    hidden = 0  # depth of the destination that is being left out
    depth = skip = 0
    width = 1
    widths: list[int] = []
    bytes_open = bytearray()
    starred = False
    try:
        for match in _RTF_TOKEN.finditer(source):
            word, number, hexed, sign, brace, run = match.groups()
            if hexed is None and bytes_open:
                lines.add(bytes_open.decode(codepage, "replace"))
                bytes_open.clear()
            if brace == "{":
                depth += 1
                widths.append(width)
                if len(widths) > 1_000:
                    break
            elif brace == "}":
                depth -= 1
                width = widths.pop() if widths else 1
                if hidden > depth:
                    hidden = 0
            elif sign == "*":
                starred = True
                continue
            elif hidden:
                pass
            elif word is not None:
                if starred or word in _RTF_DESTINATIONS:
                    hidden = depth
                elif word in ("par", "sect", "page"):
                    lines.end_paragraph()
                elif word == "trowd":
                    continue
                elif word == "cell":
                    lines.add("\t")
                elif word == "row":
                    lines.end_paragraph()
                elif word == "ansicpg" and number:
                    codepage = _codepage(number)
                elif word == "uc" and number:
                    width = max(0, min(int(number), 10))
                elif word == "u" and number:
                    lines.add(chr(int(number) % 65_536) if not 0xD800 <= int(number) % 65_536 < 0xE000 else "\ufffd")
                    skip = width
                    continue
                elif word in _RTF_SIGNS:
                    lines.add(_RTF_SIGNS[word])
            elif hexed is not None:
                if skip:
                    skip -= 1
                else:
                    bytes_open.append(int(hexed, 16))
            elif sign is not None:
                lines.add({"~": " ", "_": "-"}.get(sign, sign if sign in "\\{}" else ""))
            elif run is not None:
                lines.add(run[skip:])
                skip = max(0, skip - len(run))
            starred = False
    except EnoughError:
        budget.cut = True
    return lines.text()


def _codepage(number: str) -> str:
    try:
        "".encode(f"cp{int(number)}")
    except (LookupError, ValueError):
        return "cp1252"
    return f"cp{int(number)}"
