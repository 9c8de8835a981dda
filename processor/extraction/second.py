"""A second reader of the same facts: by the shape and place of words alone, without asking what a clause says.

The first reader understands clauses; what it does not know as a word for people, it does not see. This one knows no clauses:
wherever the grammar keeps a place for somebody („mein …“, „mit einem …“, „bringe … mit“, two capitals in a row), somebody may stand, and has to be
among those whom the first reader counted, named or set aside. Where the two disagree, a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from processor.extraction.contact import compatible
from processor.extraction.decide import Verdict
from processor.extraction.facts import Facts
from processor.extraction.layout import Segment, Sentence
from processor.extraction.polarity import is_open_question
from processor.extraction.reading import Reading
from processor.extraction.values import Intent

#: Words that say what a capital word stands for.
_EXPLAINED = (
    "kin",
    "people",
    "persons",
    "family",
    "one_more",
    "organisation",
    "role",
    "seat",
    "event_word",
    "table_word",
    "table_wish",
    "self_name",
    "register",
    "come",
    "come_i",
    "come_we",
    "prior",
    "answer_wish",
    "attachment_word",
    "me",
    "us",
    "i",
    "we",
    "total",
    "not_seats",
    "contact_word",
    "closing",
    "greeting",
    "addressed",
    "other_event",
    "thanks_only",
    "neutral",
    "harmless_condition",
)
#: So many words may stand between a possessive and its noun.
_ADJECTIVES = 3


def second_opinion(reading: Reading, facts: Facts, verdict: Verdict, signed: Sequence[str]) -> list[str]:
    """What the second reader sees and the first one did not, in words; nothing where they agree.

    :param signed: the names below the text, the writer's first.
    """
    if verdict.intent is Intent.CANCELLATION:
        return _mixed(reading)
    both = [p.name for p in verdict.attendees for name in verdict.leaving if compatible(p.name, name)]
    if both:
        return [f"Ob {both[0]} kommt oder nicht kommt, ist nicht klar"]
    for name in signed[1:]:
        if not any(compatible(name, p.name) or compatible(p.name, name) for p in verdict.attendees):
            return [f"Unter dem Text steht auch {name}; ob er oder sie mitkommt, ist nicht klar"]
    if reading.has("minutes") and facts.sender <= 0:
        return ["Der Text sieht nach einem Protokoll aus"]
    excepted = _excepted(reading, verdict)
    if excepted:
        return excepted
    if not reading.cased or not reading.language.options.get("nouns_have_capitals"):
        return []
    explained = _explained(reading) | facts.half_names
    for sentence, segment in _assents(reading):
        for index in _slots(reading, segment):
            if index not in explained and not reading.language.is_known(reading.tokens[index].key):
                quote = reading.quote(max(segment.start, index - 2), index + 1).strip(" ,;:.")
                return [f"Wer oder was „{quote}“ ist, ist nicht klar; vielleicht kommt noch jemand"]
        brought = _brought(reading, sentence, segment, facts)
        if brought:
            return [f"Ob „{brought}“ ein Gast ist, ist nicht klar"]
    for sentence, _ in _assents(reading):
        name = _unread_name(reading, sentence, explained)
        if name:
            return [f"Ob „{name}“ jemand ist, der kommt, ist nicht klar"]
    return []


def _mixed(reading: Reading) -> list[str]:
    """A refusal in the same clause as an acceptance, and neither negated; or somebody excepted from it."""
    spans = reading.spans_of("besides")
    if spans:
        return [f"Von der Absage ist jemand ausgenommen: „{reading.quote(spans[0].start, spans[0].end)}“"]
    for _, segment in reading.segments():
        if not segment.own or segment.polarity >= 0 or segment.has("negation", "cancel", "cannot", "regret", "prior"):
            continue
        refused = [(s.start, s.end) for s in segment.kinds.get("decline", ())]
        for kind in ("come", "come_i", "come_we", "register", "register_i", "register_we"):
            for span in segment.kinds.get(kind, ()):
                if all(span.end <= a or b <= span.start for a, b in refused):
                    quote = reading.quote(segment.start, segment.end).strip(" ,;.")
                    return [f"Im selben Satz steht eine Zusage und eine Absage: „{quote}“"]
    return []


def _excepted(reading: Reading, verdict: Verdict) -> list[str]:
    """„Drei außer mir“: only where the numbers leave no doubt who is counted."""
    for _, segment in reading.segments():
        for span in segment.kinds.get("besides", ()):
            if segment.polarity == 0 and not segment.has("total", "people", "persons"):
                continue
            others = [p for p in verdict.attendees if not p.is_sender]
            me = any(s.start in (span.end, span.end + 1) for s in segment.kinds.get("me", ()))
            if me and len(others) == len(verdict.attendees) - 1 and len(verdict.attendees) == verdict.headcount:
                numbers = [
                    value
                    for i in range(segment.start, segment.end)
                    if (value := reading.language.number_of(reading.tokens[i])) is not None
                ]
                if not numbers or numbers == [len(others)]:
                    continue
            return [f"Wer mitgezählt ist, ist nicht klar: „{reading.quote(segment.start, segment.end).strip(' ,;.')}“"]
    return []


def _assents(reading: Reading) -> Iterator[tuple[Sentence, Segment]]:
    """Clauses of the sentences in which somebody comes."""
    for sentence in reading.sentences:
        if is_open_question(sentence) or not any(s.polarity > 0 for s in sentence.segments):
            continue
        for segment in sentence.segments:
            yield sentence, segment


def _explained(reading: Reading) -> set[int]:
    """Tokens of which the first reader knows what they are."""
    found = set(reading.event_words) | set(reading.numbers.accounts)
    for mention in reading.mentions:
        found |= set(range(mention.head, mention.end))
    for organisation in reading.organisations:
        found |= set(range(organisation.start, organisation.end))
    for span in reading.spans:
        if span.kind in _EXPLAINED or span.kind.startswith(("need_", "title", "post_title")):
            if span.end - span.start <= _ADJECTIVES:
                found |= set(range(span.start, span.end))
    return found


def _slots(reading: Reading, segment: Segment) -> Iterator[int]:
    """Nouns behind „mein“ or „unser“, and behind „mit“ or „und“ with an article."""
    own = reading.language.options.get("own_possessives", "").replace(",", " ").split()
    articles = {s.start for s in reading.spans if s.kind == "possessive"}
    openers = {s.end for s in reading.spans if s.kind in ("with", "and")}
    for index in range(segment.start, segment.end):
        key = reading.tokens[index].key
        if key in own or (index in articles and index in openers):
            noun = _noun(reading, index + 1, segment.end)
            if noun is not None:
                yield noun


def _noun(reading: Reading, start: int, end: int) -> int | None:
    """The first capital word from here, with nothing but small words before it."""
    for index in range(start, min(start + _ADJECTIVES + 1, end)):
        token = reading.tokens[index]
        if not token.is_word:
            return None
        if token.is_capital:
            return index
    return None


def _brought(reading: Reading, sentence: Sentence, segment: Segment, facts: Facts) -> str:
    """„bringe den Hausmeister mit“: what is brought along, where it was not counted as somebody."""
    counted = [(c.start, c.end) for c in (*facts.companions, *facts.totals, *facts.more)]
    for span in segment.kinds.get("brings", ()):
        inner = range(span.start, span.end)
        if any(m.start in inner for m in reading.mentions):
            continue
        first, last = reading.tokens[span.start].start, reading.tokens[span.end - 1].end
        if any(a < last and first < b for a, b in counted):
            continue
        if any(s.kind == "brought_thing" and s.start in inner for s in reading.spans):
            continue
        if any(reading.tokens[i].is_capital and i > sentence.start for i in inner):
            return reading.quote(span.start, span.end)
    return ""


def _unread_name(reading: Reading, sentence: Sentence, explained: set[int]) -> str:
    """Two or more capital words in a row, one of them no ordinary word, that the first reader passed over."""
    run: list[int] = []
    small = {s.start for s in reading.spans if s.kind in ("possessive", "third_possessive", "article", "origin")}
    for index in range(sentence.start, sentence.end + 1):
        token = reading.tokens[index] if index < sentence.end else None
        if token is not None and token.is_word and token.is_capital and index not in explained | small:
            run.append(index)
            continue
        unknown = [i for i in run if not reading.language.is_known(reading.tokens[i].key)]
        if len(run) > 1 and unknown and unknown != [sentence.start]:
            return reading.quote(run[0], run[-1] + 1)
        run = []
    return ""
