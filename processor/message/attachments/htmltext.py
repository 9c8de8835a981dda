"""The text of HTML in one pass, whatever its depth: to read a tree of a stranger's nesting takes quadratic time."""

from __future__ import annotations

from html import unescape

_BREAKING = frozenset(
    {
        "br",
        "p",
        "div",
        "tr",
        "li",
        "ul",
        "ol",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "hr",
        "dt",
        "dd",
    }
)
_HIDDEN = frozenset({"script", "style", "title", "template"})
_LONGEST_TAG = 20_000


def html_text(html: str) -> str:
    """The text of a page: blocks and rows are lines, cells are separated by a tab.

    :param html: the page; the caller caps its length.
    """
    out: list[str] = []
    position = 0
    hidden = ""
    closing = -1
    while position < len(html):
        begin = html.find("<", position)
        if begin < 0:
            begin = len(html)
        if begin > position and not hidden:
            out.append(" ".join(_words(html[position:begin])))
        if begin == len(html):
            break
        if html.startswith("<!--", begin):
            end = html.find("-->", begin + 4)
            if end < 0:
                break
            position = end + 3
            continue
        if closing < begin:
            closing = html.find(">", begin)
            closing = len(html) if closing < 0 else closing
        if closing - begin > _LONGEST_TAG or closing == len(html):
            out.append("" if hidden else "<")
            position = begin + 1
            continue
        end = closing
        name = html[begin + 1 : begin + 40].partition(">")[0].split(None, 1)
        tag = name[0].lower().rstrip("/") if name else ""
        position = end + 1
        if hidden:
            hidden = "" if tag == f"/{hidden}" else hidden
        elif tag in _HIDDEN:
            hidden = tag
        elif tag.lstrip("/") in _BREAKING:
            out.append("\n")
        elif tag in ("/td", "/th"):
            out.append("\t")
    lines = (line.strip(" ").rstrip("\t ") for line in "".join(out).split("\n"))
    return "\n".join(line for line in lines if line.strip())


def _words(text: str) -> list[str]:
    """Words, with an empty one at an end that was white: it parts them from what stands there."""
    words = unescape(text).replace("\xa0", " ").split()
    if text[:1].isspace():
        words.insert(0, "")
    if text[-1:].isspace() and len(words) > 0:
        words.append("")
    return words
