"""A configuration becomes settings, or one error that names every mistake."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.errors import ConfigError
from processor.resources import sample_config
from processor.settings.lines import key_lines
from processor.settings.load import load

SMALL = """\
[imap]
host = "127.0.0.1"
tls = "none"
user = "office"

[smtp]
host = "127.0.0.1"
tls = "none"
from_address = "47-ki@gelsenkirchen.example"

[database]
url = "sqlite:///list.sqlite3"

[event]
title = "Workshop"
date = 2024-11-15
deadline = 2024-11-08
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "event.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, text), {})
    return str(caught.value).splitlines()


def test_the_shipped_config_says_what_the_invitation_says() -> None:
    event = load(sample_config(), {}).event
    assert event.title == "Migrantenorganisationen als Partner von Politik und Verwaltung"
    assert (event.date, event.deadline) == (dt.date(2024, 11, 15), dt.date(2024, 11, 8))
    assert (event.place, event.address) == ("Ulu Camii Erle", "Ulrichstr. 4b, 45891 Gelsenkirchen")
    assert [item.time.strftime("%H:%M") for item in event.programme if item.time] == [
        "13:00",
        "13:30",
        "14:00",
        "14:45",
        "15:30",
        "16:00",
        "17:45",
    ]
    requested = {speaker.name for item in event.programme for speaker in item.speakers if speaker.requested}
    assert requested == {"Stadträtin Heselhaus", "Martina Rudowitz"}
    assert [table.number for table in event.theme_tables] == [1, 2, 3]
    assert {contact.phone for contact in event.contacts} == {"0209 169-3052", "0209 169-3925"}
    assert "Wie können neue lokale Kooperationen aufgebaut werden?" in event.invitation


def test_only_four_tables_are_needed_and_the_rest_has_defaults(tmp_path: Path) -> None:
    settings = load(write(tmp_path, SMALL), {})
    assert settings.staff is None
    assert settings.reminders.days_before == (3,)
    assert settings.reminders.at == dt.time(9)
    assert settings.answers.late == "review"
    assert settings.imap.after == "leave"
    assert settings.imap.port == 143


def test_the_deadline_ends_at_midnight_in_the_zone_of_the_event(tmp_path: Path) -> None:
    event = load(write(tmp_path, SMALL), {}).event
    last = dt.datetime(2024, 11, 8, 23, 59, 59, tzinfo=event.zone)
    assert not event.is_late(last)
    assert event.is_late(last + dt.timedelta(seconds=1))


def test_several_mistakes_are_all_named_with_line_key_and_the_nearest_spelling(tmp_path: Path) -> None:
    text = SMALL.replace('user = "office"', 'usr = "office"').replace('tls = "none"\nfrom', 'tsl = "none"\nfrom')
    lines = complaint(tmp_path, text.replace("date = 2024-11-15", 'date = "irgendwann"'))
    assert any("Zeile 4: [imap] usr ist unbekannt; gemeint ist wohl „user“" in line for line in lines)
    assert any("[imap] user fehlt" in line for line in lines)
    assert any("Zeile 8: [smtp] tsl ist unbekannt; gemeint ist wohl „tls“" in line for line in lines)
    assert any("Zeile 16: [event] date „irgendwann“ ist kein Tag" in line for line in lines)
    assert all(line.startswith(str(tmp_path / "event.toml")) for line in lines)


def test_a_key_in_the_wrong_table_is_told_where_it_belongs(tmp_path: Path) -> None:
    assert "gehört zu [imap]" in complaint(tmp_path, SMALL + "poll_seconds = 5\n")[0]


def test_a_wrong_choice_names_the_possible_ones(tmp_path: Path) -> None:
    (line,) = complaint(tmp_path, SMALL.replace('user = "office"', 'user = "office"\nafter = "delete"'))
    assert "[imap] after ist „delete“; möglich sind „leave“, „flag“, „move“" in line


def test_a_password_in_the_file_is_refused(tmp_path: Path) -> None:
    (line,) = complaint(tmp_path, SMALL.replace('user = "office"', 'user = "office"\npassword = "geheim"'))
    assert "password gehört nicht in die Datei" in line
    assert "geheim" not in line


def test_unencrypted_connections_leave_the_machine_never(tmp_path: Path) -> None:
    (line,) = complaint(tmp_path, SMALL.replace("127.0.0.1", "mail.example.org", 1))
    assert "Zeile 3: [imap] tls „none“ ist nur für den eigenen Rechner erlaubt" in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[imap\nhost = 1", "kein gültiges TOML"),
        (SMALL.replace("[database]\n", "[databse]\n"), "[database] fehlt"),
        (SMALL.replace("deadline = 2024-11-08", "deadline = 2024-12-24"), "liegt nach der Veranstaltung"),
        (SMALL + 'timezone = "Europe/Gelsenkirchen"\n', "ist keine Zeitzone"),
        (SMALL + 'invitation_file = "fehlt.txt"\n', "diese Datei gibt es nicht"),
        (SMALL.replace("47-ki@gelsenkirchen.example", "47-ki"), "ist keine Mailadresse"),
    ],
)
def test_a_wrong_config_is_one_clear_sentence(tmp_path: Path, text: str, words: str) -> None:
    assert any(words in line for line in complaint(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="gibt es nicht"):
        load(tmp_path / "nowhere.toml", {})


def test_passwords_come_from_the_environment_or_from_a_file_beside_the_config(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("aus der Datei\n", encoding="utf-8")
    path = write(tmp_path, SMALL.replace('user = "office"', 'user = "office"\npassword_file = "secret"'))
    assert load(path, {}).imap.password == "aus der Datei"
    assert load(path, {"ANMELDEPOST_IMAP_PASSWORD": "aus der Umgebung"}).imap.password == "aus der Umgebung"
    assert "aus der" not in repr(load(path, {}))


def test_a_programme_may_be_written_as_mere_lines(tmp_path: Path) -> None:
    text = SMALL + 'programme = ["13:00 Uhr Ankommen", "13.30 Begrüßung", "Moderation: N. N."]\n'
    programme = load(write(tmp_path, text), {}).event.programme
    assert [(item.time, item.title) for item in programme] == [
        (dt.time(13), "Ankommen"),
        (dt.time(13, 30), "Begrüßung"),
        (None, "Moderation: N. N."),
    ]


def test_the_contact_of_the_contract_becomes_the_first_contact_person(tmp_path: Path) -> None:
    text = SMALL + 'contact = "Andre Ollech"\nphone = "0209 169-3052"\ncapacity = 0\n'
    event = load(write(tmp_path, text), {}).event
    assert (event.contacts[0].name, event.contacts[0].phone) == ("Andre Ollech", "0209 169-3052")
    assert event.capacity is None


keys = st.from_regex(r"[a-z]{1,6}", fullmatch=True)


@given(st.dictionaries(keys, st.dictionaries(keys, st.integers(), min_size=1), max_size=5))
def test_every_key_of_a_plain_file_is_found_in_its_line(tables: dict[str, dict[str, int]]) -> None:
    text = "".join(
        f"# a comment\n[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in table.items())
        for name, table in tables.items()
    )
    lines = key_lines(text)
    assert tomllib.loads(text) == tables
    for name, table in tables.items():
        for key, value in table.items():
            assert text.splitlines()[lines[name, key] - 1] == f"{key} = {value}"
