"""A subject as robots write it: without the tags of gateways, and apart from whether somebody answers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from processor.message.normal import fold
from processor.message.parts import Part
from processor.message.subject import read_subject

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Title:
    """A subject in the form of :func:`processor.message.normal.fold`: small letters, no accents."""

    #: Without „[EXTERN]“ and its like; without „AW:“ and „WG:“ where somebody answers or hands on.
    words: str
    #: Whether somebody answers or hands on, by the subject.
    answering: bool


def read_title(root: Part) -> Title:
    """Reads the subject of a mail."""
    subject = read_subject(root.headers.get("subject")[: 4 * _LONGEST])
    return Title(fold(subject.text)[:_LONGEST], subject.is_reply or subject.is_forward)


def folded(phrases: Iterable[str]) -> tuple[str, ...]:
    """Phrases in the form in which titles and texts are compared; the blank at an end stays."""
    return tuple(
        dict.fromkeys(f"{' ' * phrase[:1].isspace()}{fold(phrase)}{' ' * phrase[-1:].isspace()}" for phrase in phrases)
    )
