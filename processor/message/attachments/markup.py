"""XML as a stream of events: no tree is built, so depth costs nothing, and entities are refused (defusedxml)."""

from __future__ import annotations

from typing import Any, Protocol
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from processor.message.attachments.limits import DAMAGED, Budget, UnreadableError

_CHUNK = 65_536


class Reader(Protocol):
    """Takes the events of a document; names have the form ``{namespace}local``."""

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, data: str) -> None:
        """Characters between tags."""

    def close(self) -> Any:
        """The document ends."""


class EnoughError(Exception):
    """A reader has what it wants; the rest of the document is left unread."""


def read_markup(document: bytes, reader: Reader, budget: Budget) -> None:
    """Feeds a document to a reader.

    :raises UnreadableError: broken XML, or XML with entities.
    """
    parser = DefusedXMLParser(target=reader, forbid_dtd=True)
    try:
        for start in range(0, len(document), _CHUNK):
            parser.feed(document[start : start + _CHUNK])
        parser.close()
    except EnoughError:
        budget.cut = True
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise UnreadableError(DAMAGED) from error


def local_name(tag: str) -> str:
    """The name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]
