"""MIME trees as careless programs build them: what the writer wrote is read, whatever holds it."""

from __future__ import annotations

import pytest

from processor.message import read
from processor.message.charsets import charset_of
from processor.message.fields import parameters
from processor.message.wire import parse


def mail(kind: str, body: str) -> bytes:
    return f"From: a@b.example\nSubject: x\nContent-Type: {kind}\n\n{body}".encode()


PLAIN = "--b\nContent-Type: text/plain\n\nWir kommen zu dritt.\n"
MIXED = "multipart/mixed; boundary=b"


@pytest.mark.parametrize(
    "raw",
    [
        # What stands behind the closing delimiter, or before it on the same line.
        mail(MIXED, f"{PLAIN}--b-->\nfremder Text\n"),
        mail(MIXED, f"{PLAIN}--b-- \t\nfremder Text\n"),
        mail(MIXED, PLAIN.rstrip("\n") + "--b--\n"),
        mail(MIXED, f"{PLAIN}--b--"),
        # A boundary of blanks, of dashes, in capitals, in letters outside ASCII, named twice.
        mail('multipart/mixed; boundary="b"; boundary="c"', f"{PLAIN}--b--\n"),
        mail('multipart/mixed\tboundary="b"', f"{PLAIN}--b--\n"),
        mail("Multipart / Mixed; Boundary=b", f"{PLAIN}--b--\n"),
        mail('multipart/mixed; boundary="b" "; boundary=c"', f"{PLAIN}--b--\n"),
        mail("multipart/mixed; flag; boundary=b (Kommentar", f"{PLAIN}--b--\n"),
        mail('multipart/mixed; boundary="Größe"', PLAIN.replace("--b", "--Größe") + "--Größe--\n"),
        # A delimiter within a line is none, nor one that goes on.
        mail(MIXED, f"--b\n\n--b\nContent-Type: image/png\n\nsiehe --b hier\n--bc\n{PLAIN}--b--\n"),
        # Two Content-Types: the first counts.
        b"Content-Type: multipart/mixed; boundary=b\nContent-Type: text/html\n\n" + PLAIN.encode() + b"--b--\n",
        # The inner multipart is closed by the outer one.
        mail(MIXED, f"--b\nContent-Type: multipart/alternative; boundary=i\n\n{PLAIN.replace('--b', '--i')}--b--\n"),
        # Not a multipart at all.
        mail(MIXED, "Wir kommen zu dritt."),
        # One form of several is shown, whatever its name.
        mail("multipart/alternative; boundary=b", PLAIN.replace("/plain", "/plain; name=mail.txt") + "--b--\n"),
        mail('text/plain; name="mail.txt"', "Wir kommen zu dritt."),
    ],
)
def test_the_text_is_what_was_written(raw: bytes) -> None:
    assert read(raw).text == "Wir kommen zu dritt."


def test_the_named_page_of_an_alternative_is_the_body_and_no_attachment() -> None:
    page = "--b\nContent-Type: text/html; name=mail.html\n\n<p>Wir kommen zu dritt.</p>\n--b--\n"
    message = read(mail("multipart/alternative; boundary=b", page))
    assert (message.text, message.attachments) == ("Wir kommen zu dritt.", ())


@pytest.mark.parametrize(
    "kind", ["text/plain; charset=utf-8", "<html>", "text/plain", "x", "", "text", "application; charset=x"]
)
def test_a_page_is_read_as_a_page_although_its_type_does_not_say_so(kind: str) -> None:
    page = "<html>\n<body><p>Wir kommen<br>zu dritt.</p></body>\n</html>\n"
    assert read(mail(kind, page)).text == "Wir kommen\nzu dritt."


def test_words_about_tags_are_no_page() -> None:
    body = "Schreiben Sie <br> für einen Umbruch, <p> und </p> für einen Absatz; <html> steht davor."
    assert read(mail("text/plain; charset=utf-8", body)).text == body


@pytest.mark.parametrize("end", ["\r\r\n", "\r\n", "\r", "\n"])
def test_any_end_of_lines_parts_head_and_body(end: str) -> None:
    raw = end.join(["Subject: Ja", "From: a@b.example", "", "Wir kommen", "zu dritt."]).encode()
    message = read(raw)
    assert (message.subject, message.sender.email, message.text) == ("Ja", "a@b.example", "Wir kommen\nzu dritt.")


@pytest.mark.parametrize(
    ("value", "kind", "names"),
    [
        ("text/plain; charset =us-ascii (Plain text)", "text/plain", {"charset": "us-ascii (Plain text)"}),
        ("text/html charset=utf-8", "text/html", {"charset": "utf-8"}),
        ("a/b ;;;;; = ;; name=x", "a/b", {"name": "x"}),
        (
            "application/pdf; name=Meine Liste (3).pdf; size=3",
            "application/pdf",
            {"name": "Meine Liste (3).pdf", "size": "3"},
        ),
        ('attachment; filename="a;b \\"c\\".pdf"', "attachment", {"filename": 'a;b "c".pdf'}),
        ('attachment; filename="offen.pdf', "attachment", {"filename": "offen.pdf"}),
        ("x/y; n*0*=utf-8''%C3; n*1*=%BC.txt", "x/y", {"n": "ü.txt"}),
        ("x/y; n*1*=%BC.txt; n*0*=utf-8''%C3", "x/y", {"n": "ü.txt"}),
        ("x/y; n*0=a%20; n*1=b", "x/y", {"n": "a%20b"}),
        ("x/y n*0*=utf-8''a%20 n*1=\"b c\"", "x/y", {"n": "a b c"}),
        (";", "", {}),
        ("", "", {}),
    ],
)
def test_parameters_are_read_in_every_form(value: str, kind: str, names: dict[str, str]) -> None:
    assert parameters(value) == (kind, names)


@pytest.mark.parametrize(
    ("declared", "charset"),
    [
        ("us-ascii (Plain text)", "cp1252"),
        ("iso-UTF-8", "utf-8"),
        ("de_DE.UTF-8", "utf-8"),
        ("ISO-8859-1,utf-8", "utf-8"),
        ("iso88599", "cp1254"),
        ("8859-15", "iso8859-15"),
        ("ISO-Latin-2", "iso8859-2"),
        ("cswindows1254", "cp1254"),
        ("x-koi8-r", "koi8-u"),
        ("koi8r", "koi8-u"),
        ("iso-8859-8-e", "iso8859-8"),
        ("dos-850", "cp850"),
        ("x-unknown", ""),
        ("iso-8859-99", ""),
        ("base64", ""),
        ("", ""),
    ],
)
def test_a_wrongly_written_charset_is_the_one_that_was_meant(declared: str, charset: str) -> None:
    assert charset_of(declared) == charset


def test_a_file_in_a_form_that_nobody_named_is_text_where_it_is_text() -> None:
    body = f"{PLAIN}--b\nContent-Type: application/octet-stream; name=TEILNEHMER\n\nAyşe Öz\nCan Demir\n--b--\n"
    (attachment,) = read(mail(MIXED, body)).attachments
    assert attachment.text == "Ayşe Öz\nCan Demir"
    assert parse(b"Content-Type: application/octet-stream\n\n\x00\x01\x02").text == ""


def test_an_answer_goes_to_the_sender_where_reply_to_names_nobody() -> None:
    raw = b'From: a@b.example\nReply-To: "Klaus" <>\n\nx'
    assert read(raw).reply_to.email == "a@b.example"
