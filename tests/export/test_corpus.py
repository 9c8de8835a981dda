"""What the office decided leaves the house without the people."""

from __future__ import annotations

import email
import json
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from processor import registrations
from processor.cli.common import installation
from processor.cli.main import main
from processor.clock import FixedClock
from processor.database import AuditEntry, Correction, Database, Mail, Registration
from processor.pipeline import book_reading
from processor.privacy.known import Found, is_ordinary, made_known
from processor.privacy.masking import masked
from processor.privacy.pseudonyms import Pseudonyms
from processor.reading import ReadingRules, as_json, read_mail
from processor.settings import Settings
from tests.staff.conftest import EVENT

ARRIVED = datetime(2024, 10, 20, 10, tzinfo=UTC)
RULES = ReadingRules(event=EVENT)


def letter(*, name: str, address: str, text: str, subject: str = "Anmeldung zum Workshop") -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f'"{name}" <{address}>'
    mail["To"] = "47-ki@gelsenkirchen.de"
    mail["Subject"] = subject
    mail["Date"] = ARRIVED
    mail["Message-ID"] = f"<1.{address}>"
    hop = f"from {address.partition('@')[2]} by mx1.gelsenkirchen.de for <{address}>"
    mail["Received"] = f"{hop}; {ARRIVED:%a, %d %b %Y %H:%M:%S} +0000"
    mail["X-Mailer"] = f"Mail of {name}"
    mail.set_content(text)
    return mail


def readable(raw: bytes) -> str:
    """Everything that somebody who opens a mail with any program can read, accents and case aside."""
    message = email.message_from_bytes(raw, policy=default)
    texts = [raw.decode("utf-8", "replace")]
    for part in message.walk():
        texts += [f"{name}: {value}" for name, value in part.items() if name.lower() not in ("date", "received")]
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            texts.append(payload.decode("utf-8", "replace") if isinstance(payload, bytes) else "")
    return bare("\n".join(texts))


def bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("ı", "i").replace("ł", "l")
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text))


def spelled(alphabet: str, capital: bool = True) -> st.SearchStrategy[str]:
    word = st.text(alphabet, min_size=4, max_size=9)
    return word.map(str.capitalize) if capital else word


NAME_WORDS = st.one_of(
    spelled("abdefghiklmnoprstuvzşçğıöüéèñłńśžćà"),
    spelled("абвгдежзиклмнопрстуфхіїє"),
    spelled("بتثجحخدذرزسشصضطظعغفقكلمنهوي", capital=False),
)
NAMES = st.tuples(NAME_WORDS, NAME_WORDS).filter(lambda pair: bare(pair[0]) != bare(pair[1])).map(" ".join)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    name=NAMES,
    companion=NAMES,
    stranger=spelled("bdfgklmnprstvzaiou"),
    verein=spelled("bdfgklmnprstvzaiou"),
    number=st.from_regex(r"0(209|176|201|1523)[ /-]?[1-9][0-9]{2}[ -]?[0-9]{4}", fullmatch=True),
    transfer=st.sampled_from(["base64", "quoted-printable"]),
)
@example(
    name="Jan Sonntag",
    companion="Can Deniz",
    stranger="Kowalski",
    verein="Dostluk",
    number="0209 1234567",
    transfer="base64",
)
@example(
    name="Maria Info",
    companion="Can Deniz",
    stranger="Kowalski",
    verein="Dostluk",
    number="0209 1234567",
    transfer="base64",
)
def test_nothing_of_the_people_is_left_in_a_mail_however_it_is_written(
    name: str, companion: str, stranger: str, verein: str, number: str, transfer: str
) -> None:
    assume(not is_ordinary(stranger) and not is_ordinary(verein))
    given_name, surname = name.split()
    local = bare(surname) if bare(surname).isascii() else "ich"
    address = f"{local}.{verein.lower()}77@{verein.lower()}-verein.example"
    body = (
        f"Guten Tag Herr {stranger},\n\nwir kommen zu dritt: {name}, {companion.upper()} und Frau {surname}.\n"
        f"Verein {verein} e.V., {stranger}straße 12, 45881 Gelsenkirchen\nTel. {number}, {address}\n\n{name}\n"
        f"> Am 1.10.2024 schrieb {name} <{address}>:\n> {verein} und {companion}\n"
    )
    mail = letter(name=name, address=address, text=body, subject=f"{name} ({verein})")
    mail.clear_content()
    mail.set_content(body, charset="utf-8", cte=transfer)
    split = f"<p title='{name}'>{given_name[:2]}<b>{given_name[2:]}</b> {surname}</p><!-- {name} -->"
    split += f"<a href='mailto:{address}'>{number}</a>"
    mail.add_alternative(f"<html><head><title>{name}</title></head><body>{split}</body></html>", subtype="html")
    mail.add_attachment(f"BEGIN:VCARD\nFN:{name}\nEND:VCARD", subtype="vcard", filename=f"{surname}.vcf")
    found = Found(names={name, companion}, organisations={f"{verein} e.V."}, addresses={address}, phones={number})
    result = masked(mail.as_bytes(), Pseudonyms(made_known(found, EVENT, ["gelsenkirchen.de"]), b"secret"))
    text = readable(result.raw)
    for word in (*name.split(), *companion.split()):
        if not is_ordinary(word):
            assert bare(word) not in words(text)
    assert bare(name) not in text
    assert bare(companion) not in text
    assert bare(stranger) not in words(text)
    assert bare(verein) not in words(text)
    assert address not in text
    assert re.sub(r"\D", "", number)[1:] not in re.sub(r"[^\w\n]", "", text)
    assert result.dropped == 1


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Anmeldung", "Guten Tag,\n\nhiermit melde ich mich an.\n\nMit freundlichen Grüßen\nAyşe Yılmaz\nDostluk e.V."),
        ("Anmeldung", "Hallo,\n\nwir kommen zu zweit: Ayşe Yılmaz und Mehmet Öztürk.\n\nViele Grüße\nAyşe Yılmaz"),
        ("Workshop", "Sehr geehrte Damen und Herren,\n\nich möchte mit Frau Kowalska teilnehmen.\n\nAyşe Yılmaz"),
        (
            "Workshop",
            "Merhaba,\n\n15 Kasım'daki toplantıya iki kişi katılacağız: Ayşe Yılmaz ve Mehmet Öztürk.\n\nAyşe Yılmaz",
        ),
        ("Workshop", "Hello,\n\nI would like to register for the workshop.\n\nKind regards\nAyşe Yılmaz"),
        ("Abmeldung", "Guten Tag,\n\nleider kann ich doch nicht kommen.\n\nAyşe Yılmaz"),
        ("Frage", "Guten Tag,\n\ngibt es am Veranstaltungsort Parkplätze?\n\nAyşe Yılmaz"),
        ("Anmeldung", "Vielleicht kommen wir, vielleicht auch nicht, zu zweit oder zu fünft.\n\nAyşe Yılmaz"),
    ],
)
def test_the_invented_mail_is_read_as_the_true_one(subject: str, text: str) -> None:
    raw = letter(name="Ayşe Yılmaz", address="ayse.yilmaz@dostluk.example", text=text, subject=subject).as_bytes()
    before = as_json(read_mail(raw, RULES), EVENT)
    found = Found()
    found.understood(before)
    say = Pseudonyms(made_known(found, EVENT, ["gelsenkirchen.de"]), b"secret")
    after = as_json(read_mail(masked(raw, say).raw, RULES), EVENT)
    for field in ("intent", "decision", "headcount", "theme_tables", "needs", "language", "has_question", "late"):
        assert after[field] == before[field], field
    assert [each["name"] for each in after["attendees"]] == [say.name(each["name"]) for each in before["attendees"]]
    assert after["contact"]["email"] == say.address(before["contact"]["email"])
    assert "Yılmaz" not in json.dumps(after, ensure_ascii=False)


def test_one_person_stays_one_person_and_shape_and_script_stay() -> None:
    found = Found(names={"Ayşe Yılmaz", "محمد الخطيب", "Оксана Коваленко"})
    say = Pseudonyms(made_known(found, EVENT, []), b"secret")
    first, second = say.text("Ayşe YILMAZ kommt mit Ayse Yilmaz."), say.name("Ayşe Yılmaz")
    given_name, surname = second.split()
    assert (len(given_name), len(surname)) == (4, 6)
    assert bare(first) == f"{bare(given_name)} {bare(surname)} kommt mit {bare(given_name)} {bare(surname)}."
    assert re.fullmatch(r"[؀-ۿ]{4} ال[؀-ۿ]{4}", say.name("محمد الخطيب"))
    assert re.fullmatch(r"[Ѐ-ӿ]{6} [Ѐ-ӿ]{9}", say.name("Оксана Коваленко"))
    assert Pseudonyms(made_known(found, EVENT, []), b"another").name("Ayşe Yılmaz") != second


def test_the_office_the_event_and_the_dates_stay_what_they_are() -> None:
    say = Pseudonyms(made_known(Found(names={"Ada Arsal"}), EVENT, ["gelsenkirchen.de"]), b"secret")
    text = f"Am 15.11.2024 um 13:30 Uhr in {EVENT.place}, an den Thementisch 2, am 2024-11-15, zu zweit."
    assert say.text(text) == text
    assert say.address("irgendwer@gelsenkirchen.de").endswith("@gelsenkirchen.de")
    assert say.domain("verein.example").endswith(".example")


# -- the command --


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "office.toml"
    path.write_text(
        f"""
[imap]
host = "127.0.0.1"
user = "office"
[smtp]
host = "127.0.0.1"
from_address = "office@stadt.example"
[database]
url = "sqlite:///{tmp_path / "book.db"}"
[event]
title = "Workshop"
date = 2024-11-15
start = "13:30"
place = "Haus der Begegnung"
deadline = 2024-11-08
contact = "Das Büro"
""",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def opened(config: Path) -> Iterator[tuple[Database, Settings]]:
    with installation(config) as both:
        yield both


def received(opened: tuple[Database, Settings], mail: EmailMessage) -> int:
    """A mail that came and was booked."""
    database, office = opened
    raw = mail.as_bytes()
    reading = read_mail(raw, ReadingRules.of(office))
    with database.transaction() as session:
        row = Mail(
            message_id=f"{hash(raw)}@x.example",
            digest=f"{abs(hash(raw)):064x}"[:64],
            raw=zlib.compress(raw),
            size=len(raw),
            arrived_at=ARRIVED,
            fetched_at=ARRIVED,
        )
        session.add(row)
        session.flush()
        book_reading(session, row, reading, office, FixedClock(ARRIVED))
        return row.id


def labelled(opened: tuple[Database, Settings], number: int, truth: Mapping[str, Any]) -> None:
    with opened[0].transaction() as session:
        session.add(
            Correction(
                mail_id=number, at=ARRIVED, actor="ollech", kind="decision", truth=truth, proposal=truth, agrees=True
            )
        )


def test_the_decisions_of_the_office_become_a_corpus_that_evaluate_reads(
    config: Path, opened: tuple[Database, Settings], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = letter(
        name="Ayşe Yılmaz",
        address="ayse@dostluk.example",
        text="Guten Tag,\n\nwir kommen zu zweit: Ayşe Yılmaz und Mehmet Öztürk.\n\nAyşe Yılmaz\nTel. 0209 1234567",
    )
    mail.add_attachment(b"%PDF-1.4 Ayse", maintype="application", subtype="pdf", filename="yilmaz.pdf")
    people = [{"name": "Ayşe Yılmaz", "organisation": ""}, {"name": "Mehmet Öztürk", "organisation": ""}]
    labelled(opened, received(opened, mail), {"intent": "registration", "headcount": 2, "attendees": people})
    doubt = letter(name="Bea Bulut", address="bea@bulut.example", text="Vielleicht komme ich.\n\nBea Bulut")
    number = received(opened, doubt)
    with opened[0].transaction() as session:
        registrations.ask_back(session, number, "Kommen Sie?", ARRIVED, actor="ollech")
    folder = tmp_path / "korpus"
    assert main(["export-corpus", "--config", str(config), "--output", str(folder)]) == 0
    assert "2 Mails mit erfundenen Namen" in capsys.readouterr().out
    labels = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    assert (labels[0]["intent"], labels[0]["headcount"]) == ("registration", 2)
    assert [each["must_review"] for each in labels] == [False, True]
    assert "1 attachments dropped" in labels[0]["why"]
    everything = "\n".join(readable(file.read_bytes()) for file in sorted(folder.iterdir()))
    for word in ("yilmaz", "ayse", "mehmet", "ozturk", "dostluk", "bulut", "1234567"):
        assert word not in everything, word
    assert main(["evaluate", "--config", str(config), str(folder)]) == 0
    assert "silent" in capsys.readouterr().out
    with opened[0].reading() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["export"]
        assert session.scalar(select(Registration.contact_name)) == "Ayşe Yılmaz"


def test_a_folder_that_holds_something_is_not_overwritten(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "voll").mkdir()
    (tmp_path / "voll" / "wichtig.txt").write_text("x")
    assert main(["export-corpus", "--config", str(config), "--output", str(tmp_path / "voll")]) == 2
    assert "nicht leer" in capsys.readouterr().err
