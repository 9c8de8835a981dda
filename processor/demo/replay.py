"""Replays the campaign day by day through the same jobs that the daemon runs, with a clock that is moved on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from itertools import groupby
from pathlib import Path

from processor.clock import FixedClock
from processor.database import Database
from processor.demo.campaign import CampaignMail
from processor.demo.imap import DemoMailbox
from processor.demo.smtp import DemoPost
from processor.event import Event
from processor.jobs import Jobs, PassReport
from processor.resources import sample_config
from processor.settings import Settings
from processor.settings.load import load
from processor.settings.values import StaffSettings

#: What takes the place of the passwords: both servers live inside this process, on loopback.
_PASSWORD = "demo"  # noqa: S105 -- of a server that nobody else reaches
#: Colleagues of the office write from this invented domain as well.
_COLLEAGUES = "stadtverwaltung.example"
#: From one mail to the pass that finds it.
_UNTIL_SEEN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one day of the campaign brought."""

    date: datetime
    arrived: int
    sent: int
    waiting: int
    reminders: int


def demo_settings(mailbox: DemoMailbox, post: DemoPost, database: Path, staff: StaffSettings | None) -> Settings:
    """The shipped configuration, with servers inside this process in place of the city's."""
    settings = load(sample_config(), {"ANMELDEPOST_IMAP_PASSWORD": _PASSWORD, "ANMELDEPOST_SMTP_PASSWORD": _PASSWORD})
    return replace(
        settings,
        imap=replace(
            settings.imap,
            host=mailbox.host,
            port=mailbox.port,
            tls="none",
            user=mailbox.user,
            password=mailbox.password,
        ),
        # Weeks pass in seconds: the pace of real minutes would hold the answers back.
        smtp=replace(
            settings.smtp, host=post.host, port=post.port, tls="none", user="", password="", per_minute=1_000_000
        ),
        database_url=f"sqlite:///{database}",
        office=replace(settings.office, domains=(*settings.office.domains, _COLLEAGUES)),
        staff=staff,
    )


def replay(
    database: Database,
    settings: Settings,
    clock: FixedClock,
    mailbox: DemoMailbox,
    post: DemoPost,
    campaign: tuple[CampaignMail, ...],
    tell: Callable[[Day], None],
    stop: threading.Event,
) -> None:
    """Plays the campaign from its first mail to the evening before the event.

    :param tell: called at the end of each day.
    :param stop: ends it before the next mail.
    """
    jobs = Jobs(database, settings, clock)
    mails = {date: list(group) for date, group in groupby(campaign, key=lambda mail: _date(mail, settings.event))}
    try:
        for day in _days(campaign, settings.event):
            arriving = mails.get(day, [])
            reports = []
            before = len(post.sent)
            for moment, mail in _moments(day, arriving, settings.event):
                if stop.is_set():
                    return
                if mail is not None:
                    mailbox.deliver(mail.addressed(_answers(post)), mail.arrived)
                clock.move_to(moment)
                reports.append(_pass(jobs))
            tell(
                Day(
                    date=day,
                    arrived=len(arriving),
                    sent=len(post.sent) - before,
                    waiting=sum(report.work.waiting for report in reports),
                    reminders=sum(report.reminders for report in reports),
                )
            )
    finally:
        jobs.close()


def _pass(jobs: Jobs) -> PassReport:
    report = jobs.run_pass()
    # Both servers are ours: one that cannot be reached is a fault of the demo itself.
    for error in report.unreachable:
        raise error
    return report


def _date(mail: CampaignMail, event: Event) -> datetime:
    return mail.arrived.astimezone(event.zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=event.zone)


def _days(campaign: tuple[CampaignMail, ...], event: Event) -> Iterator[datetime]:
    day = _date(campaign[0], event)
    while day.date() < event.date:
        yield day
        day = datetime.combine(day.date() + timedelta(days=1), time(), event.zone)


def _moments(
    day: datetime, arriving: list[CampaignMail], event: Event
) -> Iterator[tuple[datetime, CampaignMail | None]]:
    """When something is to be done on a day: after each mail, and once for the reminders of the morning."""
    moments: list[tuple[datetime, CampaignMail | None]] = [(mail.arrived + _UNTIL_SEEN, mail) for mail in arriving]
    moments.append((datetime.combine(day.date(), time(9, 5), event.zone), None))
    yield from sorted(moments, key=lambda moment: moment[0])


def _answers(post: DemoPost) -> dict[str, str]:
    """The Message-ID of our last mail to each address."""
    answers = {}
    for sent in post.sent:
        message_id = message_from_bytes(sent.raw, policy=policy.compat32)["Message-ID"] or ""
        answers.update(dict.fromkeys((address.lower() for address in sent.recipients), str(message_id).strip(" <>")))
    return answers
