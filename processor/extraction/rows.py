"""People in tables and forms: rows with columns, lines with labels, and attachments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from processor.extraction.contact import strip_titles, turn
from processor.extraction.lexicon import Language
from processor.extraction.tokens import fold, tokenise

_CELLS = re.compile(r"\s*\|\s*|\t+|\s{3,}|;")
_RULE = re.compile(r"^[\s|+=_:-]+$")
#: What a column or label may mean.
_LABELS = ("name", "first", "last", "organisation", "count", "phone", "table", "need", "attends", "mail")


@dataclass(slots=True)
class Row:
    """Somebody in a table."""

    name: str
    attends: bool | None = None
    tables: tuple[int, ...] = ()
    note: str = ""
    source: str = "text"
    line: str = ""
    cells: tuple[str, ...] = ()


@dataclass(slots=True)
class Rows:
    """A table or form that was found."""

    people: list[Row] = field(default_factory=list)
    organisation: str = ""
    count: int = 0
    #: Text of cells and values, for needs.
    notes: str = ""
    #: Rows that could not be understood, in words.
    doubts: list[str] = field(default_factory=list)
    #: Lines that belong to it.
    lines: set[int] = field(default_factory=set)

    @property
    def empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.people or self.count or self.organisation)


def _label(cell: str, language: Language) -> str:
    cell = re.sub(r"\([^)]*\)", " ", cell)
    key = " ".join(t.key for t in tokenise(cell.strip(" :*."), digraphs=language.digraphs) if t.kind != "nl")
    tokens = [t for t in tokenise(cell.strip(" :*."), digraphs=language.digraphs) if t.kind not in ("punct", "nl")]
    if not key or len(tokens) > 6:
        return ""
    spans = [s for s in language.find(tokens) if s.kind.startswith("label_") and s.start == 0]
    if not spans:
        return ""
    best = max(spans, key=lambda s: (s.end, s.kind in ("label_first", "label_last")))
    return best.kind.removeprefix("label_") if best.end >= len([t for t in tokens if t.is_word]) - 1 else ""


def read_rows(text: str, language: Language, *, source: str = "text") -> Rows:
    """Tables with a head row, wherever they stand in the text."""
    result = Rows()
    lines = text.split("\n")
    head: list[str] = []
    head_of: list[str] = []
    for number, line in enumerate(lines):
        if not line.strip():
            if source == "text":
                head = [] if head and result.people else head
            continue
        if _RULE.match(line):
            if head:
                result.lines.add(number)
            continue
        cells = [c.strip() for c in _CELLS.split(line.strip().strip("|"))]
        if len(cells) < 2:
            if source == "text" or re.match(r"^\s*(?:Tabelle|Blatt|Sheet)\b", line):
                head = []
            continue
        labels = [_label(c, language) for c in cells]
        if {"name", "last", "first"} & set(labels) and sum(bool(x) for x in labels) >= min(2, len(cells)) and not head:
            head = head_of = labels
            result.lines.add(number)
            continue
        if not head:
            continue
        row = _row(cells, head, language, source)
        if row is None:
            continue
        result.lines.add(number)
        row.line = line.strip()
        row.cells = tuple(cells)
        result.people.append(row)
    _answers(result.people, head_of, language)
    for row in result.people:
        if row.attends:
            result.notes += "\n" + row.line
    return result


def _answers(people: list[Row], labels: Sequence[str], language: Language) -> None:
    """A column of yes and no under whatever head („15.11. Workshop“) says who comes."""
    if "attends" in labels:
        return
    width = max((len(r.cells) for r in people), default=0)
    for column in range(width):
        if column < len(labels) and labels[column]:
            continue
        cells = [r.cells[column] if column < len(r.cells) else "" for r in people]
        filled = [c for c in cells if c]
        answers = [_yes(c, language) if _is_answer(c, language) else None for c in filled]
        if len(filled) >= 2 and all(a is not None for a in answers) and len(filled) * 2 > len(people):
            for row, cell in zip(people, cells, strict=True):
                row.attends = _yes(cell, language)
            return


def _is_answer(cell: str, language: Language) -> bool:
    first = tokenise(cell, digraphs=language.digraphs)[:1]
    kinds = {s.kind for s in language.find(first) if s.start == 0}
    return bool(kinds & {"yes", "no", "open"}) or cell.strip().lower() in ("x", "-", "–", "1", "0")


def _row(cells: Sequence[str], head: Sequence[str], language: Language, source: str) -> Row | None:
    values: dict[str, str] = {}
    for label, cell in zip(head, cells, strict=False):
        if label:
            values.setdefault(label, cell)
    if "last" in values or ("first" in values and "name" in values):
        name = f"{values.get('first', '')} {values.get('last', values.get('name', ''))}".strip()
    else:
        name = values.get("name", "")
    name = strip_titles(turn(name.strip()), language)
    if not name or not re.search(r"[^\W\d_]", name):
        return None
    tokens = tokenise(name, digraphs=language.digraphs)
    if any(s.kind in ("label_count", "total_label") for s in language.find(tokens)):
        return None
    attends = _yes(values["attends"], language) if "attends" in values else True
    if re.search(r"\d", name):
        return None
    tables = tuple(int(n) for n in re.findall(r"\b\d\b", values.get("table", "")))
    return Row(name, attends, tables, " ".join(values.get(k, "") for k in ("need",)), source)


def _yes(cell: str, language: Language) -> bool | None:
    key = fold(cell.strip(" .!"), language.digraphs)
    tokens = tokenise(cell, digraphs=language.digraphs)
    kinds = {s.kind for s in language.find(tokens)}
    if not key:
        return False
    if "open" in kinds or "doubt" in kinds or key == "?":
        return None
    if "no" in kinds or key in ("-", "–", "0"):
        return False
    if "yes" in kinds or key in ("x", "1", "✓", "✔"):
        return True
    return None


def read_form(text: str, language: Language) -> Rows:
    """„Name: …“ lines of a form; needs a name and one more label."""
    result = Rows()
    names: list[str] = []
    first = last = ""
    tables: tuple[int, ...] = ()
    labels: set[str] = set()
    others: list[tuple[int, str, str]] = []
    collecting = False
    for number, line in enumerate(text.split("\n")):
        if collecting and line.strip() and not re.search(r"[:=|\t]", line):
            names += [line.strip(" *•-")]
            result.lines.add(number)
            continue
        collecting = False
        if _label(line, language) == "name" and len(line.split()) <= 6:
            collecting = True
            result.lines.add(number)
            continue
        match = re.match(r"^\s*[*•-]?\s*([^:\t=|]{2,40}?)\s*[:=\t|]\s*(.*)$", line)
        if not match:
            continue
        label, value = _label(match.group(1), language), match.group(2).strip()
        if not value:
            continue
        if not label:
            # „Vegetarisch (ja/nein): nein“: kept as a wish where the answer is no refusal.
            others.append((number, match.group(1), value))
            continue
        labels.add(label)
        result.lines.add(number)
        if label == "name":
            names += [n for n in re.split(r"\s*;\s*|\s*,\s(?=\S+\s\S)|\s+(?:und|&)\s+", value) if n]
        elif label == "first":
            first = value
        elif label == "last":
            last = value
        elif label == "organisation":
            result.organisation = value
        elif label == "count":
            found = re.search(r"\d+", value)
            number_word = next(
                (language.number_of(t) for t in tokenise(value, digraphs=language.digraphs) if language.number_of(t)),
                None,
            )
            result.count = int(found.group()) if found else number_word or 0
        elif label == "table":
            tables = tuple(int(n) for n in re.findall(r"\b\d\b", value))
            result.notes += "\n" + value
        else:
            result.notes += "\n" + value
    if first and last:
        names.append(f"{first} {last}")
    elif first and len(names) == 1 and " " not in names[0]:
        names = [f"{first} {names[0]}"]
    if len(labels) < 2 or not names:
        return Rows()
    for number, asked, value in others:
        result.lines.add(number)
        answer = _yes(value, language)
        if answer is not False:
            result.notes += f"\n{value if answer is None else asked}"
    names = list(dict.fromkeys(strip_titles(turn(n), language) for n in names if n))
    result.people = [Row(n, attends=True, tables=tables) for n in names if n and not re.search(r"\d", n)]
    return result
