"""Mails as files, and beside each the text that a person finds new in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from processor.message import normalise, read

MAILS = Path(__file__).parent / "mails"
NAMES = sorted(path.stem for path in MAILS.glob("*.eml"))


@pytest.mark.parametrize("name", NAMES)
def test_the_new_text_is_what_a_person_finds_new(name: str) -> None:
    message = read((MAILS / f"{name}.eml").read_bytes())
    assert message.text == (MAILS / f"{name}.txt").read_text("utf-8").rstrip("\n")


@pytest.mark.parametrize("name", sorted(path.name.split(".")[0] for path in MAILS.glob("*.signature.txt")))
def test_the_signature_names_who_wrote(name: str) -> None:
    message = read((MAILS / f"{name}.eml").read_bytes())
    assert message.signature == (MAILS / f"{name}.signature.txt").read_text("utf-8").rstrip("\n")


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("attribution", "heading", "interleaved"))])
def test_what_is_cut_is_kept(name: str) -> None:
    message = read((MAILS / f"{name}.eml").read_bytes())
    assert "Bitte melden Sie sich" in message.quoted


@pytest.mark.parametrize("name", NAMES)
def test_every_text_has_its_one_form(name: str) -> None:
    message = read((MAILS / f"{name}.eml").read_bytes())
    assert normalise(message.text) == message.text
    assert all(0 <= cut.offset <= len(message.text) for cut in message.cuts)
    assert 0 <= message.closing_at <= len(message.text)
