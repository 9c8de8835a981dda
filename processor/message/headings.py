"""The header lines of a quoted or forwarded mail, and what announces them, in any language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from processor.message.addresses import parse_addresses
from processor.message.attributions import ATTRIBUTION_LENGTH, attribution_length
from processor.message.lines import Role
from processor.message.normal import fold
from processor.message.phrases import Phrases
from processor.message.rows import EMAIL, FLANKED, RULE, TIME, Row, has_date, has_email, next_is_quoted
from processor.message.values import Address

_LABEL = re.compile(r"[\W_]{0,6}([^\W\d_][^:\n]{0,34}?)[\s*_]{0,4}:[\s*_]{0,4}(?P<value>.*)")


@dataclass(frozen=True, slots=True)
class Heading:
    """The header lines of a quoted or forwarded mail."""

    #: Number of lines, blank ones within it and its separator included.
    length: int
    sender: Address
    subject: str
    #: Whether a phrase calls it forwarded.
    forwarded: bool
    #: Whether a phrase of any kind stood above it.
    announced: bool
    #: Whether a person may have written it so, too (two lines alone, or below words that nobody told us of).
    unsure: bool = False


def heading_at(rows: list[Row], index: int, known: Phrases, *, forwards: bool = False) -> Heading | None:
    """The header lines of a quoted mail at this line, with the separator above them where there is one.

    :param forwards: whether the subject calls the mail a forward, which makes sparse header lines sure.
    """
    announced = _announcement(rows[index], known)
    start = index
    if announced:
        start += 1
        while start < len(rows) and start - index < 5 and (rows[start].blank or RULE.fullmatch(rows[start].text)):
            start += 1
    single = _in_one_line(rows[start], known) if start < len(rows) else None
    if single is not None:
        sender, subject, beside = single
        said = announced or beside
        return Heading(start + 1 - index, sender, subject, said == "forwarded", bool(said))
    block = _header_lines(rows, start, known, announced=bool(announced))
    block = block or _header_table(rows, start, known)
    if block is None and not announced and next_is_quoted(rows, index + 1):
        names, value = _label_kinds(rows[index], known)
        if "from" in names and has_email(value):
            return Heading(1, _sender(value, rows, index), "", forwarded=False, announced=False)
    if block is None and not announced and _is_flanked_title(rows, index, known):
        below = _header_lines(rows, index + 1, known, announced=True)
        names, value = _label_kinds(rows[index + 1], known)
        length, sender, subject = below or (1, _sender(value, rows, index + 1), "")
        return Heading(1 + length, sender, subject, forwarded=False, announced=True, unsure=length < 3)
    if block is not None:
        length, sender, subject = block
        lines = rows[start : start + length]
        # A letter may begin so as well, but with no address and no time.
        sent = any(has_email(row.text) or TIME.search(_DAYS.sub(" ", row.folded)) for row in lines)
        unsure = not (announced or forwards) and lines[0].role is Role.NONE and (length == 2 or not sent)
        if unsure and not sent and sum(len(row.text.split()) for row in rows[:index] if row.new) <= _GREETING:
            return None
        return Heading(start + length - index, sender, subject, announced == "forwarded", bool(announced), unsure)
    if not announced:
        return None
    flanked = bool(FLANKED.fullmatch(rows[index].text))
    if flanked or next_is_quoted(rows, index + 1) or (start < len(rows) and attribution_length(rows, start, known)):
        return Heading(1, Address("", ""), "", announced == "forwarded", announced=True)
    return None


def heading_of_attribution(rows: list[Row], length: int, known: Phrases) -> Heading:
    """The heading that „Am … schrieb …“ is for a mail that was forwarded below it.

    :param rows: the lines of the attribution.
    """
    joined = " ".join(row.text.strip() for row in rows)
    email = EMAIL.search(joined)
    name = ""
    if email is not None:
        before = re.split(r"[\d:,;<>]", joined[: email.start()].rstrip(" <([\"'„“”«»"))[-1]
        verb = list(known.wrote.finditer(before.lower()))
        words = before[verb[-1].end() if verb else 0 :].strip(" .\"'„“”«»").split()
        while words and words[0].lower() in ("am", "pm", "uhr"):
            words.pop(0)
        name = " ".join(words) if len(words) <= 5 else ""
    sender = Address(name, email.group().lower() if email else "")
    return Heading(length, sender, "", forwarded=False, announced=False)


def _is_flanked_title(rows: list[Row], index: int, known: Phrases) -> bool:
    """Whether words between dashes, in a language that nobody told us of, stand right above a sender's address."""
    text = rows[index].text
    if index + 1 >= len(rows) or not text.startswith("--") or not FLANKED.fullmatch(text):
        return False
    names, value = _label_kinds(rows[index + 1], known)
    return "from" in names and has_email(value)


_DAYS: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}")
#: Words above header lines that only greet.
_GREETING: Final = 4
#: A phrase between dashes with the first header line right behind it.
_ANNOUNCED_BESIDE: Final = re.compile(
    r"\s*(?:<\w{1,9}>){0,3}[-_*]{2,20}\s{0,3}(\S.{2,60}?)\s{0,3}[-_*]{2,20}\s{0,3}(?:</?\w{1,9}>\s?){0,4}(?=\S)"
)
#: Characters before a colon in which a label is looked for.
_LABEL_REACH: Final = 25


def _in_one_line(row: Row, known: Phrases) -> tuple[Address, str, str] | None:
    """Writer, subject and announcement, where all header lines have run together into one line.

    Some programs lose the line ends, and set „… MEZBetreff:“; None for another line.
    """
    text = row.text
    if text.count(":") < 3 or len(text) > ATTRIBUTION_LENGTH:
        return None
    beside = _ANNOUNCED_BESIDE.match(text)
    announced = _announcement(Row(f"--- {beside.group(1)} ---"), known) if beside else ""
    start = beside.end() if beside and announced else 0
    found = _labels_within(text, start, known)
    if not found or found[0][0] - start > 4:
        return None
    kinds = [kind for _, _, kind in found]
    if not any("from" in kind for kind in kinds):
        return None
    dated, timed, addressed = has_date(row.folded), bool(TIME.search(row.folded)), has_email(text)
    several = len(set(kinds)) >= 3 and addressed and (dated or timed)
    if not (announced or several or (len(found) >= 2 and addressed and dated and timed)):
        return None
    ends = [begin for begin, _, _ in found[1:]] + [len(text)]
    values = [(kind, text[end:until].strip()) for (_, end, kind), until in zip(found, ends, strict=True)]
    writer = next(value for kind, value in values if "from" in kind)
    subject = next((value for kind, value in values if "subject" in kind), "")
    return _sender(writer, [row], 0), subject, announced


def _labels_within(text: str, start: int, known: Phrases) -> list[tuple[int, int, frozenset[str]]]:
    """Labels of header lines anywhere in a line: where each begins, where its value begins, and what it can name."""
    found: list[tuple[int, int, frozenset[str]]] = []
    for colon in re.finditer(r"\s?[:：]", text[start:]):
        end = start + colon.start()
        least = max(found[-1][1] if found else start, end - _LABEL_REACH)
        for begin in range(least, end):
            before = text[begin - 1 : begin] if begin > start else ""
            if text[begin].isspace() or (before.isalpha() and not text[begin].isupper()):
                continue
            kinds = known.labels.get(fold(text[begin:end].strip("* ")))
            if kinds:
                found.append((begin, start + colon.end(), kinds))
                break
    return found


_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")


#: The first word of a line as it stands in phrases, which it may be all of.
_FIRST_WORD: Final = re.compile(r"[\W_]*([^ :-]*?)[\W_]*(?:[ :-]|\Z)")


def _announcement(row: Row, known: Phrases) -> str:
    """What a line announces: a "forwarded" mail, an "original" one, or none ("")."""
    if len(row.text) > 160:
        return ""
    first = _FIRST_WORD.match(row.folded)
    if first is None or first.group(1) not in known.announcing:
        return ""
    core = _EDGES.sub("", row.folded)
    if not core or re.split(r"[ :-]", core, maxsplit=1)[0] not in known.announcing:
        return ""
    text = row.text.strip()
    flanked = FLANKED.fullmatch(text)
    for phrase in known.forwarded:
        if core == phrase or (
            core.startswith(phrase) and (flanked or len(core) - len(phrase) < 60) and _ends_word(core, phrase)
        ):
            return "forwarded" if flanked or core == phrase or text.endswith(":") or text.startswith("-") else ""
    for phrase in known.original:
        if core == phrase or (flanked and core.startswith(phrase)):
            return "original"
    return ""


def _ends_word(core: str, phrase: str) -> bool:
    return not core[len(phrase) : len(phrase) + 1].isalnum()


def _header_lines(rows: list[Row], index: int, known: Phrases, *, announced: bool) -> tuple[int, Address, str] | None:
    """A block of „From: … / Sent: … / To: … / Subject: …“ in any language, values wrapped or not."""
    kinds: set[str] = set()
    sender = Address("", "")
    subject = ""
    labels = 0
    unknown = 0
    position = index
    end = index
    dated = addressed = False
    while position < len(rows) and position - index < 30:
        row = rows[position]
        if row.blank:
            # Some programs set a gap after each header line; two gaps, or none of ours behind it, end the block.
            if position + 1 < len(rows) and labels and _label_kinds(rows[position + 1], known)[0]:
                position += 1
                continue
            break
        if row.depth:
            break
        names, value = _label_kinds(row, known)
        structural = row.role is Role.HEADERS and not names and ":" in row.text[:40]
        if names:
            labels += 1
            if "from" in names and "from" not in kinds:
                kinds.add("from")
                sender = _sender(value, rows, position)
            else:
                kinds |= names
            if "subject" in names:
                subject = value.strip()
        elif structural or (
            labels and _LABEL.fullmatch(row.text) and unknown < 2 and not row.text.rstrip().endswith(":")
        ):
            unknown += 1
            if structural:
                labels += 1
        elif labels and (
            (position - end < 3 and _continues(row, rows[position - 1]))
            or (position == end and _is_between(rows, position, known))
        ):
            pass
        else:
            break
        dated = dated or has_date(row.folded)
        addressed = addressed or has_email(row.folded)
        position += 1
        end = position
    if end == index:
        return None
    strong = "from" in kinds and len(kinds) >= 3 and labels >= 3
    # Two lines alone, in a paragraph of their own, from one address to another.
    both = {"from", "to"} <= kinds and sum(has_email(row.text) for row in rows[index:end]) >= 2
    strong = strong or (both and (index == 0 or rows[index - 1].blank) and (end == len(rows) or rows[end].blank))
    fair = "from" in kinds and len(kinds) >= 2 and labels >= 2 and (announced or (dated and addressed))
    # Without a sender (some programs leave it out), or in a language that nobody told us of: date, address and marks.
    formal = labels >= 3 and dated and addressed and rows[index].role is Role.HEADERS
    nameless = announced and labels >= 2 and (dated or addressed)
    timed = {"sent", "to"} <= kinds and dated and addressed and any(TIME.search(row.folded) for row in rows[index:end])
    if not (strong or fair or formal or nameless or timed):
        return None
    if formal and not sender.email:
        sender = _sender(_LABEL.sub(r"\g<value>", rows[index].text), rows, index)
    return end - index, sender, subject


def _header_table(rows: list[Row], index: int, known: Phrases) -> tuple[int, Address, str] | None:
    """Header lines as Lotus Notes sets them: who wrote, when, and a table of „to“ and „subject“ without colons."""
    if index >= len(rows) or not has_email(rows[index].text) or len(rows[index].text) > 120:
        return None
    below = [position for position in range(index + 1, min(index + 16, len(rows))) if not rows[position].blank]
    if len(below) < 3 or not rows[index].text.rstrip().endswith((">", ")")):
        return None
    moment = rows[below[0]]
    if len(moment.text) > 40 or not has_date(moment.folded) or not TIME.search(moment.folded):
        return None
    kinds: set[str] = set()
    subject = ""
    end = index
    pending: frozenset[str] = frozenset()
    for position in below[1:]:
        label, parted, value = rows[position].text.partition(" | ")
        named = known.labels.get(fold(label.strip(" :")), frozenset())
        if named:
            # In plain text the value stands in the line below its label.
            pending = frozenset() if parted else named
        elif pending:
            named, value, pending = pending, label, frozenset()
        else:
            break
        subject = value.strip() if "subject" in named else subject
        kinds |= named
        end = position
    if not {"to", "subject"} <= kinds:
        return None
    return end + 1 - index, _sender(rows[index].text, rows, index), subject


def _label_kinds(row: Row, known: Phrases) -> tuple[frozenset[str], str]:
    """The fields that a line's label can name, and its value; ((), "") for another line."""
    if ":" not in row.text[:60]:
        return frozenset(), ""
    match = _LABEL.fullmatch(row.text[:2_000])
    if match is None:
        return frozenset(), ""
    label = row.folded.lstrip(" *_>|•-[#").split(":", 1)[0].strip(" *_")
    return known.labels.get(label, frozenset()), match.group("value")


def _continues(row: Row, before: Row) -> bool:
    """Whether a line goes on with the value of the header line above it (lists of recipients, long subjects)."""
    text = row.text.strip()
    if before.text.rstrip().endswith((",", ";", "<", "[mailto:")) or text.startswith(("<", ";", ",")):
        return True
    if before.text.startswith((" ", "\t")) and ":" not in before.text:
        return False
    return len(before.text) >= 60 and len(text) < 100 and not before.text.rstrip().endswith((".", "!", "?", ">"))


def _is_between(rows: list[Row], position: int, known: Phrases) -> bool:
    """Whether a line stands right between two header lines, and is no sentence: the value above it was wrapped."""
    if position + 1 >= len(rows) or rows[position].text.rstrip().endswith((".", "!", "?", ":")):
        return False
    names, value = _label_kinds(rows[position + 1], known)
    return bool(names) and bool(value.strip())


def _sender(value: str, rows: list[Row], position: int) -> Address:
    """The writer that a „From:“ line names; Outlook sets „[mailto:…]“ beside the name, others wrap the address."""
    text = value.strip().strip("*_ ")
    if not EMAIL.search(text) and position + 1 < len(rows):
        following = rows[position + 1].text.strip()
        if following.startswith(("<", "[")) or (not text and EMAIL.fullmatch(following)):
            text = f"{text} {following}"
    text = re.sub(r"\[(?:mailto:)?([^\[\]\s]{3,200})\]", r"<\1>", text)
    text = re.sub(r"<?mailto:([^<>\s]{3,200})>?", r"<\1>", text)
    email = EMAIL.findall(text)
    if len(email) > 1 and text.count("<") > 1:
        # „a@b <a@b>“ and its like, twice in brackets.
        name = text.split("<")[0]
        return Address(" ".join(name.replace('"', "").split()), email[0].lower())
    found = parse_addresses(text)
    if not found:
        return Address(" ".join(text.split())[:200], "")
    first = found[0]
    via = re.match(
        r"(.{1,200}?)\s(?:im auftrag von|on behalf of|adina|en nombre de|de la part de)\s(.*)",
        first.name,
        re.IGNORECASE,
    )
    return Address(via.group(2) if via else first.name, first.email)
