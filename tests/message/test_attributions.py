"""The lines with which mail programs of all languages introduce a quote, and answers of every kind above them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processor.message import Message, normalise, read

WHO = "Petra Amt <amt@office.example>"
LINES = {
    "de": f"Am Mo., 14. Okt. 2024 um 10:24 Uhr schrieb {WHO}:",
    "de, Thunderbird": "Am 14.10.24 um 10:24 schrieb Petra Amt:",
    "de, iPhone": "Am 14.10.2024 um 10:24 schrieb Petra Amt <amt@office.example>:",
    "de, name first": f"{WHO} schrieb am Mo., 14. Okt. 2024, 10:24:",
    "de, Yahoo": f"Am Montag, 14. Oktober 2024 um 10:24:11 MESZ hat {WHO} Folgendes geschrieben:",
    "de, wrapped": "Am Mo., 14. Okt. 2024 um 10:24 Uhr schrieb Petra Amt <\namt@office.example>:",
    "en": f"On Mon, Oct 14, 2024 at 10:24 AM {WHO} wrote:",
    "en, wrapped": "On Mon, 14 Oct 2024 10:24:05 +0200, Petra Amt <amt@office.example>\nwrote:",
    "en, dashes": "---- On Mon, 14 Oct 2024 10:24:05 +0200 amt@office.example wrote ----",
    "en, name in dashes": "---- Petra Amt wrote ----",
    "tr": f"{WHO}, 14 Eki 2024 Pzt, 10:24 tarihinde şunu yazdı:",
    "tr, date first": f"14 Eki 2024 Pzt 10:24 tarihinde {WHO} şöyle yazdı:",
    "ar": f"في الاثنين، ١٤ أكتوبر ٢٠٢٤ في ١٠:٢٤ ص تمت كتابة ما يلي بواسطة {WHO}:",
    "ar, iPhone": f"في ١٤/١٠/٢٠٢٤ الساعة ١٠:٢٤ ص، كتب/كتبت {WHO}:",
    "uk": f"пн, 14 жовт. 2024 р. о 10:24 {WHO} пише:",
    "uk, iPhone": f"14 жовт. 2024 р. о 10:24 {WHO} написав(ла):",
    "ru": f"пн, 14 окт. 2024 г. в 10:24, {WHO}:",
    "ru, Mail.ru": f"Понедельник, 14 октября 2024, 10:24 +03:00 от {WHO}:",
    "ru, Yandex": '14.10.2024, 10:24, "Petra Amt" <amt@office.example>:',
    "pl": f"pon., 14 paź 2024 o 10:24 {WHO} napisał(a):",
    "pl, Thunderbird": "W dniu 14.10.2024 o 10:24, Petra Amt pisze:",
    "pl, Onet": f"W dniu 2024-10-14 10:24:00 użytkownik {WHO} napisał:",
    "pl, Apple": f"Wiadomość napisana przez {WHO} w dniu 14.10.2024, o godz. 10:24:",
    "fr": f"Le lun. 14 oct. 2024 à 10:24, {WHO} a écrit :",
    "es": f"El lun, 14 oct 2024 a las 10:24, {WHO} escribió:",
    "it": f"Il giorno lun 14 ott 2024 alle ore 10:24 {WHO} ha scritto:",
    "bs": f"pon, 14. lis 2024. u 10:24 {WHO} napisao je:",
    "sr": f"пон, 14. окт 2024. у 10:24 {WHO} је написао/ла:",
    "ro": f"lun., 14 oct. 2024, 10:24 {WHO} a scris:",
    "sq": f"Më hën, 14 tet 2024 10:24 {WHO} shkroi:",
    "ku": f"{WHO} di 14.10.2024 10:24 de nivîsî:",
    "fa": f"در تاریخ دوشنبه ۱۴ اکتبر ۲۰۲۴ ساعت ۱۰:۲۴ {WHO} نوشت:",
    "nl": f"Op ma 14 okt. 2024 om 10:24 schreef {WHO}:",
    "sv": f"Den mån 14 okt. 2024 kl 10:24 skrev {WHO}:",
    "da": f"Den man. 14. okt. 2024 kl. 10.24 skrev {WHO}:",
    "no": f"man. 14. okt. 2024 kl. 10:24 skrev {WHO}:",
    "fi": f"ma 14. lokak. 2024 klo 10.24 {WHO} kirjoitti:",
    "cs": f"po 14. 10. 2024 v 10:24 odesílatel {WHO} napsal:",
    "pt": f"Em seg., 14 de out. de 2024 às 10:24, {WHO} escreveu:",
    "ja": f"2024年10月14日(月) 10:24 {WHO}:",
    "ja, Apple": f"2024/10/14 10:24、{WHO}のメール:",
    "zh": f"{WHO} 于2024年10月14日周一 10:24写道：",
    "ko": f"2024년 10월 14일 (월) 오전 10:24, {WHO}님이 작성:",
    "hu": f"{WHO} ezt írta (időpont: 2024. okt. 14., H 10:24):",
    "el": f"Στις Δευ 14 Οκτ 2024 στις 10:24 π.μ., ο/η {WHO} έγραψε:",
}

LETTERS = st.text("abcdefgüößşçğıİéłżжшїабвгдعربمكتсеم", min_size=1, max_size=9)
SENTENCES = st.lists(LETTERS, min_size=2, max_size=12).map(lambda words: " ".join(words) + " heute.")
TEXTS = st.lists(SENTENCES, min_size=1, max_size=5).map("\n\n".join)


def _read(body: str) -> Message:
    head = "From: Ayşe <ayse@verein.example>\r\nSubject: Re: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return read((head + body).encode())


@pytest.mark.parametrize("language", LINES)
def test_an_answer_above_a_quote_comes_out_unchanged(language: str) -> None:
    new = "Guten Tag,\n\nwir kommen zu dritt.\n\nAyşe Demirtaş"
    for old in ("> Bitte melden Sie sich an.\n> Danke", "Bitte melden Sie sich an.\nDanke"):
        message = _read(f"{new}\n\n{LINES[language]}\n\n{old}\n")
        assert message.text == new
        assert message.doubts == ()
        assert "Bitte melden Sie sich an." in message.quoted


@settings(deadline=None, max_examples=150)
@given(TEXTS, st.sampled_from(sorted(LINES)), TEXTS, st.booleans())
def test_whatever_is_written_above_a_quote_comes_out_unchanged(new: str, language: str, old: str, marked: bool) -> None:
    quoted = "\n".join(f"> {line}" for line in old.split("\n")) if marked else old
    message = _read(f"{new}\r\n\r\n{LINES[language]}\r\n\r\n{quoted}\r\n")
    assert message.text == normalise(new)


SIGNATURES = (
    "-- \nAyşe Demirtaş\nFrauenverein e.V.\nTel. 0209 1234567",
    "Viele Grüße\n\nAyşe Demirtaş\nVorsitzende\nFrauenverein e.V.\nTel. 0209 1234567\nayse@verein.example",
    "Saygılarımla\nAyşe Demirtaş",
    "З повагою\n\nОлена Коваль\n+380 44 123 45 67",
    "مع أطيب التحيات\nعائشة دمير",
    "Pozdrawiam\nAnna Nowak | Prezes",
    "Ayşe Demirtaş\nTel. 0209 1234567\nwww.verein.example",
    "Von meinem iPhone gesendet",
    "Mit freundlichen Grüßen\nAyşe Demirtaş\n\nVon meinem iPhone gesendet",
    "Amina Haddad\n+49 209 1234567\nhttps://verein.example",
)
#: Formulas with which people close, and with which sentences begin as well.
FORMULAS = st.sampled_from(
    [
        "bg",
        "lg",
        "viele grüße",
        "danke",
        "merci",
        "selam",
        "pozdrav",
        "дякую",
        "تحياتي",
        "saygılarımla",
        "cheers",
        "ihre",
    ]
)
CLOSING_SENTENCES = st.lists(LETTERS | FORMULAS, min_size=2, max_size=8).map(lambda words: " ".join(words) + " heute.")


@settings(deadline=None, max_examples=200)
@given(TEXTS | st.lists(CLOSING_SENTENCES, min_size=1, max_size=5).map("\n\n".join), st.sampled_from(SIGNATURES))
@example("bg a heute.\n\na a heute.", SIGNATURES[-1])
def test_a_signature_takes_no_sentence_with_it(text: str, signature: str) -> None:
    assert _read(f"{text}\r\n\r\n{signature}\r\n").text.startswith(normalise(text))


@settings(deadline=None, max_examples=100)
@given(TEXTS, st.sampled_from(["___", "-----", "________________________________", "=======", "* * *"]), TEXTS)
def test_a_line_of_dashes_alone_parts_nothing(above: str, rule: str, below: str) -> None:
    text = f"{above}\n\n{rule}\n\n{below}"
    assert _read(text).text == normalise(text)
