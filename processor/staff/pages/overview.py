"""The overview: how it grows, who comes, what the kitchen and the room need, what the program did alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from processor.database import Correction, Status
from processor.staff import examples, words
from processor.staff.index import add_up
from processor.staff.mailindex import MailEntry
from processor.staff.plots import bars, by_week, needs_of, ranked
from processor.staff.site import site_of


def show(request: Request) -> Response:
    """All plots with their tables."""
    site = site_of(request)
    event = site.settings.event
    with site.database.reading() as session:
        entries = site.index.entries(session)
        coming = [entry for entry in entries if entry.status is Status.CONFIRMED]
        organisations: Counter[str] = Counter()
        tables: Counter[int] = Counter()
        languages: Counter[str] = Counter()
        for entry in coming:
            organisations[entry.organisation or "ohne Organisation"] += entry.seats
            languages[words.word(entry.language, "language")] += entry.seats
            for number in entry.theme_tables:
                tables[number] += entry.seats
        sums = add_up(entries)
        by_status = [(words.STATUS[name], getattr(sums, name)) for name in words.STATUS if name != "review"]
        return site.page(
            request,
            "overview.html",
            sums=sums,
            weeks=by_week(entries, event),
            statuses=bars(by_status),
            organisations=bars(ranked(organisations)),
            organisation_count=len({entry.organisation for entry in coming if entry.organisation}),
            tables=bars((f"{table.number} {table.title}", tables[table.number]) for table in event.theme_tables),
            needs=bars((words.NEEDS.get(need, need), number) for need, number in ranked(needs_of(entries))),
            languages=bars(ranked(languages)),
            work=bars(_decisions(site.mails.entries(session))),
            corrected=_corrected(session),
            bound=examples.bound(session),
        )


def _decisions(mails: Iterable[MailEntry]) -> list[tuple[str, int]]:
    counts = Counter(mail.decision for mail in mails)
    return [(words.DECISION[name], counts[name]) for name in ("auto", "review", "ignore")]


def _corrected(session: Session) -> tuple[int, int]:
    """Decisions of people about mails, and how many of them differed from what was understood."""
    decided, agreed = session.execute(
        select(func.count(), func.count().filter(Correction.agrees.is_(True))).where(Correction.kind == "decision")
    ).one()
    return decided, decided - agreed


ROUTES = [Route("/uebersicht", show, methods=["GET"])]
