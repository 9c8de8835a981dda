"""What a stranger's attachments may cost.

Counts and sizes bound each document, so that the same mail reads the same everywhere; a stopwatch stands behind them
for all documents of a mail together, and only hostile mails reach it. It counts the thread's own work, so that a busy
machine reads no less than an idle one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

#: Attachments of one mail that are listed; an honest one has a dozen.
MOST_ATTACHMENTS: Final = 100
#: Documents of one mail that are opened.
MOST_DOCUMENTS: Final = 25
#: Of these, PDFs: the costliest kind.
MOST_PDFS: Final = 5
#: Bytes of a document that is opened.
MOST_BYTES: Final = 25_000_000
#: Bytes that one member of an archive may have when unpacked.
MOST_UNPACKED: Final = 8_000_000
#: Bytes that all members read from one mail may have together.
MOST_UNPACKED_TOGETHER: Final = 16_000_000
#: Unpacked bytes for one packed byte; office documents stay below 60, a bomb is near 1,000.
MOST_RATIO: Final = 250
#: Members of an archive; a workbook of a hundred sheets has some 300.
MOST_MEMBERS: Final = 3_000
MOST_PAGES: Final = 20
MOST_ROWS: Final = 5_000
MOST_CELLS: Final = 60_000
#: Characters of one attachment's text; what goes beyond is cut off.
MOST_CHARACTERS: Final = 200_000
#: Seconds after which no further document of the mail, and no further page, is begun.
MOST_SECONDS: Final = 1.0


class UnreadableError(Exception):
    """A document cannot be read; the message is the German sentence for the staff."""


@dataclass(slots=True)
class Budget:
    """What is left of the limits while the attachments of one mail are read."""

    documents: int = MOST_DOCUMENTS
    pdfs: int = MOST_PDFS
    unpacked: int = MOST_UNPACKED_TOGETHER
    #: Whether the document that is being read was left before its end.
    cut: bool = False
    #: When reading ends, in seconds of work of this thread.
    ends: float = field(default_factory=lambda: time.thread_time() + MOST_SECONDS)

    @property
    def late(self) -> bool:
        """Whether the documents of the mail have taken all the time that they may take together."""
        return time.thread_time() > self.ends

    @contextmanager
    def uncounted(self) -> Iterator[None]:
        """What is done within is no reading of documents: a library is loaded at its first use."""
        began = time.thread_time()
        yield
        self.ends += time.thread_time() - began

    def open_document(self, size: int) -> None:
        """Counts a document of so many bytes.

        :raises UnreadableError: when it is empty or too big, or too many were opened before it.
        """
        if size == 0:
            raise UnreadableError(NOTHING)
        if size > MOST_BYTES:
            raise UnreadableError(TOO_BIG)
        if self.documents <= 0:
            raise UnreadableError(TOO_MANY)
        if self.late:
            raise UnreadableError(TOO_SLOW)
        self.documents -= 1
        self.cut = False

    def open_pdf(self) -> None:
        """Counts a PDF.

        :raises UnreadableError: when too many were opened before it.
        """
        if self.pdfs <= 0:
            raise UnreadableError(TOO_MANY)
        self.pdfs -= 1

    def unpack(self, size: int) -> None:
        """Counts unpacked bytes.

        :raises UnreadableError: when the mail's attachments unpack to too much.
        """
        self.unpacked -= size
        if self.unpacked < 0:
            raise UnreadableError("Die Datei wurde nicht gelesen: Die Anhänge der Mail sind entpackt zu groß.")


CUT: Final = "Die Datei ist sehr lang: Nur ihr Anfang wurde gelesen."
DAMAGED: Final = "Die Datei ist beschädigt oder unvollständig."
ENCRYPTED: Final = "Die Datei ist mit einem Kennwort geschützt."
TOO_BIG: Final = "Die Datei ist zu groß, um gelesen zu werden."
TOO_MANY: Final = "Die Datei wurde nicht gelesen: Die Mail hat zu viele Anhänge."
TOO_SLOW: Final = "Die Datei wurde nicht gelesen: Die Anhänge der Mail zu lesen dauert zu lange."
BOMB: Final = "Die Datei wurde nicht gelesen: Sie ist entpackt ungewöhnlich groß."
NOTHING: Final = "Die Datei ist leer."
EMPTY: Final = "Die Datei enthält keinen lesbaren Text."
