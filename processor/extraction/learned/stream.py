"""All words of a mail in one row: display name, subject, text and signature, each word with where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from processor.extraction.tokens import Token, digits, tokenise
from processor.extraction.understanding import Understanding

#: Where a word stands.
DISPLAY, SUBJECT, GREETING, BODY, POSTSCRIPT, TAIL, SIGNATURE = "DSGBPTZ"
_END = Token("\n", "\n", 0, 0, "nl")


@dataclass(slots=True)
class Stream:
    """The words of a mail."""

    understood: Understanding
    tokens: list[Token] = field(default_factory=list)
    #: For each token where it stands.
    sections: list[str] = field(default_factory=list)
    #: Position of the first token of the text; the reading's token indices count from here.
    start: int = 0
    #: Position behind the last token of the text.
    stop: int = 0

    def add(self, tokens: Sequence[Token], section: str) -> None:
        """Puts tokens at the end, and a line end behind them."""
        self.tokens += [*tokens, _END]
        self.sections += [section] * (len(tokens) + 1)

    def index_in_text(self, position: int) -> int | None:
        """The reading's index of a token; None for one outside the text."""
        return position - self.start if self.start <= position < self.stop else None

    def quote(self, start: int, end: int) -> str:
        """The words of some tokens, line ends as spaces."""
        pieces: list[str] = []
        for position in range(start, end):
            token = self.tokens[position]
            before = self.tokens[position - 1] if position > start else None
            if token.kind == "nl":
                pieces.append(" ")
                continue
            apart = before is not None and before.kind != "nl" and before.end < token.start
            pieces.append(f" {token.text}" if apart else token.text)
        return " ".join("".join(pieces).split()).strip(" ,;:")

    def offsets(self, start: int, end: int) -> tuple[int, int] | None:
        """Offsets in the text; None for words outside it."""
        if not self.start <= start < end <= self.stop:
            return None
        return self.tokens[start].start, self.tokens[end - 1].end


def stream_of(understood: Understanding) -> Stream:
    """The words of a mail in one row."""
    reading, message = understood.reading, understood.message
    digraphs = reading.language.digraphs
    stream = Stream(understood)
    stream.add(tokenise(message.reply_to.name or message.sender.name, digraphs=digraphs), DISPLAY)
    if understood.source != "subject":
        stream.add(tokenise(message.subject, digraphs=digraphs), SUBJECT)
    begin, end = reading.parts.body
    after = reading.parts.after
    stream.start = len(stream.tokens)
    stream.stop = stream.start + len(reading.tokens)
    for token in reading.tokens:
        section = BODY
        if token.start < begin:
            section = GREETING
        elif token.start >= end:
            section = POSTSCRIPT if after[0] <= token.start < after[1] else TAIL
        stream.tokens.append(token)
        stream.sections.append(section)
    stream.add((), TAIL)
    if message.signature and understood.source != "signature":
        stream.add(tokenise(digits(message.signature), digraphs=digraphs), SIGNATURE)
    return stream
