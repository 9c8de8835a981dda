"""What the learned reader sees of a mail as a whole: its words in order, with names and numbers as labels."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import Final

from processor.extraction import nouns
from processor.extraction.learned.stream import BODY, POSTSCRIPT, SUBJECT, Stream
from processor.extraction.learned.tags import Tagging
from processor.extraction.understanding import Understanding

#: Words by which our own earlier answers are known where a mail quotes them.
_CONFIRMED: Final = ("bestätig", "vorgemerkt", "sind angemeldet", "confirm")
_SIGNS: Final = frozenset("?!.,:;")
#: Kinds of words that tell something in pairs.
_PAIRS: Final = frozenset(
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
        "i",
        "we",
        "me",
        "us",
        "kin",
        "people",
        "persons",
        "total",
        "prior",
        "instead",
        "instead_of_me",
        "doubt",
        "condition",
        "regret",
        "one_more",
        "more",
        "fewer",
        "question",
        "asks",
        "request",
        "uncancel",
        "remain",
        "correction",
        "family",
        "him",
        "reporting",
        "with",
        "change_noun",
        "thanks_only",
        "past_event",
        "other_event",
    )
)
_MOST: Final = 4


def overall(stream: Stream, tagging: Tagging) -> set[str]:
    """What is known of a mail as a whole."""
    understood = stream.understood
    found = _words(stream, tagging) | _surroundings(understood) | _clauses(understood) | _first_reader(understood)
    counts = Counter(t.label for t in tagging.tags if stream.sections[t.start] in "GBPTS")
    for label, count in counts.items():
        found.add(f"n{label}:{min(count, _MOST)}")
    found |= {f"no{label}" for label in "CAXGTYOD" if not counts[label]}
    return found


def stem_of(reason: str) -> str:
    """A reason without what it quotes, so that reasons of one kind are alike."""
    plain = re.sub(r"„.*?“", "„“", reason)
    plain = re.sub(r"\d+", "0", plain)
    plain = re.sub(r": [^„]*$", ":", plain)
    plain = re.sub(r"^(Ob|Von|Abgesagt wird für) .*? (kommt|ist nur|ob)", r"\1 \2", plain)
    return plain[:60]


def in_order(stream: Stream, tagging: Tagging) -> list[str]:
    """The words of the text, with tagged words as their labels and unknown ones without their letters."""
    tags = {t.start: t for t in tagging.tags if t.label not in "YORDQ"}
    language = stream.understood.reading.language
    accounts = stream.understood.reading.numbers.accounts
    row: list[str] = []
    position = 0
    while position < len(stream.tokens):
        if stream.sections[position] not in (BODY, POSTSCRIPT):
            position += 1
            continue
        if position in tags:
            row.append(f"<{tags[position].label}>")
            position = tags[position].end
            continue
        token = stream.tokens[position]
        if token.kind == "nl":
            row.append("<nl>")
        elif token.kind == "num":
            row.append(f"<{accounts.get(position - stream.start, 'num')}>")
        elif token.kind in ("mail", "url"):
            row.append("<mail>")
        elif token.kind == "punct":
            if token.text in _SIGNS:
                row.append(token.text)
        else:
            plain = (
                not token.is_capital
                or language.is_known(token.key)
                or (bool(language.owners) and nouns.is_common(token.key, language.code))
            )
            row.append(token.key if plain else "<?>")
        position += 1
    return row


def _words(stream: Stream, tagging: Tagging) -> set[str]:
    row = in_order(stream, tagging)
    found = {f"w:{word}" for word in row}
    found |= {f"b:{a} {b}" for a, b in pairwise(row)}
    found |= {f"t:{a} {b} {c}" for a, b, c in zip(row, row[1:], row[2:], strict=False)}
    found |= {
        f"s:{token.key}"
        for token, section in zip(stream.tokens, stream.sections, strict=True)
        if section == SUBJECT and token.is_word
    }
    found.add(f"len:{min(len(row) // 15, 8)}")
    if row:
        found.add(f"first:{row[0]}")
    return found


def _surroundings(understood: Understanding) -> set[str]:
    message = understood.message
    found = {f"lang:{understood.reading.language.code}", f"src:{understood.source}"}
    if message.is_reply:
        found.add("reply")
    if message.is_forward:
        found.add("forward")
    if message.quoted:
        found.add("quoted")
        if any(word in message.quoted.lower() for word in _CONFIRMED):
            found.add("confirmed")
    for attachment in message.attachments:
        if not attachment.decoration:
            found.add("unreadable" if attachment.unreadable else "attached")
    found.add("cased" if understood.reading.cased else "caseless")
    return found


def _clauses(understood: Understanding) -> set[str]:
    found: set[str] = set()
    for sentence in understood.reading.sentences:
        for segment in sentence.segments:
            state = f"{segment.polarity}{'o' if segment.own else ''}"
            found |= {f"k:{kind}" for kind in segment.kinds}
            found |= {f"k:{kind}/{state}" for kind in segment.kinds}
            core = sorted(_PAIRS & segment.kinds.keys())
            found |= {f"kk:{a}+{b}" for n, a in enumerate(core) for b in core[n + 1 :]}
            if sentence.asks:
                found |= {f"q:{kind}" for kind in segment.kinds}
        if sentence.asks:
            found.add("asks")
    return found


def _first_reader(understood: Understanding) -> set[str]:
    facts, verdict = understood.facts, understood.verdict
    found = {
        f"R:{verdict.intent.value}",
        f"Rs:{facts.sender}{facts.sender_by}",
        f"Rn:{min(len(verdict.reasons), _MOST)}",
        f"Rprior:{facts.has_prior}",
        f"Rinstead:{facts.has_instead}",
        f"Rrows:{bool(understood.rows.people)}",
    }
    found |= {f"rr:{stem_of(reason)}" for reason in (*verdict.reasons, *verdict.blocks)}
    for name in ("comes", "stays", "unclear", "companions", "totals", "more", "fewer", "open_numbers", "open_groups"):
        found.add(f"R{name}:{min(len(getattr(facts, name)), _MOST)}")
    return found
