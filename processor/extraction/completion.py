"""Names said in two places: „Herr Öner … sein Vorname ist Yaşar“, „Serkan, ich und Elif … alle Özkan“."""

from __future__ import annotations

from processor.extraction.facts import Facts, Person
from processor.extraction.reading import Reading

#: So many small words may stand between „Vorname“ and the name.
_BETWEEN = 3


def complete_names(reading: Reading, facts: Facts) -> None:
    """Puts the names of guests together where the text gives the other half elsewhere.

    What cannot be put together without doubt stays in ``facts.leftovers``.
    """
    if not reading.language.options.get("nouns_have_capitals"):
        if reading.has("label_last"):
            facts.leftovers.append("Der Nachname ist eigens genannt; die Namen muss jemand zusammensetzen")
        return
    single = [p for p in facts.comes if len(p.name.split()) == 1 and not p.is_sender]
    for kind, missing in (("label_first", True), ("label_last", False)):
        for span in reading.spans_of(kind):
            place = reading.place_of(span.start)
            if place is None or place[0].is_item or place[0].opens:
                continue
            index = _name_after(reading, span.end, place[0].end)
            open_ones = [p for p in single if p.titled == missing and len(p.name.split()) == 1]
            if index is None or len(open_ones) != 1:
                facts.leftovers.append("Vor- oder Nachname ist eigens genannt; die Namen muss jemand zusammensetzen")
                continue
            person, word = open_ones[0], reading.tokens[index].text
            person.name = f"{word} {person.name}" if missing else f"{person.name} {word}"
            person.strong = True
            facts.half_names |= {span.start, index}
    for sentence in reading.sentences:
        for span in (s for segment in sentence.segments for s in segment.kinds.get("all_named", ())):
            index = _name_after(reading, span.end, sentence.end)
            words = [t for t in reading.words(sentence.start, sentence.end) if t.is_word]
            given = [p for p in single if not p.titled and len(p.name.split()) == 1]
            if index is None or len(words) > _BETWEEN or not given:
                continue
            for person in given:
                person.name = f"{person.name} {reading.tokens[index].text}"
            facts.half_names.add(index)
    _named_companions(reading, facts)
    _forget(facts)


def _named_companions(reading: Reading, facts: Facts) -> None:
    """„Meine Mutter kommt mit … sie heißt Samira Kaya“: a companion counted before gets the name."""
    for mention in reading.mentions:
        place = reading.place_of(mention.start)
        if place is None or not mention.strong or place[0].is_item:
            continue
        sentence, _ = place
        introduced = any(
            s.kind in ("named", "his_name") and 0 <= mention.head - s.end <= 1 and s.start >= sentence.start
            for s in reading.spans
        )
        relation = sentence.has("third_possessive", "kin", "one_more", "him")
        known = [c for c in facts.companions if c.value == 1 and c.start < reading.tokens[mention.start].start]
        person = next((p for p in [*facts.comes, *facts.unclear] if p.order == mention.start), None)
        if not introduced or not relation or person is None or person.is_sender:
            continue
        if len(known) == 1 and len(facts.companions) == 1:
            facts.companions.remove(known[0])
            facts.named_companions.append(known[0])
        elif not sentence.has("one_more"):
            facts.leftovers.append(f"Zu wem der Name {mention.name} gehört, ist nicht klar")
            continue
        facts.unclear = [p for p in facts.unclear if p is not person]
        if person not in facts.comes:
            facts.comes.append(person)


def _name_after(reading: Reading, start: int, end: int) -> int | None:
    """The next capital word, with nothing but small words and signs before it."""
    for index in range(start, min(start + _BETWEEN + 1, end)):
        token = reading.tokens[index]
        if token.is_word and token.is_capital:
            following = reading.tokens[index + 1] if index + 1 < end else None
            return None if following is not None and following.is_word and following.is_capital else index
    return None


def _forget(facts: Facts) -> None:
    """The second half of a name is nobody of his own."""

    def is_half(person: Person) -> bool:
        return person.order in facts.half_names

    facts.comes = [p for p in facts.comes if not is_half(p)]
    facts.stays = [p for p in facts.stays if not is_half(p)]
    facts.unclear = [p for p in facts.unclear if not is_half(p)]
