"""The page in a real browser: a clerk's tasks by keyboard, and axe on every page in light, dark, and at 320 pixels."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import select

from processor.clock import FixedClock
from processor.database import Database, Mail, MailState, OutgoingMail, Registration
from processor.settings import OfficeSettings, Settings, StaffSettings
from processor.staff import create_app
from tests.staff.clerk import PASSWORD
from tests.staff.conftest import serving

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
#: Every page that somebody can come to, with its states.
PAGES = (
    "/",
    "/?suche=niemand-heisst-so",
    "/anmeldung/1",
    "/anmeldung/1/aendern",
    "/eintragen?zeile=Ayla+Demir,+3,+a@xy.example",
    "/eintragen?zeile=J%C3%BCrgen+M%C3%BC%C3%9Fig,+a@xy.example",
    "/mails",
    "/mails/1",
    "/mails/1/original",
    "/mails/9/original",
    "/mails/10",
    "/entscheiden",
    "/entscheiden/mail/8",
    "/entscheiden/mail/8?zu=1",
    "/entscheiden/mail/9",
    "/entscheiden/anmeldung/7",
    "/entscheiden/versand/1",
    "/eingeladene",
    "/uebersicht",
    "/einlass",
    "/ausgabe",
    "/stichprobe",
    "/verwaltung",
    "/gibt-es-nicht",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        yield browser
        browser.close()


def log_in(page: Page, address: str, name: str = "sabine") -> Page:
    page.set_default_timeout(10_000)
    page.goto(f"{address}/anmelden")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button.main")
    return page


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A browser window of somebody who has logged in; mistakes of scripts and breaches of the policy are failures."""
    context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    yield log_in(page, address)
    context.close()
    assert complaints == []


def test_axe_finds_nothing_on_any_page_in_light_dark_or_narrow(browser: Browser, address: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    axe = Axe()
    found: list[str] = []
    for path in ("/anmelden", *PAGES):
        if path == "/":
            log_in(page, address, "chefin")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(address + path)
        for width, scheme in ((1280, "light"), (1280, "dark"), (320, "light")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for violation in axe.run(page).response["violations"]:
                nodes = [node["html"][:160] for node in violation["nodes"][:3]]
                found.append(f"{path} ({width}, {scheme}): {violation['id']} {nodes}")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{path} ({width}): wider than the window")
    context.close()
    assert found == []


def test_thirty_seconds_of_a_clerk_by_keyboard_alone(page: Page, address: str, database: Database) -> None:
    page.goto(f"{address}/entscheiden/mail/8")
    page.keyboard.press("3")
    expect(page.locator("h1")).to_have_text("Petra Lindner")
    expect(page.locator("#fertig")).to_contain_text("Ivana Horvat")
    page.keyboard.press("k")
    expect(page.locator("#fertig")).to_contain_text("Ohne Eintrag erledigt")
    page.keyboard.press("z")
    expect(page.locator("h1")).to_have_text("Petra Lindner")
    with database.reading() as session:
        seats = session.scalar(select(Registration.headcount).where(Registration.contact_name == "Ivana Horvat"))
        assert seats == 3
        assert session.get_one(Mail, 9).state is MailState.WAITING


def test_correcting_a_number_takes_three_keys(page: Page, address: str, database: Database) -> None:
    page.goto(f"{address}/entscheiden/mail/8")
    page.keyboard.press("p")
    page.keyboard.press("4")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Petra Lindner")
    with database.reading() as session:
        seats = session.scalar(select(Registration.headcount).where(Registration.contact_name == "Ivana Horvat"))
        assert seats == 4


def test_the_answer_follows_what_is_typed(page: Page, address: str, database: Database) -> None:
    page.goto(f"{address}/entscheiden/mail/8")
    page.fill("#remark", "Der Aufzug ist leider kaputt.")
    expect(page.locator("#antwort")).to_contain_text("Der Aufzug ist leider kaputt.")
    with database.reading() as session:
        assert session.get_one(Mail, 8).state is MailState.WAITING
        assert session.scalar(select(OutgoingMail.id).where(OutgoingMail.mail_id == 8)) is None


def test_evidence_and_field_light_up_together(page: Page, address: str) -> None:
    page.goto(f"{address}/entscheiden/mail/8")
    page.hover("mark.f-headcount >> nth=0")
    expect(page.locator("#headcount")).to_have_class(re.compile("on"))
    page.focus("#attendees")
    expect(page.locator("mark.f-attendees").first).to_have_class(re.compile("on"))


def test_letters_can_be_switched_off_and_typing_is_no_command(page: Page, address: str) -> None:
    page.goto(f"{address}/entscheiden/mail/8")
    page.click("#remark")
    page.keyboard.type("bkz")
    assert page.input_value("#remark") == "bkz"
    page.get_by_role("button", name="Tasten ausschalten").click()
    page.keyboard.press("k")
    page.reload()
    expect(page.locator("h1")).to_have_text("Ivana Horvat")
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Tasten einschalten")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Ivana Horvat")


def test_the_list_searches_as_one_types(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#suche").press_sequentially("gulsen")
    expect(page.locator("table.list tbody tr")).to_have_count(1)
    expect(page.locator("table.list tbody")).to_contain_text("Ğülşen İnan")
    assert "suche=gulsen" in page.url
    expect(page.locator("#ansage")).to_contain_text("1 Anmeldungen")


def test_a_wrong_number_keeps_what_was_typed(page: Page, address: str) -> None:
    page.goto(f"{address}/entscheiden/mail/8")
    page.fill("#organisation", "Neuer Name")
    page.fill("#headcount", "drei")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_contain_text("keine Zahl von Plätzen")
    assert page.input_value("#organisation") == "Neuer Name"


def test_the_enter_key_never_enters_a_second_person(page: Page, address: str, database: Database) -> None:
    page.goto(f"{address}/eintragen?zeile=Jürgen Müßig, Verein XY")
    page.fill("#email", "j@xy.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**/eintragen/vorschau")
    expect(page.locator("#dieselbe")).to_contain_text("Ist das dieselbe Person wie Jürgen Müßig")
    assert page.input_value("#email") == "j@xy.example"
    page.get_by_role("link", name="Dieselbe Person: nichts eintragen").click()
    expect(page.locator("h1")).to_have_text("Jürgen Müßig")
    with database.reading() as session:
        rows = session.scalars(select(Registration).where(Registration.contact_name == "Jürgen Müßig")).all()
    assert len(rows) == 1


def test_a_session_that_ended_while_typing_loses_nothing(page: Page, address: str, database: Database) -> None:
    page.goto(f"{address}/entscheiden/mail/8")
    page.fill("#organisation", "Mühsam getippt")
    page.context.clear_cookies()
    page.get_by_role("button", name="Bestätigen").click()
    expect(page.locator("main")).to_contain_text("Ihre Sitzung ist zu Ende")
    page.wait_for_load_state("networkidle")
    page.fill("#name", "sabine")
    page.fill("#password", PASSWORD)
    page.click("button.main")
    expect(page.locator("main")).to_contain_text("Mühsam getippt", timeout=15_000)
    page.get_by_role("button", name="Jetzt absenden").click()
    page.wait_for_url("**/entscheiden/**")
    with database.reading() as session:
        name = session.scalar(select(Registration.organisation).where(Registration.contact_name == "Ivana Horvat"))
    assert name == "Mühsam getippt"


def test_the_door_counts_with_a_tap(page: Page, address: str) -> None:
    page.goto(f"{address}/einlass")
    page.locator("#suche").press_sequentially("muessig")
    expect(page.locator(".door li")).to_have_count(1)
    page.get_by_role("button", name="Jürgen Müßig ist da").click()
    expect(page.locator(".doorcount")).to_contain_text("1 von 16 sind da")
    expect(page.locator(".door li.came")).to_have_count(1)


def test_everything_works_with_scripts_switched_off(browser: Browser, address: str, database: Database) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = log_in(context.new_page(), address)
    page.goto(f"{address}/entscheiden")
    page.click(".case >> nth=1")
    expect(page.locator("h1")).to_have_text("Ivana Horvat")
    page.fill("#headcount", "3")
    page.get_by_role("button", name="Vorschau neu berechnen").click()
    assert page.input_value("#headcount") == "3"
    expect(page.locator("#antwort")).to_contain_text("Marko Babić")
    page.get_by_role("button", name="Bestätigen").last.click()
    expect(page.locator("#fertig")).to_contain_text("Ivana Horvat")
    page.get_by_role("button", name="Zurücknehmen").click()
    expect(page.locator("h1")).to_have_text("Ivana Horvat")
    page.goto(f"{address}/?suche=inan")
    expect(page.locator("table.list tbody tr")).to_have_count(1)
    page.goto(f"{address}/einlass?suche=muessig")
    page.get_by_role("button", name="Jürgen Müßig ist da").click()
    expect(page.locator(".doorcount")).to_contain_text("1 von 16 sind da")
    context.close()


def test_the_keyboard_reaches_everything_with_a_visible_focus(page: Page, address: str) -> None:
    page.goto(f"{address}/entscheiden/mail/8")
    seen: list[str] = []
    for _ in range(140):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
                const name = e.id || e.textContent.trim() || e.name;
                return [e === document.body ? "" : name.slice(0, 30), s.outlineStyle, parseFloat(s.outlineWidth)]; }"""
        )
        if not state[0]:
            break
        assert state[1] != "none", state
        assert state[2] >= 2, state
        seen.append(state[0])
    for wanted in ("Zum Inhalt", "headcount", "attendees", "remark"):
        assert wanted in seen
    assert any(text.startswith("Bestätigen") for text in seen)


def test_the_list_prints_without_the_tools_of_the_screen(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(address)
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator("table.list tbody tr").first).to_be_visible()


def test_axe_finds_nothing_at_double_size_in_print_after_a_clash_and_on_the_pages_for_many(
    browser: Browser, address: str, database: Database
) -> None:
    axe = Axe()
    found: list[str] = []

    def look(page: Page, state: str) -> None:
        violations = axe.run(page).response["violations"]
        found.extend(f"{state}: {each['id']} {each['nodes'][0]['html'][:120]}" for each in violations)

    # 1280 pixels at 200 % leave a page 640 of its own.
    context = browser.new_context(locale="de-DE", viewport={"width": 640, "height": 450}, device_scale_factor=2)
    page = log_in(context.new_page(), address)
    for path in PAGES:
        page.goto(address + path)
        look(page, f"200 % {path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path
    for path in ("/", "/ausgabe", "/uebersicht", "/anmeldung/1"):
        page.goto(address + path)
        page.emulate_media(media="print")
        look(page, f"print {path}")
        page.emulate_media(media="screen")
    page.goto(f"{address}/?stand=late")
    for box in page.locator("[name=ids]").all():
        box.check()
    page.click("button[value=annehmen]")
    look(page, "many")
    page.goto(f"{address}/entscheiden/mail/8?zu=neu")
    with database.transaction() as session:
        session.get_one(Mail, 8).state = MailState.DECIDED
    page.keyboard.press("b")
    page.wait_for_selector("[role=alert]")
    look(page, "409")
    context.close()
    assert found == []


def test_belonging_splitting_and_merging_have_a_key_each(page: Page, address: str, database: Database) -> None:
    page.goto(f"{address}/entscheiden/mail/8?zu=1")
    page.keyboard.press("m")
    expect(page.locator("#zusammenlegen #other")).to_be_focused()
    page.keyboard.type("R2X-2AB")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile(r"\?zu=neu$"))
    page.keyboard.press("t")
    expect(page.locator("[name=leaving]").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Petra Lindner")
    with database.reading() as session:
        rows = session.execute(
            select(Registration.contact_name, Registration.headcount).where(
                Registration.contact_name.in_(["Ivana Horvat", "Marko Babić"])
            )
        ).all()
    assert sorted(map(tuple, rows)) == [("Ivana Horvat", 1), ("Marko Babić", 1)]


def test_axe_finds_nothing_where_something_is_open_or_filled_in_or_english(
    browser: Browser, database: Database, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    table = tmp_path / "eingeladen.csv"
    names = ("Dostluk", "Stiller Verein zur Förderung des interkulturellen Austauschs", "Nour Kulturverein e.V.")
    table.write_text("Verein;Telefon;Mail\n" + "".join(f"{name};0209 1;a@x.example\n" for name in names), "utf-8")
    staff = StaffSettings(languages=("de", "en"), check_share=1.0)
    office = replace(settings, office=OfficeSettings(invited=table), staff=staff)
    found: list[str] = []
    axe = Axe()
    with serving(create_app(database, office, clock)) as address:
        for language, width, scheme in (("de-DE", 320, "dark"), ("en-GB", 1280, "light")):
            context = browser.new_context(locale=language, viewport={"width": width, "height": 800})
            page = log_in(context.new_page(), address)
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for path in ("/eingeladene", "/entscheiden/mail/8?zu=1", "/entscheiden/anmeldung/7", "/anmeldung/1", "/"):
                page.goto(address + path)
                page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
                found.extend(
                    f"{path} ({language}): {each['id']} {each['nodes'][0]['html'][:120]}"
                    for each in axe.run(page).response["violations"]
                )
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append(f"{path} ({width}): wider than the window")
            context.close()
    assert found == []
