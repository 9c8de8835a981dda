"""Associations and other bodies: by their legal form and the nouns that such names are built on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from processor.extraction.lexicon import Language
from processor.extraction.patterns import Span
from processor.extraction.tokens import Token, fold

_QUOTES = "„“”\"«»‚‘’'›‹"
_LEGAL = re.compile(r"\b(e\.?\s?v\.?|ggmbh|gmbh|ug|gug|eg|i\.?\s?g\.?)(?=\W|$)", re.IGNORECASE)


@dataclass(slots=True, frozen=True)
class Organisation:
    """An organisation named at a place in the text."""

    name: str
    start: int
    end: int
    #: Whether a legal form or at least two words make it a name, not a mere noun.
    proper: bool


def find_organisations(
    text: str, tokens: Sequence[Token], spans: Sequence[Span], language: Language, *, cased: bool, stop: frozenset[int]
) -> list[Organisation]:
    """All organisations in the tokens.

    :param stop: token indices that no organisation's name may reach over (titles and line ends are known).
    """
    anchors = sorted(
        {s.start for s in spans if s.kind == "organisation"} | {s.end - 1 for s in spans if s.kind == "org_tail"}
    )
    titles = {s.start for s in spans if s.kind in ("title", "greeting", "self_name")}
    found: list[Organisation] = []
    for anchor in anchors:
        if found and anchor < found[-1].end:
            continue
        token = tokens[anchor]
        tail = any(s.kind == "org_tail" and s.end - 1 == anchor for s in spans)
        if not tail and cased and not token.is_capital and token.text[:1].lower() != token.text[:1].upper():
            if not _names_follow(tokens, anchor):
                continue
            end = _right(tokens, anchor, language, spans, titles | stop, cased=cased)
            name = text[tokens[anchor].start : tokens[end - 1].end].strip(" ,;:\n")
            if end - anchor >= 2:
                found.append(Organisation(re.sub(r"\s*\n\s*", " ", name), anchor, end, proper=True))
            continue
        if not tail and cased and _is_surname(tokens, anchor, language):
            continue
        start = _left(tokens, anchor, language, titles | stop, cased=cased)
        end = _right(tokens, anchor, language, spans, titles | stop, cased=cased)
        if found and start < found[-1].end:
            start = found[-1].end
        while start < end and (tokens[start].kind == "nl" or tokens[start].text in ",.;:"):
            start += 1
        if start >= end:
            continue
        name = text[tokens[start].start : tokens[end - 1].end].strip(" ,;:\n")
        name = re.sub(r"\s*\n\s*", " ", name)
        words = [t for t in tokens[start:end] if t.is_word]
        solid = [t for t in words if not language.is_known(t.key) or t.text.isupper() or "-" in t.text]
        has_tail = any(s.kind == "org_tail" and start <= s.start < end for s in spans)
        proper = (has_tail and len(words) > 1) or (
            len(words) >= 2 and (bool(solid) or len(words) >= 3 or _is_place_name(words))
        )
        found.append(Organisation(name, start, end, proper))
    found += _abbreviated(text, tokens, spans, language, found, titles | stop, cased=cased)
    found += _after_preposition(text, tokens, spans, language, found, titles, cased=cased)
    return sorted(found, key=lambda o: o.start)


def _abbreviated(
    text: str,
    tokens: Sequence[Token],
    spans: Sequence[Span],
    language: Language,
    found: Sequence[Organisation],
    stop: frozenset[int] | set[int],
    *,
    cased: bool,
) -> list[Organisation]:
    """„FK Bosna 92“, „AG 60 plus“: two to five capitals before another name."""
    extra: list[Organisation] = []
    if not cased:
        return extra
    for index in range(len(tokens) - 1):
        token = tokens[index]
        if not (token.kind == "word" and token.text.isupper() and token.text.isalpha() and 2 <= len(token.text) <= 5):
            continue
        if (
            language.is_known(token.key)
            or _ROMAN.match(token.text)
            or index in stop
            or any(o.start <= index < o.end for o in [*found, *extra])
        ):
            continue
        following = tokens[index + 1]
        if following.kind == "num" or not (following.is_word and following.is_capital and not following.text.isupper()):
            continue
        if index and any(s.end == index and s.kind == "title" for s in spans):
            continue
        end = _right(tokens, index, language, spans, stop, cased=cased)
        if end - index >= 2:
            extra.append(Organisation(text[token.start : tokens[end - 1].end], index, end, proper=True))
    return extra


def _names_follow(tokens: Sequence[Token], anchor: int) -> bool:
    """„об'єднання «Світанок»“: a small head noun with a name in quotes, or in capitals, behind it."""
    if anchor + 1 >= len(tokens):
        return False
    following = tokens[anchor + 1]
    return following.text in _QUOTES


_ROMAN = re.compile(r"^(?:I{2,3}|I?V|VI{1,3}|I?X)$")
#: Endings that surnames have as well.
_SURNAME_ENDINGS = ("haus", "werk", "bund", "kreis", "rat", "hilfe", "chor", "kirch", "schule", "amt", "haus")


def _is_surname(tokens: Sequence[Token], anchor: int, language: Language) -> bool:
    """„Lea-Marie Dörpinghaus“: behind an unknown word that is no adjective, and without an article before."""
    token = tokens[anchor]
    if not token.key.endswith(_SURNAME_ENDINGS) or anchor == 0:
        return False
    before = tokens[anchor - 1]
    if not (before.is_word and before.is_capital) or language.is_known(before.key) or before.text.isupper():
        return False
    return not before.key.endswith(("er", "es", "en", "em", "e", "isch"))


def _after_preposition(
    text: str,
    tokens: Sequence[Token],
    spans: Sequence[Span],
    language: Language,
    found: Sequence[Organisation],
    titles: set[int],
    *,
    cased: bool,
) -> list[Organisation]:
    """„vom Circolo Italiano Gelsenkirchen“: capitals behind words that only bodies follow."""
    extra: list[Organisation] = []
    for span in spans:
        if span.kind != "org_before" or not cased:
            continue
        end = span.end
        while end < len(tokens) and (tokens[end].text in _QUOTES):
            end += 1
        first = end
        while end < len(tokens) and tokens[end].is_word and tokens[end].is_capital and end not in titles:
            if language.is_known(tokens[end].key) and not _place_like(tokens[end], language):
                break
            end += 1
        words = tokens[first:end]
        if not words or all(language.is_known(t.key) for t in words):
            continue
        if len(words) < 2 and not any(t.text.isupper() and len(t.text) > 1 for t in words):
            continue
        if any(o.start <= first < o.end or first <= o.start < end for o in [*found, *extra]):
            continue
        extra.append(Organisation(text[tokens[first].start : tokens[end - 1].end], first, end, proper=True))
    return extra


def _is_place_name(words: Sequence[Token]) -> bool:
    return len(words) >= 2 and all(w.is_capital for w in words)


def _left(
    tokens: Sequence[Token], anchor: int, language: Language, stop: frozenset[int] | set[int], *, cased: bool
) -> int:
    start = anchor
    while start > 0:
        before = tokens[start - 1]
        if start - 1 in stop or before.kind == "nl":
            break
        if before.text in _QUOTES or (before.text in "-–/&" and start >= 2 and tokens[start - 2].is_capital):
            start -= 1
            continue
        if before.kind == "num" and start - 2 >= 0 and tokens[start - 2].is_capital and tokens[anchor].kind != "num":
            start -= 1
            continue
        if before.kind == "abbr" or (
            before.text == "."
            and start >= 2
            and tokens[start - 2].key in ("ev", "kath", "st", "dt", "isl", "int", "sv", "alev", "türk")
        ):
            start -= 1 if before.kind == "abbr" else 2
            continue
        if not before.is_word:
            break
        if cased and before.text[:1].lower() != before.text[:1].upper():
            sentence_start = start - 2 < 0 or tokens[start - 2].kind == "nl" or tokens[start - 2].text in ".!?:"
            if not before.is_capital:
                if (
                    before.key
                    in (
                        "fur",
                        "der",
                        "des",
                        "und",
                        "in",
                        "im",
                        "am",
                        "zur",
                        "fuer",
                        "de",
                        "del",
                        "la",
                        "of",
                        "for",
                        "du",
                        "des",
                        "les",
                        "i",
                        "ve",
                    )
                    and start >= 2
                    and tokens[start - 2].is_capital
                    and not _is_article(tokens, start - 1)
                ):
                    start -= 1
                    continue
                break
            if (
                sentence_start
                and language.is_known(before.key)
                and not before.key.endswith(
                    ("isch", "ischer", "ische", "isches", "ischen", "haus", "verein", "gemeinde", "hilfe")
                )
            ):
                break
            start -= 1
            continue
        if language.is_known(before.key) and not before.key.endswith(("ischer", "ische", "isches", "ischen")):
            break
        start -= 1
    while start < anchor and (
        tokens[start].text in "-–/&"
        or (
            tokens[start].is_word
            and not tokens[start].is_capital
            and cased
            and tokens[start].key in ("fur", "der", "des", "und", "in", "im", "am")
        )
    ):
        start += 1
    return start


def _is_article(tokens: Sequence[Token], index: int) -> bool:
    """„Name und Verein“: an „und“ before an anchor joins two things unless adjectives are joined."""
    return tokens[index].key in ("und", "ve", "i", "der", "in") and not tokens[index - 1].text.endswith("-")


def _right(
    tokens: Sequence[Token],
    anchor: int,
    language: Language,
    spans: Sequence[Span],
    stop: frozenset[int] | set[int],
    *,
    cased: bool,
) -> int:
    end = anchor + 1
    tails = {s.start: s.end for s in spans if s.kind == "org_tail"}
    while end < len(tokens):
        token = tokens[end]
        if end in tails:
            end = tails[end]
            while (
                end < len(tokens)
                and tokens[end].text == "."
                and tokens[end].start == tokens[end - 1].end
                and "." in tokens[end - 1].text
            ):
                end += 1
            if end < len(tokens) and tokens[end].text == "(" and end + 2 < len(tokens) and tokens[end + 2].text == ")":
                end += 3
            break
        if end in stop or token.kind == "nl":
            break
        if token.text in _QUOTES:
            close = next((i for i in range(end + 1, min(end + 7, len(tokens))) if tokens[i].text in _QUOTES), None)
            if close is None:
                break
            end = close + 1
            continue
        if token.text in "-–/&" and end + 1 < len(tokens) and tokens[end + 1].is_capital and token.text != "–":
            end += 2
            continue
        if (
            token.kind == "num"
            and (len(token.text) == 4 or len(token.text) == 2)
            and end + 1 <= len(tokens)
            and (token.text[:2] in ("18", "19", "20") or token.text[0] == "0")
        ):
            end += 1
            continue
        if (
            token.text == "("
            and end + 2 < len(tokens)
            and tokens[end + 2].text == ")"
            and tokens[end + 1].text.isupper()
        ):
            end += 3
            break
        if not token.is_word:
            if token.text == "." and token.start == tokens[end - 1].end and tokens[end - 1].key in ("st", "hl", "sf"):
                end += 1
                continue
            break
        if cased and token.text[:1].lower() != token.text[:1].upper():
            if (token.is_capital and token.key not in language.known) or (
                token.is_capital and _place_like(token, language)
            ):
                end += 1
                continue
            if (
                not token.is_capital
                and token.key
                in (
                    "fur",
                    "fuer",
                    "der",
                    "des",
                    "am",
                    "im",
                    "in",
                    "zur",
                    "an",
                    "aus",
                    "de",
                    "del",
                    "della",
                    "of",
                    "for",
                    "du",
                    "des",
                    "i",
                    "u",
                    "ve",
                    "und",
                    "e",
                )
                and end + 1 < len(tokens)
                and (tokens[end + 1].is_capital or tokens[end + 1].text in _QUOTES)
                and end + 1 not in stop
            ):
                if token.key in ("und", "i", "u", "ve", "e") and not _tail_follows(end + 1, tokens, tails):
                    break
                if token.key in ("in", "im", "am", "aus", "an") and not tokens[end + 1].is_capital:
                    break
                end += 2
                continue
            if token.is_capital and _tail_follows(end, tokens, tails):
                end += 1
                continue
            break
        if language.is_known(token.key):
            break
        end += 1
    return end


def _place_like(token: Token, language: Language) -> bool:
    places = language.options.get("places", "")
    return fold(token.text, language.digraphs) in places.replace(",", " ").split()


def _tail_follows(index: int, tokens: Sequence[Token], tails: dict[int, int]) -> bool:
    """Whether a legal form comes within a few words on the same line."""
    for ahead in range(index, min(index + 6, len(tokens))):
        if ahead in tails:
            return True
        if tokens[ahead].kind == "nl" or tokens[ahead].text in ",.;:!?(":
            return False
    return False


def words_of(name: str) -> frozenset[str]:
    """Comparable words of an organisation's name: no legal form, no case endings."""
    words = re.findall(r"\w+", fold(_LEGAL.sub(" ", name), digraphs=True))
    return frozenset(re.sub(r"(en|er|es|em|e|n|s)$", "", w) if len(w) > 5 else w for w in words)


def agree(first: str, second: str) -> bool:
    """Whether two names mean the same body: one is a shorter form of the other."""
    a, b = words_of(first), words_of(second)
    return bool(a and b) and (a <= b or b <= a)
