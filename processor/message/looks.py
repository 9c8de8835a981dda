"""What single lines look like: contact data, a name, prose, a sentence that speaks to the office."""

from __future__ import annotations

import re
from typing import Final

from processor.message.normal import fold
from processor.message.phrases import phrases
from processor.message.rows import DIGIT, EMAIL, Row, has_email

URL = re.compile(
    r"(?:https?://|www\.)\S{3,300}|(?<![@\w.])[\w-]{2,60}\.(?:de|com|org|net|eu|info|nrw|example)\b", re.IGNORECASE
)
PHONE = re.compile(r"(?:\+|\(0|\b0)[\d\s()/.–-]{6,25}\d")
CONTACT_WORD = re.compile(
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
WORDS = re.compile(r"[^\W\d_]+")
_SPOKEN: Final = re.compile(r"[^\W\d_](?:[\w\u200c']*\w)?")
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
RULE = re.compile(r"[\s\-_=*—–~#.•·]{3,}")


def is_contact(row: Row) -> bool:
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
        or ((":" in text or "." in text) and URL.search(text) is not None)
        or _LEGAL_FORM.search(text) is not None
    )
    if not found and DIGIT.search(text):
        found = bool(PHONE.search(text) or _STREET.search(text) or _POSTCODE.search(text))
    # The words of addresses and links make no sentence.
    said = URL.sub(" ", EMAIL.sub(" ", text)).replace("mailto:", " ") if found else ""
    return (found and not is_prose(said)) or bool(CONTACT_WORD.match(row.folded))


def is_label_line(row: Row) -> bool:
    return len(row.text) <= 80 and not is_prose(row.text)


def is_name(row: Row) -> bool:
    """Up to five words that each begin with a capital (or a particle), and no more; scripts without capitals count."""
    text = row.text.strip(" ,*_-–—|")
    if not text or len(text) > 60 or any(character.isdigit() for character in text) or text.endswith(("?", "!", ":")):
        return False
    words = text.split()
    if len(words) > 6:
        return False
    return not any(word[:1].islower() and fold(word).strip(".,") not in _PARTICLES for word in words)


def is_prose(text: str) -> bool:
    """Whether a line reads as part of a sentence: many words, most of them small."""
    return _are_prose(WORDS.findall(text[:500]), text)


def _are_prose(words: list[str], text: str) -> bool:
    """See :func:`is_prose`; the words are those of the text."""
    if len(words) < 6:
        return False
    small = sum(word[0].islower() and len(word) > 1 for word in words)
    uncased = sum(not word[0].isupper() and not word[0].islower() for word in words)
    if uncased * 2 > len(words):
        return len(words) >= 9 or text.rstrip().endswith((".", "؟", "?", "!"))
    return bool(small * 2 >= len(words))


def is_sentence(row: Row) -> bool:
    """Whether a line says something to the reader rather than who writes."""
    if row.sentence is None:
        row.sentence = _reads_as_sentence(row)
    return row.sentence


def _reads_as_sentence(row: Row) -> bool:
    if is_contact(row):
        return False
    text = row.text.strip()
    words = WORDS.findall(text[:500])
    if _are_prose(words, text):
        return True
    if text.endswith(("?", "؟")) and len(words) >= 2:
        return True
    return len(words) >= 2 and (_ends_in_words(text) or (len(words) >= 3 and speaks(row)))


#: A full stop behind a word that is no abbreviation („e. V.“).
_STOPPED: Final = re.compile(r"(?<!\w)([^\W\d_]{4,40})[.!。۔]$")


def _ends_in_words(text: str) -> bool:
    """Whether a full stop stands behind a word in small letters: no name and no function ends so, but what is said."""
    last = _STOPPED.search(text)
    return last is not None and not last.group(1)[0].isupper()


def spoken(row: Row) -> int:
    """How many words stand in a line, of one language, with which people say what they do or want."""
    known = phrases()
    words = known.speaking_anywhere.intersection(_SPOKEN.findall(row.folded))
    return len(words) if len(words) < 2 else max(len(words & language) for language in known.speaking)


def speaks(row: Row) -> bool:
    """Whether two such words stand in a line."""
    return spoken(row) >= 2


def answers(row: Row) -> bool:
    """Whether a line may say what its writer does or wants: two words of speaking, or one and a figure."""
    return spoken(row) >= (1 if DIGIT.search(row.folded) else 2)


def signature_like(rows: list[Row], *, strict: bool = True) -> bool:
    """Whether lines can be a signature: none of them a sentence.

    :param strict: False below a delimiter, where slogans stand too: only what speaks to the reader is a sentence then.
    """
    sentences = [row for row in rows if is_sentence(row)]
    if not sentences:
        return True
    if strict:
        return False
    return not any(row.text.rstrip().endswith(("?", "؟")) or speaks(row) for row in sentences)
