"""Contact cards (vCard 2.1 to 4.0) as lines for people."""

from __future__ import annotations

from processor.message.attachments.fielded import field_lines, unescape
from processor.message.attachments.limits import EMPTY, MOST_CHARACTERS, UnreadableError

_LABELS = {
    "ORG": "Organisation",
    "TITLE": "Funktion",
    "ROLE": "Aufgabe",
    "TEL": "Telefon",
    "EMAIL": "E-Mail",
    "ADR": "Anschrift",
    "URL": "Web",
    "NOTE": "Notiz",
}


def read_vcard(text: str) -> str:
    """Name first, then organisation, function, telephone and the rest, one fact a line.

    :raises UnreadableError: when no card names anybody.
    """
    lines: list[str] = []
    card: list[str] = []
    name = full_name = ""
    for line in field_lines(text):
        if line.name == "BEGIN":
            card, name, full_name = [], "", ""
        elif line.name == "FN":
            full_name = unescape(line.value).strip()
        elif line.name == "N":
            name = _structured_name(line.value)
        elif line.name == "END":
            if full_name or name or card:
                lines.extend(("", f"Name: {full_name or name}", *card))
            card = []
        elif line.name in _LABELS and line.value.strip("; "):
            card.append(f"{_LABELS[line.name]}: {_value(line.name, line.value)}")
    if card and (full_name or name):
        lines.extend((f"Name: {full_name or name}", *card))
    if not lines:
        raise UnreadableError(EMPTY)
    return "\n".join(lines).strip()[:MOST_CHARACTERS]


def _structured_name(value: str) -> str:
    family, given, middle, *_ = [*(unescape(piece).strip() for piece in _pieces(value)), "", "", ""]
    return " ".join(piece for piece in (given, middle, family) if piece)


def _value(name: str, value: str) -> str:
    if name == "TEL":
        return value.removeprefix("tel:").strip()
    pieces = [unescape(piece).strip() for piece in _pieces(value)] if name in ("ORG", "ADR") else [unescape(value)]
    return ", ".join(" ".join(piece.split()) for piece in pieces if piece.strip())


def _pieces(value: str) -> list[str]:
    pieces = [""]
    escaped = False
    for sign in value:
        if sign == ";" and not escaped:
            pieces.append("")
        else:
            pieces[-1] += sign
        escaped = sign == "\\" and not escaped
    return pieces
