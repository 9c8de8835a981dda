"""Whose a mail is that cannot be taken whole."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from processor.inbox.envelope import read_envelope


def test_names_and_subjects_are_shown_as_people_write_them() -> None:
    found = read_envelope(
        b"From: =?utf-8?q?Ay=C5=9Fe_Y=C4=B1lmaz?= <Ayse@Verein.example>\r\n"
        b"Subject: =?iso-8859-1?q?Anmeldung_f=FCr?=\r\n =?iso-8859-1?q?_zwei?=\r\n\r\n"
    )

    assert (found.sender_name, found.sender_email, found.subject) == (
        "Ayşe Yılmaz",
        "ayse@verein.example",
        "Anmeldung für zwei",
    )


@given(st.binary(max_size=500).map(lambda value: b"From: " + value + b"\nSubject: " + value + b"\n\n"))
@example(b"")
@example(b"From: =?x-unknown?q?=ff?= <a@x>\nSubject: =?utf-8?b?///?=\n\n")
@example(b"From: \xff\xfe\x00 <\xff@x>\n\n")
@example(b"Subject: =?utf-16?b?2AA=?=\n\n")
def test_no_bytes_whatsoever_raise_and_all_can_be_stored(header: bytes) -> None:
    found = read_envelope(header)
    for text in (found.subject, found.sender_name, found.sender_email):
        assert "\x00" not in text
        assert text.encode("utf-8") is not None
        assert len(text) <= 320
