"""A second reader of the same facts: by the shape and place of words alone, without asking what a clause says.

The first reader understands clauses; what it does not know as a word for people, it does not see. This one knows no
clauses: wherever the grammar keeps a place for somebody („mein …“, „mit einem …“, „bringe … mit“, two capitals in a
row), somebody may stand, and has to be among those whom the first reader counted, named or set aside. Where the two
disagree, a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from processor.event import Event
from processor.extraction import nouns
from processor.extraction.contact import compatible
from processor.extraction.decide import Verdict
from processor.extraction.facts import Facts
from processor.extraction.layout import Segment, Sentence
from processor.extraction.polarity import is_open_question
from processor.extraction.reading import Reading
from processor.extraction.tokens import fold, tokenise
from processor.extraction.values import Intent
from processor.extraction.wishes import table_stems

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
#: So many words has a name in a text without capitals at most.
_LONGEST = 3
#: A word of so many capitals is an abbreviation.
_ABBREVIATED = 4
#: A number of so many digits may be the year of a foundation.
_YEAR = 4
#: So many words may stand between a possessive and its noun.
_ADJECTIVES = 3


def second_opinion(reading: Reading, facts: Facts, verdict: Verdict, signed: Sequence[str]) -> list[str]:
    """What the second reader sees and the first one did not, in words; nothing where they agree.

    :param signed: the names below the text, the writer's first.
    """
    if verdict.intent is Intent.CANCELLATION:
        return _mixed(reading)
    for person in verdict.attendees:
        words = person.name.split()
        small = [
            w for w in words[1:-1] if w.islower() and reading.language.is_known(fold(w, reading.language.digraphs))
        ]
        particles = reading.language.options.get("particles", "").replace(",", " ").split()
        if not reading.cased and (len(words) > _LONGEST or any(w not in particles for w in small)):
            return [f"Ob „{person.name}“ ganz ein Name ist, ist nicht klar"]
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
    together = _run_together(reading)
    if together:
        return [f"Ob „{together}“ eine Person ist oder zwei, ist nicht klar"]
    stranger = _qualified_number(reading, explained)
    if stranger:
        return [f"Wie die Zahl gemeint ist, ist nicht klar: „{stranger}“"]
    relation = _uncounted_relation(reading, facts)
    if relation:
        return [f"Ob „{relation}“ mitkommt, ist nicht klar"]
    joins = _joins(reading)
    for sentence, segment in _assents(reading):
        for index in _slots(reading, segment):
            joined = index in joins and not _is_somebody(reading, index)
            if joined or (index not in explained and not _harmless(reading, index)):
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


def _qualified_number(reading: Reading, explained: set[int]) -> str:
    """„mit höchstens vier Leuten“: an unknown word before a number that counts people, or an unknown noun behind."""
    for _, segment in reading.segments():
        if segment.polarity <= 0:
            continue
        for index in range(segment.start + 1, segment.end):
            before = reading.tokens[index - 1]
            counts = reading.language.number_of(reading.tokens[index]) is not None
            if counts and reading.numbers.accounts.get(index) in (None, "open") and before.is_word:
                noun = reading.tokens[index + 1] if index + 1 < segment.end else None
                if noun is not None and noun.is_capital and noun.is_word and index + 1 not in explained:
                    return reading.quote(index, index + 2)
                known = reading.language.is_known(before.key) or before.is_capital or before.key in reading.sender
                if not known:
                    return reading.quote(index - 1, index + 1)
    return ""


def _uncounted_relation(reading: Reading, facts: Facts) -> str:
    """„Er wird von seiner Frau abgeholt“: a relation of somebody who comes, in a clause that says nothing known."""
    counted = [
        (c.start, c.end)
        for c in (*facts.companions, *facts.named_companions, *facts.totals, *facts.old_totals, *facts.more)
    ]
    heads = [(m.head - 1, m.end + 3) for m in reading.mentions]
    keys: set[str] = set()
    for span in reading.spans_of("kin"):
        first, last = reading.tokens[span.start].start, reading.tokens[span.end - 1].end
        if any(a < last and first < b for a, b in counted) or any(a <= span.start < b for a, b in heads):
            keys.add(reading.tokens[span.end - 1].key)
    for sentence, segment in reading.segments():
        if segment.polarity < 0 or sentence.is_item or is_open_question(sentence):
            continue
        if segment.has("reporting", "greets_only", "addressed", "copula", "role", "contact_word") and not segment.own:
            continue
        for span in segment.kinds.get("kin", ()):
            before = {s.kind for s in reading.spans if s.end == span.start}
            owned = bool(before & {"possessive", "third_possessive"}) and "article" not in before
            aside = any(
                s.kind in ("without", "origin") and s.start in range(span.start - 3, span.start) for s in reading.spans
            )
            if owned and not aside and reading.tokens[span.end - 1].key not in keys:
                return reading.quote(max(segment.start, span.start - 1), span.end)
    return ""


def tables_seen(reading: Reading, event: Event, tables: Mapping[int, tuple[int, int]]) -> list[str]:
    """Words of a theme table that nobody took for a wish."""
    signs = reading.language.options.get("table_stems", "").replace(",", " ").split()
    if not signs or reading.has("not_table", "old_table"):
        return []
    words = [
        reading.tokens[i]
        for sentence in reading.sentences
        if not is_open_question(sentence)
        for i in range(sentence.start, sentence.end)
    ]
    for token in words:
        if not tables and any(token.key.startswith(sign) or token.key.endswith("n" + sign) for sign in signs):
            return [f"Welcher Thementisch gemeint ist, ist nicht klar: „{token.text}“"]
    for number, stems in table_stems(event, reading.language).items():
        hits = {stem for stem in stems for token in words if token.key.startswith(stem)}
        if number not in tables and len(hits) > 1:
            return [f"Ob Thementisch {number} gewünscht ist, ist nicht klar"]
    return []


def body_seen(reading: Reading, organisation: str, below: Sequence[str], sender: frozenset[str]) -> list[str]:
    """What may be the name of a body and was not taken for one, or was and can hardly be."""
    if not reading.cased or not reading.language.options.get("nouns_have_capitals"):
        return []
    language = reading.language
    if organisation:
        tokens = tokenise(organisation, digraphs=language.digraphs)
        kinds = {s.kind for s in language.find(tokens) if s.start == 0}
        number = any(t.kind == "num" and len(t.text) < _YEAR for t in tokens) and "," in organisation
        verbal = kinds & {"register", "prior", "cancel", "event_word"} and not kinds & {"organisation", "label_name"}
        if number or verbal:
            return [f"Ob „{organisation}“ der Name der Organisation ist, ist nicht klar"]
        return []
    if reading.has("private"):
        return []
    explained = _explained(reading)
    for span in reading.spans_of("org_before"):
        noun = _noun(reading, span.end, len(reading.tokens))
        if noun is not None and noun not in explained and not language.is_known(reading.tokens[noun].key):
            return [f"Ob „{reading.tokens[noun].text}“ der Name der Organisation ist, ist nicht klar"]
    for line in below:
        tokens = tokenise(line, digraphs=language.digraphs)
        words = [t for t in tokens if t.is_word]
        kinds = {s.kind for s in language.find(tokens)}
        plain = words and not any(t.kind == "num" for t in tokens) and "@" not in line and "www" not in line
        if not plain or kinds & {"closing", "greeting", "contact_word", "role", "title", "i", "we", "kin"}:
            continue
        foreign = [t for t in words if t.is_capital and t.key not in sender and not language.is_ordinary(t.key)]
        if foreign and not any(t.key in sender for t in words):
            return [f"Ob „{line.strip()}“ der Name der Organisation ist, ist nicht klar"]
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
        says = span.kind in _EXPLAINED or span.kind.startswith(("need_", "title", "post_title"))
        if says and span.end - span.start <= _ADJECTIVES:
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


def _harmless(reading: Reading, index: int) -> bool:
    """Whether a noun where somebody may stand is listed, or a common noun that means no person."""
    key = reading.tokens[index].key
    language = reading.language
    return language.is_known(key) or (nouns.is_common(key, language.code) and not nouns.is_person(key, language.code))


def _joins(reading: Reading) -> set[int]:
    """Nouns joined to the writer or a guest: „mich und meine …“."""
    people = {s.end for s in reading.spans if s.kind in ("me", "i")} | {m.end for m in reading.mentions}
    own = reading.language.options.get("own_possessives", "").replace(",", " ").split()
    found = set()
    for span in reading.spans:
        if span.kind != "and" or span.start not in people or span.end >= len(reading.tokens):
            continue
        if reading.tokens[span.end].key in own:
            noun = _noun(reading, span.end + 1, min(span.end + 5, len(reading.tokens)))
            found |= {noun} if noun is not None else set()
    return found


def _is_somebody(reading: Reading, index: int) -> bool:
    """Whether the first reader knows this noun as a person, a group or a body."""
    kinds = ("kin", "people", "persons", "family", "one_more", "organisation", "role", "seat", "me")
    return any(s.kind in kinds and s.start <= index < s.end for s in reading.spans) or any(
        m.head <= index < m.end for m in reading.mentions
    )


def _run_together(reading: Reading) -> str:
    """„der Oberrat i. R. Dr. Eberhard Kuhn“: two names with nothing but abbreviations between them are one person."""
    for first, second in pairwise(reading.mentions):
        between = reading.tokens[first.end : second.start]
        short = all(t.text == "." or (t.is_word and len(t.text) <= _ABBREVIATED) for t in between)
        apart = any(s.kind == "and" and first.end <= s.start < second.start for s in reading.spans)
        same = reading.place_of(first.start) == reading.place_of(second.start)
        if between and same and short and not apart and any(t.text == "." for t in between):
            return reading.quote(first.start, second.end)
    return ""


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
        begins = not run and (index == sentence.start or reading.tokens[index - 1].kind in ("punct", "nl"))
        if begins and token is not None and reading.language.is_ordinary(token.key):
            # Its capital says nothing.
            continue
        short = token is not None and token.text.isupper() and len(token.text) <= _ABBREVIATED
        if token is not None and token.is_word and token.is_capital and not short and index not in explained | small:
            run.append(index)
            continue
        unknown = [i for i in run if not reading.language.is_ordinary(reading.tokens[i].key)]
        if len(run) > 1 and unknown and unknown != [sentence.start]:
            return reading.quote(run[0], run[-1] + 1)
        run = []
    return ""
