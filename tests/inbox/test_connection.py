"""Reaching the server: secure ways in, and one clear sentence for every way that fails."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from processor.clock import FixedClock
from processor.database import Database
from processor.errors import MailboxUnreachableError
from processor.inbox import poll, probe
from tests.inbox.conftest import mail, mailbox
from tests.inbox.proxy import Proxy
from tests.servers.dovecot import Dovecot, running_dovecot


def refusal(dovecot: Dovecot, **changes: Any) -> str:
    with pytest.raises(MailboxUnreachableError) as caught:
        probe(dovecot.settings(**changes))
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_all_three_ways_of_encryption_lead_in(dovecot: Dovecot) -> None:
    dovecot.deliver(mail())
    ways: list[dict[str, Any]] = [{}, {"tls": "starttls", "port": dovecot.port}, {"tls": "none", "port": dovecot.port}]

    assert [probe(dovecot.settings(**way)).server_count for way in ways] == [1, 1, 1]


def test_a_certificate_of_nobody_known_is_refused(dovecot: Dovecot) -> None:
    for way in ({}, {"tls": "starttls", "port": dovecot.port}):
        sentence = refusal(dovecot, ca_file=None, **way)
        assert "Zertifikat" in sentence
        assert "ca_file" in sentence


def test_a_certificate_for_another_name_is_refused(dovecot: Dovecot) -> None:
    # Another spelling of the same address: the server is reached, but its certificate does not name it so.
    assert "Zertifikat" in refusal(dovecot, host="127.1")


def test_a_missing_certificate_file_is_named(dovecot: Dovecot, tmp_path: Path) -> None:
    assert "fehlt.pem" in refusal(dovecot, ca_file=tmp_path / "fehlt.pem")


def test_no_encryption_is_for_the_own_machine_only(dovecot: Dovecot) -> None:
    sentence = refusal(dovecot, tls="none", host="imap.verein.example")
    assert "Ohne TLS" in sentence
    assert 'tls = "ssl"' in sentence


@pytest.mark.parametrize("mechanisms", ["plain login", "login"])
def test_a_wrong_password_is_called_that_and_not_repeated(mechanisms: str) -> None:
    with running_dovecot(mechanisms=mechanisms) as dovecot:
        sentence = refusal(dovecot, password="sesam-öffne-dich")
    assert "Passwort" in sentence
    assert "office" in sentence
    assert "sesam" not in sentence


def test_a_wrong_password_is_noted_for_the_staff(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    with pytest.raises(MailboxUnreachableError):
        poll(database, dovecot.settings(password="falsch-falsch"), clock)

    assert "Passwort" in mailbox(database).error
    assert "falsch-falsch" not in mailbox(database).error


def test_a_missing_password_says_where_it_belongs(dovecot: Dovecot) -> None:
    assert "ANMELDEPOST_IMAP_PASSWORD" in refusal(dovecot, password="")


@pytest.mark.parametrize("password", ["Müßiggang=ß€", 'a"b\\c d', "şifre çok güçlü " * 5])
def test_passwords_with_any_letters_work(password: str) -> None:
    with running_dovecot(password=password) as dovecot:
        assert probe(dovecot.settings()).server_count == 0


def test_a_server_that_knows_only_the_older_login_takes_any_letters_too() -> None:
    with running_dovecot(mechanisms="login", password="Müßiggang=ß€") as dovecot:
        assert probe(dovecot.settings()).server_count == 0


def test_a_server_that_takes_no_password_says_what_it_takes() -> None:
    with running_dovecot(mechanisms="cram-md5") as dovecot:
        assert "CRAM-MD5" in refusal(dovecot)


def test_a_wrong_folder_is_answered_with_those_that_exist(dovecot: Dovecot) -> None:
    dovecot.deliver(mail(), folder="Anmeldungen")
    dovecot.deliver(mail())
    sentence = refusal(dovecot, folder="Anmeldung")
    assert "„Anmeldung“" in sentence
    assert "Anmeldungen" in sentence
    assert "INBOX" in sentence


def test_a_folder_with_umlauts_is_read(dovecot: Dovecot, database: Database, clock: FixedClock) -> None:
    with dovecot.client() as client:
        client.create_folder("Anmeldungen/Für Übung")
        client.append("Anmeldungen/Für Übung", mail())

    assert poll(database, dovecot.settings(folder="Anmeldungen/Für Übung"), clock).new == 1


def test_a_server_that_is_not_there_is_called_that(dovecot: Dovecot) -> None:
    dovecot.kill()
    assert "nimmt keine Verbindung an" in refusal(dovecot)


def test_a_name_that_nobody_has_is_called_that(dovecot: Dovecot) -> None:
    assert "nicht zu finden" in refusal(dovecot, host="imap.anmeldepost.invalid")


def test_the_wrong_kind_of_encryption_hints_at_the_port(dovecot: Dovecot) -> None:
    assert "[imap] tls" in refusal(dovecot, port=dovecot.port)


def test_a_silent_server_is_not_waited_for_for_ever(dovecot: Dovecot, proxy: Proxy) -> None:
    proxy.freeze()
    assert "antwortet nicht" in refusal(dovecot, port=proxy.port, tls="none", timeout_seconds=1)


def test_something_that_speaks_no_imap_is_called_that(dovecot: Dovecot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.listen()

        def answer() -> None:
            line, _address = server.accept()
            with line:
                line.sendall(b"220 mail.verein.example ESMTP\r\n")
                line.recv(1000)

        threading.Thread(target=answer, daemon=True).start()
        sentence = refusal(dovecot, port=server.getsockname()[1], tls="none", timeout_seconds=5)
    assert sentence.startswith(("Die Verbindung zum Mailserver", "Der Mailserver"))
