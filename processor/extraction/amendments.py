"""What a text changes about a registration that stands: exchanges, additions, new totals, needs and tables alone."""

from __future__ import annotations

from processor.extraction.facts import Count, Facts, Person, offsets
from processor.extraction.layout import Segment, Sentence
from processor.extraction.people import Mention
from processor.extraction.polarity import is_open_question
from processor.extraction.reading import Reading

#: Who replaces stands no farther behind „durch“ than a title and an article take.
_TITLES = 3


def amend(reading: Reading, facts: Facts) -> None:
    """Marks what can only be said of a registration that stands; whether one does, the book knows."""
    _replaced(reading, facts)
    _not_but(reading, facts)
    _joining(reading, facts)
    _restated(reading, facts)
    _alone(reading, facts)
    placed = {p.order for p in (*facts.comes, *facts.stays)}
    facts.others = bool(facts.unclear) or any(
        m.strong and m.start not in placed and reading.tokens[m.start].key not in reading.sender
        for m in reading.mentions
    )


def _mentions(reading: Reading, sentence: Sentence) -> list[Mention]:
    return [m for m in reading.mentions if sentence.start <= m.start < sentence.end and m.strong]


def _person(reading: Reading, mention: Mention) -> Person:
    start, end = offsets(reading, mention.start, mention.end)
    return Person(mention.name, start, end, mention.start)


def _move(facts: Facts, person: Person, into: list[Person]) -> None:
    for people in (facts.comes, facts.stays, facts.unclear):
        people[:] = [p for p in people if p.order != person.order]
    into.append(person)


def _replaced(reading: Reading, facts: Facts) -> None:
    """„Bitte ersetzen Sie A durch B“: the name behind the "by" comes, the one before it (or the writer) does not."""
    for sentence in reading.sentences:
        if not sentence.has("replace_word") or sentence.has("negation", "doubt") or is_open_question(sentence):
            continue
        marks = [s for segment in sentence.segments for s in segment.kinds.get("replaced_by", ())]
        people = _mentions(reading, sentence)
        if len(marks) != 1:
            continue
        mark = marks[0]
        new = [m for m in people if m.start >= mark.end and m.head - mark.end <= _TITLES]
        old = [m for m in people if m.end <= mark.start]
        writer = any(s.end <= mark.start for segment in sentence.segments for s in segment.kinds.get("me", ()))
        if len(new) != 1 or len(people) != 1 + len(old) or (len(old), writer) not in ((1, False), (0, True)):
            continue
        facts.has_instead = facts.amended = True
        _move(facts, _person(reading, new[0]), facts.comes)
        if old:
            _move(facts, _person(reading, old[0]), facts.stays)
        else:
            facts.sender, facts.sender_by = -1, "i"


def _not_but(reading: Reading, facts: Facts) -> None:
    """„Nicht A, sondern B kommt“: B in the place of A."""
    for sentence in reading.sentences:
        if not sentence.has("opposed") or len(_mentions(reading, sentence)) != 2:
            continue
        first, second = _mentions(reading, sentence)
        if any(p.order == first.start for p in facts.stays) and any(p.order == second.start for p in facts.comes):
            facts.has_instead = True


def _joining(reading: Reading, facts: Facts) -> None:
    """„Es kommt noch Ines Blum dazu“: everybody who is named comes on top of those who were registered."""
    joined: set[int] = set()
    for sentence, segment in reading.segments():
        if segment.polarity > 0 and sentence.has("joins") and not is_open_question(sentence):
            joined |= {p.order for p in facts.comes if sentence.start <= p.order < sentence.end}
        if segment.polarity > 0 and sentence.has("joins") and not is_open_question(sentence) and not facts.comes:
            span = offsets(reading, sentence.start, sentence.end)
            if any(span[0] <= c.start < span[1] for c in facts.more) and not _says_who(reading):
                # „Bei uns kommt noch jemand dazu“
                facts.has_prior = True
    facts.joins = bool(joined) and all(p.order in joined and p.strong and not p.is_sender for p in facts.comes)


def _says_who(reading: Reading) -> bool:
    """Whether the writer says somewhere that he comes, or registers."""
    kinds = ("i", "we", "come_i", "come_we", "register_i", "register_we", "me")
    return any(s.own and s.polarity > 0 and s.has(*kinds) for _, s in reading.segments())


def _restated(reading: Reading, facts: Facts) -> None:
    """„Jetzt doch zu dritt“, „nur noch zu zweit“: a total that differs from an earlier one."""
    for _, segment in reading.segments():
        for span in segment.kinds.get("restated", ()):
            start, end = offsets(reading, span.start, span.end)
            if any(start <= c.start < end or c.start <= start < c.end for c in facts.totals):
                facts.has_prior = facts.amended = True


def _alone(reading: Reading, facts: Facts) -> None:
    """„Doch nur ich allein“: one, of those who were registered."""
    if not facts.has_prior or facts.totals or facts.more or facts.fewer or facts.companions or facts.comes:
        return
    for _, segment in reading.segments():
        spans = segment.kinds.get("alone", ())
        if spans and segment.polarity >= 0 and segment.has("i", "come_i") and not segment.has("negation", "we"):
            at = offsets(reading, spans[0].start, spans[0].end)
            facts.amended = True
            facts.totals.append(Count(1, *at, reading.quote(spans[0].start, spans[0].end)))
            if facts.sender == 0:
                facts.sender, facts.sender_by, facts.sender_order, facts.sender_quote = 1, "i", spans[0].start, at
            return


def wishes_alone(reading: Reading, places: list[int]) -> bool:
    """Whether a clause asks for a table or a need in so many words, for the writer: „ich brauche noch veganes Essen“.

    :param places: offsets in the text where tables and needs are named.
    """
    asked = 0
    for sentence, segment in reading.segments():
        start, end = offsets(reading, segment.start, segment.end)
        here = [p for p in places if start <= p < end]
        if not here:
            continue
        if (
            is_open_question(sentence)
            or not _wants(segment)
            or sentence.has("doubt", "condition", "come", "come_i", "come_we")
        ):
            return False
        asked += len(here)
    return asked > 0 and asked == len(places)


def _wants(segment: Segment) -> bool:
    return segment.has("wants", "request") and not segment.has("negation", "past_event", "advert")
