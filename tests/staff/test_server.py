"""The page as browsers reach it: a real server, several people at once, and what strangers type."""

from __future__ import annotations

import csv
import io
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from processor.clock import FixedClock
from processor.database import Correction, Database, HistoryEntry, Mail, MailState, OutgoingMail, Registration
from tests.staff.clerk import PASSWORD
from tests.staff.sample import NOW, add_mail, add_registration

MARKUP = "<img src=x onerror=alert(1)> & „Söhne“"


def logged_in(address: str, name: str) -> httpx.Client:
    client = httpx.Client(base_url=address, follow_redirects=True, timeout=30)
    client.post("/anmelden", data={"name": name, "password": PASSWORD, "target": "/", "kept": ""})
    return client


def token(client: httpx.Client, path: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found.group(1)


def form(client: httpx.Client, headcount: str) -> dict[str, str]:
    return {
        "csrf": token(client, "/entscheiden/mail/8"),
        "do": "confirm",
        "name": "Ivana Horvat",
        "email": "ivana@kulturbund.example",
        "attendees": "Ivana Horvat",
        "headcount": headcount,
        "language": "de",
    }


def test_of_two_who_decide_at_the_same_moment_one_is_told_and_nothing_is_entered_twice(
    address: str, database: Database
) -> None:
    people = [logged_in(address, name) for name in ("sabine", "chefin")]
    forms = [form(client, str(seats)) for seats, client in enumerate(people, 3)]
    start = threading.Barrier(2)

    def decide(client: httpx.Client, fields: dict[str, str]) -> httpx.Response:
        start.wait(10)
        return client.post("/entscheiden/mail/8", data=fields)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(decide, people, forms))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (loser,) = [answer for answer in answers if answer.status_code == 409]
    seats = forms[answers.index(loser)]["headcount"]
    assert "hat schon jemand entschieden" in loser.text
    assert f'value="{seats}"' in loser.text
    with database.reading() as session:
        rows = session.scalars(select(Registration).where(Registration.contact_name == "Ivana Horvat")).all()
        assert len(rows) == 1
        assert str(rows[0].headcount) != seats
        answered = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.mail_id == 8)
        assert session.scalar(answered) == 1
        assert session.scalar(select(func.count()).select_from(Correction).where(Correction.mail_id == 8)) == 1
        assert session.scalar(select(func.count()).select_from(HistoryEntry).where(HistoryEntry.mail_id == 8)) == 1


@pytest.mark.parametrize("typed", ["drei", "-1", "1e3", "٣", "3.5", "9" * 40, "3; DROP TABLE"])
def test_a_number_that_is_none_is_a_sentence_and_enters_nothing(address: str, database: Database, typed: str) -> None:
    client = logged_in(address, "sabine")
    answer = client.post("/entscheiden/mail/8", data=form(client, typed) | {"remark": "Bleibt stehen"})
    assert answer.status_code == 400
    assert "keine Zahl von Plätzen" in answer.text
    assert 'value="Bleibt stehen"' in answer.text
    with database.reading() as session:
        assert session.get_one(Mail, 8).state is MailState.WAITING


def test_what_was_typed_when_the_session_ended_goes_on_after_the_login(
    address: str, database: Database, clock: FixedClock
) -> None:
    client = logged_in(address, "sabine")
    typed = form(client, "3") | {"organisation": "Mühsam getippt"}
    clock.advance(timedelta(hours=13))
    asked = client.post("/entscheiden/mail/8", data=typed)
    assert asked.status_code == 401
    assert "noch da" in asked.text
    fields = {
        name: re.search(rf'name="{name}" value="([^"]*)"', asked.text).group(1)  # type: ignore[union-attr]  # it is there
        for name in ("target", "kept")
    }
    fields = {name: value.replace("&#34;", '"').replace("&amp;", "&") for name, value in fields.items()}
    resumed = client.post("/anmelden", data={"name": "sabine", "password": PASSWORD, **fields})
    assert "Mühsam getippt" in resumed.text
    assert "noch nicht gespeichert" in resumed.text
    with database.reading() as session:
        assert session.get_one(Mail, 8).state is MailState.WAITING


def test_markup_in_names_is_text_on_every_page_and_in_every_file(address: str, database: Database) -> None:
    with database.transaction() as session:
        mail = add_mail(
            session,
            name=MARKUP,
            email="markup@mail.example",
            subject=MARKUP,
            text=MARKUP,
            at=NOW - timedelta(days=20),
            state=MailState.WAITING,
            decision="review",
            reasons=(MARKUP,),
            headcount=2,
            attendees=[{"name": MARKUP, "organisation": MARKUP, "needs": []}],
            organisation=MARKUP,
        )
        row = add_registration(
            session, reference="M4R-KUP", names=(MARKUP,), at=NOW, organisation=MARKUP, remarks=MARKUP, mail=mail
        )
        mail_id, number = mail.id, row.id
    client = logged_in(address, "chefin")
    for path in (
        *("/", "/entscheiden", "/mails", "/uebersicht", "/einlass", "/eintragen?zeile=" + MARKUP.replace("&", "%26")),
        *(f"/anmeldung/{number}", f"/anmeldung/{number}/aendern", f"/mails/{mail_id}", f"/entscheiden/mail/{mail_id}"),
        *(f"/entscheiden/mail/{mail_id}?zu=neu", f"/?suche={MARKUP.replace('&', '%26')}"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "<img" not in answer.text, path
    lines = csv.DictReader(
        io.StringIO(client.get("/ausgabe/anmeldungen.csv").content.decode("utf-8-sig")), delimiter=";"
    )
    assert MARKUP in {line["Name"] for line in lines}
    assert client.get("/ausgabe/namensschilder.pdf").content.startswith(b"%PDF")


def test_an_export_is_whole_while_mails_come_in(address: str, database: Database) -> None:
    client = logged_in(address, "sabine")
    stop = threading.Event()
    entered: list[int] = []

    def come_in() -> None:
        while not stop.is_set():
            with database.transaction() as session:
                place = len(entered)
                add_registration(
                    session, reference=f"N{place:03d}-NEU", names=(f"Neue Nora {place}", "Mit Michael"), at=NOW
                )
            entered.append(place)

    writer = threading.Thread(target=come_in)
    writer.start()
    try:
        for _ in range(5):
            before = len(entered)
            answer = client.get("/ausgabe/anmeldungen.xlsx")
            assert answer.status_code == 200
            book = load_workbook(io.BytesIO(answer.content))
            rows = list(book["Anmeldungen"].iter_rows(min_row=2, values_only=True))
            people = list(book["Personen"].iter_rows(min_row=2, values_only=True))
            new = [row for row in rows if str(row[0]).endswith("-NEU")]
            assert len(new) >= before
            # Both sheets show the same moment: two people for each registration, none without its people.
            assert len([row for row in people if str(row[5]).endswith("-NEU")]) == 2 * len(new)
            assert len(client.get("/ausgabe/anmeldungen.json").json()) >= len(rows)
    finally:
        stop.set()
        writer.join(10)
    assert entered


def test_two_devices_at_the_door_see_what_the_other_one_taps(address: str) -> None:
    first, second = logged_in(address, "sabine"), logged_in(address, "chefin")
    tapped = {"csrf": token(first, "/einlass"), "place": "seat:0", "suche": "", "fehlt": ""}
    place = re.search(r'action="/einlass/(\d+)" data-door>.*?name="place" value="([^"]+)"', first.get("/einlass").text)
    assert place is not None
    first.post(f"/einlass/{place.group(1)}", data=tapped | {"place": place.group(2)})
    assert "<b>1</b> von 16 sind da" in second.get("/einlass").text
    assert "(sabine)" in second.get("/einlass").text


def test_an_unknown_address_is_a_clear_sentence(address: str) -> None:
    answer = logged_in(address, "sabine").get("/gibt-es-nicht")
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht." in answer.text
