"""Mailboxes in the forms that the standard allows, and in those that programs and people write all the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.message.addresses import parse_addresses
from processor.message.fields import decode_value


def mailboxes(value: str) -> list[tuple[str, str]]:
    return [(one.name, one.email) for one in parse_addresses(decode_value(value.encode(), addresses=True).text)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # Comments, also nested and within the address (RFC 5322, section 3.2.2 and appendix A.5).
        (r"Ayse(die \) Kassiererin) <ayse(privat)@verein.example(Haus)>", [("Ayse", "ayse@verein.example")]),
        ("Ayse ((neu) im Verein) <ayse@verein.example>", [("Ayse", "ayse@verein.example")]),
        ('"Can" ( <x@y.example>, (Z) ) <can@verein.example>', [("Can", "can@verein.example")]),
        ("can@verein.example (Can Demir)", [("Can Demir", "can@verein.example")]),
        ("<can@verein.example> (Can Demir)", [("Can Demir", "can@verein.example")]),
        # White space in the address (section 4.4).
        ("Can <can . demir @ verein (e.V.). example>", [("Can", "can.demir@verein.example")]),
        ("can @ verein.example", [("", "can@verein.example")]),
        # Routes (section 4.4).
        ("Can <@relay.example,@mx.example:can@verein.example>", [("Can", "can@verein.example")]),
        # Groups (section 3.4), wherever they stand.
        ("Vorstand: Ayse <a@b.example>, c@d.example;", [("Ayse", "a@b.example"), ("", "c@d.example")]),
        (
            "x@y.example, Vorstand:Ayse <a@b.example>;, z@y.example",
            [("", "x@y.example"), ("Ayse", "a@b.example"), ("", "z@y.example")],
        ),
        ("undisclosed-recipients:;", []),
        # A local part needs no quotes that have nothing to quote.
        ('"ayse.yilmaz"@verein.example', [("", "ayse.yilmaz@verein.example")]),
        ('"ayse yilmaz"@verein.example', [("", '"ayse yilmaz"@verein.example')]),
        (".ayse.@verein.example", [("", ".ayse.@verein.example")]),
        ("<ayse@verein.example.>", [("", "ayse@verein.example")]),
        ("'ayse@verein.example'", [("", "ayse@verein.example")]),
        ("<mailto:ayse@verein.example>", [("", "ayse@verein.example")]),
        ("1-AB:0:45:9:17-40@bulk.example", [("", "1-ab:0:45:9:17-40@bulk.example")]),
        # No comma between two.
        (
            "Ayse <a@b.example> Can <c@d.example>",
            [("Ayse", "a@b.example"), ("Can", "c@d.example")],
        ),
        ("a@b.example c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        # Left open.
        ('"Ayse <a@b.example>', [("Ayse", "a@b.example")]),
        ("Ayse (Kasse <a@b.example>", [("Ayse (Kasse", "a@b.example")]),
        ("a@b.example>", [("", "a@b.example")]),
        # No address.
        ("MAILER-DAEMON <>", [("MAILER-DAEMON", "")]),
        ("Treffen @ Rathaus", [("Treffen @ Rathaus", "")]),
        ("Ayse <verein.example>", [("Ayse", "")]),
        # Letters of any script (RFC 6532).
        ("Олена <олена@приклад.example>", [("Олена", "олена@приклад.example")]),
    ],
)
def test_mailboxes_are_read_in_every_form(value: str, expected: list[tuple[str, str]]) -> None:
    assert mailboxes(value) == expected


@pytest.mark.parametrize("value", ["a@b.example@c.example", "Ayse <a@b.example@c.example>", '"a"b"c"@d.example'])
def test_what_could_be_two_addresses_is_nobodys(value: str) -> None:
    assert all(email == "" for _, email in mailboxes(value))


def test_a_name_that_holds_an_address_in_brackets_does_not_get_the_mail() -> None:
    assert mailboxes("Chef <chef@stadt.example> <ayse@verein.example>")[-1][1] == "ayse@verein.example"
    assert len(mailboxes("Chef <chef@stadt.example> <ayse@verein.example>")) == 1


@settings(deadline=None)
@given(st.text("ab@<>(),;:\"\\.[] '", max_size=300))
def test_no_field_whatever_raises_and_every_address_is_one(value: str) -> None:
    for name, email in mailboxes(value):
        assert email == "" or email.count("@") >= 1
        assert name == " ".join(name.split())


def test_a_hundred_thousand_addresses_end() -> None:
    assert len(parse_addresses("a@b.example, " * 100_000)) == 1_000
    for piece in ("a, ", "(", ")", '"', "<", ">", ":", "a:", "@", "\\", "[", "a ", "<a@b> ", '"a" ', "(a) "):
        parse_addresses(piece * 100_000)
