"""When two mails are the same one, and when not."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from processor.inbox import identify
from tests.inbox.conftest import mail

TRACES = (
    b"Return-Path: <person1@verein.example>\n",
    b"Delivered-To: 47-ki@gelsenkirchen.example\n",
    b"Received: from a by b with ESMTPS id 4711;\n\tMon, 4 Nov 2024 10:00:01 +0100\n",
    b"Authentication-Results: mx1.gelsenkirchen.example; spf=pass\n smtp.mailfrom=verein.example\n",
    b"X-Spam-Status: No, score=-0.1\n",
    b"X-UID: 17\n",
    b"Status: RO\n",
    b"Content-Length: 12\n",
    b"From person1@verein.example Mon Nov  4 10:00:01 2024\n",
)


@given(st.lists(st.sampled_from(TRACES[:-1]), max_size=6), st.booleans(), st.booleans())
def test_what_servers_write_on_it_does_not_make_it_another_mail(traces: list[bytes], as_mbox: bool, crlf: bool) -> None:
    written = mail(1, text="Ich komme.\n\nFrom heute an.\n")
    delivered = (TRACES[-1] if as_mbox else b"") + b"".join(traces) + written
    if as_mbox:
        delivered = delivered.replace(b"\nFrom heute", b"\n>From heute") + b"\n"
    if crlf:
        delivered = delivered.replace(b"\n", b"\r\n")

    assert identify(delivered) == identify(written)


def test_a_relay_may_fold_and_order_the_fields_anew() -> None:
    one = b"Subject: Anmeldung zum\n Workshop\nFrom: a@verein.example\nMessage-ID: <1@x>\n\nIch komme.\n"
    two = b"MESSAGE-ID:\n\t<1@x>\nfrom: a@verein.example\nsubject:  Anmeldung  zum Workshop\n\nIch komme.\n"
    assert identify(one) == identify(two)


@given(st.sampled_from(["From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Auto-Submitted"]))
def test_what_the_writer_changed_makes_it_another_mail(field: str) -> None:
    written = mail(1)
    changed = b"".join(line for line in written.splitlines(keepends=True) if not line.startswith(field.encode() + b":"))
    assert identify(f"{field}: anders@verein.example\n".encode() + changed)[1] != identify(written)[1]


def test_one_other_word_makes_it_another_mail() -> None:
    one, two = identify(mail(1, text="Ich komme.")), identify(mail(1, text="Ich komme nicht."))
    assert one[0] == two[0] == "1@verein.example"
    assert one[1] != two[1]


def test_text_that_follows_the_header_without_a_blank_line_counts() -> None:
    head = b"From: a@verein.example\nMessage-ID: <1@x>\n"
    assert identify(head + b"Ich komme.\n") != identify(head + b"Ich komme nicht.\n")


def test_the_message_id_comes_without_its_wrapping() -> None:
    for value in (b"<1@x>", b" \n <1@x>", b"1@x", b"(comment) <1@x> trailing", b"<<1@x>", b"\x00<1\x00@x>"):
        assert identify(b"Message-ID:" + value + b"\n\n")[0] == "1@x", value


def test_a_message_id_of_any_length_fits_the_table() -> None:
    message_id, _digest = identify(b"Message-ID: <" + "ü".encode() * 100_000 + b">\n\n")
    assert len(message_id) <= 1000
    assert message_id.isascii()


def test_the_first_of_several_message_ids_is_taken() -> None:
    assert identify(b"Message-ID: <2@x>\nMessage-ID: <1@x>\n\n")[0] == "2@x"


@given(st.binary(max_size=2_000))
@example(b"\n\n")
@example(b":")
@example(b"From ")
@example(b"Message-ID: <")
@example(b"Message-ID: >x<")
def test_no_bytes_whatsoever_raise(raw: bytes) -> None:
    message_id, digest = identify(raw)
    assert message_id.isprintable()
    assert len(digest) == 64
    assert identify(raw) == (message_id, digest)


def test_a_hostile_header_takes_no_time() -> None:
    identify(b"a" * 5_000_000)
    identify(b"X:\n" + b" \n" * 2_000_000)
    identify((b"Subject" + b" " * 1_000) * 3_000)
