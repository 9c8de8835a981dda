"""Text of PDF documents (ISO 32000), through pypdf."""

from __future__ import annotations

import logging
from io import BytesIO
from itertools import islice

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError

from processor.message.attachments.limits import (
    DAMAGED,
    ENCRYPTED,
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_PAGES,
    Budget,
    UnreadableError,
)

#: Bytes of drawing instructions that are read of one document: a page of text has some ten thousand.
_MOST_CONTENT = 400_000
#: Bytes that one stream may have when unpacked; pictures are not unpacked.
_MOST_STREAM = 3_000_000
#: To draw a byte costs as much as to read so many of a document.
_COST = 20
_MOST_FIELDS = 300
#: Objects of a document; a broken one is searched for them.
_MOST_OBJECTS = 50_000
#: What pypdf may do for one document; its own limits are those of an archive, not of a list of participants.
_LIMITS = Configuration(
    maximum_declared_stream_length=MOST_BYTES,
    array_based_stream_maximum_output_length=_MOST_STREAM,
    zlib_maximum_output_length=_MOST_STREAM,
    zlib_maximum_recovery_input_length=500_000,
    lzw_maximum_output_length=_MOST_STREAM,
    run_length_maximum_output_length=_MOST_STREAM,
    brotli_maximum_output_length=_MOST_STREAM,
    stream_decoding_work_maximum_length=4 * _MOST_STREAM,
    stream_parsing_work_maximum_count=100_000,
    page_tree_maximum_entries=1_000,
    form_fields_maximum_entries=2_000,
    page_tree_maximum_page_entries=100_000,
    xform_maximum_invocations_per_extraction=200,
)
_NO_TEXT = "Das PDF enthält keinen Text; vermutlich ist es eingescannt."
_TOO_COMPLEX = "Das PDF wurde nicht gelesen: Es ist zu umfangreich."

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # every broken file of a stranger would fill the log


def read_pdf(payload: bytes, budget: Budget) -> str:
    """The text of a PDF, page after page.

    :raises UnreadableError: damaged, encrypted, too costly, or without text.
    """
    try:
        with apply_configuration(_LIMITS):
            text = _read(payload, budget)
    except UnreadableError:
        raise
    except (DependencyError, FileNotDecryptedError) as error:
        raise UnreadableError(ENCRYPTED) from error
    except LimitReachedError as error:
        raise UnreadableError(_TOO_COMPLEX) from error
    except PyPdfError as error:
        raise UnreadableError(DAMAGED) from error
    except Exception as error:  # a broken PDF raises nearly every built-in error in pypdf
        raise UnreadableError(DAMAGED) from error
    if not text.strip():
        raise UnreadableError(_TOO_COMPLEX if budget.cut else _NO_TEXT)
    return text


#: Where a PDF says what it is and where it ends (ISO 32000-1, sections 7.5.2 and 7.5.5); readers allow for some noise.
_HEAD = 1_024
_TAIL = 8_192


def _is_whole(payload: bytes) -> bool:
    """Whether head and trailer are there: without them, pypdf searches each byte for what could be an object."""
    tail = payload[-_TAIL:]
    return b"%PDF" in payload[:_HEAD] and (b"%%EOF" in tail or b"startxref" in tail)


def _read(payload: bytes, budget: Budget) -> str:
    if not _is_whole(payload.rstrip(b"\0\r\n\t ")):
        raise UnreadableError(DAMAGED)
    if payload.count(b" obj") > _MOST_OBJECTS:
        raise UnreadableError(_TOO_COMPLEX)
    budget.open_pdf()
    reader = PdfReader(BytesIO(payload), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableError(ENCRYPTED)
    texts: list[str] = []
    size = content = 0
    for number, page in enumerate(reader.pages):
        contents = page.get_contents()
        length = len(contents.get_data()) if contents is not None else 0
        content += length
        if number >= MOST_PAGES or content > _MOST_CONTENT or size > MOST_CHARACTERS or budget.late:
            budget.cut = True
            break
        text = page.extract_text()
        size += len(text)
        budget.unpack(_COST * length)
        texts.append("\n".join(line.rstrip() for line in text.splitlines()))
    return "\n".join((*texts, *_form_fields(reader))).strip()


def _form_fields(reader: PdfReader) -> list[str]:
    """What somebody filled in: it stands beside the pages, not on them (ISO 32000-1, section 12.7)."""
    lines: list[str] = []
    for name, entry in islice((reader.get_fields() or {}).items(), _MOST_FIELDS):
        value = str(entry.get("/V", "")).strip()
        if not value or value == "/Off":
            continue
        label = str(entry.get("/TU", "") or name).strip()
        lines.append(f"{label[:200]}: {'☒' if value.startswith('/') else value[:2_000]}")
    return lines
