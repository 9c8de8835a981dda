"""A text cut into greeting, body and what stands below the closing formula."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from processor.extraction.layout import BULLET
from processor.extraction.lexicon import Language, marked
from processor.extraction.patterns import Span
from processor.extraction.tokens import Token

_POSTSCRIPT = re.compile(r"^\s*(?:p\.?\s?){1,2}s\.?\s*[:.,-]?\s", re.IGNORECASE)


#: Closing formulas that are nothing else, however much stands behind them.
_FORMULAS = frozenset({"greeting", "closing", "title"})


_SHORT_CLOSINGS = frozenset({"mfg", "lg", "vg", "gruss", "grusse", "hochachtungsvoll", "grussle", "regards"})


#: Kinds that make a line a statement and never a signature.
PREDICATES = frozenset(
    {
        "come",
        "come_i",
        "come_we",
        "register",
        "register_i",
        "register_we",
        "decline",
        "cancel",
        "cannot",
        "need_vegan",
        "total",
    }
)


@dataclass(slots=True, frozen=True)
class Parts:
    """Offsets in the text: the greeting ends, the body ends; ``after`` is a postscript's range or empty."""

    greeting: str
    body: tuple[int, int]
    after: tuple[int, int]
    #: Lines below the closing formula, that on its own line included.
    tail: tuple[str, ...]


def _lines(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for line in text.split("\n"):
        found.append((at, line))
        at += len(line) + 1
    return found


def split_text(text: str, languages: Sequence[Language], sender: frozenset[str], *, signature: str = "") -> Parts:
    """Cuts greeting and tail off.

    :param languages: the mail's own first; greetings and closings of all of them count.
    :param sender: folded words of the sender's name, to know it where it stands alone.
    """
    lines = _lines(text)
    start, greeting = _greeting(lines, languages)
    lines = _without_signature(lines, start, signature, languages[0])
    ps_start = len(text)
    for at, line in lines:
        if at >= start and _POSTSCRIPT.match(line) and at > start:
            ps_start = at
            break
    end, tail = _tail(
        [(at, line) for at, line in lines if start <= at < ps_start or at < start < at + len(line)],
        start,
        languages,
        sender,
        ps_start,
    )
    end = min(end, lines[-1][0] + len(lines[-1][1])) if lines else end
    after = (ps_start, len(text)) if ps_start < len(text) else (len(text), len(text))
    if after[0] < after[1]:
        rest = _lines(text[after[0] :])
        ps_end, more = _tail([(after[0] + at, line) for at, line in rest], after[0], languages, sender, len(text))
        after = (after[0], ps_end)
        tail = [*tail, *more]
    return Parts(greeting, (start, max(start, end)), after, tuple(t for t in tail if t.strip()))


def _without_signature(
    lines: list[tuple[int, str]], start: int, signature: str, own: Language
) -> list[tuple[int, str]]:
    """The lines without those at the end that are the signature's."""
    below = {line.strip() for line in signature.split("\n") if line.strip()}
    below -= {line for line in below if _is_statement(line, own)}
    kept = len(lines)
    while (
        kept > 1
        and lines[kept - 1][0] > start
        and (not lines[kept - 1][1].strip() or lines[kept - 1][1].strip() in below)
    ):
        kept -= 1
    return lines[:kept]


def _is_statement(line: str, own: Language) -> bool:
    """Whether a line says something, rather than naming somebody: it has a verb and a subject or a full stop."""
    kinds = {s.kind for s in _spans(line, own)[1]}
    return bool(kinds & PREDICATES) and (
        line.endswith((".", "!", "?")) or bool(kinds & {"i", "we", "come_i", "come_we", "me", "us"})
    )


def _spans(line: str, language: Language) -> tuple[list[Token], list[Span]]:
    return marked(language, line)


def _greeting(lines: list[tuple[int, str]], languages: Sequence[Language]) -> tuple[int, str]:
    """Offset where the greeting ends, and its words."""
    end = 0
    words: list[str] = []
    for at, line in lines:
        if not line.strip():
            if not words:
                end = at
            continue
        cut = max((_greeting_length(line, language, own=language is languages[0]) for language in languages), default=0)
        if not cut:
            break
        words.append(line[:cut])
        end = at + cut
        if line[cut:].strip(" ,!.:;"):
            break
    return end, "\n".join(words)


def _greeting_length(line: str, language: Language, *, own: bool) -> int:
    """Characters of the line that are a greeting; 0 where it is none."""
    tokens, spans = marked(language, line, None if own else _FORMULAS)
    first = max((s.end for s in spans if s.kind == "greeting" and s.start == 0), default=0)
    if not first:
        return 0
    # Greeting formulas follow each other: "Bonjour, guten Tag".
    stop = len(tokens)
    for index in range(first, len(tokens)):
        token = tokens[index]
        if token.text in ",،!.:–-" and token.kind == "punct":
            following = max((s.end for s in spans if s.kind == "greeting" and s.start == index + 1), default=0)
            if following:
                continue
            if (
                token.text == "."
                and index
                and (
                    tokens[index - 1].key in ("dr", "fr", "hr", "prof", "mr", "mrs", "ms")
                    or len(tokens[index - 1].text) == 1
                )
            ):
                continue
            stop = index + 1
            break
    head = [s for s in spans if s.start < stop]
    busy = any(s.kind in PREDICATES | {"i", "we", "me"} and s.start >= first for s in head)
    if stop - first <= 12 and not busy:
        return tokens[stop - 1].end if stop else len(line)
    # No sign after the greeting: only its own words, and a title with a name.
    index = first
    while index < len(tokens) and any(s.kind in ("title", "greeting") and s.start <= index < s.end for s in spans):
        index += 1
    if index > first and index < len(tokens) and not language.is_known(tokens[index].key):
        index += 1
    return tokens[index - 1].end


def _tail(
    lines: list[tuple[int, str]],
    start: int,
    languages: Sequence[Language],
    sender: frozenset[str],
    limit: int,
) -> tuple[int, list[str]]:
    """Offset where the body ends, and the lines below."""
    own = languages[0]
    infos = []
    for at, line in lines:
        if at < start:
            line = line[start - at :]
            at = start
        tokens, spans = _spans(line, own)
        infos.append((at, line, tokens, spans, any(s.kind in PREDICATES for s in spans)))
    busy_below = False
    closing_at: int | None = None
    for index in range(len(infos) - 1, -1, -1):
        at, line, _, _, busy = infos[index]
        length = max((_closing_length(line, language, languages[0]) for language in languages), default=0)
        if length and not busy_below:
            closing_at = index
        busy_below = busy_below or (busy and not length)
        if busy_below:
            break
    if closing_at is not None:
        at, line = infos[closing_at][0], infos[closing_at][1]
        length = max(_closing_length(line, language, languages[0]) for language in languages)
        rest = line[length:].strip(" ,.!;:-")
        return at, [rest, *(info[1] for info in infos[closing_at + 1 :])]
    # A closing formula within the last line that has words.
    last = next((i for i in range(len(infos) - 1, -1, -1) if infos[i][1].strip()), None)
    if last is None:
        return limit, []
    at, line, tokens, _s, _b = infos[last]
    for language in languages:
        for span in sorted(language.find(tokens), key=lambda s: s.start):
            if span.kind == "closing" and span.start > 0 and len(tokens) - span.end <= 9:
                words = [t for t in tokens[span.end :] if t.is_word]
                plain = [t for t in words if own.is_known(t.key) and t.key not in sender]
                if not plain or (
                    (span.end - span.start > 1 or tokens[span.start].key in _SHORT_CLOSINGS)
                    and not any(
                        s.start >= span.end and s.kind in (PREDICATES | {"i", "we", "me"}) for s in own.find(tokens)
                    )
                ):
                    return at + tokens[span.start].start, [line[tokens[span.end - 1].end :].strip(" ,.!")]
    # No formula: lines at the end that are the sender's name, or look like one.
    cut = len(infos)
    best = cut
    for index in range(len(infos) - 1, 0, -1):
        at, line, tokens, spans, busy = infos[index]
        if not line.strip():
            continue
        words = [t for t in tokens if t.is_word]
        if busy or BULLET.match(line) or len(words) > 9 or len(infos) - index > 9:
            break
        if infos[index - 1][1].rstrip().endswith(":"):
            # A list below its heading, up to the next empty line.
            best = next((i for i in range(index, cut) if not infos[i][1].strip()), cut)
            best = best if any(info[1].strip() for info in infos[best:]) else cut
            break
        if _is_name_line(tokens, own, sender):
            best = index
    if best < cut:
        return infos[best][0], [info[1] for info in infos[best:]]
    # The name as the last words of the last line.
    ends = [i for i, t in enumerate(tokens[:-1]) if t.text in ".!?)" and t.kind == "punct"]
    infos_last = infos[last]
    if ends:
        rest_tokens = [t for t in infos_last[2][ends[-1] + 1 :] if t.kind != "nl"]
        if rest_tokens and _is_name_line(rest_tokens, own, sender) and any(t.key in sender for t in rest_tokens):
            offset = rest_tokens[0].start
            return infos_last[0] + offset, [infos_last[1][offset:]]
    return limit, []


def _closing_length(line: str, language: Language, own: Language) -> int:
    """Characters of a closing formula at the beginning of the line, where the line is little else."""
    tokens, spans = marked(language, line, None if language is own else _FORMULAS)
    end = max((s.end for s in spans if s.kind == "closing" and s.start == 0), default=0)
    if not end:
        return 0
    while True:
        further = max((s.end for s in spans if s.kind == "closing" and s.start <= end + 1 and s.end > end), default=end)
        if further == end:
            break
        end = further
    rest = [t for t in tokens[end:] if t.kind != "punct"]
    if any(s.kind in PREDICATES and s.start >= end for s in spans) or len(rest) > 7:
        return 0
    if rest and any(own.is_known(t.key) and not t.is_capital for t in rest if t.is_word):
        return 0 if len(rest) > 4 or line.rstrip().endswith((".", "!", ",")) else len(line)
    return tokens[end - 1].end


def _is_name_line(tokens: Sequence[Token], language: Language, sender: frozenset[str]) -> bool:
    """Whether the line begins with what looks like a person's name (a function or association may follow)."""
    head: list[Token] = []
    for token in tokens:
        if (token.kind == "punct" and token.text in ",(|/–-") or token.kind == "num":
            break
        if token.is_word:
            head.append(token)
    if not head or len(head) > 6:
        return False
    hits = sum(t.key in sender for t in head)
    if hits and hits >= len(head) - 1:
        return True
    particles = set(language.options.get("particles", "").replace(",", " ").split())
    named = [
        t
        for t in head
        if (t.is_capital or (t.text[:1].isalpha() and not t.text[:1].islower())) and not language.is_ordinary(t.key)
    ]
    rest = [t for t in head if t not in named and t.key not in particles and t.text != "."]
    return 2 <= len(named) <= 4 and not rest
