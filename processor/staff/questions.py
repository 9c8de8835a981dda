"""What a case asks the person who decides it, with the answers that need one key, and what to ask the sender."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from processor.database import Registration
from processor.registrations import NewRegistration

#: More seats are no answer for one key.
_MOST = 99
#: Pieces of the words in which a doubt is told, and the question that clears it up; the first that fits is taken.
_TO_ASK = (
    (("anhang",), "Den Anhang können wir nicht lesen. Bitte schreiben Sie uns die Namen in eine Mail: Wer kommt?"),
    (("datum", "veranstaltung"), "Meinen Sie unsere Veranstaltung?"),
    (("ob sie kommen", "ob jemand kommen", "entscheiden", "ob jemand kommt"), "Kommen Sie sicher? Und wer kommt mit?"),
    (("zahl", "wie viele", "personen"), "Wie viele Personen kommen insgesamt?"),
    (("wer absagt", "abgesagt wird"), "Für wen sagen Sie ab? Bitte nennen Sie uns die Namen."),
    (
        ("neue anmeldung", "ergänzt", "ändert"),
        "Was soll sich an Ihrer Anmeldung ändern?",
    ),
    (("name", "wer ", "benannt"), "Wer kommt? Bitte nennen Sie uns die Namen aller Personen."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An answer that is one button: a field of the form with its value."""

    label: str
    field: str
    value: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and the ready answers; none where the buttons below answer it."""

    text: str
    ready: tuple[Ready, ...] = ()


def about_mail(
    understood: Mapping[str, Any],
    reasons: Sequence[str],
    facts: NewRegistration,
    target: Registration | None,
    candidates: Sequence[Registration],
    *,
    late: bool,
    say: Callable[[str], str],
) -> Question | None:
    """What the case of a mail asks; None for one that only wants an answer.

    :param facts: what would be entered.
    :param say: gives a text in the language of the page.
    """
    intent = understood.get("intent")
    if intent == "cancellation":
        return _who_leaves(target, candidates, say)
    if intent not in ("registration", "change"):
        return None
    if numbers := open_numbers(understood):
        answers = (Ready(label=str(n), field="quick", value=str(n), key=str(n) if n < 10 else "") for n in numbers)
        joined = say("{one} oder {other}").format(one=", ".join(map(str, numbers[:-1])), other=numbers[-1])
        return Question(text=say("{numbers} Plätze?").format(numbers=joined), ready=tuple(answers))
    if unsure := [each.name for each in facts.attendees if any(each.name in reason for reason in reasons)]:
        names = ", ".join(unsure)
        rest = max(facts.headcount - len(unsure), 0)
        without = Ready(label=say("Nein, ohne sie ({seats})").format(seats=rest), field="without", value=names, key="o")
        with_all = Ready(label=say("Ja ({seats})").format(seats=facts.headcount), field="do", value="confirm", key="j")
        return Question(
            text=say("Kommt mit: {names}?").format(names=names), ready=(with_all, without)[: 1 + (rest > 0)]
        )
    if target is not None and facts.headcount != target.headcount:
        text = say("Von {before} auf {after} Plätze ändern?").format(before=target.headcount, after=facts.headcount)
        keep = Ready(label=say("Nein, so lassen"), field="do", value="dismiss", key="k")
        return Question(text=text, ready=(Ready(label=say("Ja"), field="do", value="confirm", key="j"), keep))
    if target is not None:
        return Question(text=say("So ändern?"))
    asked = say("Nach dem Anmeldeschluss: mit {seats} annehmen?") if late else say("Mit {seats} eintragen?")
    return Question(text=asked.format(seats=_seats(facts.headcount, say)))


def _who_leaves(target: Registration | None, candidates: Sequence[Registration], say: Callable[[str], str]) -> Question:
    if target is not None:
        named = target.contact_name or target.organisation or target.reference
        text = say("{name} mit {seats} abmelden?").format(name=named, seats=_seats(target.headcount, say))
        return Question(text=text)
    ready = tuple(
        Ready(
            label=f"{each.contact_name or each.organisation} ({each.reference})",
            field="cancel_id",
            value=str(each.id),
            key=str(place),
        )
        for place, each in enumerate(candidates[:9], 1)
    )
    return Question(text=say("Wer wird abgemeldet?"), ready=ready)


def _seats(number: int, say: Callable[[str], str]) -> str:
    return say("1 Platz") if number == 1 else say("{number} Plätzen").format(number=number)


def open_numbers(understood: Mapping[str, Any]) -> list[int]:
    """The numbers of seats that a mail leaves open, where there are several.

    These are the totals it states; where it states one, and names several people but not so many, also their number.
    """
    found = {
        int(item["value"])
        for item in understood.get("evidence", [])
        if item["field"] == "headcount" and str(item["value"]).isascii() and str(item["value"]).isdigit()
    }
    named = len(understood.get("attendees") or ())
    if len(found) == 1 and named > 1:
        found.add(named)
    return sorted(number for number in found if 0 < number <= _MOST) if len(found) > 1 else []


def to_ask(understood: Mapping[str, Any], reasons: Sequence[str], *, primary: str) -> str:
    """A question to the sender, ready to be sent or changed; "" where the sender has asked, or nothing is in doubt."""
    if primary == "ask":
        return ""
    if numbers := open_numbers(understood):
        return f"Wie viele Personen kommen insgesamt: {' oder '.join(map(str, numbers))}?"
    doubts = " ".join(reasons).lower()
    return next((question for pieces, question in _TO_ASK if any(piece in doubts for piece in pieces)), "")
