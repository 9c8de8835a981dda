"""From two readings to one answer: the facts that are most likely right, and whether to act on them alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from processor.extraction.contact import compatible
from processor.extraction.learned.opinion import Opinion, form
from processor.extraction.learned.settling import Candidate, alike, weigh
from processor.extraction.learned.stream import BODY, GREETING, POSTSCRIPT
from processor.extraction.learned.tags import AT_HOME, FEWER, NO, NUMBER, ROLE, TOTAL, YES
from processor.extraction.learned.tags import BODY as ORGANISATION
from processor.extraction.organisations import agree
from processor.extraction.understanding import Understanding
from processor.extraction.values import Attendee, Contact, Decision, Evidence, Extraction, Intent

#: From this chance on, 0 to 1, that all facts are right, the machine acts alone. Chosen so that of mails by writers
#: whom the models did not learn from few are decided wrongly; ``python -m benchmarks.learn`` prints each choice's cost.
ALONE: Final = 0.82
#: The same for a mail of a few words that both readers understand alike.
ALONE_PLAIN: Final = 0.55
#: What a mail of a few words has to be: so few words; so sure an intent; so little doubt; labels so clear.
_FEW_WORDS: Final = 14
_SURE: Final = 0.97
_LITTLE: Final = 0.35
_CLEAR: Final = 0.75
#: So many reasons are shown to a person; more are read by nobody.
_MOST_REASONS: Final = 4
_CHANGES: Final = (Intent.REGISTRATION, Intent.CHANGE)
_BOOKING: Final = (*_CHANGES, Intent.CANCELLATION)


def settle(understood: Understanding, *, most_seats: int) -> Extraction:
    """The answer about one mail.

    :param most_seats: more seats than this in one mail are for a person.
    """
    opinion = form(understood)
    weighed = weigh(understood, opinion)
    if not weighed or (opinion.intent not in _BOOKING and weighed[0][0] < ALONE):
        return _nothing_to_enter(understood, opinion)
    chance, best = weighed[0]
    blocks = [*understood.verdict.blocks, *_other_bodies(opinion, best)]
    if best.headcount > most_seats or abs(best.change) > most_seats:
        blocks.append(f"Mehr als {most_seats} Plätze in einer Mail")
    if best.intent is Intent.CANCELLATION and _refuses_some(understood, opinion):
        blocks.append("Es ist nicht klar, ob alle absagen oder nur einige")
    if best.intent is Intent.CANCELLATION is not understood.verdict.intent and opinion.absent:
        blocks.append("Es ist nicht klar, ob alle absagen oder nur " + ", ".join(opinion.absent))
    alone = not blocks and acts_alone(understood, opinion, chance, best)
    reasons = () if alone else _reasons(understood, opinion, blocks)
    changes = best.intent in _CHANGES
    return Extraction(
        intent=best.intent,
        decision=Decision.AUTO if alone else Decision.REVIEW,
        reasons=reasons,
        contact=Contact(opinion.writer_name, understood.message.reply_to.email, understood.phone),
        attendees=tuple(Attendee(name, best.organisation) for name in best.names),
        headcount=best.headcount,
        headcount_change=best.change,
        leaving=_leaving(understood, opinion, best),
        organisation=best.organisation,
        theme_tables=tuple(understood.tables) if changes else (),
        needs=tuple(understood.wanted),
        language=understood.code,
        has_question=understood.has_question,
        evidence=_evidence(understood, opinion, best),
        confidence=round(chance, 4),
    )


def acts_alone(understood: Understanding, opinion: Opinion, chance: float, best: Candidate) -> bool:
    """Whether facts are sure enough to be entered and answered without a person, where nothing else stands in the way.

    :param chance: that all of them are right, 0 to 1.
    """
    return chance >= ALONE or (chance >= ALONE_PLAIN and _is_plain(understood, opinion, best))


def _is_plain(understood: Understanding, opinion: Opinion, best: Candidate) -> bool:
    """A few words, all of them understood alike by both readers: „wir kommen zu dritt“."""
    stream, tagging = opinion.stream, opinion.tagging
    words = sum(t.is_word for t, s in zip(stream.tokens, stream.sections, strict=True) if s in (BODY, POSTSCRIPT))
    agreed = set(best.origin) == {"both"} and not understood.verdict.reasons
    sure = opinion.intents.get(best.intent.value, 0.0) >= _SURE and opinion.doubtful <= _LITTLE
    labels = min((t.probability for t in tagging.tags if t.label not in (YES, NO, ROLE)), default=1.0)
    missed = max(tagging.missed, tagging.missed_body, tagging.missed_seats)
    return agreed and sure and words <= _FEW_WORDS and labels >= _CLEAR and missed <= 1 - _CLEAR


def _refuses_some(understood: Understanding, opinion: Opinion) -> bool:
    """„Einer von uns kann nicht“: a refusal that counts people, and names nobody."""
    reading = understood.reading
    refused = [segment for _, segment in reading.segments() if segment.polarity < 0 and segment.own]
    if any(segment.has("some_of_us") for segment in refused):
        return True
    if understood.verdict.leaving or opinion.absent:
        return False
    counted = opinion.tagging.of(FEWER, AT_HOME, TOTAL, NUMBER)
    inside = any(opinion.stream.sections[t.start] in (BODY, POSTSCRIPT) for t in counted)
    return inside or any(
        segment.has("one_person_fewer", "fewer", "one_total")
        or any(
            reading.language.number_of(t) is not None and t.kind == "word"
            for t in reading.tokens[segment.start : segment.end]
        )
        for segment in refused
    )


def _other_bodies(opinion: Opinion, best: Candidate) -> list[str]:
    """A name in the text that may be a body's or a person's, beside the organisation that the mail is from."""
    if best.intent is Intent.CANCELLATION:
        return []
    stream = opinion.stream
    for known in opinion.tagging.of(ORGANISATION):
        name = stream.quote(known.start, known.end)
        inside = stream.sections[known.start] in (GREETING, BODY, POSTSCRIPT)
        if inside and name and not agree(name, best.organisation):
            return [f"Es ist nicht klar, ob „{name}“ eine Organisation ist oder jemand, der kommt"]
    return []


def first_alone(understood: Understanding) -> Extraction:
    """What the first reader alone would answer: alone where it has no reason for doubt."""
    verdict = understood.verdict
    changes = verdict.intent in _CHANGES
    body = understood.organisation
    names = tuple(p.name for p in verdict.attendees) if changes else ()
    own = ("first",) * 4
    best = Candidate(verdict.intent, names, verdict.headcount * changes, verdict.headcount_change * changes, body, own)
    reasons = tuple(dict.fromkeys((*verdict.blocks, *verdict.reasons)))
    booking = verdict.intent in _BOOKING
    return Extraction(
        intent=verdict.intent,
        decision=Decision.AUTO if booking and not reasons else Decision.REVIEW,
        reasons=reasons,
        contact=Contact(understood.sender_name, understood.message.reply_to.email, understood.phone),
        attendees=tuple(Attendee(name, body) for name in names),
        headcount=best.headcount,
        headcount_change=best.change,
        leaving=tuple(verdict.leaving) if booking else (),
        organisation=body,
        theme_tables=tuple(understood.tables) if changes else (),
        needs=tuple(understood.wanted),
        language=understood.code,
        has_question=understood.has_question,
        evidence=_evidence(understood, None, best),
    )


def _nothing_to_enter(understood: Understanding, opinion: Opinion) -> Extraction:
    """A mail that neither reader takes for a registration, change or cancellation: a person answers it."""
    verdict = understood.verdict
    intent = opinion.intent if opinion.intent not in _BOOKING else Intent.OTHER
    what = "Eine Frage, keine Anmeldung" if intent is Intent.QUESTION else "Es ist nichts einzutragen"
    reasons = [*verdict.blocks, *(verdict.reasons if verdict.intent not in _BOOKING else ()), what]
    return Extraction(
        intent=intent,
        decision=Decision.REVIEW,
        reasons=tuple(dict.fromkeys(reasons))[:_MOST_REASONS],
        contact=Contact(opinion.writer_name, understood.message.reply_to.email, understood.phone),
        organisation=opinion.organisation or understood.organisation,
        needs=tuple(understood.wanted),
        language=understood.code,
        has_question=understood.has_question or intent is Intent.QUESTION,
        confidence=0.0,
    )


def _reasons(understood: Understanding, opinion: Opinion, blocks: list[str]) -> tuple[str, ...]:
    """Why a person has to decide, in plain words: what is in the way, what is unclear, where the readings differ."""
    found = [*blocks, *understood.verdict.reasons]
    if not found:
        found += _differences(understood, opinion)
    if not found:
        found.append("Das Programm hat solche Mails bisher nicht sicher genug verstanden; bitte einmal lesen")
    return tuple(dict.fromkeys(found))[:_MOST_REASONS]


_INTENT_NAMES: Final = {
    Intent.REGISTRATION: "eine Anmeldung",
    Intent.CHANGE: "eine Änderung",
    Intent.CANCELLATION: "eine Absage",
    Intent.QUESTION: "eine Frage",
    Intent.OTHER: "etwas anderes",
}


def _differences(understood: Understanding, opinion: Opinion) -> list[str]:
    """Where two readings of the same mail come to different facts."""
    verdict = understood.verdict
    found = []
    if verdict.intent is not opinion.intent:
        one, other = (_INTENT_NAMES.get(i, "etwas anderes") for i in (opinion.intent, verdict.intent))
        found.append(f"Es ist nicht klar, ob die Mail {one} ist oder {other}")
    if Intent.CANCELLATION in (verdict.intent, opinion.intent):
        return found
    first = [p.name for p in verdict.attendees]
    learned = [p.name for p in opinion.attendees()]
    if not alike(first, learned):
        apart = [n for n in (*learned, *first) if not (n in first and n in learned)]
        found.append("Es ist nicht klar, wer kommt: " + ", ".join(dict.fromkeys(apart)))
    elif verdict.headcount != opinion.headcount():
        found.append(f"Es ist nicht klar, ob {opinion.headcount()} oder {verdict.headcount} Personen kommen")
    body, first_body = opinion.organisation, understood.organisation
    if body != first_body and not agree(body, first_body):
        named = " oder ".join(f"„{n}“" for n in (body, first_body) if n)
        found.append(f"Es ist nicht klar, ob die Organisation {named} heißt")
    return found


def _leaving(understood: Understanding, opinion: Opinion, best: Candidate) -> tuple[str, ...]:
    """Who is taken off the list by name."""
    verdict = understood.verdict
    if verdict.intent is best.intent:
        return tuple(n for n in verdict.leaving if not any(compatible(n, a) for a in best.names))
    if best.intent is Intent.REGISTRATION:
        return ()
    return tuple(n for n in opinion.absent if not any(compatible(n, a) for a in best.names))


def _evidence(understood: Understanding, opinion: Opinion | None, best: Candidate) -> tuple[Evidence, ...]:
    """Where each value stands."""
    facts, text, source = understood.facts, understood.text, understood.source
    found: list[Evidence] = []

    def add(field: str, value: str | int, place: tuple[int, int] | None) -> None:
        if place is None or place[1] <= place[0] or not text[place[0] : place[1]]:
            return
        proof = Evidence(field, value, text[place[0] : place[1]], *place)
        found.append(proof if source == "text" else replace(proof, start=0, end=0, source=source))

    for name in best.names:
        place = _place_of(name, understood, opinion)
        if place:
            add("attendees", name, place)
        else:
            found.append(Evidence("attendees", name, name, 0, 0, "signature"))
    counts = [(c.value, (c.start, c.end)) for c in facts.totals]
    counts += [(v, at) for v, at in opinion.totals() if at] if opinion else []
    for value, at in counts:
        if value == best.headcount and not any(e.field == "headcount" for e in found):
            add("headcount", value, at)
    for count in [*facts.more, *facts.fewer]:
        if best.change:
            add("headcount_change", count.value, (count.start, count.end))
    ranges = facts.declines if best.intent is Intent.CANCELLATION else facts.attends
    said = opinion.said(best.intent) if opinion else []
    for at in (ranges or said)[:1]:
        add("intent", best.intent.value, at)
    if best.intent in _CHANGES:
        for number, at in understood.tables.items():
            add("theme_tables", number, at)
    for need, at in understood.wanted.items():
        add("needs", need, at)
    if best.organisation:
        learned = opinion is not None and best.organisation == opinion.organisation
        from_text = opinion.organisation_at if opinion and learned else understood.organisation_at
        if from_text:
            add("organisation", best.organisation, from_text)
        else:
            found.append(Evidence("organisation", best.organisation, best.organisation, 0, 0, "signature"))
    return tuple(found)


def _place_of(name: str, understood: Understanding, opinion: Opinion | None) -> tuple[int, int] | None:
    """Offsets of a guest's name in the text; None where it stands elsewhere."""
    for person in opinion.attendees() if opinion else ():
        if opinion and person.name == name and person.end and (at := opinion.stream.offsets(person.start, person.end)):
            return at
    for known in understood.verdict.attendees:
        if known.name == name and known.end > known.start:
            return known.start, known.end
    return None
