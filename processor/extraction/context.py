"""What lies outside the sentences: subject, attachments, quoted mails, limits of sense."""

from __future__ import annotations

from processor.event import Event
from processor.extraction.decide import Verdict
from processor.extraction.facts import Facts
from processor.extraction.gather import gather
from processor.extraction.lexicon import Language, load, marked
from processor.extraction.polarity import is_open_question, polarise
from processor.extraction.reading import Reading, read_text
from processor.extraction.rows import Rows
from processor.extraction.tokens import tokenise
from processor.extraction.values import Intent
from processor.message import Message, SenderKind

#: What the book knows.
BOOKING = (Intent.REGISTRATION, Intent.CHANGE, Intent.CANCELLATION)


#: A full name has at least so many words, and seldom more than so many.
_FULL_NAME = 2


_LONGEST_NAME = 5
#: So many letters of a name are shown in a reason.
_SHOWN = 60


def speaks_of_change(subject: str, language: Language) -> bool:
    """Whether the subject announces a change."""
    return any(s.kind == "change_noun" for s in marked(language, subject)[1])


def against_subject(
    subject: str, verdict: Verdict, facts: Facts, event: Event, languages: tuple[Language, ...], sender: frozenset[str]
) -> list[str]:
    """What the subject says otherwise than the text: another number, or a refusal."""
    if not subject.strip():
        return []
    reading = read_text(subject, event, languages, sender)
    polarise(reading, default=1)
    stated = gather(reading, "", [])
    reasons = []
    known = {
        verdict.headcount,
        abs(verdict.headcount_change),
        *(c.value for c in (*facts.old_totals, *facts.more, *facts.fewer, *facts.companions)),
    }
    reasons += [
        f"Im Betreff steht die Zahl {count.value}, im Text {verdict.headcount}"
        for count in (*stated.totals, *stated.companions)
        if verdict.headcount and count.value not in known and count.value > 1
    ]
    if (
        stated.declines
        and not stated.attends
        and verdict.intent is Intent.REGISTRATION
        and not facts.declines
        and not facts.has_instead
    ):
        reasons.append("Der Betreff sagt ab, der Text sagt zu")
    return reasons


def says_registration(subject: str, language: Language) -> bool:
    """Whether the subject alone says that somebody comes."""
    kinds = {s.kind for s in marked(language, subject)[1]}
    return bool(kinds & {"register", "come", "come_i", "come_we"}) and "negation" not in kinds


def names_in_attachment(reading: Reading, message: Message, rows: Rows) -> bool:
    """Whether the text sends the reader to an attachment that no names were found in."""
    if rows.people or not reading.has("names_attached"):
        return False
    return any(not a.decoration for a in message.attachments)


def around(
    message: Message, event: Event, reading: Reading, facts: Facts, verdict: Verdict, language: Language
) -> list[str]:
    """Whether the mail is about this event at all, and not the answer to something else."""
    reasons: list[str] = []
    tokens = tokenise(message.subject, digraphs=language.digraphs)
    subject = {s.kind for s in language.find(tokens)} | {s.kind for s in marked(load("de"), message.subject)[1]}
    asks = any(is_open_question(s) for s in reading.sentences) or reading.has("asks")
    entering = verdict.intent in (Intent.REGISTRATION, Intent.CHANGE)
    if entering and asks and "asks_subject" in subject and not reading.has("register", "register_i", "register_we"):
        reasons.append("Der Betreff kündigt eine Frage an")
    about = (
        message.is_reply
        or bool(subject & {"event_word", "register", "come", "come_i", "come_we", "cancel", "decline", "change_noun"})
        or reading.has("event_word", "table_word")
        or bool(reading.event_words)
        or any((d, m) == (event.date.day, event.date.month) for d, m, _ in reading.numbers.dates)
        or str(event.date.day) in message.subject
    )
    if not about and asks:
        reasons.append("Es steht nicht da, um welche Veranstaltung es geht")
    quoted = message.quoted.lower()
    confirmed = any(w in quoted for w in ("bestätig", "vorgemerkt", "sind angemeldet", "confirm"))
    if verdict.intent is Intent.REGISTRATION and confirmed and not facts.has_prior:
        reasons.append("Die Mail antwortet auf eine Bestätigung; vielleicht ändert sie eine Anmeldung")
    if (
        entering
        and reading.has("thanks_only")
        and not (facts.totals or facts.more or facts.has_prior or reading.has("register"))
    ):
        reasons.append("Der Text dankt vielleicht nur")
    for person in verdict.attendees if entering else ():
        if person.is_sender and len(person.name.split()) < _FULL_NAME:
            reasons.append(f"Vom Absender ist nur ein Name bekannt: {person.name}")
        if len(person.name.split()) > _LONGEST_NAME:
            reasons.append(f"Der Name ist ungewöhnlich lang: {person.name[:_SHOWN]}")
    return reasons


def add_limits(message: Message, verdict: Verdict, *, most_seats: int) -> None:
    """Reasons that lie outside the sentences."""
    verdict.blocks += message.doubts
    if message.kind is SenderKind.LIST:
        verdict.blocks.append("Die Mail kam über eine Mailingliste")
    if verdict.headcount > most_seats or abs(verdict.headcount_change) > most_seats:
        verdict.blocks.append(f"Mehr als {most_seats} Plätze in einer Mail")
    unreadable = [a for a in message.attachments if a.unreadable and not a.decoration]
    if unreadable:
        first = unreadable[0]
        verdict.blocks.append(f"Ein Anhang ist nicht lesbar: {first.name or first.media_type} ({first.unreadable})")
