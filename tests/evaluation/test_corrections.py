"""The reading is measured against what people made of the mails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from processor.database import Base, Correction, Database, Mail, make_engine
from processor.evaluation.corrections import Example, agrees, measure, newest_examples, render_measured

NOW = datetime(2024, 11, 4, 9, tzinfo=UTC)


def reading(headcount: int = 1, *, intent: str = "registration", decision: str = "auto") -> dict[str, Any]:
    return {"intent": intent, "headcount": headcount, "attendees": [{"name": "Ada Arsal"}], "decision": decision}


def example(mail_id: int, headcount: int = 1, *, kind: str = "blind", intent: str = "registration") -> Example:
    return Example(mail_id=mail_id, at=NOW, kind=kind, truth=reading(headcount, intent=intent))


def test_only_what_is_decided_alone_counts_as_an_error() -> None:
    found = measure(
        [example(1), example(2, 3), example(3, 3), example(4)],
        {1: reading(), 2: reading(2), 3: reading(2, decision="review")},
    )
    assert (found.mails, found.unread, found.alone, found.wrong_alone) == (4, 1, 2, 1)
    assert ("headcount", 1, 3) in found.fields
    assert found.highest > 0.5


def test_a_change_is_compared_by_its_intent_alone() -> None:
    assert agrees(reading(5, intent="change"), reading(0, intent="change"))
    assert not agrees(reading(5, intent="change"), reading(5))


def test_an_organisation_and_a_name_may_be_written_otherwise() -> None:
    truth = {**reading(), "organisation": "Brücke e.V.", "attendees": [{"name": "Arsal, Ada"}]}
    assert agrees(truth, {**reading(), "organisation": "Brücke"})


def test_the_newest_word_on_each_mail_counts(tmp_path: Path) -> None:
    database = Database(make_engine(f"sqlite:///{tmp_path / 'book.db'}"))
    Base.metadata.create_all(database.engine)
    with database.transaction() as session:
        mail = Mail(message_id="a", digest="a", raw=b"", size=0, arrived_at=NOW, fetched_at=NOW)
        session.add(mail)
        session.flush()
        for hours, headcount in ((0, 2), (1, 3)):
            session.add(
                Correction(
                    mail_id=mail.id,
                    at=NOW + timedelta(hours=hours),
                    actor="sabine",
                    kind="decision",
                    truth=reading(headcount),
                    proposal=reading(1),
                    agrees=False,
                )
            )
    with database.reading() as session:
        (found,) = newest_examples(session)
    assert found.truth["headcount"] == 3
    database.dispose()


def test_the_report_says_since_when_and_how_sure_it_is() -> None:
    said = render_measured([example(1), example(2, kind="decision")], {1: reading(), 2: reading(decision="review")})
    assert "blind checks since 2024-11-04: 1 mails, 0 unread, 1 decided alone" in said
    assert "errors 0 of 1 decided alone, at most 95.0%" in said
    assert "decisions of the staff since 2024-11-04: 1 mails, 0 unread, 0 decided alone" in said
