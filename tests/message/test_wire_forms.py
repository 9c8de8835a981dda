"""Texts of known words in every wire form: read exactly, or said to be in doubt."""

from __future__ import annotations

from collections import defaultdict

import pytest

from benchmarks.wire_forms import score, wire_forms
from benchmarks.wire_truth import Case, cases
from processor.message import read
from processor.message.wire import parse

#: One of five texts: every language in every form.
CASES: dict[str, list[Case]] = defaultdict(list)
for case in cases(every=5):
    CASES[case.form].append(case)


@pytest.mark.parametrize("form", [form for form, found in CASES.items() if not any(one.guesswork for one in found)])
def test_text_subject_and_name_are_exactly_what_was_written(form: str) -> None:
    result = score(CASES[form])[form]
    assert (result.texts, result.subjects, result.names) == (result.count,) * 3


@pytest.mark.parametrize("form", [form for form, found in CASES.items() if any(one.guesswork for one in found)])
def test_a_charset_that_must_be_guessed_is_guessed_right_or_is_a_doubt(form: str) -> None:
    result = score(CASES[form])[form]
    assert result.silent == []
    assert result.texts == result.count


def _raw(subject: str, body: str, charset: str, declared: str) -> bytes:
    head = (
        f"From: {subject} <a@b.example>\r\nSubject: {subject}\r\nContent-Type: text/plain; charset={declared}\r\n\r\n"
    )
    return (head + body).encode(charset)


def test_the_text_tells_the_charset_of_a_short_subject() -> None:
    body = "Здравствуйте, нас будет трое, мы придём в два часа."
    for charset in ("koi8-r", "windows-1251", "iso-8859-5"):
        assert read(_raw("Да", body, charset, "x-unknown")).subject == "Да"


def test_the_subject_tells_the_charset_of_a_short_text() -> None:
    subject = "Görüşmek üzere, çalıştay için kayıt"
    for declared in ("iso-8859-1", "x-unknown"):
        assert read(_raw(subject, "Iş", "windows-1254", declared)).text == "Iş"


def test_a_name_that_can_be_read_in_two_ways_is_a_doubt() -> None:
    raw = "From: Bąk <a@b.example>\r\nSubject: x\r\n\r\nTak.".encode("windows-1250")
    assert any("Zeichensatz" in doubt for doubt in read(raw).doubts)


def test_the_letters_of_an_attached_mail_say_nothing_of_those_of_the_mail_around_it() -> None:
    inner = _raw("Привет", "Нас будет трое, мы придём в два часа.", "koi8-r", "koi8-r")
    outer = "From: Müller <a@b.example>\r\nSubject: Grüße\r\nContent-Type: message/rfc822\r\n\r\n"
    message = read(outer.encode("latin-1") + inner)
    assert (message.subject, message.sender.name) == ("Grüße", "Müller")


def test_utf_16_is_read_in_either_order_and_not_where_it_is_none() -> None:
    head = b"Subject: x\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n"
    assert read(head + "Нас будет трое.".encode("utf-16-le")).text == "Нас будет трое."
    assert read(head + "Нас будет трое.".encode("utf-16-be")).text == "Нас будет трое."
    assert read(head + b"Wir kommen zu dritt.").text == "Wir kommen zu dritt."


def test_a_footer_behind_base64_is_read_as_it_stands() -> None:
    head = b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    text = b"V2lyIGtvbW1lbiB6dSBkcml0dC4NCg==\r\n"
    read_text = read(head + text + b"\r\nNoch eine Zeile von der Liste.\r\n").text
    assert read_text == "Wir kommen zu dritt.\n\nNoch eine Zeile von der Liste."


def test_a_single_long_word_that_is_no_base64_stays_as_it_is() -> None:
    for word in ("Donaudampfschifffahrtsgesellschaft", "ABCDEFGHIJKLMNOPQRSTUVWX", "a1" * 20):
        assert read(f"Subject: x\r\n\r\n{word}\r\n".encode()).text == word


def test_forms_are_named_as_they_stand_on_the_wire() -> None:
    raw = b"Subject: x\r\nContent-Type: text/plain; charset=koi8-r; format=flowed\r\n\r\nja"
    assert {"charset koi8-r", "format=flowed", "text only", "no from", "depth 0"} <= wire_forms(parse(raw))
