"""The end of what somebody wrote: closing formula, signature block, device line, legal footer; and banners above it.

The closing formula always stays in the text. What follows it goes into the signature: a block with an address, a number,
an organisation or more than two lines leaves the text; a bare name below the formula is how a letter ends, stays in the
text, and is given as the signature as well. Nothing goes that reads like a sentence to the office.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from processor.message.lines import Role
from processor.message.normal import fold
from processor.message.phrases import Phrases, phrases
from processor.message.rows import DIGIT, Row, has_email, paragraphs
from processor.message.values import CutKind

#: Lines that a signature may have.
_SIGNATURE_LINES: Final = 40
_DELIMITER = re.compile(r"(?:--|—|–|- -|__|\*\*)\s?")
_RULE = re.compile(r"[\s\-_=*—–~#.•·]{3,}")
_URL = re.compile(
    r"(?:https?://|www\.)\S{3,300}|(?<![@\w.])[\w-]{2,60}\.(?:de|com|org|net|eu|info|nrw|example)\b", re.IGNORECASE
)
_PHONE = re.compile(r"(?:\+|\(0|\b0)[\d\s()/.–-]{6,25}\d")
_CONTACT_WORD = re.compile(
    r"\W{0,3}(?:tel|telefon|fon|phone|mobil|mobile|handy|cep|gsm|fax|telefax|faks|telefaks|e-?mail|mail|e-?posta|web|internet|homepage|www"
    r"|iban|bic|konto|vereinsregister|registergericht|amtsgericht|vr|ust|steuernummer|sitz|anschrift|adresse|adres|тел|телефон|моб"
    r"|هاتف|جوال|kom|whatsapp|vorstand|spendenkonto)\b\W{0,4}(?:[:.+\d(/]|nr|durchwahl)"
    r"|\W{0,3}[tmfew](?:\s{0,2}:|[ .:/]{1,3}[+(0])"
)
_STREET = re.compile(
    r"(?:str\.?|straße|strasse|weg|platz|allee|gasse|ring|ufer|damm|hof|sok\.?|cad\.?|mah\.?|street|road)\s{0,2}\d{1,4}\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?<!\d)(?:D[- ]?)?\d{5}\s[^\W\d_]{2}")
_LEGAL_FORM = re.compile(
    r"\be\. ?v\.|\bg?gmbh\b|\bverein\b|\bdernek|\bderneği\b|\bstiftung\b|\bltd\b|\bggmbh\b|\bi\. ?g\.(?:$|\s)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]+")
_GREETING_AFTER = re.compile(r"(?:p\.? ?s\.?|nb|n\.b\.|not|ps\d?)\s{0,2}[:.)]")


@dataclass(slots=True)
class Closing:
    """The signature that was found."""

    signature: str = ""
    #: Index of the row with the closing formula; -1 where there is none.
    formula_at: int = -1


def mark_closing(rows: list[Row], sender: str = "") -> Closing:
    """Marks device lines, footers and the signature among the rows that stay.

    :param sender: the sender's display name and address: a line at the end that repeats it is a signature.
    """
    known = phrases()
    _mark_banners(rows, known)
    _mark_banner_below(rows, known)
    for _ in range(4):
        changed = _mark_footers(rows, known) | _mark_device(rows, known)
        if not changed:
            break
    closing = _mark_signature(rows, known, frozenset(_names(sender)))
    if closing.signature and (_mark_device(rows, known) | _mark_footers(rows, known)):
        pass
    return closing


# -- gateways ------------------------------------------------------------------------------------------------------------

_TAG_LINE = re.compile(
    r"[\W_]{0,6}(?:extern|external|externe mail|externe e-mail|external email|external sender|harici|внешнее|zewnetrzny)[\W_]{0,6}"
)


def _mark_banners(rows: list[Row], known: Phrases) -> None:
    """Warnings of gateways above the text."""
    for group in paragraphs(rows[:60])[:3]:
        if all(_TAG_LINE.fullmatch(row.folded) for row in group):
            _mark(group, CutKind.BANNER)
            continue
        text = " ".join(row.folded for row in group)
        words = len(text.split())
        if words <= 90 and _hits(text, known.outside) and _hits(text, known.care):
            _mark(group, CutKind.BANNER)
            continue
        # A banner of one line right above the text, with no blank line between.
        first = group[0]
        if (
            len(group) > 1
            and _hits(first.folded, known.outside)
            and (_hits(first.folded, known.care) or _TAG_LINE.fullmatch(first.folded))
        ):
            _mark(group[:1], CutKind.BANNER)
            continue
        if _TAG_LINE.fullmatch(first.folded) and first.text.strip()[:1] in "[(*!<":
            _mark(group[:1], CutKind.BANNER)
            continue
        break


def _mark_banner_below(rows: list[Row], known: Phrases) -> None:
    """Some gateways set their warning below the text."""
    for group in paragraphs(rows)[1:][-2:]:
        text = " ".join(row.folded for row in group)
        if len(text.split()) <= 60 and _hits(text, known.outside) and _hits(text, known.care) >= 2:
            _mark(group, CutKind.BANNER)


def _hits(text: str, phrases_: tuple[str, ...]) -> int:
    return sum(phrase in text for phrase in phrases_)


def _mark(rows: list[Row], kind: CutKind) -> None:
    for row in rows:
        if row.kind is None:
            row.kind = kind


# -- devices, footers ----------------------------------------------------------------------------------------------------


def _mark_device(rows: list[Row], known: Phrases) -> bool:
    """„Sent from my …“ as the last lines of what stays; programs put no more than two such lines."""
    marked = False
    last = [row for row in rows if row.new][-30:]
    for position, row in enumerate(reversed(last)):
        text = row.folded
        if len(text) <= 140 and len(text.split()) <= 14 and known.device.fullmatch(text):
            row.kind = CutKind.DEVICE
            marked = True
        elif position > 2 or not (_RULE.fullmatch(row.text) or _URL.fullmatch(row.text.strip("<>() "))):
            break
    # A device line may also stand alone above a signature or a quote, as a paragraph of its own.
    for group in paragraphs(rows)[-6:]:
        if (
            len(group) == 1
            and len(group[0].folded) <= 100
            and group[0].folded.count(" ") <= 9
            and known.device.fullmatch(group[0].folded)
        ):
            group[0].kind = CutKind.DEVICE
            marked = True
    return marked


def _mark_footers(rows: list[Row], known: Phrases) -> bool:
    """Confidentiality notes, virus scanners, printing, lists: paragraphs at the end that no writer writes."""
    groups = paragraphs(rows)
    marked = False
    for number in range(len(groups) - 1, max(-1, len(groups) - 9), -1):
        group = groups[number]
        text = " ".join(row.folded for row in group)
        words = len(text.split())
        legal = _hits(text, known.legal) if words >= 14 else 0
        if (legal >= 2 and words >= 14 and number > 0) or (legal >= 3 and words >= 20):
            _mark(group[_first_prose(group, known) :], CutKind.FOOTER)
            marked = True
        elif (
            words <= 60
            and _hits(text, known.footer)
            and (number > 0 or any(_RULE.fullmatch(row.text) for row in group[1:]))
        ):
            # Lists set their footer below a line of underscores, right under the text.
            rule = next((n for n, row in enumerate(group) if _RULE.fullmatch(row.text)), _first_prose(group, known))
            _mark(group[rule:], CutKind.FOOTER)
            marked = True
            if rule:
                break
        elif not (all(_RULE.fullmatch(row.text) for row in group) or _signature_like(group)):
            break
    return marked


def _first_prose(group: list[Row], known: Phrases) -> int:
    """Where a footer begins in a paragraph whose first lines may be a formula or a signature."""
    for number, row in enumerate(group):
        if len(row.text) > 60 or _is_prose(row.text) or _hits(row.folded, known.footer):
            return number
    return 0


# -- signature -----------------------------------------------------------------------------------------------------------


def _names(sender: str) -> list[str]:
    """Words of a display name or address that name somebody."""
    local = sender.rpartition("@")[0] or sender
    return [word for word in _WORDS.findall(fold(local)) if len(word) >= 3]


def _mark_signature(rows: list[Row], known: Phrases, names: frozenset[str]) -> Closing:
    new = [index for index, row in enumerate(rows) if row.new]
    while new and _DELIMITER.fullmatch(rows[new[-1]].text):
        # A delimiter with nothing below it (the device line that stood there is gone).
        rows[new.pop()].kind = CutKind.SIGNATURE
    if not new:
        return Closing()
    by_mark = _by_delimiter(rows, new)
    if by_mark is not None:
        start, skip = by_mark
        formula = _formula_before(rows, [index for index in new if index < start], known, names)
        first = start
        if formula >= 0:
            # The name below the formula, above the delimiter, belongs to the signature as well.
            between = [index for index in new if formula < index < start]
            if between and _signature_like([rows[index] for index in between]) and len(between) <= 6:
                first = between[0]
        block = [index for index in new if index >= first]
        named = [index for index in block if index >= start + skip or index < start]
        bare = first < start and len([index for index in block if index < start]) <= 2
        for index in block:
            if index >= start or not bare or any(_is_contact(rows[i]) for i in block if i < start):
                rows[index].kind = CutKind.SIGNATURE
        return Closing(_joined(rows, named), formula)
    formula = _formula_before(rows, new, known, names)
    if formula >= 0:
        closing = _after_formula(rows, new, formula, known, names)
        if closing is not None:
            return closing
    return _without_formula(rows, new, names)


def _joined(rows: list[Row], indexes: list[int]) -> str:
    return "\n".join(rows[index].text.strip() for index in indexes)


def _by_delimiter(rows: list[Row], new: list[int]) -> tuple[int, int] | None:
    """Where a delimiter („-- “) or a mail program's mark begins the signature, and how many lines the delimiter takes."""
    for position, index in enumerate(new[:-1] if new else []):
        row = rows[index]
        behind = [rows[i] for i in new[position + 1 :]]
        if row.role is Role.SIGNATURE:
            break
        if (
            _DELIMITER.fullmatch(row.text)
            and position > 0
            and len(behind) <= _SIGNATURE_LINES
            and _signature_like(behind, strict=False)
        ):
            return index, 1
    for position, index in enumerate(new):
        if rows[index].role is Role.SIGNATURE:
            behind = [rows[i] for i in new[position:]]
            if all(row.role is Role.SIGNATURE for row in behind) and _signature_like(behind, strict=False):
                return index, 1 if _DELIMITER.fullmatch(rows[index].text) else 0
    return None


def _formula_before(rows: list[Row], indexes: list[int], known: Phrases, names: frozenset[str]) -> int:
    """The last row that is a closing formula; -1."""
    for index in reversed(indexes[-_SIGNATURE_LINES:]):
        if _is_formula(rows[index].folded, known, names):
            return index
    return -1


def closing_length(folded: str, known: Phrases, names: frozenset[str] = frozenset()) -> int:
    """How many characters of a line are a closing formula that begins it and leaves room for no more than a name; else 0.

    :param names: words of the sender's name, which may follow any formula.
    """
    text = folded.lstrip(" -–—*_")
    skipped = len(folded) - len(text)
    if not text or len(text) > 90:
        return 0
    if re.split(r"[\s,.!']", text, maxsplit=1)[0] not in known.closing_starts:
        return 0
    for closing in known.closings:
        if text.startswith(closing) and not text[len(closing) : len(closing) + 1].isalnum():
            rest = text[len(closing) :]
            words = rest.strip(" ,.!;:-–—*_").split()
            named = len(words) <= 4 and not names.isdisjoint(words)
            if closing in _WEAK and words and rest.lstrip()[:1] not in (",", "!", ".") and not named:
                continue
            if len(words) <= (3 if closing in _WEAK else 8 if len(closing) >= 12 else 5) and not re.search(
                r"\d|\?", rest
            ):
                return skipped + len(closing)
    return 0


def _is_formula(folded: str, known: Phrases, names: frozenset[str]) -> bool:
    """Whether a line is a closing formula, of the lists or with a word that only such lines have."""
    if closing_length(folded, known, names):
        return True
    words = _WORDS.findall(folded)
    return 0 < len(words) <= 6 and not re.search(r"[\d?]", folded) and not known.closing_words.isdisjoint(words)


#: Formulas that also begin sentences: only little may follow them in their line.
_WEAK: Final = frozenset(
    [
        "danke",
        "merci",
        "gracias",
        "grazie",
        "спасибо",
        "дякую",
        "hvala",
        "multumesc",
        "dziekuje",
        "thanks",
        "best",
        "yours",
        "ihr",
        "ihre",
        "selam",
        "spas",
        "silav",
        "herzlich",
        "cheers",
        "pozdrav",
        "saludos",
        "saluti",
        "salutations",
        "pershendetje",
    ]
)


def _after_formula(
    rows: list[Row], new: list[int], formula: int, known: Phrases, names: frozenset[str]
) -> Closing | None:
    """What stands below the closing formula; None where it was a greeting, and the mail only begins there."""
    below = [index for index in new if index > formula]
    taken: list[int] = []
    for position, index in enumerate(below):
        row = rows[index]
        parted = position > 0 and index - below[position - 1] > 1
        if (
            _GREETING_AFTER.match(row.folded)
            or (len(taken) >= 1 and _is_sentence(row))
            or (position == 0 and _is_sentence(row))
        ):
            break
        if parted and len(taken) >= 1 and row.text.rstrip().endswith("?"):
            break
        taken.append(index)
    rest = below[len(taken) :]
    if not taken and rest and not _GREETING_AFTER.match(rows[rest[0]].folded):
        return None
    length = closing_length(rows[formula].folded, known, names)
    beside = _beside(rows[formula].text, length)
    if not taken:
        return Closing(beside, formula)
    block = [rows[index] for index in taken]
    if not _signature_like(block) or len(taken) > _SIGNATURE_LINES:
        return Closing(beside, formula)
    signature = "\n".join(filter(None, [beside, _joined(rows, taken)]))
    contact = any(_is_contact(row) for row in block)
    if contact or len(taken) > 2 or (rest and len(taken) > 1):
        for index in taken:
            rows[index].kind = CutKind.SIGNATURE
    return Closing(signature, formula)


def _beside(text: str, length: int) -> str:
    """The name that stands in the line of the formula („Viele Grüße, Ayşe“)."""
    rest = text[length:].strip(" ,.!;:-–—*_") if 0 < length <= len(text) else ""
    words = rest.split()
    if not words:
        return ""
    capital = all(word[:1].isupper() for word in words)
    return rest if capital or (len(words) <= 2 and text[:1].islower()) else ""


def _without_formula(rows: list[Row], new: list[int], names: frozenset[str]) -> Closing:
    """A last paragraph (or several) that says who writes, with no known formula above: names, functions, contact lines."""
    groups = paragraphs(rows)
    taken: list[Row] = []
    for group in reversed(groups[-4:]):
        lead = 1 if len(group) > 1 and _is_lead(group[0], group[1], names) else 0
        contact = any(map(_is_contact, group))
        if group is groups[0] and not (lead or (len(group) == 1 and taken) or contact):
            # The only paragraph: its last lines, where they repeat the sender's name.
            named = next((n for n, row in enumerate(group) if n and _is_name(row) and _repeats(row, names)), 0)
            if not taken and named and len(group) - named <= 6 and _signature_like(group[named:]):
                return _close(rows, new, group[named:], formula=-1)
            break
        if not all(_is_contact(row) or _is_label_line(row) for row in group[lead:]) or len(group) > _SIGNATURE_LINES:
            break
        if group is groups[0] and not taken and not lead:
            break
        if _is_list(group):
            break
        said = group[lead:]
        own = any(_repeats(row, names) for row in said if _is_name(row))
        if lead:
            return _close(rows, new, [*said, *taken], formula=_index_of(rows, new, group[0]))
        if own or (not taken and len(said) <= 3 and all(map(_is_name, said)) and _ends_sentence(groups, group)):
            return _close(rows, new, [*said, *taken], formula=-1)
        if not contact:
            break
        taken = [*said, *taken]
    contacts = sum(map(_is_contact, taken))
    if len(taken) < 2 or not contacts:
        return Closing()
    above = next((groups[n - 1] for n, group in enumerate(groups) if n and group[-1] is taken[-1]), [])
    announced = bool(above) and above[-1].text.rstrip().endswith(":")
    if announced or (contacts < 2 and not _is_name(taken[0])):
        return Closing()
    return _close(rows, new, taken, formula=-1)


def _close(rows: list[Row], new: list[int], block: list[Row], *, formula: int) -> Closing:
    """The signature found; it leaves the text where it is more than a name."""
    if any(map(_is_contact, block)):
        for row in block:
            row.kind = CutKind.SIGNATURE
    if formula < 0 and block:
        formula = _index_of(rows, new, block[0])
    return Closing("\n".join(row.text.strip() for row in block), formula)


def _index_of(rows: list[Row], new: list[int], row: Row) -> int:
    return next((index for index in new if rows[index] is row), -1)


def _is_lead(first: Row, second: Row, names: frozenset[str]) -> bool:
    """Whether a line takes leave in words that no list has: short, followed by a name."""
    text = first.text.strip()
    words = _WORDS.findall(text)
    if not 0 < len(words) <= 9 or re.search(r"[\d?:]", text) or not _is_name(second):
        return False
    if text.endswith(","):
        return True
    return _repeats(second, names) and not _is_name(first) and len(words) <= 6


def _repeats(row: Row, names: frozenset[str]) -> bool:
    """Whether a line holds a name of the sender."""
    return bool(names) and any(word in names for word in _WORDS.findall(row.folded))


def _is_list(group: list[Row]) -> bool:
    """Lists of people with their numbers are no signature: that names one person, or an organisation."""
    numbered = [row for row in group if _PHONE.search(row.text) and not _CONTACT_WORD.match(row.folded)]
    named = sum(len(_WORDS.findall(_PHONE.sub(" ", row.text))) >= 2 for row in numbered)
    return named > 1 or sum(bool(re.match(r"\s*(?:[-•*·]|\d{1,2}[.)])\s", row.text)) for row in group) > 1


def _ends_sentence(groups: list[list[Row]], group: list[Row]) -> bool:
    """Whether the paragraph above a group ends a sentence (and does not announce a list)."""
    position = next((number for number, other in enumerate(groups) if other is group), 0)
    return position > 0 and groups[position - 1][-1].text.rstrip().endswith((".", "!", "?", "؟", ")", "…"))


def _is_contact(row: Row) -> bool:
    """A line with an address, a number, a link, a legal form."""
    if row.contact is None:
        row.contact = _looks_like_contact(row)
    return row.contact


def _looks_like_contact(row: Row) -> bool:
    text = row.text
    if len(text) > 200:
        return False
    found = (
        has_email(text)
        or ((":" in text or "." in text) and _URL.search(text) is not None)
        or _LEGAL_FORM.search(text) is not None
    )
    if not found and DIGIT.search(text):
        found = bool(_PHONE.search(text) or _STREET.search(text) or _POSTCODE.search(text))
    return (found and not _is_prose(text)) or bool(_CONTACT_WORD.match(row.folded))


def _is_label_line(row: Row) -> bool:
    return len(row.text) <= 80 and not _is_prose(row.text)


def _is_name(row: Row) -> bool:
    """Up to five words that each begin with a capital (or a particle), and no more; scripts without capitals count."""
    text = row.text.strip(" ,*_-–—|")
    if not text or len(text) > 60 or any(character.isdigit() for character in text) or text.endswith(("?", "!", ":")):
        return False
    words = text.split()
    if len(words) > 6:
        return False
    return not any(word[:1].islower() and fold(word).strip(".,") not in _PARTICLES for word in words)


#: Small words within names.
_PARTICLES: Final = frozenset(
    [
        "von",
        "van",
        "de",
        "der",
        "den",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "abu",
        "zu",
        "zur",
        "zum",
        "vom",
        "und",
        "y",
        "e",
        "ve",
        "i",
        "&",
        "ter",
        "ten",
        "gez",
        "ppa",
        "im",
        "auftrag",
        "iv",
        "ia",
    ]
)


def _is_prose(text: str) -> bool:
    """Whether a line reads as part of a sentence: many words, most of them small."""
    words = _WORDS.findall(text[:500])
    if len(words) < 6:
        return False
    small = sum(word[0].islower() and len(word) > 1 for word in words)
    uncased = sum(not word[0].isupper() and not word[0].islower() for word in words)
    if uncased * 2 > len(words):
        return len(words) >= 9 or text.rstrip().endswith((".", "؟", "?", "!"))
    return small * 2 >= len(words)


_SENTENCE_WORDS = re.compile(
    r"\b(?:wir|ich|bitte|kommen|komme|nehmen|nehme|teil|danke|biz|ben|katil\w{2,12}|gel\w{3,10}|we|i|please|will|come|coming|nous|je|noi|мы|я|ми|будем|"
    r"nehmen|melde|melden|anmeld\w{0,8}|person|personen|kisi|leider|nicht|noch|haben|habe|kann|konnen|geht|gibt|ist|sind)\b"
)


def _is_sentence(row: Row) -> bool:
    """Whether a line says something to the reader rather than who writes."""
    text = row.text.strip()
    if _is_contact(row):
        return False
    words = _WORDS.findall(text[:500])
    if _is_prose(text):
        return True
    if text.endswith(("?", "؟")) and len(words) >= 2:
        return True
    return len(words) >= 3 and len(set(_SENTENCE_WORDS.findall(row.folded))) >= 2


def _signature_like(rows: list[Row], *, strict: bool = True) -> bool:
    """Whether lines can be a signature: none of them a sentence.

    :param strict: False below a delimiter, where slogans stand too: only what speaks to the reader is a sentence then.
    """
    sentences = [row for row in rows if _is_sentence(row)]
    if not sentences:
        return True
    if strict:
        return False
    return not any(
        row.text.rstrip().endswith(("?", "؟")) or len(set(_SENTENCE_WORDS.findall(row.folded))) >= 2
        for row in sentences
    )
