"""People named in a text: recognised from position and role, never from lists of names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from processor.extraction.lexicon import Language
from processor.extraction.patterns import Span
from processor.extraction.tokens import Token

_OPEN = frozenset("(„\"“'«[")
_LONGEST = 5
#: A title so short may be an abbreviation with a full stop.
_ABBREVIATED = 5
#: A given name has no fewer letters.
_GIVEN_NAME = 3
#: Kinds of word that are no names even in a list.
_NO_NAMES = (
    "register",
    "come",
    "come_i",
    "decline",
    "cancel",
    "people",
    "persons",
    "seat",
    "event_word",
    "table_word",
    "table_wish",
    "need_vegetarian",
    "need_vegan",
    "need_halal",
    "attachment_word",
    "answer_wish",
    "negation",
    "organisation",
    "closing",
)
#: „Abteilung II“.
_ROMAN = re.compile(r"^(?:I{2,3}|I?V|VI{1,3}|I?X)$")


@dataclass(slots=True, frozen=True)
class Mention:
    """Somebody named at a place in the text."""

    name: str
    #: Token range of the name alone.
    start: int
    end: int
    #: Token where title, relation and name begin.
    head: int
    #: Whether position and role leave no doubt that this is a person's name.
    strong: bool
    #: "title", "kin", "item", "intro", "plain", "reversed".
    via: str


@dataclass(slots=True)
class NameReader:
    """Reads names out of tokens; holds what is known of the whole text."""

    tokens: Sequence[Token]
    spans: Sequence[Span]
    language: Language
    #: Token indices that belong to something else: organisations, places, dates, titles of the event.
    blocked: frozenset[int]
    #: Folded words of the sender's name.
    sender: frozenset[str]
    #: Whether the text distinguishes upper and lower case as its language does.
    cased: bool
    #: Line ends within a paragraph that a mail program made.
    soft: frozenset[int] = frozenset()
    particles: frozenset[str] = field(init=False, default=frozenset())
    starts: dict[int, list[Span]] = field(init=False, default_factory=dict)
    number_words: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.particles = frozenset(self.language.options.get("particles", "").replace(",", " ").split())
        for span in self.spans:
            self.starts.setdefault(span.start, []).append(span)
        self.number_words = {i for i, t in enumerate(self.tokens) if self.language.number_of(t) is not None}

    def kind_at(self, index: int, *kinds: str) -> Span | None:
        """The longest span of one of these kinds that begins here."""
        found = [s for s in self.starts.get(index, ()) if s.kind in kinds]
        return max(found, key=lambda s: s.end, default=None)

    # -- single words --

    def is_initial(self, index: int) -> bool:
        """One capital letter with a full stop."""
        token = self.tokens[index]
        return (
            token.kind == "word"
            and len(token.text) == 1
            and token.is_capital
            and index + 1 < len(self.tokens)
            and self.tokens[index + 1].text == "."
            and self.tokens[index + 1].start == token.end
        )

    def could_be(self, index: int, *, forced: bool) -> bool:
        """Whether this word may be part of a name.

        :param forced: by a title, relation or list, where ordinary words are names too.
        """
        if index >= len(self.tokens) or index in self.blocked or index in self.number_words:
            return False
        token = self.tokens[index]
        if token.kind != "word":
            return False
        if token.key in self.sender and len(token.key) > 1 and (token.is_capital or not self.cased):
            return True
        if _ROMAN.match(token.text):
            return False
        known = self.language.is_ordinary(token.key) and not self._only_abbreviates(index)
        if self.is_bicameral(token) and self.cased:
            return token.is_capital and (forced or not known)
        return not known

    def _only_abbreviates(self, index: int) -> bool:
        """Whether a word is known merely as an abbreviation, and none here: „Jan Blum“, unlike „3. Jan.“"""
        token = self.tokens[index]
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return (
            len(token.text) >= _GIVEN_NAME
            and token.is_capital
            and {s.kind for s in self.starts.get(index, ())} == {"abbreviation"}
            and following is not None
            and following.kind == "word"
            and not (index and (index - 1) in self.number_words)
        )

    @staticmethod
    def is_bicameral(token: Token) -> bool:
        """Whether the script of this word has capitals."""
        return token.text[:1].lower() != token.text[:1].upper()

    def skip_titles(self, index: int) -> int:
        """The first token that is no title, from here on."""
        while index < len(self.tokens):
            span = self.kind_at(index, "title")
            if span is None:
                return index
            # "Can Bey": a word such as Bey or Hoca may follow a name as well; here it stands before one.
            index = span.end
            short = len(self.tokens[index - 1].text) <= _ABBREVIATED or "." in self.tokens[index - 1].text
            while index < len(self.tokens) and (
                self.tokens[index].text == "-" or (self.tokens[index].text == "." and short)
            ):
                index += 1
        return index

    # -- names --

    def read(self, index: int, *, forced: bool) -> tuple[int, str]:
        """End and words of the name that begins here; (index, "") where none does."""
        words: list[str] = []
        at = index
        strong_words = 0
        while at < len(self.tokens) and len(words) < _LONGEST + 1:
            token = self.tokens[at]
            if self.is_initial(at) and at not in self.blocked and (words or self._name_follows(at + 2, forced=forced)):
                words.append(token.text + ".")
                at += 2
                continue
            if words and at in self.soft and self.could_be(at + 1, forced=False):
                at += 1
                token = self.tokens[at]
            if words and self._age(at) and self.could_be(at + 3, forced=False):
                at += 3
                continue
            if (
                token.kind == "word"
                and token.key in self.particles
                and self._name_follows(at + 1, forced=forced)
                and at not in self.blocked
            ):
                if words or token.is_capital or forced or not self.cased:
                    words.append(token.text)
                    at += 1
                    continue
                break
            if self.kind_at(at, "post_title") and words:
                break
            if self.kind_at(at, "title") and words and not self.could_be(at, forced=False):
                break
            if forced and self.kind_at(at, *_NO_NAMES) and token.key not in self.sender:
                break
            # A surname that is a word: after a given name that is none.
            surname = bool(words) and strong_words == 1 and self.cased and not forced and self._surname_word(at)
            if not self.could_be(at, forced=forced and strong_words < 2) and not surname:
                break
            if words and self._new_list_begins(at) and at - 1 not in self.soft:
                break
            bare = self._bare(token.text)
            words.append(bare)
            strong_words += 1
            at += 1
            if bare != token.text:
                break
        while words and words[-1].lower() in self.particles and len(words) > 1:
            words.pop()
            at -= 1
        return (at, " ".join(words)) if strong_words else (index, "")

    def _bare(self, word: str) -> str:
        """Without a case ending behind an apostrophe: „Ayşe'yi“ is „Ayşe“."""
        if not self.language.options.get("suffix_after_apostrophe"):
            return word
        return re.split(r"['’‘]", word)[0]

    def _age(self, at: int) -> bool:
        tokens = self.tokens
        return (
            at + 3 < len(tokens)
            and tokens[at].text == "("
            and at + 1 in self.number_words
            and tokens[at + 2].text == ")"
        )

    def _name_follows(self, at: int, *, forced: bool) -> bool:
        return self.could_be(at, forced=forced) or (
            at < len(self.tokens) and self.tokens[at].key in self.particles and self.could_be(at + 1, forced=forced)
        )

    def _surname_word(self, at: int) -> bool:
        token = self.tokens[at]
        return (
            token.kind == "word"
            and token.is_capital
            and at not in self.blocked
            and not self.kind_at(at, "organisation", "table_word", "title")
        )

    def _new_list_begins(self, at: int) -> bool:
        return self.tokens[at - 1].kind == "nl"

    def after_title(self, index: int) -> Mention | None:
        """„Frau Dr. Lena Grün“: the name after one or more titles."""
        at = self.skip_titles(index)
        if at == index:
            return None
        end, name = self.read(at, forced=True)
        if not name:
            return None
        honorifics = self.language.options.get("honorifics", "").replace(",", " ").split()
        if honorifics and end - at == 1 and self.tokens[at].key not in self.sender and self.cased:
            honoured = any(self.tokens[i].key in honorifics for i in range(index, at))
            # „als Vorsitzende Pflicht“: an office before a noun, where a form of address makes every word a name.
            if not honoured and (self.language.is_known(self.tokens[at].key) or not self._stands_free(index)):
                return None
        return Mention(name, at, end, index, strong=True, via="title")

    def after_kin(self, span: Span) -> Mention | None:
        """„meine Frau Selam“, „mein Stellvertreter, Herr Yusuf Karadağ“."""
        at = span.end
        limit = at + 4
        while at < len(self.tokens) and at < limit:
            token = self.tokens[at]
            if token.text in ',(:-–„"“' or self.kind_at(at, "named"):
                named = self.kind_at(at, "named")
                at = named.end if named else at + 1
                continue
            break
        if at in self.soft:
            at += 1
        if at >= len(self.tokens) or self.tokens[at].kind == "nl":
            return None
        titled = self.after_title(at)
        if titled:
            return replace(titled, head=span.start, via="kin")
        if self.tokens[at].key in ("der", "die", "den", "dem") and self.could_be(at + 1, forced=False):
            at += 1
        end, name = self.read(at, forced=False)
        following = self.after_title(end) if name and end < len(self.tokens) else None
        if following and end - at == 1:
            # „mein Mann, der Oberrat i. R. Dr. Kuhn“: an office before the titles.
            return replace(following, head=span.start, via="kin")
        if not name:
            return None
        return Mention(name, at, end, span.start, strong=True, via="kin")

    def plain(self, index: int) -> Mention | None:
        """A name without any mark before it: by capitals and by being no ordinary word."""
        if not self.could_be(index, forced=False) and not self.is_initial(index):
            token = self.tokens[index]
            if not (
                token.kind == "word"
                and token.key in self.particles
                and token.is_capital
                and self.could_be(index + 1, forced=False)
            ):
                return None
        end, name = self.read(index, forced=False)
        if not name:
            return None
        unknown = sum(1 for i in range(index, end) if self.could_be(i, forced=False))
        matches = any(self.tokens[i].key in self.sender for i in range(index, end))
        if not self.cased and not matches and self.is_bicameral(self.tokens[index]):
            return None
        if not self.is_bicameral(self.tokens[index]) and not matches:
            return self._caseless(index, end, name)
        before = self.tokens[index - 1] if index else None
        possessed = bool(before and self.kind_at(index - 1, "possessive"))
        strong = (unknown >= 2 and end - index >= 2) or (matches and end - index >= 1)
        if end - index == 1 and not matches and (possessed or index - 1 in self.number_words):
            return None
        if (
            matches
            and end < len(self.tokens) - 1
            and self.tokens[end].text == ","
            and end - index == 1
            and self.tokens[end + 1].key in self.sender
        ):
            # „Boll, Rüdiger“: the writer, surname first.
            second_end, second = self.read(end + 1, forced=False)
            if second and all(
                self.tokens[i].key in self.sender for i in range(end + 1, second_end) if self.tokens[i].is_word
            ):
                return Mention(f"{second} {name}", index, second_end, index, strong=True, via="reversed")
        if not strong and end - index == 1 and not self._stands_free(index):
            return None
        return Mention(name, index, end, index, strong=strong, via="plain")

    def _caseless(self, index: int, end: int, name: str) -> Mention | None:
        """Two to four unknown words between signs or "and" in a script without capitals."""
        if not 2 <= end - index <= 4 or not self._stands_free(index):
            return None
        following = self.tokens[end] if end < len(self.tokens) else None
        closed = (
            following is None or following.kind in ("punct", "nl") or self.kind_at(end, "and", "post_title") is not None
        )
        if not closed:
            return None
        before = self.tokens[index - 1] if index else None
        listed = (
            before is None
            or before.text in ":،,•-"
            or before.kind == "nl"
            or any(s.end == index and s.kind == "and" for s in self.spans)
        )
        return Mention(name, index, end, index, strong=listed, via="plain")

    def _stands_free(self, index: int) -> bool:
        """Whether a single unknown word stands where a name may: not behind an article, adjective or preposition."""
        if index == 0:
            return True
        before = self.tokens[index - 1]
        if before.kind == "nl" or before.kind == "punct":
            return True
        return any(
            s.end == index
            and s.kind in ("and", "with", "come", "come_i", "named", "register", "decline", "instead", "title", "kin")
            for s in self.spans
        )

    def after_post_title(self, mentions: list[Mention]) -> list[Mention]:
        """„Orhan Kılıçaslan Bey“: a title behind makes a name certain."""
        return [
            replace(m, strong=True) if m.end < len(self.tokens) and self.kind_at(m.end, "post_title") else m
            for m in mentions
        ]
