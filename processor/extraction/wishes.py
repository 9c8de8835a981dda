"""Theme tables and needs."""

from __future__ import annotations

import re

from processor.event import Event
from processor.extraction.lexicon import Language, marked
from processor.extraction.polarity import is_open_question
from processor.extraction.reading import Reading
from processor.extraction.tokens import fold
from processor.extraction.values import NEEDS

#: Words of titles that say nothing of the theme.
_SHORT = 5


def theme_tables(reading: Reading, event: Event) -> dict[int, tuple[int, int]]:
    """Tables asked for, by number or in words, each with the offsets of its evidence."""
    numbers = {table.number for table in event.theme_tables}
    found: dict[int, tuple[int, int]] = {}
    for value, index in reading.numbers.tables:
        if value in numbers and value not in found and not _in_question(reading, index):
            found[value] = (reading.tokens[index].start, reading.tokens[index].end)
    for value, start, end in _in_words(reading, event):
        found.setdefault(value, (start, end))
    return dict(sorted(found.items()))


def unknown_tables(reading: Reading, event: Event) -> list[int]:
    """Table numbers that the event does not have."""
    numbers = {table.number for table in event.theme_tables}
    return [value for value, _ in reading.numbers.tables if value not in numbers] if numbers else []


def table_not_understood(reading: Reading, tables: dict[int, tuple[int, int]]) -> str:
    """The words about a table from which no table was read; "" where there are none."""
    if tables:
        return ""
    for sentence in reading.sentences:
        if not sentence.has("table_word") or sentence.has("not_table", "negation") or is_open_question(sentence):
            continue
        spans = [s for segment in sentence.segments for s in segment.kinds.get("table_word", ())]
        if all(s.start in reading.event_words for s in spans):
            continue
        return reading.quote(sentence.start, sentence.end).strip()
    return ""


def _in_question(reading: Reading, index: int) -> bool:
    place = reading.place_of(index)
    return bool(place and is_open_question(place[0]))


def _in_words(reading: Reading, event: Event) -> list[tuple[int, int, int]]:
    """A title's own words (or their translation) in a clause that speaks of tables or interest."""
    stems = table_stems(event, reading.language)
    found = []
    for sentence in reading.sentences:
        if is_open_question(sentence):
            continue
        wish = sentence.has("table_word", "table_wish")
        quoted = any(t.text in '„“"«»' for t in reading.tokens[sentence.start : sentence.end])
        if not wish and not quoted:
            continue
        if sentence.has("not_table", "negation") or any(
            sentence.start <= i < sentence.end for _, i in reading.numbers.tables
        ):
            continue
        for number, words in stems.items():
            for token in reading.tokens[sentence.start : sentence.end]:
                if token.is_word and token.key.startswith(tuple(words)):
                    found.append((number, token.start, token.end))
                    break
    return found


def table_stems(event: Event, language: Language) -> dict[int, list[str]]:
    """For each table the stems that no other table has."""
    raw: dict[int, set[str]] = {}
    for table in event.theme_tables:
        words = {
            fold(w, language.digraphs)
            for w in re.findall(r"[^\W\d_]+", table.title)
            if len(w) > _SHORT and w[0].isupper()
        }
        stems = {w[: max(6, len(w) - 3)] for w in words}
        for german, others in language.glossary.items():
            key = fold(german, language.digraphs)[:6]
            if any(stem.startswith(key) for stem in stems):
                stems |= set(others)
        raw[table.number] = stems
    return {
        n: sorted(s for s in stems if not any(s in other for m, other in raw.items() if m != n))
        for n, stems in raw.items()
    }


def needs_in(notes: str, language: Language) -> list[str]:
    """Needs in the cells of a table or the values of a form."""
    _, spans = marked(language, notes)
    denied = [s for s in spans if s.kind == "not_need"]
    kinds = {s.kind for s in spans if not any(d.start <= s.start < d.end for d in denied)}
    return [need for need in NEEDS if f"need_{need}" in kinds]


def needs(reading: Reading) -> dict[str, tuple[int, int]]:
    """Needs named in the text, each with the offsets of its evidence."""
    found: dict[str, tuple[int, int]] = {}
    for _, segment in reading.segments():
        denied = segment.kinds.get("not_need", [])
        if segment.polarity < 0 and segment.own and not segment.has("come"):
            continue
        for need in NEEDS:
            for span in segment.kinds.get(f"need_{need}", ()):
                if any(d.start <= span.start < d.end or 0 <= span.start - d.end <= 2 for d in denied):
                    continue
                found.setdefault(need, (reading.tokens[span.start].start, reading.tokens[span.end - 1].end))
    return found
