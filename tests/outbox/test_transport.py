"""The way to the mail server: encrypted, logged in, and clear about what went wrong."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from processor import outbox
from processor.errors import MailServerUnreachableError
from processor.outbox.transport import Connection
from tests.outbox.builders import make_settings
from tests.servers.smtp import Drop, Reply, SmtpServer, Wait, free_port, make_smtp_certificate, running_smtp

PASSWORD = "Grüße aus Gelsenkirchen"
MAIL = b"From: a@example.org\r\nSubject: Probe\r\n\r\n.Zeile mit Punkt\r\n.\r\n..\r\nEnde\r\n"


def secure(server: SmtpServer, password: str = PASSWORD, **fields: object):  # type: ignore[no-untyped-def]  # dataclasses.replace keeps the type
    return replace(make_settings(server).smtp, user="47-ki", password=password, **fields)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("without", [(), ("PLAIN",)], ids=["plain", "login"])
def test_a_password_with_umlauts_opens_the_server(
    without: tuple[str, ...], smtp_certificate: tuple[Path, Path]
) -> None:
    with running_smtp(
        tls="starttls", certificate=smtp_certificate, users={"47-ki": PASSWORD}, mechanisms_without=without
    ) as server:
        connection = Connection(secure(server))
        connection.send(MAIL, recipient="b@example.org", message_id="1@example.org")
        connection.close()
        assert [(mail.user, mail.encrypted) for mail in server.mails] == [("47-ki", True)]


def test_tls_from_the_first_byte_works_too(smtp_certificate: tuple[Path, Path]) -> None:
    with running_smtp(tls="ssl", certificate=smtp_certificate) as server:
        probe = outbox.probe(make_settings(server).smtp)
    assert probe.tls.startswith("TLSv1.")
    assert not probe.authenticated


def test_the_probe_says_what_the_server_offers(secure_smtp_server: SmtpServer) -> None:
    probe = outbox.probe(secure(secure_smtp_server))
    assert probe.authenticated
    assert probe.smtputf8
    assert not probe.dsn
    assert probe.largest == 33554432
    assert secure_smtp_server.mails == []


def test_a_wrong_password_is_named(secure_smtp_server: SmtpServer) -> None:
    with pytest.raises(
        MailServerUnreachableError, match=r"Anmeldung von „47-ki“ zurück .*535.*ANMELDEPOST_SMTP_PASSWORD"
    ):
        outbox.probe(secure(secure_smtp_server, "falsch"))


def test_nothing_is_said_on_an_unencrypted_line_where_encryption_is_wanted(smtp_server: SmtpServer) -> None:
    settings = replace(make_settings(smtp_server).smtp, tls="starttls", user="47-ki", password=PASSWORD)
    with pytest.raises(MailServerUnreachableError, match="STARTTLS"):
        outbox.probe(settings)
    assert all(command.startswith("EHLO") for command in smtp_server.commands)


def test_a_certificate_of_nobody_we_know_is_refused(secure_smtp_server: SmtpServer) -> None:
    with pytest.raises(MailServerUnreachableError, match="Zertifikat"):
        outbox.probe(secure(secure_smtp_server, ca_file=None))
    assert "AUTH" not in secure_smtp_server.commands


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    certificate = make_smtp_certificate(tmp_path, names="DNS:mail.example.org")
    with (
        running_smtp(tls="starttls", certificate=certificate) as server,
        pytest.raises(MailServerUnreachableError, match="Zertifikat"),
    ):
        outbox.probe(make_settings(server).smtp)


def test_a_port_where_nobody_listens_is_named() -> None:
    settings = replace(make_settings().smtp, port=free_port())
    with pytest.raises(MailServerUnreachableError, match=rf"127\.0\.0\.1:{settings.port} ist nicht zu erreichen"):
        outbox.probe(settings)


def test_a_name_that_does_not_exist_is_named() -> None:
    with pytest.raises(MailServerUnreachableError, match=r"mail\.invalid"):
        outbox.probe(replace(make_settings().smtp, host="mail.invalid"))


def test_a_server_that_keeps_silent_is_not_waited_for_for_ever(smtp_server: SmtpServer) -> None:
    smtp_server.expect("connect", Wait(5))
    with pytest.raises(MailServerUnreachableError, match="antwortet nicht innerhalb von 1 Sekunden"):
        outbox.probe(replace(make_settings(smtp_server).smtp, timeout_seconds=1))


@pytest.mark.parametrize("action", [Drop(), Reply("421 4.3.2 closing"), Reply("554 5.7.1 not you")])
@pytest.mark.parametrize("stage", ["connect", "ehlo", "starttls", "auth"])
def test_a_server_that_does_not_let_us_in_is_out_of_reach(
    stage: str, action: Drop | Reply, secure_smtp_server: SmtpServer
) -> None:
    secure_smtp_server.always(stage, action)  # type: ignore[arg-type]  # the stages above are stages
    with pytest.raises(MailServerUnreachableError, match="localhost"):
        outbox.probe(secure(secure_smtp_server))


def test_lines_that_begin_with_a_dot_arrive_as_they_are(smtp_server: SmtpServer) -> None:
    connection = Connection(make_settings(smtp_server).smtp)
    connection.send(MAIL, recipient="b@example.org", message_id="1@example.org")
    connection.close()
    assert smtp_server.mails[0].raw == MAIL


def test_delivery_reports_are_asked_for_where_the_server_knows_them() -> None:
    with running_smtp(extensions=("DSN",)) as server:
        connection = Connection(make_settings(server).smtp)
        connection.send(MAIL, recipient="b+c=d@example.org", message_id="1+2@example.org")
        connection.close()
        [mail] = server.mails
    assert "RET=HDRS" in mail.mail_options
    assert "ENVID=1+2B2@example.org" in mail.mail_options
    assert mail.rcpt_options == ["NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;b+2Bc+3Dd@example.org"]


def test_an_international_domain_goes_out_in_ascii(smtp_server: SmtpServer) -> None:
    connection = Connection(make_settings(smtp_server).smtp)
    connection.send(MAIL, recipient="ayşe".replace("ş", "s") + "@bücher.example", message_id="1@example.org")
    connection.close()
    assert smtp_server.mails[0].recipients == ["ayse@xn--bcher-kva.example"]
    assert "SMTPUTF8" not in smtp_server.mails[0].mail_options


def test_a_server_with_none_but_unknown_logins_is_told_apart_from_a_wrong_password(
    smtp_certificate: tuple[Path, Path],
) -> None:
    with running_smtp(
        tls="starttls", certificate=smtp_certificate, users={"47-ki": PASSWORD}, mechanisms_without=("PLAIN", "LOGIN")
    ) as server:
        with pytest.raises(MailServerUnreachableError, match=r"keine Anmeldung an.*\(PLAIN, LOGIN\); er bietet"):
            outbox.probe(secure(server))
        assert "AUTH" not in server.commands


def test_what_is_slipped_in_before_the_encryption_is_not_believed(smtp_certificate: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*smtp_certificate)
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            ours, _ = listener.accept()
            with ours:
                ours.sendall(b"220 mail.test\r\n")
                heard.append(ours.recv(1000))
                ours.sendall(b"250-mail.test\r\n250-DSN\r\n250 STARTTLS\r\n")
                heard.append(ours.recv(1000))
                # Somebody on the way answers the next question too, before it was asked.
                ours.sendall(b"220 go on\r\n250-mail.test\r\n250-DSN\r\n250 AUTH PLAIN\r\n")
                with context.wrap_socket(ours, server_side=True) as encrypted:
                    heard.append(encrypted.recv(1000))
                    encrypted.sendall(b"250-mail.test\r\n250 SMTPUTF8\r\n")
                    heard.append(encrypted.recv(1000))
                    encrypted.sendall(b"221 bye\r\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        settings = make_settings().smtp
        settings = replace(
            settings, host="localhost", port=listener.getsockname()[1], tls="starttls", ca_file=smtp_certificate[0]
        )
        connection = Connection(settings)
        offers = {name: connection.offers(name) for name in ("dsn", "auth", "smtputf8")}
        connection.close()
        thread.join(20)
    assert offers == {"dsn": False, "auth": False, "smtputf8": True}
    assert [words.split()[0].upper() for words in heard] == [b"EHLO", b"STARTTLS", b"EHLO", b"QUIT"]


def test_a_sender_with_letters_beyond_ascii_asks_for_what_it_needs(smtp_server: SmtpServer) -> None:
    settings = replace(make_settings(smtp_server).smtp, from_address="büro@bücher.example")
    connection = Connection(settings)
    connection.send(MAIL, recipient="b@example.org", message_id="1@example.org")
    connection.close()
    [mail] = smtp_server.mails
    assert mail.sender == "büro@xn--bcher-kva.example"
    assert "SMTPUTF8" in mail.mail_options
