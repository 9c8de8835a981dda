"""Text of Word documents (docx: ISO/IEC 29500, WordprocessingML)."""

from __future__ import annotations

import re

from processor.message.attachments.archive import open_archive, read_member
from processor.message.attachments.limits import DAMAGED, Budget, UnreadableError
from processor.message.attachments.lines import Lines
from processor.message.attachments.markup import local_name, read_markup

_HEADS = re.compile(r"word/(?:header|footer|footnotes|comments)\d{0,2}\.xml")
#: Copies of what stands elsewhere in the document, and what was struck out.
_SKIPPED = frozenset({"Fallback", "del", "moveFrom"})
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
#: Boxes of the symbol fonts in which people tick (Wingdings, by code).
_BOXES = {"fe": "☒", "fd": "☒", "78": "☒", "52": "☒", "53": "☒", "54": "☒", "a8": "☐", "6f": "☐", "71": "☐", "72": "☐"}


class _Reader:
    def __init__(self) -> None:
        self.lines = Lines()
        self._in_text = 0
        self._skipped = 0
        #: Inside the tab stops of a paragraph's settings, which are no tabs.
        self._in_stops = 0
        self._ticked = False

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        name = local_name(tag)
        if name in _SKIPPED:
            self._skipped += 1
        if self._skipped:
            return
        if name == "t":
            self._in_text += 1
        elif name == "tr":
            self.lines.start_row()
        elif name == "tabs":
            self._in_stops += 1
        elif name in _SIGNS and not self._in_stops:
            self.lines.add(_SIGNS[name])
        elif name == "sym":
            self.lines.add(_BOXES.get(_attribute(attrs, "char").lower()[-2:], ""))
        elif name == "checkBox":
            self._ticked = False
        elif name in ("checked", "default"):
            self._ticked = _attribute(attrs, "val") not in ("0", "false", "off")

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if name in _SKIPPED:
            self._skipped -= 1
        elif self._skipped:
            return
        elif name == "t":
            self._in_text -= 1
        elif name == "tabs":
            self._in_stops -= 1
        elif name == "checkBox":
            self.lines.add("☒ " if self._ticked else "☐ ")
        elif name == "p":
            self.lines.end_paragraph()
        elif name == "tc":
            self.lines.end_cell()
        elif name == "tr":
            self.lines.end_row()

    def data(self, data: str) -> None:
        if self._in_text > 0 and not self._skipped:
            self.lines.add(data)

    def close(self) -> None:
        return None


def _attribute(attrs: dict[str, str], name: str) -> str:
    return next((value for key, value in attrs.items() if local_name(key) == name), "")


def read_docx(payload: bytes, budget: Budget) -> str:
    """The text of a docx: body first, then heads and notes.

    :raises UnreadableError: damaged, encrypted or too big.
    """
    archive = open_archive(payload)
    document = read_member(archive, "word/document.xml", budget)
    if not document:
        raise UnreadableError(DAMAGED)
    texts = [_text(document, budget)]
    names = [name for name in sorted(archive.namelist()) if _HEADS.fullmatch(name)]
    texts.extend(_text(read_member(archive, name, budget), budget) for name in names[:20])
    return "\n".join(text for text in texts if text)


def _text(document: bytes, budget: Budget) -> str:
    reader = _Reader()
    read_markup(document, reader, budget)
    return reader.lines.text()
