"""The learned reader's opinion of a mail: what it asks for, who comes, how many, and how sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from processor.extraction.learned import models
from processor.extraction.learned.features import features
from processor.extraction.learned.overall import overall
from processor.extraction.learned.people import Named, Seats, absent, names, one_person, organisation, seats
from processor.extraction.learned.people import writer as name_of_writer
from processor.extraction.learned.stream import Stream, stream_of
from processor.extraction.learned.tags import NO, TOTAL, YES, Tagging, tag, value_of
from processor.extraction.understanding import Understanding
from processor.extraction.values import Intent

#: The answers of the models that say yes or no.
SAYS_YES: Final = "y"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the learned reader holds to be true of a mail."""

    stream: Stream
    tagging: Tagging
    #: How likely each intent is.
    intents: Mapping[str, float]
    writer_name: str
    #: How likely the writer comes, and how likely a person has to decide.
    writer: float
    doubtful: float
    #: Those who come by name, the writer excepted where only the signature names him.
    people: tuple[Named, ...]
    absent: tuple[str, ...]
    seats: Seats
    organisation: str
    organisation_at: tuple[int, int] | None
    organisation_sure: float

    @property
    def intent(self) -> Intent:
        """The likeliest intent."""
        return Intent(max(self.intents, key=lambda name: self.intents[name]))

    def attendees(self) -> list[Named]:
        """Those who come, the writer among them where he or she likely does."""
        writer = self.writer_name
        found = []
        present = False
        for person in self.people:
            own = bool(writer) and one_person(person.name, writer)
            if own and (present or max(self.writer, person.probability) < 0.5):
                continue
            present = present or own
            fuller = own and len(writer.split()) > len(person.name.split())
            found.append(Named(writer if fuller else person.name, person.start, person.end, person.probability))
        if writer and self.writer >= 0.5 and not present:
            found.append(Named(writer, 0, 0, self.writer))
        return found

    def totals(self) -> list[tuple[int, tuple[int, int] | None]]:
        """Numbers that are said to be all, with their offsets in the text."""
        found = []
        for known in self.tagging.of(TOTAL):
            value = value_of(self.stream, known, {TOTAL: 1})
            if value:
                found.append((value, self.stream.offsets(known.start, known.end)))
        return found

    def said(self, intent: Intent) -> list[tuple[int, int]]:
        """Offsets of the words by which somebody says that he comes, or does not."""
        label = NO if intent is Intent.CANCELLATION else YES
        places = (self.stream.offsets(known.start, known.end) for known in self.tagging.of(label))
        return [place for place in places if place]

    def headcount(self) -> int:
        """The seats asked for."""
        counted = len(self.attendees()) + self.seats.along
        return self.seats.total if self.seats.total is not None else counted


def form(understood: Understanding, folder: Path = models.FOLDER) -> Opinion:
    """Reads a mail that the first reader has read; pure, the weights are read once.

    :raises FileNotFoundError: there are no weights.
    """
    stream = stream_of(understood)
    words = features(stream)
    tagging = tag(models.load("words", folder), words, stream)
    known = overall(stream, tagging)
    intents = models.chances(models.load("intent", folder), known)
    writer = models.chances(models.load("writer", folder), known)
    doubtful = models.chances(models.load("doubtful", folder), known)
    return opinion_of(stream, tagging, intents, writer.get(SAYS_YES, 0.0), doubtful.get(SAYS_YES, 0.0))


def opinion_of(
    stream: Stream, tagging: Tagging, intents: Mapping[str, float], writer: float, doubtful: float
) -> Opinion:
    """Puts labels and chances together."""
    body, at, sure = organisation(stream, tagging)
    return Opinion(
        stream=stream,
        tagging=tagging,
        intents=intents,
        writer_name=name_of_writer(stream, tagging, stream.understood.sender_name),
        writer=writer,
        doubtful=doubtful,
        people=tuple(names(stream, tagging)),
        absent=tuple(absent(stream, tagging)),
        seats=seats(stream, tagging),
        organisation=body,
        organisation_at=at,
        organisation_sure=sure,
    )
