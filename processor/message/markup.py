"""HTML bodies as a reader sees them, with what mail programs mark as quoted, heading a quote, or signature.

Each program marks its quotes in its own way; the marks are a table here, not code. What a reader does not see
(preheaders, ``display:none``, style sheets, tracking pictures) is left out.
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from processor.message.elements import BLOCKS, GAPS, UNSEEN, VOID
from processor.message.lines import LINES_LIMIT, Line, Role, quote_mark
from processor.message.marks import (
    ATTRIBUTION_MARKS,
    BORDER_LEFT,
    BORDER_TOP,
    FONT_SIZE,
    HEADER_MARKS,
    HIDDEN_CLASS,
    HIDDEN_STYLE,
    INDENT_ONLY,
    QUOTE_MARKS,
    SIGNATURE_MARKS,
)
from processor.message.normal import characters
from processor.message.writing import Sink, State, TableRow, changed

#: Characters of HTML that are parsed.
HTML_LIMIT: Final = 800_000
#: Elements that are visited; honest mails have some thousands.
_NODES_LIMIT: Final = 60_000
#: Elements within elements; below, all is read as text of the last.
_DEPTH_LIMIT: Final = 1_500

_ATTRIBUTES: Final = ("class", "id", "name", "data-marker", "data-smartmail")
_LINE_ENDS = re.compile("[\n\r\x85\u2028\u2029]")
#: White space that is not the one blank that a reader sees of it.
_SPACES = re.compile(r"[\t\n\r\f][ \t\n\r\f]*| [ \t\n\r\f]+")


def html_lines(source: str) -> list[Line]:
    """Lines of a text/html body; see :func:`read_html`."""
    return read_html(source)[0]


def read_html(source: str) -> tuple[list[Line], bool]:
    """Reads a text/html body.

    :param source: HTML of any quality.
    :returns: lines in the order of the text, rows of tables being lines with cells parted by „ | “; and whether a limit
        was reached before its end. Nothing raises.
    """
    shallow = _shallow(source[:HTML_LIMIT])
    parser = LexborHTMLParser(shallow)
    root = parser.body or parser.root
    if root is None:
        return [], False
    hidden = frozenset(HIDDEN_CLASS.findall(_styles(source[:60_000])))
    walk = _Walk(hidden)
    lines = walk.walk(root)
    cut = walk.cut or len(source) > HTML_LIMIT
    # All lines at once: the line ends that Unicode knows besides are spaces within a line of HTML.
    texts = characters("\n".join(_LINE_ENDS.sub(" ", line.text) for line in lines)).split("\n") if lines else []
    for line, text in zip(lines, texts, strict=True):
        line.text = text.rstrip()
        if line.text[:3].lstrip().startswith(">"):
            # Plain text that a program put into HTML.
            marks, line.text = quote_mark(line.text)
            line.depth += marks
    return lines, cut


_NESTING = re.compile(r"<(/?)([a-z][a-z0-9]{0,12})", re.IGNORECASE)


def _shallow(source: str) -> str:
    """Stops where elements are nested past all reason: the parser's time grows with the square of the depth there."""
    if source.count("<") < _DEPTH_LIMIT:
        return source
    depth = 0
    for match in _NESTING.finditer(source):
        if match.group(2).lower() in VOID:
            continue
        depth += -1 if match.group(1) else 1
        depth = max(depth, 0)
        if depth > _DEPTH_LIMIT * 2:
            return source[: match.start()] + re.sub(r"<[^<>]{0,500}>", " ", source[match.start() :])
    return source


def _styles(head: str) -> str:
    start = head.find("<style")
    sheet = head[start:] if start >= 0 else ""
    return sheet.split("@media")[0].split("</style")[0]


class _Walk:
    """One pass over the elements, without recursion."""

    def __init__(self, hidden_classes: frozenset[str]) -> None:
        self.hidden_classes = hidden_classes
        self.sinks = [Sink()]
        self.rows: list[TableRow] = []
        #: Whether a limit ended the walk.
        self.cut = False

    def walk(self, root: LexborNode) -> list[Line]:
        stack: list[tuple[LexborNode, State, bool]] = [(root, State(), False)]
        visited = 0
        while stack:
            node, state, leaving = stack.pop()
            if leaving:
                self._leave(node.tag or "", state)
                continue
            visited += 1
            if visited > _NODES_LIMIT or len(self.sinks[0].lines) >= LINES_LIMIT:
                self.cut = True
                break
            tag = node.tag or ""
            if tag == "-text":
                self._text(node.text_content or "", state)
                continue
            if tag in UNSEEN or tag.startswith(("-", "!")):
                continue
            inner = self._enter(node, tag, state)
            if inner is None:
                continue
            stack.append((node, inner, True))
            children = []
            child = node.child
            while child is not None:
                children.append((child, inner, False))
                child = child.next
            stack.extend(reversed(children))
        while len(self.sinks) > 1:
            self._close_cell()
        while self.rows:
            self._close_row()
        self.sinks[0].end()
        return self.sinks[0].lines

    def _text(self, text: str, state: State) -> None:
        if state.hidden or state.tiny:
            return
        sink = self.sinks[-1]
        if state.preformatted:
            for number, row in enumerate(text.split("\n")):
                if number:
                    sink.feed(state)
                if row:
                    sink.add(row, state)
            return
        collapsed = text if text.isprintable() and "  " not in text else _SPACES.sub(" ", text)
        if collapsed == " " and not sink.text:
            return
        if sink.text and collapsed.startswith(" ") and sink.text[-1].endswith(" "):
            collapsed = collapsed[1:]
        if collapsed:
            sink.add(collapsed, state)

    def _enter(self, node: LexborNode, tag: str, state: State) -> State | None:
        """What holds inside an element; None where nothing of it is to be seen."""
        sink = self.sinks[-1]
        if tag == "br":
            if not state.hidden:
                sink.feed(state)
            return None
        if tag == "img":
            self._picture(node, state)
            return None
        if tag == "hr":
            sink.end(gap=True)
            return None
        attributes = node.attributes
        inner = state
        if attributes:
            inner = self._marked(tag, attributes, state)
            if inner.hidden:
                return None
        if tag == "input":
            self._input(attributes, state)
            return None
        if tag == "blockquote" and self._is_quote(attributes):
            inner = changed(inner, depth=state.depth + 1, role=Role.NONE if attributes else Role.INDENTED)
        if tag in ("pre", "textarea", "listing"):
            inner = changed(inner, preformatted=True)
        elif tag in ("ol", "ul", "menu"):
            inner = changed(inner, ordered=1 if tag == "ol" else 0)
        if tag in ("td", "th") and self.rows:
            self.sinks.append(Sink())
        elif tag in BLOCKS:
            word = "mso" in (attributes.get("class") or "").lower() if attributes else False
            sink.end(gap=tag in GAPS and not word)
            if word != (not inner.loose):
                inner = changed(inner, loose=not word)
            if tag == "tr":
                self.rows.append(TableRow())
            elif tag == "li":
                sink.add(f"{state.ordered}. " if state.ordered > 0 else "- ", inner)
                if state.ordered > 0:
                    state.ordered += 1
        return inner

    def _leave(self, tag: str, state: State) -> None:
        if tag in ("td", "th"):
            if len(self.sinks) > 1 and self.rows:
                self._close_cell()
        elif tag == "tr":
            if self.rows:
                self._close_row()
        elif tag in BLOCKS:
            sink = self.sinks[-1]
            if tag == "li" and sink.text == ["- "]:
                sink.text = []
            sink.end(gap=state.loose and tag in GAPS)

    def _close_cell(self) -> None:
        sink = self.sinks.pop()
        sink.end()
        if self.rows:
            self.rows[-1].cells.append(sink.lines)
        else:
            self.sinks[-1].lines.extend(sink.lines)

    def _close_row(self) -> None:
        row = self.rows.pop()
        sink = self.sinks[-1]
        sink.end()
        seen = [[line for line in cell if line.text.strip()] for cell in row.cells]
        if all(len(cell) <= 1 for cell in seen):
            filled = [cell[0] for cell in seen if cell]
            if filled:
                if sink.gap and sink.lines and sink.lines[-1].text:
                    sink.lines.append(Line("", min(sink.lines[-1].depth, filled[0].depth)))
                sink.gap = False
                joined = " | ".join(cell[0].text.strip() if cell else "" for cell in seen).strip(" |")
                sink.lines.append(Line(joined, filled[0].depth, filled[0].role))
            return
        for cell in row.cells:
            sink.lines.extend(cell)

    def _picture(self, node: LexborNode, state: State) -> None:
        """A picture that stands for a letter (emoji) is read as that letter."""
        alternative = (node.attributes.get("alt") or "").strip()
        if alternative and len(alternative) <= 8 and not alternative.isascii() and not state.hidden:
            self.sinks[-1].add(alternative, state)

    def _input(self, attributes: dict[str, str | None], state: State) -> None:
        kind = (attributes.get("type") or "text").lower()
        if kind in ("checkbox", "radio"):
            self.sinks[-1].add("[x] " if "checked" in attributes else "[ ] ", state)
        elif kind == "text" and attributes.get("value"):
            self.sinks[-1].add(attributes["value"] or "", state)

    def _marked(self, tag: str, attributes: dict[str, str | None], state: State) -> State:
        """What the attributes of an element say of its content."""
        style = (attributes.get("style") or "").lower()[:2_000]
        inner = state
        if "hidden" in attributes or (style and HIDDEN_STYLE.search(style)):
            return changed(state, hidden=True)
        if style:
            size = FONT_SIZE.search(style)
            if size:
                tiny = size.group(1).strip("0.") == ""
                inner = inner if tiny == state.tiny else changed(inner, tiny=tiny)
            if "white-space" in style and re.search(r"white-space\s{0,3}:\s{0,3}(?:pre|break-spaces)", style):
                inner = changed(inner, preformatted=True)
            if tag == "div" and state.role is Role.NONE and BORDER_TOP.search(style) and "border" in style:
                inner = changed(inner, role=Role.HEADERS)
            if tag == "div" and attributes.get("name") == "quote":
                return changed(inner, depth=inner.depth + 1, role=Role.NONE)
        if inner.role is Role.NONE or inner.role is Role.HEADERS:
            for name in _ATTRIBUTES:
                value = attributes.get(name)
                if not value:
                    continue
                for token in value.lower().split()[:8]:
                    inner = self._by_token(token.removeprefix("x_"), inner)
                    if inner.hidden:
                        return inner
        return inner

    def _by_token(self, token: str, state: State) -> State:
        if token in self.hidden_classes:
            return changed(state, hidden=True)
        if QUOTE_MARKS.match(token):
            return changed(state, depth=state.depth + 1, role=Role.NONE)
        if HEADER_MARKS.match(token):
            return changed(state, role=Role.HEADERS)
        if ATTRIBUTION_MARKS.fullmatch(token):
            return changed(state, role=Role.ATTRIBUTION)
        if SIGNATURE_MARKS.fullmatch(token):
            return changed(state, role=Role.SIGNATURE)
        return state

    @staticmethod
    def _is_quote(attributes: dict[str, str | None]) -> bool:
        """Whether a blockquote is one, and not a paragraph that its writer indented."""
        if not attributes:
            return True
        if "cite" in attributes or (attributes.get("type") or "").lower() == "cite":
            return True
        if "quote" in (attributes.get("class") or "").lower() or "quote" in (attributes.get("id") or "").lower():
            return True
        style = (attributes.get("style") or "").lower()[:2_000]
        return bool(BORDER_LEFT.search(style)) or not INDENT_ONLY.search(style)
