"""From labels to facts: the names of those who come, how many they are, and for whom the writer speaks."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from processor.extraction import nouns
from processor.extraction.contact import compatible, strip_titles
from processor.extraction.learned.stream import BODY, DISPLAY, GREETING, POSTSCRIPT, SIGNATURE, SUBJECT, TAIL, Stream
from processor.extraction.learned.tags import (
    ABSENT,
    ALONG,
    COMES,
    FEWER,
    MORE,
    MORE_ALONG,
    ONE_ALONG,
    TOTAL,
    TWO_ALONG,
    WRITER,
    Tag,
    Tagging,
    value_of,
)
from processor.extraction.learned.tags import BODY as ORGANISATION
from processor.extraction.lexicon import Language, load
from processor.extraction.organisations import agree
from processor.extraction.tokens import fold, tokenise
from processor.extraction.transliteration import is_latin, same_in_two_scripts

#: So many words may stand between two given names with one surname.
_BETWEEN = 2
_SIGNS = ",&+/"


@dataclass(slots=True)
class Named:
    """Somebody named."""

    name: str
    #: Positions in the stream; both 0 for a name that stands elsewhere.
    start: int
    end: int
    #: The least sure of its words, 0 to 1.
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Seats:
    """How many come, by the words for it."""

    #: What is said to be all; None where nothing is, or where two numbers are.
    total: int | None
    #: Unnamed companions.
    along: int
    #: Whether two totals contradict each other.
    torn: bool
    #: How many more (or, negative, fewer) than before; 0 where no difference is told.
    change: int


def names(stream: Stream, tagging: Tagging, label: str = COMES) -> list[Named]:
    """Names with a label, each person once, the fullest form; given names in a row take the last one's surname."""
    sections: tuple[str, ...] = (GREETING, BODY, POSTSCRIPT, TAIL, SIGNATURE)
    if stream.understood.source == "subject":
        sections += (DISPLAY,)
    tags = [t for t in tagging.of(label) if stream.sections[t.start] in sections]
    found = [Named(_clean(stream, t), t.start, t.end, t.probability) for t in tags]
    found = [person for person in found if any(c.isalpha() for c in person.name)]
    surnames = Counter(p.name.split()[-1] for p in found if len(p.name.split()) > 1)
    for first, second in reversed(list(pairwise(found))):
        shares = len(first.name.split()) == 1 and len(second.name.split()) > 1
        if shares and surnames[second.name.split()[-1]] == 1 and _joined(stream, first.end, second.start):
            first.name = f"{first.name} {second.name.split(maxsplit=1)[1]}"
    if label == COMES:
        found += [Named(row.name, 0, 0) for row in stream.understood.rows.people if row.attends]
    kept: list[Named] = []
    for person in found:
        twin = next((p for p in kept if one_person(p.name, person.name)), None)
        if twin is None:
            kept.append(person)
        elif len(person.name) > len(twin.name) and is_latin(person.name) == is_latin(twin.name):
            twin.name, twin.start, twin.end = person.name, person.start, person.end
    return kept


def one_person(first: str, second: str) -> bool:
    """Whether two names may be the same person's: one is a shorter form of the other, or they differ in script."""
    return compatible(first, second) or compatible(second, first) or same_in_two_scripts(first, second)


def writer(stream: Stream, tagging: Tagging, guess: str) -> str:
    """The writer's name: as the mail is signed, completed by the display name; the first reader's guess where none is.

    :param guess: what the first reader took for it.
    """
    signed = [
        _clean(stream, t) for t in tagging.of(WRITER) if stream.sections[t.start] in (BODY, POSTSCRIPT, TAIL, SIGNATURE)
    ]
    shown = [_clean(stream, t) for t in tagging.of(WRITER) if stream.sections[t.start] == DISPLAY]
    candidates = [name for name in (*signed, *shown) if name]
    named = names(stream, tagging)
    guess = without_offices(guess, stream.understood.reading.language)
    if not candidates:
        message = stream.understood.message
        display = message.reply_to.name or message.sender.name
        return next((p.name for p in named if one_person(p.name, display)), guess)
    chosen = candidates[0]
    for name in (*candidates[1:], guess, *(p.name for p in named if p.probability > 0.5)):
        fuller = len(name.split()) > len(chosen.split()) or (len(name.split()) == len(chosen.split()) and "." in chosen)
        if fuller and compatible(chosen, name):
            chosen = name
    return chosen


def _clean(stream: Stream, found: Tag) -> str:
    """A tagged name as it is spoken, without titles, offices and case endings."""
    start = found.start
    language = stream.understood.reading.language
    before = stream.tokens[start - 1] if start else None
    prefixes = language.options.get("attached_and", "").replace(",", " ").split()
    glued = before is not None and before.end == stream.tokens[start].start and before.text in prefixes
    if glued and start > 1 and not any(c.isalpha() for c in stream.tokens[start - 2].text):
        # The letter that means "and" begins this name: nobody stands before it.
        start -= 1
    name = _spoken(stream.quote(start, found.end))
    if language.options.get("suffix_after_apostrophe"):
        name = re.sub(r"['’‘](?:[a-zçğıöşü]{1,4})\b", "", name)
    return without_offices(name, language)


def without_offices(name: str, language: Language) -> str:
    """A name without titles and offices, as the language and German write them."""
    words = strip_titles(strip_titles(name, language), load("de")).split()
    while len(words) > 2 and _is_office(words[0], language):
        words = words[1:]
    return " ".join(words)


def _is_office(word: str, language: Language) -> bool:
    """„Assessorin“: a listed relation, or a noun that means a person by its form, and no name."""
    key = fold(word.strip(".,'’"), language.digraphs)
    spans = language.find(tokenise(word, digraphs=language.digraphs))
    listed = any(s.kind in ("kin", "role", "title", "possessive", "people") for s in spans)
    return listed or (nouns.is_common(key, language.code) and nouns.is_person(key, language.code))


def absent(stream: Stream, tagging: Tagging) -> list[str]:
    """Names of those who do not come."""
    return [person.name for person in names(stream, tagging, ABSENT)]


def organisation(stream: Stream, tagging: Tagging) -> tuple[str, tuple[int, int] | None, float]:
    """The fullest form of the organisation, its offsets in the text, and how sure it is; ("", None, 1) for none."""
    best: tuple[str, tuple[int, int] | None, float] = ("", None, 1.0)
    for found in tagging.of(ORGANISATION):
        name = stream.quote(found.start, found.end)
        if len(name) > len(best[0]):
            best = (name, stream.offsets(found.start, found.end), found.probability)
    return best


def bodies_named(stream: Stream, tagging: Tagging) -> list[str]:
    """The organisations named, shorter forms of one left out."""
    found: list[str] = []
    for tag in tagging.of(ORGANISATION):
        name = stream.quote(tag.start, tag.end)
        if name and not any(agree(name, known) for known in found):
            found.append(name)
    return found


def seats(stream: Stream, tagging: Tagging) -> Seats:
    """What is said about how many come."""
    totals = [
        value
        for found in tagging.of(TOTAL)
        if (value := value_of(stream, found, {TOTAL: 1})) and stream.sections[found.start] != SUBJECT
    ]
    if not totals:
        totals = [value for found in tagging.of(TOTAL) if (value := value_of(stream, found, {TOTAL: 1}))]
    along = sum(value_of(stream, found, ALONG) or 0 for found in tagging.of(ONE_ALONG, TWO_ALONG, MORE_ALONG))
    distinct = set(totals)
    change = sum(value_of(stream, found, {MORE: 1}) or 0 for found in tagging.of(MORE))
    change -= sum(value_of(stream, found, {FEWER: 1}) or 0 for found in tagging.of(FEWER))
    return Seats(totals[-1] if totals else None, along, len(distinct) > 1, change)


def _spoken(name: str) -> str:
    """„Blum, Ines“ as it is spoken."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name


def _joined(stream: Stream, start: int, end: int) -> bool:
    """Whether nothing but a comma or an "and" stands between two names."""
    between = [p for p in range(start, end) if stream.tokens[p].kind != "nl"]
    reading = stream.understood.reading
    joins = {reading.tokens[s.start].key for s in reading.spans if s.kind == "and" and s.end == s.start + 1}
    return 0 < len(between) <= _BETWEEN and all(
        stream.tokens[p].text in _SIGNS or stream.tokens[p].key in joins for p in between
    )
