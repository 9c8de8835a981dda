"""What people write is never taken for a robot's, whatever words, quotes or attachments it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.message.robots.bounce.phrases import DELAYS, FAILURES, FINALS, RETURNED_MARKS
from processor.message.robots.bounce.titles import DELAY_SUBJECTS, SUBJECTS
from processor.message.robots.subjects import RECEIPT_WORDS
from processor.message.values import SenderKind
from tests.message.robots.mails import mail, told

REPORTS = Path(__file__).parent / "reports"
TRANSCRIPT = """This is the mail system at host relay.example.net.

<vorstand@verein-eins.example>: host mx.verein-eins.example[192.0.2.10] said: 550
    5.1.1 User unknown (in reply to RCPT TO command)
"""


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "Anmeldung",
            "Ich bin gerade im Urlaub und nicht im Büro, aber wir kommen zu dritt. Out of office bis Montag!",
        ),
        ("Abwesenheit am 15.11.", "Frau Kaya ist abwesend, es kommt Herr Demir."),
        ("Auto: Gibt es Parkplätze?", "Wir kommen mit dem Auto und brauchen einen Parkplatz."),
        ("Zustellung der Einladung", "Die Einladung konnte nicht zugestellt werden, bitte noch einmal senden. Danke!"),
        ("Newsletter", "Wir haben Ihren Newsletter bekommen und melden uns an. Abbestellen wollen wir ihn nicht."),
        ("Gelesen: Ihre Einladung", "Ich habe Ihre Einladung gestern gesehen und komme mit meiner Frau."),
        ("Automatische Türen", "Gibt es automatische Türen? Ich sitze im Rollstuhl."),
        ("Ticket", "Brauchen wir ein Ticket? Wir sind vier."),
        ("Read: the letter", "I saw it and will come with two friends, see you then. " * 40),
        ("Mailer-Daemon", "Was ist ein Mailer-Daemon? Ich bekam so etwas von Ihnen. Wir kommen trotzdem zu zweit."),
    ],
)
def test_a_word_makes_nobody_a_robot(subject: str, body: str) -> None:
    verdict = told(mail(body, subject=subject))
    assert verdict.kind is SenderKind.PERSON
    assert verdict.reason == ""


def test_a_report_that_a_person_quotes_is_the_persons_mail() -> None:
    body = f"Guten Tag,\n\nunser Kollege ist nicht erreichbar, siehe unten. Wir kommen zu zweit.\n\n{TRANSCRIPT}"
    assert told(mail(body, subject="Fehler bei der Zustellung")).kind is SenderKind.PERSON


def test_an_answer_in_the_thread_of_a_report_is_the_persons_mail() -> None:
    body = "Die Adresse war falsch. Ich melde uns hiermit an.\n\n" + "\n".join(
        f"> {line}" for line in TRANSCRIPT.split("\n")
    )
    raw = mail(
        body,
        subject="Re: Undelivered Mail Returned to Sender",
        In_Reply_To="<report@relay.example.net>",
        References="<einladung@stadt.example> <report@relay.example.net>",
    )
    assert told(raw).kind is SenderKind.PERSON


@pytest.mark.parametrize(
    "subject", ["WG: Unzustellbar: Einladung", "Fwd: Automatic reply: Einladung", "Bitte beachten"]
)
def test_a_report_that_a_person_attaches_is_the_persons_mail(subject: str) -> None:
    report = (REPORTS / "postfix-unknown.eml").read_text(encoding="utf-8")
    said = "--w\nContent-Type: text/plain\n\nKommt bei uns nicht an.\n"
    body = f"{said}--w\nContent-Type: message/rfc822\n\n{report}\n--w--\n"
    raw = mail(body, subject=subject, Content_Type='multipart/mixed; boundary="w"')
    assert told(raw).kind is SenderKind.PERSON


@pytest.mark.parametrize(
    "prefix", ["AW: Automatische Antwort:", "Fwd: Abwesenheitsnotiz:", "Re: Out of Office:", "WG: Gelesen:"]
)
def test_who_answers_or_hands_on_an_absence_note_is_a_person(prefix: str) -> None:
    assert told(mail("Danke, dann melde ich mich so an.", subject=f"{prefix} Einladung")).kind is SenderKind.PERSON


def test_outlooks_wish_for_no_automatic_answers_alone_makes_nobody_a_robot() -> None:
    raw = mail(
        "Wir kommen.", X_Auto_Response_Suppress="DR, OOF, AutoReply", X_MS_Exchange_Inbox_Rules_Loop="a@b.example"
    )
    assert told(raw).kind is SenderKind.PERSON


def test_auto_submitted_no_is_a_persons_mail() -> None:
    assert told(mail(Auto_Submitted="no")).kind is SenderKind.PERSON


@pytest.mark.parametrize("local", ["postmaster", "administrator", "admin", "noreply"])
def test_an_office_in_the_address_alone_makes_nobody_a_robot(local: str) -> None:
    raw = mail("Ich melde zwei Personen an.", sender=f"Webmaster <{local}@verein.example>")
    assert told(raw).kind is SenderKind.PERSON


def test_an_entry_of_a_web_form_is_a_persons_mail() -> None:
    raw = mail(
        "Name: Haben T.\nAnzahl: 4",
        subject="Neue Einsendung: Anmeldung",
        sender="Portal <wordpress@portal.example>",
        Reply_To="haben@postfach.example",
        X_Mailer="PHPMailer 6.9.1",
    )
    assert told(raw).kind is SenderKind.PERSON


def test_an_entry_of_a_form_that_nobody_sent_is_the_persons_who_is_to_be_answered() -> None:
    fields = {"Reply_To": "haben@postfach.example", "X_Auto_Response_Suppress": "All"}
    assert told(mail("Anzahl: 4", sender="Formular <noreply@portal.example>", **fields)).kind is SenderKind.PERSON


@pytest.mark.parametrize("submitted", ["absent", "auto-generated"])
def test_who_accepts_by_calendar_is_a_person_though_a_program_wrote_the_mail(submitted: str) -> None:
    event = "BEGIN:VEVENT\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example\nEND:VEVENT"
    calendar = f"BEGIN:VCALENDAR\nMETHOD:REPLY\n{event}\nEND:VCALENDAR"
    body = f"--w\nContent-Type: text/plain\n\n\n--w\nContent-Type: text/calendar; method=REPLY\n\n{calendar}\n--w--\n"
    raw = mail(body, Content_Type='multipart/alternative; boundary="w"', Auto_Submitted=submitted)
    assert told(raw).kind is SenderKind.PERSON


def test_a_title_of_a_report_from_a_persons_program_is_the_persons_mail() -> None:
    raw = mail(TRANSCRIPT, subject="Undelivered Mail Returned to Sender", User_Agent="Mozilla Thunderbird")
    assert told(raw).kind is SenderKind.PERSON


@pytest.mark.parametrize("name", ["Systemadministrator", "Post Office Kulturverein", "Mail System Horst e.V."])
def test_a_name_like_a_servers_alone_makes_nobody_a_robot(name: str) -> None:
    assert told(mail("Ich melde zwei Personen an.", sender=f'"{name}" <it@verein.example>')).kind is SenderKind.PERSON


@pytest.mark.parametrize("local", ["mail", "admin", "postmaster", "system"])
@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Anmeldung", "Beim Versand kam 550 5.1.1 für vorstand@verein.example. Ich melde zwei Personen an."),
        ("Anmeldung", "Ich habe Sie telefonisch nicht erreicht; die Anlage wurde nicht gefunden (not found)."),
        ("AW: Unzustellbar: Einladung", "Jetzt kam sie an. Wir kommen zu zweit."),
    ],
)
def test_who_keeps_an_associations_mailbox_is_a_person(local: str, subject: str, body: str) -> None:
    address = f"{local}@verein.example"
    raw = mail(body, subject=subject, sender=f"Elif Kaya <{address}>", Return_Path=f"<{address}>")
    assert told(raw).kind is SenderKind.PERSON


def test_who_attaches_a_report_from_an_associations_mailbox_is_a_person() -> None:
    report = (REPORTS / "postfix-unknown.eml").read_text(encoding="utf-8")
    said = "--w\nContent-Type: text/plain\n\nDas kommt bei uns nicht an.\n"
    body = f"{said}--w\nContent-Type: message/rfc822\n\n{report}\n--w--\n"
    raw = mail(body, sender="mail@verein.example", Content_Type='multipart/mixed; boundary="w"')
    assert told(raw).kind is SenderKind.PERSON


WORDS = st.sampled_from(
    [*FAILURES, *DELAYS, *FINALS, *RECEIPT_WORDS, *RETURNED_MARKS, "550 5.1.1", "<a@b.example>:", "\n", "> "]
)
LOCALS = st.from_regex(r"[a-z]{2,8}\.[a-z]{2,8}", fullmatch=True).filter(lambda local: "mailer" not in local)


@settings(max_examples=120, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join), st.sampled_from([*SUBJECTS, *DELAY_SUBJECTS, "Anmeldung"]), LOCALS)
def test_no_words_of_a_body_and_no_title_of_a_report_make_a_person_a_robot(body: str, subject: str, local: str) -> None:
    address = f"{local}@verein.example"
    raw = mail(f"Guten Tag,\n{body}\nGruß", subject=subject, sender=f"<{address}>", Return_Path=f"<{address}>")
    assert told(raw).kind is SenderKind.PERSON
