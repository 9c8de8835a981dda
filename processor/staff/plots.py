"""Plots as plain numbers for inline SVG; each has its table, so that nothing hangs on seeing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from processor.database import Status
from processor.event import Event
from processor.staff.index import Entry

#: Bars of one plot; what comes after them is added up in the last.
_MOST = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar with its place in a plot of 0 to 100."""

    label: str
    number: int
    #: Of 100.
    share: float
    #: Added up to here; for plots over time.
    total: int = 0


def bars(numbers: Iterable[tuple[str, int]], *, rest: str = "andere") -> list[Bar]:
    """Bars in the given order, the longest as long as the plot.

    :param rest: what the last one is called, where there are more than can be shown.
    """
    rows = [(label, number) for label, number in numbers if number]
    if len(rows) > _MOST:
        rows = [
            *rows[: _MOST - 1],
            (f"{rest} ({len(rows) - _MOST + 1})", sum(number for _, number in rows[_MOST - 1 :])),
        ]
    longest = max((number for _, number in rows), default=1)
    return [Bar(label=label, number=number, share=round(100 * number / longest, 2)) for label, number in rows]


def ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """The most first, equals by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def by_week(entries: Sequence[Entry], event: Event) -> list[Bar]:
    """Seats that were registered in each calendar week (ISO 8601), from the first one to the week of the event.

    What nobody has decided on is no registration yet, and not counted.
    """
    counts: Counter[date] = Counter()
    for entry in entries:
        if entry.status not in (Status.CANCELLED, Status.REVIEW):
            day = entry.arrived_at.astimezone(event.zone).date()
            counts[day - timedelta(days=day.weekday())] += entry.headcount
    if not counts:
        return []
    last = max(*counts, event.deadline - timedelta(days=event.deadline.weekday()))
    first = max(min(counts), last - timedelta(weeks=51))
    longest = max(counts.values())
    total = sum(number for monday, number in counts.items() if monday < first)
    found: list[Bar] = []
    for step in range((last - first).days // 7 + 1):
        monday = first + timedelta(weeks=step)
        total += counts[monday]
        found.append(
            Bar(
                label=f"{monday.day}.{monday.month}.",
                number=counts[monday],
                share=round(100 * counts[monday] / longest, 2),
                total=total,
            )
        )
    return found


def needs_of(entries: Iterable[Entry]) -> Counter[str]:
    """How many confirmed registrations name each need."""
    return Counter(need for entry in entries if entry.status is Status.CONFIRMED for need in entry.needs)
