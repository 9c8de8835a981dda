"""Who wrote: name, telephone and organisation from the lines below the text, the display name and the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers

from processor.extraction.lexicon import Language, marked
from processor.extraction.tokens import Token, digits, fold, tokenise

_PHONE = re.compile(
    r"(?<![\w/])(?:\+|00|\(?\s?0)[\d\s()/.·–-]{4,}\d(?:\s?[-–]\s?\d+)?|(?<![\w/.,-])[1-9]\d?(?:\s?\d\d){2,3}(?![\d.,])"
)
_FAX = re.compile(r"(?:tele)?fa(?:x|ks|cs)\b|факс|فاكس|φαξ", re.IGNORECASE)
_MOBILE_WORD = re.compile(r"mobil|handy|cell|cep|gsm|kom\.|portable|móvil|whatsapp|моб", re.IGNORECASE)
_PHONE_WORD = re.compile(r"tel|fon|phone|ruf|тел|هاتف|تلفن|جوال|موبايل|номер", re.IGNORECASE)
_MAIL_OR_URL = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+|www\.\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"\b\d{5}\b|str(?:\.|aße|asse)\s*\d|(?:weg|platz|allee|ring|gasse|straße)\s+\d", re.IGNORECASE)
_SIGNED = re.compile(
    r"^\s*(?:gez\.?|i\.\s?a\.|i\.\s?v\.|im auftrag|in vertretung|p\.?p\.?a?\.?|ppa\.?|/s/"
    r"|ihr|ihre|dein|deine|euer|eure|your|votre)\s+",
    re.IGNORECASE,
)


@dataclass(slots=True, frozen=True)
class Signature:
    """What the lines below the text say."""

    #: Names of those who sign, usually one.
    names: tuple[str, ...]
    organisation: str
    #: The text of the lines.
    text: str


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_][^\W\d_'’.\u200c-]*(?:[-'’\u200c][^\W\d_]+)*\.?", name)


def strip_titles(name: str, language: Language) -> str:
    """A name without salutation, degree and office."""
    tokens, spans = marked(language, name)
    index = 0
    while index < len(tokens):
        found = [s for s in spans if s.start == index and s.kind == "title"]
        if not found:
            break
        index = max(s.end for s in found)
        while index < len(tokens) and tokens[index].text in ".-,":
            index += 1
    end = len(tokens)
    for s in spans:
        if s.kind == "post_title" and s.end == end and s.start > index:
            end = s.start
    return name[tokens[index].start : tokens[end - 1].end].strip(" ,") if index < end else ""


def turn(display: str) -> str:
    """„Nachname, Vorname“ as it is spoken."""
    parts = [p.strip() for p in display.split(",")]
    if len(parts) == 2 and all(parts) and len(parts[0].split()) <= 3 and len(parts[1].split()) <= 3:
        return f"{parts[1]} {parts[0]}"
    return display


def display_person(display: str, language: Language) -> str:
    """The person's name in a display name; "" where it is an organisation's, an address or a role."""
    name = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", display)
    name = re.split(r"\s+[|/–-]\s+|\s+via\s+", name)[0].strip(" \"'")
    if not name or "@" in name or re.search(r"\d", name):
        return ""
    tokens, spans = marked(language, name)
    if any(s.kind in ("organisation", "org_tail", "role") for s in spans) and "," not in name:
        return ""
    if re.search(r"[&+]|\bund\b|\bteam\b|\bbüro\b|\binfo\b|\bvorstand\b|\bsekretariat\b", name, re.IGNORECASE):
        first = re.split(r"\s*(?:&|\+|\bund\b)\s*", name)
        if len(first) == 2 and len(first[1].split()) >= 2 and len(first[0].split()) == 1:
            return f"{first[0]} {' '.join(first[1].split()[1:])}"
        return ""
    stripped = strip_titles(turn(name), language)
    if len(stripped.split()) > 5:
        return ""
    lowers = [
        t
        for t in tokens
        if t.is_word
        and not t.is_capital
        and t.key not in language.options.get("particles", "")
        and t.text[:1].lower() != t.text[:1].upper()
    ]
    if lowers and len(lowers) < len([t for t in tokens if t.is_word]):
        return ""
    return stripped


def read_signature(lines: Sequence[str], language: Language, sender: frozenset[str]) -> Signature:
    """Name and organisation in the lines below the text."""
    names: list[str] = []
    organisation = ""
    weak_organisation = ""
    joined: list[str] = []
    for number, line in enumerate(lines):
        clean = line.strip(" \t*_|·•-–,")
        if not clean:
            continue
        joined.append(line)
        if re.match(r"^(--|__)", clean):
            continue
        body = _MAIL_OR_URL.sub(" ", clean)
        for part_number, part in enumerate(re.split(r"\s[|·•]\s|\s{3,}|\t", body)):
            part = part.strip(" ,;|·")
            if not part:
                continue
            plain = _SIGNED.sub("", part)
            pieces = re.split(r",\s+|\s[–/-]\s|\s*\(|\)\s*|;\s*", plain)
            first = pieces[0].strip()
            if names and any(compatible(first, n) or compatible(n, first) for n in names):
                continue
            if re.split(r"\s*(?:&|\+)\s*", first) == names:
                continue
            if not names and number < 6 and part_number == 0 and _looks_like_name(first, language, sender):
                names = _signers(first, language)
                rest = [p.strip() for p in pieces[1:] if p.strip()]
                for piece in rest:
                    if _is_organisation(piece, language):
                        organisation = organisation or piece
                    elif _could_be_organisation(piece, language):
                        weak_organisation = weak_organisation or piece
                continue
            if _is_organisation(plain, language):
                candidate = _organisation_in(plain, language)
                if candidate and len(candidate) > len(organisation):
                    organisation = organisation or candidate
                    if _same_start(organisation, candidate):
                        organisation = candidate
            elif (names or sender) and not weak_organisation and _could_be_organisation(plain, language):
                weak_organisation = plain
    return Signature(tuple(names), (organisation or weak_organisation).strip(" ,;"), "\n".join(joined))


def _same_start(first: str, second: str) -> bool:
    return fold(first)[:6] == fold(second)[:6]


def _signers(first: str, language: Language) -> list[str]:
    parts = [
        p.strip()
        for p in re.split(
            r"\s*(?:&|\+|\bund\b|\bve\b|\band\b|\bet\b|\by\b|\bi\b(?=\s[A-ZŁŚŻ])|\bи\b|\bта\b|\be\b(?=\s[A-Z]))\s+",
            first,
        )
        if p.strip()
    ]
    people = [strip_titles(turn(p), language) for p in parts]
    people = [p for p in people if p]
    if len(people) > 1 and len(people[-1].split()) >= 2:
        surname = " ".join(people[-1].split()[1:])
        people = [p if len(p.split()) > 1 else f"{p} {surname}" for p in people]
    return people


def _looks_like_name(line: str, language: Language, sender: frozenset[str]) -> bool:
    tokens = [t for t in tokenise(line, digraphs=language.digraphs) if t.is_word or t.kind == "num"]
    if not tokens or len(tokens) > 8 or any(t.kind == "num" for t in tokens):
        return False
    if any(t.key in sender for t in tokens) and not _is_organisation(line, language):
        return True
    if tokens[-1].key in language.options.get("places", "").replace(",", " ").split():
        return False
    spans = language.find(tokens)
    if any(s.kind in ("organisation", "org_tail", "contact_word", "come", "register", "decline") for s in spans):
        return False
    particles = language.options.get("particles", "").replace(",", " ").split()
    titles = {i for s in spans if s.kind == "title" for i in range(s.start, s.end)}
    rest = [t for i, t in enumerate(tokens) if i not in titles]
    unknown = [t for t in rest if not language.is_known(t.key)]
    bad = [
        t
        for t in rest
        if not t.is_capital
        and t.text[:1].upper() != t.text[:1].lower()
        and t.key not in particles
        and language.is_known(t.key)
        and t.key not in ("und", "ve", "and")
    ]
    return bool(unknown) and not bad and len(rest) <= 6


def _is_organisation(line: str, language: Language) -> bool:
    tokens, spans = marked(language, line)
    if any(s.kind == "org_tail" and s.start > 0 for s in spans):
        return True
    heads = [s for s in spans if s.kind == "organisation"]
    words = [t for t in tokens if t.is_word]
    if any(s.kind == "role" and s.start == 0 for s in spans) and all(language.is_known(t.key) for t in words):
        return False
    if not heads or len(words) < 2:
        return False
    if (
        any(s.kind == "role" and s.start == 0 for s in spans)
        and len(words) <= 2
        and not any(t.is_capital and not language.is_known(t.key) for t in words)
    ):
        return False
    return not _ADDRESS.search(line) or len(words) > 3


def _organisation_in(line: str, language: Language) -> str:
    line = re.split(r"\s[|·•]\s|\s{3,}|,\s(?=\d)|(?:,\s+)?(?:Tel|Fon|Mobil|Handy)\b(?=\w*[.:\s]*[\d+(])", line)[0]
    pieces = [p for p in re.split(r",\s+", line) if p.strip()]
    if len(pieces) > 1:
        marked = [p for p in pieces if _is_organisation(p, language)]
        if marked and not any(re.search(r"e\.?\s?V\.?", p) for p in pieces[pieces.index(marked[0]) + 1 :]):
            line = marked[0]
    return line.strip(" ,;")


def _could_be_organisation(line: str, language: Language) -> bool:
    """A line that is neither function, address, slogan nor telephone: probably the association."""
    if (
        _ADDRESS.search(line)
        or _PHONE_WORD.search(line)
        or re.search(r"\d{3,}", re.sub(r"\b(?:18|19|20)\d\d\b", "", line))
        or _MAIL_OR_URL.search(line)
    ):
        return False
    if line.rstrip().endswith((".", "!", "?", ":")) and not re.search(r"e\.?\s?V\.$", line):
        return False
    tokens, spans = marked(language, line)
    words = [t for t in tokens if t.is_word]
    if not words or len(words) > 9 or len(line) < 4 or (len(words) == 1 and language.is_known(words[0].key)):
        return False
    if any(s.kind in ("role", "contact_word", "i", "we") for s in spans) or any(
        s.kind in ("closing", "greeting") and s.start == 0 for s in spans
    ):
        return False
    first = words[0].text[:1]
    if first.islower():
        return False
    capitals = [t for t in words if t.is_capital or t.text[:1].lower() == t.text[:1].upper()]
    return len(capitals) >= max(1, len(words) // 2)


def telephone(text: str, *, area: str) -> str:
    """The number to call in E.164: a mobile one before a landline, never a fax; "" for none.

    :param area: area code for numbers without one, such as "209".
    """
    best: tuple[int, str] | None = None
    for line in digits(text).split("\n"):
        for match in _PHONE.finditer(line):
            raw = match.group().strip()
            before = line[max(0, match.start() - 22) : match.start()]
            before = re.split(r"\d{3,}", before)[-1]
            if _FAX.search(before):
                continue
            labelled = bool(_PHONE_WORD.search(before) or _MOBILE_WORD.search(before))
            if not raw.lstrip("(").startswith(("+", "0")):
                if not labelled or "." in raw:
                    continue
                raw = f"0{area} {raw}"
            number = _parse(raw)
            if not number:
                continue
            rank = 0 if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE else 1
            found = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            if best is None or rank < best[0]:
                best = (rank, found)
    return best[1] if best else ""


def _parse(raw: str) -> phonenumbers.PhoneNumber | None:
    if re.fullmatch(r"\s*\d{1,2}[./]\d{1,2}[./]\d{2,4}\s*", raw):
        return None
    try:
        number = phonenumbers.parse(raw.replace("(0)", "").replace("·", " "), "DE")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) and len(str(number.national_number)) >= 6 else None


def compatible(short: str, full: str) -> bool:
    """Whether one name may be a shorter form of another: each word equal or an initial of one, in any order."""
    a = [fold(w, digraphs=True).strip(".") for w in _words(short)]
    b = [fold(w, digraphs=True).strip(".") for w in _words(full)]
    if not a or not b:
        return False
    left = list(b)
    hits = 0
    for word in a:
        match = next((x for x in left if x == word), None) or next(
            (x for x in left if (len(word) == 1 and x.startswith(word)) or (len(x) == 1 and word.startswith(x))), None
        )
        if match is None:
            return False
        left.remove(match)
        hits += 1
    return hits == len(a)


def fullest(candidates: Sequence[str]) -> str:
    """The first name, completed by a later one that is a fuller form of it."""
    chosen = ""
    for name in candidates:
        if not name:
            continue
        if not chosen or (_is_short(chosen) and not _is_short_form_of(name, chosen) and compatible(chosen, name)):
            chosen = name
    return chosen


def _is_short(name: str) -> bool:
    words = _words(name)
    return len(words) < 2 or any(len(w.strip(".")) == 1 for w in words)


def _is_short_form_of(name: str, full: str) -> bool:
    return len(_words(name)) < len(_words(full)) or sum(map(len, _words(name))) <= sum(map(len, _words(full)))


def name_keys(name: str, *, digraphs: bool) -> frozenset[str]:
    """Folded words of a name, for comparing."""
    return frozenset(fold(w.strip("."), digraphs) for w in _words(name) if len(w.strip(".")) > 1)


def first_tokens(tokens: Sequence[Token], count: int) -> str:
    """The words of some tokens, for reasons."""
    return " ".join(t.text for t in tokens[:count])
