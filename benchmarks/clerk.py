"""Thirty review cases decided by keyboard in a real browser: ``python -m benchmarks.clerk``.

Makes a campaign with thirty mails that wait, opens the queue in Chromium, and decides one after the other as a clerk
does who knows the keys: most proposals are right, some numbers are corrected, some mails are no registrations, one step
is taken back. Prints keystrokes and seconds; the clerk's reading time is not in them.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import func, select

from processor.clock import FixedClock
from processor.database import Database, Mail, MailState, make_engine
from processor.database.migrate import upgrade
from processor.resources import sample_config
from processor.settings.load import load
from processor.staff import accounts, create_app
from tests.staff.sample import NOW, add_mail, quote

CASES = 30
PASSWORD = "nur für die Messung"


def fill(database: Database) -> None:
    """Thirty mails that wait, each with its doubt."""
    with database.transaction() as session:
        for number in range(CASES):
            name = f"Maria Probe{number}"
            text = f"Guten Tag,\n\nwir kommen zu zweit oder zu dritt, {name} und Anhang.\n\n{name}"
            add_mail(
                session,
                name=name,
                email=f"maria{number}@probe.example",
                subject=f"Anmeldung {number}",
                text=text,
                at=NOW - timedelta(days=10) + timedelta(hours=number),
                state=MailState.WAITING,
                decision="review",
                reasons=("Es ist unklar, ob 2 oder 3 Personen kommen.",),
                headcount=2,
                attendees=[{"name": name, "organisation": "", "needs": []}],
                organisation=f"Verein {number}",
                evidence=[quote(text, "zu zweit", "headcount", 2), quote(text, "zu dritt", "headcount", 3)],
            )
        accounts.create_account(session, "messung", PASSWORD, "decides", NOW)


def decide(page: Page, number: int) -> int:
    """One case; gives the keys that it took."""
    keys: tuple[str, ...] = ("b",)
    if number % 5 == 1:
        keys = ("3",)
    elif number % 5 == 3:
        keys = ("p", "4", "Enter")
    elif number % 10 == 9:
        keys = ("k",)
    heading = page.locator("h1").inner_text()
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function("before => document.querySelector('h1')?.textContent !== before", arg=heading)
    page.wait_for_selector("#fertig")
    return len(keys)


def main() -> None:
    """Fills, decides, prints."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(make_engine(f"sqlite:///{Path(folder) / 'list.sqlite3'}"))
        upgrade(database)
        fill(database)
        settings = load(sample_config(), {"ANMELDEPOST_IMAP_PASSWORD": "x", "ANMELDEPOST_SMTP_PASSWORD": "x"})
        settings = replace(settings, answers=replace(settings.answers, hold_seconds=120))
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = uvicorn.Server(uvicorn.Config(create_app(database, settings, FixedClock(NOW)), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{listener.getsockname()[1]}/anmelden?weiter=/entscheiden/naechster")
            page.fill("#name", "messung")
            page.fill("#password", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_selector("form[data-case]")
            begun, keys = time.perf_counter(), 0
            for number in range(CASES):
                keys += decide(page, number)
                if number == 10:
                    page.keyboard.press("z")
                    page.wait_for_function("document.querySelector('#fertig')?.textContent.includes('Zurück')")
                    keys += 1 + decide(page, 0)
            seconds = time.perf_counter() - begun
            browser.close()
        server.should_exit = True
        thread.join(10)
        with database.reading() as session:
            left = session.scalar(select(func.count()).select_from(Mail).where(Mail.state == MailState.WAITING))
        database.dispose()
    print(f"{CASES} cases, {left} left; {keys} keystrokes ({keys / CASES:.1f} a case), {seconds:.1f} s of waiting")


if __name__ == "__main__":
    main()
