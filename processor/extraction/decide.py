"""From facts to intent, headcount and decision: alone only when everything agrees and nothing is left over."""

from __future__ import annotations

from dataclasses import dataclass, field

from processor.event import Event
from processor.extraction.facts import COMES, Facts, Person
from processor.extraction.layout import Segment, Sentence
from processor.extraction.polarity import is_open_question
from processor.extraction.reading import Reading
from processor.extraction.values import Intent


@dataclass(slots=True)
class Verdict:
    """What the mail asks for, and why a person has to look."""

    intent: Intent = Intent.OTHER
    attendees: list[Person] = field(default_factory=list)
    headcount: int = 0
    headcount_change: int = 0
    leaving: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    #: Reasons that no agreement of the readers outweighs: a person has to look, whatever the words say.
    blocks: list[str] = field(default_factory=list)


def judge(
    reading: Reading,
    facts: Facts,
    event: Event,
    sender_name: str,
    *,
    wishes: bool,
    subject_firm: bool,
    wishes_only: bool = False,
) -> Verdict:
    """Weighs the facts of a text.

    :param wishes_only: whether a clause asks for them in so many words, and for nothing else.
    :param wishes: whether tables or needs are named (a change may be about nothing else).
    """
    verdict = Verdict()
    positive = facts.sender > 0 or bool(facts.comes) or bool(facts.totals) or bool(facts.companions)
    negative = facts.sender < 0 or bool(facts.declines) or bool(facts.stays)
    relative = bool(facts.more or facts.fewer)
    prior = facts.has_prior
    verdict.reasons += facts.leftovers
    firm = reading.has(*COMES, "decline", "cancel", "cannot") or _lists_people(reading)
    added = bool(facts.more) and not facts.totals and facts.sender == 0 and _more_first(facts)
    if added or (prior and (relative or positive or (negative and _somebody_stays(facts)))):
        _change(verdict, facts, sender_name)
    elif wishes_only and not negative and not relative and not positive:
        # Whom it is for, and whether anybody is registered, the book knows.
        verdict.intent = Intent.CHANGE
        verdict.reasons = [r for r in verdict.reasons if "Was mit dem Absender" not in r]
    elif prior and wishes and not negative:
        verdict.intent = Intent.CHANGE
        verdict.reasons.append("Eine frühere Anmeldung wird ergänzt, ohne dass klar ist, was sich ändert")
    elif facts.joins and positive and not facts.totals and not facts.companions and facts.sender == 0 and not negative:
        _change(verdict, facts, sender_name)
    elif positive:
        if facts.more and not facts.totals and (facts.comes or facts.sender > 0):
            # „Zusage für Mirza Kovačević + 2“
            if facts.compared:
                verdict.reasons.append(f"Ob „{facts.more[0].quote}“ schon mitgezählt ist, ist nicht klar")
            facts.companions += facts.more
            facts.more = []
            relative = bool(facts.fewer)
        _registration(verdict, facts, sender_name)
        if facts.has_instead or (facts.stays and all(p.strong for p in facts.stays)):
            # Whether they were registered, the book knows.
            verdict.leaving = [p.name for p in facts.stays]
            if facts.sender < 0 and sender_name:
                verdict.leaving.append(sender_name)
        if relative and not facts.totals:
            verdict.reasons.append("Es ist nicht klar, ob das eine neue Anmeldung ist oder eine bestehende ergänzt")
    elif relative:
        _change(verdict, facts, sender_name)
    elif negative:
        verdict.intent = Intent.CANCELLATION
        if facts.sender < 0 and facts.sender_by == "i" and sender_name and _only_himself(reading):
            verdict.leaving = [sender_name]
        if facts.sender == 0 and facts.stays and all(p.strong for p in facts.stays) and not facts.unclear:
            # Whether they are on the writer's registration, the book knows.
            verdict.leaving = [p.name for p in facts.stays]
        elif facts.sender >= 0 and facts.stays:
            verdict.reasons.append("Abgesagt wird für jemand anderen: " + ", ".join(p.name for p in facts.stays))
        elif facts.sender == 0 and not _impersonal(reading):
            verdict.reasons.append("Es ist nicht klar, wer absagt")
    elif reading.has("past_event", "thanks_only"):
        verdict.intent = Intent.OTHER
        verdict.reasons.append("Der Text dankt oder berichtet nur; es ist nichts einzutragen")
    elif any(s.asks for s in reading.sentences) or reading.has("asks"):
        verdict.intent = Intent.QUESTION
        verdict.reasons.append("Eine Frage, keine Anmeldung")
    elif facts.attends:
        verdict.intent = Intent.REGISTRATION
        verdict.reasons.append("Aus dem Text geht nicht hervor, wer kommt")
    else:
        verdict.intent = Intent.OTHER
        verdict.reasons.append("Aus dem Text geht nicht hervor, ob jemand kommt")
    if verdict.intent in (Intent.REGISTRATION, Intent.CHANGE):
        seats = {verdict.headcount, len(verdict.attendees), len([p for p in verdict.attendees if not p.is_sender])} - {
            0
        }
        verdict.reasons += [text for value, text in facts.open_numbers if value is None or value not in seats]
        if (
            not firm
            and not subject_firm
            and not (wishes_only or facts.compared or facts.amended)
            and not (facts.old_totals and facts.totals)
        ):
            verdict.reasons.append("Im Text steht nicht ausdrücklich, dass jemand kommt")
    _doubts(reading, facts, verdict)
    _other_events(reading, event, verdict)
    return verdict


def _only_more(facts: Facts) -> bool:
    """Whether people come besides those on the list: named with an "also", and nobody else is spoken of."""
    named = all(p.strong and not p.is_sender for p in facts.comes)
    return facts.also and named and facts.sender <= 0 and not (facts.stays or facts.companions or facts.has_instead)


def _more_first(facts: Facts) -> bool:
    """„Bitte einen Platz mehr, Karim Aziz kommt mit“: the number that is added comes before the name it is for."""
    return bool(facts.comes) and max(c.start for c in facts.more) < min(p.start for p in facts.comes)


def _only_himself(reading: Reading) -> bool:
    """„Ich kann nicht“, „melde mich ab“: the writer alone; „ich muss absagen“ may be for all."""
    return any(
        segment.own and segment.polarity < 0 and (_means_me(segment) or not segment.has("cancel"))
        for _, segment in reading.segments()
    )


def _means_me(segment: Segment) -> bool:
    """The writer („mich“, „meine Teilnahme“), not the whole registration („meine Anmeldung“)."""
    registers = segment.kinds.get("register", [])
    return any(not any(m.start < r.start < m.end for r in registers) for m in segment.kinds.get("me", ()))


def _lists_people(reading: Reading) -> bool:
    """„Teilnehmer:“ with names below it."""
    return any(s.opens and s.has("label_name", "people", "persons") for s in reading.sentences) and any(
        s.is_item and any(s.start <= m.start < s.end for m in reading.mentions) for s in reading.sentences
    )


def _somebody_stays(facts: Facts) -> bool:
    return bool(facts.comes) or facts.sender > 0 or (bool(facts.stays) and facts.sender == 0)


def _impersonal(reading: Reading) -> bool:
    """„Teilnahme leider nicht möglich“: nobody is named, not even by relation, so the writer is meant."""
    return not reading.mentions and not any(s.own and s.polarity < 0 and s.has("kin") for _, s in reading.segments())


def _attendees(facts: Facts, sender_name: str, verdict: Verdict) -> list[Person]:
    people = list(facts.comes)
    if facts.sender > 0 and not any(p.is_sender for p in people):
        if sender_name:
            people.append(Person(sender_name, order=facts.sender_order, is_sender=True))
        else:
            verdict.reasons.append("Der Name des Absenders steht nirgends")
    for person in people:
        if person.is_sender and sender_name and len(sender_name.split()) > len(person.name.split()):
            person.name = sender_name
    return sorted(people, key=lambda p: p.order)


def _registration(verdict: Verdict, facts: Facts, sender_name: str) -> None:
    verdict.intent = Intent.REGISTRATION
    people = _attendees(facts, sender_name, verdict)
    _fill_seats(verdict, facts, people)
    if facts.old_totals and not facts.totals:
        verdict.reasons.append("Die Zahl wird nur verglichen, nicht genannt")


def _fill_seats(verdict: Verdict, facts: Facts, people: list[Person]) -> None:
    """Reconciles the seats stated with the people named and unnamed."""
    named = len(people)
    unnamed = sum(c.value for c in facts.companions)
    totals = _settle(facts, verdict)
    if totals is None:
        verdict.attendees = people
        if named + unnamed == 0:
            verdict.reasons.append("Es ist nicht klar, wie viele Personen kommen")
        elif named == 0:
            verdict.reasons.append("Es soll jemand kommen, der nicht benannt ist")
        elif facts.sender_by == "we" and named + unnamed <= 1:
            verdict.reasons.append("„Wir“ kommen, aber es steht nicht da, wie viele")
        verdict.headcount = named + _unnamed_beyond_names(facts, people)
    else:
        counted = named + _unnamed_beyond_names(facts, people)
        if (
            counted > totals
            and facts.sender_by == "we"
            and any(p.is_sender and not p.end for p in people)
            and counted - 1 == totals
        ):
            # „Wir kommen zu zweit: A und B“: the writer is not among them.
            people = [p for p in people if not (p.is_sender and not p.end)]
            counted -= 1
        verdict.attendees = people
        verdict.headcount = totals
        if counted > totals:
            verdict.reasons.append(f"Die Zahl {totals} steht im Text, aber es sind {counted} Personen aufgeführt")
        elif (
            counted < totals
            and not (facts.sender > 0 and named == 1 and not unnamed)
            and not facts.companions
            and named > 0
            and not facts.names_later
        ):
            verdict.reasons.append(f"Die Zahl {totals} steht im Text, aber es sind nur {named} Namen genannt")
        elif counted < totals and unnamed:
            verdict.reasons.append(f"Die Zahl {totals} steht im Text, aufgezählt sind nur {counted}")
        elif named == 0:
            verdict.reasons.append(f"{totals} Personen sollen kommen, aber es ist niemand benannt")
    if facts.open_groups and not facts.totals:
        verdict.reasons.append(f"Die Zahl ist offen: „{facts.open_groups[0]}“")
    weak = [p.name for p in verdict.attendees if not p.strong and not p.is_sender]
    if weak:
        verdict.reasons.append("Es ist nicht sicher, ob das Namen von Gästen sind: " + ", ".join(weak))
    if facts.unclear:
        verdict.reasons.append("Es ist nicht klar, ob sie kommen: " + ", ".join(p.name for p in facts.unclear))


def _unnamed_beyond_names(facts: Facts, people: list[Person]) -> int:
    """Unnamed companions; „meine zwei Töchter Awa und Kadiatou“ are named right behind the number."""
    extra = 0
    taken: set[int] = set()
    listed = [p for p in people if p.end]
    only = facts.companions[0].value if len(facts.companions) == 1 and not facts.totals else 0
    if only == len(listed) == len(people) > 1 and any(p.is_sender for p in listed):
        # „mit 4 Frauen … Die Namen: …“: the number counts all who are listed, the writer among them.
        return 0
    for count in facts.companions:
        following = (
            [
                p
                for p in people
                if p.end and count.end <= p.start <= count.end + 90 and p.order not in taken and not p.is_sender
            ]
            if count.value > 1
            else []
        )
        covered = following[: count.value]
        taken |= {p.order for p in covered}
        extra += max(0, count.value - len(covered))
    return extra


def _settle(facts: Facts, verdict: Verdict) -> int | None:
    """The total that counts; None where none is stated."""
    values = list(dict.fromkeys(c.value for c in facts.totals))
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    if facts.corrected:
        return facts.totals[-1].value
    verdict.reasons.append("Im Text stehen verschiedene Zahlen: " + ", ".join(str(v) for v in values))
    return values[-1]


def _change(verdict: Verdict, facts: Facts, sender_name: str) -> None:
    verdict.intent = Intent.CHANGE
    people = _attendees(facts, sender_name, verdict)
    verdict.leaving = [p.name for p in facts.stays]
    if facts.sender < 0 and sender_name:
        verdict.leaving.append(sender_name)
    if facts.remains and facts.stays and not people:
        verdict.reasons.append("Wer außer " + ", ".join(verdict.leaving) + " gemeint ist, ist nicht klar")
    more = sum(c.value for c in facts.more)
    fewer = sum(c.value for c in facts.fewer)
    if facts.totals:
        _fill_seats(verdict, facts, people)
        if verdict.headcount and len(people) < verdict.headcount:
            # The others are those who were registered before.
            verdict.reasons = [r for r in verdict.reasons if "Namen genannt" not in r and "niemand benannt" not in r]
        return
    verdict.attendees = people
    if facts.more and not facts.fewer:
        verdict.headcount_change = more
        named = len([p for p in people if not p.is_sender])
        if named > more:
            verdict.reasons.append(f"{more} mehr steht im Text, aber es sind {named} Namen genannt")
        if facts.sender > 0 and facts.sender_by != "name":
            verdict.attendees = [p for p in people if not p.is_sender]
    elif facts.fewer and not facts.more:
        verdict.headcount_change = -fewer
        # Who is left the book asks for, where those who are named are more.
        if verdict.leaving and len(verdict.leaving) - len(people) != fewer:
            verdict.reasons.append(
                f"{fewer} weniger steht im Text, aber abgemeldet werden {', '.join(verdict.leaving)}"
            )
        if facts.sender > 0 and facts.sender_by != "name":
            verdict.attendees = [p for p in people if not p.is_sender]
    elif facts.has_instead and len(people) == 1 and facts.sender <= 0 and not facts.companions:
        verdict.headcount = 1
    elif (facts.joins or _only_more(facts)) and people:
        # „Nachtrag: Ines Blum kommt auch“
        verdict.attendees = people = [p for p in people if not p.is_sender] or people
        verdict.headcount_change = len(people)
    elif facts.remains and people:
        verdict.headcount = len(people) + sum(c.value for c in facts.companions)
    elif verdict.leaving and not facts.companions and not facts.others and all(p.strong for p in facts.stays):
        # Some leave; others come in their place, or stay.
        verdict.headcount = len(people) if len(people) == len(verdict.leaving) else 0
    else:
        verdict.headcount = 0
        verdict.reasons.append("Was sich an der Anmeldung ändert, ist nicht eindeutig")
    if facts.unclear:
        verdict.reasons.append("Es ist nicht klar, ob sie kommen: " + ", ".join(p.name for p in facts.unclear))
    if facts.open_groups:
        verdict.reasons.append(f"Die Zahl ist offen: „{facts.open_groups[0]}“")


def _doubts(reading: Reading, facts: Facts, verdict: Verdict) -> None:
    """Whatever weakens a statement: perhaps, if, about, not."""
    booking = verdict.intent in (Intent.REGISTRATION, Intent.CHANGE, Intent.CANCELLATION)
    if not booking:
        return
    for sentence, segment in reading.segments():
        asks = is_open_question(sentence)
        for kind, word in (
            ("doubt", "Es ist nicht sicher"),
            ("condition", "Es hängt von etwas ab"),
            ("approximate", "Die Zahl ist ungefähr"),
        ):
            for span in segment.kinds.get(kind, ()):
                if asks and kind != "doubt":
                    continue
                if verdict.intent is Intent.CANCELLATION and not any(
                    s.own and s.polarity < 0 for s in sentence.segments
                ):
                    continue
                if kind == "condition" and (_addresses(reading, span.end) or _about_comfort(sentence)):
                    continue
                if (
                    kind == "doubt"
                    and any(
                        reading.numbers.accounts.get(i) in ("time", "time_phrase")
                        for i in range(segment.start, segment.end)
                    )
                    and not segment.has("register")
                ):
                    continue
                if kind == "approximate" and not _near_number(reading, span.end):
                    continue
                verdict.reasons.append(f"{word}: „{reading.quote(span.start, span.end)}“")
        if (
            segment.has("negation")
            and segment.polarity >= 0
            and not asks
            and not segment.has("not_need")
            and (segment.polarity == 0 or segment.has("come"))
            and not _about_comfort(sentence)
            and not _corrects(segment)
        ):
            span = segment.kinds["negation"][0]
            verdict.reasons.append(
                f"Eine Verneinung ist nicht zugeordnet: „{reading.quote(segment.start, segment.end).strip(' ,;')}“"
            )
    if facts.asks_to_come:
        verdict.reasons.append("Es wird gefragt, ob jemand kommen kann")
    if reading.has("decide_later"):
        verdict.reasons.append("Der Absender will sich erst noch entscheiden")
    if reading.has("takeover"):
        verdict.reasons.append("Es geht um die Anmeldung anderer")
    if reading.has("past_event"):
        verdict.reasons.append("Der Text blickt auf die Veranstaltung zurück")
    if reading.has("advert"):
        verdict.reasons.append("Der Text sieht nach Werbung aus")


def _about_comfort(sentence: Sentence) -> bool:
    """„Wär gut, wenn da eine Ringschleife ist“, „keine Milch“: about a need, not about coming."""
    kinds = {kind for segment in sentence.segments for kind in segment.kinds}
    people = {*COMES, "decline", "cannot", "cancel", "kin", "people", "persons", "one_more", "total", "prior"}
    return any(kind.startswith("need_") for kind in kinds) and not kinds & people


def _corrects(segment: Segment) -> bool:
    """„nicht zu zweit, sondern …“: the negation belongs to the number that no longer holds."""
    old = segment.kinds.get("old_number", ())
    return all(any(o.start <= n.start and n.end <= o.end for o in old) for n in segment.kinds.get("negation", ()))


def _addresses(reading: Reading, index: int) -> bool:
    """„wenn Sie …“: a condition about the reader is courtesy."""
    words = reading.language.options.get("addressee", "").replace(",", " ").split()
    return index < len(reading.tokens) and reading.tokens[index].text in words


def _near_number(reading: Reading, index: int) -> bool:
    for place in range(index, min(index + 3, len(reading.tokens))):
        token = reading.tokens[place]
        if token.kind == "num" or reading.language.number_of(token) is not None:
            return reading.numbers.accounts.get(place) in (None, "open")
    return False


def _other_events(reading: Reading, event: Event, verdict: Verdict) -> None:
    """Another date in a clause that registers, or the word for another kind of event."""
    if verdict.intent not in (Intent.REGISTRATION, Intent.CHANGE, Intent.CANCELLATION):
        return
    for day, month, index in reading.numbers.dates:
        place = reading.place_of(index)
        if place is None or (day, month) == (event.date.day, event.date.month):
            continue
        if (day, month) == (event.deadline.day, event.deadline.month):
            continue
        segment = place[1]
        if segment.has("prior") or place[0].has("prior"):
            continue
        if (
            segment.polarity != 0
            and place[0].has(*COMES, "event_word", "other_event")
            and not any(s.kind == "origin" and s.end == index for s in reading.spans)
            and not (segment.polarity < 0)
        ):
            verdict.reasons.append(f"Ein anderes Datum wird genannt: „{reading.tokens[index].text}“")
            break
    spans = reading.spans_of("other_event")
    if spans:
        verdict.reasons.append(
            f"Es könnte eine andere Veranstaltung gemeint sein: „{reading.quote(spans[0].start, spans[0].end)}“"
        )
