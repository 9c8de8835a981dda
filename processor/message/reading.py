"""One mail from its raw bytes to a :class:`Message`."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from processor.message.addresses import parse_addresses
from processor.message.attachments import calendar_reply, read_attachments
from processor.message.body import Body, read_body
from processor.message.cutting import Cutting, cut_body, differing_words, leftovers
from processor.message.dates import read_dates
from processor.message.delivery import delivered_to
from processor.message.headings import Heading
from processor.message.lines import Line, words_of
from processor.message.parts import Headers, Part
from processor.message.robots import classify
from processor.message.subject import Subject, read_subject
from processor.message.values import Address, Cut, CutKind, Message, SenderKind
from processor.message.wire import DEEPER, DOUBTFUL_HEADER, MORE_PARTS, parse

_ID = re.compile(r"<([^<>\s]{1,900})>")
_NOBODY = Address("", "")
#: Fields of one name, such as To, that are read; an honest mail has one.
_FIELDS = 3
#: Forwards of forwards that are followed to their writer.
_FORWARDS = 4


def read(raw: bytes, *, colleagues: Collection[str] = (), invitation: str = "") -> Message:
    """Reads one mail.

    :param raw: the mail as it came from the server (RFC 5322), of any form; nothing raises.
    :param colleagues: mail domains of the office; a forward by their people makes the original writer the contact.
    :param invitation: the wording of the letter that people answer, to recognise it where it is quoted.
    :returns: what the writer meant, with doubts in words.
    """
    root = parse(raw)
    headers = root.headers
    subject = read_subject(headers.get("subject"))
    body = read_body(root)
    sender = first_address(headers, "from") or first_address(headers, "sender") or _NOBODY
    whole = "\n".join(line.text for line in body.plain or body.html)
    verdict = classify(root, whole)
    reading = _Reading(doubts=[], notes=[])
    cutting = _cut(body, subject, sender, invitation, reading)
    forwarded_by = None
    writer = sender
    if verdict.kind in (SenderKind.PERSON, SenderKind.LIST) and _is_colleague(sender, colleagues):
        forward = _original(cutting, body, subject, colleagues, invitation, reading)
        if forward is not None:
            writer, cutting = forward
            forwarded_by = sender
    attachments = read_attachments(root, body.parts)
    reply = calendar_reply(root)
    bare = not (cutting.text or cutting.signature or reply or any(not part.decoration for part in attachments))
    if bare and any(cut.kind in (CutKind.QUOTED, CutKind.FORWARDED) for cut in cutting.cuts):
        reading.doubts.append("Außer einem Zitat steht nichts in der Mail; im Zitat kann die Antwort stehen.")
    asked = first_address(headers, "reply-to")
    reply_to = asked if asked and asked.email and not forwarded_by else writer
    if not reply_to.name and reply_to.email == sender.email:
        reply_to = Address(sender.name, reply_to.email)
    date, received_at = read_dates(headers)
    _note_form(root, body, reading)
    return_path = headers.get("return-path").strip().strip("<>").strip().lower() if "return-path" in headers else None
    return Message(
        message_id=_first_id(headers.get("message-id")),
        in_reply_to=_ids(headers.get("in-reply-to")),
        references=_ids(headers.get("references")),
        sender=writer,
        reply_to=reply_to,
        recipients=_recipients(headers),
        forwarded_by=forwarded_by,
        return_path=return_path,
        kind=verdict.kind,
        kind_reason=verdict.reason,
        failed_recipients=verdict.failed_recipients,
        returned_ids=verdict.returned_ids,
        authentication_results=headers.all("authentication-results"),
        date=date,
        received_at=received_at,
        subject=subject.text,
        full_subject=subject.full,
        is_reply=subject.is_reply,
        is_forward=subject.is_forward,
        text=cutting.text,
        signature=cutting.signature,
        cuts=tuple(cutting.cuts),
        attachments=attachments,
        calendar_reply=reply,
        doubts=tuple(dict.fromkeys(reading.doubts)),
        notes=tuple(dict.fromkeys(reading.notes)),
        closing_at=cutting.closing_at,
        delivered_to=delivered_to(headers),
    )


@dataclass(slots=True)
class _Reading:
    """What is to be said about a reading."""

    doubts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def first_address(headers: Headers, name: str) -> Address | None:
    """The first mailbox of a field that has an address; a mere name where none has."""
    named = None
    for value in headers.all(name)[:_FIELDS]:
        for address in parse_addresses(value):
            if address.email:
                return address
            named = named or address
    return named


def _recipients(headers: Headers) -> tuple[Address, ...]:
    """Every address in To and Cc."""
    values = [value for name in ("to", "cc") for value in headers.all(name)[:_FIELDS]]
    return tuple(address for value in values for address in parse_addresses(value) if address.email)


def _ids(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_ID.findall(value[:50_000])))


def _first_id(value: str) -> str:
    found = _ID.search(value[:5_000])
    return found.group(1) if found else value.strip(" <>")[:900].split(" ")[0]


def _is_colleague(address: Address, colleagues: Collection[str]) -> bool:
    domain = address.email.rpartition("@")[2]
    return any(domain == own.lower() or domain.endswith("." + own.lower()) for own in colleagues if own and domain)


# -- cutting in two ways ------------------------------------------------------------------


def _cut(body: Body, subject: Subject, sender: Address, invitation: str, reading: _Reading) -> Cutting:
    """The body cut in its plain and in its HTML form, each for itself; where they disagree in words, it is said."""
    forwards, who = subject.is_forward, f"{sender.name} {sender.email}"
    plain = cut_body(body.plain, forwards=forwards, invitation=invitation, sender=who) if body.plain else None
    html = cut_body(body.html, forwards=forwards, invitation=invitation, sender=who) if body.html else None
    if plain is None or html is None:
        chosen = plain or html or Cutting()
        _suspect(chosen, reading)
        return chosen
    if _stands_for_nothing(body.plain, body.html):
        _suspect(html, reading)
        return html
    # Signatures are cut by their look: where one form has cut more of them than the other, that is no matter of words.
    left, right = f"{plain.text}\n{plain.signature}", f"{html.text}\n{html.signature}"
    chosen = html if html.structural or not plain.text.strip() else plain
    differing = differing_words(_HIDDEN.sub(" ", left), _HIDDEN.sub(" ", right))
    if _matters(differing, left, right):
        if chosen is plain and set(left.split()) <= set(right.split()):
            # The HTML form says all that the plain one says, and more: no word is lost for it.
            chosen = html
        few = ", ".join(differing[:8])
        reading.doubts.append(
            f"Text- und HTML-Fassung der Mail ergeben nicht denselben neuen Text (verschieden: {few}). "
            "Bitte die ganze Mail ansehen."
        )
    elif differing:
        reading.notes.append(f"plain and HTML form differ in: {', '.join(differing[:8])}")
    _suspect(chosen, reading)
    return chosen


#: What the one form of a mail shows and the other hides: where links lead, and what pictures are said to show.
_HIDDEN = re.compile(
    r"(?:https?://|www\.|mailto:|cid:|tel:)[^\s<>()\[\]]{1,2000}|\[image:[^\[\]\n]{0,300}\]|^\s*\[[^\[\]\n]{1,300}\]\s*$",
    re.IGNORECASE | re.MULTILINE,
)


def _stands_for_nothing(plain: list[Line], html: list[Line]) -> bool:
    """Whether the plain form is a mere stand-in („please view as HTML“, or nothing at all)."""
    few, many = words_of(plain), words_of(html)
    if few == 0 or (few * 5 < many and few < 25):
        return True
    if few > 60 or not many:
        return False
    said = {word for line in plain for word in line.text.split()}
    shown = {word for line in html for word in line.text.split()}
    return len(said & shown) * 5 < len(said) * 3 and any("html" in line.text.lower() for line in plain)


def _matters(words: list[str], left: str, right: str) -> bool:
    """Whether words that only one form has can change what a mail means; links and single letters cannot."""
    kept = [word for word in words if len(word) > 1 or word.isdigit()]
    kept = [
        word
        for word in kept
        if not re.search(
            rf"(?:https?|www|mailto|cid|image)\S{{0,300}}{re.escape(word)}", f"{left} {right}", re.IGNORECASE
        )
    ]
    return bool(kept)


def _suspect(cutting: Cutting, reading: _Reading) -> None:
    """Says what makes a cut uncertain that was made in one way only."""
    line = leftovers(cutting.text)
    if line:
        reading.doubts.append(f"Im neuen Text steht vielleicht noch eine fremde Mail („{line[:80]}“).")
    if cutting.signed_below and not cutting.structural:
        reading.doubts.append("Der Absender unterschreibt unter der zitierten Mail; dort kann Neues stehen.")
    if cutting.unsure:
        reading.doubts.append(f"Was unter „{cutting.unsure[:80]}“ steht, gilt als Zitat; dort kann Neues stehen.")
    if cutting.indented and cutting.text:
        reading.doubts.append("Ein eingerückter Absatz gilt als Zitat; er kann vom Absender stammen.")
    if cutting.answered_within:
        reading.doubts.append("In der zitierten Einladung stehen Zeilen, die nicht von uns sind.")
    if cutting.filled_in:
        reading.doubts.append("Die Antwort steht zwischen den Zeilen der zitierten Einladung.")


# -- forwards by colleagues ---------------------------------------------------------------


def _original(
    cutting: Cutting, body: Body, subject: Subject, colleagues: Collection[str], invitation: str, reading: _Reading
) -> tuple[Address, Cutting] | None:
    """The writer and the text of a mail that a colleague forwarded, inline or as a part; None for no forward."""
    note = cutting
    writer = _NOBODY
    inner: Cutting | None = None
    for _ in range(_FORWARDS):
        if body.mails and (inner is None or not inner.heading):
            mail = body.mails[0].children[0]
            writer = first_address(mail.headers, "reply-to") or first_address(mail.headers, "from") or _NOBODY
            named = first_address(mail.headers, "from")
            if named and named.email == writer.email:
                writer = named
            body = read_body(mail)
            subject = read_subject(mail.headers.get("subject"))
            inner = _cut(body, subject, writer, invitation, reading)
        else:
            unfolded = _unfold(inner or note, forwards=subject.is_forward)
            if unfolded is None:
                break
            heading, below = unfolded
            writer = heading.sender
            subject = read_subject(heading.subject)
            who = f"{writer.name} {writer.email}"
            inner = cut_body(below, forwards=subject.is_forward, invitation=invitation, sender=who)
        if not _is_colleague(writer, colleagues):
            break
    if inner is None or _is_colleague(writer, colleagues):
        return None
    if not writer.email:
        reading.doubts.append("Die weitergeleitete Mail nennt keine Adresse der Person, die sie geschrieben hat.")
    _suspect(inner, reading)
    said = note.text[: note.closing_at].strip()
    if said:
        inner.cuts.insert(0, Cut(CutKind.NOTE, note.text, 0))
        if len(said.split()) > 8 or re.search(r"\d", said):
            reading.doubts.append(f"Der Weiterleitung ist eine Bemerkung vorangestellt: „{said[:200]}“.")
    return writer, inner


def _unfold(cutting: Cutting, *, forwards: bool) -> tuple[Heading, list[Line]] | None:
    """The header lines of the mail that a body forwards, and the lines below them; None for no forward."""
    heading, below = cutting.heading, _less_deep(cutting.below or cutting.marked)
    if heading is not None and not (heading.forwarded or forwards):
        return None
    if heading is None or not heading.sender.email:
        # Some programs mark the whole mail as quoted, and set its header lines within the marks.
        within = cut_body(below, forwards=True)
        if within.heading is not None and not within.text:
            heading, below = within.heading, _less_deep(within.below)
    return None if heading is None else (heading, below)


def _less_deep(lines: list[Line]) -> list[Line]:
    """A forwarded mail that stands in quote marks, without them."""
    said = [line.depth for line in lines if not line.blank]
    least = min(said, default=0)
    return [Line(line.text, max(0, line.depth - least), line.role) for line in lines]


_LONGER = "Die Mail ist länger, als gelesen wurde."


# -- form ---------------------------------------------------------------------------------


def _note_form(root: Part, body: Body, reading: _Reading) -> None:
    """Says what was wrong with the form of the mail; aloud only where words of the body may be wrong or missing."""
    read = {id(part) for part in body.parts}
    if body.cut:
        reading.doubts.append(_LONGER)
    for count, part in enumerate(root.walk()):
        if count > 300:
            break
        for defect in part.defects:
            reading.notes.append(defect)
            if defect in (MORE_PARTS, DEEPER):
                reading.doubts.append("Die Mail hat mehr Teile, als gelesen wurden. Bitte die ganze Mail ansehen.")
            if id(part) not in read:
                continue
            if defect.startswith("charset doubtful"):
                reading.doubts.append("Der Zeichensatz der Mail ist unklar; Namen können falsch geschrieben sein.")
            elif defect in ("broken base64", "declared base64 is none"):
                reading.doubts.append("Der Text der Mail ist beschädigt angekommen.")
            elif defect == "text longer than read":
                reading.doubts.append(_LONGER)
    if any(defect.startswith(DOUBTFUL_HEADER) for defect in root.defects):
        reading.doubts.append(
            "Der Zeichensatz von Absender oder Betreff ist unklar; Namen können falsch geschrieben sein."
        )
    cut_short = "closing boundary missing" in root.defects and body.parts and body.parts[-1] is _last_leaf(root)
    if cut_short and not body.parts[-1].payload.rstrip(b" \t").endswith((b"\n", b".", b"!", b">")):
        reading.doubts.append("Die Mail bricht vor ihrem Ende ab.")
    if any("\ufffd" in line.text for line in (body.plain or body.html)[:2_000]):
        reading.doubts.append("Einzelne Zeichen der Mail sind nicht lesbar angekommen.")


def _last_leaf(root: Part) -> Part:
    part = root
    for _ in range(100):
        if not part.children:
            break
        part = part.children[-1]
    return part
