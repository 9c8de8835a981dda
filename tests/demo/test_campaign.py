"""The campaign that is shipped: varied, invented, and in the weeks before the workshop."""

from __future__ import annotations

import re
from datetime import datetime

from processor.demo.campaign import CampaignMail, load_campaign

MOMENT = datetime.fromisoformat("2024-11-12T09:20:00+01:00")


def test_it_fills_the_weeks_between_invitation_and_event() -> None:
    campaign = load_campaign()

    assert len(campaign) >= 30
    assert campaign[0].arrived >= datetime.fromisoformat("2024-10-15T00:00:00+02:00")
    assert campaign[-1].arrived < datetime.fromisoformat("2024-11-15T00:00:00+01:00")
    assert [mail.arrived for mail in campaign] == sorted(mail.arrived for mail in campaign)


def test_all_people_in_it_are_invented() -> None:
    for mail in load_campaign():
        domains = set(re.findall(rb"[\w.+-]+@([\w.-]+\w)", mail.raw))
        assert {domain for domain in domains if not domain.endswith(b".example")} <= {b"gelsenkirchen.de"}, mail.name


def test_one_mail_comes_before_and_one_after_the_deadline() -> None:
    midnight = datetime.fromisoformat("2024-11-09T00:00:00+01:00")
    distances = [(mail.arrived - midnight).total_seconds() for mail in load_campaign()]

    assert any(-300 < distance < 0 for distance in distances)
    assert any(0 <= distance < 300 for distance in distances)


def test_a_reply_names_the_answer_that_it_replies_to() -> None:
    mail = CampaignMail(
        "reply",
        MOMENT,
        b"From: Ada <ada@verein.example>\r\nIn-Reply-To: <LETZTE-ANTWORT@anmeldepost.example>\r\n\r\nDanke.\r\n",
    )

    assert b"In-Reply-To: <4711@gelsenkirchen.de>" in mail.addressed({"ada@verein.example": "4711@gelsenkirchen.de"})


def test_a_bounce_names_the_answer_that_came_back() -> None:
    (bounce,) = [mail for mail in load_campaign() if mail.name.endswith("erinnerung-unzustellbar")]

    assert b"<4711@gelsenkirchen.de>" in bounce.addressed(
        {"aminata.diallo@teranga-verein.example": "4711@gelsenkirchen.de"}
    )
