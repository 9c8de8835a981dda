"""Texts without the people in them: what tells who somebody is becomes invented, all else stays.

What is replaced: every name, address, number and reference that the book knows; and, as no list knows everybody, every
capitalised word that is neither in the vocabulary of the reading, nor the event's own, nor used by many. The reading
takes all such words alike, so that it reads the invented text as it reads the true one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property
from typing import Final

from processor.extraction.lexicon import load
from processor.extraction.tokens import tokenise
from processor.privacy.invented import Inventor
from processor.privacy.known import WORD, Known, is_ordinary, is_vocabulary, plain
from processor.registrations.names import folded

_URL = r"(?:https?://|www\.)[^\s<>\"']+"
_MAIL = r"[^\s<>()\[\]\",;:|=']{1,64}@[\w-]+(?:\.[\w-]+)*"
_DATE = (
    r"\b(?:\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{2,4})?|\d{1,2}[ /.-]\d{1,2}[ /.-](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d"
    r"|(?:19|20)\d{6}(?:T\d{6}Z?)?)(?![\d/-])"
)
_IBAN = r"\b[A-Z]{2}\d{2}(?:\s?\d{4}){3,7}(?:\s?\d{1,3})?\b"
_PHONE = r"(?<![\d.,])(?:\+|\(?0)[\d(][\d\s()/.–-]{3,}\d"
_LONG_NUMBER = r"\d{7,}|(?<![\d.,:])\d{2,4}(?:[ /-]\d{2,4}){2,}(?![\d.:])"
_POST_CODE = r"\b\d{5}(?=\s+[^\W\d_])"
_STREET_ENDS = "straße|strasse|str|weg|allee|platz|gasse|ring|damm|ufer"
#: What stands before the end is the name.
_STREET = rf"[^\W\d_-]{{3,}}(?:{_STREET_ENDS})(?=\.?\s?\d)"
_STREET_END = re.compile(rf"(?:{_STREET_ENDS})$", re.IGNORECASE)
#: So much of a word keeps its kind („-ischer“, „-verein“) where it has to be replaced although it means something.
_ENDING: Final = 6
#: Shorter names are not looked for within other words.
_INSIDE: Final = 5
#: Shorter words in small letters are particles („el“, „van“), and nobody's.
_PARTICLE: Final = 4
#: Languages whose titles are known by.
_TITLED: Final = ("de", "en", "tr", "fr")
#: The Arabic and Persian „and“.
_AND: Final = "و"
#: „A.“ before a name, and not the second half of „i. A.“ or „e.V.“.
_INITIAL = re.compile(r"(?<![^\W\d_])(?<![^\W\d_]\.)(?<![^\W\d_]\. )([^\W\d_])\. ?\Z")
#: Local parts that say what an address is for, and not whose it is.
_OFFICES = frozenset(
    [
        "info",
        "kontakt",
        "contact",
        "post",
        "mail",
        "email",
        "office",
        "buero",
        "büro",
        "verein",
        "vorstand",
        "team",
        "hallo",
        "noreply",
        "no-reply",
        "no_reply",
        "donotreply",
        "newsletter",
        "news",
        "mailer-daemon",
        "postmaster",
        "bounce",
        "bounces",
        "mailing",
        "marketing",
        "support",
    ]
)


class Pseudonyms:
    """Replaces; the same person has the same invented name in all mails of an export."""

    def __init__(self, known: Known, key: bytes) -> None:
        self._known = known
        taken = known.name_words | known.organisation_words | known.public | known.common
        self._inventor = Inventor(key, lambda word: word in taken or is_ordinary(word))

    # -- whole texts --

    def text(self, text: str, *, cased: bool = True) -> str:
        """A text of a mail.

        :param cased: whether its writer uses capitals; who does not may have written any word for a name.
        """
        text = plain(text)
        names = self._names_in(text)

        def put(match: re.Match[str]) -> str:
            kind, found = match.lastgroup, match.group()
            if kind == "word":
                return names.get(match.start()) or self._word(found, cased=cased)
            return str(getattr(self, f"_{kind}")(found))

        return self._pattern.sub(put, text)

    def name(self, name: str) -> str:
        """A person's name, as a label or a header has it."""
        words = list(WORD.finditer(plain(name)))
        found = plain(name)
        for at, match in reversed(list(enumerate(words))):
            word = match.group()
            if len(word) == 1 and at + 1 < len(words):
                new = self._initial(word, words[at + 1].group())
            elif (is_vocabulary(word) and _is_title(word)) or (
                word.islower() and (len(word) < _PARTICLE or is_vocabulary(word))
            ):
                new = word
            else:
                new = self._inventor.word(word)
            found = found[: match.start()] + new + found[match.end() :]
        return found

    def address(self, address: str) -> str:
        """A mail address; the office's own stay what they are."""
        local, at, domain = plain(address).lower().rpartition("@")
        if not at or f"{local}@{domain}" in self._known.own_addresses:
            return address
        return f"{self._local(local)}@{self.domain(domain)}"

    def phone(self, phone: str) -> str:
        """A telephone number."""
        return self._inventor.phone(phone) if phone else ""

    def domain(self, domain: str) -> str:
        """A domain, under the ending that belongs to nobody (RFC 2606); the office's own stay."""
        domain = domain.lower().rstrip(".")
        if domain in self._known.own_domains or any(domain.endswith("." + own) for own in self._known.own_domains):
            return domain
        labels = domain.split(".")
        label = labels[-2] if len(labels) > 1 else labels[0]
        words = [self._inventor.word(part) for part in re.findall(r"[^\W\d_]+", label)]
        return ("-".join(words) or self._inventor.identifier(domain))[:40] + ".example"

    def identifier(self, message_id: str) -> str:
        """A Message-ID, without angle brackets (RFC 5322, section 3.6.4)."""
        domain = message_id.rpartition("@")[2]
        own = self.domain(domain) if domain in self._known.own_domains else "mail.example"
        return f"{self._inventor.identifier(message_id)}@{own}"

    def left_in(self, text: str) -> tuple[str, ...]:
        """What of the people can still be found in a text; nothing is what an export may hold."""
        text = plain(text)
        words = {folded(word) for word in WORD.findall(text) if len(word) >= _PARTICLE or not word.islower()}
        found = {word for word in words & self._known.certain if len(word) > 1}
        found -= self._inventor.invented
        lower = text.lower()
        found |= {each for each in self._known.addresses if each in lower and self.address(each) != each}
        digits = re.sub(r"[\s()/.–-]", "", text)
        found |= {each for each in self._known.phones if (last := re.sub(r"\D", "", each)[-7:]) and last in digits}
        squeezed = f" {_squeezed(text)} "
        found |= {name for form, name in self._full_names if form in squeezed}
        return tuple(sorted(found))

    @cached_property
    def _full_names(self) -> tuple[tuple[str, str], ...]:
        """Names of several words as they are compared, each between spaces."""
        names = (*self._known.names, *self._private_organisations)
        return tuple((f" {form} ", name) for name in names if " " in (form := _squeezed(name)))

    # -- single words --

    def _word(self, word: str, *, cased: bool) -> str:
        """A word that no name stands around."""
        key = folded(word)
        has_case = word.lower() != word.upper()
        if len(key) <= 1 or (word.islower() and has_case and len(key) < _PARTICLE):
            return word
        if key in self._known.certain or key in self._known.private_words or self._holds_a_name(key):
            return self._inventor.word(word)
        if word.startswith(_AND) and len(word) > _PARTICLE:
            return _AND + self._word(word[1:], cased=cased)  # „and“ is written together with what follows
        if self._known.is_kept(word) or (has_case and cased and word.islower()):
            return word
        return self._inventor.word(word)

    def _initial(self, letter: str, surname: str) -> str:
        """„A.“ before „Yılmaz“: the first letter of what Ayşe is called now."""
        wanted = (folded(letter), folded(surname))
        given = self._initials.get(wanted)
        return self._inventor.word(given)[:1].upper() if given else self._inventor.word(letter)

    @cached_property
    def _initials(self) -> dict[tuple[str, str], str]:
        """The given name by its first letter and the surname."""
        found: dict[tuple[str, str], str] = {}
        for name in sorted(self._known.names):
            words = WORD.findall(name)
            if len(words) > 1 and len(words[0]) > 1:
                found.setdefault((folded(words[0])[:1], folded(words[-1])), words[0])
        return found

    def _holds_a_name(self, key: str) -> bool:
        """„Kowalskis“, „ayseyilmaz“: a name with an ending, or two written together."""
        return any(
            key[:length] in self._known.certain or key[-length:] in self._known.certain
            for length in range(_INSIDE, len(key))
        )

    def _names_in(self, text: str) -> dict[int, str]:
        """What becomes of words that mean something, and are names here, by where they begin.

        „Frau Sonntag“, a line of „Jan Sonntag“, „J. Sonntag“.
        """
        found: dict[int, str] = {}
        tokens = tokenise(text)
        titled = {span.end for code in _TITLED for span in load(code).find(tokens, frozenset({"title"}))}
        names = self._known.name_words
        for index, token in enumerate(tokens):
            if not token.is_word or token.text.islower() or folded(token.text) not in names:
                continue
            near = [tokens[at] for at in (index - 1, index + 1) if 0 <= at < len(tokens)]
            if index in titled or any(each.is_word and folded(each.text) in names for each in near):
                found[token.start] = self._inventor.word(token.text)
            if initial := _INITIAL.search(text, max(token.start - 6, 0), token.start):
                found[initial.start(1)] = self._initial(initial.group(1), token.text)
        start = 0
        for line in text.split("\n"):
            words = list(WORD.finditer(line))
            if 0 < len(words) <= 4 and all(folded(word.group()) in names for word in words):
                found |= {start + word.start(): self._inventor.word(word.group()) for word in words}
            start += len(line) + 1
        return found

    # -- what is no single word --

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        phrases = sorted(self._phrases, key=len, reverse=True)
        references = sorted(self._known.references, key=len, reverse=True)
        kinds = [
            ("url", _URL),
            ("mail", _MAIL),
            ("date", _DATE),
            ("reference", _any_of(references)),
            ("phrase", _any_of(phrases)),
            ("iban", _IBAN),
            ("phone_in_text", _PHONE),
            ("long_number", _LONG_NUMBER),
            ("post_code", _POST_CODE),
            ("street", _STREET),
            ("word", WORD.pattern),
        ]
        return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in kinds if pattern), re.IGNORECASE)

    @cached_property
    def _phrases(self) -> dict[str, str]:
        """Names that consist of ordinary words alone, and so have to be replaced as a whole; by their folded words."""
        found: dict[str, str] = {}
        for name in self._known.names:
            words = WORD.findall(name)
            if len(words) > 1 and any(is_vocabulary(word) for word in words):
                for order in (name, ", ".join((words[-1], " ".join(words[:-1])))):
                    found[order] = self.name(order)
        for name in sorted(self._private_organisations, key=len):
            if self._without_phrases(name) == name:
                # The name of another may stand within it.
                within = next((other for other in found if re.search(_any_of([other]), name)), "")
                found[name] = name.replace(within, found[within]) if within else self._other_organisation(name)
        return found

    @cached_property
    def _private_organisations(self) -> frozenset[str]:
        """Names of organisations that the event does not name itself, and that are no mere word."""
        return frozenset(
            name
            for name in self._known.organisations
            if not {folded(word) for word in WORD.findall(name)} <= self._known.public
        )

    def _without_phrases(self, name: str) -> str:
        return WORD.sub(lambda match: self._word(match.group(), cased=True), name)

    def _other_organisation(self, name: str) -> str:
        """„Türkischer Elternverein“ as „Rumkischer Elternverein“: of the same kind, and another."""
        words = [word for word in WORD.findall(name) if len(word) > 3 and folded(word) not in self._known.public]
        chosen = max(words, key=lambda word: (word == words[0], len(word)), default="")
        if not chosen:
            return self._inventor.word("Dorf") + " " + name
        kept = chosen[-_ENDING:] if len(chosen) > _ENDING + 2 else ""
        stem = chosen[: len(chosen) - len(kept)]
        return name.replace(chosen, self._inventor.word(stem) + kept, 1)

    def _local(self, local: str) -> str:
        # „info“ says what an address is for, and is somebody's where a person bears that name.
        offices = _OFFICES - self._known.certain
        if local in offices:
            return local

        def put(match: re.Match[str]) -> str:
            part = match.group()
            if part in offices:
                return part
            return self._inventor.digits(part) if part.isdigit() else _ascii(self._inventor.word(part))

        return re.sub(r"[^\W\d_]+|\d+", put, local)

    def _url(self, found: str) -> str:
        scheme = "https://" if found.lower().startswith("http") else ""
        host = re.sub(r"^(?:https?://)?(?:www\.)?", "", found, flags=re.IGNORECASE)
        return f"{scheme}www.{self.domain(re.split('[/?#:]', host)[0])}"

    def _mail(self, found: str) -> str:
        return self.address(found)

    def _date(self, found: str) -> str:
        return found

    def _reference(self, found: str) -> str:
        return re.sub(r"[A-Z0-9]+", lambda match: self._signs(match.group()), found)

    def _signs(self, part: str) -> str:
        # Without the letters and digits that are mistaken for each other, as the true ones are.
        signs = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
        return "".join(
            signs[int(self._inventor.identifier(f"{part}:{at}"), 16) % len(signs)] for at in range(len(part))
        )

    def _phrase(self, found: str) -> str:
        wanted = _squeezed(found)
        return next((other for name, other in self._phrases.items() if _squeezed(name) == wanted), found)

    def _iban(self, found: str) -> str:
        return found[:2] + self._inventor.digits(found[2:])

    def _phone_in_text(self, found: str) -> str:
        return self._inventor.phone(found)

    def _long_number(self, found: str) -> str:
        return self._inventor.phone(found)

    def _post_code(self, found: str) -> str:
        return found if found in self._known.public_numbers else found[:2] + self._inventor.digits(found[2:])

    def _street(self, found: str) -> str:
        if folded(found) in self._known.public:
            return found
        ending = _STREET_END.search(found)
        kept = ending.group() if ending else ""
        return self._inventor.word(found[: len(found) - len(kept)]) + kept


def _any_of(texts: Iterable[str]) -> str:
    """A pattern for one of several texts, however its spaces fall and its words are accented as written."""
    patterns = [r"[^\w]{1,3}".join(map(re.escape, re.findall(r"\w+", text))) for text in texts]
    return rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)" if patterns else ""


def _squeezed(text: str) -> str:
    return " ".join(WORD.findall(folded(text)))


@cache
def _is_title(word: str) -> bool:
    """„Dr“, „Prof“."""
    only = frozenset({"title"})
    return any(load(code).find(tokenise(f"{word}."), only) for code in _TITLED)


def _ascii(word: str) -> str:
    return word if word.isascii() else folded(word)
