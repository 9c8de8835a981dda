"""The language of a text: its script, the words that its language uses most, and a statistical detector."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

from processor.extraction.lexicon import available, frequent_words, sisters
from processor.extraction.tokens import fold

#: Languages that are told apart; Kurdish has no model and is known by its words alone.
_CANDIDATES = [
    "de",
    "tr",
    "en",
    "ar",
    "uk",
    "ru",
    "pl",
    "fr",
    "es",
    "it",
    "ro",
    "sq",
    "fa",
    "bs",
    "hr",
    "sr",
    "bg",
    "pt",
    "nl",
    "el",
    "hu",
]
_GERMAN = {
    "de": "Deutsch",
    "tr": "Türkisch",
    "en": "Englisch",
    "ar": "Arabisch",
    "uk": "Ukrainisch",
    "ru": "Russisch",
    "pl": "Polnisch",
    "fr": "Französisch",
    "es": "Spanisch",
    "it": "Italienisch",
    "ro": "Rumänisch",
    "sq": "Albanisch",
    "fa": "Persisch",
    "bs": "Bosnisch",
    "hr": "Kroatisch",
    "sr": "Serbisch",
    "bg": "Bulgarisch",
    "pt": "Portugiesisch",
    "nl": "Niederländisch",
    "el": "Griechisch",
    "hu": "Ungarisch",
    "ku": "Kurdisch",
    "vi": "Vietnamesisch",
    "ti": "Tigrinya",
    "ta": "Tamil",
    "so": "Somali",
    "zh": "Chinesisch",
}
_SCRIPTS = (
    ("ti", re.compile(r"[\u1200-\u137f]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)


def german_name(code: str) -> str:
    """What a language is called in German."""
    return _GERMAN.get(code, code)


@cache
def _detector() -> LanguageDetector:
    codes = [getattr(IsoCode639_1, code.upper()) for code in _CANDIDATES]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()


@cache
def _frequent() -> dict[str, frozenset[str]]:
    """The frequent words of each language, from its data; words of several languages count for none of them."""
    return {code: frozenset(fold(w) for w in frequent_words(code)) for code in available()}


def identify(text: str, *, fallback: str = "de", names: Sequence[str] = ()) -> str:
    """ISO 639-1 code of the language in which most of the text is written.

    :param fallback: for texts too short to tell.
    :param names: words to leave out, such as the sender's name.
    """
    skip = {fold(n) for n in names}
    words = [w for w in re.findall(r"[^\W\d_]+(?:['’\u200c-][^\W\d_]+)*", text) if fold(w) not in skip]
    if not words:
        return fallback
    letters = "".join(words)
    for code, script in _SCRIPTS:
        if len(script.findall(letters)) > len(letters) / 2:
            return code
    keys = [fold(w) for w in words]
    scores = {code: sum(k in frequent for k in keys) for code, frequent in _frequent().items()}
    best = sorted(scores, key=lambda c: -scores[c])
    if best and scores[best[0]] >= 2 and scores[best[0]] > 1.5 * (scores[best[1]] if len(best) > 1 else 0):
        return _nearest_sister(best[0], " ".join(words))
    plain = " ".join(w for w in words if not (w[0].isupper() and len(words) > 8)) or " ".join(words)
    values = {
        v.language.iso_code_639_1.name.lower(): v.value for v in _detector().compute_language_confidence_values(plain)
    }
    total = {
        code: values.get(code, 0.0) + 0.25 * scores.get(code, 0) / max(1, len(words)) * 10
        for code in set(values) | set(scores)
    }
    if len(words) <= 3 and not scores.get(fallback):
        chosen = max(total, key=lambda c: total[c])
        return chosen if total[chosen] > 0.75 else fallback
    return max(total, key=lambda c: total[c])


#: Sister languages differ in so little that a short text has to be this clear.
_SURE = 0.9


def _nearest_sister(code: str, text: str) -> str:
    """Which of the languages that share this one's words the text is closest to."""
    codes = {code, *sisters(code)}
    if len(codes) == 1:
        return code
    values = {
        v.language.iso_code_639_1.name.lower(): v.value for v in _detector().compute_language_confidence_values(text)
    }
    nearest = max(sorted(codes), key=lambda c: values.get(c, 0.0))
    return nearest if values.get(nearest, 0.0) >= _SURE else code


def lingua_language(code: str) -> Language | None:
    """The detector's own value of a code; None where it has none."""
    return next((x for x in Language.all() if x.iso_code_639_1.name.lower() == code), None)
