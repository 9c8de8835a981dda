"""Answers of calendar programs (RFC 5546, section 3.2.3)."""

from __future__ import annotations

from processor.event import Event
from processor.extraction.contact import strip_titles, turn
from processor.extraction.identify import identify
from processor.extraction.lexicon import load
from processor.extraction.tokens import fold
from processor.extraction.values import Attendee, Contact, Decision, Evidence, Extraction, Intent
from processor.message import Message


def read_calendar(message: Message, event: Event) -> Extraction:
    """ACCEPTED registers the attendee, DECLINED withdraws, all else is for a person.

    :raises ValueError: the message is no calendar reply.
    """
    reply = message.calendar_reply
    if reply is None:
        raise ValueError("not a calendar reply")
    name = strip_titles(turn(reply.attendee.name or message.sender.name), load("de"))
    contact = Contact(strip_titles(turn(message.sender.name), load("de")) or name, message.reply_to.email)
    language = identify(f"{message.text} {reply.comment} {reply.summary or message.subject}")
    reasons: list[str] = list(message.doubts)
    if reply.starts_at is not None and reply.starts_at.astimezone(event.zone).date() != event.date:
        reasons.append("Die Antwort gilt einem Termin an einem anderen Tag")
    elif reply.starts_at is None and not _same_title(reply.summary or message.subject, event.title):
        reasons.append("Die Antwort gilt einem Termin mit anderem Titel")
    if reply.comment.strip() or message.text.strip():
        reasons.append("Zur Antwort des Kalenders gehört ein Text, den jemand lesen muss")
    evidence = (Evidence("intent", reply.participation, reply.participation, 0, 0, "calendar"),)
    if reply.participation == "ACCEPTED":
        if not name:
            reasons.append("Der Name des Absenders steht nirgends")
        people = (Attendee(name),) if name else ()
        return Extraction(
            Intent.REGISTRATION,
            _decision(reasons),
            tuple(reasons),
            contact,
            people,
            headcount=1,
            language=language,
            evidence=evidence,
        )
    if reply.participation == "DECLINED":
        return Extraction(
            Intent.CANCELLATION, _decision(reasons), tuple(reasons), contact, language=language, evidence=evidence
        )
    reasons.insert(0, "Der Kalender antwortet „mit Vorbehalt“")
    people = (Attendee(name),) if name else ()
    return Extraction(
        Intent.REGISTRATION,
        Decision.REVIEW,
        tuple(reasons),
        contact,
        people,
        headcount=1,
        language=language,
        evidence=evidence,
    )


def _decision(reasons: list[str]) -> Decision:
    return Decision.REVIEW if reasons else Decision.AUTO


def _same_title(summary: str, title: str) -> bool:
    words = {fold(w, digraphs=True) for w in title.split() if len(w) > 5}
    there = {fold(w, digraphs=True).strip("„“\"',.:") for w in summary.split()}
    return bool(words & there)
