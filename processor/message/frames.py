"""What programs set around a text: warnings of gateways, device lines, legal notes, footers of lists."""

from __future__ import annotations

import re
from typing import Final

from processor.message.looks import RULE, URL, is_prose, signature_like, speaks
from processor.message.phrases import Phrases
from processor.message.rows import Row, paragraphs
from processor.message.values import CutKind

_TOKENS = re.compile(r"[^\s.,:;()]+")
_TAG_LINE = re.compile(
    r"[\W_]{0,6}(?:extern|external|externe mail|externe e-mail|external email|external sender"
    r"|harici|внешнее|zewnetrzny)[\W_]{0,6}"
)


#: What Outlook's programs for telephones add, in any language: the names of program and system, and the maker's link.
_STORE = re.compile(
    r"(?=.{0,60}outlook)(?=.{0,60}(?:ios|android))[^<>()@:,/.?!]{12,60}[<(\[ ]{0,2}"
    r"https?://(?:aka\.ms|[\w.-]{0,30}(?:microsoft|outlook)\.\w{2,5})/[^\s<>]{1,200}[>)\]]?"
)


def mark_banners(rows: list[Row], known: Phrases) -> None:
    """Warnings of gateways above the text."""
    for group in paragraphs(rows[:60])[:3]:
        if all(_TAG_LINE.fullmatch(row.folded) for row in group):
            _mark(group, CutKind.BANNER)
            continue
        text = " ".join(row.folded for row in group)
        words = len(text.split())
        if words <= 90 and _hits(text, known.outside) and _warns(text, known) and not known.own.search(text):
            _mark(group, CutKind.BANNER)
            continue
        # A banner of one line right above the text, with no blank line between.
        first = group[0]
        if (
            len(group) > 1
            and _hits(first.folded, known.outside)
            and (_warns(first.folded, known) or _TAG_LINE.fullmatch(first.folded))
            and not known.own.search(first.folded)
        ):
            _mark(group[:1], CutKind.BANNER)
            continue
        if _TAG_LINE.fullmatch(first.folded) and first.text.strip()[:1] in "[(*!<":
            _mark(group[:1], CutKind.BANNER)
            continue
        break


def mark_banner_below(rows: list[Row], known: Phrases) -> None:
    """Some gateways set their warning below the text."""
    for group in paragraphs(rows)[1:][-2:]:
        text = " ".join(row.folded for row in group)
        warns = len(text.split()) <= 60 and _hits(text, known.outside) and _hits(text, known.care) >= 2
        if warns and not known.own.search(text):
            _mark(group, CutKind.BANNER)


def _warns(text: str, known: Phrases) -> bool:
    """Whether a paragraph warns of what came from outside: in two words, or in one where it is short."""
    return _hits(text, known.care) >= (1 if len(text.split()) <= _SHORT else 2)


#: Words of a warning that one word of caution makes sure.
_SHORT: Final = 12


def _hits(text: str, phrases_: tuple[str, ...]) -> int:
    return sum(phrase in text for phrase in phrases_)


def _mark(rows: list[Row], kind: CutKind) -> None:
    for row in rows:
        if row.kind is None:
            row.kind = kind


def mark_device(rows: list[Row], known: Phrases) -> bool:
    """„Sent from my …“ as the last lines of what stays; programs put no more than two such lines."""
    marked = False
    last = [row for row in rows if row.new][-30:]
    for position, row in enumerate(reversed(last)):
        if len(row.folded) <= 140 and row.folded.count(" ") <= 13 and _is_device(row, known):
            row.kind = CutKind.DEVICE
            marked = True
        elif position > 2 or not (RULE.fullmatch(row.text) or URL.fullmatch(row.text.strip("<>() "))):
            break
    # A device line may also stand alone above a signature or a quote, as a paragraph of its own.
    for group in paragraphs(rows)[-6:]:
        if (
            len(group) == 1
            and len(group[0].folded) <= 100
            and group[0].folded.count(" ") <= 9
            and _is_device(group[0], known)
        ):
            group[0].kind = CutKind.DEVICE
            marked = True
    return marked


def _is_device(row: Row, known: Phrases) -> bool:
    """Whether a line is one that a program or telephone adds; asked of the same line several times."""
    if row.device is None:
        row.device = (
            row.folded.strip(_AROUND) in known.device_lines
            or ("outlook" in row.folded and bool(_STORE.fullmatch(row.folded)))
            or (_names_gadget(row, known) and bool(known.device.fullmatch(row.folded)))
        )
    return row.device


_AROUND: Final = " .,;!()[]<>*_-–—"
_CLAUSE: Final = re.compile(r"[,;.!]\s")
#: How makers write names: with a capital within (iPhone, BlueMail), or with letters and figures (M8, 4G).
_MADE_NAME: Final = re.compile(r"(?<!\w)(?:\w*[a-z][A-Z]\w*|[A-Za-z]+\d\w*|\d+[A-Za-z]\w*)(?!\w)")


def _names_gadget(row: Row, known: Phrases) -> bool:
    """Whether a line in the form of a program's names a device or program, and says nothing beside it.

    „Von uns wird eine Liste gesendet“ has the same form.
    """
    first, _, rest = (_CLAUSE.sub("\n", row.folded.strip(_AROUND), count=1)).partition("\n")
    if not known.gadgets.search(first) and not _MADE_NAME.search(row.text[: len(first) + 4]):
        return False
    if speaks(row):
        return False
    excused = bool(known.excuses.search(rest))
    return not rest or excused or (len(rest.split()) <= 5 and known.gadgets.search(rest) is not None)


def mark_footers(rows: list[Row], known: Phrases) -> bool:
    """Confidentiality notes, virus scanners, printing, lists: paragraphs at the end that no writer writes."""
    groups = paragraphs(rows)
    marked = False
    for number in range(len(groups) - 1, max(-1, len(groups) - 9), -1):
        group = groups[number]
        if len(group) > 80:
            break
        text = " ".join(row.folded for row in group)
        words = len(text.split())
        signs = signature_like(group) or all(RULE.fullmatch(row.text) for row in group)
        if not signs and known.own.search(text):
            # „Ich bitte, meine Daten vertraulich zu behandeln“ is no note of a program.
            break
        legal = _hits(text, known.legal) if words >= 14 else 0
        sure = legal >= 3 or (legal >= 2 and _hits(text, known.astray) > 0)
        if sure and (number > 0 or (legal >= 3 and words >= 20)):
            start = _first_prose(group, known)
            _mark(group[start:], CutKind.FOOTER)
            if not start and number > 1 and _is_title(groups[number - 1], known):
                _mark(groups[number - 1], CutKind.FOOTER)
            marked = True
        elif (
            words <= 60
            and not known.footer_starts.isdisjoint(_TOKENS.findall(text))
            and _hits(text, known.footer)
            and (number > 0 or any(RULE.fullmatch(row.text) for row in group[1:]))
        ):
            # Lists set their footer below a line of underscores, right under the text.
            rule = next((n for n, row in enumerate(group) if RULE.fullmatch(row.text)), _first_prose(group, known))
            _mark(group[rule:], CutKind.FOOTER)
            marked = True
            if rule:
                break
        elif not signs:
            break
    return marked


def _is_title(group: list[Row], known: Phrases) -> bool:
    """Whether a line is the title of a legal note: a few words that such notes have, and no sentence."""
    text = group[0].folded.strip(" *_:")
    return (
        len(group) == 1
        and len(text.split()) <= 3
        and not text.endswith((".", "!", "?"))
        and _hits(text, known.legal) > 0
    )


def _first_prose(group: list[Row], known: Phrases) -> int:
    """Where a footer begins in a paragraph whose first lines may be a formula or a signature."""
    for number, row in enumerate(group):
        if len(row.text) > 60 or is_prose(row.text) or _hits(row.folded, known.footer):
            return number
    return 0
