"""What holds for every mail that a stranger may send."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz_message import check, mutate
from processor.message import normalise, read
from processor.message.normal import fold
from processor.message.wire import parse

MAILS = sorted((Path(__file__).parent / "mails").glob("*.eml"))

HEAD = "From: Ayse <ayse@verein.example>\r\nSubject: Re: Einladung\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"

ATTRIBUTIONS = (
    "Am Mo., 14. Okt. 2024 um 10:24 Uhr schrieb Anmeldung <anmeldung@office.example>:",
    "Am 14.10.24 um 10:24 schrieb Anmeldung:",
    "On Mon, Oct 14, 2024 at 10:24 AM Office <office@office.example> wrote:",
    "Anmeldung <anmeldung@office.example>, 14 Eki 2024 Pzt, 10:24 tarihinde şunu yazdı:",
    "Le lun. 14 oct. 2024 à 10:24, Anmeldung <anmeldung@office.example> a écrit :",
    "14.10.2024 10:24, Anmeldung <anmeldung@office.example> пишет:",
    "pon., 14 paź 2024 o 10:24 Anmeldung <anmeldung@office.example> napisał(a):",
)

#: What people write: words and sentences in the letters of our participants, never the form of a quote.
WORDS = st.text("abcdefgüößşçğıİéłżжшїабвгд", min_size=1, max_size=9)
SENTENCES = st.lists(WORDS, min_size=2, max_size=12).map(lambda words: " ".join(words) + " heute.")
TEXTS = st.lists(SENTENCES, min_size=1, max_size=6).map("\n\n".join)


@settings(deadline=None)
@given(st.binary(max_size=3_000))
def test_no_bytes_whatever_raise(raw: bytes) -> None:
    check(raw)


@settings(deadline=None)
@given(
    st.text(max_size=800),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed", "message/rfc822", "text/calendar"]),
)
def test_no_body_whatever_raises(body: str, kind: str) -> None:
    check(f"From: a@b.example\r\nContent-Type: {kind}; boundary=x\r\n\r\n{body}".encode("utf-8", "replace"))


@settings(deadline=None)
@given(st.text(max_size=2_000))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "\n\n\n" not in once
    assert not {"\r", "\u00a0", "\u200b", "\u202e", "\ufeff"} & set(once)


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_texts_are_compared_word_by_word_in_whatever_letters(first: str, second: str) -> None:
    # A long alphabet is read in another way than a short one.
    alone = [fold(word) for word in f"{first} {second}".split()]
    assert fold(f"{first} {second}").split() == " ".join(alone).split()
    assert fold(fold(first)) == fold(first)


@pytest.mark.parametrize(
    ("written", "compared"),
    [("GRÜẞE", "grusse"), ("İyi ılık", "iyi ilik"), ("Ｎｏ № ３", "no no 3"), ("٣ و ۴", "3 و 4"), ("A\xa0 B", "a b")],
)
def test_letters_are_compared_without_case_and_marks(written: str, compared: str) -> None:
    assert fold(written) == compared


@settings(deadline=None)
@given(TEXTS, st.sampled_from(ATTRIBUTIONS), TEXTS)
def test_a_quote_below_an_attribution_leaves_what_is_new_unchanged(new: str, attribution: str, old: str) -> None:
    quoted = "\n".join(f"> {line}" for line in old.split("\n"))
    message = read(f"{HEAD}{new}\r\n\r\n{attribution}\r\n{quoted}\r\n".encode())
    assert message.text == normalise(new)
    assert normalise(old).split("\n")[0] in message.quoted


@settings(deadline=None)
@given(TEXTS, st.sampled_from(ATTRIBUTIONS), TEXTS)
def test_an_answer_below_a_quote_stays_whole(new: str, attribution: str, old: str) -> None:
    quoted = "\n".join(f"> {line}" for line in old.split("\n"))
    message = read(f"{HEAD}{attribution}\r\n{quoted}\r\n\r\n{new}\r\n".encode())
    assert message.text == normalise(new)


@settings(deadline=None)
@given(TEXTS)
def test_a_text_without_a_quote_stays_whole(text: str) -> None:
    assert read((HEAD + text).encode()).text == normalise(text)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_html_quotes_of_mail_programs_leave_what_is_new_unchanged(new: str, old: str) -> None:
    head = HEAD.replace("text/plain", "text/html")
    paragraphs = "".join(f"<p>{line}</p>" for line in new.split("\n\n"))
    message = read(f'{head}{paragraphs}<blockquote type="cite">{old}</blockquote>'.encode())
    assert message.text == normalise(new)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_mutated_mails_are_read(seed: int) -> None:
    rng = random.Random(seed)
    raw = rng.choice(MAILS).read_bytes()
    for _ in range(4):
        raw = mutate(raw, rng)
        check(raw)


def test_a_mail_in_a_mail_in_a_mail_ends() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(400)
    )
    assert len(list(parse(nested + b"\r\nx").walk())) < 100
    check(nested + b"\r\nx")
    check(b"Content-Type: message/rfc822\r\n\r\n" * 2_000 + b"x")


def test_ten_thousand_parts_end() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
        + b"--x\r\nContent-Type: text/plain\r\n\r\nhi\r\n" * 10_000
        + b"--x--\r\n"
    )
    assert len(list(parse(raw).walk())) <= 2_001
    check(raw)


HOSTILE = ("<div>", "<b>", "<table><tr><td>", "<blockquote>a", "> ", ":", "a@", "_", "-- \n", "Von: a@b\n", "Gruß\nA\n")


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_hostile_repetition_ends(piece: str, kind: str) -> None:
    check(f"From: a@b.example\r\nContent-Type: text/{kind}\r\n\r\n{piece * 30_000}".encode())
