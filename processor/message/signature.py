"""Who signs: the block below the closing formula, below a delimiter, or at the end without either."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from processor.message.formulas import AFTERTHOUGHT, SIGNATURE_LINES, closing_length, formula_before, repeats
from processor.message.lines import Role
from processor.message.looks import (
    CONTACT_WORD,
    PHONE,
    RULE,
    WORDS,
    is_contact,
    is_label_line,
    is_name,
    is_sentence,
    signature_like,
    spoken,
)
from processor.message.phrases import Phrases
from processor.message.rows import Row, paragraphs
from processor.message.values import CutKind

_DELIMITER = re.compile(r"(?:--|—|–|- -|__|\*\*)\s?")


@dataclass(slots=True)
class Closing:
    """The signature that was found."""

    signature: str = ""
    #: Index of the row with the closing formula; -1 where there is none.
    formula_at: int = -1


def mark_signature(rows: list[Row], known: Phrases, names: frozenset[str]) -> Closing:
    new = [index for index, row in enumerate(rows) if row.new]
    while new and _DELIMITER.fullmatch(rows[new[-1]].text):
        # A delimiter with nothing below it (the device line that stood there is gone).
        rows[new.pop()].kind = CutKind.SIGNATURE
    if not new:
        return Closing()
    by_mark = _by_delimiter(rows, new)
    if by_mark is not None:
        start, skip = by_mark
        formula = formula_before(rows, new, [index for index in new if index < start], known, names)
        first = start
        if formula >= 0:
            # The name below the formula, above the delimiter, belongs to the signature as well.
            between = [index for index in new if formula < index < start]
            if between and signature_like([rows[index] for index in between]) and len(between) <= 6:
                first = between[0]
        block = [index for index in new if index >= first]
        block = block[
            : len(block) - _said_below(rows, [index for index in block if index >= start + skip], marked=True)
        ]
        named = [index for index in block if index >= start + skip or index < start]
        bare = first < start and len([index for index in block if index < start]) <= 2
        for index in block:
            if index >= start or not bare or any(is_contact(rows[i]) for i in block if i < start):
                rows[index].kind = CutKind.SIGNATURE
        return Closing(_joined(rows, named), formula)
    formula = formula_before(rows, new, new, known, names)
    if formula >= 0:
        closing = _after_formula(rows, new, formula, known, names)
        if closing is not None:
            return closing
    return _without_formula(rows, new, names)


def _joined(rows: list[Row], indexes: list[int]) -> str:
    return "\n".join(rows[index].text.strip() for index in indexes if not RULE.fullmatch(rows[index].text))


def _by_delimiter(rows: list[Row], new: list[int]) -> tuple[int, int] | None:
    """Where a delimiter („-- “) or a program's mark begins the signature, and how many lines the delimiter takes."""
    near = range(max(1, len(new) - SIGNATURE_LINES - 1), len(new) - 1)
    for position in near:
        row = rows[new[position]]
        if row.role is Role.SIGNATURE:
            break
        if _DELIMITER.fullmatch(row.text):
            behind = [rows[index] for index in new[position + 1 :]]
            if signature_like(behind, strict=False):
                return new[position], 1
    for position in range(max(0, len(new) - 2 * SIGNATURE_LINES), len(new)):
        index = new[position]
        if rows[index].role is Role.SIGNATURE:
            behind = [rows[i] for i in new[position:]]
            if all(row.role is Role.SIGNATURE for row in behind) and signature_like(behind, strict=False):
                return index, 1 if _DELIMITER.fullmatch(rows[index].text) else 0
    return None


def _after_formula(
    rows: list[Row], new: list[int], formula: int, known: Phrases, names: frozenset[str]
) -> Closing | None:
    """What stands below the closing formula; None where it was a greeting, and the mail only begins there."""
    below = [index for index in new if index > formula]
    taken: list[int] = []
    for position, index in enumerate(below):
        row = rows[index]
        parted = position > 0 and index - below[position - 1] > 1
        if (
            AFTERTHOUGHT.match(row.folded)
            or _beyond_quote(rows, formula, index)
            or row.text.rstrip().endswith((":", "："))
            or (len(taken) >= 1 and is_sentence(row))
            or (position == 0 and is_sentence(row))
        ):
            break
        if parted and len(taken) >= 1 and row.text.rstrip().endswith("?"):
            break
        taken.append(index)
    rest = below[len(taken) :]
    if not taken and rest and not AFTERTHOUGHT.match(rows[rest[0]].folded):
        return None
    if taken and rest and taken[0] == formula + 1 and rows[taken[0]].text.strip()[:1].islower():
        # „Vielen Dank / für die Einladung. / Wir kommen …“: a sentence over several lines.
        return None
    length = closing_length(rows[formula].folded, known, names)
    beside = _beside(rows[formula].text, length)
    if not taken:
        return Closing(beside, formula)
    block = [rows[index] for index in taken]
    if not signature_like(block) or len(taken) > SIGNATURE_LINES or _is_form(block):
        return Closing(beside, formula)
    taken = taken[: len(taken) - _said_below(rows, taken)]
    signature = "\n".join(filter(None, [beside, _joined(rows, taken)]))
    contact = _is_titled(block[0]) or any(map(is_contact, block))
    if contact or len(taken) > 2 or (rest and len(taken) > 1):
        for index in taken[_bare_name(rows, taken) :]:
            rows[index].kind = CutKind.SIGNATURE
    return Closing(signature, formula)


#: A line that begins with a count („3 Personen“, „+ meine Frau“), or counts pieces („2x“).
_COUNTS: Final = re.compile(r"\s*(?:\+\s?\D|\d{1,2}\s?(?:[^\W\d]|$))|.*(?<!\d)\d{1,2}\s?[x×]\b")
#: A small number that stands alone.
_NUMBER: Final = re.compile(r"(?<![\d.,:/-])\d{1,2}(?![\d:/-]|[.,]\d)")
_PARTED: Final = re.compile(r"[|·•]")


def _said_below(rows: list[Row], taken: list[int], *, marked: bool = False) -> int:
    """How many lines at the end of a signature say something yet („Bitte 2x vegetarisch“): they stay in the text.

    :param taken: the lines of the signature.
    :param marked: whether a delimiter begins it, so that slogans below it are sure to be of it.
    """
    last = max((number for number, index in enumerate(taken) if is_contact(rows[index])), default=0)
    for number in range(last + 1, len(taken)):
        row = rows[taken[number]]
        if RULE.fullmatch(row.text) or _PARTED.search(row.text):
            continue
        says = _COUNTS.match(row.folded) or spoken(row)
        if not says and taken[number] - taken[number - 1] > 1:
            # „Vorsitzende: Ayşe Demirtaş“ is of the signature, „Allergie: Nüsse“ is not.
            value = row.text.rpartition(":")[2]
            named = is_name(Row(value)) and (":" not in row.text or len(value.split()) > 1)
            says = _NUMBER.search(row.folded) or not (named or marked)
        if says:
            return len(taken) - number
    return 0


def _beyond_quote(rows: list[Row], formula: int, index: int) -> bool:
    """Whether a quoted line stands between a formula and a line, which then is no name below it."""
    return any(row.kind is CutKind.QUOTED and row.depth for row in rows[formula + 1 : index])


def _below_quote(rows: list[Row], row: Row) -> bool:
    """Whether a quoted line is the next above a line, which then answers it rather than signs."""
    position = next((index for index, other in enumerate(rows) if other is row), 0)
    above = next((other for other in reversed(rows[:position]) if not other.blank), None)
    return above is not None and above.depth > 0


#: A name and what its bearer is („Ayşe Demirtaş | Vorsitzende“).
_TITLED: Final = re.compile(r"[*_ ]{0,3}([^|•·–—]{3,40}?)\s{1,3}[|•·–—-]\s{1,3}([^\d?!:]{3,60})")


def _is_titled(row: Row) -> bool:
    """Whether a line sets a function beside a name, parted by a mark."""
    found = _TITLED.fullmatch(row.text.strip())
    if found is None or len(found.group(1).split()) < 2 or not is_name(Row(found.group(1))):
        return False
    return not found.group(2)[0].islower()


def _bare_name(rows: list[Row], taken: list[int]) -> int:
    """1 where the line below a formula is a name alone, parted from the rest of the signature: it stays in the text."""
    row = rows[taken[0]]
    if len(taken) < 2 or not is_name(row) or is_contact(row) or _is_titled(row):
        return 0
    return int(taken[1] - taken[0] > 1 or RULE.fullmatch(rows[taken[1]].text) is not None)


def _beside(text: str, length: int) -> str:
    """The name that stands in the line of the formula („Viele Grüße, Ayşe“)."""
    rest = text[length:].strip(" ,.!;:-–—*_") if 0 < length <= len(text) else ""
    words = rest.split()
    if not words:
        return ""
    capital = all(word[:1].isupper() for word in words)
    return rest if capital or (len(words) <= 2 and text[:1].islower()) else ""


def _without_formula(rows: list[Row], new: list[int], names: frozenset[str]) -> Closing:
    """A last paragraph (or several) that says who writes, with no known formula above: names, contact lines."""
    groups = paragraphs(rows)
    taken: list[Row] = []
    for group in reversed(groups[-4:]):
        if len(group) > 3 * SIGNATURE_LINES:
            break
        lead = 1 if len(group) > 1 and _is_lead(group[0], group[1], names) else 0
        contact = any(map(is_contact, group))
        if group is groups[0] and not (lead or (len(group) == 1 and taken) or contact):
            # The only paragraph: its last lines, where they repeat the sender's name.
            named = next((n for n, row in enumerate(group) if n and is_name(row) and repeats(row, names)), 0)
            listed = any(row.text.rstrip().endswith(":") for row in group[max(0, named - 1) : named])
            if not taken and named and not listed and len(group) - named <= 6 and signature_like(group[named:]):
                return _close(rows, new, group[named:], formula=-1)
            break
        if not all(is_contact(row) or is_label_line(row) for row in group[lead:]) or len(group) > SIGNATURE_LINES:
            break
        if group is groups[0] and not taken and not lead:
            break
        if _is_list(group) or _is_form(group) or (not lead and _is_announced(groups, group)):
            break
        said = group[lead:]
        own = any(repeats(row, names) for row in said if is_name(row))
        if lead:
            return _close(rows, new, [*said, *taken], formula=_index_of(rows, new, group[0]))
        ends = _ends_sentence(groups, group) and not _below_quote(rows, said[0])
        if own or (not taken and len(said) <= 3 and all(map(is_name, said)) and ends):
            return _close(rows, new, [*said, *taken], formula=-1)
        if not contact or (not ends and not taken and is_name(said[0]) and group is not groups[0]):
            # „Es kommt meine Kollegin / Ece Su / Tel. …“: somebody else's data, in the middle of a sentence.
            break
        taken = [*said, *taken]
    contacts = sum(map(is_contact, taken))
    if len(taken) < 2 or not contacts:
        return Closing()
    if contacts < 2 and not is_name(taken[0]):
        return Closing()
    return _close(rows, new, taken, formula=-1)


def _close(rows: list[Row], new: list[int], block: list[Row], *, formula: int) -> Closing:
    """The signature found; it leaves the text where it is more than a name."""
    block = block[: len(block) - _said_below(rows, [_index_of(rows, new, row) for row in block])]
    if _is_titled(block[0]) or any(map(is_contact, block)):
        for row in block:
            row.kind = CutKind.SIGNATURE
    if formula < 0 and block:
        formula = _index_of(rows, new, block[0])
    return Closing("\n".join(row.text.strip() for row in block), formula)


def _index_of(rows: list[Row], new: list[int], row: Row) -> int:
    return next((index for index in new if rows[index] is row), -1)


def _is_lead(first: Row, second: Row, names: frozenset[str]) -> bool:
    """Whether a line takes leave in words that no list has: short, followed by a name."""
    text = first.text.strip()
    words = WORDS.findall(text)
    if not 0 < len(words) <= 9 or re.search(r"[\d?:]", text) or not is_name(second):
        return False
    if text.endswith(","):
        return True
    return repeats(second, names) and not is_name(first) and len(words) <= 6


_ENTRY: Final = re.compile(r"\s*[^\W\d_][^:\n]{1,30}:\s*\S")


def _is_form(group: list[Row]) -> bool:
    """Whether lines are a form that somebody filled in („Name: …“, „Personen: 3“), and not who signs."""
    entries = [bool(_ENTRY.match(row.text)) and not CONTACT_WORD.match(row.folded) for row in group]
    return entries[0] and sum(entries) >= 2


def _is_list(group: list[Row]) -> bool:
    """Lists of people with their numbers are no signature: that names one person, or an organisation."""
    numbered = [row for row in group if PHONE.search(row.text) and not CONTACT_WORD.match(row.folded)]
    named = sum(len(WORDS.findall(PHONE.sub(" ", row.text))) >= 2 for row in numbered)
    return named > 1 or sum(bool(re.match(r"\s*(?:[-•*·]|\d{1,2}[.)])\s", row.text)) for row in group) > 1


def _is_announced(groups: list[list[Row]], group: list[Row]) -> bool:
    """Whether a colon stands above a group, or within it: what follows is what it announces, and no signature."""
    if any(row.text.rstrip().endswith(":") for row in group[:-1]):
        return True
    position = next((number for number, other in enumerate(groups) if other is group), 0)
    return position > 0 and groups[position - 1][-1].text.rstrip().endswith(":")


def _ends_sentence(groups: list[list[Row]], group: list[Row]) -> bool:
    """Whether the paragraph above a group ends a sentence (and does not announce a list)."""
    position = next((number for number, other in enumerate(groups) if other is group), 0)
    return position > 0 and groups[position - 1][-1].text.rstrip().endswith((".", "!", "?", "؟", ")", "…"))
