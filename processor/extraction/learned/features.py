"""What the learned reader sees of each word: its shape, what the language files say of it, its clause and line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from processor.extraction import nouns
from processor.extraction.facts import Facts
from processor.extraction.layout import BULLET, Segment, Sentence
from processor.extraction.learned.stream import Stream
from processor.extraction.reading import Reading
from processor.extraction.tokens import Token

#: Kinds of words whose presence in the clause or sentence tells something of every name in it.
_CLAUSE: Final = frozenset(
    (
        "come",
        "come_i",
        "come_we",
        "register",
        "register_i",
        "register_we",
        "decline",
        "cannot",
        "cancel",
        "negation",
        "instead",
        "instead_of_me",
        "i",
        "we",
        "me",
        "us",
        "kin",
        "people",
        "persons",
        "total",
        "prior",
        "regret",
        "addressed",
        "greets_only",
        "with",
        "without",
        "sends",
        "brings",
        "copula",
        "reporting",
        "condition",
        "doubt",
        "question",
        "event_word",
        "table_word",
        "label_name",
        "replace_word",
        "joins",
        "but",
        "more",
        "fewer",
        "one_more",
        "request",
        "him",
    )
)
#: Kinds whose nearest one to the left and right in the sentence is told.
_CUES: Final = frozenset(
    ("come", "come_i", "come_we", "register", "decline", "cannot", "cancel", "negation", "instead", "with", "without")
)
_FAR: Final = 3


def shape(token: Token) -> str:
    """A word's outer form: „Xx“ with a capital, „X“ in capitals, „n“ in a script without capitals."""
    if token.kind != "word":
        return token.text[:1] if token.kind == "punct" else token.kind
    text = token.text
    if text[:1].lower() == text[:1].upper():
        return "n"
    if text.isupper():
        return "X" if len(text) > 1 else "I"
    if text[:1].isupper():
        return "X-x" if "-" in text else "Xx"
    return "x"


def features(stream: Stream) -> list[list[str]]:
    """For each word of a mail, what is known of it."""
    reading = stream.understood.reading
    kinds = kinds_of(stream)
    base = [_of_word(token, kinds[position], reading) for position, token in enumerate(stream.tokens)]
    more: list[list[str]] = [[] for _ in stream.tokens]
    _add_first_reader(stream, more)
    _add_clauses(stream, more)
    _add_lines(stream, kinds, more)
    found = []
    count = len(stream.tokens)
    near = [[f for f in words if f[:2] in ("k=", "w=")] for words in base]
    for position, token in enumerate(stream.tokens):
        own = [*base[position], *more[position], f"sec={stream.sections[position]}"]
        if token.kind == "word":
            own += (f"s3={token.key[-3:]}", f"s2={token.key[-2:]}", f"p3={token.key[:3]}")
        for step in (-3, -2, -1, 1, 2, 3):
            other = position + step
            if not 0 <= other < count:
                own.append(f"{step}:none")
                continue
            if stream.sections[other] != stream.sections[position]:
                own.append(f"{step}:sec{stream.sections[other]}")
            if abs(step) == 1:
                own += [f"{step}:{f}" for f in base[other]]
            elif abs(step) < _FAR:
                own += [f"{step}:{f}" for f in base[other] if f[:3] != "sh="]
            else:
                own += [f"{step}:{f}" for f in near[other]]
        found.append(own)
    return found


def kinds_of(stream: Stream) -> list[set[str]]:
    """What the language files say of each word."""
    reading = stream.understood.reading
    kinds: list[set[str]] = [set() for _ in stream.tokens]
    for span in reading.spans:
        for index in range(span.start, span.end):
            kinds[stream.start + index].add(span.kind)
    position = 0
    while position < len(stream.tokens):
        if stream.start <= position < stream.stop:
            position = stream.stop
            continue
        end = position
        while end < len(stream.tokens) and stream.sections[end] == stream.sections[position] and end != stream.start:
            end += 1
        for span in reading.language.find(stream.tokens[position:end]):
            for index in range(span.start, span.end):
                kinds[position + index].add(span.kind)
        position = max(end, position + 1)
    return kinds


def _of_word(token: Token, kinds: Iterable[str], reading: Reading) -> list[str]:
    form = shape(token)
    found = [f"sh={form}"]
    language = reading.language
    if token.kind == "word":
        known = language.is_known(token.key)
        common = bool(language.owners) and nouns.is_common(token.key, language.code)
        if known:
            found.append("known")
        if common:
            found.append("noun")
        if language.owners and nouns.is_person(token.key, language.code):
            found.append("person")
        if known or common or not token.is_capital:
            found.append(f"w={token.key}")
        elif form != "x":
            found.append("unk")
        if token.key in reading.sender:
            found.append("sender")
        value = language.numbers.get(token.key)
        if value is not None:
            found.append(f"n={min(value, 6)}")
    elif token.kind == "num":
        found.append(f"num{len(token.text)}")
        if len(token.text) == 1:
            found.append(f"n={min(int(token.text), 6)}" if token.text.isdecimal() else "n=?")
    else:
        found.append(f"w={token.text[:1]}")
    found += [f"k={kind}" for kind in kinds]
    return found


def _add_first_reader(stream: Stream, more: list[list[str]]) -> None:
    """What the first reader took each word for."""
    reading, facts = stream.understood.reading, stream.understood.facts
    for mention in reading.mentions:
        role = _role(mention.start, facts)
        for index in range(mention.start, mention.end):
            place = more[stream.start + index]
            first = "b" if index == mention.start else "i"
            place += (f"m={first}{mention.via}{'!' if mention.strong else ''}", f"role={role}")
    for body in reading.organisations:
        for index in range(body.start, body.end):
            more[stream.start + index].append(f"org={'b' if index == body.start else 'i'}{'P' if body.proper else 'p'}")
    for index in reading.event_words:
        more[stream.start + index].append("eventw")
    for index, account in reading.numbers.accounts.items():
        more[stream.start + index].append(f"acc={account}")


def _role(order: int, facts: Facts) -> str:
    for name, people in (("c", facts.comes), ("s", facts.stays), ("u", facts.unclear)):
        if any(p.order == order for p in people):
            return name
    return "-"


def _add_clauses(stream: Stream, more: list[list[str]]) -> None:
    reading = stream.understood.reading
    for number, sentence in enumerate(reading.sentences):
        for segment in sentence.segments:
            own = _of_clause(sentence, segment)
            own.append(f"sn={min(number, 3)}")
            for index in range(segment.start, segment.end):
                more[stream.start + index] += own
        cues = sorted(
            (span.start, span.end, span.kind)
            for segment in sentence.segments
            for kind in _CUES & segment.kinds.keys()
            for span in segment.kinds[kind]
        )
        for index in range(sentence.start, sentence.end):
            left = [kind for _, end, kind in cues if end <= index]
            right = [kind for start, _, kind in cues if start > index]
            place = more[stream.start + index]
            place.append(f"L={left[-1] if left else '-'}")
            place.append(f"R={right[0] if right else '-'}")


def _of_clause(sentence: Sentence, segment: Segment) -> list[str]:
    found = [f"pol={segment.polarity}{'o' if segment.own else ''}{'c' if segment.carried else ''}"]
    for flag, name in ((sentence.asks, "asks"), (sentence.is_item, "item"), (sentence.opens, "opens")):
        if flag:
            found.append(name)
    inside = _CLAUSE & segment.kinds.keys()
    found += [f"sg:{kind}" for kind in inside]
    around = {kind for other in sentence.segments for kind in other.kinds} & _CLAUSE
    found += [f"st:{kind}" for kind in around - inside]
    return found


def _add_lines(stream: Stream, kinds: list[set[str]], more: list[list[str]]) -> None:
    lines: list[list[int]] = [[]]
    for position, token in enumerate(stream.tokens):
        if token.kind == "nl":
            lines.append([])
        else:
            lines[-1].append(position)
    before = ""
    for line in lines:
        if not line:
            continue
        words = [p for p in line if stream.tokens[p].is_word]
        capitals = sum(stream.tokens[p].is_capital for p in words)
        own = [f"lw={min(len(words), 8)}", f"lb={before}"]
        if words and capitals == len(words):
            own.append("lcaps")
        text = "".join(f"{stream.tokens[p].text} " for p in line[:3])
        bullet = bool(BULLET.match(text))
        if bullet:
            own.append("bullet")
        colon = next((n for n, p in enumerate(line[:6]) if stream.tokens[p].text == ":"), None)
        for number, position in enumerate(line):
            place = more[position]
            place += own
            if number < 2:
                place.append(f"l{number}")
            if number == len(line) - 1:
                place.append("lend")
            if colon and number > colon:
                place.append(f"col:{stream.tokens[line[colon - 1]].key}")
                place += [f"colk:{kind}" for kind in kinds[line[colon - 1]]]
        before = ":" if stream.tokens[line[-1]].text == ":" else "*" if bullet else "-"
