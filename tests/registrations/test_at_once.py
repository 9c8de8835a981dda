"""The daemon and the staff write at the same time: no update is lost, and no seat is given twice."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from processor import registrations
from processor.database import Database, Mail, MailState
from processor.extraction import Extraction
from processor.message import Message
from processor.registrations import Arrival, ConflictError, Outcome, Rules, from_state, overview, state_of
from tests.registrations.builders import IN_TIME, changing, message, registering, rules, stored_mail

RULES = rules(most_seats=50)


def store(database: Database, mail: Message, at: dt.datetime = IN_TIME) -> int:
    with database.transaction() as session:
        return stored_mail(session, mail, at).id


def book(database: Database, mail_id: int, mail: Message, meaning: Extraction, rules: Rules = RULES) -> Outcome:
    """One mail in one transaction, as the daemon books it."""
    meaning = replace(meaning, contact=replace(meaning.contact, email=mail.reply_to.email))
    with database.transaction() as session:
        arrival = Arrival(mail_id=mail_id, arrived_at=IN_TIME)
        outcome = registrations.book(session, mail, meaning, arrival, rules, IN_TIME)
        row = session.get(Mail, mail_id)
        assert row is not None
        row.state = MailState.WAITING if outcome.waits else MailState.DONE
        return outcome


def all_at_once(tasks: Sequence[Callable[[], object]]) -> list[object]:
    """Runs tasks in threads that start together; gives what each returned, or the error that ended it."""
    start = threading.Barrier(len(tasks))
    results: list[object] = [None] * len(tasks)

    def run(index: int, task: Callable[[], object]) -> None:
        start.wait()
        try:
            results[index] = task()
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            results[index] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def registered(database: Database, mail: Message, meaning: Extraction) -> int:
    outcome = book(database, store(database, mail), mail, meaning)
    assert outcome.registration_id is not None
    return outcome.registration_id


def test_one_person_from_many_addresses_gets_one_seat(database: Database) -> None:
    mails = [message(f"ada{number}@web.example") for number in range(6)]
    numbers = [store(database, mail) for mail in mails]
    results = all_at_once(
        [
            lambda mail=mail, number=number: book(database, number, mail, registering("Ada Arsal"))  # type: ignore[misc]  # bound in the loop
            for mail, number in zip(mails, numbers, strict=True)
        ]
    )
    outcomes = [result for result in results if isinstance(result, Outcome)]
    assert [outcome.waits for outcome in outcomes].count(False) == 1, results
    with database.reading() as session:
        assert overview(session).confirmed == 1


def test_the_same_mail_taken_by_two_workers_is_booked_once(database: Database) -> None:
    mail = message("ada@web.example")
    number = store(database, mail)
    results = all_at_once([lambda: book(database, number, mail, registering("Ada Arsal"))] * 4)
    answers = [result.answers for result in results if isinstance(result, Outcome)]
    assert len(answers) == 4, results
    assert [len(each) for each in answers].count(1) == 1
    with database.reading() as session:
        assert len(registrations.all_registrations(session)) == 1


def test_the_last_seats_are_given_once(database: Database) -> None:
    few = rules(capacity=4)
    mails = [message(f"p{number}@web.example") for number in range(8)]
    numbers = [store(database, mail) for mail in mails]
    results = all_at_once(
        [
            lambda mail=mail, number=number: book(  # type: ignore[misc]  # the default arguments bind early
                database, number, mail, registering(f"Person{mail.sender.email[1]} Alt"), few
            )
            for mail, number in zip(mails, numbers, strict=True)
        ]
    )
    assert all(isinstance(result, Outcome) for result in results), results
    with database.reading() as session:
        seats = overview(session)
        assert (seats.confirmed, seats.waitlisted) == (4, 4)


def test_mails_and_clerks_change_one_registration_and_no_change_is_lost(database: Database) -> None:
    owner = "ada@web.example"
    number = registered(database, message(owner), registering("Ada Arsal"))
    mails = [message(owner) for _ in range(6)]
    ids = [store(database, mail) for mail in mails]

    def clerk() -> int:
        """Adds a seat to what he or she has seen; looks again when told that it is old."""
        for attempt in range(100):
            with database.reading() as session:
                seen = registrations.one(session, number)
                version, facts = seen.version, from_state(state_of(seen))
            try:
                with database.transaction() as session:
                    registrations.edit(
                        session,
                        number,
                        replace(facts, headcount=facts.headcount + 1),
                        RULES,
                        IN_TIME,
                        actor="ollech",
                        reason="Anruf",
                        expected_version=version,
                    )
                return attempt
            except ConflictError:
                continue
        raise AssertionError("a clerk never got through")

    def daemon(mail: Message, mail_id: int) -> Outcome:
        return book(database, mail_id, mail, changing(change=1))

    results = all_at_once(
        [
            *(lambda pair=pair: daemon(*pair) for pair in zip(mails, ids, strict=True)),
            *[clerk] * 4,
        ]
    )
    assert not [result for result in results if isinstance(result, BaseException)], results
    with database.reading() as session:
        registration = registrations.one(session, number)
        assert registration.headcount == 1 + 6 + 4
        changes = [entry for entry in registrations.history(session, number) if entry.action == "changed"]
        assert [entry.after for entry in changes] == [{"headcount": total} for total in range(2, 12)]


def test_of_two_clerks_who_decide_the_same_mail_the_second_is_told(database: Database) -> None:
    mail = message("ada@web.example")
    mail_id = store(database, mail)
    outcome = book(database, mail_id, mail, registering("Ada Arsal", review="unklar"))

    def confirm() -> None:
        with database.transaction() as session:
            assert outcome.registration_id is not None
            facts = from_state(state_of(registrations.one(session, outcome.registration_id)))
            registrations.confirm_review(session, mail_id, facts, RULES, IN_TIME, actor="ollech")

    def dismiss() -> None:
        with database.transaction() as session:
            registrations.dismiss(session, mail_id, IN_TIME, actor="aksoy")

    results = all_at_once([confirm, dismiss])
    assert sorted(type(result).__name__ for result in results) == ["ConflictError", "NoneType"], results
