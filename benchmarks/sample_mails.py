"""Mails for measuring: about 8 kB each, text and HTML, umlauts, a quoted invitation; the same every time."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

_GIVEN = " ".join(
    (
        "Ayşe Mehmet Jürgen Olena Piotr Marie José Ahmad Edona Fatma Viktor Ioana Leyla Amir Nadia Samuel",
        "Hülya Goran Tamara Yusuf Bianca Dilan Rosa Karim Selin Tomasz Irina Farid Nilgün Marko Esra Luca",
        "Zeynep Adnan Petra Murat Senait Hassan Vera Can",
    )
).split()
_FAMILY = " ".join(
    (
        "Yılmaz Groß Şahin Schewtschenko Żak Dupré Núñez Haddad Krasniqi Öztürk Popescu Demir Kaya Horvat",
        "Kowalska Schmidt Rossi Petrović Arslan Nowak Becker Tesfay Rahimi Ionescu Çelik Wagner Hoxha Moreira",
        "Bauer Aydın Lindner Marković Osman Keller Doğan Fischer Romano Szymańska Polat Winkler Mansour",
        "Krüger Berisha Lopes Güneş Hartmann Sadiq Vogel Bulut Jansen",
    )
).split()
_QUOTE = (
    "> am 15. November 2024 veranstalten der Integrationsrat der Stadt Gelsenkirchen und das Referat 47\n"
    "> den Workshop „Migrantenorganisationen als Partner von Politik und Verwaltung“.\n"
)


def make(count: int, seed: int = 47) -> list[tuple[bytes, dt.datetime]]:
    """Raw mails (CRLF) with the moment of their arrival."""
    return list(each(count, seed))


def each(count: int, seed: int = 47) -> Iterator[tuple[bytes, dt.datetime]]:
    """The same one by one, where memory is measured."""
    rng = random.Random(seed)
    first = dt.datetime(2024, 10, 15, 8, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    for number in range(count):
        yield _mail(rng, number, first + dt.timedelta(minutes=3 * number))


def _mail(rng: random.Random, number: int, arrived: dt.datetime) -> tuple[bytes, dt.datetime]:
    # Every pair once: two people of the same name would be a case for the staff.
    name = f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[number // len(_GIVEN) % len(_FAMILY)]}"
    if number >= len(_GIVEN) * len(_FAMILY):
        name += f"-{_FAMILY[number // (len(_GIVEN) * len(_FAMILY)) - 1]}"
    house = f"{_FAMILY[number % len(_FAMILY)]}-{_GIVEN[number // len(_FAMILY) % len(_GIVEN)]}"
    address = f"person{number}@verein{number}.example"
    mail = EmailMessage(policy=SMTP)
    mail["Received"] = f"from mx.example by mail.gelsenkirchen.example with ESMTPS; {format_datetime(arrived)}"
    mail["From"] = formataddr((name, address))
    mail["To"] = "47-ki@gelsenkirchen.de"
    mail["Subject"] = f"Anmeldung zum Workshop, {name}"
    mail["Date"] = format_datetime(arrived)
    mail["Message-ID"] = f"<{number}.{rng.randrange(10**9)}@verein{number}.example>"
    text = (
        f"Guten Tag,\n\nhiermit melde ich mich zum Workshop an. Wir kommen zu {rng.choice(['zweit', 'dritt'])}.\n\n"
        f"Mit freundlichen Grüßen\n{name}\nKulturverein {house} e.V.\n"
        f"Tel. 0209 {rng.randrange(100000, 999999)}\n\n"
        f"Am 10.10.2024 um 10:00 schrieb 47-ki@gelsenkirchen.de:\n{_QUOTE * 12}"
    )
    mail.set_content(text, cte="quoted-printable" if number % 2 else "8bit")
    html = text.replace("\n", "<br>\n").replace("> ", "&gt; ")
    mail.add_alternative(f"<html><body><p>{html}</p></body></html>", subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{number:06d}")
    return mail.as_bytes(), arrived
