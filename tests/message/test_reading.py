"""Who wrote, to whom an answer goes, what the invitation is, and what is said where a reading is in doubt."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from processor.message import CutKind, read

INVITATION = """Sehr geehrte Damen und Herren,

am 15. November 2024 veranstalten wir in den Räumen der Stadtbücherei den Workshop „Vereine als Partner“.
Die Zusammenarbeit mit den Vereinen hat sich in den letzten Jahren deutlich verbessert.

Datum: 15. November 2024
Zeit: Einlass ab 13:00 Uhr
Ort: Stadtbücherei, Beispielstr. 4, 45891 Musterstadt

Bitte melden Sie sich bis zum 8. November 2024 unter anmeldung@office.example an.
Mit wie vielen Personen werden Sie an der Veranstaltung teilnehmen?
An welchem Thementisch möchten Sie gerne mitarbeiten?
"""


def mail(
    body: str, *, sender: str = "Ayşe Demirtaş <ayse@verein.example>", subject: str = "Re: Einladung"
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "anmeldung@office.example"
    message["Subject"] = subject
    message["Message-ID"] = "<a1@verein.example>"
    message["Date"] = "Tue, 22 Oct 2024 10:15:00 +0200"
    message.set_content(body)
    return message


def test_an_answer_goes_to_reply_to() -> None:
    message = mail("Ich komme.")
    message["Reply-To"] = "Vorstand <Vorstand@Verein.example>"
    result = read(message.as_bytes())
    assert result.reply_to.email == "vorstand@verein.example"
    assert result.sender.name == "Ayşe Demirtaş"


def test_an_address_in_a_display_name_is_nobodys_address() -> None:
    for sender in (
        '"chef@stadt.example, Ayşe" <ayse@verein.example>',
        "=?utf-8?Q?chef=40stadt=2Eexample=2C?= <ayse@verein.example>",
    ):
        raw = f"From: {sender}\r\nSubject: x\r\n\r\nIch komme.\r\n".encode()
        assert read(raw).reply_to.email == "ayse@verein.example"


@pytest.mark.parametrize(
    ("value", "name", "email"),
    [
        ("Yilmaz, Ayse <a@b.example>", "Yilmaz, Ayse", "a@b.example"),
        ('"=?utf-8?Q?Ay=C5=9Fe_Y=C4=B1lmaz?=" <a@b.example>', "Ayşe Yılmaz", "a@b.example"),
        ("=?utf-8?Q?Ay=C5?= =?utf-8?Q?=9Fe?= <a@b.example>", "Ayşe", "a@b.example"),
        ("Ayse <a@b.example", "Ayse", "a@b.example"),
        ("A <<a@b.example>>", "A", "a@b.example"),
        ("a@b.example (Ayse)", "Ayse", "a@b.example"),
        ("Verein: a@b.example, c@d.example;", "", "a@b.example"),
        ("Ayse Yilmaz", "Ayse Yilmaz", ""),
        ("", "", ""),
    ],
)
def test_the_sender_is_read_in_every_form(value: str, name: str, email: str) -> None:
    result = read(f"From: {value}\r\nSubject: x\r\n\r\nIch komme.\r\n".encode())
    assert (result.sender.name, result.sender.email) == (name, email)


def test_raw_letters_in_headers_are_read_in_the_charset_of_the_body() -> None:
    raw = (
        "From: Şükrü Işık <s@verein.example>\r\nSubject: Çalıştay kaydı\r\n"
        "Content-Type: text/plain; charset=windows-1254\r\n\r\nüç kişi"
    ).encode("cp1254")
    result = read(raw)
    assert result.sender.name == "Şükrü Işık"
    assert result.subject == "Çalıştay kaydı"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Fr, 08 Nov 2024 12:00:00 +0100", datetime(2024, 11, 8, 11, tzinfo=UTC)),
        ("Fri, 08 Nov 2024 9:00:00 MEZ", datetime(2024, 11, 8, 8, tzinfo=UTC)),
        ("2024-11-08T12:00:00Z", datetime(2024, 11, 8, 12, tzinfo=UTC)),
        ("Fri, 08 Nov 2024 12:00:00 +01:00", datetime(2024, 11, 8, 11, tzinfo=UTC)),
        ("Fri, 08 Nov 2024 12:00:00 GMT+1", datetime(2024, 11, 8, 11, tzinfo=UTC)),
        ("Fri, 08 Nov 2024 12:00:00 (CET)", datetime(2024, 11, 8, 11, tzinfo=UTC)),
        ("Fri, 08 Nov 2024 ((sehr) spät) 12:00:00 +0100", datetime(2024, 11, 8, 11, tzinfo=UTC)),
        ("08.11.2024 12:00:00 +0100", datetime(2024, 11, 8, 11, tzinfo=UTC)),
        ("пт, 08 ноя 2024 14:00:00 +0300", datetime(2024, 11, 8, 11, tzinfo=UTC)),
        ("pt., 8 lis 2024 12:00:00 +0100", datetime(2024, 11, 8, 11, tzinfo=UTC)),
        ("Cum, 8 Kas 2024 14:00:00 +0300", datetime(2024, 11, 8, 11, tzinfo=UTC)),
        ("Fri, 08 Nov 2024 12:00:60 +0100", datetime(2024, 11, 8, 11, 0, 59, tzinfo=UTC)),
        ("08/11/2024 12:00", None),
        ("8. November 2024 12:00", datetime(2024, 11, 8, 12, tzinfo=UTC)),
        ("Fri, 32 Nov 2024 12:00:00 +0100", None),
        ("gestern", None),
    ],
)
def test_dates_are_read_in_every_form(value: str, expected: datetime | None) -> None:
    assert read(f"Date: {value}\r\n\r\nx".encode()).date == expected


def test_arrival_is_the_newest_received_field() -> None:
    raw = (
        b"Received: from a by b; Sat, 09 Nov 2024 00:00:30 +0100\r\n"
        b"Received: from c by a; Fri, 08 Nov 2024 23:58:00 +0100\r\nDate: Fri, 08 Nov 2024 20:00:00 +0100\r\n\r\nx"
    )
    assert read(raw).received_at == datetime(2024, 11, 8, 23, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("subject", "text", "reply", "forward"),
    [
        ("AW: [EXTERN] Re: Einladung", "Einladung", True, False),
        ("YNT: İLT: Davet", "Davet", True, True),
        ("WG: Anmeldung", "Anmeldung", False, True),
        ("Re[2]: Anmeldung", "Anmeldung", True, False),
        ("Anmeldung: drei Personen", "Anmeldung: drei Personen", False, False),
        ("[Verein] Frage", "[Verein] Frage", False, False),
        ("Отв: Приглашение", "Приглашение", True, False),
        ("Zugesagt: Workshop", "Zugesagt: Workshop", False, False),
    ],
)
def test_subjects_lose_what_programs_put_before_them(subject: str, text: str, reply: bool, forward: bool) -> None:
    result = read(mail("Ich komme.", subject=subject).as_bytes())
    assert (result.subject, result.is_reply, result.is_forward) == (text, reply, forward)
    assert result.full_subject == subject


def test_the_invitation_is_recognised_by_its_words_however_it_was_wrapped() -> None:
    wrapped = "\n".join(
        " ".join(line.split()) for line in INVITATION.replace(" veranstalten ", " veranstalten\n").split("\n")
    )
    result = read(mail(f"Wir kommen zu dritt.\n\n{wrapped}").as_bytes(), invitation=INVITATION)
    assert result.text == "Wir kommen zu dritt."
    assert {cut.kind for cut in result.cuts} == {CutKind.INVITATION}


def test_what_was_filled_in_between_the_lines_of_the_invitation_is_new() -> None:
    filled = INVITATION.replace("teilnehmen?", "teilnehmen?\nMit vier Personen").replace(
        "mitarbeiten?", "mitarbeiten?\nAm zweiten Tisch"
    )
    result = read(mail(filled).as_bytes(), invitation=INVITATION)
    assert result.text.split("\n") == ["Mit vier Personen", "Am zweiten Tisch"]


def test_a_title_that_somebody_mentions_is_not_the_invitation() -> None:
    body = "Ich komme am 15. November 2024 zum Workshop „Vereine als Partner“ in den Räumen der Stadtbücherei."
    assert read(mail(body).as_bytes(), invitation=INVITATION).text == body


def test_answers_between_the_lines_of_an_unmarked_quote_are_found_where_the_writer_points_there() -> None:
    filled = INVITATION.replace("teilnehmen?", "teilnehmen?\nMit vier Personen")
    heading = "Von: Anmeldung <anmeldung@office.example>\nGesendet: 14.10.2024 10:24\nAn: Ayşe\nBetreff: Einladung"
    body = f"siehe unten\n\n{heading}\n\n{filled}"
    result = read(mail(body).as_bytes(), invitation=INVITATION)
    assert "Mit vier Personen" in result.text
    assert result.doubts


INNER = "Guten Tag,\n\nwir kommen zu zweit.\n\nViele Grüße\nOlena Koval"


@pytest.mark.parametrize(
    "dashes", ["---------- Weitergeleitete Nachricht ----------\n", "", "-----Ursprüngliche Nachricht-----\n"]
)
def test_a_mail_that_a_colleague_forwards_is_its_writers(dashes: str) -> None:
    heading = "Von: Olena Koval <olena@verein.example>\nDatum: 21.10.2024 09:00\nBetreff: Anmeldung\nAn: Petra Amtmann"
    message = mail(
        f"z. K.\n\n{dashes}{heading}\n\n{INNER}", sender="Petra Amtmann <petra@office.example>", subject="WG: Anmeldung"
    )
    result = read(message.as_bytes(), colleagues=("office.example",))
    assert result.forwarded_by is not None
    assert result.forwarded_by.email == "petra@office.example"
    assert result.sender == result.reply_to
    assert (result.reply_to.name, result.reply_to.email) == ("Olena Koval", "olena@verein.example")
    assert result.text == INNER
    assert any(cut.kind is CutKind.NOTE for cut in result.cuts)


def test_a_mail_that_a_colleague_attaches_is_its_writers() -> None:
    inner = mail(INNER, sender="Olena Koval <olena@verein.example>", subject="Anmeldung")
    message = mail("zur Kenntnis", sender="Petra Amtmann <petra@office.example>", subject="WG: Anmeldung")
    message.add_attachment(inner)
    result = read(message.as_bytes(), colleagues=("office.example",))
    assert result.reply_to.email == "olena@verein.example"
    assert result.text == INNER


def test_a_forward_by_anybody_else_stays_theirs() -> None:
    message = mail(
        "Wir kommen auch.\n\n---------- Forwarded message ---------\nFrom: Olena <olena@verein.example>\n"
        f"Date: Mon, 21 Oct 2024\nSubject: Anmeldung\nTo: x@verein.example\n\n{INNER}",
        subject="Fwd: Anmeldung",
    )
    result = read(message.as_bytes(), colleagues=("office.example",))
    assert result.text == "Wir kommen auch."
    assert result.reply_to.email == "ayse@verein.example"
    assert result.forwarded_by is None


def test_text_and_html_that_differ_in_a_number_are_a_doubt() -> None:
    message = mail("Wir kommen zu dritt, bitte 3 Plätze.")
    message.add_alternative("<p>Wir kommen zu fünft, bitte 5 Plätze.</p>", subtype="html")
    assert read(message.as_bytes()).doubts


def test_text_and_html_that_say_the_same_are_none() -> None:
    message = mail("Wir kommen zu dritt, bitte 3 Plätze.\n")
    message.add_alternative("<p>Wir kommen zu <b>dritt</b>, bitte 3 Plätze.</p>", subtype="html")
    result = read(message.as_bytes())
    assert result.doubts == ()
    assert result.text == "Wir kommen zu dritt, bitte 3 Plätze."


def test_a_stand_in_for_html_is_not_the_text() -> None:
    message = mail("Diese Nachricht ist im HTML-Format.")
    message.add_alternative("<p>Wir kommen zu dritt: Ali, Can und ich.</p>", subtype="html")
    result = read(message.as_bytes())
    assert result.text == "Wir kommen zu dritt: Ali, Can und ich."
    assert result.doubts == ()


def test_lost_letters_are_a_doubt() -> None:
    raw = (
        "Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nWir sind M\ufffdller und Gro\ufffd.\r\n".encode()
    )
    assert read(raw).doubts


def test_a_text_that_breaks_off_is_a_doubt() -> None:
    head = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    raw = head + b"--b\r\nContent-Type: text/plain\r\n\r\nWir kommen zu dritt, und zw"
    assert read(raw).doubts


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("soft", ["=\r", "=\n", "=\r\n", "= \r\n", "=\t\n"])
def test_soft_line_ends_lose_no_word_whatever_ends_a_line(soft: str, end: str) -> None:
    head = ["Subject: x", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", ""]
    raw = end.join([*head, f"Wir kommen mit f=C3=BCnf{soft} Personen.", "Gru=C3=9F", "A"]).encode()
    assert read(raw).text == "Wir kommen mit fünf Personen.\nGruß\nA"


def _html_mail(body: str) -> bytes:
    return f"Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}".encode()


def _nested(depth: int) -> bytes:
    heads = [
        f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n".encode() for level in range(depth)
    ]
    return b"Subject: x\r\n" + b"".join(heads) + b"\r\nWir kommen."


LONG = {
    "lines of plain text": b"Subject: x\r\n\r\n" + b"ja\r\n" * 6_000 + b"doch nicht",
    "characters of HTML": _html_mail("<p>ja</p>" * 400 + " " * 900_000 + "<p>doch nicht</p>"),
    "elements of HTML": _html_mail("<i>a</i>" * 70_000 + "<p>doch nicht</p>"),
    "lines of HTML": _html_mail("<p>ja</p>" * 6_000 + "<p>doch nicht</p>"),
    "lines of HTML beside plain text": b"Subject: x\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nja\r\n--b\r\nContent-Type: text/html\r\n\r\n"
    + b"<p>ja</p>" * 6_000
    + b"\r\n--b--\r\n",
    "parts": b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nja\r\n" * 2_500
    + b"--b--\r\n",
    "parts of the body": b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nja\r\n" * 400
    + b"--b--\r\n",
    "depth": _nested(80),
}


@pytest.mark.parametrize("name", LONG)
def test_what_goes_past_a_limit_is_a_doubt_in_words(name: str) -> None:
    doubts = read(LONG[name]).doubts
    assert any("gelesen wurde" in doubt for doubt in doubts), doubts


def test_a_mail_within_the_limits_leaves_no_doubt() -> None:
    assert read(_html_mail("<p>ja</p>" * 400)).doubts == ()
    assert read(b"Subject: x\r\n\r\n" + b"ja\r\n" * 400).doubts == ()


@pytest.mark.parametrize(
    "line",
    [
        "Outlook für Android herunterladen<https://aka.ms/x>",
        "Télécharger Outlook pour iOS <https://aka.ms/x>",
        "Hanki Outlook for Android<https://aka.ms/x>",
        "iOS için Outlook'u edinin <https://aka.ms/x>",
        "Завантажити Outlook для Android<https://aka.ms/x>",
    ],
)
def test_what_outlook_on_a_telephone_adds_is_nobodys_text(line: str) -> None:
    message = read(mail(f"Wir kommen zu dritt.\n\n{line}").as_bytes())
    assert message.text == "Wir kommen zu dritt."
    assert [cut.kind for cut in message.cuts] == [CutKind.DEVICE]


@pytest.mark.parametrize(
    "quote",
    [
        "Petra Amtmann <petra@office.example> schrieb am So., 23.\nJuni 2024, 21:08:\n\n> alt",
        "Petra Amtmann <petra@office.example> schrieb:\n\nalt",
        "petra <petra@office.example> wrote:\n\nalt\n\nPetra",
        "Petra <petra@office.example> a écrit :\n\nalt",
    ],
)
def test_an_attribution_that_begins_with_the_name_is_one(quote: str) -> None:
    message = read(mail(f"Wir kommen zu dritt.\n\n{quote}").as_bytes())
    assert message.text == "Wir kommen zu dritt."
    assert "alt" in message.quoted


def test_what_a_writer_says_of_somebodys_mail_stays() -> None:
    for body in (
        "Mein Kollege Can <can@verein.example> schrieb mir heute:\nEr kommt auch.",
        "Mein Kollege\nCan <can@verein.example> schrieb:\nEr kommt auch.",
        "Ich schrieb Can <can@verein.example> gestern:\nEr kommt auch.",
        "Bitte auch Can einladen, er schrieb:\nIch komme gern.",
    ):
        assert read(mail(body).as_bytes()).text == body


def test_a_sentence_about_outlook_stays() -> None:
    body = "Ich lese das in Outlook auf Android und komme gern, siehe https://verein.example"
    assert read(mail(body).as_bytes()).text == body


def test_the_title_of_a_legal_note_goes_with_it() -> None:
    note = (
        "The information in this message is confidential and intended solely for the intended recipient. "
        "If you are not the intended recipient, disclosure is strictly prohibited; please delete this message."
    )
    message = read(mail(f"Wir kommen zu dritt.\n\nDisclaimer\n\n{note}").as_bytes())
    assert message.text == "Wir kommen zu dritt."
    assert message.signature == ""


def test_words_between_dashes_right_above_header_lines_belong_to_the_quote_in_any_language() -> None:
    quoted = (
        "-------- Oprindelig besked --------\nFra: A <a@b.example>\nDato: 4.7.2024 17.45\nTil: c@d.example\nEmne: x\n"
    )
    assert read(mail(f"Wir kommen zu dritt.\n\n{quoted}\nalt").as_bytes()).text == "Wir kommen zu dritt."


def test_ids_are_read_from_any_form() -> None:
    raw = b"Message-ID: <<1@x> foo\r\nIn-Reply-To: Your mail <a@b>\r\nReferences: <a@b>\r\n\t<c@d> junk <a@b>\r\n\r\nx"
    result = read(raw)
    assert result.message_id == "1@x"
    assert result.in_reply_to == ("a@b",)
    assert result.references == ("a@b", "c@d")


def test_a_signature_below_an_unmarked_quote_is_a_doubt() -> None:
    heading = "Von: Anmeldung <anmeldung@office.example>\nGesendet: 14.10.2024 10:24\nAn: Ayşe\nBetreff: Einladung"
    old = "Sehr geehrte Damen und Herren,\nwir laden Sie ein.\nPetra Amtmann"
    below = mail(f"Hallo,\n\n{heading}\n\n{old}\n\nWir kommen zu dritt.\n\nAyşe Demirtaş")
    above = mail(f"Wir kommen zu dritt.\n\nAyşe Demirtaş\n\n{heading}\n\n{old}")
    assert read(below.as_bytes()).doubts
    assert read(above.as_bytes()).doubts == ()


def test_a_mail_that_a_colleague_forwards_from_a_telephone_is_its_writers() -> None:
    message = mail("x", sender="Petra Amtmann <petra@office.example>", subject="Fwd: Anmeldung")
    message.set_content(
        "<div>bitte eintragen</div><div>Anfang der weitergeleiteten Nachricht:</div><br><blockquote type='cite'>"
        "<div><b>Von: </b>Olena Koval &lt;olena@verein.example&gt;</div><div><b>Betreff: </b>Anmeldung</div>"
        "<div><b>Datum: </b>21. Oktober 2024 um 09:00:00 MESZ</div><div><b>An: </b>anmeldung@office.example</div><br>"
        "<div>wir kommen zu zweit.</div></blockquote>",
        subtype="html",
    )
    result = read(message.as_bytes(), colleagues=("office.example",))
    assert (result.reply_to.email, result.text) == ("olena@verein.example", "wir kommen zu zweit.")


def test_a_list_of_people_is_no_signature_although_the_sender_is_the_first() -> None:
    for gap in ("\n", "\n\n"):
        message = read(mail(f"Hallo,\n\nes kommen:{gap}Ayşe Demirtaş\nCan Demir\nEce Su").as_bytes())
        assert message.signature == ""
        assert message.text.endswith("Ece Su")


def test_thanks_that_begin_a_sentence_close_nothing() -> None:
    body = "Vielen Dank\nfür die Einladung.\nWir kommen gerne zu zweit und freuen uns auf den Nachmittag."
    message = read(mail(body).as_bytes())
    assert message.text == body
    assert message.signature == ""


def test_links_and_pictures_that_one_form_shows_and_the_other_hides_are_no_doubt() -> None:
    message = mail(
        "Wir kommen zu dritt.\n\n-- \nAli\nVerein (http://www.verein.example/?a=b)\n[Ein Bild, das Logo enthält]\n"
    )
    message.add_alternative(
        "<p>Wir kommen zu dritt.</p><p>-- <br>Ali<br><a href='http://www.verein.example'>Verein</a><img alt='x'></p>",
        subtype="html",
    )
    assert read(message.as_bytes()).doubts == ()
