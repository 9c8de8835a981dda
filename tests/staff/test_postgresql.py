"""The page on PostgreSQL, as an office with several workers has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from processor.clock import FixedClock
from processor.database import Base, Database, Registration, make_engine
from processor.settings import Settings
from processor.staff import accounts, create_app
from tests.staff import sample
from tests.staff.clerk import PASSWORD, Clerk


@pytest.fixture
def office(postgres_url: str, settings: Settings, clock: FixedClock) -> Iterator[tuple[Clerk, Database]]:
    database = Database(make_engine(postgres_url))
    Base.metadata.create_all(database.engine)
    with database.transaction() as session:
        sample.fill(session)
        accounts.create_account(session, "chefin", PASSWORD, "administers", sample.NOW)
    with TestClient(create_app(database, settings, clock), follow_redirects=False) as client:
        yield Clerk(client).log_in("chefin"), database
    database.dispose()


def test_every_page_opens_and_a_case_is_decided_and_taken_back(office: tuple[Clerk, Database]) -> None:
    clerk, database = office
    for path in (
        *("/", "/?suche=gulsen&bedarf=childcare", "/anmeldung/1", "/anmeldung/1/aendern", "/mails", "/mails/1"),
        *("/mails/9/original", "/entscheiden", "/entscheiden/mail/9", "/entscheiden/anmeldung/7"),
        *("/entscheiden/versand/1", "/uebersicht", "/einlass", "/stichprobe", "/verwaltung"),
        *("/ausgabe/anmeldungen.xlsx", "/eintragen?zeile=Ayla"),
    ):
        assert clerk.open(path).status == 200, path
    clerk.open("/entscheiden/mail/8").press("3")
    with database.reading() as session:
        assert session.scalar(select(Registration.headcount).where(Registration.contact_name == "Ivana Horvat")) == 3
    clerk.press("Zurücknehmen")
    assert clerk.all("h1") == ["Ivana Horvat"]
    clerk.open("/eintragen?zeile=Jürgen Müßig, Verein XY")
    assert "Ist das dieselbe Person wie Jürgen Müßig" in clerk.text
    clerk.press("Eine andere Person: eintragen").press("Zurücknehmen")
    with database.reading() as session:
        rows = session.scalars(select(Registration).where(Registration.contact_name == "Jürgen Müßig")).all()
        assert [row.dismissed for row in rows] == [False, True]
    clerk.open("/einlass?suche=muessig").press("Da")
    assert "1 von 16 sind da" in clerk.text
