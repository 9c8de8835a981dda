"""From parts to attachments: which parts are any, what each is, and its text or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from processor.message.attachments.calendar import calendar_text, read_calendar
from processor.message.attachments.contact import read_vcard
from processor.message.attachments.limits import (
    CUT,
    DAMAGED,
    EMPTY,
    ENCRYPTED,
    MOST_ATTACHMENTS,
    MOST_CHARACTERS,
    Budget,
    UnreadableError,
)
from processor.message.attachments.opendocument import read_opendocument
from processor.message.attachments.pictures import is_decoration, shown_pictures
from processor.message.attachments.plain import read_csv, read_html, read_plain, read_rtf, text_of
from processor.message.attachments.sniff import Kind, sniff
from processor.message.attachments.tnef import TnefFile, read_tnef
from processor.message.attachments.word import read_docx
from processor.message.parts import Headers, Part
from processor.message.values import Attachment
from processor.message.wire import parse

_MOST_PARTS = 2_500
_MAIL_TYPES = frozenset({"message/rfc822", "message/global"})
#: Forms of one text; where one served as the body, the others are no attachments.
_TEXT_FORMS = ("text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html")


# The libraries for PDF and Excel take long to load, and most mails bring neither.
def _read_pdf(part: Part, budget: Budget) -> str:
    with budget.uncounted():
        from processor.message.attachments.pdf import read_pdf

    return read_pdf(part.payload, budget)


def _read_xlsx(part: Part, budget: Budget) -> str:
    with budget.uncounted():
        from processor.message.attachments.excel import read_xlsx

    return read_xlsx(part.payload, budget)


_READERS: dict[Kind, Callable[[Part, Budget], str]] = {
    Kind.TEXT: lambda part, _: read_plain(part),
    Kind.CSV: read_csv,
    Kind.HTML: lambda part, _: read_html(part),
    Kind.RTF: lambda part, budget: read_rtf(part.payload, budget),
    Kind.VCARD: lambda part, _: read_vcard(text_of(part)),
    Kind.CALENDAR: lambda part, _: read_calendar(calendar_text(part)),
    Kind.DOCX: lambda part, budget: read_docx(part.payload, budget),
    Kind.XLSX: _read_xlsx,
    Kind.ODT: lambda part, budget: read_opendocument(part.payload, budget),
    Kind.ODS: lambda part, budget: read_opendocument(part.payload, budget),
    Kind.PDF: _read_pdf,
}
#: Why there is no text, for what has no reader.
_UNREADABLE = {
    Kind.IMAGE: "Bild: Der Inhalt wird nicht gelesen.",
    Kind.ENCRYPTED: ENCRYPTED,
    Kind.ENCRYPTED_MAIL: "Der Inhalt ist verschlüsselt oder versiegelt (S/MIME, PGP).",
    Kind.OLD_OFFICE: "Altes Office-Format (doc, xls, msg): Die Datei wird nicht gelesen.",
    Kind.ARCHIVE: "Archiv (zip): Der Inhalt wird nicht gelesen.",
    Kind.OTHER: "Unbekanntes Format: Die Datei wird nicht gelesen.",
}


def read_attachments(root: Part, body: Collection[Part]) -> tuple[Attachment, ...]:
    """Every part that did not serve as the body.

    :param root: the whole mail.
    :param body: the parts that were read as its body; they are left out (by identity).
    :returns: the attachments in the order of the mail, at most a hundred; nothing raises.
    """
    taken = frozenset(id(part) for part in body)
    parts = list(_leaves(root, taken))
    if not parts:
        return ()
    shown = shown_pictures((*body, *parts))
    budget = Budget()
    found: list[Attachment] = []
    for part in parts:
        found.extend(_read(part, shown, budget))
        if len(found) >= MOST_ATTACHMENTS:
            break
    return tuple(found[:MOST_ATTACHMENTS])


def _leaves(root: Part, taken: frozenset[int]) -> Iterator[Part]:
    """The parts that are attachments: no multiparts, no body, nothing inside an attached mail that is whole."""
    stack = [root]
    for _ in range(_MOST_PARTS):
        if not stack:
            return
        part = stack.pop()
        if id(part) in taken:
            continue
        if part.media_type in _MAIL_TYPES and not _holds(part, taken):
            yield part
        elif part.children:
            children = part.children
            if part.media_type == "multipart/alternative" and _holds(part, taken):
                children = tuple(child for child in children if child.media_type not in _TEXT_FORMS)
            stack.extend(reversed(children))
        elif not part.media_type.startswith("multipart/") and (
            part.filename or part.payload.strip() or part.text.strip()
        ):
            yield part


def _holds(part: Part, taken: frozenset[int]) -> bool:
    stack = [part]
    for _ in range(_MOST_PARTS):
        if not stack:
            break
        one = stack.pop()
        if id(one) in taken:
            return True
        stack.extend(one.children)
    return False


def _read(part: Part, shown: frozenset[str], budget: Budget) -> Iterator[Attachment]:
    kind = sniff(part)
    if kind is Kind.SIGNATURE:
        yield _attachment(part, part.media_type, decoration=True)
    elif kind is Kind.IMAGE:
        media = part.media_type if part.media_type.startswith("image/") else "image/*"
        decoration = is_decoration(part, shown)
        yield _attachment(part, media, unreadable="" if decoration else _UNREADABLE[kind], decoration=decoration)
    elif kind is Kind.MAIL:
        yield from _read_mail(part, shown, budget)
    elif kind is Kind.TNEF:
        yield from _read_winmail(part, budget)
    elif kind in _READERS:
        yield _read_document(part, kind, budget)
    else:
        yield _attachment(part, _media(part, kind), unreadable=_UNREADABLE[kind])


def _read_document(part: Part, kind: Kind, budget: Budget) -> Attachment:
    media = _media(part, kind)
    try:
        budget.open_document(len(part.payload) or len(part.text))
        text = _READERS[kind](part, budget)
    except UnreadableError as error:
        return _attachment(part, media, unreadable=str(error))
    except (RecursionError, MemoryError):
        return _attachment(part, media, unreadable=DAMAGED)
    if not text.strip():
        return _attachment(part, media, unreadable=EMPTY)
    cut = budget.cut or len(text) > MOST_CHARACTERS
    return _attachment(part, media, text=_clean(text), unreadable=CUT if cut else "")


def _read_mail(part: Part, shown: frozenset[str], budget: Budget) -> Iterator[Attachment]:
    """An attached mail: subject, sender and text as one attachment, and its documents behind it."""
    try:
        budget.open_document(len(part.payload) or len(part.children))
    except UnreadableError as error:
        yield _attachment(part, Kind.MAIL, unreadable=str(error))
        return
    mail = part.children[0] if part.children else parse(part.payload)
    inner = list(_leaves(mail, frozenset()))
    texts = [leaf for leaf in inner if not leaf.filename and leaf.media_type in ("text/plain", "text/html")]
    main = next((leaf for leaf in texts if leaf.media_type == "text/plain"), texts[0] if texts else None)
    lines = [f"Betreff: {mail.headers.get('subject')}", f"Von: {mail.headers.get('from')}"]
    if main is not None:
        text = _read_document(main, Kind.HTML if main.media_type == "text/html" else Kind.TEXT, budget).text
        lines.extend(("", text))
    yield Attachment(
        name=part.filename or mail.headers.get("subject")[:200],
        media_type=str(Kind.MAIL),
        size=len(part.payload) or sum(len(leaf.payload) for leaf in inner),
        text=_clean("\n".join(lines)),
    )
    read_already = {id(leaf) for leaf in texts}
    shown |= shown_pictures(inner)
    for leaf in inner:
        if id(leaf) not in read_already:
            yield from _read(leaf, shown, budget)


def _read_winmail(part: Part, budget: Budget) -> Iterator[Attachment]:
    try:
        budget.open_document(len(part.payload))
        text, files = read_tnef(part.payload)
    except UnreadableError as error:
        yield _attachment(part, Kind.TNEF, unreadable=str(error))
        return
    unreadable = "" if text or files else "Outlook-Datei (winmail.dat) ohne lesbaren Text."
    yield _attachment(part, Kind.TNEF, text=_clean(text), unreadable=unreadable, decoration=bool(files) and not text)
    for file in files:
        yield from _read_file(file, budget)


def _read_file(file: TnefFile, budget: Budget) -> Iterator[Attachment]:
    part = Part(Headers(), "application/octet-stream", filename=file.name, payload=file.payload)
    if sniff(part) in (Kind.TNEF, Kind.MAIL):
        yield _attachment(part, part.media_type, unreadable=_UNREADABLE[Kind.OTHER])
    else:
        yield from _read(part, frozenset(), budget)


def _media(part: Part, kind: Kind) -> str:
    """The media type: as sniffed where the header lies or says nothing."""
    if kind in (Kind.OTHER, Kind.ENCRYPTED, Kind.ENCRYPTED_MAIL, Kind.OLD_OFFICE, Kind.TEXT):
        return part.media_type
    return str(kind)


def _attachment(
    part: Part, media_type: str, *, text: str = "", unreadable: str = "", decoration: bool = False
) -> Attachment:
    return Attachment(part.filename, str(media_type), len(part.payload), text, unreadable, decoration)


def _clean(text: str) -> str:
    """Without what databases and people cannot use: NUL and lone surrogates."""
    return text[:MOST_CHARACTERS].replace("\0", "").encode("utf-8", "replace").decode("utf-8")
