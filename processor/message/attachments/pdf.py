"""Text of PDF documents (ISO 32000), through pypdf."""

from __future__ import annotations

import logging
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from processor.message.attachments.limits import (
    DAMAGED,
    ENCRYPTED,
    MOST_CHARACTERS,
    MOST_PAGES,
    Budget,
    UnreadableError,
)

_MOST_PAGE_BYTES = 1_000_000
_MOST_CONTENT_BYTES = 3_000_000
_NO_TEXT = "Das PDF enthält keinen Text; vermutlich ist es eingescannt."

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # every broken file of a stranger would fill the log


def read_pdf(payload: bytes, budget: Budget) -> str:
    """The text of a PDF, page after page.

    :raises UnreadableError: damaged, encrypted, or without text.
    """
    try:
        text = _read(payload, budget)
    except UnreadableError:
        raise
    except (DependencyError, FileNotDecryptedError) as error:
        raise UnreadableError(ENCRYPTED) from error
    except PyPdfError as error:
        raise UnreadableError(DAMAGED) from error
    except Exception as error:  # a broken PDF raises nearly every built-in error in pypdf
        raise UnreadableError(DAMAGED) from error
    if not text.strip():
        raise UnreadableError(_NO_TEXT)
    return text


def _read(payload: bytes, budget: Budget) -> str:
    reader = PdfReader(BytesIO(payload), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableError(ENCRYPTED)
    texts: list[str] = []
    size = content = 0
    for number, page in enumerate(reader.pages):
        contents = page.get_contents()
        length = len(contents.get_data()) if contents is not None else 0
        content += length
        if number >= MOST_PAGES or length > _MOST_PAGE_BYTES or content > _MOST_CONTENT_BYTES or size > MOST_CHARACTERS:
            budget.cut = True
            break
        text = page.extract_text()
        size += len(text)
        texts.append("\n".join(line.rstrip() for line in text.splitlines()))
    return "\n".join(texts).strip()
