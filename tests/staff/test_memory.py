"""What the page keeps in memory between changes is what a fresh look at the database would find."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from processor.database import Base, Database, Mail, MailState, Registration, Status, make_engine
from processor.staff.index import BookIndex
from processor.staff.invitations import Compared
from processor.staff.mailindex import MailIndex
from tests.staff import sample

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("new"), st.integers(0, 50)),
        st.tuples(st.just("move"), st.tuples(st.integers(0, 30), st.sampled_from(list(MailState)))),
        st.tuples(st.just("gone"), st.integers(0, 30)),
        st.tuples(st.just("read"), st.sampled_from(["registration", "change", "other"])),
        st.tuples(st.just("look"), st.none()),
    ),
    max_size=30,
)


def take(database: Database, step: tuple[str, object], serial: int) -> None:
    """One change, as another process makes it."""
    kind, what = step
    with database.transaction() as session:
        numbers = list(session.scalars(select(Mail.id).order_by(Mail.id)))
        if kind == "new" and isinstance(what, int):
            at = sample.NOW - timedelta(minutes=what)
            sample.add_mail(session, name=f"N{serial}", email=f"n{serial}@x.example", subject="S", text="T", at=at)
        elif kind == "move" and isinstance(what, tuple) and numbers:
            place, state = what
            session.get_one(Mail, numbers[place % len(numbers)]).state = state
        elif kind == "gone" and isinstance(what, int) and numbers:
            # Not the newest: its number would be given to the next one.
            for number in numbers[:-1][what % len(numbers) :][:1]:
                session.delete(session.get_one(Mail, number))
        elif kind == "read" and isinstance(what, str):
            for mail in session.scalars(select(Mail).where(Mail.state == MailState.WAITING)):
                mail.intent = what


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_the_mails_in_memory_are_those_of_the_database_after_any_change(steps: list[tuple[str, object]]) -> None:
    database = Database(make_engine("sqlite://"))
    Base.metadata.create_all(database.engine)
    kept = MailIndex()
    for serial, step in enumerate([*steps, ("look", None)]):
        if step[0] == "look":
            with database.reading() as session:
                assert kept.entries(session) == MailIndex().entries(session)
        else:
            take(database, step, serial)
    database.dispose()


def test_the_invited_follow_every_change_of_the_list_and_of_their_table(database: Database, tmp_path: Path) -> None:
    table = tmp_path / "eingeladen.csv"
    table.write_text("Verein\nDostluk\nStiller Verein\n", "utf-8")
    index, kept = BookIndex(), Compared()

    def look() -> list[tuple[str, str, int]]:
        with database.reading() as session:
            lines = kept.lines(session, index, table)
            assert lines == Compared().lines(session, BookIndex(), table)
        return [(line.name, line.reply.value, line.seats) for line in lines]

    assert look() == [("Dostluk", "comes", 3), ("Stiller Verein", "none", 0)]
    with database.transaction() as session:
        row = session.get_one(Registration, 1)
        row.organisation, row.version = "Stiller Verein e.V.", row.version + 1
    assert look() == [("Dostluk", "none", 0), ("Stiller Verein", "comes", 3)]
    with database.transaction() as session:
        row = session.get_one(Registration, 1)
        row.status, row.version = Status.CANCELLED, row.version + 1
    assert look()[1] == ("Stiller Verein", "declined", 0)
    table.write_text("Verein\nStiller Verein\nAnadolu Frauen\n", "utf-8")
    assert look() == [("Stiller Verein", "declined", 0), ("Anadolu Frauen", "comes", 2)]


def test_a_line_of_the_list_is_the_same_object_until_it_changes(database: Database) -> None:
    index = BookIndex()
    with database.reading() as session:
        before = {entry.id: entry for entry in index.entries(session)}
    with database.transaction() as session:
        row = session.get_one(Registration, 1)
        row.headcount, row.version = 4, row.version + 1
    with database.reading() as session:
        after = {entry.id: entry for entry in index.entries(session)}
    assert [number for number in before if before[number] is not after[number]] == [1]
    assert replace(before[1], headcount=4, updated_at=after[1].updated_at) == after[1]
