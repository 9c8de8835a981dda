"""An office for tests: a real mailbox, a real mail server, and the real command as a subprocess."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

BERLIN = ZoneInfo("Europe/Berlin")
ADDRESS = "47-ki@gelsenkirchen.de"

_CONFIG = """\
[imap]
host = "127.0.0.1"
port = {imap_port}
tls = "ssl"
ca_file = "{imap_ca}"
user = "office"
poll_seconds = 1
timeout_seconds = 20
{imap_extra}

[smtp]
host = "{smtp_host}"
port = {smtp_port}
tls = "{smtp_tls}"
{smtp_extra}
from_address = "47-ki@gelsenkirchen.de"
from_name = "Kommunales Integrationszentrum"
per_minute = {per_minute}
timeout_seconds = 20

[database]
url = "{database}"

[event]
title = "Migrantenorganisationen als Partner von Politik und Verwaltung"
date = 2024-11-15
doors = "13:00"
start = "13:30"
place = "Ulu Camii Erle"
address = "Ulrichstr. 4b, 45891 Gelsenkirchen"
deadline = 2024-11-08
contact = "Andre Ollech"
phone = "0209 169-3052"

[office]
domains = ["gelsenkirchen.de"]

[reminders]
days_before = [3]
at = "09:00"
{extra}
"""


class Office:
    """One installation in a folder, with its two servers."""

    def __init__(
        self,
        folder: Path,
        imap: Dovecot,
        smtp: SmtpServer,
        *,
        imap_extra: str = "",
        smtp_extra: str = "",
        extra: str = "",
        database: str | None = None,
        per_minute: int = 600,
    ) -> None:
        self.folder = folder
        self.imap = imap
        self.smtp = smtp
        self.config = folder / "office.toml"
        self.config.write_text(
            _CONFIG.format(
                imap_port=imap.tls_port,
                imap_ca=imap.certificate,
                imap_extra=imap_extra,
                smtp_host=smtp.host,
                smtp_port=smtp.port,
                smtp_tls=smtp.tls,
                smtp_extra=smtp_extra,
                database=database or f"sqlite:///{folder / 'list.sqlite3'}",
                extra=extra,
                per_minute=per_minute,
            ),
            encoding="utf-8",
        )
        self.environment = {
            **os.environ,
            "ANMELDEPOST_IMAP_PASSWORD": imap.password,
            "ANMELDEPOST_SMTP_PASSWORD": "geheim",
        }

    def command(self, *words: str | Path) -> list[str]:
        """The words of a call of the command, as a user types them."""
        name, *rest = map(str, words)
        return [sys.executable, "-m", "processor", name, "--config", str(self.config), *rest]

    def call(self, *words: str | Path, expect: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Calls the command and waits; fails where it ends otherwise than expected."""
        done = subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True, timeout=150)
        if expect is not None:
            assert done.returncode == expect, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def once(self, now: dt.datetime | None = None, expect: int = 0) -> subprocess.CompletedProcess[str]:
        """One pass; the clock stands at ``now``."""
        words = ["once"] if now is None else ["once", "--now", now.isoformat()]
        return self.call(*words, expect=expect)

    def start(self, command: str = "run") -> subprocess.Popen[bytes]:
        """Starts the daemon; its log goes to daemon.log."""
        with (self.folder / "daemon.log").open("ab") as log:
            return subprocess.Popen(self.command(command), env=self.environment, stderr=log, stdout=log)

    @property
    def log(self) -> str:
        """What the daemon has said."""
        return (self.folder / "daemon.log").read_text(encoding="utf-8")

    def registrations(self) -> list[dict[str, Any]]:
        """What ``list --json`` prints."""
        found: list[dict[str, Any]] = json.loads(self.call("list", "--json").stdout)
        return found

    def by_name(self) -> dict[str, dict[str, Any]]:
        """The registrations by the name of their contact."""
        return {registration["contact"]["name"]: registration for registration in self.registrations()}

    def subjects(self) -> list[tuple[str, str]]:
        """Recipient and subject of every mail that went out."""
        return sorted((mail.recipients[0], str(mail.message["Subject"])) for mail in self.smtp.mails)


def mail(
    name: str,
    text: str,
    *,
    address: str | None = None,
    subject: str = "Anmeldung zum Workshop",
    message_id: str | None = None,
    sent: dt.datetime | None = None,
    **headers: str,
) -> bytes:
    """A plain mail as people write it; more headers as keywords, with underscores for hyphens."""
    sent = sent or dt.datetime(2024, 10, 20, 12, tzinfo=BERLIN)
    address = address or f"{name.split()[0].lower().translate(str.maketrans('şıüöäçğ', 'siuoacg'))}@example.org"
    made = EmailMessage(policy=SMTP)
    made["From"] = f'"{name}" <{address}>' if name else address
    made["To"] = ADDRESS
    made["Subject"] = subject
    made["Date"] = format_datetime(sent)
    made["Message-ID"] = message_id or f"<{abs(hash((name, text, subject)))}@example.org>"
    for key, value in headers.items():
        made[key.replace("_", "-")] = value
    made.set_content(text, cte="quoted-printable")
    return made.as_bytes()
