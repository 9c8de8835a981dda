"""No input raises, and what is told is always well formed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.message.parts import Headers, Part
from processor.message.robots import classify
from processor.message.values import SenderKind
from processor.message.wire import parse
from tests.message.robots.mails import mail, told

FIELDS = [
    "from",
    "to",
    "subject",
    "return-path",
    "auto-submitted",
    "precedence",
    "list-id",
    "x-failed-recipients",
    "in-reply-to",
    "received",
    "message-id",
    "content-type",
    "final-recipient",
    "x-autoreply",
    "sender",
]
PIECES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "<a@b.example>",
            "a@b.example",
            "MAILER-DAEMON@x.example",
            "550 5.1.1 ",
            "Final-Recipient: rfc822;",
            "Action: failed",
            "following recipients:",
            ">",
            "<>",
            "Undeliverable: ",
            "\n",
            "\n\n",
            "--- Below this line is a copy of the message.",
            "Received: from x\n",
            "@",
            "@@",
            "a@",
            "::",
            ";",
            '"',
            "…",
        ]
    ),
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)
HEADERS = st.lists(st.tuples(st.sampled_from(FIELDS), TEXTS), max_size=8).map(lambda fields: Headers(tuple(fields)))
TYPES = st.sampled_from(
    [
        "text/plain",
        "text/html",
        "multipart/report",
        "multipart/mixed",
        "multipart/alternative",
        "message/delivery-status",
        "message/rfc822",
        "text/rfc822-headers",
        "image/png",
        "x/y",
    ]
)


def part(children: tuple[Part, ...] = ()) -> st.SearchStrategy[Part]:
    return st.builds(
        Part,
        HEADERS,
        TYPES,
        st.dictionaries(st.sampled_from(["report-type", "boundary", "charset"]), TEXTS, max_size=2),
        payload=st.binary(max_size=60),
        text=TEXTS,
        children=st.just(children),
    )


PARTS = st.recursive(
    part(), lambda inner: st.lists(inner, max_size=4).flatmap(lambda found: part(tuple(found))), max_leaves=8
)


@settings(max_examples=150, deadline=None)
@given(PARTS, TEXTS)
def test_whatever_comes_is_told_without_an_error(root: Part, text: str) -> None:
    verdict = classify(root, text)
    assert (verdict.kind is SenderKind.PERSON) <= (verdict.reason == "")
    assert all(address == address.lower() and "@" in address for address in verdict.failed_recipients)
    assert len(set(verdict.failed_recipients)) == len(verdict.failed_recipients)
    assert verdict.kind is SenderKind.BOUNCE or not (verdict.failed_recipients or verdict.returned_ids)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_told_without_an_error(raw: bytes) -> None:
    root = parse(raw)
    assert classify(root, root.text).kind in SenderKind


@pytest.mark.parametrize(
    "body",
    [
        "@" * 500_000,
        "a" * 500_000,
        "a@" * 300_000,
        "<a@b.example>: " * 50_000,
        "a@b.example\n" * 100_000,
        "Final-Recipient: rfc822; a@b.example\n" * 50_000,
        "<" * 300_000,
        ("following recipients:\n" * 60_000),
        (" " * 300_000 + "\n") * 3,
        '"' * 300_000,
        "Received: " * 100_000,
        "a.b" * 200_000 + "@" + "x." * 200_000,
        '{"emailAddress": "' * 30_000,
    ],
    ids=lambda body: body[:12].strip() or "blanks",
)
def test_a_report_made_to_take_for_ever_is_read_at_once(body: str) -> None:
    raw = mail(body, sender="MAILER-DAEMON@x.example", subject="Undelivered Mail Returned to Sender", Return_Path="<>")
    assert told(raw).kind is SenderKind.BOUNCE


def test_a_mail_of_ten_thousand_parts_is_told() -> None:
    children = tuple(Part(Headers(), "text/plain", text=f"<nr{n}@b.example>: 550 unknown") for n in range(10_000))
    root = Part(Headers((("from", "MAILER-DAEMON@x.example"),)), "multipart/mixed", children=children)
    assert classify(root, "").kind is SenderKind.BOUNCE
