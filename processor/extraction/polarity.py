"""Whether a clause says that somebody comes, or does not."""

from __future__ import annotations

from itertools import pairwise

from processor.extraction.layout import Segment, Sentence
from processor.extraction.patterns import Span
from processor.extraction.reading import Reading

#: A refusal without a verb has no more words than this.
_FEW_WORDS = 5
_COMES = ("come", "come_i", "come_we", "register", "register_i", "register_we")


def polarise(reading: Reading, *, default: int) -> None:
    """Says of every clause whether somebody comes (1), does not (-1), or nothing (0).

    A clause without a predicate takes its neighbour's: the one before in the sentence, else the one after;
    lists take that of the line which opens them.

    :param default: what a list without any predicate means.
    """
    list_polarity: int | None = None
    previous = 0
    for sentence in reading.sentences:
        for segment in sentence.segments:
            segment.polarity = own_polarity(reading, segment)
            segment.own = segment.polarity != 0
        _not_but(reading, sentence)
        if is_open_question(sentence):
            for segment in sentence.segments:
                segment.polarity = 0
                segment.own = False
        last = 0
        for segment in sentence.segments:
            if segment.own:
                last = segment.polarity
            else:
                segment.polarity = last
                segment.carried = last != 0
        following = 0
        for segment in reversed(sentence.segments):
            if segment.polarity:
                following = segment.polarity
            elif following:
                segment.polarity = following
        has_own = any(s.own for s in sentence.segments)
        if not has_own and not sentence.asks:
            carried = (
                list_polarity if list_polarity is not None else (previous if is_names_only(reading, sentence) else None)
            )
            if carried is None and is_names_only(reading, sentence):
                carried = default
            if carried and (sentence.is_item or list_polarity is not None or is_names_only(reading, sentence)):
                for segment in sentence.segments:
                    segment.polarity = carried
        if sentence.opens:
            list_polarity = last or (default if list_polarity is None else list_polarity)
        elif not sentence.is_item and not is_names_only(reading, sentence):
            list_polarity = last if has_own and _items_follow(reading, sentence) else None
        if has_own:
            previous = last


def _not_but(reading: Reading, sentence: Sentence) -> None:
    """„Ich melde nicht mich an, sondern Herrn Aziz“: the verb holds, for those behind the "but"."""
    for segment, following in pairwise(sentence.segments):
        opposes = any(s.start == following.start for s in following.kinds.get("opposed", ()))
        objects = [*segment.kinds.get("me", ()), *segment.kinds.get("us", ()), *segment.kinds.get("i", ())]
        denied = any(n.end == o.start for n in segment.kinds.get("negation", ()) for o in objects)
        named = any(following.start <= m.start < following.end for m in reading.mentions)
        if opposes and denied and named and segment.polarity < 0 and not segment.has("decline", "cancel", "cannot"):
            following.polarity = 1
            following.own = True


def is_open_question(sentence: Sentence) -> bool:
    """A question that wants an answer, not a request („Könnten Sie mich eintragen?“)."""
    if sentence.asks and sentence.has("arrived"):
        # „Ist meine Anmeldung angekommen?“
        return True
    if sentence.has("asks_mark"):
        return not sentence.has("request")
    if not sentence.asks:
        return False
    orders = sentence.has(
        "register", "register_i", "register_we", "cancel", "more", "one_person_more", "one_person_fewer", "total"
    )
    if sentence.has("request"):
        return not orders or sentence.has("asks")
    return sentence.has("question") or not (
        sentence.has("register") and sentence.has("me", "us") and not sentence.has("prior", "come", "come_i")
    )


def _items_follow(reading: Reading, sentence: Sentence) -> bool:
    index = reading.sentences.index(sentence)
    return index + 1 < len(reading.sentences) and reading.sentences[index + 1].is_item


def own_polarity(reading: Reading, segment: Segment) -> int:
    """What a clause says by its own words."""
    prior = segment.kinds.get("prior", [])
    comes = [
        s
        for kind in _COMES
        for s in segment.kinds.get(kind, ())
        if not any(p.start <= s.start and s.end <= p.end for p in prior)
    ]
    declines = [*segment.kinds.get("decline", ()), *segment.kinds.get("cancel", ())]
    corrected = segment.kinds.get("old_number", [])
    declines = [d for d in declines if not any(o.start < d.end and d.start < o.end for o in corrected)]
    declines = [d for d in declines if not any(p.start <= d.start and d.end <= p.end for p in prior)]
    cannot = segment.kinds.get("cannot", ())
    negated = any(
        not any(o.start <= n.start and n.end <= o.end for o in corrected) for n in segment.kinds.get("negation", ())
    )
    if segment.has("before_deciding") and not segment.has("uncancel"):
        # „bevor ich mich anmelde“, „ob meine Anmeldung da ist“: spoken of, not said.
        comes = [s for s in comes if not _follows(segment, s, "before_deciding")]
        declines = [s for s in declines if not _follows(segment, s, "before_deciding")]
    if segment.has("uncancel") and not negated:
        return 1
    if declines:
        return -1
    if cannot and (comes or _closes(reading, segment, cannot[-1])):
        return -1
    if comes:
        return -1 if negated else 1
    if negated and _is_bare_refusal(reading, segment):
        return -1
    if (
        not negated
        and any(
            s.places and s.numbers[-1] > 1 and all(reading.numbers.accounts.get(p) is None for p in s.places)
            for s in segment.kinds.get("total", ())
        )
        and (not segment.has("prior", "fewer") or segment.has("old_number"))
    ):
        return 1
    return 0


def _follows(segment: Segment, span: Span, kind: str) -> bool:
    """Whether a clause has a word of this kind before a span."""
    return any(s.start < span.start for s in segment.kinds.get(kind, ()))


def _is_bare_refusal(reading: Reading, segment: Segment) -> bool:
    """„Frau Blum leider nicht“: somebody named, and little else before the "not" that ends the clause."""
    words = [i for i in range(segment.start, segment.end) if reading.tokens[i].is_word]
    named = any(segment.start <= m.start < segment.end for m in reading.mentions)
    last = segment.kinds["negation"][-1]
    return named and len(words) <= _FEW_WORDS and bool(words) and last.end > words[-1]


def _closes(reading: Reading, segment: Segment, span: Span) -> bool:
    """Whether nothing but punctuation (or one word) follows in the clause: „kann leider nicht“."""
    rest = [t for t in reading.tokens[span.end : segment.end] if t.is_word]
    return not rest


def is_names_only(reading: Reading, sentence: Sentence) -> bool:
    """Whether a sentence holds nothing but names and what goes with them."""
    covered: set[int] = set()
    found = False
    for mention in reading.mentions:
        if sentence.start <= mention.start < sentence.end:
            covered |= set(range(mention.head, mention.end))
            found = True
    if not found and not sentence.has("one_more", "me"):
        return False
    for segment in sentence.segments:
        for kind in (
            "and",
            "title",
            "post_title",
            "kin",
            "possessive",
            "named",
            "one_more",
            "me",
            "i",
            "with",
            "role",
            "people",
            "persons",
            "total",
            "extra",
            "label_name",
            "alone",
            "filler",
            "org_before",
            "org_intro",
        ):
            for span in segment.kinds.get(kind, ()):
                covered |= set(range(span.start, span.end))
    for organisation in reading.organisations:
        covered |= set(range(organisation.start, organisation.end))
    depth = 0
    for index in range(sentence.start, sentence.end):
        token = reading.tokens[index]
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif token.is_word and index not in covered and not depth:
            if sentence.is_item and any(m.start <= index and sentence.start <= m.start for m in reading.mentions):
                continue
            return False
    return True
