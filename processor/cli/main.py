"""The command line: names, flags and exit codes. What a command does is imported when it is called."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from processor.errors import AnmeldepostError, UnreachableError

_CONFIG = click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DATEI",
    help="Die Konfiguration (TOML), siehe config/workshop.toml.",
)
_OPTIONAL_CONFIG = click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DATEI",
    help="Die Konfiguration (TOML); ohne Angabe die mitgelieferte des Workshops.",
)


def _late(module: str, function: str) -> Callable[..., Any]:
    """A function of a module that is imported when it is called: most commands need little of the program."""

    def call(**arguments: Any) -> Any:
        return getattr(import_module(module), function)(**arguments)

    return update_wrapper(call, _late)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="anmeldepost", message="%(prog)s %(version)s")
def cli() -> None:
    """Anmeldepost liest Anmeldungen aus einem Postfach, beantwortet sie und führt die Liste."""


@cli.command()
@click.option("--serve", is_flag=True, help="Die Seite des Büros bleibt danach offen.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-output"),
    show_default=True,
    metavar="ORDNER",
    help="Wohin die beantworteten Mails geschrieben werden.",
)
def demo(serve: bool, output: Path) -> int:
    """Zeigt alles an einem Beispiel: ohne Server, ohne Konto, ohne Netz."""
    return int(_late("processor.cli.serve", "demo")(serve=serve, output=output))


@cli.command()
@_CONFIG
def run(config: Path) -> int:
    """Läuft den ganzen Tag: holt, liest, antwortet, erinnert, zeigt die Seite des Büros."""
    # The daemon takes the signal over once it runs; told to end while it still starts, it has begun nothing.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    return int(_late("processor.cli.serve", "run")(config=config))


@cli.command()
@_CONFIG
@click.option("--now", metavar="ISO", default=None, help="Die Uhrzeit dieses Durchgangs, etwa 2024-11-12T09:00.")
def once(config: Path, now: str | None) -> int:
    """Ein Durchgang aller fälligen Aufgaben."""
    return int(_late("processor.cli.serve", "once")(config=config, now=now))


@cli.command()
@_OPTIONAL_CONFIG
@click.option("--json", "_as_json", is_flag=True, help="Ein JSON-Objekt je Mail (das ist auch sonst die Ausgabe).")
@click.argument("paths", nargs=-1, required=True, metavar="PFAD…", type=click.Path(path_type=Path))
def extract(config: Path | None, _as_json: bool, paths: tuple[Path, ...]) -> int:
    """Liest .eml-Dateien, mbox-Dateien oder Maildir-Ordner und sagt, was darin steht."""
    return int(_late("processor.cli.reading", "extract")(config=config, paths=paths))


@cli.command()
@_OPTIONAL_CONFIG
@click.option("--errors", is_flag=True, help="Nennt jede Mail, die falsch oder nicht allein entschieden wurde.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    default=None,
    metavar="ALT.jsonl",
    help="Frühere Ausgabe von extract: zeigt, was sich geändert hat.",
)
@click.option("--corrections", is_flag=True, help="Misst an den Entscheidungen des Büros statt an einem Ordner.")
@click.argument("folder", required=False, metavar="[ORDNER]", type=click.Path(path_type=Path))
def evaluate(config: Path | None, errors: bool, against: Path | None, corrections: bool, folder: Path | None) -> int:
    """Misst das Verstehen an einem Ordner mit Mails und truth.jsonl, oder an den Entscheidungen des Büros."""
    if corrections:
        if config is None or folder is not None:
            raise click.UsageError("--corrections braucht --config DATEI und keinen Ordner.")
        return int(_late("processor.cli.reread", "evaluate_corrections")(config=config))
    if folder is None:
        raise click.UsageError("Der Ordner mit den Mails und truth.jsonl fehlt.")
    return int(_late("processor.cli.reading", "evaluate")(config=config, folder=folder, errors=errors, against=against))


@cli.command()
@_CONFIG
@click.option("--mail", "mail_ids", type=int, multiple=True, metavar="NR", help="Nur diese Mail; mehrfach möglich.")
@click.option("--dry-run", "rehearse", is_flag=True, help="Sagt nur, welche Entscheidungen sich ändern würden.")
@click.option("--now", metavar="ISO", default=None, hidden=True)
def reread(config: Path, mail_ids: tuple[int, ...], rehearse: bool, now: str | None) -> int:
    """Liest gespeicherte Mails noch einmal; was das Büro entschieden hat, bleibt."""
    return int(_late("processor.cli.reread", "reread")(config=config, mail_ids=mail_ids, rehearse=rehearse, now=now))


@cli.command("list")
@_CONFIG
@click.option("--json", "as_json", is_flag=True, help="Als JSON, wie export --format json.")
def list_(config: Path, as_json: bool) -> int:
    """Die Teilnehmerliste."""
    return int(_late("processor.cli.book", "list_registrations")(config=config, as_json=as_json))


@cli.command()
@_CONFIG
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "json", "pdf"]), required=True)
@click.option("--output", type=click.Path(path_type=Path), required=True, metavar="DATEI")
def export(config: Path, form: str, output: Path) -> int:
    """Die Teilnehmerliste für Excel, andere Programme oder als Unterschriftenliste."""
    return int(_late("processor.cli.book", "export")(config=config, form=form, output=output))


@cli.command("export-corpus")
@_CONFIG
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="ORDNER")
def export_corpus(config: Path, output: Path) -> int:
    """Die Entscheidungen des Büros als Ordner für evaluate, mit erfundenen Namen und ohne Anhänge."""
    return int(_late("processor.cli.corpus", "export_corpus")(config=config, output=output))


@cli.command()
@_CONFIG
@click.option("--name", required=True, help="Wer anruft und kommt.")
@click.option("--organisation", default="", help="Verein oder Einrichtung.")
@click.option("--email", default="", help="Für die Bestätigung; ohne Adresse bleibt ein Rückruf vermerkt.")
@click.option("--phone", default="", help="Telefonnummer.")
@click.option("--headcount", type=click.IntRange(1), default=1, show_default=True, help="Plätze insgesamt.")
@click.option("--attendee", "attendees", multiple=True, help="Weitere Person mit Namen; mehrfach möglich.")
@click.option("--table", "tables", type=int, multiple=True, help="Nummer eines Thementischs; mehrfach möglich.")
@click.option("--need", "needs", multiple=True, help="Bedarf, etwa vegetarian oder wheelchair; mehrfach möglich.")
@click.option("--remark", default="", help="Bemerkung für das Büro.")
@click.option(
    "--other-person",
    "another",
    is_flag=True,
    help="Auch eintragen, wenn jemand gleichen Namens schon angemeldet ist: Es ist eine andere Person.",
)
@click.option("--by", type=click.Choice(["phone", "staff"]), default="phone", show_default=True)
@click.option("--now", metavar="ISO", default=None, hidden=True)
def add(**values: Any) -> int:
    """Trägt eine Anmeldung am Telefon oder am Schalter ein."""
    return int(_late("processor.cli.book", "add")(**values))


@cli.command()
@_CONFIG
@click.option("--mail", "address", default=None, metavar="ADRESSE", help="Schickt ein Muster jeder Antwort dorthin.")
def check(config: Path, address: str | None) -> int:
    """Sagt Zeile für Zeile, ob alles bereit ist."""
    return int(_late("processor.cli.check", "check")(config=config, address=address))


def _one_address(address: str | None, email: str | None) -> str:
    given = (address or email or "").strip()
    if "@" not in given:
        raise click.UsageError("Eine Mailadresse fehlt, etwa: --email name@example.org")
    return given


@cli.command()
@_CONFIG
@click.argument("address", required=False, metavar="[ADRESSE]")
@click.option("--email", default=None, metavar="ADRESSE", help="Wessen Daten.")
@click.option("--output", type=click.Path(path_type=Path), metavar="DATEI", help="Sonst: Standardausgabe.")
def disclose(config: Path, address: str | None, email: str | None, output: Path | None) -> int:
    """Auskunft: alles, was zu einer Adresse gespeichert ist, als JSON (Artikel 15 DSGVO)."""
    return int(
        _late("processor.cli.data", "disclose")(config=config, address=_one_address(address, email), output=output)
    )


@cli.command()
@_CONFIG
@click.argument("address", required=False, metavar="[ADRESSE]")
@click.option("--email", default=None, metavar="ADRESSE", help="Wessen Daten.")
def forget(config: Path, address: str | None, email: str | None) -> int:
    """Löscht alles zu einer Adresse: Anmeldungen, Mails, Antworten (Artikel 17 DSGVO)."""
    return int(_late("processor.cli.data", "forget")(config=config, address=_one_address(address, email)))


@cli.command()
@_CONFIG
@click.option("--now", metavar="ISO", default=None, help="Die Uhrzeit, auf die sich die Fristen beziehen.")
def purge(config: Path, now: str | None) -> int:
    """Löscht, was über seine Aufbewahrungsfrist ist ([privacy] retention_days)."""
    return int(_late("processor.cli.data", "purge")(config=config, now=now))


@cli.group()
def account() -> None:
    """Zugänge zur Seite des Büros."""


@account.command("add")
@_CONFIG
@click.argument("name")
@click.option("--role", type=click.Choice(["reads", "decides", "administers"]), default="decides", show_default=True)
def account_add(config: Path, name: str, role: str) -> int:
    """Legt einen Zugang an und nennt das Passwort einmal (oder nimmt es von der Standardeingabe)."""
    return int(_late("processor.cli.accounts", "add")(config=config, name=name, role=role))


@account.command("password")
@_CONFIG
@click.argument("name")
def account_password(config: Path, name: str) -> int:
    """Gibt einem Zugang ein neues Passwort."""
    return int(_late("processor.cli.accounts", "password")(config=config, name=name))


@account.command("list")
@_CONFIG
def account_list(config: Path) -> int:
    """Nennt alle Zugänge."""
    return int(_late("processor.cli.accounts", "list_accounts")(config=config))


@account.command("remove")
@_CONFIG
@click.argument("name")
def account_remove(config: Path, name: str) -> int:
    """Nimmt einen Zugang weg."""
    return int(_late("processor.cli.accounts", "remove")(config=config, name=name))


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; never ends in a traceback for what a person can cause.

    :returns: 0; 1 where a server could not be reached or a check found something; 2 for wrong use or a wrong config.
    """
    logging.basicConfig(
        level=os.environ.get("ANMELDEPOST_LOG", "INFO").upper(),
        format="%(asctime)s %(levelname)s %(message)s",
        stream=sys.stderr,
    )
    for chatty in ("alembic", "uvicorn.access", "imapclient", "mail.log", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # A job that is still running when its next time comes is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    try:
        return int(cli.main(args=arguments, prog_name="anmeldepost", standalone_mode=False) or 0)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        _say(error.format_message())
        return 2
    except click.Abort:
        _say("Abgebrochen.")
        return 130
    except UnreachableError as error:
        _say(str(error))
        return 1
    except AnmeldepostError as error:
        _say(str(error))
        return 2
    except BrokenPipeError:
        # The reader of our output went away (| head): no failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        _say(f"{error.filename or 'Datei'}: {error.strerror or error}")
        return 2
    except Exception as error:
        if type(error).__module__.startswith("sqlalchemy"):
            from sqlalchemy.exc import OperationalError

            if isinstance(error, OperationalError):
                from processor.jobs import explain_database

                _say(explain_database(error))
                return 2
        raise


def _say(sentence: str) -> None:
    sys.stderr.write(f"anmeldepost: {sentence}\n")
