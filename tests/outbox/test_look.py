"""How the mails look, in a real browser: readable by everybody, light and dark, on a phone, from right to left."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from processor.outbox.checking import kinds, sample
from processor.registrations.values import AnswerKind
from tests.outbox.builders import make_settings

OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE, DESK = 360, 900

#: Every kind once, and every language once; the layout is the same for all of them.
CASES = [
    *((kind, "de", "light", DESK) for kind in kinds()),
    *((kind, "ar", "dark", PHONE) for kind in (AnswerKind.CONFIRMATION, AnswerKind.CHANGE, AnswerKind.QUESTION)),
    *((AnswerKind.CHANGE, language, "dark", DESK) for language in ("de", "en", "uk")),
    *((AnswerKind.CONFIRMATION, language, "light", PHONE) for language in ("tr", "ru", "fr", "pl")),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("Chromium is not installed: apt-get install -y --no-install-recommends chromium")
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=program, args=list(OPTIONS))
        yield running
        running.close()


def opened(browser: Browser, kind: AnswerKind, language: str, scheme: str, width: int) -> Page:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 900}, offline=True
    )
    page = context.new_page()
    page.set_content(sample(kind, make_settings(), language=language).html)
    return page


@pytest.mark.parametrize(("kind", "language", "scheme", "width"), CASES)
def test_everybody_can_read_it(browser: Browser, kind: AnswerKind, language: str, scheme: str, width: int) -> None:
    page = opened(browser, kind, language, scheme, width)
    found = Axe().run(page, options=RULES).response
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == []
    # What axe cannot decide about contrast is a mistake too: nothing here lies over a picture.
    assert [one["id"] for one in found["incomplete"] if "contrast" in one["id"]] == []
    assert "color-contrast" in {one["id"] for one in found["passes"]}
    assert overflow <= 0


def test_arabic_begins_at_the_right_and_the_german_below_at_the_left(browser: Browser) -> None:
    page = opened(browser, AnswerKind.CONFIRMATION, "ar", "light", DESK)
    aligned = page.evaluate(
        "[...document.querySelectorAll('td[lang]')].map(cell => {"
        "  const style = getComputedStyle(cell);"
        "  return [cell.lang, style.direction, style.textAlign]; })"
    )
    page.context.close()
    assert [(language, direction) for language, direction, _ in aligned] == [
        ("ar", "rtl"),
        ("de", "ltr"),
        ("de", "ltr"),
    ]
    assert [align for _, _, align in aligned] == ["right", "left", "left"]


@pytest.mark.parametrize(("language", "side"), [("de", "left"), ("ar", "right")])
def test_it_holds_where_a_mail_program_takes_the_style_sheet_away(browser: Browser, language: str, side: str) -> None:
    html = sample(AnswerKind.CHANGE, make_settings(), language=language).html
    context = browser.new_context(viewport={"width": PHONE, "height": 900}, offline=True)
    page = context.new_page()
    page.set_content(re.sub(r"(?s)<style>.*?</style>", "", html))
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    cells = page.evaluate(
        "[...document.querySelector('td[lang] table.facts').querySelectorAll('th, td')]"
        ".map(cell => [cell.getAttribute('align'), getComputedStyle(cell).textAlign])"
    )
    context.close()
    assert overflow <= 0
    assert cells
    # The attribute as well: Outlook's Word knows neither „start“ nor inherited alignment.
    assert {tuple(cell) for cell in cells} == {(side, side)}


def test_nothing_depends_on_what_outlook_does_not_know() -> None:
    for kind in kinds():
        html = sample(kind, make_settings(), language="ar").html
        inline = " ".join(re.findall(r'style="([^"]*)"', html))
        for unknown in ("-inline-", "text-align:start", "flex", "grid", "float", "position:", "var(", "calc("):
            assert unknown not in inline
        assert html.count("<!--[if mso]>") == html.count("<![endif]-->") == 3


def test_the_dark_colours_are_taken_where_the_reader_wants_them(browser: Browser) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        page = opened(browser, AnswerKind.CONFIRMATION, "de", scheme, DESK)
        colours[scheme] = page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
        page.context.close()
    assert colours == {"light": "rgb(255, 255, 255)", "dark": "rgb(34, 38, 43)"}
