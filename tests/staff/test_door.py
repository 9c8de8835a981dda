"""The page is closed unless somebody has come in by the door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from processor.clock import FixedClock
from processor.database import Database
from processor.settings import Settings, StaffSettings
from processor.staff import accounts, create_app
from tests.staff.clerk import PASSWORD, Clerk
from tests.staff.conftest import make_settings


def routes_of(app: Starlette) -> Iterator[tuple[str, str]]:
    def walk(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
        for route in routes:
            assert isinstance(route, (Route, Mount)), route
            if isinstance(route, Mount):
                assert route.path == "/static"
                continue
            for method in sorted(route.methods or {"GET"}):
                yield (
                    method,
                    route.path.replace("{number:int}", "1")
                    .replace("{part:int}", "0")
                    .replace("{name:str}", "anmeldungen.csv"),
                )

    return walk(list(app.routes))


def test_every_page_but_the_login_asks_for_a_login(database: Database, settings: Settings, clock: FixedClock) -> None:
    app = create_app(database, settings, clock)
    seen = 0
    with TestClient(app, follow_redirects=False) as client:
        for method, path in routes_of(app):
            answer = client.request(method, path)
            if path == "/anmelden":
                continue
            seen += 1
            assert answer.status_code == 401, (method, path)
            for secret in ("Yılmaz", "dostluk", "K7Q-2M4"):
                assert secret not in answer.text, (method, path)
    assert seen > 4


def test_who_may_only_read_cannot_send_any_form(visitor: Clerk) -> None:
    visitor.log_in("leser").open("/")
    token = visitor.html.split('name="csrf" value="')[1].split('"')[0]
    app = visitor.client.app
    assert isinstance(app, Starlette)
    for method, path in routes_of(app):
        if method == "POST" and path not in ("/anmelden", "/abmelden"):
            assert visitor.post(path, csrf=token).status == 403, path


def test_a_form_without_the_token_of_its_session_is_refused(clerk: Clerk) -> None:
    app = clerk.client.app
    assert isinstance(app, Starlette)
    for method, path in routes_of(app):
        if method == "POST" and path != "/anmelden":
            assert clerk.post(path, csrf="x").status == 403, path


def test_a_form_from_a_foreign_page_is_refused(clerk: Clerk) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        answer = clerk.client.post("/abmelden", headers=headers)
        assert answer.status_code == 403


def test_the_right_password_opens_and_a_wrong_one_does_not(visitor: Clerk) -> None:
    visitor.log_in("sabine", "falsch aber lang")
    assert visitor.status == 403
    assert "Name oder Passwort stimmt nicht." in visitor.text
    visitor.log_in("gibt es nicht", PASSWORD)
    assert "Name oder Passwort stimmt nicht." in visitor.text
    visitor.log_in("sabine")
    assert visitor.open("/").status == 200
    assert "Ayşe Yılmaz" in visitor.text


def test_wrong_passwords_cost_growing_pauses_and_the_right_one_does_not_shorten_them(
    visitor: Clerk, clock: FixedClock
) -> None:
    for _ in range(3):
        visitor.log_in("sabine", "falsch aber lang")
    assert "Zu viele Versuche" in visitor.text
    assert visitor.log_in("sabine").status == 403
    clock.advance(timedelta(seconds=6))
    visitor.log_in("sabine", "falsch aber lang")
    clock.advance(timedelta(seconds=6))
    assert "Zu viele Versuche" in visitor.log_in("sabine").text
    clock.advance(timedelta(seconds=5))
    assert visitor.log_in("sabine").open("/").status == 200


def test_a_session_ends_with_the_working_day(clerk: Clerk, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=11, minutes=59))
    assert clerk.open("/").status == 200
    clock.advance(timedelta(minutes=1))
    assert clerk.open("/").status == 401


def test_a_new_password_ends_all_sessions(clerk: Clerk, database: Database) -> None:
    with database.transaction() as session:
        accounts.set_password(session, "sabine", "ein ganz anderer Satz")
    assert clerk.open("/").status == 401


def test_sessions_outlive_a_restart(clerk: Clerk, database: Database, settings: Settings, clock: FixedClock) -> None:
    with TestClient(create_app(database, settings, clock), cookies=dict(clerk.client.cookies)) as again:
        assert again.get("/").status_code == 200


def test_who_logs_out_is_out(clerk: Clerk) -> None:
    clerk.open("/").press("Ausloggen")
    assert clerk.open("/").status == 401


def test_a_forged_cookie_opens_nothing(clerk: Clerk) -> None:
    value = clerk.client.cookies["anmeldepost"]
    for forged in (value[:-2], value.replace(".", ".x", 1), "", "x.y", "e30.abc"):
        clerk.client.cookies.clear()
        clerk.client.cookies.set("anmeldepost", forged)
        assert clerk.open("/").status == 401


def test_what_was_typed_when_the_session_ended_is_not_lost(clerk: Clerk, clock: FixedClock) -> None:
    clerk.open("/mails?stand=failed")
    path = next(link for link in clerk.html.split('"') if link.startswith("/mails/"))
    clerk.open(path)
    clock.advance(timedelta(hours=13))
    clerk.press("Noch einmal lesen")
    assert clerk.status == 401
    assert "noch da" in clerk.text
    clerk.press("Anmelden", name="sabine", password=PASSWORD)
    assert "noch nicht gespeichert" in clerk.text
    clerk.press("Jetzt absenden")
    assert "noch nicht gelesen" in clerk.text


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_login_leads_to_no_foreign_page(visitor: Clerk, target: str) -> None:
    visitor.client.get("/anmelden")
    answer = visitor.client.post("/anmelden", data={"name": "sabine", "password": PASSWORD, "target": target})
    assert answer.headers["location"] == "/"


def test_the_cookie_is_kept_from_scripts_and_foreign_pages(database: Database, clock: FixedClock, clerk: Clerk) -> None:
    answer = clerk.client.post("/anmelden", data={"name": "sabine", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    secure = create_app(database, make_settings("https://anmeldung.example.org"), clock)
    with TestClient(secure, base_url="https://anmeldung.example.org", follow_redirects=False) as client:
        answer = client.post("/anmelden", data={"name": "sabine", "password": PASSWORD})
    assert answer.headers["set-cookie"].startswith("__Host-")
    assert "; secure" in answer.headers["set-cookie"].lower()
    assert "max-age" in answer.headers["strict-transport-security"]


def test_every_answer_keeps_other_sites_out(clerk: Clerk) -> None:
    for path in ("/", "/anmelden", "/gibt-es-nicht", "/static/style.css"):
        clerk.open(path)
        policy = clerk.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert clerk.headers["x-content-type-options"] == "nosniff"
    assert clerk.open("/").headers["cache-control"] == "no-store"


def test_logins_are_written_down(visitor: Clerk, database: Database) -> None:
    from sqlalchemy import select

    from processor.database import AuditEntry

    visitor.log_in("sabine", "falsch aber lang").log_in("sabine")
    with database.reading() as session:
        entries = session.execute(select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [tuple(entry) for entry in entries] == [("sabine", "login_failed"), ("sabine", "login")]


def test_a_proxy_on_the_same_machine_may_say_who_has_signed_in(
    database: Database, settings: Settings, clock: FixedClock
) -> None:
    header = {"x-remote-user": "sabine"}
    office = replace(settings, staff=StaffSettings(user_header="X-Remote-User"))
    near, far = ("127.0.0.1", 50000), ("192.0.2.7", 50000)
    open_to_all = replace(settings, staff=StaffSettings(user_header="X-Remote-User", listen="0.0.0.0:8047"))
    for app, client, status in (
        (create_app(database, office, clock), near, 200),
        # Behind a proxy that passes on whose request it is; nobody else reaches loopback.
        (create_app(database, office, clock), far, 200),
        (create_app(database, open_to_all, clock), near, 200),
        (create_app(database, open_to_all, clock), far, 401),
        (create_app(database, settings, clock), near, 401),
    ):
        with TestClient(app, client=client, follow_redirects=False) as visitor:
            assert visitor.get("/", headers=header).status_code == status
            assert visitor.get("/", headers={"x-remote-user": "niemand"}).status_code == 401
            both = [("x-remote-user", "sabine"), ("x-remote-user", "chefin")]
            assert visitor.get("/", headers=both).status_code == 401
