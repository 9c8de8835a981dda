"""Mails for these tests, written as they lie in a mailbox."""

from __future__ import annotations

from processor.message.parts import Part
from processor.message.robots import Verdict, classify
from processor.message.wire import parse

PERSON = "Elif Kaya <elif.kaya@verein.example>"


def mail(body: str = "Guten Tag", /, *, subject: str = "Anmeldung", sender: str = PERSON, **fields: str) -> bytes:
    """A mail from its header fields (underscores for hyphens; a repeated field has several lines) and its body."""
    head = {"Return_Path": "<elif.kaya@verein.example>", "To": "ki@stadt.example"}
    head |= {"Content_Type": "text/plain; charset=utf-8"} | fields
    lines = [f"From: {sender}", f"Subject: {subject}", "Date: Mon, 14 Oct 2024 10:26:00 +0200"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in head.items() if value != "absent"]
    return ("\n".join(lines) + "\n\n" + body).encode()


def body_text(root: Part) -> str:
    """The first text of a mail, as its reader would take it."""
    return next((part.text for part in root.walk() if part.text), "")


def told(raw: bytes) -> Verdict:
    """What is told of a mail."""
    root = parse(raw)
    return classify(root, body_text(root))
