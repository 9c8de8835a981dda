"""The meaning of one message."""

from __future__ import annotations

import re

from processor.event import Event
from processor.extraction.affiliation import affiliation, hidden_organisation
from processor.extraction.amendments import wishes_alone
from processor.extraction.calendar import read_calendar
from processor.extraction.completion import complete_names
from processor.extraction.contact import (
    compatible,
    display_person,
    fullest,
    name_keys,
    read_signature,
    telephone,
    turn,
)
from processor.extraction.context import (
    BOOKING,
    add_limits,
    against_subject,
    around,
    names_in_attachment,
    says_registration,
    speaks_of_change,
)
from processor.extraction.decide import judge
from processor.extraction.facts import Count, Facts, Person
from processor.extraction.gather import gather
from processor.extraction.identify import german_name, identify
from processor.extraction.learned.settled import first_alone, settle
from processor.extraction.leftovers import leftovers
from processor.extraction.lexicon import Language, available, load, marked, resolve
from processor.extraction.organisations import find_organisations
from processor.extraction.parts import split_text
from processor.extraction.polarity import polarise
from processor.extraction.reading import read_text, spoken
from processor.extraction.rows import Rows, read_form, read_rows
from processor.extraction.second import body_seen, second_opinion, tables_seen
from processor.extraction.tokens import tokenise
from processor.extraction.understanding import Understanding
from processor.extraction.values import Contact, Decision, Extraction, Intent
from processor.extraction.wishes import needs, needs_in, table_not_understood, theme_tables, unknown_tables
from processor.message import Message, SenderKind

#: A text of so few words may be nothing but a greeting.
_GREETING_WORDS = 4
#: A newly written text of more characters is no registration, and would take long to read.
_LONGEST = 20_000
#: Area code for local numbers without one.
_AREA = "209"


def extract(message: Message, event: Event, *, most_seats: int = 10) -> Extraction:
    """Says what a message means for the list.

    Pure: the same message and event give the same answer; no clock, no I/O but the language files and weights once.

    :param message: what the writer meant.
    :param event: the event that people were invited to.
    :param most_seats: more seats than this in one mail are for a person.
    """
    found = _without_reading(message, event)
    if found is not None:
        return found
    understood = understanding_of(message, event, most_seats=most_seats)
    return _foreign(message, _language(message)) if understood is None else settle(understood, most_seats=most_seats)


def first_reading(message: Message, event: Event, *, most_seats: int = 10) -> Extraction:
    """What the first reader alone would say: by language files and the grammar of clauses, without what was learned.

    :param message, event, most_seats: as in :func:`extract`.
    """
    found = _without_reading(message, event)
    if found is not None:
        return found
    understood = understanding_of(message, event, most_seats=most_seats)
    return _foreign(message, _language(message)) if understood is None else first_alone(understood)


def _without_reading(message: Message, event: Event) -> Extraction | None:
    """What needs no reading of words: robots, answers of calendars, texts of a length that nobody writes."""
    robot = _robot(message)
    if robot is not None:
        return robot
    if message.calendar_reply is not None:
        return read_calendar(message, event)
    return _too_long(message) if len(_text(message)[0]) > _LONGEST else None


def _too_long(message: Message) -> Extraction:
    """More than anybody writes to register: a person reads it."""
    contact = Contact(turn(message.reply_to.name or message.sender.name), message.reply_to.email)
    reason = f"Der Text ist sehr lang ({len(message.text)} Zeichen); das Programm hat ihn nicht gelesen"
    return Extraction(Intent.OTHER, Decision.REVIEW, (reason, *message.doubts), contact, confidence=0.0)


def understanding_of(message: Message, event: Event, *, most_seats: int = 10) -> Understanding | None:
    """What the first reader makes of a person's mail; None for robots, calendar replies and languages without data."""
    if _robot(message) is not None or message.calendar_reply is not None:
        return None
    code = _language(message)
    if resolve(code) not in available():
        return None
    text, source = _text(message)
    return understand(message, event, text, code, most_seats=most_seats, source=source)


def _text(message: Message) -> tuple[str, str]:
    """The words to read, and where they stand: the text, else the subject; the signature where it holds all."""
    if not message.text.strip():
        return message.subject, "subject"
    if message.signature and _says_nothing(message.text):
        # A short mail of which the reader took all for the signature.
        return f"{message.text}\n{message.signature}", "signature"
    return message.text, "text"


def _language(message: Message) -> str:
    return identify(_text(message)[0], names=_name_words(message))


def _says_nothing(text: str) -> bool:
    """Whether the text is a greeting alone."""
    return len(re.findall(r"[^\W\d_]+", text)) <= _GREETING_WORDS


def _name_words(message: Message) -> list[str]:
    return [*message.sender.name.replace(",", " ").split(), *message.reply_to.name.replace(",", " ").split()]


def _robot(message: Message) -> Extraction | None:
    """What no person wrote is kept and never answered."""
    intents = {
        SenderKind.AUTO_REPLY: Intent.AUTO_REPLY,
        SenderKind.BOUNCE: Intent.BOUNCE,
        SenderKind.BULK: Intent.OTHER,
    }
    intent = intents.get(message.kind)
    if intent is None:
        return None
    contact = Contact(message.reply_to.name, message.reply_to.email)
    return Extraction(intent, Decision.IGNORE, (), contact)


def _foreign(message: Message, code: str) -> Extraction:
    """A language without data: a person reads it."""
    display = turn(message.reply_to.name or message.sender.name)
    contact = Contact(display, message.reply_to.email, telephone(f"{message.text}\n{message.signature}", area=_AREA))
    reason = f"Die Mail ist auf {german_name(code)} geschrieben; diese Sprache liest das Programm nicht"
    return Extraction(Intent.OTHER, Decision.REVIEW, (reason, *message.doubts), contact, language=code)


def _languages(code: str) -> tuple[Language, ...]:
    """The text's own language first; formulas of German and English occur in every mail."""
    return tuple(load(c) for c in dict.fromkeys((resolve(code), "de", "en")) if c in available())


def understand(message: Message, event: Event, text: str, code: str, *, most_seats: int, source: str) -> Understanding:
    """Reads a person's mail in a language that there is data for; the verdict holds every reason for doubt."""
    languages = _languages(code)
    language = languages[0]
    display = message.reply_to.name or message.sender.name
    if message.reply_to.email == message.sender.email:
        display = message.sender.name or message.reply_to.name
    person = display_person(display, language)
    sender_keys = name_keys(turn(display), digraphs=language.digraphs) if person else frozenset()
    parts = split_text(text, languages, sender_keys, signature=message.signature)
    below = [line for line in parts.tail if line.strip() and line.strip() not in message.signature]
    lines = [spoken(line, language, whole=text) for line in (*message.signature.split("\n"), *below)]
    signature = read_signature(lines, language, sender_keys)
    signed = signature.names[0] if signature.names else ""
    sender_keys |= name_keys(signed, digraphs=language.digraphs)
    rows = _rows(message, text, language)
    reading = read_text(_without_rows(text, rows), event, languages, sender_keys, signature=message.signature)
    introduced = next((m.name for m in reading.mentions if m.via == "intro"), "")
    sender_name = (
        fullest([signed, person, introduced, *(m.name for m in reading.mentions if m.strong)])
        if signed
        else fullest([introduced, person])
        if introduced
        else fullest([person, *(m.name for m in reading.mentions if m.strong)])
    )
    if introduced and not signed and person and not compatible(person, introduced):
        sender_name = introduced
    polarise(reading, default=1)
    guest = "" if _is_family(sender_name, language) else sender_name
    facts = gather(reading, guest, _others(event, message, sender_name), alias=person)
    complete_names(reading, facts)
    facts.has_prior = facts.has_prior or speaks_of_change(message.subject, language)
    if len(signature.names) > 1 and facts.sender > 0 and facts.sender_by == "we":
        for name in signature.names[1:]:
            if not any(compatible(name, p.name) for p in facts.comes):
                facts.comes.append(Person(name, order=10_000, strong=True))
    tables = theme_tables(reading, event)
    wanted = needs(reading)
    for need in needs_in(rows.notes, language):
        wanted.setdefault(need, (0, 0))
    _merge_rows(rows, facts, guest, tables, event)
    verdict = judge(
        reading,
        facts,
        event,
        guest,
        wishes=bool(tables or wanted),
        wishes_only=wishes_alone(reading, [start for start, _ in (*tables.values(), *wanted.values())]),
        subject_firm=bool(rows.people) or says_registration(message.subject, language),
    )
    if rows.doubts:
        verdict.reasons += rows.doubts
    organisation, organisation_evidence, clash = affiliation(reading, signature, display, person, message)
    if clash:
        verdict.reasons.append(clash)
    if reading.has("private"):
        organisation, organisation_evidence = "", None
    has_question = any(
        s.asks and not (s.has("request") and not s.has("question")) and not s.has("free_question")
        for s in reading.sentences
    ) or reading.has("asks")
    if verdict.intent is Intent.QUESTION:
        has_question = True
    add_limits(message, verdict, most_seats=most_seats)
    if names_in_attachment(reading, message, rows):
        verdict.blocks.append("Die Namen stehen in einem Anhang, den das Programm nicht als Liste lesen kann")
    if source != "subject" and verdict.intent in (Intent.REGISTRATION, Intent.CHANGE):
        verdict.reasons += against_subject(message.subject, verdict, facts, event, languages, sender_keys)
    missing = table_not_understood(reading, tables)
    if missing and verdict.intent in (Intent.REGISTRATION, Intent.CHANGE):
        verdict.blocks.append(f"Von einem Thementisch ist die Rede, aber nicht klar, von welchem: „{missing}“")
    if unknown_tables(reading, event):
        verdict.blocks.append(f"Einen Thementisch {unknown_tables(reading, event)[0]} gibt es nicht")
    booking = verdict.intent in BOOKING
    if not organisation and verdict.intent in (Intent.REGISTRATION, Intent.CHANGE) and not reading.has("private"):
        hint = hidden_organisation(reading)
        if hint:
            verdict.reasons.append(f"Ob „{hint}“ der Name der Organisation ist, ist nicht klar")
    if booking:
        verdict.reasons += around(message, event, reading, facts, verdict, language)
        verdict.reasons += leftovers(reading, facts, verdict.intent)
        verdict.reasons += second_opinion(reading, facts, verdict, signature.names)
    if verdict.intent in (Intent.REGISTRATION, Intent.CHANGE):
        verdict.reasons += tables_seen(reading, event, tables)
        verdict.reasons += body_seen(reading, organisation, (*parts.tail, *message.signature.split("\n")), sender_keys)
    if not booking and not verdict.reasons:
        verdict.reasons.append("Es ist nichts einzutragen")
    phone = telephone("\n".join((*parts.tail, message.signature)), area=_AREA) or telephone(text, area=_AREA)
    return Understanding(
        message=message,
        event=event,
        text=text,
        source=source,
        code=code,
        reading=reading,
        signature=signature,
        facts=facts,
        rows=rows,
        verdict=verdict,
        sender_name=sender_name or display,
        tables=tables,
        wanted=wanted,
        organisation=organisation,
        organisation_at=organisation_evidence,
        has_question=has_question,
        phone=phone,
    )


def _is_family(name: str, language: Language) -> bool:
    """„Familie Abu-Rashid“ signs, and is nobody in particular."""
    return any(s.kind == "family" for s in marked(language, name)[1])


def _others(event: Event, message: Message, sender_name: str) -> list[str]:
    """Names of the office and the programme, the sender's own excepted."""
    names = [c.name for c in event.contacts] + [s.name for item in event.programme for s in item.speakers]
    names += [event.moderation.split("(")[0].strip()] if event.moderation else []
    names += [turn(a.name) for a in message.recipients if a.name]
    return [n for n in names if n and not (sender_name and compatible(sender_name, n))]


def _without_rows(text: str, rows: Rows) -> str:
    """The text with the lines of a table blanked, so that offsets stay."""
    if not rows.people or rows.people[0].source != "text":
        return text
    return "\n".join(" " * len(line) if n in rows.lines else line for n, line in enumerate(text.split("\n")))


def _rows(message: Message, text: str, language: Language) -> Rows:
    """A table or form in the text, else in an attachment."""
    found = read_rows(text, language)
    if found.people:
        return found
    form = read_form(text, language)
    if form.people:
        return form
    for attachment in message.attachments:
        if attachment.decoration or not attachment.text.strip():
            continue
        source = f"attachment:{attachment.name}"
        table = read_rows(attachment.text, language, source=source)
        if not table.people:
            table = read_form(attachment.text, language)
        if table.people:
            for row in table.people:
                row.source = source
            if not table.organisation:
                table.organisation = _organisation_of_text(attachment.text, language)
            return table
    return Rows()


def _organisation_of_text(text: str, language: Language) -> str:
    tokens = tokenise(text, digraphs=language.digraphs)
    found = find_organisations(text, tokens, language.find(tokens), language, cased=True, stop=frozenset())
    proper = [o.name for o in found if o.proper]
    return max(proper, key=len, default="")


def _merge_rows(rows: Rows, facts: Facts, sender_name: str, tables: dict[int, tuple[int, int]], event: Event) -> None:
    """People of a table become people who come."""
    if not rows.people:
        return
    numbers = {t.number for t in event.theme_tables}
    listed = [r for r in rows.people if r.attends]
    if any(r.attends is None for r in rows.people):
        rows.doubts.append("In der Tabelle ist bei jemandem nicht klar, ob er oder sie kommt")
    if facts.sender > 0 and facts.sender_by == "we":
        # „Wir kommen, siehe Tabelle“: the table says who.
        facts.sender = 0
    facts.open_groups = []
    for order, row in enumerate(listed):
        is_sender = bool(sender_name) and (compatible(row.name, sender_name) or compatible(sender_name, row.name))
        if is_sender:
            facts.sender = max(facts.sender, 0)
        facts.comes = [p for p in facts.comes if not (compatible(p.name, row.name) or compatible(row.name, p.name))]
        facts.comes.append(Person(row.name, 0, 0, 5000 + order, is_sender, strong=True))
        for number in row.tables:
            if number in numbers:
                tables.setdefault(number, (0, 0))
    facts.unclear = [p for p in facts.unclear if not any(compatible(p.name, r.name) for r in rows.people)]
    if rows.count and not facts.totals:
        facts.totals.append(Count(rows.count, 0, 0, str(rows.count)))
