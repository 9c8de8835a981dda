"""Delivery reports of mail servers: files a person can open, with what they say in truth.jsonl."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from processor.message.parts import Headers, Part
from processor.message.robots import classify
from processor.message.values import SenderKind
from processor.message.wire import parse
from tests.message.robots.mails import body_text, mail, told

REPORTS = Path(__file__).parent / "reports"
TRUTH = [json.loads(line) for line in (REPORTS / "truth.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("line", TRUTH, ids=[line["file"] for line in TRUTH])
def test_a_report_is_known_and_names_exactly_the_addresses_that_failed_for_good(line: dict[str, object]) -> None:
    verdict = told((REPORTS / str(line["file"])).read_bytes())
    assert verdict.kind is SenderKind.BOUNCE
    assert list(verdict.failed_recipients) == line["failed"]
    assert verdict.reason.endswith(".")


@pytest.mark.parametrize("line", TRUTH, ids=[line["file"] for line in TRUTH])
def test_a_report_reads_the_same_with_the_line_ends_of_the_wire(line: dict[str, object]) -> None:
    raw = (REPORTS / str(line["file"])).read_bytes()
    assert told(raw.replace(b"\n", b"\r\n")) == told(raw)


def test_every_file_has_its_truth_and_every_truth_its_file() -> None:
    assert {line["file"] for line in TRUTH} == {path.name for path in REPORTS.glob("*.eml")}


def test_the_id_of_the_returned_mail_is_found_wherever_it_stands() -> None:
    for name in ("postfix-unknown", "exim-two", "qmail", "exchange-2010-text", "communigate"):
        assert told((REPORTS / f"{name}.eml").read_bytes()).returned_ids == ("einladung.1@stadt.example",), name


def test_without_the_returned_mail_the_thread_names_it() -> None:
    assert told((REPORTS / "gmail-notice.eml").read_bytes()).returned_ids == ("einladung.1@stadt.example",)


def test_a_status_whose_groups_the_wire_form_took_apart_reads_as_well() -> None:
    groups = (
        Part(Headers((("reporting-mta", "dns; relay.example.net"),)), "text/plain"),
        Part(
            Headers((("final-recipient", "rfc822; leser@verein.example"), ("action", "failed"), ("status", "5.1.1"))),
            "text/plain",
        ),
    )
    status = Part(Headers(), "message/delivery-status", children=groups)
    root = Part(Headers(), "multipart/report", {"report-type": "delivery-status"}, children=(status,))
    assert classify(root, "").failed_recipients == ("leser@verein.example",)


def test_a_long_list_of_failed_recipients_is_complete() -> None:
    lines = "\n\n".join(
        f"Final-Recipient: rfc822; nr{n}@verein.example\nAction: failed\nStatus: 5.1.1" for n in range(800)
    )
    raw = mail(
        f"--b\nContent-Type: message/delivery-status\n\n{lines}\n\n--b--\n",
        sender="MAILER-DAEMON@relay.example.net",
        Return_Path="<>",
        Content_Type='multipart/report; report-type=delivery-status; boundary="b"',
    )
    assert told(raw).failed_recipients == tuple(f"nr{n}@verein.example" for n in range(800))


def test_our_own_address_and_the_postmaster_have_not_failed() -> None:
    raw = mail(
        "Ihre Nachricht von ki@stadt.example wurde abgewiesen: 550 5.7.1 ki@stadt.example nicht erlaubt.\n"
        "Fragen beantwortet postmaster@firma.example.\n"
        "550 5.1.1 leser@firma.example unbekannt\n",
        sender="MAILER-DAEMON@firma.example",
        subject="Undelivered Mail Returned to Sender",
        Return_Path="<>",
    )
    assert told(raw).failed_recipients == ("leser@firma.example",)


def test_a_complaint_about_a_mail_is_a_robots_report_and_names_nobody_as_unreachable() -> None:
    raw = mail(
        "--b\nContent-Type: text/plain\n\nThis is an abuse report.\n"
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: leser@verein.example\n"
        "--b\nContent-Type: message/rfc822\n\n"
        "From: ki@stadt.example\nTo: leser@verein.example\nSubject: x\n\nx\n--b--\n",
        sender="abuse@anbieter.example",
        Content_Type='multipart/report; report-type=feedback-report; boundary="b"',
    )
    verdict = told(raw)
    assert verdict.kind is SenderKind.BOUNCE
    assert verdict.failed_recipients == ()
    assert "leser@verein.example" in verdict.reason
    assert "unerwünscht" in verdict.reason


def test_who_complained_is_told_by_the_returned_mail_where_no_field_says_it() -> None:
    verdict = told(_handed_on("", "X-HmXmrOriginalRecipient"))
    assert "leser@verein.example" in verdict.reason


def test_a_list_of_failed_addresses_is_whole_although_the_returned_mail_names_one_of_them() -> None:
    raw = mail(
        "--b\nContent-Type: text/plain\n\nYour message did not reach the following recipient(s):\n\n"
        "leser@verein.example on Mon, 14 Oct 2024 10:26:00 +0200\n    The recipient name is not recognized\n"
        "blind@verein.example on Mon, 14 Oct 2024 10:26:01 +0200\n    The recipient name is not recognized\n"
        "--b\nContent-Type: message/rfc822\n\n"
        "From: ki@stadt.example\nTo: leser@verein.example\nMessage-ID: <1@stadt.example>\n\nx\n--b--\n",
        sender="postmaster@verein.example",
        subject="Undeliverable: Einladung",
        Return_Path="<>",
        Content_Type='multipart/mixed; boundary="b"',
    )
    assert told(raw).failed_recipients == ("leser@verein.example", "blind@verein.example")


def test_a_link_that_unsubscribes_is_no_recipient() -> None:
    raw = mail(
        "<mailto:liste-request@verein.example?subject=unsubscribe>\n\n"
        "------- Failure Reasons --------\n\nMessage has exceeded maximum hop count\n\n"
        "------- Returned Message --------\n"
        "Message-ID: <1@stadt.example>\nTo: liste@verein.example\nFrom: ki@stadt.example\nSubject: x\n\nx\n",
        sender="postmaster@verein.example",
        subject="Undeliverable message",
        Return_Path="<>",
    )
    assert told(raw).failed_recipients == ("liste@verein.example",)


@pytest.mark.parametrize("line", TRUTH, ids=[line["file"] for line in TRUTH])
def test_a_report_reads_the_same_with_bare_carriage_returns(line: dict[str, object]) -> None:
    raw = (REPORTS / str(line["file"])).read_bytes().replace(b"\r\n", b"\n")
    verdict = told(raw.replace(b"\n", b"\r"))
    assert (verdict.kind, list(verdict.failed_recipients)) == (SenderKind.BOUNCE, line["failed"])


def test_a_report_in_words_of_its_own_is_known_by_the_head_that_came_back() -> None:
    raw = mail(
        "This message is to inform you that an email you sent was rejected.\n\n"
        "reject reason: Mailbox full\ntarget mail address: leser@verein.example\n\n"
        "------------------------------\nbounced E-Mail:\n\n"
        "Date: Mon, 14 Oct 2024 10:26:00 +0200\nFrom: Referat <ki@stadt.example>\nTo: leser@verein.example\n"
        "Message-ID: <einladung.1@stadt.example>\nSubject: Einladung\n",
        sender="postmaster@verein.example",
        subject="email notification",
        Return_Path="<>",
        Auto_Submitted="auto-replied",
    )
    verdict = told(raw)
    assert (verdict.kind, verdict.failed_recipients) == (SenderKind.BOUNCE, ("leser@verein.example",))
    assert verdict.returned_ids == ("einladung.1@stadt.example",)


def _handed_on(text: str, field: str) -> bytes:
    return mail(
        f"{text}--b\nContent-Type: message/rfc822\n\n{field}: leser@verein.example\n"
        "From: ki@stadt.example\nTo: leser@verein.example\nSubject: x\n\nx\n--b--\n",
        sender="staff@anbieter.example",
        subject="complaint about message from 192.0.2.1",
        Content_Type='multipart/mixed; boundary="b"',
    )


def test_a_mail_handed_back_with_who_complained_is_a_robots() -> None:
    verdict = told(_handed_on("", "X-HmXmrOriginalRecipient"))
    assert (verdict.kind, verdict.failed_recipients) == (SenderKind.BOUNCE, ())


def test_a_mail_that_a_person_hands_on_is_a_persons() -> None:
    words = "--b\nContent-Type: text/plain\n\nBitte ansehen.\n"
    for text, field in (("", "X-Original-To"), (words, "X-HmXmrOriginalRecipient")):
        assert told(_handed_on(text, field)).kind is SenderKind.PERSON


def test_the_program_of_a_list_is_never_answered() -> None:
    raw = mail(
        "Duplicated Message-ID in <liste@verein.example>.",
        sender="liste-admin@verein.example",
        subject="Loop Alert: Duplicated Message-ID",
        X_MLServer="fml [fml 4.0.3 release]",
    )
    assert told(raw).kind is SenderKind.LIST


def test_a_report_from_nobody_at_all_is_one() -> None:
    raw = mail("You sent mail to leser@verein.example. That's not a valid user here.", sender="<>", Return_Path="<>")
    assert told(raw).failed_recipients == ("leser@verein.example",)


def test_reading_a_report_twice_gives_the_same() -> None:
    raw = (REPORTS / "several-some-reached.eml").read_bytes()
    root = parse(raw)
    assert classify(root, body_text(root)) == classify(root, body_text(root))


TO_SEVERAL = """   ----- Transcript of session follows -----
While talking to mx.verein-eins.example:
>>> MAIL From:<ki@stadt.example>
<<< 501 <ki@stadt.example>... no access from this server
554 <vorstand@verein-eins.example>... Remote protocol error
550 verein-zwei.example (smtp)... 550 Host unknown
554 <kasse@verein-zwei.example>... 550 Host unknown (Authoritative answer from name server)
While talking to mx.verein-drei.example:
>>> RCPT To:<jugend@verein-drei.example>
<<< 550 <jugend@verein-drei.example>... User unknown
>>> RCPT To:<erreicht@verein-drei.example>
<<< 250 <erreicht@verein-drei.example>... Recipient ok
250 verein-vier.example (smtp)... 250 Deferred

   ----- Unsent message follows -----
Received: by relay.example.net; (5.65/1.37) id 0000001; Mon, 14 Oct 2024 10:26:00 +0200
From: ki@stadt.example
To: vorstand@verein-eins.example
Subject: Einladung

Guten Tag
"""


def test_a_transcript_names_all_whom_the_server_gave_up_whatever_it_said_of_each() -> None:
    raw = mail(TO_SEVERAL, subject="Returned mail: Host unknown", sender="MAILER-DAEMON@relay.example.net")
    assert sorted(told(raw).failed_recipients) == [
        "jugend@verein-drei.example",
        "kasse@verein-zwei.example",
        "vorstand@verein-eins.example",
    ]


@pytest.mark.parametrize(
    ("failed", "written", "expected"),
    [
        ("leser%verein.example@relay.example.net", "leser@verein.example", "leser@verein.example"),
        ("leser%verein.example@relay.example.net", "andere@verein.example", "leser%verein.example@relay.example.net"),
        ("=?utf-8?Q?lesf=C3=BCr?=@verein.example", "leser@verein.example", "=?utf-8?q?lesf=c3=bcr?=@verein.example"),
    ],
)
def test_an_address_counts_as_it_was_written_where_the_report_shows_the_way_to_it(
    failed: str, written: str, expected: str
) -> None:
    raw = mail(
        f"The following address failed:\n\n  <{failed}>\n    mailbox is full\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\n"
        "Received: from a by b; Mon, 14 Oct 2024 10:26:00 +0200\n"
        f"From: ki@stadt.example\nTo: {written}\nSubject: x\n\nx",
        subject="Mail delivery failed: returning message to sender",
        sender="Mailer-Daemon@relay.example.net",
        Return_Path="<>",
        To="ki@stadt.example",
    )
    assert told(raw).failed_recipients == (expected,)


@pytest.mark.parametrize("tag", ["", "[EXTERN] ", "EXTERNAL: ", "[EXT] "])
def test_a_gateways_tag_hides_no_title(tag: str) -> None:
    raw = mail(
        "550 5.1.1 <leser@verein.example>: unbekannt",
        subject=f"{tag}Unzustellbar: Einladung",
        sender="postmaster@verein.example",
    )
    verdict = told(raw)
    assert (verdict.kind, verdict.failed_recipients) == (SenderKind.BOUNCE, ("leser@verein.example",))


def test_our_mail_that_came_back_in_nobodys_name_names_whom_it_was_written_to() -> None:
    body = (
        "--b\nContent-Type: text/plain\n\n****** Message from the virus wall ******\n\n"
        "The following mail could not be delivered.\nReason: Exceeded Maximum Delivery Attempts.\n\n"
        "--b\nContent-Type: message/rfc822\n\n"
        "From: ki@stadt.example\nTo: leser@verein.example\nMessage-ID: <1@stadt.example>\nSubject: x\n\nx\n--b--\n"
    )
    raw = mail(
        body,
        subject="Mail could not be delivered",
        sender="gwin1@verein.example",
        Content_Type='multipart/mixed; boundary="b"',
    )
    verdict = told(raw)
    assert (verdict.kind, verdict.failed_recipients) == (SenderKind.BOUNCE, ("leser@verein.example",))
    assert verdict.returned_ids == ("1@stadt.example",)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Delayed Mail",
            (
                "# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n\n"
                "<leser@verein.example>: temporary failure. Command output: message delivery failed to /var/INBOX"
            ),
        ),
        ("Delivery status notification", "Only a temporary failure report.\n\nleser@verein.example: delivery failed"),
        ("Return receipt", "<leser@verein.example>... relayed; expect no further notifications"),
        ("Zugestellt: Einladung", "Ihre Nachricht wurde erfolgreich zugestellt an:\n\nleser@verein.example"),
    ],
)
def test_a_warning_and_a_receipt_in_words_name_nobody_whatever_they_cite(subject: str, text: str) -> None:
    verdict = told(mail(text, subject=subject, sender="MAILER-DAEMON@relay.example.net", Return_Path="<>"))
    assert (verdict.kind, verdict.failed_recipients) == (SenderKind.BOUNCE, ())


def test_an_address_that_is_none_failed_for_just_that() -> None:
    raw = mail(
        "The following addresses had permanent fatal errors\n<leser@#verein.example>\n    (reason: 550 Host unknown)",
        subject="Returned mail",
        sender="MAILER-DAEMON@relay.example.net",
    )
    assert told(raw).failed_recipients == ("leser@#verein.example",)


def test_a_report_that_a_server_marked_as_its_own_needs_no_envelope() -> None:
    raw = mail(
        "An email you sent was rejected.\ntarget mail address: leser@verein.example\n\n"
        "---------------------\n\nDate: Mon, 14 Oct 2024 10:26:00 +0200\nFrom: Referat <ki@stadt.example>\n"
        "To: leser@verein.example\nMessage-ID: <einladung.1@stadt.example>\nSubject: Einladung\n",
        sender="postmaster@verein.example",
        subject="notification",
        Return_Path="absent",
        Auto_Submitted="auto-replied",
    )
    verdict = told(raw)
    assert (verdict.kind, verdict.failed_recipients) == (SenderKind.BOUNCE, ("leser@verein.example",))


TITLES = [
    "Zustellung verzögert (Warnung)",
    "Verzögerte Zustellung",
    "Ihre E-Mail konnte nicht zugestellt werden",
    "Échec de livraison",
    "Entrega fallida",
    "Consegna non riuscita",
    "Bezorging mislukt",
    "Wiadomość nie została dostarczona",
    "İletiniz teslim edilemedi",
    "Ошибка доставки",
    "Помилка доставки",
    "Mesaj nelivrat: livrare eșuată",
    "فشل التسليم",
]


@pytest.mark.parametrize("subject", TITLES)
def test_a_title_is_known_by_its_stems_in_any_language_where_no_sender_is_named(subject: str) -> None:
    raw = mail("leser@verein.example", subject=subject, sender="post@verein.example", Return_Path="<>")
    verdict = told(raw)
    assert verdict.kind is SenderKind.BOUNCE


@pytest.mark.parametrize("subject", TITLES)
def test_a_person_may_choose_such_a_title(subject: str) -> None:
    raw = mail("Guten Tag, leser@verein.example kommt zu zweit.", subject=subject, sender="postmaster@verein.example")
    raw = raw.replace(b"Return-Path: <elif.kaya@verein.example>", b"Return-Path: <postmaster@verein.example>")
    assert told(raw).kind is SenderKind.PERSON


def test_a_server_that_writes_in_its_keepers_name_needs_no_title() -> None:
    raw = mail(
        "Ihre Nachricht an <leser@verein.example> konnte nicht zugestellt werden.",
        subject="Hinweis",
        sender="postmaster@verein.example",
        Return_Path="<>",
    )
    assert told(raw).failed_recipients == ("leser@verein.example",)


def test_a_keepers_absence_note_reports_no_failure() -> None:
    raw = mail(
        "Diese Adresse lese ich nicht mehr (does not exist). Schreiben Sie an neu@verein.example.",
        subject="Hinweis",
        sender="postmaster@verein.example",
        Return_Path="<>",
    )
    verdict = told(raw)
    assert (verdict.kind, verdict.failed_recipients) == (SenderKind.AUTO_REPLY, ())


def test_who_wrote_to_himself_has_failed_though_nothing_came_back() -> None:
    raw = mail(
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
        "<ki@stadt.example>:\nRemote host said: 552 disk quota exceeded\n",
        subject="failure notice",
        sender="MAILER-DAEMON@stadt.example",
        Return_Path="<>",
    )
    assert told(raw).failed_recipients == ("ki@stadt.example",)


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        ("Sorry, unable to deliver your message to leser@verein.example for\nthe following reason.", ("leser",)),
        ("Ihre Nachricht an <leser@verein.example> konnte nicht zugestellt werden.", ("leser",)),
        ("Votre message à leser@verein.example n'a pas pu être remis.", ("leser",)),
        ("Your message to leser@verein.example failed.\n 552 Quota exceeded for alt@verein.example", ("leser", "alt")),
        ("550 5.1.1 leser@verein.example\nPlease send your message to hilfe@firma.example instead.", ("leser",)),
        ("<alle@verein.example>\n    (expanded from: <leser@verein.example>)\n550 full", ("alle", "leser")),
    ],
)
def test_a_sentence_tells_whom_the_mail_was_for(text: str, failed: tuple[str, ...]) -> None:
    raw = mail(text, subject="failure notice", sender="MAILER-DAEMON@relay.example.net", Return_Path="<>")
    assert told(raw).failed_recipients == tuple(f"{local}@verein.example" for local in failed)


def _notice(kind: str, body: str) -> bytes:
    headers = (
        '"headers":[{"name":"From","value":"amt@stadt.example"},{"name":"Message-ID","value":"<e.1@stadt.example>"}]'
    )
    text = f'{{"{kind}",{body},"mail":{{"source":"amt@stadt.example","destination":["da@verein.example"],{headers}}}}}'
    return mail(text, subject="AWS Notification Message", sender="no-reply@dienst.example")


@pytest.mark.parametrize(
    ("kind", "body", "failed"),
    [
        (
            'notificationType":"Bounce',
            '"bounce":{"bouncedRecipients":[{"emailAddress":"Fort@verein.example"}]}',
            ("fort",),
        ),
        ('eventType":"Bounce', '"bounce":{"bouncedRecipients":[{"emailAddress":"fort@verein.example"}]}', ("fort",)),
        (
            'notificationType":"Complaint',
            '"complaint":{"complainedRecipients":[{"emailAddress":"da@verein.example"}]}',
            (),
        ),
        ('notificationType":"Delivery', '"delivery":{"recipients":["da@verein.example"]}', ()),
        (
            'eventType": "DeliveryDelay',
            '"deliveryDelay":{"delayedRecipients":[{"emailAddress":"da@verein.example"}]}',
            (),
        ),
    ],
)
def test_a_notice_in_json_names_only_whom_a_bounce_failed(kind: str, body: str, failed: tuple[str, ...]) -> None:
    verdict = told(_notice(kind, body))
    assert (verdict.kind, verdict.returned_ids) == (SenderKind.BOUNCE, ("e.1@stadt.example",))
    assert verdict.failed_recipients == tuple(f"{local}@verein.example" for local in failed)


def test_what_a_web_form_sends_as_json_is_no_notice() -> None:
    text = '{"eventType":"Bounce","name":"Mia Beispiel","emailAddress":"mia@verein.example","persons":2}'
    raw = mail(text, subject="Anmeldung", sender="formular@stadt.example")
    assert told(raw).kind is SenderKind.PERSON


def test_an_address_that_is_only_the_name_of_a_mailbox_has_not_failed() -> None:
    raw = mail(
        "A message that you sent contained one or more recipient addresses that were\nincorrectly constructed:\n\n"
        "  alt@verein.example <neu@verein.example>: malformed address: <neu@verein.example> may not follow\n",
        subject="Mail failure - malformed recipient address",
        sender="Mailer-Daemon@relay.example.net",
        Return_Path="<>",
    )
    assert told(raw).failed_recipients == ("neu@verein.example",)


@pytest.mark.parametrize(
    ("copy", "failed"),
    [("", ("leser", "alle")), ("\tfor alle@verein.example; Tue, 2 Mar 2027 09:44:33 +0000\n", ("leser",))],
)
def test_the_alias_counts_only_where_nothing_tells_whom_the_mail_was_for(copy: str, failed: tuple[str, ...]) -> None:
    returned = f"Received: from amt by relay.example.net with local (Exim 4.96)\n{copy}From: amt@stadt.example\n"
    raw = mail(
        "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. "
        "The following address(es) failed:\n\n  leser@verein.example\n    (generated from alle@verein.example)\n"
        "    Unrouteable address\n\n------ This is a copy of the message, including all the headers. ------\n\n"
        f"{returned}Subject: Sommerfest\nMessage-ID: <einladung.1@stadt.example>\n\nText\n",
        subject="Mail delivery failed: returning message to sender",
        sender="Mailer-Daemon@relay.example.net",
        Return_Path="<>",
    )
    assert told(raw).failed_recipients == tuple(f"{local}@verein.example" for local in failed)
