"""Two readings of one mail, and which of them to rely on: every combination of their facts is weighed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final, TypeVar

from processor.extraction import nouns
from processor.extraction.contact import compatible, name_keys
from processor.extraction.learned import models
from processor.extraction.learned.opinion import SAYS_YES, Opinion
from processor.extraction.learned.overall import stem_of
from processor.extraction.learned.people import bodies_named, one_person
from processor.extraction.learned.tags import COMES, MORE_ALONG, ONE_ALONG, TOTAL, TWO_ALONG
from processor.extraction.organisations import agree
from processor.extraction.tokens import fold
from processor.extraction.understanding import Understanding
from processor.extraction.values import Intent

#: What the book takes in.
_BOOKING: Final = (Intent.REGISTRATION, Intent.CHANGE, Intent.CANCELLATION)
#: Steps of a chance, 0 to 1.
_STEPS: Final = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
_BOTH, _FIRST, _LEARNED = "both", "first", "learned"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One combination of facts that a mail may state."""

    intent: Intent
    names: tuple[str, ...]
    #: All seats; 0 where only a difference is told.
    headcount: int
    #: The difference that a relative change names, else 0.
    change: int
    organisation: str
    #: Which reader each fact is from: intent, names, headcount, organisation.
    origin: tuple[str, str, str, str]


def candidates(understood: Understanding, opinion: Opinion) -> list[Candidate]:
    """Every combination of what the two readers hold to be true."""
    verdict = understood.verdict
    changes = verdict.intent in (Intent.REGISTRATION, Intent.CHANGE)
    first_names = tuple(p.name for p in verdict.attendees)
    learned_names = tuple(p.name for p in opinion.attendees())
    intents = _options(verdict.intent, opinion.intent, same=verdict.intent is opinion.intent)
    people = _options(first_names, learned_names, same=alike(first_names, learned_names))
    if understood.tables or understood.wanted:
        people += [((), _LEARNED)] if () not in (first_names, learned_names) else []
    first_body, body = understood.organisation, opinion.organisation
    bodies = _options(first_body, body, same=first_body == body or agree(first_body, body))
    if len(bodies) == 1 and len(body) > len(first_body):
        bodies = [(body, _BOTH)]
    bodies = [(name, d) for name, d in bodies if not _is_person(name, (*first_names, *learned_names))] or [("", _BOTH)]
    found = []
    for (intent, a), (named, b), (organisation, d) in product(intents, people, bodies):
        if intent is Intent.CANCELLATION:
            found.append(Candidate(intent, (), 0, 0, organisation, (a, _BOTH, _BOTH, d)))
            continue
        if intent not in (Intent.REGISTRATION, Intent.CHANGE):
            continue
        counted = opinion.seats.total if opinion.seats.total is not None else len(named) + opinion.seats.along
        numbers = [(counted, 0, _LEARNED)]
        if changes:
            same = verdict.headcount == counted
            numbers = [(counted, 0, _BOTH)] if same else [(counted, 0, _LEARNED), (verdict.headcount, 0, _FIRST)]
        numbers = [(number, 0, c) for number, _, c in numbers if number and number >= len(named)]
        if intent is Intent.CHANGE:
            numbers += _differences(verdict.headcount_change if changes else 0, opinion.seats.change)
            if not named and (understood.tables or understood.wanted):
                # A table or a need alone: how many come stays as it is.
                as_first = verdict.intent is Intent.CHANGE and not verdict.headcount
                numbers.append((0, 0, _FIRST if as_first else _LEARNED))
        found += [Candidate(intent, named, n, change, organisation, (a, b, c, d)) for n, change, c in numbers]
    return list(dict.fromkeys(found))


def _differences(first: int, learned: int) -> list[tuple[int, int, str]]:
    if first == learned:
        return [(0, first, _BOTH)] if first else []
    return [(0, n, o) for n, o in ((learned, _LEARNED), (first, _FIRST)) if n]


def _is_person(body: str, names: Sequence[str]) -> bool:
    """Whether what was taken for an organisation is somebody's name."""
    return any(compatible(body, name) for name in names) if len(body.split()) > 1 else False


def _options(first: _T, learned: _T, *, same: bool) -> list[tuple[_T, str]]:
    return [(first, _BOTH)] if same else [(learned, _LEARNED), (first, _FIRST)]


def alike(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether two lists name the same people."""
    if len(first) != len(second):
        return False
    keys = sorted(sorted(name_keys(n, digraphs=True)) for n in first)
    return keys == sorted(sorted(name_keys(n, digraphs=True)) for n in second)


def reliance_features(understood: Understanding, opinion: Opinion, candidate: Candidate) -> set[str]:
    """What tells whether a combination of facts is right."""
    verdict = understood.verdict
    intent, named, number, body = candidate.origin
    kind = "c" if candidate.intent is Intent.CANCELLATION else "r"
    found = {
        f"intent:{intent}",
        f"is:{candidate.intent.value}",
        f"R:{verdict.intent.value}",
        _step("pi", opinion.intents.get(candidate.intent.value, 0.0)),
        _step("pd", opinion.doubtful),
        f"Rn:{min(len(verdict.reasons), 3)}",
        f"lang:{'de' if understood.reading.language.code == 'de' else '-'}",
        f"cased:{understood.reading.cased}",
    }
    reasons = {stem_of(reason) for reason in (*verdict.reasons, *verdict.blocks)}
    found |= {f"rr:{reason}" for reason in reasons} | {f"rr{kind}:{reason}" for reason in reasons}
    if not verdict.reasons:
        found |= {f"sure:{'+'.join(candidate.origin)}", f"sure:{kind}"}
    if candidate.intent is not Intent.CANCELLATION:
        found |= {f"names:{named}", f"number:{number}", f"body:{body}", f"origin:{'+'.join(candidate.origin)}"}
        found |= _of_seats(understood, opinion, candidate)
    if understood.has_question:
        found.add(f"asks{kind}")
    chance = opinion.intents.get(candidate.intent.value, 0.0)
    found |= {f"{kind}{_step('pi', chance)}", f"{candidate.intent.value}{_step('pi', chance)}"}
    found |= _of_labels(opinion, kind)
    if candidate.intent is Intent.CANCELLATION:
        found |= {
            f"c{_step('miss', opinion.tagging.missed)}",
            f"c{_step('pw', opinion.writer)}",
            f"cRcomes:{min(len(understood.facts.comes), 2)}",
            f"cRsender:{understood.facts.sender}",
            f"c{_step('pr', opinion.intents.get(Intent.REGISTRATION.value, 0.0))}",
            f"c{_step('pc', opinion.intents.get(Intent.CHANGE.value, 0.0))}",
        }
    return found


def _beyond(candidate: Candidate) -> str:
    """How many come beside those named; or that only a difference is told, or nothing about how many."""
    if candidate.headcount:
        return str(min(candidate.headcount - len(candidate.names), 4))
    return "relative" if candidate.change else "none"


def _of_labels(opinion: Opinion, kind: str) -> set[str]:
    counts = Counter(t.label for t in opinion.tagging.tags if opinion.stream.sections[t.start] in "GBPTS")
    found = {f"{kind}#{label}:{min(counts[label], 3)}" for label in "CAXTHMLYODQNR"}
    weak = sum(t.probability < 0.7 for t in opinion.tagging.tags)
    return found | {f"{kind}weak:{min(weak, 4)}"}


def _of_seats(understood: Understanding, opinion: Opinion, candidate: Candidate) -> set[str]:
    tagging, seats, facts = opinion.tagging, opinion.seats, understood.facts
    named = len(candidate.names)
    writer = opinion.writer_name
    among = bool(writer) and any(one_person(n, writer) for n in candidate.names)
    found = {
        _step("pC", tagging.least(COMES)),
        _step("pG", opinion.organisation_sure),
        _step("pT", tagging.least(TOTAL)),
        _step("pP", tagging.least(ONE_ALONG, TWO_ALONG, MORE_ALONG)),
        _step("miss", tagging.missed),
        _step("missbody" if candidate.organisation else "missbody-none", tagging.missed_body),
        _step("missseats", tagging.missed_seats),
        _step("pw", opinion.writer if among else 1 - opinion.writer),
        f"named:{min(named, 5)}",
        f"beyond:{min(candidate.headcount - named, 4)}"
        if candidate.headcount
        else f"relative:{bool(candidate.change)}",
        f"relative:{bool(candidate.change)}:{bool(seats.change)}:{bool(understood.verdict.headcount_change)}",
        f"torn:{seats.torn}",
        f"along:{min(seats.along, 3)}",
        f"body?:{bool(candidate.organisation)}",
        f"bodies:{min(len(bodies_named(opinion.stream, tagging)), 3)}",
        f"tables:{len(understood.tables)}",
    }
    if seats.total is not None:
        found.add(f"total-named:{max(-3, min(3, seats.total - named - seats.along))}")
        found.add(f"total=number:{seats.total == candidate.headcount}")
    totals = {c.value for c in facts.totals}
    found.add(f"Rtotals:{candidate.headcount in totals if totals else '-'}")
    found.add(f"sum:{candidate.headcount - named - seats.along == 0}")
    found.add(f"Rsum:{candidate.headcount - named - sum(c.value for c in facts.companions) == 0}")
    found.add(f"opennumbers:{min(len(facts.open_numbers), 2)}")
    if any(len(n.split()) == 1 for n in candidate.names):
        found.add("single")
    if any(len(n.split()) > 3 for n in candidate.names):
        found.add("long")
    language = understood.reading.language
    for name in candidate.names:
        first = fold(name.split()[0].strip(".,'’"), digraphs=language.digraphs)
        if len(name.split()) > 1 and (nouns.is_person(first, language.code) or language.is_known(first)):
            found.add("begins with a word")
        if not all(c.isalpha() or c in " .-'’`" for c in name):
            found.add("odd name")
    if opinion.people and named and candidate.origin[1] == _FIRST:
        longer = any(
            compatible(p.name, n) and len(n.split()) > len(p.name.split())
            for p in opinion.people
            for n in candidate.names
        )
        found.add(f"first longer:{longer}")
    if any(compatible(n, a) for n in candidate.names for a in opinion.absent):
        found.add("absent too")
    return found


def _step(name: str, chance: float) -> str:
    return f"{name}:{sum(chance > step for step in _STEPS)}"


def weigh(understood: Understanding, opinion: Opinion, folder: Path = models.FOLDER) -> list[tuple[float, Candidate]]:
    """Every combination with the chance that all of it is right and nobody has to ask, best first."""
    model = models.load("reliance", folder)
    weighed = [
        (models.chances(model, reliance_features(understood, opinion, c)).get(SAYS_YES, 0.0), c)
        for c in candidates(understood, opinion)
    ]
    return sorted(weighed, key=lambda pair: -pair[0])
