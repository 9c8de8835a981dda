"""From labels to facts: the names of those who come, how many they are, and for whom the writer speaks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from processor.extraction.contact import compatible
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
    Tagging,
    value_of,
)
from processor.extraction.learned.tags import BODY as ORGANISATION

#: So many words may stand between two given names with one surname.
_BETWEEN = 2
_SIGNS = ",&+/"


@dataclass(slots=True)
class Named:
    """Somebody named."""

    name: str
    #: Positions in the stream.
    start: int
    end: int


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
    found = [Named(_spoken(stream.quote(t.start, t.end)), t.start, t.end) for t in tags]
    for first, second in reversed(list(pairwise(found))):
        if len(first.name.split()) == 1 and len(second.name.split()) > 1 and _joined(stream, first.end, second.start):
            first.name = f"{first.name} {second.name.split(maxsplit=1)[1]}"
    kept: list[Named] = []
    for person in found:
        twin = next((p for p in kept if compatible(person.name, p.name) or compatible(p.name, person.name)), None)
        if twin is None:
            kept.append(person)
        elif len(person.name) > len(twin.name):
            twin.name, twin.start, twin.end = person.name, person.start, person.end
    return [p for p in kept if any(c.isalpha() for c in p.name)]


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
