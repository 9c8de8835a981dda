"""The organisation that the writer speaks for."""

from __future__ import annotations

import re

from processor.extraction.contact import (
    Signature,
    display_person,
    name_keys,
)
from processor.extraction.lexicon import Language
from processor.extraction.organisations import agree, words_of
from processor.extraction.polarity import is_open_question
from processor.extraction.reading import Reading
from processor.extraction.tokens import tokenise
from processor.message import Message

#: A noun for a body that is longer is a compound, and may be a name.
_COMPOUND = 9


def affiliation(
    reading: Reading, signature: Signature, display: str, person: str, message: Message
) -> tuple[str, tuple[int, int] | None, str]:
    """The fullest form of the sender's organisation; its offsets in the text; a reason where two are named."""
    begin, end = reading.parts.body
    inside = [
        o
        for o in reading.organisations
        if o.proper
        and (
            begin <= reading.tokens[o.start].start < end
            or reading.parts.after[0] <= reading.tokens[o.start].start < reading.parts.after[1]
        )
        and not set(range(o.start, o.end)) & reading.event_words
    ]
    office = {"referat", "integrationsrat", "stadt"}
    inside = [o for o in inside if not any(t.key in office for t in reading.tokens[o.start : o.end])]
    firm: list[tuple[str, tuple[int, int] | None]] = []
    loose: list[tuple[str, tuple[int, int] | None]] = []
    for o in inside:
        place = reading.place_of(o.start)
        at = (reading.tokens[o.start].start, reading.tokens[o.end - 1].end)
        if place and place[0].is_item and any(m.end <= o.start and place[0].start <= m.start for m in reading.mentions):
            # Behind a name in a list: what that person does.
            loose.append((o.name, at))
            continue
        speaks = place is not None and (place[1].polarity > 0 or place[1].has("i", "we", "org_before", "self_name"))
        (firm if speaks else loose).append((o.name, at))
    shown = _display_organisation(display, person, signature, reading.language) or _display_organisation(
        message.sender.name, display_person(message.sender.name, reading.language), signature, reading.language
    )
    chosen: tuple[str, tuple[int, int] | None] = ("", None)
    if signature.organisation:
        chosen = (signature.organisation, None)
    elif firm:
        chosen = firm[0]
    elif shown:
        chosen = (shown, None)
    elif loose:
        chosen = loose[0]
    for name, span in [*firm, *loose, (shown, None)]:
        if name and agree(name, chosen[0]) and len(words_of(name)) > len(words_of(chosen[0])):
            chosen = (name, span)
    if shown and chosen[0] and chosen[0][:1].islower() and words_of(shown) & words_of(chosen[0]):
        chosen = (shown, None)
    clash = ""
    coming = [n for n, s in firm if not agree(n, chosen[0])]
    if coming and not signature.organisation:
        clash = f"Zwei Organisationen sind genannt: {chosen[0]} und {coming[0]}"
    return chosen[0], chosen[1], clash


def hidden_organisation(reading: Reading) -> str:
    """A compound noun for a body („ANATOLIENHAUS“) that no name could be built on."""
    for o in reading.organisations:
        token = reading.tokens[o.start]
        place = reading.place_of(o.start)
        if o.start in reading.event_words or place is None or is_open_question(place[0]):
            continue
        if (
            not o.proper
            and len(token.key) > _COMPOUND
            and any(s.kind == "organisation" and s.start == o.start for s in reading.spans)
        ):
            return o.name
    return ""


def _display_organisation(display: str, person: str, signature: Signature, language: Language) -> str:
    """A display name that is an association's: by its words, or because somebody else signs."""
    name = display.strip(" \"'")
    if not name or person or "@" in name or re.search(r"[&+]|\bteam\b", name, re.IGNORECASE):
        return ""
    tokens = [t for t in tokenise(name, digraphs=language.digraphs) if t.is_word]
    kinds = {s.kind for s in language.find(tokens)}
    if kinds & {"organisation", "org_tail"}:
        return name
    if kinds & {"family", "title"} or len(tokens) < 2 or not all(t.is_capital for t in tokens):
        return ""
    signed = name_keys(" ".join(signature.names), digraphs=language.digraphs)
    return name if signed and not signed & {t.key for t in tokens} else ""
