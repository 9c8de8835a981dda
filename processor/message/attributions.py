"""The line that introduces a quote („Am … schrieb …:“), in any language.

A verb of writing with a colon is enough where marks follow; where none follow, all to the end would go, so a date, and
an address or a time, must stand beside it.
"""

from __future__ import annotations

import re
from typing import Final

from processor.message.lines import LINE_LIMIT, Role
from processor.message.normal import fold
from processor.message.phrases import Phrases
from processor.message.rows import DIGIT, EMAIL, FLANKED, TIME, Row, has_date, has_email, next_is_quoted

#: Lines over which mail programs wrap an attribution.
_ATTRIBUTION_LINES: Final = 4
ATTRIBUTION_LENGTH: Final = 600
_COLON_END = re.compile(r"[:：][\W_]{0,8}$")


def attribution_length(rows: list[Row], index: int, known: Phrases) -> int:
    """How many lines, from this one, are the line that introduces a quote („Am … schrieb …:“); 0 for none."""
    row = rows[index]
    if row.role is Role.ATTRIBUTION:
        length = 1
        while index + length < len(rows) and rows[index + length].role is Role.ATTRIBUTION:
            length += 1
        return length
    if len(row.text) > ATTRIBUTION_LENGTH:
        return 0
    if _is_flanked(row, known) or _runs_on(row, known):
        return 1
    joined = ""
    for length in range(1, _ATTRIBUTION_LINES + 1):
        position = index + length - 1
        if position >= len(rows) or rows[position].blank or rows[position].depth:
            return 0
        joined = f"{joined} {rows[position].folded}".strip()
        if len(joined) > ATTRIBUTION_LENGTH:
            return 0
        followed = next_is_quoted(rows, position + 1)
        if not followed and row.text.lstrip()[:1].islower() and not has_email(joined):
            # „wie Sie am 3.4.2024 um 10:00 geschrieben haben:“ goes on with what its writer says.
            continue
        alone = (index == 0 or rows[index - 1].blank) and position + 1 < len(rows) and rows[position + 1].blank
        if _is_attribution(joined, known, followed=followed, alone=alone):
            return length if _starts_here(rows, index, length, known, followed=followed) else 0
    return 0


_BEGINS: Final = re.compile(
    r"(?:\s|-{2,}\s?)(?=(?:On|Am|Le|El|Il|Op|Den|Em|W dniu|Dana|Dne) (?:[^\W\d_]{2,12}[.,]{0,2} ){0,3}\d)"
)


def split_shared(rows: list[Row], index: int, length: int, known: Phrases) -> bool:
    """Parts an attribution from the new text in whose line it begins („yes On Wed, Apr 4 … wrote:“)."""
    row = rows[index]
    for match in _BEGINS.finditer(row.text[:LINE_LIMIT]):
        before = row.text[: match.start()]
        if not before.strip(" -") or _BEGINS.match(f" {before.strip()} 1") or has_email(before) or has_date(before):
            continue
        rest = Row(row.text[match.end() :])
        joined = " ".join([rest.folded, *(other.folded for other in rows[index + 1 : index + length])])
        if _is_attribution(joined, known, followed=next_is_quoted(rows, index + length)):
            rows[index] = Row(before.rstrip(" -"), row.depth, row.role)
            rows.insert(index + 1, rest)
            return True
    return False


def _starts_here(rows: list[Row], index: int, length: int, known: Phrases, *, followed: bool) -> bool:
    """Whether no later line would begin the same attribution: what stands before it is new text."""
    first = rows[index].text.rstrip()
    folded = rows[index].folded
    if first.endswith(("<", "(")) or has_date(folded) or TIME.search(folded) or _STARTS_WITH_ON.match(folded):
        return True
    if has_email(folded) and known.wrote.search(folded):
        return True  # „A <a@b> schrieb am So., 23.“ ends in an ordinal, and no sentence
    for later in range(1, length):
        joined = " ".join(row.folded for row in rows[index + later : index + length])
        if _is_attribution(joined, known, followed=followed) and not _is_wrapped(rows[index + later - 1].text):
            return False
    return True


def _is_wrapped(text: str) -> bool:
    """Whether a line looks as if a program had wrapped it: long, and not ending a sentence."""
    return len(text) >= 40 and not text.rstrip().endswith((".", "!", "?", ":"))


_STARTS_WITH_DATE: Final = re.compile(
    r"\W{0,3}(?:\w{1,9}\W{1,3}){0,3}?(?:\d{1,4}[./ 年년-]|\w{2,4}[.,] ?\d|\w{3,12}[.,]? \d)"
    r"|\W{0,3}(?:on|am|le|el|il|op|den|em|dne|w dniu|dana)\b"
)


_STARTS_WITH_ON: Final = re.compile(r"\W{0,3}(?:on|am|le|el|il|op|den|em|dne|w dniu|dana)\b.{0,40}\d")


def _names_only(joined: str, verb: re.Match[str]) -> bool:
    """Whether a line is a name, an address in angle brackets and the verb, and nothing else („A <a@b> schrieb:“)."""
    name, _, rest = joined[: verb.start()].partition("<")
    address, closed, between = rest.partition(">")
    if not closed and EMAIL.fullmatch(joined[: verb.start()].strip()):
        return joined[verb.end() :].strip() in (":", "：")
    named = 0 < len(name.split()) <= 5 and bool(closed) and EMAIL.fullmatch(address) is not None
    return named and len(between.split()) <= 1 and joined[verb.end() :].strip() in (":", "：")


def is_between_arrows(row: Row) -> bool:
    """Whether GroupWise introduces a mail without marks by a line („>>> A <a@b> 14.10.24 10:24 >>>“)."""
    text = row.text.rstrip()
    return row.depth >= 2 and text.endswith(">>>") and len(text) < 200 and has_date(row.folded) and has_email(text)


def is_dated_attribution(row: Row, known: Phrases) -> bool:
    """Whether a line begins with a date and goes on with a verb of writing, and may lack its colon."""
    text = row.folded
    if len(text) > 200 or row.depth or not has_date(text) or not _STARTS_WITH_DATE.match(text):
        return False
    return known.wrote.search(text) is not None and not text.endswith((".", "!", "?"))


def may_introduce(rows: list[Row], index: int, known: Phrases) -> bool:
    """Whether a line may introduce a quote without marks, or else what its writer says in other people's words.

    It begins with „Am …“ and a day, and is a paragraph of its own; or begins a paragraph with a name and an address; or
    it is a name, a verb of writing, a day and a time.
    """
    row = rows[index]
    if not row.text.rstrip().endswith((":", "：")) or len(row.text) > 120 or index + 1 >= len(rows):
        return False
    verb = known.wrote.search(row.folded)
    if verb is None:
        return False
    begins = index == 0 or rows[index - 1].blank
    if begins and _names_only(row.folded, verb):
        return True
    if not rows[index + 1].blank:
        return False
    if begins and _STARTS_WITH_ON.match(row.folded):
        return is_dated_attribution(row, known)
    behind = row.folded[verb.end() :]
    return 0 < len(row.folded[: verb.start()].split()) <= 3 and has_date(behind) and TIME.search(behind) is not None


def _runs_on(row: Row, known: Phrases) -> bool:
    """Whether the quoted mail begins in the line of its attribution („Am … schrieb A <a@b>: Guten Tag,“)."""
    if "@" not in row.text or not _STARTS_WITH_ON.match(row.folded):
        return False
    verb = known.wrote.search(row.folded)
    colon = row.folded.find(":", verb.end()) if verb else -1
    if verb is None or not 0 < colon - verb.end() + 1 <= 120 or not row.folded[colon + 1 :].strip():
        return False
    head = row.folded[: colon + 1]
    return has_email(head) and has_date(head) and _is_attribution(head, known, followed=False)


def _is_flanked(row: Row, known: Phrases) -> bool:
    """Whether dashes stand on both sides of a name and a verb of writing („---- A B wrote ----“)."""
    found = FLANKED.fullmatch(row.text) if row.text.startswith("--") else None
    if found is None:
        return False
    said = fold(found.group(1))
    verb = known.wrote.search(said)
    if verb is None:
        return False
    names = found.group(1).split()
    small = [word for word in names if word[:1].islower() and not has_email(word)]
    return 2 <= len(names) <= 7 and bool(small) and set(map(fold, small)) <= set(verb.group().split())


def _is_attribution(joined: str, known: Phrases, *, followed: bool, alone: bool = False) -> bool:
    """Whether a line introduces a quote.

    Where marks follow, a verb of writing with a colon is enough; where none follow, all to the end would go, so a date,
    and an address or a time, must stand beside the verb; or the line stands alone, and holds a name with its address.
    """
    colon = ":" in joined[-9:] and bool(_COLON_END.search(joined))
    if not colon and not DIGIT.search(joined):
        return False
    if not followed and not alone and not has_date(joined):
        return False
    match = known.wrote.search(joined)
    if not match and not colon:
        return followed and has_email(joined) and has_date(joined) and bool(_STARTS_WITH_DATE.match(joined))
    address = has_email(joined) or "mailto:" in joined
    date = has_date(joined)
    time = bool(TIME.search(joined))
    if match:
        if followed:
            near_end = colon or len(joined) - match.end() <= 120
            return near_end and (date or address or time or (colon and len(joined.split()) <= 8))
        if date and FLANKED.fullmatch(joined):
            return True
        if not (date and (address or time)):
            return alone and _names_only(joined, match)
        if colon:
            return True
        # Programs that set no colon end in the address, or in the verb.
        return bool(_STARTS_WITH_DATE.match(joined)) and (joined.endswith((">", ")")) or len(joined) - match.end() <= 2)
    if followed:
        return (date and (address or time)) or (address and len(joined) < 100)
    return (
        date
        and address
        and time
        and bool(_STARTS_WITH_DATE.match(joined))
        and joined.rstrip(": ").endswith((">", ")", "]"))
    )
