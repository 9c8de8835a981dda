"""What a text holds beyond what was understood: each leftover that could matter is a reason to ask a person."""

from __future__ import annotations

from collections.abc import Iterator

from processor.extraction.facts import Facts
from processor.extraction.layout import Segment, Sentence
from processor.extraction.patterns import Span
from processor.extraction.people import Mention
from processor.extraction.polarity import is_open_question
from processor.extraction.reading import Reading
from processor.extraction.values import Intent

#: A clause that names nobody but holds one of these says who does not come.
_SOMEBODY = (
    "uncancel",
    "persons",
    "one_person_fewer",
    "fewer",
    "third",
    "old_number",
    "title",
    "organisation",
    "neutral",
)
#: A question that holds one of these is not on the side: on its answer it may depend who comes.
_NOT_ASIDE = (
    "come",
    "come_i",
    "come_we",
    "register",
    "register_i",
    "register_we",
    "decline",
    "cannot",
    "cancel",
    "brings",
    "kin",
    "people",
    "persons",
    "family",
    "one_more",
    "one_person_more",
    "total",
    "one_total",
    "more",
    "fewer",
    "doubt",
)
#: What may follow an "and" behind a guest's name, whatever its capital.
_AFTER_AND = frozenset({"i", "we", "me", "us", "title", "kin", "possessive", "one_more", "extra"})
#: What joins the names of an enumeration.
_STRUCTURE = (
    "and",
    "with",
    "title",
    "post_title",
    "kin",
    "possessive",
    "named",
    "filler",
    "role",
    "people",
    "persons",
    "extra",
    "one_more",
    "total",
    "org_before",
    "organisation",
    "me",
    "i",
    "self_name",
    "with_me",
    "origin",
    "table_word",
    "label_name",
    "family",
    "whole",
    "alone",
    "regret",
    "event_word",
)
#: A small word of so few letters says nothing of its own.
_TINY = 3
#: Words about coming or not.
_ATTENDANCE = (
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
)
#: So short a sentence of regret may leave out everything but the reason.
_FEW = 5
#: So many other words may stand in such a clause.
_LOOSE = 1
#: So many unknown words in the sentences that decide, and such a share of them, are too many.
_MANY_UNKNOWN = 4
_SHARE_UNKNOWN = 0.2


def leftovers(reading: Reading, facts: Facts, intent: Intent) -> list[str]:
    """Reasons in words, for a mail that would otherwise be decided alone."""
    reasons: list[str] = []
    if intent is Intent.CANCELLATION:
        reasons += _others_in_cancellation(reading)
        reasons += _own_refusal(reading, facts)
    else:
        reasons += _relations(reading, facts)
        reasons += _writer(reading, facts)
        reasons += _decliners(reading, facts)
        reasons += _questions(reading)
        reasons += _choices(reading)
        reasons += _adrift(reading, facts)
        reasons += _names(reading)
        reasons += _broken_rows(reading)
    reasons += _unknown_words(reading)
    return reasons


def _statements(reading: Reading) -> Iterator[tuple[Sentence, Segment]]:
    for sentence, segment in reading.segments():
        if not is_open_question(sentence):
            yield sentence, segment


def _covered(reading: Reading) -> set[int]:
    """Tokens that belong to people, bodies, places of the event, and numbers."""
    found: set[int] = set(reading.event_words)
    for mention in reading.mentions:
        found |= set(range(mention.head, mention.end))
    for organisation in reading.organisations:
        found |= set(range(organisation.start, organisation.end))
    return found | set(reading.numbers.accounts)


def _others_in_cancellation(reading: Reading) -> list[str]:
    """Somebody else is named: a substitute, perhaps, or one of several."""
    for mention in reading.mentions:
        if (
            any(reading.tokens[i].key in reading.sender for i in range(mention.start, mention.end))
            or not mention.strong
        ):
            continue
        place = reading.place_of(mention.start)
        if place is None or place[1].polarity < 0 or place[1].has("prior", "addressed", "greets_only"):
            continue
        return [f"Neben der Absage wird jemand genannt: {mention.name}"]
    named = [m for m in reading.mentions if m.strong]
    if len(named) > 1:
        return ["Neben der Absage sind mehrere Personen genannt: " + ", ".join(m.name for m in named)]
    for _, segment in _statements(reading):
        if segment.has("but") and segment.has("i", "we") and not segment.own:
            quote = reading.quote(segment.start, segment.end).strip(" ,;.")
            return [f"Neben der Absage steht ein Gegensatz: „{quote}“"]
    for _, segment in reading.segments():
        if segment.own and segment.polarity > 0 and segment.has("kin", "people", "family"):
            quote = reading.quote(segment.start, segment.end).strip(" ,;")
            return [f"Neben der Absage kommt vielleicht jemand: „{quote}“"]
    if not named and _unread_name(reading):
        return [f"Ob „{_unread_name(reading)}“ jemand ist, um den es geht, ist nicht klar"]
    spans = reading.spans_of("instead", "instead_of_me")
    if spans:
        return [f"Neben der Absage ist von Ersatz die Rede: „{reading.quote(spans[0].start, spans[0].end)}“"]
    return []


def _unread_name(reading: Reading) -> str:
    """Two words with capitals side by side, of which one is no ordinary word, where somebody is struck out."""
    covered = _covered(reading)
    known = reading.language.is_ordinary
    for _, segment in _statements(reading):
        if not (segment.own and segment.polarity < 0 and reading.cased):
            continue
        for index in range(segment.start, segment.end - 1):
            pair = reading.tokens[index : index + 2]
            if any(not t.is_word or not t.is_capital for t in pair) or {index, index + 1} & covered:
                continue
            if all(known(t.key) for t in pair) or any(t.key in reading.sender for t in pair):
                continue
            if index == segment.start and known(pair[0].key):
                # The first word of a sentence has its capital anyhow.
                continue
            return reading.quote(index, index + 2)
    return ""


def _own_refusal(reading: Reading, facts: Facts) -> list[str]:
    """Where others stay away as well, the writer must say in so many words that he does not come."""
    if not facts.stays or facts.sender == 0:
        return []
    for _, segment in _statements(reading):
        if segment.own and segment.polarity < 0 and segment.has("i", "we", "me", "us", "come_i", "come_we"):
            return []
    names = ", ".join(p.name for p in facts.stays)
    return [f"Abgesagt wird für {names}; ob der Absender selbst kommt, ist nicht klar"]


def _relations(reading: Reading, facts: Facts) -> list[str]:
    """A companion by relation („meine Assistentin“) who was neither counted nor named nor excluded."""
    counted = [
        (c.start, c.end) for c in (*facts.companions, *facts.totals, *facts.old_totals, *facts.more, *facts.fewer)
    ]
    heads = [(m.head, m.end) for m in reading.mentions]
    seen = {
        reading.tokens[s.end - 1].key
        for s in reading.spans_of("kin")
        if _inside(reading, s, counted) or any(h <= s.start < e for h, e in heads)
    }
    for sentence, segment in _statements(reading):
        if sentence.is_item or not any(s.polarity > 0 and s.own for s in sentence.segments) or segment.polarity < 0:
            continue
        if segment.has("reporting") and not segment.own:
            # „unser Vorstand hat beschlossen, dass …“
            continue
        for span in segment.kinds.get("kin", ()):
            before = {s.kind for s in reading.spans if s.end == span.start}
            possessed = "possessive" in before and "article" not in before
            owned = possessed or bool(reading.language.options.get("kin_has_possessive"))
            if not owned or reading.tokens[span.end - 1].key in seen:
                continue
            if any(s.kind == "without" and span.start - 2 <= s.start < span.start for s in reading.spans):
                continue
            if (
                any(h <= span.start < e for h, e in heads)
                or _inside(reading, span, counted)
                or _beside_name(reading, span)
            ):
                continue
            return [f"Ob „{reading.quote(span.start, span.end)}“ mitkommt, ist nicht klar"]
    return []


def _beside_name(reading: Reading, span: Span) -> bool:
    """„Yusuf Karadağ, mein Stellvertreter“: the relation of somebody named, or of the writer."""
    near = [m for m in reading.mentions if 0 <= span.start - m.end <= 4 or 0 <= m.start - span.end <= 3]
    return bool(near) or any(s.kind in ("i", "me") and 0 <= span.start - s.end <= 3 for s in reading.spans)


def _inside(reading: Reading, span: Span, counted: list[tuple[int, int]]) -> bool:
    start, end = reading.tokens[span.start].start, reading.tokens[span.end - 1].end
    return any(a < end and start < b for a, b in counted)


def _writer(reading: Reading, facts: Facts) -> list[str]:
    """The writer speaks of himself where somebody comes, and is not among them."""
    if facts.sender != 0:
        return []
    for sentence, segment in _statements(reading):
        if segment.polarity <= 0:
            continue
        named = any(sentence.start <= m.start < sentence.end for m in reading.mentions)
        object_of = (
            segment.own
            and not segment.has("request", "answer_wish")
            and (segment.has("me") or (segment.has("us") and not named))
        )
        if segment.has("with_me") or object_of:
            return ["Es ist nicht klar, ob der Absender selbst kommt"]
    return []


def _decliners(reading: Reading, facts: Facts) -> list[str]:
    """Somebody does not come, and it is not said who; or it is said with regret, and nobody stays away."""
    for _, segment in _statements(reading):
        if not segment.own or segment.polarity >= 0:
            continue
        inside = range(segment.start, segment.end)
        if any(m.start in inside and m.strong for m in reading.mentions) or segment.has(*_SOMEBODY):
            continue
        if facts.sender < 0 and segment.has(
            "i", "we", "me", "us", "come_i", "come_we", "instead_of_me", "decline", "cannot"
        ):
            continue
        place = reading.place_of(segment.start)
        if place is not None and any(place[0].start <= m.start < segment.start for m in reading.mentions):
            continue
        if place is not None and any(
            s.has("kin", "people") for s in place[0].segments if s.start < segment.start and not segment.has("kin")
        ):
            # „Meine Frau kommt nicht mit, sie muss arbeiten“
            continue
        return [f"Es ist nicht klar, wer nicht kommt: „{reading.quote(segment.start, segment.end).strip(' ,;.')}“"]
    if facts.stays and reading.has("cancel") and not facts.has_prior and not facts.has_instead:
        return ["Jemand wird abgemeldet, und jemand kommt: " + ", ".join(p.name for p in facts.stays)]
    if reading.has("regret") and not (
        facts.stays or facts.declines or facts.fewer or facts.has_prior or facts.sender < 0
    ):
        regretted = [
            sentence
            for sentence in reading.sentences
            if sentence.has("regret")
            and (
                sentence.has("i", "we", "us", "me", "kin", "people", "persons", *_ATTENDANCE)
                or any(sentence.start <= m.start < sentence.end for m in reading.mentions)
                or len(reading.words(sentence.start, sentence.end)) < _FEW
            )
        ]
        if not regretted:
            # „Die Mail ist leider untergegangen“
            return []
        span = reading.spans_of("regret")[0]
        return [f"Es wird etwas bedauert: „{reading.quote(span.start, span.end)}“"]
    return []


def _choices(reading: Reading) -> list[str]:
    """„Ines Blum oder Karim Aziz“, and a baby of whom nobody said whether it needs a seat."""
    ends = {m.end for m in reading.mentions}
    heads = {m.head for m in reading.mentions}
    for span in reading.spans_of("or"):
        if span.start in ends and span.end in heads:
            return [f"Es ist offen, wer kommt: „{reading.quote(span.start - 1, span.end + 1)}“"]
    for _, segment in _statements(reading):
        if segment.has("infant") and segment.polarity > 0:
            span = segment.kinds["infant"][0]
            return [f"Ob „{reading.quote(span.start, span.end)}“ einen Platz braucht, ist nicht klar"]
    return []


def _questions(reading: Reading) -> list[str]:
    """A question about people or coming is no question on the side."""
    for sentence in reading.sentences:
        named = any(sentence.start <= m.start < sentence.end for m in reading.mentions)
        known = sentence.has("free_question", "side_question", "need_parking")
        plain = reading.cased and not named and not sentence.has(*_NOT_ASIDE)
        safe = (known or plain) and not sentence.has("come", "come_i", "come_we", "kin")
        if is_open_question(sentence) and not safe:
            return [
                f"Eine Frage betrifft vielleicht die Anmeldung: „{reading.quote(sentence.start, sentence.end).strip()}“"
            ]
    return []


def _adrift(reading: Reading, facts: Facts) -> list[str]:
    """A name in a clause that has words of its own, but no verb that is known; or a given name among full ones."""
    coming = {p.order for p in facts.comes}
    named = [m for m in reading.mentions if m.start in coming]
    for mention in named:
        place = reading.place_of(mention.start)
        if place is None or place[0].is_item or not place[1].carried:
            continue
        loose = _loose_words(reading, place[1])
        if len(loose) > _LOOSE:
            quote = reading.quote(place[1].start, place[1].end).strip(" ,;.")
            return [f"Ob {mention.name} kommt, ist nicht klar: „{quote}“"]
    for _, segment in _statements(reading):
        counts = segment.has("kin", "total", "people", "one_more") and segment.polarity > 0 and segment.carried
        if counts and len(_loose_words(reading, segment)) > _LOOSE + 1:
            quote = reading.quote(segment.start, segment.end).strip(" ,;.")
            return [f"Ob das noch zur Zusage gehört, ist nicht klar: „{quote}“"]
    for mention in named:
        alone = len(mention.name.split()) == 1 and mention.via in ("plain", "item")
        if (
            alone
            and not _in_company(reading, mention)
            and len(facts.comes) > 1
            and not any(reading.tokens[i].key in reading.sender for i in range(mention.start, mention.end))
        ):
            return [f"Von {mention.name} ist nur ein Name bekannt"]
    return []


def _in_company(reading: Reading, mention: Mention) -> bool:
    """„meine Töchter Leyla und Aylin“, „Almut und ich“: a single name where only a person can stand."""
    pairs = {(s.start, s.end) for s in reading.spans if s.kind == "and"}
    pronouns = [s for s in reading.spans if s.kind in ("i", "me")]
    if any((mention.end, p.start) in pairs or (p.end, mention.head) in pairs for p in pronouns):
        return True
    nouns = {s.end for s in reading.spans if s.kind in ("kin", "people")}
    first = next((m for m in reading.mentions if (m.end, mention.head) in pairs), mention)
    return first.via == "kin" or first.start in nouns


def _loose_words(reading: Reading, segment: Segment) -> list[str]:
    covered = _covered(reading)
    for kind in _STRUCTURE:
        for span in segment.kinds.get(kind, ()):
            covered |= set(range(span.start, span.end))
    depth = 0
    loose = []
    for index in range(segment.start, segment.end):
        token = reading.tokens[index]
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif token.is_word and index not in covered and not depth and (token.is_capital or len(token.text) > _TINY):
            loose.append(token.text)
    return loose


def _names(reading: Reading) -> list[str]:
    """A word that looks like a name where somebody comes, and belongs to nobody."""
    if not reading.cased or reading.language.code == "de":
        return []
    covered = _covered(reading)
    for sentence, segment in _statements(reading):
        if segment.polarity <= 0:
            continue
        for index in range(segment.start, segment.end):
            token = reading.tokens[index]
            if (
                not token.is_word
                or not token.is_capital
                or index in covered
                or len(token.text) < 2
                or token.text.isupper()
            ):
                continue
            before = reading.tokens[index - 1] if index else None
            if (
                index == sentence.start
                or before is None
                or before.kind in ("nl", "punct")
                or reading.language.is_known(token.key)
                or token.key in reading.sender
            ):
                continue
            if any(s.start <= index < s.end for s in reading.spans):
                continue
            return [f"Wer oder was mit „{token.text}“ gemeint ist, ist nicht klar"]
    return []


def _broken_rows(reading: Reading) -> list[str]:
    """„Deniz Kaya und …“: what follows an "and" behind a guest's name must be somebody, too, or a new clause."""
    heads = {m.head for m in reading.mentions} | {m.start for m in reading.mentions}
    ends = {m.end for m in reading.mentions}
    for sentence, segment in _statements(reading):
        if segment.polarity <= 0:
            continue
        for span in segment.kinds.get("and", ()):
            if span.start not in ends or span.end >= sentence.end:
                continue
            token = reading.tokens[span.end]
            if any(s.kind in ("me", "i") and s.start == span.end for s in reading.spans):
                continue
            owner = next((s for s in reading.spans if s.kind == "possessive" and s.start == span.end), None)
            if owner is not None and owner.end < sentence.end:
                relation = any(
                    s.kind in ("kin", "people", "persons", "family", "extra", "organisation")
                    and s.start in (owner.start, owner.end, owner.end + 1)
                    for s in reading.spans
                )
                if (
                    not relation
                    and owner.end not in heads
                    and reading.language.number_of(reading.tokens[owner.end]) is None
                ):
                    return [f"Wer „{reading.quote(owner.start, owner.end + 1)}“ ist, ist nicht klar"]
            if span.end in heads or not token.is_word:
                continue
            kinds = {s.kind for s in reading.spans if s.start == span.end} - {
                "organisation",
                "label_name",
                "filler",
                "come",
                "register",
            }
            noun = token.is_capital and reading.cased and reading.language.code != "de"
            if kinds & _AFTER_AND or (kinds and not noun):
                continue
            if not reading.language.is_known(token.key) or (token.is_capital and reading.cased):
                return [f"Was nach „{reading.quote(span.start, span.end)}“ folgt, ist nicht klar: „{token.text}“"]
    return []


def _unknown_words(reading: Reading) -> list[str]:
    """Too much of what decides is not understood; in a text without capitals a name may hide in any unknown word."""
    covered = _covered(reading)
    unknown: list[str] = []
    total = 0
    for sentence in reading.sentences:
        if is_open_question(sentence) or (reading.cased and not any(s.polarity for s in sentence.segments)):
            continue
        for index in range(sentence.start, sentence.end):
            token = reading.tokens[index]
            if not token.is_word or index in covered or len(token.text) < 2:
                continue
            total += 1
            if not (
                reading.language.is_ordinary(token.key)
                or token.key in reading.sender
                or token.key in reading.language.months
            ):
                unknown.append(token.text)
    caseless = not reading.cased
    if caseless and unknown and total:
        return [f"Der Text ist ohne Großschreibung, und ein Wort ist nicht bekannt: „{unknown[0]}“"]
    if len(unknown) >= _MANY_UNKNOWN and len(unknown) >= _SHARE_UNKNOWN * total:
        return ["Zu viele Wörter sind nicht bekannt: " + ", ".join(f"„{w}“" for w in unknown[:4])]
    return []
