"""How many come: totals, companions, differences, and numbers that nothing explains."""

from __future__ import annotations

from processor.extraction.facts import COMES, Count, Facts, offsets
from processor.extraction.layout import Segment, Sentence
from processor.extraction.patterns import Span
from processor.extraction.polarity import is_open_question
from processor.extraction.reading import Reading


def count_numbers(reading: Reading, facts: Facts) -> None:
    """Totals, old totals and relative changes; every other number must have an account of its own."""
    used: set[int] = set()
    accounts = reading.numbers.accounts
    for sentence, segment in reading.segments():
        old = [s for s in segment.kinds.get("old_number", ()) if all(accounts.get(p) is None for p in s.places)]
        for span in old:
            facts.old_totals.append(_count(reading, span))
            used |= set(span.places)
        for kind, into in (("more", facts.more), ("fewer", facts.fewer)):
            for span in segment.kinds.get(kind, ()):
                if span.places and not set(span.places) & used and all(accounts.get(p) is None for p in span.places):
                    into.append(_count(reading, span))
                    used |= set(span.places)
                    facts.compared = facts.compared or _compares(segment, span)
        for kind, into in (("one_person_more", facts.more), ("one_person_fewer", facts.fewer)):
            for span in segment.kinds.get(kind, ()):
                if into and offsets(reading, span.start, span.end)[0] < into[-1].end:
                    continue
                into.append(Count(1, *offsets(reading, span.start, span.end), reading.quote(span.start, span.end)))
                facts.compared = facts.compared or _compares(segment, span)
        for sign, count, place in _compared(reading, segment):
            if place in used or accounts.get(place) is not None:
                continue
            used.add(place)
            (facts.more if sign > 0 else facts.fewer).append(count)
            facts.compared = True
        for span in segment.kinds.get("total", ()):
            if not span.places or set(span.places) & used or any(accounts.get(p) is not None for p in span.places):
                continue
            used |= set(span.places)
            if segment.polarity < 0 or (is_open_question(sentence)):
                continue
            if any(kind.startswith("need_") for kind in segment.kinds) and not segment.has(*COMES):
                # „Essen ohne Fleisch für zwei von uns“
                continue
            if segment.has("prior") and not segment.has("remain", "come", "come_i", "come_we", "old_number"):
                facts.old_totals.append(_count(reading, span))
                continue
            count = _count(reading, span)
            if _is_companion(reading, sentence, segment, span):
                facts.companions.append(count)
            else:
                facts.totals.append(count)
        for span in segment.kinds.get("one_total", ()):
            if segment.polarity < 0 or segment.has("prior") or _for_another(reading, sentence, span):
                continue
            if any(
                m.start < span.end and span.start < m.end
                for kind in ("one_person_more", "one_person_fewer")
                for m in segment.kinds.get(kind, [])
            ):
                continue
            facts.totals.append(Count(1, *offsets(reading, span.start, span.end), reading.quote(span.start, span.end)))
        for span in (s for kind in ("us", "we", "me") for s in segment.kinds.get(kind, ())):
            for place in range(span.start, span.end):
                value = reading.language.number_of(reading.tokens[place])
                if value is not None and place not in used and accounts.get(place) is None:
                    used.add(place)
                    if segment.polarity > 0:
                        facts.totals.append(_count(reading, Span("total", span.start, span.end, (value,), (place,))))
        # Numbers before a noun for people that no total took: „zwei Kollegen“.
        for span in (s for kind in ("persons", "seat") for s in segment.kinds.get(kind, ())):
            # A dual says noun and number in one word.
            value = reading.language.number_of(reading.tokens[span.start])
            if value is not None and span.start not in used and accounts.get(span.start) is None:
                used.add(span.start)
                if segment.polarity > 0:
                    facts.totals.append(_count(reading, Span("total", span.start, span.end, (value,), (span.start,))))
        people = {s.start: s for kind in ("people", "kin") for s in segment.kinds.get(kind, ())}
        for index in range(segment.start, segment.end):
            if index in used or accounts.get(index) is not None:
                continue
            value = reading.language.number_of(reading.tokens[index])
            if value is None:
                continue
            noun = next((people[a] for a in (index + 1, index + 2, index + 3) if a in people), None)
            if noun is None:
                continue
            used.add(index)
            if segment.polarity > 0:
                span = Span("people", index, noun.end, (value,), (index,))
                count = _count(reading, span)
                if _is_companion(reading, sentence, segment, span):
                    facts.companions.append(count)
                else:
                    facts.totals.append(count)
    for _, segment in reading.segments():
        for index in range(segment.start, segment.end):
            token = reading.tokens[index]
            value = reading.language.number_of(token)
            if index in used or index in accounts or (value is None and token.kind != "num"):
                continue
            if _is_age(reading, index):
                accounts[index] = "age"
                continue
            accounts.setdefault(index, "open")
            facts.open_numbers.append((value, f"Die Zahl „{token.text}“ im Text ist nicht zugeordnet"))
    # Two numbers with "or" between them.
    words = reading.tokens
    for index in range(1, len(words) - 1):
        if not any(s.kind == "or" and s.start == index for s in reading.spans) and words[index].text not in "-–/":
            continue
        a, b = index - 1, index + 1
        values = reading.language.number_of(words[a]), reading.language.number_of(words[b])
        kinds = accounts.get(a), accounts.get(b)
        if None not in values and all(k in (None, "open") for k in kinds) and reading.place_of(a):
            facts.open_numbers.append((None, f"Die Zahl ist offen: „{reading.quote(a, b + 1)}“"))


def _compares(segment: Segment, span: Span) -> bool:
    """Whether a difference ends with a word that compares it with what was said before („mehr“, unlike „plus zwei“)."""
    return any(s.end == span.end for kind in ("more_word", "fewer_word") for s in segment.kinds.get(kind, ()))


def _compared(reading: Reading, segment: Segment) -> list[tuple[int, Count, int]]:
    """„mit zwei Personen mehr“, „three people less“: a number, its noun if it has one, and the word that compares.

    :returns: 1 for more and -1 for fewer, the number, and its place.
    """
    nouns = {s.start: s.end for kind in ("persons", "people", "seat") for s in segment.kinds.get(kind, ())}
    signs = {s.start: (1, s.end) for s in segment.kinds.get("more_word", ())}
    signs |= {s.start: (-1, s.end) for s in segment.kinds.get("fewer_word", ())}
    found = []
    for place in range(segment.start, segment.end):
        value = reading.language.number_of(reading.tokens[place])
        after = nouns.get(place + 1, place + 1)
        if value is None or not value or after not in signs:
            continue
        sign, end = signs[after]
        found.append((sign, Count(value, *offsets(reading, place, end), reading.quote(place, end)), place))
    return found


def _for_another(reading: Reading, sentence: Sentence, span: Span) -> bool:
    """„einen Platz für unsere Sekretärin Maria“: a seat for one more, not one in all."""
    reach = range(span.end, min(span.end + 6, sentence.end))
    named = any(
        m.head in reach and not (m.end > m.start and reading.tokens[m.start].key in reading.sender)
        for m in reading.mentions
    )
    return named or any(s.kind == "kin" and s.start in reach for s in reading.spans)


def _is_age(reading: Reading, index: int) -> bool:
    """„unsere Tochter Elif, 16“: a number behind a name and a comma."""
    before = reading.tokens[index - 1].text if index else ""
    after = reading.tokens[index + 1] if index + 1 < len(reading.tokens) else None
    behind_name = any(m.end in (index, index - 1) for m in reading.mentions)
    return before in (",", "(") and behind_name and (after is None or not after.is_word or after.key in ("und", "and"))


def _count(reading: Reading, span: Span) -> Count:
    return Count(
        span.numbers[-1] if span.kind != "old_number" else span.numbers[0],
        *offsets(reading, span.start, span.end),
        reading.quote(span.start, span.end),
    )


def _is_companion(reading: Reading, sentence: Sentence, segment: Segment, span: Span) -> bool:
    """Whether „zwei Kollegen“ come on top of the writer (and others), not all in all."""
    place = span.places[-1]
    before = {
        s.kind
        for s in reading.spans
        if s.end in (place, place - 1) and s.start >= segment.start and s.kind in ("with", "and", "possessive", "extra")
    }
    if any(s.kind == "remain" and s.end in (place, place - 1) for s in reading.spans):
        # „nur noch zu zweit“: who is left, not who is added.
        before -= {"extra", "possessive"}
    generic = any(s.kind == "persons" and place < s.start <= place + 3 for s in reading.spans)
    extra = "extra" in before or any(s.kind == "extra" and place < s.start <= place + 1 for s in reading.spans)
    if sentence.has("whole") or (span.kind == "total" and not generic and not before):
        return False
    singular = sentence.has("i", "come_i", "register_i", "me") and not sentence.has("we", "come_we")
    if extra and span.kind != "total_fixed":
        return True
    if generic:
        return singular and "with" in before
    return bool(before & {"with", "and", "possessive"}) and "persons" not in before


def count_companions(reading: Reading, facts: Facts) -> None:
    """People who come along without a name: „meine Frau“, „plus Begleitung“, „N.N.“"""
    named = [set(range(m.head, m.end)) for m in reading.mentions]
    seen: set[str] = set()
    taken: set[int] = set()
    counted = [range(c.start, c.end) for c in [*facts.companions, *facts.totals, *facts.more, *facts.fewer]]
    for sentence, segment in reading.segments():
        if segment.polarity <= 0 or (is_open_question(sentence)):
            continue
        if segment.has("reporting") and not segment.own:
            continue
        for kind in ("one_more", "kin"):
            for span in segment.kinds.get(kind, ()):
                here = set(range(span.start, span.end))
                if here & taken or any(here & n for n in named):
                    continue
                if kind == "one_more" and any(span.end <= m.head <= span.end + 1 for m in reading.mentions):
                    # „ihre Begleitperson Herr Costin Dragomir“ has a name.
                    taken |= here
                    continue
                offset = reading.tokens[span.start].start
                if any(offset in r for r in counted):
                    taken |= here
                    continue
                key = reading.tokens[span.end - 1].key
                if kind == "kin" and any(s.end == span.start for s in segment.kinds.get("one_more", ())):
                    # „noch eine Kollegin“ is one, and counted.
                    taken |= here
                    continue
                if kind == "kin":
                    if (
                        key in seen
                        or not _is_relation(reading, span)
                        or not (segment.own or _is_plain_clause(reading, segment))
                    ):
                        continue
                    if _described_by(reading, sentence, span) or (
                        sentence.is_item and any(sentence.start <= m.start < span.start for m in reading.mentions)
                    ):
                        taken |= here
                        continue
                    if not segment.own and any(
                        s.end in (span.start, span.start - 1) for s in segment.kinds.get("copula", ())
                    ):
                        # „er ist unser Jugendleiter“
                        taken |= here
                        continue
                    seen.add(key)
                taken |= here
                facts.companions.append(
                    Count(1, *offsets(reading, span.start, span.end), reading.quote(span.start, span.end))
                )


def _is_relation(reading: Reading, span: Span) -> bool:
    """Whether a word such as „Kollegin“ stands for somebody: after a possessive or article, or with „mit“."""
    before = {s.kind for s in reading.spans if s.end == span.start}
    if "without" in before or (
        any(s.kind in ("without", "origin") and s.end == span.start - 1 for s in reading.spans)
        and "possessive" in before
    ):
        return False
    if reading.language.options.get("kin_has_possessive"):
        return True
    if any(s.kind == "and" and span.start in (s.end, s.start - 1) for s in reading.spans):
        return True
    if any(s.kind in ("possessive", "with") and s.end in (span.start, span.start - 1) for s in reading.spans):
        return True
    place = reading.place_of(span.start)
    if place is not None and span.start == place[1].start and place[1].own and place[1].has("come", "come_i"):
        # „Tochter kommt mit“ in the style of telegrams.
        return any(s.kind == "come" and s.start == span.end for s in reading.spans)
    return any(s.kind == "possessive" and s.start == span.start for s in reading.spans) or span.end - span.start > 1


def _described_by(reading: Reading, sentence: Sentence, span: Span) -> bool:
    """„Patrizia, meine Schwester“: the relation describes a name that stands right before it."""
    for mention in reading.mentions:
        between = range(mention.end, span.start)
        if sentence.start <= mention.start < sentence.end and 0 <= len(between) <= 4:
            inner = [reading.tokens[i] for i in between]
            if any(s.kind == "third_possessive" and s.end == span.start for s in reading.spans):
                return False
            if any(t.text in ",(–-" for t in inner) and all(
                t.text in ",(–-"
                or any(s.kind == "possessive" and s.start <= reading.tokens.index(t) < s.end for s in reading.spans)
                for t in inner
            ):
                return True
    return False


def _is_plain_clause(reading: Reading, segment: Segment) -> bool:
    """Whether a clause has no verb of its own, as far as known words tell."""
    covered: set[int] = set()
    for spans in segment.kinds.values():
        for span in spans:
            if span.kind not in ("negation", "question"):
                covered |= set(range(span.start, span.end))
    for mention in reading.mentions:
        covered |= set(range(mention.head, mention.end))
    loose = [i for i in range(segment.start, segment.end) if reading.tokens[i].is_word and i not in covered]
    return len(loose) <= 1 and not segment.has("negation")


def open_groups_in(reading: Reading, facts: Facts) -> None:
    """„mit Familie“, „ein paar Leute“: people without a number."""
    counted = [(c.start, c.end) for c in [*facts.totals, *facts.companions, *facts.old_totals, *facts.more]]
    for sentence, segment in reading.segments():
        if segment.polarity <= 0 or (is_open_question(sentence)):
            continue
        if sentence.has("list_intro") or sentence.opens:
            continue
        for span in segment.kinds.get("family", ()):
            start, end = offsets(reading, span.start, span.end)
            if any(a <= start and end <= b + 1 for a, b in counted):
                continue
            if any(m.head <= span.start < m.end or m.head == span.end for m in reading.mentions):
                continue
            before = [reading.tokens[i] for i in (span.start - 1, span.start - 2) if i >= segment.start]
            if any(reading.language.number_of(t) is not None for t in before):
                continue
            facts.open_groups.append(reading.quote(span.start, span.end))
