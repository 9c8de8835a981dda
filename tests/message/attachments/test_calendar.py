"""What calendar programs answer, and calendar files as lines for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from processor.message.attachments import calendar_reply, read_attachments
from processor.message.parts import Headers, Part
from processor.message.values import Address
from tests.message.attachments.documents import mixed, part, text_part

BERLIN = ZoneInfo("Europe/Berlin")


def reply(*lines: str, method: str = "REPLY") -> str:
    event = "\r\n".join(lines)
    return f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


OUTLOOK = reply(
    'ATTENDEE;CN="Kaya, Elif";PARTSTAT=ACCEPTED:MAILTO:Elif.Kaya@verein.example',
    "DTSTART;TZID=W. Europe Standard Time:20241115T130000",
    "SUMMARY;LANGUAGE=de-DE:Zugesagt: Workshop\\, Ulu Camii",
    "COMMENT:Wir kommen zu zweit\\n",
)


def test_an_acceptance_says_who_to_what_when_and_with_which_remark() -> None:
    found = calendar_reply(mixed(text_part("\n"), text_part(OUTLOOK, "text/calendar")))
    assert found is not None
    assert found.participation == "ACCEPTED"
    assert found.attendee == Address("Kaya, Elif", "elif.kaya@verein.example")
    assert found.summary == "Zugesagt: Workshop, Ulu Camii"
    assert found.starts_at == datetime(2024, 11, 15, 13, tzinfo=BERLIN)
    assert found.comment == "Wir kommen zu zweit"


@pytest.mark.parametrize("answer", ["DECLINED", "TENTATIVE", "x-something"])
def test_other_answers_are_told_as_they_stand(answer: str) -> None:
    found = calendar_reply(text_part(reply(f"ATTENDEE;PARTSTAT={answer}:mailto:a@b.example"), "text/calendar"))
    assert found is not None
    assert found.participation == answer.upper()


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        ("DTSTART:20241115T120000Z", datetime(2024, 11, 15, 12, tzinfo=UTC)),
        ("DTSTART;VALUE=DATE:20241115", datetime(2024, 11, 15, tzinfo=UTC)),
        ("DTSTART;TZID=Europe/Berlin:20241115T130000", datetime(2024, 11, 15, 13, tzinfo=BERLIN)),
        ("DTSTART:morgen", None),
        ("X-NOTHING:1", None),
    ],
)
def test_the_beginning_is_an_aware_moment_or_nothing(start: str, moment: datetime | None) -> None:
    found = calendar_reply(text_part(reply("ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example", start), "text/calendar"))
    assert found is not None
    assert found.starts_at == moment


def test_a_broken_file_is_read_line_by_line() -> None:
    broken = (
        "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VTIMEZONE\nDTSTART:16010101T000000\nBEGIN:VEVENT\n;;;nothing\n"
        "ATTENDEE;CN=Can;PARTSTAT=DECLINED:mailto:can@b.example\nDTSTART;TZID=W. Europe Standard Time:20241115T130000\n"
        "SUMMARY:Work\n shop\nCOMMENT:Leider krank"
    )
    found = calendar_reply(text_part(broken, "text/calendar"))
    assert found is not None
    assert (found.participation, found.attendee.email, found.summary) == ("DECLINED", "can@b.example", "Workshop")
    assert found.starts_at is not None
    assert found.starts_at.utcoffset() == timedelta(hours=1)
    assert found.comment == "Leider krank"


def test_a_file_in_another_charset_and_of_another_type_is_read() -> None:
    raw = reply("ATTENDEE;CN=Gülşah Öz;PARTSTAT=ACCEPTED:mailto:a@b.example").encode("utf-16")
    found = calendar_reply(mixed(part(raw, "antwort.ics")))
    assert found is not None
    assert found.attendee.name == "Gülşah Öz"


@pytest.mark.parametrize("method", ["REQUEST", "PUBLISH", "CANCEL"])
def test_an_invitation_is_no_answer(method: str) -> None:
    assert calendar_reply(text_part(reply("ATTENDEE:mailto:a@b.example", method=method), "text/calendar")) is None


def test_an_answer_in_an_attached_mail_is_not_this_mails_answer() -> None:
    mail = Part(Headers(), "message/rfc822", children=(text_part(OUTLOOK, "text/calendar"),))
    assert calendar_reply(mixed(text_part("Siehe Anhang"), mail)) is None


def test_a_calendar_file_reads_as_lines_for_people() -> None:
    (attachment,) = read_attachments(mixed(text_part(OUTLOOK, "text/calendar", "antwort.ics")), ())
    assert attachment.text.splitlines() == [
        "Teilnahme: Kaya, Elif <elif.kaya@verein.example> (zugesagt)",
        "Beginn: 15.11.2024 13:00",
        "Termin: Zugesagt: Workshop, Ulu Camii",
        "Bemerkung: Wir kommen zu zweit",
    ]


def test_guests_and_a_remark_that_google_keeps_in_parameters_are_told() -> None:
    line = 'ATTENDEE;PARTSTAT=ACCEPTED;CN=Can;X-NUM-GUESTS=2;X-RESPONSE-COMMENT="mit Kindern":mailto:c@b.example'
    for text in (reply(line), reply(line).replace("END:VEVENT\r\nEND:VCALENDAR\r\n", "")):
        found = calendar_reply(text_part(text, "text/calendar"))
        assert found is not None
        assert found.comment == "mit Kindern\nZusätzliche Gäste: 2"
    none = calendar_reply(text_part(reply(line.replace('=2;X-RESPONSE-COMMENT="mit Kindern"', "=0")), "text/calendar"))
    assert none is not None
    assert none.comment == ""
