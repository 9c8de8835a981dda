"""Every text of the page can be translated, and is translated into English; German is what is seen unless asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

import processor.staff
from processor.clock import FixedClock
from processor.database import Database
from processor.registrations import seating
from processor.resources import templates_folder
from processor.settings import Settings, StaffSettings
from processor.staff import create_app, invitations, translation, undo, words
from processor.staff.index import ORDERS
from processor.staff.pages import entry, out
from tests.staff.clerk import Clerk
from tests.staff.test_browser import PAGES

_JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
#: Words that stand in these places are shown to the staff.
_SHOWN = {"say": None, "BookError": None, "failure": (2,)}
_PLACE = re.compile(r"%\(\w+\)s|%%|\{\w+\}|</?kbd>")


@cache
def texts() -> frozenset[str]:
    """Every text that the page may show, as it is written."""
    found: set[str] = set()
    for file in sorted((templates_folder() / "staff").glob("*.html")):
        found |= {
            str(message)
            for _, message, _, _ in extract("jinja2.ext:babel_extract", BytesIO(file.read_bytes()), options=_JINJA)
        }
    for file in sorted(Path(processor.staff.__path__[0]).rglob("*.py")):
        found |= {
            message if isinstance(message, str) else message[-1]
            for _, message, _, _ in extract("python", BytesIO(file.read_bytes()), keywords=_SHOWN)
        }
    found |= words.texts() | set(undo.TAKEN_BACK.values()) | set(invitations.WORDS.values()) | {seating.RULE}
    found |= {title for title, _ in ORDERS.values()} | {label for label, _, _ in out.LABELS.values()}
    return frozenset(found | set(entry.BULK.values()))


def english() -> Catalog:
    file = translation.catalog_of("en")
    return read_po(BytesIO(file.read_bytes()), locale="en", abort_invalid=True)


def test_every_text_is_translated_into_english() -> None:
    catalog = english()
    missing = sorted(text for text in texts() if text not in catalog or not catalog[text].string)
    assert missing == []


def test_the_catalog_holds_nothing_that_no_page_says() -> None:
    assert sorted(str(message.id) for message in english() if message.id and message.id not in texts()) == []


def test_translations_keep_what_is_filled_in() -> None:
    for message in english():
        if message.id:
            assert sorted(_PLACE.findall(str(message.id))) == sorted(_PLACE.findall(str(message.string))), message.id


def test_gettext_in_a_template_takes_nothing_but_written_texts() -> None:
    """What it gives is taken for safe markup: a name in it would be no name any more."""
    for file in sorted((templates_folder() / "staff").glob("*.html")):
        for call in re.findall(r"(?<![\w.])_\(.", file.read_text(encoding="utf-8")):
            assert call[-1] in "\"'", (file.name, call)


@pytest.fixture
def english_clerk(database: Database, settings: Settings, clock: FixedClock) -> Iterator[Clerk]:
    office = replace(settings, staff=StaffSettings(languages=("de", "en"), check_share=1.0))
    headers = {"accept-language": "en-GB,en;q=0.9,de;q=0.5"}
    with TestClient(create_app(database, office, clock), follow_redirects=False, headers=headers) as client:
        clerk = Clerk(client).open("/anmelden")
        yield clerk.press("Log in", name="chefin", password="ein langer Satz für die Tür")


def test_no_page_shows_a_german_text_in_english(english_clerk: Clerk) -> None:
    same = {str(message.id) for message in english() if message.id == message.string}
    german = {text for text in texts() if len(text) > 2} - same
    english_words = {str(message.string) for message in english()}
    for path in PAGES:
        english_clerk.open(path)
        page = LexborHTMLParser(english_clerk.html)
        assert '<html lang="en">' in english_clerk.html
        assert page.body is not None
        seen = {" ".join(node.text(deep=False).split()) for node in page.body.traverse(include_text=True)}
        assert (seen & german) - english_words == set(), path


def test_german_is_spoken_to_any_browser_unless_the_office_allows_more(clerk: Clerk) -> None:
    answer = clerk.client.get("/", headers={"accept-language": "en"})
    assert '<html lang="de">' in answer.text
    assert "Am Telefon eintragen" in answer.text


@pytest.mark.parametrize(
    ("allowed", "accepted", "language"),
    [
        (("de",), "en", "de"),
        (("de", "en"), "", "de"),
        (("de", "en"), "en-GB,en;q=0.9", "en"),
        (("de", "en"), "fr, de;q=0.4, en;q=0.8", "en"),
        (("de", "en"), "en;q=0, de", "de"),
        (("de", "en"), ";;q=x,,en;q=nan", "de"),
        (("en", "de"), "fr", "en"),
    ],
)
def test_the_language_is_what_the_browser_likes_best_of_what_is_allowed(
    allowed: tuple[str, ...], accepted: str, language: str
) -> None:
    assert translation.chosen(allowed, accepted) == language
