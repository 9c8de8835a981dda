"""A configuration file becomes settings, or one error that names every mistake with its line."""

from __future__ import annotations

import difflib
import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from processor.errors import ConfigError
from processor.event import ContactPerson, Event, ProgrammeItem, Speaker, ThemeTable
from processor.resources import config_folder
from processor.settings import schema
from processor.settings.lines import key_lines, line_of
from processor.settings.values import (
    AnswerSettings,
    ImapSettings,
    OfficeSettings,
    PrivacySettings,
    ReminderSettings,
    Settings,
    SmtpSettings,
    StaffSettings,
)

_IMAP_PORTS = {"ssl": 993, "starttls": 143, "none": 143}
_SMTP_PORTS = {"ssl": 465, "starttls": 587, "none": 25}

#: What pydantic's kinds of error are in words; {…} is filled from the error's context.
_WORDS = {
    "missing": "fehlt",
    "string_type": "muss ein Text in Anführungszeichen sein",
    "int_type": "muss eine ganze Zahl sein",
    "int_parsing": "muss eine ganze Zahl sein",
    "int_from_float": "muss eine ganze Zahl sein",
    "bool_type": "muss true oder false sein",
    "bool_parsing": "muss true oder false sein",
    "list_type": "muss eine Liste in eckigen Klammern sein",
    "dict_type": "muss eine Tabelle sein",
    "model_type": "muss eine Tabelle sein",
    "model_attributes_type": "muss eine Tabelle sein",
    "date_type": "muss ein Tag sein, etwa 2024-11-15",
    "date_parsing": "muss ein Tag sein, etwa 2024-11-15",
    "time_type": "muss eine Uhrzeit sein, etwa 09:00",
    "time_parsing": "muss eine Uhrzeit sein, etwa 09:00",
    "path_type": "muss der Name einer Datei sein",
    "string_too_short": "darf nicht leer sein",
    "greater_than_equal": "muss mindestens {ge} sein",
    "less_than_equal": "darf höchstens {le} sein",
}


#: What the schema alone cannot see: the key, and what is wrong with it.
Mistakes = list[tuple[tuple[str | int, ...], str]]


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads a configuration.

    :param path: the TOML file; file names in it are meant relative to its folder.
    :param environment: where ``ANMELDEPOST_IMAP_PASSWORD`` and ``ANMELDEPOST_SMTP_PASSWORD`` are looked for.
    :raises ConfigError: one line for each mistake: file, line, key, what is wrong, and the nearest right spelling.
    """
    text = _text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: kein gültiges TOML: {error}") from error
    try:
        config = schema.ConfigFile.model_validate(data)
    except ValidationError as error:
        raise ConfigError(_mistakes(path, text, error)) from error
    mistakes: Mistakes = []
    settings = _settings(path, config, environment, mistakes)
    if mistakes:
        lines = key_lines(text)
        raise ConfigError("\n".join(_sentence(path, lines, where, what) for where, what in mistakes))
    return settings


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: Diese Konfiguration gibt es nicht.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: Die Datei ist nicht in UTF-8 gespeichert (Stelle {error.start}).") from error
    except OSError as error:
        raise ConfigError(f"{path}: Die Datei lässt sich nicht lesen ({error.strerror}).") from error


# -- mistakes in words ---------------------------------------------------------------------------------------------


def _mistakes(path: Path, text: str, error: ValidationError) -> str:
    lines = key_lines(text)
    found: dict[str, None] = {}
    for detail in error.errors():
        where = tuple(detail["loc"])
        found.setdefault(_sentence(path, lines, where, _explain(detail)))
    return "\n".join(found)


def _sentence(path: Path, lines: dict[tuple[str | int, ...], int], where: tuple[str | int, ...], what: str) -> str:
    line = line_of(lines, where)
    place = f"{path}, Zeile {line}" if line else f"{path}"
    return f"{place}: {_name(where)} {what}"


def _name(where: tuple[str | int, ...]) -> str:
    """[smtp] host, [[event.theme_tables]] Nr. 2 title."""
    if not where:
        return "Die Konfiguration"
    *tables, key = where
    if not tables:
        return f"[{key}]"
    words = [f"[{'.'.join(str(part) for part in tables if isinstance(part, str))}]"]
    words += [f"Nr. {part + 1}" for part in tables if isinstance(part, int)]
    words.append(str(key) if isinstance(key, str) else f"Nr. {key + 1}")
    return " ".join(words)


def _explain(detail: ErrorDetails) -> str:
    kind, where = detail["type"], tuple(detail["loc"])
    context: dict[str, Any] = detail.get("ctx") or {}
    if kind == "extra_forbidden":
        return _unknown(where)
    if kind == "literal_error":
        choices = ", ".join(f"„{choice}“" for choice in _quoted(str(context.get("expected", ""))))
        near = _nearest(str(detail["input"]), _quoted(str(context.get("expected", ""))))
        return f"ist „{detail['input']}“; möglich sind {choices}{near}"
    if kind == "value_error":
        return str(context.get("error", detail["msg"]))
    if kind in _WORDS:
        return _WORDS[kind].format(**context)
    return f"hat einen Wert, der nicht passt: {detail['input']!r}"


def _quoted(text: str) -> list[str]:
    return text.split("'")[1::2]


def _unknown(where: tuple[str | int, ...]) -> str:
    *tables, key = where
    if str(key) == "password":
        return "gehört nicht in die Datei: Passwörter stehen in der Umgebung oder in der Datei, die password_file nennt"
    model = _model(tuple(tables))
    known = list(model.model_fields) if model else []
    if near := _nearest(str(key), known):
        return f"ist unbekannt{near}"
    for name, field in schema.ConfigFile.model_fields.items():
        inner = _model_of(field.annotation)
        if inner and key in inner.model_fields and (name,) != tuple(tables):
            return f"ist hier unbekannt; dieser Schlüssel gehört zu [{name}]"
    return f"ist unbekannt; möglich sind {', '.join(known)}" if known else "ist unbekannt"


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.55)
    return f"; gemeint ist wohl „{near[0]}“" if near else ""


def _model(path: tuple[str | int, ...]) -> type[BaseModel] | None:
    model: type[BaseModel] | None = schema.ConfigFile
    for name in path:
        if isinstance(name, int) or model is None:
            continue
        field = model.model_fields.get(name)
        model = _model_of(field.annotation) if field else None
    return model


def _model_of(annotation: object) -> type[BaseModel] | None:
    """The model inside an annotation: X, X | None, list[X]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_of(part))), None)


# -- from the file's shape to the settings ----------------------------------------------------------------------------


def _settings(path: Path, config: schema.ConfigFile, environment: Mapping[str, str], mistakes: Mistakes) -> Settings:
    folder = path.resolve().parent
    for name, table in (("imap", config.imap), ("smtp", config.smtp)):
        if table.tls == "none" and not _loopback(table.host):
            what = (
                f"„none“ ist nur für den eigenen Rechner erlaubt, nicht für {table.host}: "
                "„ssl“ oder „starttls“ schützt Passwort und Mails"
            )
            mistakes.append(((name, "tls"), what))
    imap, smtp = config.imap, config.smtp
    event = _event(config.event, folder, mistakes)
    languages = config.answers.languages
    return Settings(
        source=path,
        imap=ImapSettings(
            **imap.model_dump(exclude={"port", "password_file", "ca_file"}),
            port=imap.port or _IMAP_PORTS[imap.tls],
            password=_password("IMAP", imap.password_file, folder, environment, mistakes),
            ca_file=_existing(imap.ca_file, folder, ("imap", "ca_file"), mistakes),
        ),
        smtp=SmtpSettings(
            **smtp.model_dump(exclude={"port", "password_file", "ca_file"}),
            port=smtp.port or _SMTP_PORTS[smtp.tls],
            password=_password("SMTP", smtp.password_file, folder, environment, mistakes),
            ca_file=_existing(smtp.ca_file, folder, ("smtp", "ca_file"), mistakes),
        ),
        database_url=config.database.url,
        event=event,
        office=OfficeSettings(
            domains=tuple(domain.lower().lstrip("@") for domain in config.office.domains),
            invited=_existing(config.office.invited, folder, ("office", "invited"), mistakes),
        ),
        answers=AnswerSettings(
            late=config.answers.late,
            hold_seconds=config.answers.hold_seconds,
            release=config.answers.release,
            templates=_existing_folder(config.answers.templates, folder, ("answers", "templates"), mistakes),
            most_seats=config.answers.most_seats,
            **({"languages": tuple(languages)} if languages else {}),
        ),
        reminders=ReminderSettings(
            days_before=tuple(config.reminders.days_before),
            at=config.reminders.at,
            thank_days_after=config.reminders.thank_days_after,
        ),
        staff=StaffSettings(
            listen=config.staff.listen,
            base_url=config.staff.base_url.rstrip("/"),
            user_header=config.staff.user_header,
            digest_to=tuple(config.staff.digest_to),
            digest_at=config.staff.digest_at,
            check_share=config.staff.check_share,
            languages=tuple(dict.fromkeys(config.staff.languages)),
        )
        if config.staff
        else None,
        privacy=PrivacySettings(**config.privacy.model_dump()),
    )


def _event(table: schema.EventTable, folder: Path, mistakes: Mistakes) -> Event:
    contacts = [ContactPerson(**contact.model_dump()) for contact in table.contacts]
    if table.contact or (table.phone and not contacts):
        contacts.insert(0, ContactPerson(name=table.contact, phone=table.phone))
    return Event(
        **table.model_dump(
            exclude={
                "contact",
                "phone",
                "contacts",
                "programme",
                "hosts",
                "theme_tables",
                "invitation_file",
                "registration_address",
                "capacity",
            }
        ),
        capacity=table.capacity or None,
        hosts=tuple(table.hosts),
        contacts=tuple(contacts),
        registration_address=table.registration_address.lower(),
        programme=tuple(
            ProgrammeItem(
                time=item.time,
                title=item.title,
                details=tuple(item.details),
                speakers=tuple(Speaker(**speaker.model_dump()) for speaker in item.speakers),
            )
            for item in table.programme
        ),
        theme_tables=tuple(ThemeTable(**item.model_dump()) for item in table.theme_tables),
        invitation=_invitation(table.invitation_file, folder, mistakes),
    )


def _invitation(name: Path | None, folder: Path, mistakes: Mistakes) -> str:
    """The letter's wording. Where none is named, the shipped one: it only serves to recognise quoted lines."""
    path = (
        _existing(name, folder, ("event", "invitation_file"), mistakes) if name else config_folder() / "einladung.txt"
    )
    try:
        return path.read_text(encoding="utf-8-sig") if path else ""
    except (OSError, UnicodeDecodeError):
        mistakes.append((("event", "invitation_file"), f"nennt {path}, das lässt sich nicht als Text in UTF-8 lesen"))
        return ""


def _existing(name: Path | None, folder: Path, key: tuple[str, str], mistakes: Mistakes) -> Path | None:
    if name is None:
        return None
    path = folder / name
    if not path.is_file():
        mistakes.append((key, f"nennt {path}, aber diese Datei gibt es nicht"))
    return path


def _existing_folder(name: Path | None, folder: Path, key: tuple[str, str], mistakes: Mistakes) -> Path | None:
    if name is None:
        return None
    path = folder / name
    if not path.is_dir():
        mistakes.append((key, f"nennt {path}, aber diesen Ordner gibt es nicht"))
    return path


def _password(what: str, name: Path | None, folder: Path, environment: Mapping[str, str], mistakes: Mistakes) -> str:
    if given := environment.get(f"ANMELDEPOST_{what}_PASSWORD"):
        return given
    path = _existing(name, folder, (what.lower(), "password_file"), mistakes)
    if path is None or not path.is_file():
        return ""
    try:
        return path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(((what.lower(), "password_file"), f"nennt {path}, das lässt sich nicht lesen ({error})"))
        return ""


def _loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
