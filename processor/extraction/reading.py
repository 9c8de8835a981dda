"""A text with everything marked that can be marked before asking who comes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from processor.event import Event
from processor.extraction.layout import Segment, Sentence, sentences, soft_breaks
from processor.extraction.lexicon import Language
from processor.extraction.mentions import mentions_in
from processor.extraction.numbers import Numbers, account
from processor.extraction.organisations import Organisation, find_organisations
from processor.extraction.parts import Parts, split_text
from processor.extraction.patterns import Span
from processor.extraction.people import Mention, NameReader
from processor.extraction.tokens import Token, digits, fold, part_clitics, tokenise

#: A text of so few words may hold no capital without being written without them.
_SHORT_BODY = 10
#: What a fixed phrase such as „nicht nur“ takes the force from.
_MASKED = frozenset(
    (
        "approximate",
        "asks",
        "cannot",
        "come",
        "come_i",
        "condition",
        "decide_later",
        "decline",
        "doubt",
        "family",
        "instead",
        "kin",
        "me",
        "more",
        "negation",
        "one_more",
        "question",
        "register",
        "total",
        "us",
        "without",
    )
)


#: Kinds whose patterns are verbs with a separable part.
_VERBS = frozenset(("come", "come_i", "come_we", "register", "register_i", "register_we", "decline", "cancel"))


@dataclass(slots=True)
class Reading:
    """All marks in one text."""

    text: str
    language: Language
    tokens: list[Token]
    spans: list[Span]
    parts: Parts
    sentences: list[Sentence]
    numbers: Numbers
    organisations: list[Organisation]
    mentions: list[Mention]
    cased: bool
    #: Folded words of the sender's name.
    sender: frozenset[str]
    #: Token indices of the event's own words, such as its place.
    event_words: frozenset[int] = field(default_factory=frozenset)

    def quote(self, start: int, end: int) -> str:
        """The text of some tokens."""
        if start >= end:
            return ""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def place_of(self, index: int) -> tuple[Sentence, Segment] | None:
        """The sentence and clause of a token."""
        for sentence in self.sentences:
            if sentence.start <= index < sentence.end:
                for segment in sentence.segments:
                    if segment.start <= index < segment.end:
                        return sentence, segment
        return None

    def segments(self) -> Iterator[tuple[Sentence, Segment]]:
        """Every clause with its sentence."""
        for sentence in self.sentences:
            for segment in sentence.segments:
                yield sentence, segment

    def words(self, start: int, end: int) -> list[Token]:
        """The word tokens in a range."""
        return [t for t in self.tokens[start:end] if t.is_word]

    def spans_of(self, *kinds: str) -> list[Span]:
        """Spans in the body of these kinds, in order."""
        return [s for _, segment in self.segments() for kind in kinds for s in segment.kinds.get(kind, ())]

    def has(self, *kinds: str) -> bool:
        """Whether the body holds any of these kinds."""
        return any(segment.has(*kinds) for _, segment in self.segments())


def read_text(
    text: str, event: Event, languages: Sequence[Language], sender: frozenset[str], *, signature: str = ""
) -> Reading:
    """Marks a text.

    :param languages: the text's own first; formulas of the others count as well.
    :param sender: folded words of the sender's name.
    :param signature: the lines below the closing formula, as they may stand in the text as well.
    """
    language = languages[0]
    plain = spoken(digits(text), language)
    tokens = tokenise(plain, digraphs=language.digraphs)
    prefixes = language.options.get("attached_and", "").replace(",", " ").split()
    if prefixes:
        titles = {s.start: s for s in language.find(tokens) if s.kind == "title"}
        keys = frozenset(tokens[i].key for i in titles)
        tokens = part_clitics(tokens, prefixes, language.is_known, keys.__contains__)
    spans = _mask(_shortest(language.find(tokens), tokens))
    parts = split_text(plain, languages, sender, signature=signature)
    cased = _is_cased(tokens, parts)
    event_words = _event_words(tokens, event, language)
    numbers = account(plain, tokens, spans, language)
    stops = frozenset(
        s.start
        for s in spans
        if s.kind in ("kin", "come", "register", "decline") and s.end == s.start + 1 and not tokens[s.start].is_capital
    )
    organisations = find_organisations(plain, tokens, spans, language, cased=cased, stop=stops | event_words)
    begin, end = parts.body
    found = sentences(tokens, spans, language, plain, begin, end)
    if parts.after[0] < parts.after[1]:
        later = sentences(tokens, spans, language, plain, *parts.after)
        for sentence in later:
            sentence.paragraph += 1000
        found += later
    blocked = set(event_words)
    for organisation in organisations:
        if organisation.proper:
            blocked |= set(range(organisation.start, organisation.end))
            for index in range(organisation.start, organisation.end):
                if language.number_of(tokens[index]) is not None:
                    numbers.accounts.setdefault(index, "organisation")
        else:
            blocked |= {
                i
                for i in range(organisation.start, organisation.end)
                if any(s.kind == "organisation" and s.start == i for s in spans)
            }
    for index, what in numbers.accounts.items():
        if what == "date":
            blocked |= {i for i in (index + 1, index + 2) if i < len(tokens) and tokens[i].key in language.months}
    soft = soft_breaks(tokens, plain)
    reader = NameReader(tokens, spans, language, frozenset(blocked), sender, cased, soft)
    ranges = [(s.start, s.end, s.is_item or _is_bare_line(s, tokens, language, plain)) for s in found]
    mentions = mentions_in(reader, [r for r in ranges if not _reversed_row(reader, *r[:2])])
    for start, stop, _ in ranges:
        mentions += _reversed_row(reader, start, stop)
    mentions.sort(key=lambda m: m.start)
    return Reading(
        plain, language, tokens, spans, parts, found, numbers, organisations, mentions, cased, sender, event_words
    )


def spoken(text: str, language: Language, *, whole: str = "") -> str:
    """Dictated signs („Komma“, „Punkt“) as signs; the length stays, so that offsets stay.

    Only where the writer dictates: at least two of them, or one in a text without any sign of its own.
    """
    if not language.dictation:
        return text
    tokens = tokenise(text, digraphs=language.digraphs)
    hits: list[tuple[int, int, str]] = []
    index = 0
    while index < len(tokens):
        for words, sign in language.dictation.items():
            if tuple(t.key for t in tokens[index : index + len(words)]) == words:
                hits.append((tokens[index].start, tokens[index + len(words) - 1].end, sign))
                index += len(words) - 1
                break
        index += 1
    dictated = bool(whole) and spoken(whole, language) != whole
    if len(hits) < 2 and not dictated and not (hits and not re.search(r"[.,!?]", text)):
        return text
    for start, end, sign in hits:
        text = text[:start] + sign.ljust(end - start) + text[end:]
    return text


def _shortest(spans: list[Span], tokens: Sequence[Token]) -> list[Span]:
    """Without spans that reach over a comma into the next clause where their verb is complete before it.

    „Ich sage zu, Ines Blum sagt ab“ says nothing of „sage … ab“.
    """
    complete = [s for s in spans if s.kind in _VERBS and s.end - s.start > 1]
    kept = []
    for span in spans:
        commas = [i for i in range(span.start, span.end) if tokens[i].text in ",;"] if span.kind in _VERBS else []
        if commas and any(
            s.start == span.start and s.end <= commas[0] and tokens[s.end - 1].key != tokens[span.end - 1].key
            for s in complete
        ):
            continue
        kept.append(span)
    return kept


def _mask(spans: list[Span]) -> list[Span]:
    masks = [s for s in spans if s.kind in ("neutral", "harmless_condition")]
    if not masks:
        return spans
    kept = []
    for span in spans:
        if span.kind in _MASKED and any(m.start <= span.start and span.end <= m.end for m in masks):
            continue
        if span.kind in ("one_more", "one_person_more", "kin") and any(
            m.start < span.end and span.start < m.end and m.kind == "harmless_condition" for m in masks
        ):
            # „falls noch jemand mitkommt“
            continue
        if span.kind in ("decline", "cannot") and any(
            m.start < span.end and span.start < m.end and m.kind == "neutral" and m.end >= span.end for m in masks
        ):
            # „komme nicht“ in „komme nicht allein“
            continue
        kept.append(span)
    return kept


def _is_cased(tokens: Sequence[Token], parts: Parts) -> bool:
    words = [
        t
        for t in tokens
        if t.kind == "word" and parts.body[0] <= t.start < parts.body[1] and t.text[:1].lower() != t.text[:1].upper()
    ]
    if not words:
        return True
    capitals = sum(t.is_capital for t in words)
    if not capitals and len(words) <= _SHORT_BODY and parts.greeting[:1].isupper():
        # One short sentence behind „Merhaba,“ has no reason for a capital.
        return True
    shouted = sum(t.text.isupper() and len(t.text) > 1 for t in words)
    if shouted > 0.6 * len(words):
        return False
    return capitals >= max(1, 0.04 * len(words)) and not (
        capitals <= 2 and len(words) > 12 and capitals < 0.08 * len(words)
    )


def _event_words(tokens: Sequence[Token], event: Event, language: Language) -> frozenset[int]:
    """Tokens of the event's place, address, title and hosts, at least two in a row (or the place's first word)."""
    found: set[int] = set()
    phrases = [event.place, event.address, event.title, *event.hosts, *(t.title for t in event.theme_tables)]
    for phrase in phrases:
        keys = [fold(w, language.digraphs) for w in re.findall(r"[^\W\d_]+", phrase)]
        known = set(keys)
        index = 0
        while index < len(tokens):
            run = index
            while (
                run < len(tokens)
                and (tokens[run].key.split("'")[0] in known or tokens[run].text in "-,")
                and tokens[run].kind != "nl"
            ):
                run += 1
            words = [i for i in range(index, run) if tokens[i].is_word]
            if len(words) >= 2:
                found |= set(words)
            index = max(run, index + 1)
    return frozenset(found)


def _is_bare_line(sentence: Sentence, tokens: Sequence[Token], language: Language, text: str) -> bool:
    """A line of its own with nothing but a name, perhaps with something in brackets or after a comma."""
    first = tokens[sentence.start]
    line_start = text.rfind("\n", 0, first.start) + 1
    if text[line_start : first.start].strip():
        return False
    head: list[Token] = []
    for token in tokens[sentence.start : sentence.end]:
        if token.kind == "punct" and token.text in ",(–-:|/" and head:
            break
        if token.is_word:
            head.append(token)
        elif token.kind == "num":
            return False
    if not 1 < len(head) <= 6:
        return False
    particles = language.options.get("particles", "").replace(",", " ").split()
    bicameral = [t for t in head if t.text[:1].lower() != t.text[:1].upper()]
    if not bicameral:
        return (
            len(head) <= 4
            and sentence.end - sentence.start <= 14
            and not any(language.is_known(t.key) for t in head[:1])
        )
    return all(t.is_capital or t.key in particles or t.key in ("und", "and", "ve", "und") for t in head) and any(
        not language.is_ordinary(t.key) for t in head
    )


def _reversed_row(reader: NameReader, start: int, end: int) -> list[Mention]:
    """„Ouali, Mohamed; Bennani, Khadija“: pairs parted by semicolons."""
    tokens = reader.tokens
    if sum(t.text in ";؛" for t in tokens[start:end]) < 1:
        return []
    found = []
    at = start
    for index in range(start, end + 1):
        if index == end or tokens[index].text in ";؛":
            commas = [i for i in range(at, index) if tokens[i].text == ","]
            if len(commas) == 1:
                head = at
                while head < commas[0] and (tokens[head].kind in ("nl", "num") or tokens[head].kind == "punct"):
                    head += 1
                colon = [i for i in range(head, commas[0]) if tokens[i].text == ":"]
                head = colon[-1] + 1 if colon else head
                head = reader.skip_titles(head)
                left_end, last = reader.read(head, forced=True)
                right = reader.skip_titles(commas[0] + 1)
                right_end, first = reader.read(right, forced=True)
                if last and first and left_end == commas[0] and right_end >= index - 1:
                    found.append(Mention(f"{first} {last}", head, right_end, head, strong=True, via="reversed"))
            at = index + 1
    return found if len(found) >= 2 else []
