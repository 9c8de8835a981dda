"""The machine-readable fields of a delivery status (RFC 3464, section 2; RFC 6533 for addresses beyond ASCII)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from processor.message.robots.addresses import addresses_in, unique

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,40})[ \t]*:")
_STATUS = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45])\d\d(?![\d.])")
_RECIPIENT_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")
_MOST_LINES = 20_000


class Outcome(StrEnum):
    """What became of one recipient (RFC 3464, section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """One group of per-recipient fields."""

    #: Original-Recipient: the address as the sender wrote it; "" where it is missing or no address.
    original: str
    #: Final-Recipient: the address at which it ended.
    final: str
    outcome: Outcome


def read_fields(lines: Sequence[str]) -> tuple[RecipientStatus, ...]:
    """Reads the groups of per-recipient fields.

    Groups are told apart by a repeated recipient field rather than by empty lines: servers leave these out, and put
    them in between.

    :param lines: the lines of message/delivery-status, or of a text that holds such fields.
    """
    groups: list[dict[str, str]] = []
    name = ""
    gap = False
    for line in lines[:_MOST_LINES]:
        line = line[:2_000]
        if line[:1] in (" ", "\t") and name and groups and line.strip() and not _FIELD.match(line.strip()):
            groups[-1][name] = f"{groups[-1][name]} {line.strip()}"[:4_000]
            continue
        match = _FIELD.match(line.strip())
        if match is None:
            name = ""
            gap = gap or not line.strip()
            continue
        name = match[1].lower()
        value = line.strip()[match.end() :].strip()
        if not groups or _begins_group(groups[-1], name, after_gap=gap):
            groups.append({})
        gap = False
        if name in groups[-1] and name not in _RECIPIENT_FIELDS:
            name = ""  # a field said twice: the first is the group's own
            continue
        groups[-1][name] = value
    return tuple(status for group in groups for status in _status(group))


def _begins_group(group: dict[str, str], name: str, *, after_gap: bool) -> bool:
    if name == "x-actual-recipient" or name not in (*_RECIPIENT_FIELDS, "action"):
        return False
    if name in group:
        return True
    # An empty line ends what belongs to one recipient only where recipient and outcome were named already.
    return after_gap and any(field in group for field in _RECIPIENT_FIELDS) and ("action" in group or "status" in group)


def _status(group: dict[str, str]) -> Iterable[RecipientStatus]:
    if not any(field in group for field in _RECIPIENT_FIELDS):
        return
    original = _address(group.get("original-recipient", ""))
    final = _address(group.get("final-recipient", "")) or _address(group.get("x-actual-recipient", ""))
    if not original and not final:
        final = next(iter(addresses_in(group.get("diagnostic-code", ""))), "")
    if original or final:
        yield RecipientStatus(original, final, _outcome(group))


def _address(value: str) -> str:
    # With and without a type, brackets, a comment; also addresses that are wrong: that may be why they failed.
    kind, separator, address = value[:2_000].partition(";")
    if kind.strip().lower() == "x400":
        return ""
    found = addresses_in(address if separator else value)
    if found:
        return found[0]
    word = (address if separator else value).strip().strip("<>").lower()
    return word if "@" in word[1:-1] and len(word.split()) == 1 and len(word) < 320 else ""


def _outcome(group: dict[str, str]) -> Outcome:
    action = group.get("action", "").strip().lower()
    if action.startswith(("fail", "expired", "undeliver", "non-deliver", "rejected", "error", "bounce")):
        return Outcome.FAILED
    if action.startswith(("delay", "warning", "retr")):
        return Outcome.DELAYED
    if action.startswith(("delivered", "relayed", "expanded", "sent", "success")):
        return Outcome.DELIVERED
    status = _STATUS.search(group.get("status", "")) or _STATUS.search(group.get("diagnostic-code", ""))
    status = status or _REPLY.search(group.get("diagnostic-code", ""))
    if status is None:
        return Outcome.FAILED
    return {"2": Outcome.DELIVERED, "4": Outcome.DELAYED}.get(status[1], Outcome.FAILED)


def failed_addresses(statuses: Iterable[RecipientStatus], written_to: Collection[str]) -> tuple[str, ...]:
    """The addresses of the recipients that failed for good.

    Where original and final differ (an alias, a forwarding), the one that the returned mail names as its recipient
    counts, else the original: that is whom the office wrote to.

    :param statuses: the groups of the report.
    :param written_to: recipients of the returned mail, lower case.
    """
    return unique(
        status.final
        if status.final and (not status.original or (status.final in written_to and status.original not in written_to))
        else status.original
        for status in statuses
        if status.outcome is Outcome.FAILED
    )
