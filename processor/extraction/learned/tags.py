"""Which words say what: the labels that the learned reader puts on words, and what they amount to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pycrfsuite

from processor.extraction.learned.stream import Stream

#: Labels: who comes, who does not, who is merely named; the writer's own name; the organisation.
COMES, ABSENT, OTHER, WRITER, BODY = "C", "A", "X", "S", "G"
#: Numbers: all seats, one, two or more unnamed companions, seats more and fewer, and numbers of something else.
TOTAL, ONE_ALONG, TWO_ALONG, MORE_ALONG, MORE, FEWER, NUMBER = "T", "P1", "P2", "P3", "M", "L", "N"
#: An unnamed person who stays at home; words that say yes, no, perhaps; a question; an office or relation.
AT_HOME, YES, NO, DOUBT, QUESTION, ROLE = "H", "Y", "O", "D", "Q", "R"
OUTSIDE: Final = "-"


@dataclass(frozen=True, slots=True)
class Tag:
    """Some words in a row with one label."""

    label: str
    #: Positions in the stream.
    start: int
    end: int
    #: The least sure of its words, 0 to 1.
    probability: float


@dataclass(frozen=True, slots=True)
class Tagging:
    """The labels of a mail."""

    tags: tuple[Tag, ...]
    #: How likely the likeliest word is somebody who comes though it was not taken for one, 0 to 1; the same for parts
    #: of an organisation's name, and for numbers of seats.
    missed: float
    missed_body: float = 0.0
    missed_seats: float = 0.0

    def of(self, *labels: str) -> list[Tag]:
        """The tags with these labels, in order."""
        return [tag for tag in self.tags if tag.label in labels]

    def least(self, *labels: str) -> float:
        """The least probability of the tags with these labels; 1 where there are none."""
        return min((tag.probability for tag in self.of(*labels)), default=1.0)


def tag(tagger: pycrfsuite.Tagger, words: Sequence[Sequence[str]], stream: Stream) -> Tagging:
    """Puts the likeliest labels on the words of a mail."""
    tagger.set(words)
    labels = tagger.tag()
    known = tagger.labels()
    sure = [tagger.marginal(label, position) for position, label in enumerate(labels)]
    missed = {(COMES,): 0.0, (BODY,): 0.0, (TOTAL, ONE_ALONG, TWO_ALONG, MORE_ALONG): 0.0}
    cased = stream.understood.reading.cased
    for position, label in enumerate(labels):
        token = stream.tokens[position]
        if label != OUTSIDE or token.kind not in ("word", "num"):
            continue
        name_like = token.is_capital or not cased or token.text[:1].upper() == token.text[:1].lower()
        for wanted, most in missed.items():
            names = len(wanted) == 1
            if (names and not name_like) or (wanted != (BODY,) and stream.sections[position] not in "GBP"):
                continue
            likely = sum(tagger.marginal(x, position) for w in wanted for x in (f"B{w}", f"I{w}") if x in known)
            missed[wanted] = max(most, likely)
    found = []
    start = 0
    for position in range(1, len(labels) + 1):
        goes_on = position < len(labels) and labels[position] == f"I{labels[start][1:]}" and labels[start] != OUTSIDE
        if goes_on:
            continue
        if labels[start] != OUTSIDE:
            found.append(Tag(labels[start][1:], start, position, min(sure[start:position])))
        start = position
    return Tagging(tuple(found), *missed.values())


def value_of(stream: Stream, found: Tag, spare: Mapping[str, int]) -> int | None:
    """The number that tagged words name.

    :param spare: what a label means where its words hold no numeral.
    """
    language = stream.understood.reading.language
    for position in range(found.start, found.end):
        value = language.number_of(stream.tokens[position])
        if value:
            return value
    return spare.get(found.label)


#: What labels of companions mean where no numeral stands.
ALONG: Final[Mapping[str, int]] = {ONE_ALONG: 1, TWO_ALONG: 2, MORE_ALONG: 3}
