"""The project's own labelled mails are complete, invented, and what their names promise."""

from __future__ import annotations

import email
import email.policy
from collections import defaultdict
from collections.abc import Mapping
from difflib import SequenceMatcher
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import pytest

from processor.evaluation import held_out, load_truth
from processor.extraction import NEEDS, Intent

CORPUS = Path(__file__).parents[1] / "extraction" / "corpus"
LABELS = {label["file"]: label for label in load_truth(CORPUS)}
BOOKING = {Intent.REGISTRATION, Intent.CHANGE}
#: Domains that are reserved (RFC 2606), and the office's own.
INVENTED = (".example", "@example.org", "@gelsenkirchen.de")


def mail(file: str) -> EmailMessage:
    return email.message_from_bytes((CORPUS / file).read_bytes(), policy=email.policy.default)


def text(file: str) -> str:
    body = mail(file).get_body(("plain", "html"))
    assert body is not None
    return str(body.get_content())


def test_every_mail_has_one_label_and_every_label_its_mail() -> None:
    assert sorted(path.name for path in CORPUS.glob("*.eml")) == sorted(LABELS)
    assert len(LABELS) == len(load_truth(CORPUS))


@pytest.mark.parametrize("label", LABELS.values(), ids=LABELS.keys())
def test_a_label_does_not_contradict_itself(label: Mapping[str, Any]) -> None:
    intent = Intent(label["intent"])
    assert set(label["needs"]) <= set(NEEDS)
    assert set(label["theme_tables"]) <= {1, 2, 3}
    assert label["reply_to"] == label["reply_to"].lower()
    assert label["why"]
    if intent not in BOOKING:
        assert (label["attendees"], label["headcount"]) == ([], 0)
    elif intent is Intent.REGISTRATION and not label["must_review"]:
        assert label["headcount"] >= max(1, len(label["attendees"]))
    elif label["headcount"]:
        assert label["headcount"] >= len(label["attendees"]) or label["must_review"]
    assert intent is Intent.BOUNCE or label["failed_recipients"] == []


def test_no_mail_names_an_address_that_could_be_real() -> None:
    for file in LABELS:
        message = mail(file)
        headers = [str(message[name]) for name in ("From", "Reply-To") if message[name]]
        for _, address in getaddresses(headers):
            assert address.endswith(INVENTED), f"{file}: {address}"


def test_it_is_large_and_speaks_many_languages() -> None:
    by_language: defaultdict[str, int] = defaultdict(int)
    for label in LABELS.values():
        by_language[label["language"]] += 1
    assert len(LABELS) >= 250
    assert by_language["de"] >= 110
    assert {"tr", "en", "ar", "uk", "ru", "pl", "fr", "es", "it", "bs", "sr", "hr", "ro", "sq", "ku", "fa"} <= set(
        by_language
    )


def test_a_third_is_held_out_and_has_the_same_mixture() -> None:
    aside = [label for file, label in LABELS.items() if held_out(file)]
    assert 0.25 < len(aside) / len(LABELS) < 0.42
    assert {label["intent"] for label in aside} >= {"registration", "change", "cancellation", "question", "other"}


def test_about_one_in_eight_is_for_a_person() -> None:
    share = sum(label["must_review"] for label in LABELS.values()) / len(LABELS)
    assert 0.1 < share < 0.2


def test_minimal_pairs_differ_in_a_few_words_and_in_their_meaning() -> None:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for file in LABELS:
        if file[0] == "p" and file[1].isdigit():
            groups[file[:4]].append(file)
    assert sum(map(len, groups.values())) >= 60
    same_on_purpose = {"p013"}
    for pair, files in groups.items():
        first, *others = sorted(files)
        assert others, pair
        for other in others:
            assert SequenceMatcher(a=text(first).split(), b=text(other).split(), autojunk=False).ratio() > 0.6, other
            meaning = [
                {key: value for key, value in LABELS[file].items() if key not in {"file", "why"}}
                for file in (first, other)
            ]
            assert (meaning[0] == meaning[1]) is (pair in same_on_purpose), other
