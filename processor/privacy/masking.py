"""A mail without the people in it: the same structure, written anew, attachments left out.

The mail is read as the reading reads it and written from what was read, so that nothing of the old bytes is carried
over: no header that is not named here, no comment of a page, no second encoding of a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import formataddr
from html import escape
from html.parser import HTMLParser
from io import BytesIO
from typing import Final

from processor.message.addresses import parse_addresses
from processor.message.fields import ADDRESS_FIELDS
from processor.message.parts import Headers, Part
from processor.message.robots import marks
from processor.message.wire import parse
from processor.privacy.pseudonyms import Pseudonyms

_POLICY = compat32.clone(linesep="\r\n", max_line_length=None)
_IDS: Final = ("message-id", "in-reply-to", "references")
#: Fields that say what kind of mail it is, and of nobody who.
_KINDS: Final = frozenset(
    (
        *("auto-submitted", "precedence", "importance", "x-failed-recipients", "list-id", "list-unsubscribe"),
        *marks.AUTO_REPLY_FIELDS,
        *(name for name, _ in marks.AUTO_REPLY_VALUES),
        *(name for family in marks.HINT_FAMILIES for name in family),
        *marks.CAMPAIGN_FIELDS,
        *marks.LIST_FIELDS,
    )
) - {"delivered-to", "x-mailer"}
#: Parameters of a type that its reading needs.
_PARAMETERS: Final = ("format", "delsp", "report-type", "method")
#: Fields of a delivery status that name nobody.
_STATUS: Final = ("action", "status", "arrival-date", "last-attempt-date", "will-retry-until")
_RESULT = re.compile(r"\b(spf|dkim|dmarc)=([a-z]+)", re.IGNORECASE)
_ID = re.compile(r"<([^<>\s]+)>")
#: Elements whose content is never text.
_SILENT: Final = ("script", "title", "object", "svg")
#: Elements that stand apart from what is before and behind them.
_BREAKS: Final = dict.fromkeys(("br", "p", "div", "tr", "li", "h1", "h2", "h3", "table", "blockquote"), "\n") | {
    "td": " "
}
_ATTRIBUTES: Final = ("class", "id", "type", "dir", "style", "cite")


@dataclass(frozen=True, slots=True)
class Masked:
    """A mail that can be shown to anybody."""

    raw: bytes
    #: Attachments that were left out.
    dropped: int


class LeakError(ValueError):
    """Something of a person is left; the mail must not be given away."""


def masked(raw: bytes, pseudonyms: Pseudonyms) -> Masked:
    """Writes a mail anew without its people.

    :raises LeakError: when something of them can still be read in the result.
    """
    root = parse(raw)
    for plainly in (False, True):
        mail = _Writer(pseudonyms, plainly=plainly)
        found = mail.write(root)
        if not (left := _left_in(found, pseudonyms)):
            return Masked(found, mail.dropped)
    raise LeakError(", ".join(left))


def _left_in(raw: bytes, pseudonyms: Pseudonyms) -> tuple[str, ...]:
    """Looks at the result as anybody would who opens it: its headers, its texts."""
    texts: list[str] = []
    for part in parse(raw).walk():
        texts += [value for name, value in part.headers.fields if name not in ("date", "received", "content-type")]
        texts.append(part.text or ("" if part.children else part.payload.decode("utf-8", "replace")))
        if part.media_type == "text/html":
            # A name may stand in pieces, with tags between them.
            texts.append(re.sub(r"<[^>]*>", "", part.text))
    return tuple(dict.fromkeys(left for text in texts for left in pseudonyms.left_in(text)))


class _Writer:
    """Writes one mail."""

    def __init__(self, pseudonyms: Pseudonyms, *, plainly: bool) -> None:
        """
        :param plainly: HTML as mere text, without any tags.
        """
        self._pseudonyms = pseudonyms
        self._plainly = plainly
        self._cased = True
        self.dropped = 0

    def write(self, root: Part) -> bytes:
        """The mail as bytes."""
        self._cased = any(sign.isupper() for part in root.walk() for sign in _seen(part))
        mail = self._mail(root)
        if self.dropped:
            mail["X-Anmeldepost-Dropped-Attachments"] = str(self.dropped)
        stream = BytesIO()
        BytesGenerator(stream, mangle_from_=False, policy=_POLICY).flatten(mail)
        return stream.getvalue()

    def _mail(self, root: Part) -> Message:
        mail = self._part(root) or MIMEText("", "plain", "utf-8")
        content = list(mail.items())
        for name in list(mail):
            del mail[name]
        for name, value in [*self._headers(root.headers), *content]:
            mail[name] = value
        return mail

    # -- headers --

    def _headers(self, headers: Headers) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        received = False
        for name, value in headers.fields:
            if name == "received":
                if not received:
                    found.append(("Received", f"from mail.example by mx.example; {value.rpartition(';')[2].strip()}"))
                received = True
            elif (written := self._header(name, value)) is not None:
                found.append((name.title(), written))
        return found

    def _header(self, name: str, value: str) -> str | None:
        """A field's new value; None for one that is left out."""
        say = self._pseudonyms
        if name in ADDRESS_FIELDS:
            boxes = [
                formataddr((say.name(box.name), say.address(box.email)), "utf-8") if box.email else say.name(box.name)
                for box in parse_addresses(value)
            ]
            return ", ".join(box if box.isascii() else _encoded(box) for box in boxes)
        if name in _IDS:
            return " ".join(f"<{say.identifier(found)}>" for found in _ID.findall(value)) or None
        if name == "return-path":
            inner = value.strip().strip("<>").strip()
            return f"<{say.address(inner)}>" if inner else "<>"
        if name == "date":
            return value
        if name == "subject" or name in _KINDS:
            return _encoded(say.text(value))
        if name == "authentication-results":
            server = value.partition(";")[0].split()
            results = "; ".join(f"{method}={result}" for method, result in _RESULT.findall(value))
            return f"{say.domain(server[0]) if server else 'mx.example'}; {results or 'none'}"
        return None

    # -- parts --

    def _part(self, part: Part) -> Message | None:
        """A part written anew; None for one that is left out."""
        if part.media_type.startswith("multipart/"):
            children = [written for child in part.children if (written := self._part(child)) is not None]
            whole: Message = MIMEMultipart(part.media_type.partition("/")[2], _subparts=children)
            return self._with_parameters(whole, part)
        if part.media_type in ("message/rfc822", "message/global") and part.children:
            return self._embedded(self._mail(part.children[0]))
        if part.media_type in ("message/delivery-status", "message/disposition-notification"):
            return self._status(part)
        calls = part.media_type == "text/calendar" and part.parameters.get("method", "").upper() == "REPLY"
        if not part.media_type.startswith("text/") or (
            (part.filename or part.disposition == "attachment") and not calls
        ):
            self.dropped += 1
            return None
        if part.media_type == "text/html":
            return self._page(part)
        text = re.sub(r"\r?\n[ \t]", "", part.text) if calls else part.text
        return self._with_parameters(
            MIMEText(self._pseudonyms.text(text, cased=self._cased), part.media_type.partition("/")[2], "utf-8"), part
        )

    def _page(self, part: Part) -> Message:
        cleaner = _Page(self._pseudonyms, cased=self._cased)
        cleaner.feed(part.text)
        cleaner.close()
        if self._plainly:
            return MIMEText(self._pseudonyms.text("".join(cleaner.texts), cased=self._cased), "plain", "utf-8")
        return MIMEText("".join(cleaner.written), "html", "utf-8")

    def _status(self, part: Part) -> Message:
        # RFC 3464, section 2.1: fields as in a header, one group for each recipient.
        groups: list[Message | str] = []
        for group in re.split(r"\n{2,}", part.payload.decode("utf-8", "replace").replace("\r\n", "\n").strip()):
            written = Message()
            for line in re.sub(r"\n[ \t]+", " ", group).split("\n"):
                name, colon, value = line.partition(":")
                if colon and re.fullmatch(r"[\w-]{1,60}", name):
                    kept = name.lower() in _STATUS
                    written[name] = _encoded(value if kept else self._pseudonyms.text(value))
            groups.append(written)
        status = Message()
        status["Content-Type"] = part.media_type
        status.set_payload(groups)
        return status

    def _embedded(self, mail: Message) -> Message:
        whole = Message()
        whole["Content-Type"] = "message/rfc822"
        whole.set_payload([mail])
        return whole

    def _with_parameters(self, message: Message, part: Part) -> Message:
        for name in _PARAMETERS:
            if (value := part.parameters.get(name, "")) and re.fullmatch(r"[\w-]{1,40}", value):
                message.set_param(name, value)
        return message


class _Page(HTMLParser):
    """HTML written anew: the texts without their people, of the attributes only what says how a page is built."""

    def __init__(self, pseudonyms: Pseudonyms, *, cased: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._pseudonyms = pseudonyms
        self._cased = cased
        self.written: list[str] = []
        #: The texts as they were.
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if not self._silent:
            kept = "".join(f' {name}="{self._attribute(name, value or "")}"' for name, value in attrs if _is_kept(name))
            self.written.append(f"<{tag}{kept}>")
        self.texts.append(_BREAKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif not self._silent:
            self.written.append(f"</{tag}>")
            self.texts.append(_BREAKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self.texts.append(data)
        self.written.append(
            data if self.cdata_elem else escape(self._pseudonyms.text(data, cased=self._cased), quote=False)
        )

    def _attribute(self, name: str, value: str) -> str:
        say = self._pseudonyms
        if name == "href":
            return escape(
                "mailto:" + say.address(value[7:]) if value.lower().startswith("mailto:") else say.text(value)
            )
        return escape(value[:2_000])


def _seen(part: Part) -> str:
    return re.sub(r"<[^>]*>|&\w+;", "", part.text) if part.media_type == "text/html" else part.text


def _is_kept(name: str) -> bool:
    return name == "href" or name in _ATTRIBUTES


def _encoded(text: str) -> str:
    """A value as a header holds it (RFC 2047)."""
    text = " ".join(text.split())
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=75).encode(linesep="\r\n")
