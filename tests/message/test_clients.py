"""Replies in the shape in which each mail program sends them: what was newly written, and nothing of the quote."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from processor.message import read

NEW = "<p>Guten Tag,</p><p>wir kommen zu dritt.</p><p>Ayşe Demirtaş</p>"
SAID = "Guten Tag,\n\nwir kommen zu dritt.\n\nAyşe Demirtaş"
OLD = (
    "<p>Sehr geehrte Damen und Herren,</p><p>bitte melden Sie sich bis zum 8. November an.</p><p>Wir sind 40 Leute.</p>"
)
OFFICE = '"Amt, Petra" &lt;<a href="mailto:amt@office.example">amt@office.example</a>&gt;'

SHAPES = tomllib.loads(Path(__file__).with_name("replies.toml").read_text("utf-8"))
REPLIES = {shape["program"]: shape["html"] for shape in SHAPES["reply"]}
PLAIN = {shape["program"]: shape["text"] for shape in SHAPES["plain"]}


def _mail(body: str, kind: str = "html") -> bytes:
    return (
        "From: Ayşe Demirtaş <ayse@verein.example>\r\nTo: amt@office.example\r\nSubject: AW: Einladung\r\n"
        f"Content-Type: text/{kind}; charset=utf-8\r\n\r\n{body}"
    ).encode()


@pytest.mark.parametrize("program", REPLIES)
def test_a_reply_is_cut_right_in_the_shape_of(program: str) -> None:
    body = REPLIES[program].format(new=NEW, office=OFFICE, old=OLD)
    message = read(_mail(f"<html><body>{body}</body></html>"))
    assert message.text == SAID
    assert message.doubts == ()
    assert "bitte melden Sie sich" in message.quoted


@pytest.mark.parametrize("program", REPLIES)
def test_what_was_written_below_a_quote_that_ends_is_not_lost_in_the_shape_of(program: str) -> None:
    body = REPLIES[program].format(new="", office=OFFICE, old=OLD) + NEW
    message = read(_mail(f"<html><body>{body}</body></html>"))
    assert "wir kommen zu dritt" in message.text or message.doubts
    assert "40 Leute" not in message.text


@pytest.mark.parametrize("program", PLAIN)
def test_a_plain_reply_is_cut_right_in_the_shape_of(program: str) -> None:
    old = "Sehr geehrte Damen und Herren,\nbitte melden Sie sich bis zum 8. November an.\nWir sind 40 Leute."
    message = read(_mail(PLAIN[program].format(new=SAID, old=old), "plain"))
    assert message.text == SAID
    assert message.doubts == ()
    assert "bitte melden Sie sich" in message.quoted
