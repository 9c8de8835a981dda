"""Header blocks as broken programs write them: no field is lost, and no word of the body taken for one."""

from __future__ import annotations

import pytest

from processor.message import read
from processor.message.wire import parse

PART = "--b\nContent-Type: text/plain; charset=utf-8\n\nWir kommen zu dritt.\n--b--\n"
MULTI = "Content-Type: multipart/mixed; boundary=b\n"


@pytest.mark.parametrize(
    "raw",
    [
        # Blank lines, an indented line, a line of mbox before the first field.
        "\n\nSubject: Ja\nFrom: a@b.example\n\nWir kommen zu dritt.",
        "  Subject: Ja\nFrom: a@b.example\n\nWir kommen zu dritt.",
        "From a@b.example Tue Oct 22 10:15:00 2024\nSubject: Ja\nFrom: a@b.example\n\nWir kommen zu dritt.",
        # Lines that are no fields, between fields and behind them.
        "Subject: Ja\nFrom: a@b.example\n: without a name\n\nWir kommen zu dritt.",
        "Subject : Ja\nFROM\t: a@b.example\n\nWir kommen zu dritt.",
        # No blank line before the body, or before its first part.
        "Subject: Ja\nFrom: a@b.example\nWir kommen zu dritt.",
        f"Subject: Ja\nFrom: a@b.example\n{MULTI}{PART}",
        f"Subject: Ja\nFrom: a@b.example\n{MULTI} \n{PART}",
        f"Subject: Ja\nFrom: a@b.example\n{MULTI} hallo\n{PART}",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_subject_sender_and_text_are_found(raw: str, end: str) -> None:
    message = read(raw.replace("\n", end).encode())
    assert (message.subject, message.sender.email, message.text) == ("Ja", "a@b.example", "Wir kommen zu dritt.")


def test_a_body_that_is_indented_is_a_body() -> None:
    assert read(b"  Hallo: wir kommen\r\nzu dritt.").text.split() == ["Hallo:", "wir", "kommen", "zu", "dritt."]


def test_a_parameter_that_lost_its_indentation_is_read() -> None:
    raw = b'Subject: x\r\nContent-Type: application/pdf;\r\nname="Liste.pdf"\r\nFrom: a@b.example\r\n\r\nx'
    part = parse(raw)
    assert (part.filename, part.headers.get("from")) == ("Liste.pdf", "a@b.example")


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-8859-1", "äöüÄÖÜß"),
        ("iso-8859-15", "test äöüßÄÖÜß€"),
        ("windows-1252", "Håvard Bjørn Åström"),
        ("iso-8859-1", "João Gonçalves, São Paulo"),
        ("windows-1254", "ĞÜŞİÖÇ ğüşıöç"),
        ("koi8-r", "ТЕСТ тест"),
        ("windows-1253", "Γεια σας"),
    ],
)
def test_letters_in_no_order_of_any_language_are_read_as_they_were_declared(charset: str, text: str) -> None:
    head = f"Subject: =?{charset}?Q?{''.join(f'={byte:02X}' for byte in text.encode(charset))}?=\r\n"
    raw = f"{head}Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + text.encode(charset)
    message = read(raw)
    assert (message.text, message.subject, message.doubts) == (text, text, ())


@pytest.mark.parametrize("name", ["ÄäÖöÜüÄäÖöÜü.txt", "å.txt", "Größe.pdf"])
def test_a_file_name_is_read_in_the_charset_that_it_names(name: str) -> None:
    data = name.encode("iso-8859-1")
    percent = "".join(f"%{byte:02X}" for byte in data)
    quoted = "".join(f"={byte:02X}" for byte in data)
    for field in (f"attachment; filename*=iso-8859-1''{percent}", f'attachment; filename="=?iso-8859-1?Q?{quoted}?="'):
        assert parse(f"Content-Disposition: {field}\r\n\r\nx".encode()).filename == name


def test_a_letter_that_was_cut_in_two_is_no_letter_of_another_charset() -> None:
    raw = b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + "Здравствуйте".encode() + b"\xaa"
    message = read(raw)
    assert message.text == "Здравствуйте\ufffd"
    assert message.doubts
