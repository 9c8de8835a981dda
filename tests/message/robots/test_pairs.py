"""Pairs of mails that differ in one thing: the one a machine wrote, the other a person, in almost the same words."""

from __future__ import annotations

from pathlib import Path

import pytest

from processor.message.values import SenderKind
from tests.message.robots.mails import mail, told

REPORT = (Path(__file__).parent / "reports" / "postfix-unknown.eml").read_text(encoding="utf-8")
ABSENT = "Ich bin bis zum 18. November nicht im Büro."
COMING = "Danke für den Hinweis. Wir kommen zu zweit."
RECEIPT = "Ihre Nachricht\n\n   An: ki@stadt.example\n   Betreff: Einladung\n\nwurde gelesen am Montag, 14.10.2024."
RETURNED = (
    "--b\nContent-Type: message/rfc822\n\nFrom: Referat <ki@stadt.example>\nTo: leser@firma.example\n"
    "Message-ID: <einladung.1@stadt.example>\nSubject: Einladung\n\nGuten Tag\n--b--\n"
)
MIXED = 'multipart/mixed; boundary="b"'


def parts(said: str, rest: str) -> str:
    return f"--b\nContent-Type: text/plain; charset=utf-8\n\n{said}\n{rest}"


def zipped(name: str) -> str:
    disposition = f'Content-Disposition: attachment; filename="{name}"'
    return f"--b\nContent-Type: application/zip\n{disposition}\nContent-Transfer-Encoding: base64\n\nUEsFBgAA\n--b--\n"


def calendar(comment: str) -> str:
    event = f"BEGIN:VEVENT\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example\nCOMMENT:{comment}\nEND:VEVENT"
    return parts(
        "", f"--b\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\n{event}\n--b--\n"
    )


#: What differs, the machine's mail, the person's.
PAIRS: dict[str, tuple[bytes, bytes]] = {
    # -- the prefix of an absence note, and somebody who answers one --
    "german": (
        mail(ABSENT, subject="Automatische Antwort: Einladung"),
        mail(COMING, subject="AW: Automatische Antwort: Einladung"),
    ),
    "english": (mail(ABSENT, subject="Automatic reply: Davet"), mail(COMING, subject="Re: Automatic reply: Davet")),
    "turkish": (mail(ABSENT, subject="Otomatik yanıt: Davet"), mail(COMING, subject="Ynt: Otomatik yanıt: Davet")),
    "turkish capitals": (mail(ABSENT, subject="OTOMATİK YANIT: Davet"), mail(COMING, subject="YANIT: Davet")),
    "french": (mail(ABSENT, subject="Réponse automatique : Soirée"), mail(COMING, subject="Réponse : Soirée")),
    "french without accents": (mail(ABSENT, subject="Reponse automatique: Soiree"), mail(COMING, subject="TR: Soiree")),
    "arabic": (mail(ABSENT, subject="رد تلقائي: دعوة"), mail(COMING, subject="رد: دعوة")),
    "ukrainian": (
        mail(ABSENT, subject="Автоматична відповідь: Запрошення"),
        mail(COMING, subject="Відп: Автоматична відповідь: Запрошення"),
    ),
    "russian": (mail(ABSENT, subject="Автоответ: Приглашение"), mail(COMING, subject="Ответ: Приглашение")),
    "polish": (
        mail(ABSENT, subject="Automatyczna odpowiedź: Zaproszenie"),
        mail(COMING, subject="Odp: Automatyczna odpowiedź: Zaproszenie"),
    ),
    "chinese": (mail(ABSENT, subject="自动答复： 邀请"), mail(COMING, subject="答复： 邀请")),
    "georgian": (mail(ABSENT, subject="ავტომატური პასუხი: მოწვევა"), mail(COMING, subject="მოწვევა: პასუხი")),
    "behind a gateway's tag": (
        mail(ABSENT, subject="[EXTERN] Abwesenheitsnotiz: Einladung"),
        mail(COMING, subject="[EXTERN] AW: Abwesenheitsnotiz: Einladung"),
    ),
    "behind the subject": (
        mail(ABSENT, subject="Re: Einladung (Auto-Reply)"),
        mail(COMING, subject="Re: Einladung (automatische Türen?)"),
    ),
    "notes": (
        mail(ABSENT, subject="AUTO: Halil Kaya ist außer Haus (Rückkehr am 18.11.2024)"),
        mail(COMING, subject="Auto: Wir kommen zu viert in einem Wagen"),
    ),
    "a prefix, and the same words in a sentence": (
        mail(ABSENT, subject="Out of Office: Einladung"),
        mail(COMING, subject="Out of office bis Montag, aber dabei"),
    ),
    "a webmailer's title": (
        mail(ABSENT, subject="Yahoo! Auto Response"),
        mail(COMING, subject="Yahoo! Wir sind dabei"),
    ),
    "a title that is nothing but a prefix": (
        mail(ABSENT, subject="Out of Office", In_Reply_To="<einladung.1@stadt.example>"),
        mail("Am 15.11. kann ich nicht, aber Frau Demir kommt.", subject="Out of Office"),
    ),
    "a tag before the subject": (
        mail("Etwas.", subject="[AUTO GENERATED] Einladung"),
        mail(COMING, subject="[Auto, Parkplatz] Einladung"),
    ),
    "the id of a program that answers": (
        mail(ABSENT, subject="Re: Einladung", Message_ID="<dovecot-sieve-1410877454-242323-0@mx.verein.example>"),
        mail(COMING, subject="Re: Einladung", Message_ID="<1410877454-242323-0@mx.verein.example>"),
    ),
    "a receipt, and who asks for one": (
        mail("Ihre Mail ist eingegangen.", subject="Automatische Empfangsbestätigung"),
        mail(COMING, subject="Bitte um Empfangsbestätigung"),
    ),
    # -- one field of the header --
    "auto-submitted": (
        mail(ABSENT, Auto_Submitted="auto-replied", User_Agent="Mozilla Thunderbird"),
        mail(ABSENT, Auto_Submitted="no", User_Agent="Mozilla Thunderbird"),
    ),
    "x-autoreply": (mail(ABSENT, X_Autoreply="yes"), mail(ABSENT, X_Autoreply="no")),
    "precedence": (mail(ABSENT, Precedence="auto_reply"), mail(ABSENT, Precedence="first-class")),
    "the return path": (mail(ABSENT, Return_Path="<>"), mail(ABSENT)),
    "bulk, and bulk that a provider set": (
        mail(ABSENT, subject="Re: Einladung", Precedence="bulk", In_Reply_To="<einladung.1@stadt.example>"),
        mail(COMING, subject="Re: Einladung", Precedence="bulk", X_Mailer="iPhone Mail (20G81)"),
    ),
    "a wish for no automatic answers": (
        mail(ABSENT, X_Auto_Response_Suppress="All", Precedence="bulk"),
        mail(COMING, X_Auto_Response_Suppress="All"),
    ),
    "marks of forwarding, and a person's program with them": (
        mail(ABSENT, X_Auto_Response_Suppress="All", X_Loop="a@b.example"),
        mail(COMING, X_Auto_Response_Suppress="DR, OOF", X_Loop="a@b.example", X_Mailer="Microsoft Outlook 16.0"),
    ),
    "a loop mark": (mail(ABSENT, X_Loop="ki@stadt.example", Precedence="bulk"), mail(COMING, X_Loop="verein.example")),
    "a ticket's number": (
        mail("Ihr Anliegen hat die Nummer 12.", subject="[stadt #12] Einladung", RT_Ticket="12", Precedence="bulk"),
        mail(COMING, subject="[stadt #12] Einladung"),
    ),
    "a ticket": (
        mail("Ihr Ticket ist angelegt.", X_Zammad_TicketNumber="4711", X_Auto_Response_Suppress="All"),
        mail("Brauchen wir ein Ticket? Wir sind vier.", X_Zammad_TicketNumber="4711"),
    ),
    "the words of a field in the text": (
        mail("Nicht zugestellt.", X_Failed_Recipients="leser@verein.example"),
        mail("In Ihrer Mail stand „X-Failed-Recipients: leser@verein.example“. Wir kommen zu zweit."),
    ),
    # -- who sent it --
    "an address that answers by itself": (
        mail(ABSENT, sender="autoreply@verein.example"),
        mail(COMING, sender="autohaus@verein.example"),
    ),
    "a daemon, and a name like one": (
        mail("Nicht zugestellt: leser@verein.example", sender="MAILER-DAEMON@verein.example"),
        mail("Nicht dabei: leser@verein.example", sender="Damon Mailer <d.mailer@verein.example>"),
    ),
    "nobody's address, and a form that names who filled it in": (
        mail("Anzahl: 4", sender="noreply@portal.example", X_Auto_Response_Suppress="All"),
        mail(
            "Anzahl: 4",
            sender="noreply@portal.example",
            X_Auto_Response_Suppress="All",
            Reply_To="haben@postfach.example",
        ),
    ),
    "a machine's own account": (
        mail("3 packages can be updated.", sender="Cron <root@host.verein.example>", Auto_Submitted="auto-generated"),
        mail(COMING, sender="Elif Kaya <root@verein.example>"),
    ),
    # -- receipts, reports, complaints --
    "a receipt of the program": (
        mail(RECEIPT, subject="Gelesen: Einladung"),
        mail("Ich habe Ihre Einladung gestern gesehen und komme.", subject="Gelesen: Einladung"),
    ),
    "a receipt by its form, and a wish for one": (
        mail(
            parts("Angezeigt.", "--b\nContent-Type: message/disposition-notification\n\nDisposition: x; displayed\n"),
            Content_Type='multipart/report; report-type=disposition-notification; boundary="b"',
        ),
        mail(COMING, Disposition_Notification_To="elif.kaya@verein.example"),
    ),
    "a report, and who attaches it": (
        REPORT.encode(),
        mail(
            parts("Kommt bei uns nicht an.", f"--b\nContent-Type: message/rfc822\n\n{REPORT}\n--b--\n"),
            subject="Bitte beachten",
            Content_Type=MIXED,
        ),
    ),
    "our mail that came back, and who hands it back with an answer": (
        mail(
            parts("Die Mail konnte nicht zugestellt werden.\nReason: could not be delivered", RETURNED),
            subject="Mail could not be delivered",
            sender="gwin1@firma.example",
            Content_Type=MIXED,
        ),
        mail(
            parts("Die Einladung konnte ich erst heute lesen. Wir kommen.", RETURNED),
            subject="Ihre Einladung",
            sender="gwin1@firma.example",
            Content_Type=MIXED,
        ),
    ),
    "a text that says nothing else, and one with a greeting": (
        mail(
            "*****\nYour message could not be delivered to\nleser@firma.example\n*****",
            subject="RE: Einladung: non remis (delivery failed)",
            sender="spi.internet@firma.example",
        ),
        mail(
            "Guten Tag,\nyour message could not be delivered to\nleser@firma.example\nGruß, Elif Kaya",
            subject="RE: Einladung: non remis (delivery failed)",
            sender="spi.internet@firma.example",
        ),
    ),
    "a line that says at once that it failed, and a new address": (
        mail(
            "Your mail sent on: Mon, 14 Oct 2024\n     Could not be delivered to: <leser@firma.example>\n"
            "     As their mailbox is full.",
            subject="Mail",
            sender="leser2@firma.example",
            Return_Path="<>",
        ),
        mail("Die alte Adresse gibt es nicht mehr; unsere neue: leser@firma.example. Wir kommen.", subject="Mail"),
    ),
    "our mail that came back under another name, and who asks about it": (
        mail(
            parts("Your mail sent on: Mon, 14 Oct 2024\n Could not be delivered to: <leser@firma.example>", RETURNED),
            subject="Mail",
            sender="leser2@firma.example",
            Content_Type=MIXED,
        ),
        mail(
            parts("Kam diese Mail auch bei leser@firma.example an? Er kommt jedenfalls mit mir.", RETURNED),
            subject="Mail",
            sender="leser2@firma.example",
            Content_Type=MIXED,
        ),
    ),
    "a title that only servers set, and a program for people": (
        mail(
            "550 5.1.1 <leser@firma.example>: unknown user",
            subject="Undelivered Mail Returned to Sender",
            sender="smtp_service@firma.example",
            X_Mailer="Microsoft CDO for Windows 2000",
        ),
        mail(
            "550 5.1.1 <leser@firma.example>: unknown user",
            subject="Undelivered Mail Returned to Sender",
            sender="smtp_service@firma.example",
            X_Mailer="Microsoft Outlook 16.0",
        ),
    ),
    "a warning, and somebody who is late": (
        mail("Delivery is delayed.", subject="Delayed Mail", sender="MAILER-DAEMON@verein.example", Return_Path="<>"),
        mail("Meine Antwort is delayed, Entschuldigung! Wir kommen.", subject="Delayed Mail: meine Antwort"),
    ),
    "a complaint by its form, and one in words": (
        mail(
            parts("Abuse report.", "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b--\n"),
            sender="fbl@anbieter.example",
            Content_Type='multipart/report; report-type=feedback-report; boundary="b"',
        ),
        mail("Ich beschwere mich: Ihre Einladung war unerwünscht (abuse report).", subject="Abuse report"),
    ),
    "a summary of a server, and a file": (
        mail(
            parts("", zipped("anbieter.example!stadt.example!1728856800!1728943199.zip")),
            subject="Report",
            Content_Type=MIXED,
        ),
        mail(parts(COMING, zipped("Anmeldung!.zip")), subject="Report", Content_Type=MIXED),
    ),
    "a summary by its title": (
        mail("Anbei.", subject="Report domain: stadt.example Submitter: anbieter.example Report-ID: <1>"),
        mail(COMING, subject="Report zur Domain stadt.example"),
    ),
    "a report of another form": (
        mail(parts("TLS", "--b--\n"), Content_Type='multipart/report; report-type=tlsrpt; boundary="b"'),
        mail(parts("TLS", "--b--\n"), Content_Type=MIXED),
    ),
    # -- challenges --
    "a filter's question": (
        mail("Please click https://filter.example/1 so that your message can be delivered.", subject="Re: Einladung"),
        mail("Please click https://verein.example/1 to see us. Your message arrived, two of us come."),
    ),
    "a german filter's question": (
        mail("Damit Ihre Nachricht zugestellt wird, klicken Sie bitte: https://filter.example/1"),
        mail("Damit Ihre Nachricht ankommt, schreiben Sie bitte an die neue Adresse: https://verein.example/kontakt"),
    ),
    "a question by its title": (
        mail("x", subject="Please confirm your message"),
        mail("x", subject="Please confirm my registration"),
    ),
    "a number to verify": (
        mail("x", subject="Einladung verify#AbC12"),
        mail("x", subject="Please verify my seat, number 12"),
    ),
    # -- calendars, lists, campaigns --
    "a room that books itself": (
        mail(
            calendar(""),
            Content_Type=MIXED,
            Auto_Submitted="auto-generated",
            X_MS_Exchange_Generated_Message_Source="Resource Booking Assistant",
        ),
        mail(calendar("Wir freuen uns"), Content_Type=MIXED, Auto_Submitted="auto-generated"),
    ),
    "a campaign, and who writes about one": (
        mail(
            "Abbestellen: hier.",
            subject="Rundbrief",
            List_Unsubscribe="<https://news.example/weg>",
            Precedence="bulk",
        ),
        mail("Ihren Rundbrief wollen wir nicht abbestellen. Wir kommen.", subject="Rundbrief"),
    ),
    "a list, and a tag like one": (
        mail(COMING, subject="[netz] Einladung", List_Id="<netz.listen.example>"),
        mail(COMING, subject="[netz] Einladung"),
    ),
    "the keeper of a list": (
        mail(COMING, Return_Path="<owner-netz@listen.example>", Precedence="bulk", X_Loop="owner@listen.example"),
        mail(COMING, Return_Path="<netz@listen.example>"),
    ),
}


def test_there_are_many_pairs() -> None:
    assert len(PAIRS) >= 40


@pytest.mark.parametrize("name", PAIRS)
def test_what_a_machine_wrote_is_no_persons_mail(name: str) -> None:
    verdict = told(PAIRS[name][0])
    assert verdict.kind is not SenderKind.PERSON
    assert verdict.reason.endswith(".")


@pytest.mark.parametrize("name", PAIRS)
def test_what_a_person_wrote_in_almost_the_same_words_is_a_persons_mail(name: str) -> None:
    verdict = told(PAIRS[name][1])
    assert (verdict.kind, verdict.reason) == (SenderKind.PERSON, "")
