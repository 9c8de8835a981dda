"""Answers between and below quoted lines, and mails that the office's own people forward."""

from __future__ import annotations

import pytest

from processor.message import Message, read

LETTER = """Sehr geehrte Damen und Herren,

am 15. November 2024 veranstalten wir in den Räumen der Stadtbücherei den Workshop „Vereine als Partner“.
Die Zusammenarbeit mit den Vereinen hat sich in den letzten Jahren deutlich verbessert.

Zeit: Einlass ab 13:00 Uhr

Mit wie vielen Personen werden Sie an der Veranstaltung teilnehmen?

An welchem Thementisch möchten Sie gerne mitarbeiten?

Bitte melden Sie sich bis zum 8. November 2024 unter anmeldung@office.example an."""

ATTRIBUTION = "Am 14.10.2024 um 10:24 schrieb Amt, Petra:"
HEADING = (
    "Von: Amt, Petra <amt@office.example>\nGesendet: Montag, 14. Oktober 2024 10:24\nAn: Ayşe\nBetreff: Einladung\n"
)
HTML_HEADING = (
    '<div id="divRplyFwdMsg"><b>Von:</b> Amt, Petra &lt;amt@office.example&gt;<br><b>Gesendet:</b> Montag, 14. Oktober '
    "2024 10:24<br><b>An:</b> Ayşe<br><b>Betreff:</b> Einladung</div>"
)


def _read(
    body: str, kind: str = "plain", sender: str = "Ayşe Demirtaş <ayse@verein.example>", subject: str = "AW: x"
) -> Message:
    raw = f"From: {sender}\r\nSubject: {subject}\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{body}"
    return read(raw.encode(), colleagues=("office.example",), invitation=LETTER)


def _filled(answer: str) -> str:
    question = "Mit wie vielen Personen werden Sie an der Veranstaltung teilnehmen?"
    return LETTER.replace(question, f"{question}\n{answer}")


def _marked(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _html(text: str) -> str:
    return "".join(f"<p>{line}</p>" for line in text.split("\n") if line)


BETWEEN = {
    "marks": (
        "plain",
        f"{ATTRIBUTION}\n> Wie viele kommen?\n\nvier\n\n> Welcher Tisch?\n\nder zweite",
        "vier\n\nder zweite",
    ),
    "marks without gaps": (
        "plain",
        f"{ATTRIBUTION}\n> Wie viele kommen?\nvier\n> Welcher Tisch?\nder zweite",
        "vier\nder zweite",
    ),
    "marks that are indented": ("plain", f"{ATTRIBUTION}\n    > Wie viele\n    > kommen?\nvier", "vier"),
    "quotes of Gmail": (
        "html",
        (
            '<div class="gmail_attr">Am Mo., 14. Okt. 2024 um 10:24 Uhr schrieb Amt &lt;amt@office.example&gt;:</div>'
            '<blockquote class="gmail_quote">Wie viele kommen?</blockquote><div>vier</div>'
            '<blockquote class="gmail_quote">Welcher Tisch?</blockquote><div>der zweite</div>'
        ),
        "vier\n\nder zweite",
    ),
    "quotes of Thunderbird": (
        "html",
        (
            f'<div class="moz-cite-prefix">{ATTRIBUTION}</div><blockquote type="cite"><p>Wie viele?</p></blockquote>'
            '<p>vier</p><blockquote type="cite"><p>Welcher Tisch?</p></blockquote><p>der zweite</p>'
        ),
        "vier\n\nder zweite",
    ),
    "lines of the letter": ("plain", _filled("Wir kommen zu viert."), "Wir kommen zu viert."),
    "lines of the letter below header lines": (
        "plain",
        f"{HEADING}\n{_filled('Wir kommen zu viert.')}",
        "Wir kommen zu viert.",
    ),
    "lines to which the writer points": (
        "plain",
        f"Guten Tag, meine Antworten stehen unten.\n\n{HEADING}\n{_filled('Wir kommen zu viert.')}",
        "Guten Tag, meine Antworten stehen unten.\n\nWir kommen zu viert.",
    ),
    "lines of Outlook": (
        "html",
        f"<p>siehe unten in rot</p>{HTML_HEADING}{_html(_filled('Wir kommen zu viert.'))}",
        "siehe unten in rot\n\nWir kommen zu viert.",
    ),
    "lines that a telephone marks": (
        "html",
        (
            f'<blockquote type="cite">{ATTRIBUTION}<br></blockquote><blockquote type="cite">'
            f"{_html(_filled('Wir kommen zu viert.'))}</blockquote>"
        ),
        "Wir kommen zu viert.",
    ),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_what_is_answered_stays_between(name: str) -> None:
    kind, body, said = BETWEEN[name]
    assert _read(body, kind).text == said


BELOW = {
    "marks": ("plain", f"{ATTRIBUTION}\n{_marked(LETTER)}\n\nWir kommen zu viert."),
    "marks and above a greeting": ("plain", f"Guten Tag,\n\n{ATTRIBUTION}\n{_marked(LETTER)}\n\nWir kommen zu viert."),
    "a quote of Thunderbird": (
        "html",
        (
            f'<div class="moz-cite-prefix">{ATTRIBUTION}</div><blockquote type="cite">{_html(LETTER)}</blockquote>'
            "<p>Wir kommen zu viert.</p>"
        ),
    ),
    "the letter without marks": ("plain", f"{HEADING}\n{LETTER}\n\nWir kommen zu viert."),
    "the letter in Outlook": ("html", f"<p><br></p>{HTML_HEADING}{_html(LETTER)}<p>Wir kommen zu viert.</p>"),
}


@pytest.mark.parametrize("name", BELOW)
def test_what_is_answered_stays_below(name: str) -> None:
    kind, body = BELOW[name]
    message = _read(body, kind)
    assert message.text.removeprefix("Guten Tag,\n\n") == "Wir kommen zu viert."
    assert "Bitte melden Sie sich" not in message.text


def test_an_answer_within_an_unmarked_letter_is_a_doubt_where_enough_stands_above() -> None:
    above = "Guten Tag,\n\nvielen Dank für die Einladung, darauf freuen sich in unserem Verein schon alle sehr."
    message = _read(f"{above}\n\n{HEADING}\n{_filled('Wir kommen zu viert.')}")
    assert message.text == above
    assert message.doubts


def test_the_letter_below_an_answer_is_no_doubt() -> None:
    greeting = "Wir freuen uns auf Sie und bitten um Anmeldung.\nPetra Amt"
    for quoted in (f"{HEADING}\n{LETTER}\n\n{greeting}", f"{ATTRIBUTION}\n{_marked(LETTER)}\n> {greeting}"):
        message = _read(f"Ich komme.\n\n{quoted}")
        assert "bitten" not in message.text
        assert message.doubts == ()


def test_a_mail_that_says_nothing_beside_a_quote_is_a_doubt() -> None:
    assert _read(f"{HEADING}\nGuten Tag,\n\nwir kommen zu viert.").doubts
    assert _read(f"{ATTRIBUTION}\n> Guten Tag,\n> wir kommen zu viert.").doubts


def test_a_paragraph_that_may_only_be_indented_is_a_doubt() -> None:
    body = "<p>Es kommen:</p><blockquote>Ayşe Demirtaş<br>Can Demir</blockquote><p>Viele Grüße</p>"
    assert _read(body, "html").doubts
    assert not _read(f"<p>Ich komme.</p><p>{ATTRIBUTION}</p><blockquote>alt</blockquote>", "html").doubts


def test_a_day_alone_begins_a_quote_with_a_doubt() -> None:
    message = _read("Ich komme.\n\nAm 14. Oktober 2024 schrieb Petra Amt:\n\nwir bitten um Anmeldung.")
    assert message.text == "Ich komme."
    assert message.doubts


INNER = "Guten Tag,\n\nwir kommen zu zweit.\n\nViele Grüße\nOlena Koval"

FORWARDS = {
    "Outlook": "Von: Olena Koval <olena@verein.example>\nGesendet: Montag, 21. Oktober 2024 09:00\nAn: Amt, Petra\n"
    f"Betreff: Anmeldung\n\n{INNER}",
    "Outlook on the web": "________________________________\nVon: Olena Koval <olena@verein.example>\nGesendet: "
    f"Montag, 21. Oktober 2024 09:00\nAn: Amt, Petra <amt@office.example>\nBetreff: Anmeldung\n\n{INNER}",
    "Apple Mail": "Anfang der weitergeleiteten Nachricht:\n\n"
    + _marked(f"Von: Olena Koval <olena@verein.example>\nBetreff: Anmeldung\nAn: amt@office.example\n\n{INNER}"),
    "Apple Mail, all of it marked": _marked(
        "Anfang der weitergeleiteten Nachricht:\n\nVon: Olena Koval <olena@verein.example>\nBetreff: Anmeldung\n"
        f"Datum: 21. Oktober 2024 um 09:00:00 MESZ\nAn: amt@office.example\n\n{INNER}"
    ),
    "Yahoo": '   ----- Weitergeleitete Nachricht ----- Von: Olena Koval <olena@verein.example>An: "Amt" '
    f"<amt@office.example>Gesendet: Montag, 21. Oktober 2024, 09:00:00 MESZBetreff: Anmeldung\n{INNER}",
    "Outlook for Mac": f'Am 21.10.2024, 09:00 schrieb "Olena Koval" <olena@verein.example>:\n\n{INNER}',
    "a telephone": "-------- Ursprüngliche Nachricht --------Von: Olena Koval <olena@verein.example> Datum: 21.10.24  "
    f"09:00  (GMT+01:00) An: amt@office.example Betreff: Anmeldung\n\n{INNER}",
}


@pytest.mark.parametrize("note", ["", "z. K.\n\n"])
@pytest.mark.parametrize("program", FORWARDS)
def test_a_mail_that_a_colleague_forwards_is_its_writers_in_the_shape_of(program: str, note: str) -> None:
    message = _read(f"{note}{FORWARDS[program]}", sender="Petra Amt <petra@office.example>", subject="WG: Anmeldung")
    assert message.forwarded_by is not None
    assert (message.reply_to.name, message.reply_to.email) == ("Olena Koval", "olena@verein.example")
    assert message.text == INNER


def test_quotes_without_marks_of_a_program_that_an_attribution_introduces_are_no_doubt() -> None:
    message = _read(
        f"<p>{ATTRIBUTION}</p><blockquote>Wie viele kommen?</blockquote><p>vier</p><blockquote>Und wo?</blockquote>",
        "html",
    )
    assert message.text == "vier"
    assert message.doubts == ()


def test_a_line_that_lost_its_mark_is_quoted_only_where_nothing_is_answered_between() -> None:
    asked = "> Bitte teilen Sie uns mit, wie viele Personen aus Ihrem Verein teilnehmen und"
    wrapped = f"{asked}\nobendrein, ob jemand übersetzt.\n> Danke"
    assert _read(f"Ich komme.\n\n{ATTRIBUTION}\n{wrapped}").text == "Ich komme."
    assert "obendrein" in _read(f"{ATTRIBUTION}\n{wrapped}").text
    assert (
        _read(f"Hallo,\n\n{ATTRIBUTION}\n{asked}\nzu dritt\n> wo?\nTisch 2\n> Danke").text
        == "Hallo,\n\nzu dritt\nTisch 2"
    )


@pytest.mark.parametrize(
    "above",
    ["--- Eintrag ---\nVon: amt@office.example\n", "Von: amt@office.example\nAn: ayse@verein.example\n\n"],
)
def test_two_lines_that_a_person_may_have_written_begin_a_quote_with_a_doubt(above: str) -> None:
    message = _read(f"Ich komme.\n\n{above}Wir bitten um Anmeldung.")
    assert message.text == "Ich komme."
    assert message.doubts


@pytest.mark.parametrize("above", ["", "Guten Tag,\n\n"])
def test_a_letter_that_begins_with_whom_it_is_from_is_no_quote(above: str) -> None:
    body = (
        f"{above}Datum: 21.10.2024\nVon: Frauenverein Musterstadt\nAn: Amt\nBetreff: Anmeldung\n\nWir kommen zu dritt."
    )
    assert _read(body).text == body


def test_lines_with_marks_that_a_colon_announces_are_a_doubt() -> None:
    assert _read("Guten Tag,\n\nes kommen:\n> Ayşe Demirtaş\n> Can Demir").doubts
