"""What goes out is mail as RFC 5322 and MIME have it, whatever people are called."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from processor.outbox.checking import kinds, sample
from processor.outbox.mime import AddressError, Envelope, build, wire_address
from processor.outbox.values import Letter
from processor.registrations.values import AnswerKind
from tests.outbox.builders import LANGUAGES, make_settings

DATE = datetime(2024, 11, 5, 10, 0, tzinfo=UTC)
ICS = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def envelope(**fields: object) -> Envelope:
    values: dict[str, object] = {
        "message_id": "20241105.abc@gelsenkirchen.de",
        "from_name": "Kommunales Integrationszentrum Gelsenkirchen",
        "from_address": "47-ki@gelsenkirchen.de",
        "reply_to": "",
        "to_name": "Ayşe Yılmaz",
        "to_address": "ayse@example.org",
        "date": DATE,
        "auto_submitted": "auto-replied",
    }
    return Envelope(**{**values, **fields})  # type: ignore[arg-type]  # any fields of it


def check(raw: bytes) -> EmailMessage:
    """The mail, after every line of it was held against RFC 5322."""
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert raw.isascii()
    assert max(map(len, lines)) <= 998
    head = raw.partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 120
    for line in re.split(rb"\r\n(?![ \t])", head):
        assert re.match(rb"[!-9;-~]+: ?\S", line), line
    for line in head.split(b"\r\n"):
        assert line.strip(), "a line of white space alone (RFC 5322, section 3.2.2)"
    mail = message_from_bytes(raw, policy=policy.default)
    for part in mail.walk():
        assert part.defects == []
    for name, value in mail.items():
        assert value.defects == (), (name, value, value.defects)
    for name in ("Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Auto-Submitted"):
        assert len(mail.get_all(name, [])) == 1
    return mail


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_in_every_language_is_a_proper_mail(kind: AnswerKind, language: str) -> None:
    letter = sample(kind, make_settings(), language=language)
    raw = build(letter, envelope(in_reply_to="a@example.org", references=("b@example.org",)))
    mail = check(raw)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert mail["Subject"] == letter.subject
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == letter.text  # type: ignore[union-attr]  # it has one
    assert mail.get_body(("html",)).get_content().replace("\r\n", "\n") == letter.html  # type: ignore[union-attr]  # it has one
    attached = [part.get_content_type() for part in mail.iter_attachments()]
    assert attached == (["text/calendar"] if letter.calendar else [])


@given(
    name=st.text(max_size=300),
    office=st.text(max_size=100),
    subject=st.text(max_size=300),
    text=st.text(max_size=2000),
    html=st.text(max_size=500),
)
@given_settings(deadline=None, max_examples=200)
def test_whatever_it_says_it_is_a_proper_mail(name: str, office: str, subject: str, text: str, html: str) -> None:
    letter = Letter(subject="X" + subject, text=text, html=html, calendar=ICS, calendar_method="PUBLISH")
    mail = check(build(letter, envelope(to_name=name, from_name=office)))
    assert mail["To"].addresses[0].addr_spec == "ayse@example.org"
    assert mail["From"].addresses[0].addr_spec == "47-ki@gelsenkirchen.de"
    assert len(mail["To"].addresses) == 1
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=3000))
@given_settings(deadline=None, max_examples=200)
def test_the_text_arrives_as_it_was_written(text: str) -> None:
    mail = check(build(Letter(subject="x", text=text, html=text), envelope()))
    body = mail.get_body(("plain",))
    assert body is not None
    data = body.get_payload(decode=True)
    assert isinstance(data, bytes)
    assert data.decode("utf-8").replace("\r\n", "\n") == text


@pytest.mark.parametrize(
    "name", ["Ayşe Yılmaz", "Müller, Karl", 'Der "Chef"', "a\\b", "محمد علي", "Олена Шевченко", "x" * 41, "(Klammer)"]
)
def test_the_recipients_name_is_read_back_as_it_is(name: str) -> None:
    mail = check(build(Letter(subject="x", text="x", html="x"), envelope(to_name=name)))
    assert mail["To"].addresses[0].display_name == name


def test_the_same_mail_is_the_same_bytes() -> None:
    letter = sample(AnswerKind.CONFIRMATION, make_settings(), language="tr")
    assert build(letter, envelope()) == build(letter, envelope())


def test_an_address_with_letters_beyond_ascii_stands_in_the_header_as_utf_8() -> None:
    raw = build(Letter(subject="x", text="x", html="x"), envelope(to_address="ayşe@bücher.example"))
    assert "<ayşe@xn--bcher-kva.example>".encode() in raw


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("a@example.org", "a@example.org"),
        ("A.B@Example.ORG", "A.B@example.org"),
        ("a@Bücher.example", "a@xn--bcher-kva.example"),
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("a@مثال.example", "a@xn--mgbh0fb.example"),
        ("o'brien+x@example.org", "o'brien+x@example.org"),
    ],
)
def test_domains_go_out_in_ascii(address: str, wire: str) -> None:
    assert wire_address(address) == wire


@pytest.mark.parametrize(
    "address", ["", "a", "a@", "@b", "a b@c.de", "a@b..de", "a@-.de\u200b ", "<a@b.de>", "x" * 65 + "@b.de"]
)
def test_what_is_no_address_is_named(address: str) -> None:
    with pytest.raises(AddressError):
        wire_address(address)
