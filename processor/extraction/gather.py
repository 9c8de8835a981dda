"""From marks to facts: who comes, who does not, and every reason to doubt it."""

from __future__ import annotations

from collections.abc import Sequence

from processor.extraction.amendments import amend
from processor.extraction.contact import compatible
from processor.extraction.counting import count_companions, count_numbers, open_groups_in
from processor.extraction.facts import COMES, Facts, Person, offsets
from processor.extraction.layout import Segment, Sentence
from processor.extraction.patterns import Span
from processor.extraction.people import Mention
from processor.extraction.polarity import is_open_question
from processor.extraction.reading import Reading


def gather(reading: Reading, sender_name: str, known_others: Sequence[str], *, alias: str = "") -> Facts:
    """Reads the facts off the marks.

    :param sender_name: the writer's name as far as known; "" for none.
    :param alias: another name that the mail is sent under, as by a secretary.
    :param known_others: people of the office and the programme: addressed or mentioned, never guests.
    """
    facts = Facts()
    facts.has_prior = reading.has("prior")
    facts.has_instead = reading.has("instead", "instead_of_me")
    facts.names_later = reading.has("more_names_later")
    facts.corrected = reading.has("correction")
    facts.remains = reading.has("remain")
    facts.also = any(s.polarity > 0 and s.has("also") for _, s in reading.segments())
    _sender(reading, facts)
    _people(reading, facts, sender_name, known_others, alias)
    count_numbers(reading, facts)
    count_companions(reading, facts)
    open_groups_in(reading, facts)
    facts.has_prior = (
        facts.has_prior
        or (facts.compared and not _registers(reading))
        or (bool(facts.old_totals) and bool(facts.totals))
    )
    if facts.remains and facts.totals and facts.stays:
        # „Wir sind nur noch zu zweit: Karim Aziz ist krank“
        facts.has_prior = True
    if reading.has("instead") and not reading.has("instead_of_me") and facts.stays and facts.sender > 0:
        # Somebody else who was to come is replaced: so there was a registration.
        facts.has_prior = True
    amend(reading, facts)
    _loose_objects(reading, facts)
    for sentence, segment in reading.segments():
        if segment.own and segment.polarity > 0:
            facts.attends.append(offsets(reading, segment.start, segment.end))
        if segment.own and segment.polarity < 0:
            facts.declines.append(offsets(reading, segment.start, segment.end))
        if (
            sentence.asks
            and not sentence.has("request")
            and segment.has("come", "come_i", "come_we", "register_i", "register_we")
            and segment.has("i", "we", "come_i", "come_we", "me", "us")
        ):
            facts.asks_to_come = True
    return facts


def _registers(reading: Reading) -> bool:
    """Whether the writer registers in so many words: then „zwei Stühle mehr“ need not change an earlier one."""
    return any(
        s.own and s.polarity > 0 and (s.has("register_i", "register_we") or (s.has("register") and s.has("me", "us")))
        for _, s in reading.segments()
    )


def _sender(reading: Reading, facts: Facts) -> None:
    """Whether the writer says that he or she comes."""
    comes: tuple[int, str, Span] | None = None
    stays: Span | None = None
    for sentence, segment in reading.segments():
        if segment.polarity == 0:
            continue
        first_i = segment.kinds.get("i", []) + segment.kinds.get("come_i", []) + segment.kinds.get("register_i", [])
        first_we = segment.kinds.get("we", []) + segment.kinds.get("come_we", []) + segment.kinds.get("register_we", [])
        objects = segment.kinds.get("me", []) + segment.kinds.get("us", [])
        coming = segment.has("come", "come_i", "come_we")
        registering = segment.has("register", "cancel") and not coming and not segment.has("decline", "cannot")
        by = ""
        span: Span | None = None
        for instead in segment.kinds.get("instead", ()):
            for me in objects:
                between = range(instead.end, me.start)
                if 0 <= me.start - instead.end <= 2 and not any(
                    reading.language.number_of(reading.tokens[i]) for i in between
                ):
                    stays = stays or me
        for me in segment.kinds.get("instead_of_me", ()):
            stays = stays or me
        if stays and segment.has("instead", "instead_of_me"):
            continue
        if segment.has("sends") and not objects and not segment.has("come_i", "come_we"):
            # „Wir entsenden Frau Blum“: whoever sends does not come.
            continue
        if not (first_i or first_we) and any(
            s.start <= w.start < s.end for s in segment.kinds.get("total", ()) for w in segment.kinds.get("us", ())
        ):
            by, span = "we", segment.kinds["total"][0]
        elif (
            segment.own
            and segment.polarity > 0
            and segment.has("total", "one_total")
            and not segment.has(*COMES)
            and (first_i or first_we)
        ):
            by, span = ("we", first_we[0]) if first_we else ("i", first_i[0])
        elif segment.has("register_i", "come_i"):
            by, span = "i", (segment.kinds.get("register_i") or segment.kinds["come_i"])[0]
        elif segment.has("register_we", "come_we"):
            by, span = "we", (segment.kinds.get("register_we") or segment.kinds["come_we"])[0]
        elif segment.polarity > 0 and segment.own and _joined_me(reading, segment):
            by, span = "i", (segment.kinds.get("me") or segment.kinds["i"])[0]
        elif (
            not segment.own
            and segment.polarity > 0
            and sentence.has("register")
            and segment.has("us")
            and not _names_somebody(reading, segment)
        ):
            by, span = "we", segment.kinds["us"][0]
        elif registering:
            if segment.has("me"):
                by, span = "i", segment.kinds["me"][0]
            elif segment.has("us") and not _names_somebody(reading, segment):
                by, span = "we", segment.kinds["us"][0]
            elif segment.polarity < 0 and (first_i or first_we) and not _names_others(reading, segment):
                by, span = ("i", first_i[0]) if first_i else ("we", first_we[0])
        elif segment.polarity > 0 and segment.has("with_me") and (coming or not segment.own):
            by, span = "i", segment.kinds["with_me"][0]
        elif (
            segment.own and segment.polarity > 0 and not (first_i or first_we) and _bracket(reading, sentence, segment)
        ):
            by, span = _bracket(reading, sentence, segment) or ("", None)
        elif segment.own and (first_i or first_we):
            by, span = ("i", first_i[0]) if first_i else ("we", first_we[0])
        elif segment.own and segment.polarity < 0 and objects:
            by, span = ("i" if segment.has("me") else "we"), objects[0]
        elif not segment.own and (segment.has("me") or _pronoun_in_list(reading, segment)):
            by, span = "i", (segment.kinds.get("me") or segment.kinds["i"])[0]
        if span is None:
            continue
        if segment.polarity > 0 and (comes is None or (by == "i" and comes[1] == "we")):
            comes = (span.start, by, span)
        elif segment.polarity < 0:
            stays = stays or span
    if comes is None and stays is None:
        elliptic = _elliptic(reading)
        if elliptic:
            polarity, by, span = elliptic
            if polarity > 0:
                comes = (span.start, by, span)
            else:
                stays = span
    if comes is not None and stays is not None:
        # Both: a later word overrides an earlier one only with a mark such as "doch"; else a person decides.
        if reading.has("uncancel"):
            stays = None
        elif facts.has_instead or (stays.start > comes[0] and _is_we_at(reading, comes[0])):
            comes = None
        else:
            facts.leftovers.append("Im Text steht sowohl, dass der Absender kommt, als auch, dass er nicht kommt")
            stays = None
    if comes is not None:
        facts.sender, facts.sender_by, facts.sender_order = 1, comes[1], comes[0]
        facts.sender_quote = offsets(reading, comes[2].start, comes[2].end)
    elif stays is not None:
        facts.sender = -1
        facts.sender_by = "i" if stays.kind in ("i", "me", "come_i", "register_i", "instead_of_me") else "we"
        facts.sender_quote = offsets(reading, stays.start, stays.end)


def _bracket(reading: Reading, sentence: Sentence, segment: Segment) -> tuple[str, Span] | None:
    """„Ich werde mit meiner Kollegin, Frau Blum, teilnehmen“: the subject stands before what is put in between."""
    if segment.has("i", "we", "kin") or any(segment.start <= m.start < segment.end for m in reading.mentions):
        return None
    for before in reversed(sentence.segments[: sentence.segments.index(segment)]):
        if before.own:
            return None
        pronouns = [*before.kinds.get("i", ()), *before.kinds.get("we", ())]
        if pronouns and before.has("auxiliary"):
            first = min(pronouns, key=lambda s: s.start)
            return ("i" if first.kind == "i" else "we"), first
    return None


def _joined_me(reading: Reading, segment: Segment) -> bool:
    """„Es bleibt bei Frau Tran und mir“."""
    ends = {m.end for m in reading.mentions}
    heads = {m.head for m in reading.mentions}
    return any(
        s.kind == "and"
        and (
            (s.end == me.start and (kind == "me" or s.start in ends))
            or (s.start == me.end and (kind == "me" or s.end in heads))
        )
        for kind in ("me", "i")
        for me in segment.kinds.get(kind, ())
        for s in reading.spans
    )


def _names_others(reading: Reading, segment: Segment) -> bool:
    """Whether a clause (or the rest of its sentence) names somebody or a number: then the verb is about them."""
    place = reading.place_of(segment.start)
    if place is None:
        return False
    sentence = place[0]
    if any(sentence.start <= m.start < sentence.end for m in reading.mentions):
        return True
    return sentence.has("old_number", "one_person_fewer", "fewer", "people")


def _names_somebody(reading: Reading, segment: Segment) -> bool:
    """Whether the sentence of a clause names people."""
    place = reading.place_of(segment.start)
    return place is not None and any(place[0].start <= m.start < place[0].end for m in reading.mentions)


def _loose_objects(reading: Reading, facts: Facts) -> None:
    """„Tragt mich bitte …“ with a verb that is not known: something is asked for the writer."""
    for sentence, segment in reading.segments():
        if (
            segment.polarity == 0
            and segment.has("me", "us")
            and segment.has("request")
            and not sentence.has("question", "need_parking", "need_interpreter")
            and facts.sender == 0
        ):
            quote = reading.quote(segment.start, segment.end).strip(" ,")
            facts.leftovers.append(f"Was mit dem Absender geschehen soll, ist nicht klar: „{quote}“")
            return


def _is_we_at(reading: Reading, index: int) -> bool:
    return any(s.start == index and s.kind in ("we", "us", "come_we", "register_we") for s in reading.spans)


def _pronoun_in_list(reading: Reading, segment: Segment) -> bool:
    """„Ayşe Kaplan, Murat Şen und ich“: a pronoun without a verb."""
    if not segment.has("i"):
        return False
    pronoun = segment.kinds["i"][0]
    before = reading.tokens[pronoun.start - 1] if pronoun.start else None
    joined = before is not None and any(s.kind == "and" and s.end == pronoun.start for s in reading.spans)
    after = any(s.kind == "and" and s.start == pronoun.end for s in reading.spans)
    rest = [t for t in reading.tokens[pronoun.end : segment.end] if t.is_word]
    alone = segment.end - segment.start <= 3 or not rest
    follows_list = before is not None and before.text in ",:" and (alone or after)
    return joined or (after and follows_list) or (alone and bool(rest) is False)


def _elliptic(reading: Reading) -> tuple[int, str, Span] | None:
    """„Bin dabei“, „Kommen gerne zu dritt“, „Leider verhindert“: no subject, nobody named."""
    # Where the verb itself says who comes, one in the third person says nothing about the writer.
    comes = ("come_i", "come_we") if reading.language.options.get("verbs_say_who") else ("come", "come_i", "come_we")
    for sentence, segment in reading.segments():
        if not segment.own or sentence.opens:
            continue
        if any(sentence.start <= m.start < sentence.end for m in reading.mentions):
            continue
        if (
            any(sentence.start <= o.start < sentence.end and o.proper for o in reading.organisations)
            and segment.polarity > 0
        ):
            continue
        kinds = comes if segment.polarity > 0 else ("decline", "cannot", "come", "negation")
        for kind in kinds:
            if segment.has(kind) and not segment.has("kin", "people"):
                return segment.polarity, "we" if sentence.has("total") else "i", segment.kinds[kind][0]
        if segment.polarity > 0 and segment.has("register") and segment.has("request", "me", "us"):
            continue
    return None


def _same(mention: str, other: str) -> bool:
    return compatible(mention, other) or compatible(other, mention)


def _people(reading: Reading, facts: Facts, sender_name: str, known_others: Sequence[str], alias: str) -> None:
    for mention in reading.mentions:
        if mention.via == "intro" and not (sender_name and not _same(mention.name, sender_name)):
            continue
        place = reading.place_of(mention.start)
        if place is None:
            continue
        sentence, segment = place
        is_sender = bool(sender_name) and _same(mention.name, sender_name)
        if not is_sender and any(compatible(mention.name, other) for other in known_others):
            continue
        person = Person(
            mention.name,
            reading.tokens[mention.start].start,
            reading.tokens[mention.end - 1].end,
            mention.start,
            is_sender,
            mention.strong,
            mention.via == "title",
        )
        if not mention.strong and _beside_writer(reading, mention):
            person.strong = True
        elif not mention.strong and _begins(reading, mention.start) and not _verb_follows(reading, sentence, mention):
            continue
        role = _role(reading, sentence, segment, mention)
        if role > 0:
            twin = next((p for p in facts.comes if _same(p.name, person.name)), None)
            if twin is None or (_beside(twin, mention) and twin.name == person.name):
                facts.comes.append(person)
            elif len(person.name) > len(twin.name):
                twin.strong = twin.strong or person.strong
                twin.name, twin.start, twin.end = person.name, person.start, person.end
        elif role == -1:
            facts.stays.append(person)
        elif role == 0 and (person.strong or segment.polarity):
            facts.unclear.append(person)
    named_sender = next((p for p in facts.comes if p.is_sender), None)
    if named_sender and facts.sender == 0:
        facts.sender, facts.sender_by, facts.sender_order = 1, "name", named_sender.order
    if any(p.is_sender for p in facts.stays) and facts.sender == 0:
        facts.sender = -1
    if alias and facts.sender == 0 and any(_same(p.name, alias) for p in facts.stays):
        facts.sender = -1
    facts.stays = [p for p in facts.stays if not p.is_sender]
    facts.unclear = [
        p
        for p in facts.unclear
        if not p.is_sender and not any(_same(p.name, q.name) for q in [*facts.comes, *facts.stays])
    ]


def _begins(reading: Reading, index: int) -> bool:
    """Whether a word begins a sentence or stands behind a colon: its capital says nothing."""
    before = reading.tokens[index - 1] if index else None
    return before is None or before.kind == "nl" or before.text in ".!?:;"


def _verb_follows(reading: Reading, sentence: Sentence, mention: Mention) -> bool:
    """A single capital word at the beginning of a sentence is a name where it is the subject of coming or staying."""
    kinds = (*COMES, "decline", "cannot", "cancel", "and")
    return any(
        s.kind in kinds and mention.end <= s.start <= mention.end + 2 and s.end <= sentence.end for s in reading.spans
    )


def _beside_writer(reading: Reading, mention: Mention) -> bool:
    """„ich und Mehmet“: joined to the writer by an "and" stands a person."""
    pairs = {(s.start, s.end) for s in reading.spans if s.kind == "and"}
    pronouns = [s for s in reading.spans if s.kind in ("i", "me")]
    return any((mention.end, p.start) in pairs or (p.end, mention.head) in pairs for p in pronouns)


def _beside(person: Person, mention: Mention) -> bool:
    return 0 < mention.head - person.order <= 5


def _role(reading: Reading, sentence: Sentence, segment: Segment, mention: Mention) -> int:
    """1 comes, -1 stays away, 0 not clear, -2 merely mentioned."""
    if segment.has("reporting") and any(s.own and s.has("register") and s.has("him") for s in sentence.segments):
        # „Herr Aziz hat mich gebeten, ihn anzumelden“
        return next(s.polarity for s in sentence.segments if s.own and s.has("register") and s.has("him"))
    if segment.has("greets_only", "addressed") or sentence.has("greets_only"):
        return -2
    for span in reading.spans_of("instead"):
        if any(s.kind in COMES and span.start < s.start < span.end for s in reading.spans):
            # „dafür kommt Ines Blum“: the one behind the verb is the substitute.
            continue
        if reading.language.options.get("instead_follows"):
            if mention.end <= span.start <= mention.end + 1:
                return -1
            continue
        between = mention.head - span.end
        if between == 0 or (
            between == 1
            and not any(s.start == span.end and s.kind in ("come", "me", "us", "come_i") for s in reading.spans)
        ):
            return -1
    if is_open_question(sentence):
        return 0 if sentence.has(*COMES, "kin", "with") and not segment.has("event_word") else -2
    if segment.polarity > 0:
        if not segment.own and segment.has("negation"):
            return -1 if mention.strong else -2
        return 1
    if segment.polarity < 0:
        # A name behind somebody's refusal need not be refused as well.
        return 0 if segment.carried else -1
    return 0
