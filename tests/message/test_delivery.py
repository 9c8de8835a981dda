"""The recipients of the envelope are read from what servers wrote down."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from processor.message import read
from processor.message.delivery import delivered_to
from processor.message.parts import Headers


def test_each_field_of_servers_names_the_envelopes_recipient_once_and_in_small_letters() -> None:
    headers = Headers(
        (
            ("delivered-to", "KI+20241115.ab@stadt.example"),
            ("x-original-to", "<ki+20241115.ab@stadt.example>"),
            ("envelope-to", "ki@stadt.example, zweit@stadt.example"),
            ("to", "undisclosed-recipients:;"),
            ("received", "from a by b with ESMTP id 1 for <dritt@stadt.example>; Mon, 14 Oct 2024 10:26:00 +0200"),
            ("received", "by c (Postfix, from userid 5) id 2; Mon, 14 Oct 2024 10:25:00 +0200"),
            ("received", "from d by e (8.14) id 3 for viert@stadt.example; Mon, 14 Oct 2024 10:24:00 +0200"),
        )
    )
    assert delivered_to(headers) == (
        "ki+20241115.ab@stadt.example",
        "ki@stadt.example",
        "zweit@stadt.example",
        "dritt@stadt.example",
        "viert@stadt.example",
    )


def test_a_mail_that_no_server_marked_was_delivered_to_nobody_known() -> None:
    assert read(b"From: a@b.example\nTo: ki@stadt.example\n\nHallo").delivered_to == ()


def test_a_read_mail_carries_the_recipients_of_its_envelope() -> None:
    raw = b"Delivered-To: ki+nr@stadt.example\nFrom: a@b.example\nTo: andere@stadt.example\n\nHallo"
    assert read(raw).delivered_to == ("ki+nr@stadt.example",)


@given(st.lists(st.tuples(st.sampled_from(["delivered-to", "received", "envelope-to"]), st.text(max_size=60))))
def test_whatever_stands_there_is_read_without_an_error(fields: list[tuple[str, str]]) -> None:
    assert all("@" in address for address in delivered_to(Headers(tuple(fields))))
