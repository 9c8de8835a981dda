"""Mails for measuring: about 8 kB each, text and HTML, umlauts, a quoted invitation; the same every time."""

from __future__ import annotations

import datetime as dt
import random
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

_NAMES = [
    "Ayşe Yılmaz",
    "Jürgen Groß",
    "Олена Шевченко",
    "Piotr Żak",
    "Marie Dupré",
    "José Núñez",
    "Ahmad Al-Hassan",
    "Edona Krasniqi",
]
_QUOTE = (
    "> am 15. November 2024 veranstalten der Integrationsrat der Stadt Gelsenkirchen und das Referat 47\n"
    "> den Workshop „Migrantenorganisationen als Partner von Politik und Verwaltung“.\n"
)


def make(count: int, seed: int = 47) -> list[tuple[bytes, dt.datetime]]:
    """Raw mails (CRLF) with the moment of their arrival."""
    rng = random.Random(seed)
    first = dt.datetime(2024, 10, 15, 8, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    return [_mail(rng, number, first + dt.timedelta(minutes=3 * number)) for number in range(count)]


def _mail(rng: random.Random, number: int, arrived: dt.datetime) -> tuple[bytes, dt.datetime]:
    name = rng.choice(_NAMES)
    address = f"person{number}@verein{number % 97}.example"
    mail = EmailMessage(policy=SMTP)
    mail["Received"] = f"from mx.example by mail.gelsenkirchen.example with ESMTPS; {format_datetime(arrived)}"
    mail["From"] = formataddr((name, address))
    mail["To"] = "47-ki@gelsenkirchen.de"
    mail["Subject"] = f"Anmeldung zum Workshop, {name}"
    mail["Date"] = format_datetime(arrived)
    mail["Message-ID"] = f"<{number}.{rng.randrange(10**9)}@verein{number % 97}.example>"
    text = (
        f"Guten Tag,\n\nhiermit melde ich mich zum Workshop an. Wir kommen zu {rng.choice(['zweit', 'dritt'])}.\n\n"
        f"Mit freundlichen Grüßen\n{name}\nKulturverein {number % 97} e.V.\n"
        f"Tel. 0209 {rng.randrange(100000, 999999)}\n\n"
        f"Am 10.10.2024 um 10:00 schrieb 47-ki@gelsenkirchen.de:\n{_QUOTE * 12}"
    )
    mail.set_content(text, cte="quoted-printable" if number % 2 else "8bit")
    html = text.replace("\n", "<br>\n").replace("> ", "&gt; ")
    mail.add_alternative(f"<html><body><p>{html}</p></body></html>", subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{seed_of(number)}")
    return mail.as_bytes(), arrived


def seed_of(number: int) -> str:
    """A boundary that is the same in every run."""
    return f"{number:06d}"
