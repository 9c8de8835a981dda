"""Every number in a text and what it is: a date, a time, an address, a table, seats — or not explained."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from processor.extraction.layout import BULLET
from processor.extraction.lexicon import Language
from processor.extraction.patterns import Span
from processor.extraction.tokens import Token, fold

_STREETS = (
    r"(?:str(?:\.|aße|asse|\b)|weg|platz|allee|ring|gasse|ufer|damm|markt|hof|steig|straat|street|road|sokak|sok\."
    r"|cadde(?:si)?|штрассе|вулиц\w*|улиц\w*|rue|via|calle|ulica|ul\.)"
)
_PATTERNS = (
    ("phone", re.compile(r"(?<![\w.,])(?:\+|00|\(?0)[\d\s()/.–-]{5,}\d")),
    ("iban", re.compile(r"\b[A-Z]{2}\d{2}[\d ]{10,}")),
    (
        "reference",
        re.compile(
            r"\b(?:VR|HRB|Az\.?|AZ|Nr\.?|ID|Zeichen|Zimmer|Raum|Room|Büro|Linie|Bus|Zi\.)\s?[\d./-]+(?:\s?[-/]\s?\d+)*",
            re.IGNORECASE,
        ),
    ),
    ("money", re.compile(r"\d[\d.,]*\s?(?:€|%|\$|£|₺|EUR\b|Euro\b)", re.IGNORECASE)),
    ("date", re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b")),
    ("date", re.compile(r"(?<![\d.:])\d{1,2}\s?\.\s?(?:1[0-2]|0?[1-9])\s?\.(?:\s?(?:20)?\d{2}(?!\d))?")),
    ("date", re.compile(r"(?<![\d.:])\d{1,2}\.(?:1[0-2]|0?[1-9])(?:\.\d{2,4})?(?!\s?(?:Uhr|h\b|:|\d))(?=\W|$)")),
    ("date", re.compile(r"(?<![\d/])\d{1,2}\s?/\s?\d{1,2}(?:\s?/\s?\d{2,4})?(?![\d/])")),
    (
        "time",
        re.compile(r"(?<![\d.])(?:[01]?\d|2[0-4])[:.][0-5]\d(?!\d|\.\d)(?:\s?(?:Uhr|h|am|pm|Uhr\.)\b)?", re.IGNORECASE),
    ),
    (
        "time",
        re.compile(
            r"(?<![\d.])(?:[01]?\d|2[0-4])\s?(?:[-–]|bis)?\s?(?:\d{1,2}\s?)?(?:Uhr|h|a\.?m\.?|p\.?m\.?|o'clock)(?=\W|$)",
            re.IGNORECASE,
        ),
    ),
    ("address", re.compile(rf"[\w.-]*{_STREETS}\s*(?:Nr\.?\s?)?\d+\s?[a-z]?\b", re.IGNORECASE)),
    ("other", re.compile(r"(?<![\d.,])\d+,\d+(?![\d.,])")),
    ("postcode", re.compile(r"(?<!\d)\d{5}(?!\d)")),
    ("year", re.compile(r"(?<![\d.,])(?:19\d\d|20[0-4]\d)(?![\d.,]\d)")),
    (
        "ordinal",
        re.compile(
            r"(?<!\d)\d{1,3}(?:st|nd|rd|th|er|re|e|te[nrs]?|en|го|е|ого|му|го|и|ти|-го|-е|-го|-ого|-му|-та|-те|’?inci|'?[iıuü]nc[iıuü]|\s?º|ª|-a|-i)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "age",
        re.compile(
            r"\(\s*\d{1,2}\s*(?:,\s*\d{1,2}\s*)*(?:(?:J|Jahre|y|ans|anni|años|yaş|yaşında|лет|років|lat|godina)\.?\s?\w*)?\)"
        ),
    ),
    ("code", re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z]{1,3}[-/]?\d+[\w/-]*")),
)
_MONTH_DAY = re.compile(
    r"(?<!\d)(\d{1,2})\s?(?:\.|st|nd|rd|th|º|-?[её]|-?го|er)?\s*(?:of\s+|de\s+|d['’]\s*)?([^\W\d_]{3,12})",
    re.IGNORECASE,
)
_DAY_AFTER_MONTH = re.compile(r"([^\W\d_]{3,12})\.?\s+(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?(?![\d:.])", re.IGNORECASE)
_NUMERIC_DATE = re.compile(r"^(\d{1,2})\s?[./]\s?(\d{1,2})")
#: A number above this is no number of seats unless a word for people stands behind it.
_LARGEST = 30
#: Kinds of span that account for the numbers within them.
#: A number that is nothing else may be a table's.
_OPEN = (None, "ordinal", "bullet", "table", "reference")
#: There are fewer tables.
_MOST_TABLES = 10
#: So many words may stand between „nicht“ and the table; and between the word for table and „Nr.“
_NEAR = 2
_REACH = 12
#: A full stop behind so few letters belongs to an abbreviation.
_ABBREVIATED = 3
_EXPLAINING = ("age", "time_phrase", "number_phrase", "old_table")


@dataclass(slots=True)
class Numbers:
    """The accounts of all numbers in a text."""

    #: Token index of a number → what it is.
    accounts: dict[int, str] = field(default_factory=dict)
    #: (day, month, token index) of every date; month 0 where only the day is said.
    dates: list[tuple[int, int, int]] = field(default_factory=list)
    tables: list[tuple[int, int]] = field(default_factory=list)
    old_tables: set[int] = field(default_factory=set)


def account(text: str, tokens: Sequence[Token], spans: Sequence[Span], language: Language) -> Numbers:
    """Explains what can be explained without knowing who comes.

    :param text: the text, its digits in ASCII.
    """
    numbers = Numbers()
    ranges: list[tuple[int, int, str]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            ranges.append((match.start(), match.end(), kind))
            if kind == "date":
                _take_date(match.group(), match.start(), tokens, numbers)
    for match in _MONTH_DAY.finditer(text):
        month = _month(match.group(2), language)
        if month and int(match.group(1)) <= 31:
            ranges.append((match.start(), match.end(), "date"))
            numbers.dates.append((int(match.group(1)), month, _at(tokens, match.start())))
    for match in _DAY_AFTER_MONTH.finditer(text):
        month = _month(match.group(1), language)
        if month and int(match.group(2)) <= 31:
            ranges.append((match.start(), match.end(), "date"))
            numbers.dates.append((int(match.group(2)), month, _at(tokens, match.start(2))))
    for at, line in _lines(text):
        bullet = BULLET.match(line)
        if bullet is not None:
            ranges.append((at, at + bullet.end(), "bullet"))
    for index, token in enumerate(tokens):
        if language.number_of(token) is None and token.kind != "num":
            continue
        for start, end, kind in ranges:
            if start <= token.start and token.end <= end:
                numbers.accounts.setdefault(index, kind)
                break
    _tables(tokens, spans, language, numbers)
    _phrases(tokens, spans, language, numbers)
    _other_things(tokens, spans, language, numbers)
    _joined(tokens, spans, language, numbers)
    return numbers


def _lines(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for line in text.split("\n"):
        found.append((at, line))
        at += len(line) + 1
    return found


def _at(tokens: Sequence[Token], offset: int) -> int:
    return next((i for i, t in enumerate(tokens) if t.end > offset), 0)


def _month(word: str, language: Language) -> int:

    key = fold(word, language.digraphs)
    return language.months.get(key, 0)


def _take_date(found: str, offset: int, tokens: Sequence[Token], numbers: Numbers) -> None:
    iso = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", found)
    plain = _NUMERIC_DATE.match(found)
    if iso:
        numbers.dates.append((int(iso.group(3)), int(iso.group(2)), _at(tokens, offset)))
    elif plain and int(plain.group(1)) <= 31 and int(plain.group(2)) <= 12:
        numbers.dates.append((int(plain.group(1)), int(plain.group(2)), _at(tokens, offset)))


def _phrases(tokens: Sequence[Token], spans: Sequence[Span], language: Language, numbers: Numbers) -> None:
    people = {s.start for s in spans if s.kind in ("people", "persons", "seat")}
    for span in spans:
        if span.kind in _EXPLAINING:
            if span.kind == "time_phrase" and (
                any(span.end + ahead in people for ahead in ((0,) if _sentence_ends(tokens, span.end) else (0, 1)))
                or (span.start and language.number_of(tokens[span.start - 1]) is not None)
            ):
                continue
            for place in range(span.start, span.end):
                if language.number_of(tokens[place]) is not None or tokens[place].kind == "num":
                    numbers.accounts.setdefault(place, span.kind)


def _sentence_ends(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and tokens[index].text in ".!?;؟؛"


def _tables(tokens: Sequence[Token], spans: Sequence[Span], language: Language, numbers: Numbers) -> None:
    """Numbers after (or, as ordinals, around) a word for table."""
    signs = frozenset(language.options.get("number_signs", "").replace(",", " ").split())
    away = {s.end for s in spans if s.kind in ("negation", "instead")}
    than = language.options.get("than", "").replace(",", " ").split()
    away |= {i + 1 for i, t in enumerate(tokens) if t.key in than}

    def take(value: int, place: int) -> None:
        numbers.accounts[place] = "table"
        if place not in numbers.old_tables and all(place != known for _, known in numbers.tables):
            numbers.tables.append((value, place))

    for span in spans:
        if span.kind == "old_table":
            numbers.old_tables |= set(span.places)
    for span in spans:
        if span.kind != "table_word":
            continue
        refused = any(span.start - _NEAR <= end <= span.start for end in away)
        index = span.end
        while index < len(tokens) and (tokens[index].text in '.:#("„“' or tokens[index].key in signs):
            index += 1
        taken = False
        while index < len(tokens):
            value = _table_value(tokens[index], language)
            if value is not None and numbers.accounts.get(index) in _OPEN:
                if refused:
                    numbers.old_tables.add(index)
                take(value, index)
                taken = True
                index += 1
            elif taken and (
                tokens[index].text in ",&/+."
                or any(s.kind in ("and", "or", "table_word", "table_glue") and s.start == index for s in spans)
            ):
                index += 1
            else:
                break
        if not taken and span.end < len(tokens) and tokens[span.end].text == ":":
            taken = _after_colon(tokens, span.end + 1, language, numbers, take)
        if not taken:
            taken = _behind_sign(tokens, span, signs, language, take)
        if not taken and span.start:
            before = span.start - 1
            if tokens[before].text == "." and before:
                before -= 1
            value = language.ordinals.get(tokens[before].key)
            counted = tokens[before + 1].text in (".", "-") or tokens[span.start].key in signs
            if value is None and tokens[before].kind == "num" and counted:
                value = language.number_of(tokens[before])
            if value is not None:
                take(value, before)


def _after_colon(
    tokens: Sequence[Token], place: int, language: Language, numbers: Numbers, take: Callable[[int, int], None]
) -> bool:
    """„Thementische: für mich 1, Herr Kurz 2“"""
    taken = False
    while place < len(tokens) and tokens[place].text not in ".!?;" and tokens[place].kind != "nl":
        value = language.number_of(tokens[place])
        if value is not None and value < _MOST_TABLES and place not in numbers.accounts:
            take(value, place)
            taken = True
        place += 1
    return taken


def _behind_sign(
    tokens: Sequence[Token],
    span: Span,
    signs: frozenset[str],
    language: Language,
    take: Callable[[int, int], None],
) -> bool:
    """„Bei den Thementischen interessiert uns Nr. 2“: in the same sentence a number behind „Nr.“"""
    for index in range(span.end, min(span.end + _REACH, len(tokens) - 1)):
        if tokens[index].text in ".!?" and index and len(tokens[index - 1].text) > _ABBREVIATED:
            return False
        if tokens[index].key not in signs:
            continue
        place = index + 2 if tokens[index + 1].text == "." and index + 2 < len(tokens) else index + 1
        value = language.number_of(tokens[place])
        if value is not None and value < _MOST_TABLES:
            take(value, place)
            return True
    return False


def _table_value(token: Token, language: Language) -> int | None:
    value = language.number_of(token)
    return value if value is not None else language.ordinals.get(token.key)


def _joined(tokens: Sequence[Token], spans: Sequence[Span], language: Language, numbers: Numbers) -> None:
    """„9, 6 und 2 Jahre“: numbers in a row share the account of the last; pronouns such as „uns beide“ hold theirs."""
    joints = {s.start for s in spans if s.kind == "and"}
    for index in range(len(tokens) - 1, 1, -1):
        if numbers.accounts.get(index) not in ("other", "age"):
            continue
        before = index - 1
        if tokens[before].text == "," or before in joints:
            before -= 1
            if language.number_of(tokens[before]) is not None:
                numbers.accounts.setdefault(before, "other")
    for span in spans:
        if span.kind.startswith("need_"):
            for place in range(max(0, span.start - 2), span.start):
                if language.number_of(tokens[place]) is not None:
                    numbers.accounts.setdefault(place, "need")


def _other_things(tokens: Sequence[Token], spans: Sequence[Span], language: Language, numbers: Numbers) -> None:
    """Numbers of years, members, kilometres and the like: followed by such a noun, at most one word between."""
    nouns = {s.start for s in spans if s.kind == "not_seats"}
    people = {s.start for s in spans if s.kind in ("people", "persons", "seat")}
    for index, token in enumerate(tokens):
        if index in numbers.accounts or (language.number_of(token) is None and token.kind != "num"):
            continue
        value = language.number_of(token)
        if (
            token.kind == "num"
            and index + 2 < len(tokens)
            and tokens[index + 1].text == "."
            and any(s.start == index + 2 and s.kind in ("kin", "role", "title") for s in spans)
        ):
            numbers.accounts[index] = "ordinal"
            continue
        if (value is None or value > _LARGEST) and not any(index + ahead in people for ahead in (1, 2)):
            # Nobody brings so many; a larger number is something else.
            numbers.accounts[index] = "large"
            continue
        for ahead in (index + 1, index + 2, index + 3):
            if ahead >= len(tokens) or tokens[ahead].kind == "nl" or tokens[ahead].text in ".;:!?()":
                break
            if ahead in people:
                break
            if ahead in nouns:
                numbers.accounts[index] = "other"
                break
