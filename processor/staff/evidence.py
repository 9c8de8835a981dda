"""The text of a mail cut into pieces, each with the fields that it is evidence for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters with the same evidence."""

    text: str
    #: Names of fields, in the order of the evidence; empty for text that nothing was taken from.
    fields: tuple[str, ...] = ()
    #: What was taken from it, in words, for a title.
    values: tuple[str, ...] = ()


def pieces(text: str, evidence: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """Cuts a text at all ends of its evidence; nothing of the text is lost, and overlaps are pieces of their own.

    Evidence from elsewhere than the text, or whose offsets do not fit it, is left out.
    """
    spans = [
        (int(item["start"]), int(item["end"]), str(item["field"]), str(item["value"]))
        for item in evidence
        if item.get("source", "text") == "text" and 0 <= int(item["start"]) < int(item["end"]) <= len(text)
    ]
    edges = sorted({0, len(text), *(start for start, *_ in spans), *(end for _, end, *_ in spans)})
    found: list[Piece] = []
    for start, end in pairwise(edges):
        here = [span for span in spans if span[0] <= start and end <= span[1]]
        found.append(
            Piece(
                text[start:end],
                tuple(dict.fromkeys(name for _, _, name, _ in here)),
                tuple(dict.fromkeys(value for _, _, _, value in here)),
            )
        )
    return found


def elsewhere(evidence: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The evidence that does not stand in the text: from headers, signature, attachments."""
    return [item for item in evidence if item.get("source", "text") != "text"]
