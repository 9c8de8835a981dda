"""From bytes to text: the declared charset is a witness, not a judge.

Mailers misdeclare. Bytes that are valid UTF-8 are UTF-8; single-byte text is read in the declared charset unless
another one makes clearly better words of the same bytes. What makes a good word is measured: which letters outside
ASCII each language uses, and how often, and that letters of two scripts do not meet within one word.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from processor.message.letters import NO_SCORE, frequencies, score

#: Bytes looked at when a charset is guessed.
_SAMPLE: Final = 60_000
#: And where a mail has used up what guessing may cost.
_SMALL_SAMPLE: Final = 500
#: Words looked at when a charset is guessed.
_WORDS: Final = 200
#: A reading is good enough to be believed from here (mean log-probability per character outside ASCII).
_GOOD: Final = -5.2
#: Another reading must be better than the declared one by this much.
_MARGIN: Final = 1.2
#: And, for the text as a whole, by this much: a few strange letters prove nothing against a declaration.
_MARGIN_TOGETHER: Final = 9.0
#: Log-probability, for a text as a whole, that the pieces of one mail are written in different charsets.
_HINT: Final = 5.0
#: Two readings that differ by less, per letter, or for the text as a whole, are as good as each other.
_NEAR: Final = 0.35
_SURE: Final = 3.0
#: Below this number of words, other pieces of the mail are asked too.
_FEW_WORDS: Final = 40

#: Readings tried for single bytes, and the languages that they were made for.
_CANDIDATES: Final[tuple[tuple[str, str], ...]] = (
    ("cp1252", "de fr es it sq pt nordic"),
    ("cp1254", "tr de fr ku"),
    ("cp1250", "pl bs ro de"),
    ("iso8859-2", "pl bs ro de"),
    ("cp1251", "ru uk bg"),
    ("koi8-u", "ru uk"),
    ("cp1256", "ar fa fr"),
    ("iso8859-6", "ar"),
    ("iso8859-5", "ru bg"),
    ("cp866", "ru"),
    ("cp1253", "el"),
    ("iso8859-15", "fr de nordic"),
    ("iso8859-16", "ro"),
    ("cp857", "tr de"),
    ("cp850", "de fr"),
    ("mac-roman", "de fr"),
)

# Names that Python does not know, or knows as something narrower than what mailers send under it
# (the WHATWG Encoding Standard reads Latin-1 as windows-1252 and Latin-5 as windows-1254, as all mail programs do).
_ALIASES: Final = {
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "cp1252",
    "ansi": "cp1252",
    "iso8859-9": "cp1254",
    "koi8-r": "koi8-u",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-6-e": "iso8859-6",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
    "ks_c_5601-1987": "cp949",
    "x-mac-turkish": "mac-turkish",
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
    "windows-1252http-equivcontent-type": "cp1252",
}
#: Codecs of Python that are no charsets.
_NOT_CHARSETS: Final = frozenset(
    [
        "base64",
        "bz2",
        "hex",
        "quopri",
        "rot13",
        "uu",
        "zlib",
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "raw_unicode_escape",
        "mbcs",
        "oem",
    ]
)
#: Charsets whose bytes are all ASCII and still mean something else.
_SEVEN_BIT: Final = frozenset(
    ["utf-7", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_kr", "hz"]
)

_HIGH_WORD = re.compile(rb"[A-Za-z]{0,20}[\x80-\xff][A-Za-z\x80-\xff]{0,30}")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text that was bytes."""

    text: str
    #: Python's name of the charset that was used.
    charset: str
    #: Whether it is another one than was declared.
    guessed: bool = False
    #: Whether letters may be wrong: nothing fitted well, or two readings fitted alike.
    doubtful: bool = False


#: What names that nobody registered still say: the family, and the number or letters in it.
_WITHIN: Final = (
    (re.compile(r"utf-?8(?!\d)"), "utf-8"),
    (re.compile(r"8859-?(\d{1,2})(?!\d)"), "iso8859-{}"),
    (re.compile(r"iso-?latin-?(\d{1,2})(?!\d)"), "latin{}"),
    (re.compile(r"koi8-?(r|u)"), "koi8-{}"),
    (re.compile(r"(?:windows|win|cp|ms|microsoft|ansi|ibm|dos)-? ?(\d{3,4})(?!\d)"), "cp{}"),
    (re.compile(r"iso-2022-jp"), "iso2022_jp_ext"),
    (re.compile(r"mac-?ce"), "mac-latin2"),
)


def _within(name: str) -> str:
    """The charset that a wrongly written name means; "" for none."""
    for pattern, form in _WITHIN:
        match = pattern.search(name)
        if match is None:
            continue
        try:
            return codecs.lookup(form.format(*match.groups())).name
        except LookupError:
            continue
    return ""


@dataclass(slots=True)
class Effort:
    """What guessing may cost for one mail, in words that are tried in every charset; some 30 microseconds each."""

    words: int = 5_000


#: What it costs to ask the library.
_LIBRARY_WORDS: Final = 1_500


@lru_cache(maxsize=256)
def charset_of(declared: str) -> str:
    """Python's name for a declared charset; "" for none, or for one that nobody knows."""
    name = declared.strip().strip("\"'<> ").lower()
    encoded = re.match(r"=\?[^?]*\?q\?([^?]*)\?", name)
    name = (encoded.group(1) if encoded else name).split(";")[0].split("(")[0].strip().replace("_", "-")
    name = re.sub(r"^(?:charset=|cs(?=iso|utf)|x-(?=iso|utf|cp|sjis))", "", name)
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError, UnicodeError):
        found = _within(name)
        if not found:
            return ""
    if found in _NOT_CHARSETS or found.replace("-", "_").split("_codec")[0] in _NOT_CHARSETS:
        return ""
    return _ALIASES.get(found, found)


def _mixed_utf8(data: bytes) -> str:
    """UTF-8 with strangers in it: what is no UTF-8 is read as windows-1252, as browsers' users see it."""
    return data.decode("utf-8", "anmeldepost-cp1252")


def _cp1252_error(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    before = error.object[max(0, error.start - 4) : error.start]
    if any(_UTF8_SEQUENCE.fullmatch(before[-size:]) for size in (2, 3, 4)):
        # Behind a good letter of UTF-8 stands a broken one, and not one of another charset.
        return "\ufffd", error.end
    return bad.decode("cp1252", "replace"), error.end


codecs.register_error("anmeldepost-cp1252", _cp1252_error)


def _guess(data: bytes, declared: str, hint: str, witness: bytes, effort: Effort) -> Decoded:
    """Single-byte text (or an unknown multi-byte one): the reading that makes the best words.

    :param declared: as the part itself names it; believed where it makes good words.
    :param hint: in which the rest of the mail is written; it decides between readings that are nearly as good.
    :param witness: bytes of the mail that were probably written in the same charset, for texts of few letters.
    """
    if effort.words < 0:
        name = declared or hint
        name = name if name and not name.startswith("utf-") else "cp1252"
        return Decoded(data.decode(name, "replace"), name, guessed=True, doubtful=True)
    words = _HIGH_WORD.findall(data[:_SAMPLE])[:_WORDS]
    effort.words -= len(words) + 5
    known = {charset for charset, _ in _CANDIDATES}
    candidates = list(_CANDIDATES)
    every = " ".join(frequencies())
    candidates += [(named, every) for named in {declared, hint} - known - {"", "utf-8"}]
    # Text that reads well in its declared charset needs no contest.
    own = next(
        (score(words[:80], charset, languages) for charset, languages in candidates if charset == declared), NO_SCORE
    )
    if own.mean >= _GOOD and not own.strange:
        return Decoded(data.decode(declared, "replace"), declared)
    if len(words) < _FEW_WORDS and witness:
        words = words + _HIGH_WORD.findall(witness[:_SAMPLE])[: _FEW_WORDS - len(words)]
        effort.words -= _FEW_WORDS
    letters = sum(map(len, map(_high, words)))
    scores = {charset: score(words, charset, languages).mean for charset, languages in candidates}
    if hint in scores and letters:
        scores[hint] += _HINT / letters
    best = max(scores, key=lambda charset: scores[charset])
    own_mean = scores.get(declared, NO_SCORE.mean)
    better = scores[best] - own_mean
    # Programs name Latin-1 without a thought; who names another charset mostly means it.
    weight = 1 if declared == "cp1252" else 2
    if own_mean > NO_SCORE.mean and (better <= weight * _MARGIN or better * letters <= weight * _MARGIN_TOGETHER):
        best = declared
    if scores[best] < _GOOD and declared in ("", "utf-8", "cp1252"):
        effort.words -= _LIBRARY_WORDS
        other = _by_library(data)
        if other:
            return Decoded(data.decode(other, "replace"), other, guessed=True, doubtful=True)
    text = data.decode(best, "replace")
    guessed = best != declared
    doubtful = scores[best] < _GOOD - 1.5 and any(character.isalpha() and character > "\x7f" for character in text)
    if guessed and not doubtful and best != hint:
        near = max(_NEAR, _SURE / max(letters, 1))
        rivals = [charset for charset in scores if charset != best and scores[charset] > scores[best] - near]
        sample = b" ".join(words)
        reading = sample.decode(best, "replace")
        doubtful = any(sample.decode(rival, "replace") != reading for rival in rivals)
    return Decoded(text, best, guessed=guessed, doubtful=doubtful)


def _high(word: bytes) -> bytes:
    return word.translate(None, _ASCII)


_ASCII: Final = bytes(range(128))


def _by_library(data: bytes) -> str:
    """What charset-normalizer holds likely, for the charsets that have no table here; "" where it does not know."""
    from charset_normalizer import from_bytes

    found = from_bytes(data[:4_000], steps=3, chunk_size=512).best()
    name = found.encoding if found is not None else ""
    return charset_of(name) if name.startswith(("big5", "gb", "euc", "shift", "cp932", "cp949", "johab")) else ""


def _by_mark(data: bytes) -> str:
    """The charset that a byte order mark, or the zero bytes of UTF-16 without one, gives away; ""."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:2_000]
    zeros = head.count(0)
    if len(head) >= 8 and zeros * 5 >= len(head):
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if odd > 4 * even:
            return "utf-16-le"
        if even > 4 * odd:
            return "utf-16-be"
    return ""


def _two_bytes(data: bytes, declared: str) -> Decoded | None:
    """UTF-16 as it was declared, also without a mark and in the other order; None where the bytes are none.

    RFC 2781 takes big endian where no mark stands; Windows programs write little endian. The right order is the one
    that gives letters and spaces of the scripts that people write here.
    """
    orders = ["utf-16-le", "utf-16-be"] if declared == "utf-16-le" else ["utf-16-be", "utf-16-le"]
    even = data[: len(data) // 2 * 2]
    for order in orders:
        sample = even[:4_000].decode(order, "replace")
        usual = sum("\t" <= sign <= "\u06ff" or "\u2010" <= sign <= "\u203a" for sign in sample)
        if sample and usual * 10 >= len(sample) * 9:
            return Decoded(even.decode(order, "replace"), order, guessed=declared not in ("utf-16", order))
    if not data.isascii() and not is_utf8(data):
        try:
            return Decoded(even.decode(orders[0]), orders[0])
        except UnicodeDecodeError:
            return None
    return None


def is_utf8(data: bytes) -> bool:
    """Whether bytes are valid UTF-8 (RFC 3629)."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def decode(
    data: bytes, declared: str = "", *, hint: str = "", witness: bytes = b"", effort: Effort | None = None
) -> Decoded:
    """Reads bytes as text; nothing raises.

    :param data: at most some megabytes; the caller caps.
    :param declared: the charset as the mail names it for these bytes; "" where it names none.
    :param hint: Python's name of the charset that the rest of the mail was read in, or is declared to be in.
    :param witness: other bytes of the mail that may be in the same charset, for texts of few letters.
    :param effort: what is left for guessing, where many pieces of one mail are read.
    """
    effort = effort or Effort()
    charset = charset_of(declared) if declared else ""
    marked = _by_mark(data)
    if marked:
        return Decoded(data.decode(marked, "replace").lstrip("\ufeff"), marked, guessed=not charset.startswith("utf-"))
    if charset.startswith("utf-16"):
        found = _two_bytes(data, charset)
        if found is not None:
            return found
    if data.isascii():
        if charset in _SEVEN_BIT:
            try:
                return Decoded(data.decode(charset), charset)
            except (UnicodeDecodeError, LookupError):
                return Decoded(data.decode("ascii"), "ascii", guessed=True)
        return Decoded(data.decode("ascii"), charset or "ascii")
    if charset in ("", "utf-8", "cp1252") or charset.startswith(("cp12", "iso8859", "koi8", "mac", "utf-16", "utf-32")):
        try:
            return Decoded(data.decode("utf-8"), "utf-8", guessed=charset != "utf-8")
        except UnicodeDecodeError:
            pass
        sample = data[: _SAMPLE if effort.words >= 0 else _SMALL_SAMPLE]
        good = sum(map(len, _UTF8_SEQUENCE.findall(sample)))
        high = sum(map(len, _HIGH_RUN.findall(sample)))
        if good * 10 >= high * 7 or (good and data[-4:].strip(b"\r\n ")[-1:] > b"\xc1" and good + 3 >= high):
            return Decoded(_mixed_utf8(data), "utf-8", guessed=True, doubtful=good * 20 < high * 19)
        if not charset.startswith("utf-"):
            return _guess(data, charset, hint, witness, effort)
        return _guess(data, "", hint, witness, effort)
    try:
        return Decoded(data.decode(charset), charset)
    except (UnicodeDecodeError, LookupError):
        pass
    try:
        return Decoded(data.decode("utf-8"), "utf-8", guessed=True)
    except UnicodeDecodeError:
        return _guess(data, "", hint, witness, effort)
