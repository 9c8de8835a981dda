"""Some days of a campaign through a real mailbox: the list, and every answer that went out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.whole.office import BERLIN, Office, mail

GREETING, REGARDS = "Guten Tag,\n\n", "\n\nMit freundlichen Grüßen\n"


def deliver(office: Office, day: int, name: str, text: str, *, answers: str = "", **headers: str) -> None:
    """Lets a mail arrive on a day of October; ``answers`` is the address whose last mail from us it replies to."""
    moment = dt.datetime(2024, 10, day, 9, tzinfo=BERLIN)
    if answers:
        ours = [sent.message for sent in office.smtp.mails if sent.recipients[0] == answers][-1]
        headers |= {"In_Reply_To": str(ours["Message-ID"]), "subject": f"Re: {ours['Subject']}"}
    office.imap.deliver(mail(name, GREETING + text + REGARDS + name + "\n", sent=moment, **headers), moment)


def night(office: Office, day: int) -> list[tuple[str, str]]:
    """The pass of a day: to whom it wrote, and what kind of answer."""
    before = len(office.smtp.mails)
    office.once(dt.datetime(2024, 10, day, 20, tzinfo=BERLIN))
    return sorted(
        (sent.recipients[0].partition("@")[0], str(sent.message["Subject"]).partition(":")[0])
        for sent in office.smtp.mails[before:]
    )


def test_a_full_hall_fills_again_in_order_and_strangers_move_nobody(
    tmp_path: Path, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    office = Office(tmp_path, dovecot, smtp_server, imap_extra='authserv_id = "mx1.gelsenkirchen.de"')
    config = office.config.read_text(encoding="utf-8").replace("deadline =", "capacity = 8\ndeadline =")
    office.config.write_text(config, encoding="utf-8")

    deliver(office, 7, "Bernd Adler", "wir kommen mit drei Personen.")
    deliver(office, 7, "Dirk Vogt", "wir kommen mit vier Personen.")
    assert night(office, 7) == [("bernd", "Anmeldebestätigung"), ("dirk", "Anmeldebestätigung")]

    deliver(office, 8, "Eva Lindner", "wir kommen mit drei Personen.")
    deliver(office, 8, "Frank Berger", "hiermit melde ich mich an.")
    deliver(
        office,
        8,
        "Dirk Vogt",
        "wir müssen unsere Anmeldung leider absagen.",
        Authentication_Results="mx1.gelsenkirchen.de; dmarc=fail header.from=example.org",
    )
    assert night(office, 8) == [("dirk", "Eingangsbestätigung"), ("eva", "Warteliste"), ("frank", "Warteliste")]

    deliver(office, 9, "Bernd Adler", "wir müssen unsere Anmeldung leider absagen.", answers="bernd@example.org")
    assert night(office, 9) == [
        ("bernd", "Abmeldung bestätigt"),
        ("eva", "Anmeldebestätigung"),
        ("frank", "Anmeldebestätigung"),
    ]
    assert {name: (each["status"], each["headcount"]) for name, each in office.by_name().items()} == {
        "Bernd Adler": ("cancelled", 3),
        "Dirk Vogt": ("confirmed", 4),
        "Eva Lindner": ("confirmed", 3),
        "Frank Berger": ("confirmed", 1),
    }
