"""Writes the answers where a person can open them: one .eml file each, and an index page."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from processor.demo.smtp import SentMail

INDEX = "index.html"
_OURS = re.compile(r"\d{3}-.*\.eml")

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

_PAGE = """<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Was verschickt wurde</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
summary {{ padding: .4rem 0; cursor: pointer }}
pre {{ white-space: pre-wrap; border-left: .25rem solid; padding-left: 1rem; font: inherit }}
</style>
</head>
<body>
<h1>Was verschickt wurde</h1>
<p>{count} Mails, in der Reihenfolge, in der sie hinausgingen. Jede liegt als .eml-Datei daneben und lässt sich mit
einem Mailprogramm öffnen.</p>
{entries}
</body>
</html>
"""
_ENTRY = """<details>
<summary>{number}. <bdi>{recipient}</bdi>: <bdi>{subject}</bdi></summary>
<p><a href="{file}">{file}</a></p>
<pre dir="auto">{text}</pre>
</details>
"""


@dataclass(frozen=True, slots=True)
class _Entry:
    file: str
    recipient: str
    subject: str
    text: str


def write_answers(folder: Path, sent: Sequence[SentMail]) -> Path:
    """Writes all mails that went out; those of an earlier run make room.

    :returns: the index page.
    :raises OSError: when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if _OURS.fullmatch(old.name):
            old.unlink()
    entries = []
    for number, mail in enumerate(sent, 1):
        entry = _entry(number, mail)
        (folder / entry.file).write_bytes(mail.raw)
        entries.append(entry)
    index = folder / INDEX
    index.write_text(
        _PAGE.format(
            count=len(entries),
            entries="".join(
                _ENTRY.format(
                    number=number,
                    recipient=html.escape(entry.recipient),
                    subject=html.escape(entry.subject),
                    file=html.escape(entry.file),
                    text=html.escape(entry.text),
                )
                for number, entry in enumerate(entries, 1)
            ),
        ),
        encoding="utf-8",
    )
    return index


def _entry(number: int, mail: SentMail) -> _Entry:
    message = message_from_bytes(mail.raw, policy=policy.default)
    subject = str(message["Subject"] or "")
    body = message.get_body(("plain",))
    recipient = ", ".join(mail.recipients)
    words = f"{subject.partition(':')[0]} {recipient}".lower().translate(_GERMAN)
    word = re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:80]
    return _Entry(f"{number:03d}-{word}.eml", recipient, subject, body.get_content() if body else "")
