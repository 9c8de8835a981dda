"""Texts of known words written in every wire form that mail programs use or get wrong.

Each form takes a :class:`Written` and gives the raw mail, or None where its charset cannot hold the text.
"""

from __future__ import annotations

import base64
import html
import quopri
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.quoprimime import header_encode
from html.entities import codepoint2name
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote."""

    language: str
    subject: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """One text in one form."""

    form: str
    written: Written
    raw: bytes
    #: Whether the bytes alone leave the charset open: none is declared, or a wrong one.
    guesswork: bool


#: Charsets that mailers of a language use, besides those of Unicode.
CHARSETS: Final = {
    "de": ("iso-8859-1", "iso-8859-15", "windows-1252", "windows-1250", "iso-8859-2", "windows-1254"),
    "tr": ("iso-8859-9", "windows-1254"),
    "ar": ("windows-1256", "iso-8859-6"),
    "ru": ("koi8-r", "windows-1251", "iso-8859-5"),
    "uk": ("koi8-u", "windows-1251"),
    "pl": ("iso-8859-2", "windows-1250"),
}
#: What Windows programs of a language write when they name nothing, or something else.
NATIVE: Final = {
    "de": "windows-1252",
    "tr": "windows-1254",
    "ar": "windows-1256",
    "ru": "windows-1251",
    "uk": "windows-1251",
    "pl": "windows-1250",
}
#: Charsets that programs wrongly name.
WRONG: Final = ("utf-8", "iso-8859-1", "us-ascii", "x-unknown", "")

Form = Callable[[Written], bytes | None]


def texts() -> list[Written]:
    """The texts that are written."""
    data = tomllib.loads((Path(__file__).parent / "wire_texts.toml").read_text("utf-8"))
    return [Written(one["language"], one["subject"], one["name"], one["text"].strip()) for one in data["mail"]]


def encoded(text: str, charset: str) -> bytes | None:
    """The text in a charset; None where it cannot be."""
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return None


def word(text: str, charset: str, encoding: str = "b", *, cut: int = 45) -> str | None:
    """Encoded words of RFC 2047, cut after so many bytes wherever that falls, as careless programs do."""
    data = encoded(text, charset)
    if data is None:
        return None
    pieces = [data[start : start + cut] for start in range(0, len(data), cut)]
    if encoding == "q":
        return "\r\n ".join(header_encode(piece, charset) for piece in pieces)
    return "\r\n ".join(f"=?{charset}?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)


def mail(
    written: Written,
    body: bytes | None,
    content_type: str = "text/plain; charset=utf-8",
    encoding: str = "",
    *,
    subject: bytes | str | None = None,
    name: bytes | str | None = None,
    head: str = "",
) -> bytes | None:
    """A mail of one body."""
    if body is None:
        return None
    subject = word(written.subject, "utf-8") if subject is None else subject
    name = word(written.name, "utf-8") if name is None else name
    lines = [
        b"From: " + (name if isinstance(name, bytes) else (name or "").encode()) + b" <person@verein.example>",
        b"To: anmeldung@office.example",
        b"Subject: " + (subject if isinstance(subject, bytes) else (subject or "").encode()),
        b"Date: Tue, 22 Oct 2024 10:15:00 +0200",
        b"MIME-Version: 1.0",
        *([f"Content-Type: {content_type}".encode()] if content_type else []),
        *([f"Content-Transfer-Encoding: {encoding}".encode()] if encoding else []),
        *([head.encode()] if head else []),
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def transfer(data: bytes | None, encoding: str) -> bytes | None:
    """The body in a transfer encoding."""
    if data is None or encoding == "8bit":
        return data
    if encoding == "base64":
        return base64.encodebytes(data).replace(b"\n", b"\r\n")
    return quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def lines(text: str) -> str:
    """With the line ends of mail."""
    return text.replace("\n", "\r\n") + "\r\n"


def page(text: str, escape: Callable[[str], str] = html.escape) -> str:
    """The text as a mail program's HTML."""
    paragraphs = "".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>\r\n" for block in text.split("\n\n"))
    return f"<html><body>\r\n{paragraphs}</body></html>\r\n"


def flowed(text: str, width: int = 40, *, delete_space: bool = False) -> str:
    """format=flowed (RFC 3676): lines wrapped with soft ends."""
    out = []
    for line in text.split("\n"):
        row = ""
        for piece in line.split(" "):
            if row and len(row) + len(piece) >= width:
                out.append(row + ("  " if delete_space else " "))
                row = piece
            else:
                row = f"{row} {piece}" if row else piece
        out.append(row)
    return "\r\n".join(out) + "\r\n"


def entities(text: str, form: str) -> str:
    """All letters outside ASCII as entities."""

    def one(character: str) -> str:
        code = ord(character)
        if character in "&<>":
            return html.escape(character)
        if code < 128:
            return character
        named = codepoint2name.get(code) if form == "named" else None
        if named:
            return f"&{named};"
        return f"&#x{code:x};" if form == "hex" else f"&#{code};"

    return "".join(map(one, text))


def alternative(plain: bytes, hyper: bytes, boundary: str, *, closed: bool = True) -> bytes:
    """Two forms of one text (RFC 2046, section 5.1.4)."""
    head = f"\r\n--{boundary}\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: ".encode()
    end = f"\r\n--{boundary}--\r\n".encode() if closed else b""
    return (
        head + b"text/plain; charset=utf-8\r\n\r\n" + plain + head + b"text/html; charset=utf-8\r\n\r\n" + hyper + end
    )


def _right(charset: str, encoding: str) -> Form:
    name = "quoted-printable" if encoding == "qp" else encoding

    def write(written: Written) -> bytes | None:
        body = transfer(encoded(lines(written.text), charset), encoding)
        return mail(
            written,
            body,
            f"text/plain; charset={charset}",
            name,
            subject=word(written.subject, charset, "q" if encoding == "qp" else "b") or None,
            name=word(written.name, charset, "q"),
        )

    return write


def _wrong(charset: str, declared: str, encoding: str) -> Form:
    kind = f"text/plain; charset={declared}" if declared else "text/plain"
    name = "quoted-printable" if encoding == "qp" else encoding

    def write(written: Written) -> bytes | None:
        body = transfer(encoded(lines(written.text), charset), encoding)
        raw = encoded(written.subject, charset), encoded(written.name, charset)
        return mail(written, body, kind, name, subject=raw[0], name=raw[1])

    return write


def forms(language: str) -> Iterator[tuple[str, Form, bool]]:
    """Every form for a language: name, writer, and whether the charset must be guessed."""
    for charset in ("utf-8", *CHARSETS[language]):
        for encoding in ("8bit", "qp", "base64"):
            yield f"right charset, {encoding}", _right(charset, encoding), False
    for declared in WRONG:
        for encoding in ("8bit", "qp", "base64"):
            named = f"declared {declared or 'nothing'}"
            for charset in CHARSETS[language]:
                if {declared, charset} != {"iso-8859-1"} and not (declared == "iso-8859-1" and charset[-2:] == "52"):
                    yield f"single bytes, {named}, {encoding}", _wrong(charset, declared, encoding), True
            if declared != "utf-8":
                yield f"UTF-8, {named}, {encoding}", _wrong("utf-8", declared, encoding), True
    yield from _unicode()
    yield from _headers(language)
    yield from _pages(language)
    yield from _trees()


def _unicode() -> Iterator[tuple[str, Form, bool]]:
    def plain(charset: str, declared: str, encoding: str) -> Form:
        return lambda written: mail(
            written,
            transfer(lines(written.text).encode(charset), encoding),
            f"text/plain; charset={declared}",
            encoding,
        )

    for charset, declared in (("utf-16", "utf-16"), ("utf-16-le", "utf-16le"), ("utf-16-be", "utf-16be")):
        yield f"{charset}, base64", plain(charset, declared, "base64"), False
    yield "utf-16 big endian without mark declared utf-16", plain("utf-16-be", "utf-16", "base64"), False
    yield "utf-16 declared utf-8", plain("utf-16", "utf-8", "base64"), True
    yield "utf-8 with mark", plain("utf-8-sig", "utf-8", "8bit"), False
    yield "utf-7", plain("utf-7", "utf-7", "8bit"), False
    yield "utf-8 declared utf-16", plain("utf-8", "utf-16", "base64"), True

    def decomposed(written: Written) -> bytes | None:
        text = unicodedata.normalize("NFD", written.text)
        name = unicodedata.normalize("NFD", written.name)
        return mail(written, lines(text).encode(), encoding="8bit", name=word(name, "utf-8"))

    yield "decomposed letters", decomposed, False

    def unseen(written: Written) -> bytes | None:
        text = written.text.replace(" ", "\u00a0\u200b").replace(".", ".\u200e\ufeff")
        return mail(written, lines(text).encode(), encoding="8bit")

    yield "unseen characters", unseen, False

    def soft(*, delete_space: bool) -> Form:
        kind = "text/plain; charset=utf-8; format=flowed" + ("; delsp=yes" if delete_space else "")
        return lambda written: mail(written, flowed(written.text, delete_space=delete_space).encode(), kind, "8bit")

    yield "flowed", soft(delete_space=False), False
    yield "flowed with DelSp", soft(delete_space=True), False

    def ends(end: str) -> Form:
        return lambda written: mail(written, written.text.replace("\n", end).encode(), encoding="8bit")

    yield "lines end with LF", ends("\n"), False
    yield "lines end with CR", ends("\r"), False

    def odd(body: Callable[[bytes], bytes], encoding: str) -> Form:
        return lambda written: mail(written, body(lines(written.text).encode()), encoding=encoding)

    yield "base64 on one line", odd(base64.b64encode, "base64"), False
    yield "base64 without padding", odd(lambda data: base64.b64encode(data).rstrip(b"="), "BASE64"), False
    yield "base64 with a footer", odd(lambda data: base64.encodebytes(data) + b"\r\n-- \r\nListe\r\n", "base64"), False
    yield "8bit declared quoted-printable", odd(lambda data: data, "quoted-printable"), False
    yield "8bit declared 7bit", odd(lambda data: data, "7bit"), False
    yield "8bit declared base64", odd(lambda data: data, "base64"), True
    yield "quoted-printable in small letters", odd(_small_qp, "Quoted-Printable"), False
    yield "quoted-printable undeclared", odd(quopri.encodestring, ""), True
    yield "base64 undeclared", odd(base64.encodebytes, ""), True
    yield "unknown encoding", odd(lambda data: data, "8-bit"), False


def _small_qp(data: bytes) -> bytes:
    return b"".join(f"={byte:02x}".encode() if byte > 126 or byte == 61 else bytes([byte]) for byte in data)


def _headers(language: str) -> Iterator[tuple[str, Form, bool]]:
    def with_words(make: Callable[[str], bytes | str | None]) -> Form:
        def write(written: Written) -> bytes | None:
            subject, name = make(written.subject), make(written.name)
            if subject is None or name is None:
                return None
            return mail(written, lines(written.text).encode(), encoding="8bit", subject=subject, name=name)

        return write

    def words(charset: str, encoding: str, cut: int) -> Form:
        return with_words(lambda text: word(text, charset, encoding, cut=cut))

    for encoding in "bq":
        yield f"words cut within letters, {encoding}", words("utf-8", encoding, 7), False
        for charset in CHARSETS[language]:
            yield f"words in old charsets, {encoding}", words(charset, encoding, 45), False
    yield "raw UTF-8 in headers", with_words(lambda text: text.encode()), False
    yield "one long word", with_words(lambda text: word(text, "UTF-8", cut=10_000)), False
    yield (
        "words without folding",
        with_words(lambda text: (word(text, "utf-8", cut=9) or "").replace("\r\n", "")),
        False,
    )
    yield "words that touch", with_words(lambda text: (word(text, "utf-8", cut=9) or "").replace("\r\n ", "")), False
    yield "words with a language", with_words(lambda text: (word(text, "utf-8") or "").replace("?B?", "*de?B?")), False
    yield "name in quotes", _quoted_name, False
    yield "words with raw blanks", with_words(lambda text: f"=?utf-8?Q?{_raw_q(text)}?="), False
    yield (
        "words without padding",
        with_words(lambda text: (word(text, "utf-8", cut=10_000) or "").replace("=?=", "?=")),
        False,
    )
    yield (
        "words of a wrong charset",
        with_words(lambda text: (word(text, "utf-8", "q", cut=10_000) or "").replace("utf-8", "iso-8859-1")),
        True,
    )
    yield (
        "words declared utf-8",
        with_words(
            lambda text: (
                (word(text, NATIVE[language], "q", cut=10_000) or "").replace(NATIVE[language], "utf-8") or None
            )
        ),
        True,
    )
    yield "each word by itself", with_words(_by_word), False


def _quoted_name(written: Written) -> bytes | None:
    name = f'"{word(written.name, "utf-8", cut=10_000)}"'
    return mail(written, lines(written.text).encode(), encoding="8bit", name=name)


def _raw_q(text: str) -> str:
    return "".join(sign if sign.isascii() and sign not in "=?_" else quopri_of(sign) for sign in text)


def quopri_of(sign: str) -> str:
    """One character as quoted-printable of UTF-8."""
    return "".join(f"={byte:02X}" for byte in sign.encode())


def _by_word(text: str) -> str:
    """Words of ASCII stay; white space between two encoded words belongs into one of them (RFC 2047, section 6.2)."""
    out = []
    pieces = text.split(" ")
    for number, piece in enumerate(pieces):
        if piece.isascii():
            out.append(piece)
        else:
            before = number and not pieces[number - 1].isascii()
            out.append(word((" " if before else "") + piece, "utf-8", cut=10_000) or "")
    return " ".join(out)


def _pages(language: str) -> Iterator[tuple[str, Form, bool]]:
    def hyper(make: Callable[[Written], bytes | None], kind: str = "text/html; charset=utf-8") -> Form:
        return lambda written: mail(written, make(written), kind, "8bit")

    def escaped(form: str) -> Form:
        return hyper(lambda written: page(written.text, lambda text: entities(text, form)).encode())

    def in_charset(charset: str, kind: str, head: str = "<body>") -> Form:
        return hyper(lambda written: encoded(page(written.text).replace("<body>", head), charset), kind)

    yield "html", in_charset("utf-8", "text/html; charset=utf-8"), False
    for form in ("named", "decimal", "hex"):
        yield f"html, {form} entities", escaped(form), False
    for charset in CHARSETS[language]:
        meta = f'<head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body>'
        short = f'<head><meta charset="{charset}"></head><body>'
        yield "html, charset in meta", in_charset(charset, "text/html", meta), False
        yield "html, charset in header", in_charset(charset, f"text/html; charset={charset}"), False
        yield "html, header right and meta wrong", in_charset("utf-8", "text/html; charset=utf-8", short), False
        yield "html, header wrong and meta right", in_charset(charset, "text/html; charset=utf-8", short), True
    yield "html, undeclared and without meta", in_charset(NATIVE[language], "text/html"), True


def _trees() -> Iterator[tuple[str, Form, bool]]:
    def both(**options: bool) -> Form:
        def write(written: Written) -> bytes | None:
            body = alternative(lines(written.text).encode(), page(written.text).encode(), "b1", **options)
            return mail(written, body, 'multipart/alternative; boundary="b1"')

        return write

    yield "alternative", both(), False
    yield "alternative without its end", both(closed=False), False

    def boundary(declared: str) -> Form:
        def write(written: Written) -> bytes | None:
            body = alternative(lines(written.text).encode(), page(written.text).encode(), "b1")
            return mail(written, body, f"multipart/alternative{declared}")

        return write

    yield "boundary missing", boundary(""), False
    yield "boundary wrong", boundary("; boundary=other"), False
    yield "boundary with blanks", boundary('; boundary=" b1 "'), False

    def nested(written: Written) -> bytes | None:
        inner = alternative(lines(written.text).encode(), page(written.text).encode(), "b1")
        picture = b"\r\n--b2\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\n\r\nx\r\n--b2--\r\n"
        related = b"--b2\r\nContent-Type: multipart/alternative; boundary=b1\r\n" + inner + picture
        pdf = b"\r\n--b3\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n--b3--\r\n"
        body = b"--b3\r\nContent-Type: multipart/related; boundary=b2\r\n\r\n" + related + pdf
        return mail(written, body, "multipart/mixed; boundary=b3")

    yield "mixed, related, alternative", nested, False

    def signed(written: Written) -> bytes | None:
        part = b"--s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + lines(written.text).encode()
        end = b"\r\n--s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMII\r\n--s--\r\n"
        return mail(written, part + end, 'multipart/signed; protocol="application/pkcs7-signature"; boundary=s')

    yield "signed", signed, False

    def bare(written: Written) -> bytes | None:
        return mail(written, lines(written.text).encode(), "", head="X-Mailer: none")

    yield "no Content-Type, UTF-8", bare, False

    def broken(written: Written) -> bytes | None:
        return mail(written, lines(written.text).encode(), "text; charset=utf-8", "8bit")

    yield "unreadable Content-Type", broken, False

    def doubled(written: Written) -> bytes | None:
        return mail(written, lines(written.text).encode(), "text/plain; charset=utf-8; charset=utf-8", "8bit")

    yield "charset named twice", doubled, False

    def strange(written: Written) -> bytes | None:
        return mail(written, lines(written.text).encode(), 'text/plain; charset="utf-8', "8bit")

    yield "quotes left open", strange, False


def cases(every: int = 1) -> Iterator[Case]:
    """Every text (or one of so many) in every form that can hold it."""
    for written in texts()[::every]:
        for form, write, guesswork in forms(written.language):
            raw = write(written)
            if raw is not None:
                yield Case(form, written, raw, guesswork)
