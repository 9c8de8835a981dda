"""Signatures, lines of telephones and rules: what goes of them, and that no sentence of the writer goes with them."""

from __future__ import annotations

import pytest

from processor.message import CutKind, Message, read


def _read(body: str) -> Message:
    head = "From: Ayşe Demirtaş <ayse@verein.example>\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return read((head + body).encode())


BODY = "Guten Tag,\n\nwir kommen zu dritt."
CONTACT = "Frauenverein Musterstadt e.V.\nTel. 0209 1234567\nwww.frauenverein.example"


@pytest.mark.parametrize(
    "line", ["Ayşe Demirtaş | Vorsitzende", "Ayşe Demirtaş – Vorsitzende", "Ayşe Demirtaş • Kassenwartin"]
)
@pytest.mark.parametrize("formula", ["Viele Grüße\n\n", ""])
def test_a_name_with_a_function_beside_it_is_a_signature(line: str, formula: str) -> None:
    message = _read(f"{BODY}\n\n{formula}{line}")
    assert message.text == f"{BODY}\n\n{formula}".rstrip()
    assert message.signature == line


def test_lines_of_people_with_their_functions_are_no_signature() -> None:
    body = "Guten Tag,\n\nes kommen:\n\nCan Demir | Kassenwart\nEce Su | Schriftführerin"
    assert _read(body).text == body


@pytest.mark.parametrize("gap", ["\n\n", "\n\n-- \n", "\n______________________\n", "\n==========\n"])
def test_a_name_below_the_formula_stays_where_the_contact_data_are_parted_from_it(gap: str) -> None:
    message = _read(f"{BODY}\n\nViele Grüße\nAyşe Demirtaş{gap}{CONTACT}")
    assert message.text == f"{BODY}\n\nViele Grüße\nAyşe Demirtaş"
    assert message.signature == f"Ayşe Demirtaş\n{CONTACT}"


@pytest.mark.parametrize(
    "greeting", ["Selam,", "Silav,", "Pozdrav!", "Përshëndetje,", "İyi günler,", "Sayın Yıldız,\nselam,"]
)
@pytest.mark.parametrize(
    "said", ["3 kişi", "vijmë tre veta", "Drei Personen", "Ece Su, Can Demir", "gelenler Ece Su ve Can Demir."]
)
@pytest.mark.parametrize("mark", ["", "-- \n"])
def test_a_formula_that_begins_the_mail_greets_and_closes_nothing(greeting: str, said: str, mark: str) -> None:
    body = f"{greeting}\n\n{said}"
    message = _read(f"{body}\n\n{mark}Ayşe Demirtaş")
    assert message.text[: message.closing_at].rstrip() == body
    assert message.signature == "Ayşe Demirtaş"


@pytest.mark.parametrize(
    "thanks",
    ["Vielen Dank für die Einladung", "Teşekkür ederiz davetiniz için", "شكرا على الدعوة", "Mulțumim pentru invitație"],
)
@pytest.mark.parametrize("said", ["3 Personen", "Drei Personen", "Leider nein", "Ece Su\nCan Demir", "نحن ثلاثة"])
@pytest.mark.parametrize("end", ["Ayşe Demirtaş", f"Ayşe Demirtaş\n{CONTACT}", "-- \nAyşe Demirtaş"])
def test_thanks_for_something_close_nothing(thanks: str, said: str, end: str) -> None:
    body = f"Guten Tag,\n\nIhr Brief ist angekommen.\n\n{thanks}\n\n{said}"
    message = _read(f"{body}\n\n{end}")
    assert message.text[: message.closing_at].rstrip() == body
    assert message.signature == end.removeprefix("-- \n")


def test_greetings_from_a_place_close_the_mail_above_who_signs_for_somebody() -> None:
    message = _read(f"{BODY}\n\nMit freundlichen Grüßen aus Köln\n\nim Auftrag\nAyşe Demirtaş\n{CONTACT}")
    assert message.text[: message.closing_at].rstrip() == BODY
    assert message.signature == f"im Auftrag\nAyşe Demirtaş\n{CONTACT}"


def test_greetings_from_a_place_close_the_mail_above_what_is_added() -> None:
    body = f"{BODY}\n\nMit lieben Grüßen aus der Feldmark\nIhre Ayşe Demirtaş\n\nP.S. Wir freuen uns."
    message = _read(body)
    assert message.text == body
    assert message.text[message.closing_at :].startswith(("Mit lieben", "Ihre"))


@pytest.mark.parametrize("formula", ["Mit freundlichen Grüßen", "Selam,", "Danke!\n\nViele Grüße"])
def test_a_mail_of_a_formula_and_who_writes_has_a_signature(formula: str) -> None:
    message = _read(f"{formula}\n\nAyşe Demirtaş\n{CONTACT}")
    assert message.text == formula
    assert message.signature == f"Ayşe Demirtaş\n{CONTACT}"


def test_a_sentence_in_small_letters_below_a_greeting_is_no_signature() -> None:
    body = "İyi günler,\n\ndikiş kursumuzdan beşi geliyor: Ece Su, Can Demir, Gül Ak, Ali Kaya. Hepsi çeviri ister."
    message = _read(f"{body}\n\nAyşe Demirtaş\nDikiş Evi")
    assert message.text == f"{body}\n\nAyşe Demirtaş\nDikiş Evi"
    assert message.closing_at > len(body)


def test_what_is_answered_below_a_quote_is_no_signature_of_the_thanks_above_it() -> None:
    message = _read("Danke.\n\n> Wie viele kommen?\n\nDrei.\n\n> Welcher Tisch?\n\nTisch Zwei.")
    assert message.text == "Danke.\n\nDrei.\n\nTisch Zwei."
    assert message.signature == ""


@pytest.mark.parametrize(
    "line",
    [
        "Von meinem iPhone gesendet",
        "Gesendet mit der GMX Mail App",
        "Von Yahoo Mail auf Android",
        "Gesendet mit der mobilen Mail App",
        "Sent from my Galaxy, please excuse typos",
        "Sent from Mail for Windows 10",
        "iPhone'umdan gönderildi",
        "Samsung cep telefonumdan gönderildi",
        "أُرسلت من الـ iPhone",
        "تم الإرسال من هاتفي",
        "Отправлено с iPhone",
        "Отправлено из мобильной Почты Mail.ru",
        "Надіслано з мого телефону",
        "Wysłane z iPhone'a",
        "Trimis de pe iPhone‑ul meu",
        "Poslano s mog mobitela",
        "Dërguar nga iPhone im",
        "Ji iPhone'a min hat şandin",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "ارسال شده از iPhone من",
        "Verzonden vanuit Outlook voor iOS",
        "Skickat från min iPhone",
        "Az iPhone-omról küldve",
        "Lähetetty iPhonesta",
        "从我的 iPhone 发送",
        "iPhoneから送信",
        "Odesláno z iPhonu",
        "Στάλθηκε από το iPhone μου",
    ],
)
def test_what_a_telephone_adds_goes(line: str) -> None:
    message = _read(f"{BODY}\n\n{line}")
    assert message.text == BODY
    assert [cut.kind for cut in message.cuts] == [CutKind.DEVICE]


@pytest.mark.parametrize(
    "line",
    [
        "Von uns wird morgen eine Liste gesendet.",
        "Mit dieser Mail habe ich die Anmeldung gesendet.",
        "Gesendet von unserem Vorstand am Montag.",
        "Sent from my desk, we are three.",
        "Envoyé par ma collègue hier.",
        "Liste Ahmet tarafından gönderildi.",
        "Katılım formu ekte gönderilmiştir.",
        "Wysłane z opóźnieniem, będzie nas troje.",
        "Отправлено из Гельзенкирхена, мы придём втроём.",
        "Надіслано від імені спілки, нас буде троє.",
        "Trimis din greșeală, suntem trei.",
        "Poslano iz ureda, dolazimo nas troje.",
        "Inviato dal direttivo, siamo in tre.",
        "تم الإرسال من طرف الجمعية وسنكون ثلاثة",
        "Dërguar nga shoqata jonë, vijmë tre veta",
        "Gesendet von IGMG Hassel, wir kommen zu dritt",
        "Von meinem Handy kann ich das Formular nicht gesendet bekommen",
    ],
)
def test_a_sentence_in_the_form_of_such_a_line_stays(line: str) -> None:
    body = f"Guten Tag.\n\n{line}"
    assert _read(body).text == body


@pytest.mark.parametrize("rule", ["___", "---", "-----", "________________________________", "=====", "* * *", "–––"])
def test_a_rule_alone_decides_nothing(rule: str) -> None:
    body = f"Guten Tag.\n\n{rule}\n\nWir kommen zu dritt: Ali, Can und ich."
    assert _read(body).text == body
    assert _read(f"{body}\n{rule}\nUnd der Kassenwart kommt auch.").text.endswith("Und der Kassenwart kommt auch.")


def test_a_mark_between_two_lines_quotes_nobody() -> None:
    body = "Zur Anmeldung:\n>>> hier <<<\nWir kommen."
    assert _read(body).text == body


MEANT = (
    (
        "Bitte behandeln Sie meine personenbezogenen Daten vertraulich und geben sie nicht weiter, denn ich habe"
        " eine Allergie gegen Nüsse."
    ),
    "Wir kommen zu dritt, bitte behandeln Sie die Namen vertraulich und löschen Sie die Liste nach der Veranstaltung.",
    "Achtung: ich wohne außerhalb und komme mit der Bahn, bitte an den Absender antworten.",
    "Kommen auch Teilnehmer von außerhalb? Wir sind drei, siehe Anhänge.",
    "Unsubscribe bitte nicht, wir bleiben auf der Mailingliste und kommen zu viert.",
    "Прошу считать конфиденциальным: мы придём втроём, и если письмо получили по ошибке, сообщите мне, пожалуйста.",
)
ADDED = (
    (
        "Diese E-Mail enthält vertrauliche und rechtlich geschützte Informationen. Wenn Sie nicht der Adressat sind,"
        " informieren Sie bitte den Absender und vernichten Sie diese Mail."
    ),
    (
        "Niniejsza wiadomość jest poufna i przeznaczona wyłącznie dla adresata. Jeśli otrzymali ją Państwo omyłkowo,"
        " prosimy o jej usunięcie i powiadomienie nadawcy."
    ),
    (
        "Bu e-posta gizli bilgiler içerebilir. Muhatabı değilseniz ve size yanlışlıkla ulaştıysa lütfen siliniz ve"
        " göndereni bilgilendiriniz; yetkisiz kullanımı yasaktır."
    ),
    (
        "Ce message est confidentiel. Si vous n'en êtes pas le destinataire ou l'avez reçu par erreur, avertissez-en"
        " l'expéditeur et de le supprimer ; toute diffusion est interdite."
    ),
    (
        "Ova poruka je povjerljiva i namijenjena je samo primatelju. Ako ste je dobili greškom, obavijestite"
        " pošiljatelja i izbrišete je; svako korištenje je zabranjeno."
    ),
    (
        "هذه الرسالة سرية ومخصصة للمرسل إليه المقصود فقط. إذا وصلتك عن طريق الخطأ"
        " يرجى إبلاغ المرسل وحذفها دون نسخ أو توزيع."
    ),
)


@pytest.mark.parametrize("paragraph", MEANT)
def test_a_paragraph_that_only_sounds_like_a_note_of_a_program_stays(paragraph: str) -> None:
    assert _read(f"Guten Tag.\n\nViele Grüße\nAli\n\n{paragraph}").text.endswith(paragraph)
    assert _read(f"{paragraph}\n\nGuten Tag,\nwir freuen uns.").text.startswith(paragraph)


@pytest.mark.parametrize("paragraph", ADDED)
def test_the_note_of_a_program_goes(paragraph: str) -> None:
    assert _read(f"{BODY}\n\n{paragraph}").text == BODY


@pytest.mark.parametrize("signature", [f"Viele Grüße\nAyşe Demirtaş\n{CONTACT}", f"Ayşe Demirtaş\n{CONTACT}"])
@pytest.mark.parametrize(
    "line",
    ["Bitte 2x vegetarisch", "3 Personen", "+ meine Frau", "Thementisch 2", "vegan", "Allergie: Nüsse", "Нас троє"],
)
def test_what_is_added_below_a_signature_stays(line: str, signature: str) -> None:
    assert _read(f"{BODY}\n\n{signature}\n\n{line}").text.endswith(line)


@pytest.mark.parametrize(
    "line", ["Vorsitzende: Ece Su", "Vorstand: Ece Su | AG Musterstadt VR 5512", "Mitglied im Landesverband"]
)
def test_what_belongs_to_a_signature_goes_with_it(line: str) -> None:
    assert _read(f"{BODY}\n\nViele Grüße\nAyşe Demirtaş\n{CONTACT}\n\n{line}").text == f"{BODY}\n\nViele Grüße"


FORM = "Name: Can Demir\nE-Mail: can@verein.example\nTelefon: 0209 1234567\nPersonen: 3\nThementisch: 2"


@pytest.mark.parametrize("above", ["Anmeldung", "Guten Tag,\n\nwir kommen.\n\nViele Grüße"])
def test_a_form_that_somebody_filled_in_is_no_signature(above: str) -> None:
    message = _read(f"{above}\n\n{FORM}")
    assert message.text == f"{above}\n\n{FORM}"
    assert message.signature == ""


def test_the_data_of_somebody_whom_a_sentence_names_are_no_signature() -> None:
    body = "Guten Tag,\n\nes kommt meine Kollegin\n\nEce Su\nTel. 0176 3334445\nece@verein.example"
    assert _read(body).text == body


def test_an_address_beside_its_link_is_of_the_signature() -> None:
    link = "ayse@verein.example<mailto:ayse@verein.example>"
    message = _read(f"{BODY}\n\nViele Grüße\n\nAyşe Demirtaş\nTel.: 0209 1234567<tel:02091234567>\n{link}")
    assert message.text == f"{BODY}\n\nViele Grüße"
    assert message.signature.endswith(link)
