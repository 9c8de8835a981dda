"""Whether the receiving server holds a sender to be who he says: Authentication-Results (RFC 8601)."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass

from processor.message import Message


class Verdict(enum.Enum):
    """What our own server says of the From address."""

    #: A method passed for the domain in From.
    PASS = enum.auto()
    #: Our server says nothing of it.
    NONE = enum.auto()
    #: Something passed only for somebody else's domain, or failed softly: no proof of a forgery, and none against.
    DOUBT = enum.auto()
    #: The sender's domain disowns the mail.
    FAIL = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One ``resinfo`` (RFC 8601, section 2.2): a method, its result, and the properties it looked at."""

    method: str
    result: str
    #: ptype.property in lower case, such as ``header.d``.
    properties: tuple[tuple[str, str], ...] = ()

    def value(self, name: str) -> str:
        """A property's value in lower case; "" where it is not given."""
        return next((value for key, value in self.properties if key == name), "")


#: Quoted string, or run of characters that end at white space, ; or = (RFC 8601 builds on RFC 2045's ``value``).
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s;="]+)|([;=])', re.DOTALL)
_FAILING = frozenset({"fail", "hardfail"})
_SENDER_METHODS = ("spf", "sender-id")
#: compauth is Microsoft's verdict over all methods; it is believed only when our own server wrote it.
_OVERALL_METHODS = ("dmarc", "compauth")


def _without_comments(text: str) -> str:
    """The header's value without comments, which nest (RFC 5322, section 3.2.2); quoted strings are left alone."""
    kept: list[str] = []
    depth, quoted, skip = 0, False, False
    for letter in text:
        if skip:
            skip = False
            if depth == 0:
                kept.append(letter)
            continue
        if letter == "\\" and (quoted or depth):
            skip = True
            if depth == 0:
                kept.append(letter)
        elif letter == '"' and depth == 0:
            quoted = not quoted
            kept.append(letter)
        elif letter == "(" and not quoted:
            depth += 1
        elif letter == ")" and not quoted and depth:
            depth -= 1
            kept.append(" ")
        elif depth == 0:
            kept.append(letter)
    return "".join(kept)


def parse(header: str) -> tuple[str, tuple[Result, ...]]:
    """Reads one header: the authserv-id in lower case ("" where there is none), and the results."""
    parts: list[list[str]] = [[]]
    for quoted, plain, sign in _TOKEN.findall(_without_comments(header)):
        if sign == ";":
            parts.append([])
        else:
            parts[-1].append(re.sub(r"\\(.)", r"\1", quoted) or plain or sign)
    server = parts[0][0].lower() if parts[0] and parts[0][0] != "=" else ""
    results = (_result(part) for part in parts[1:])
    return server, tuple(result for result in results if result is not None)


def _result(tokens: list[str]) -> Result | None:
    pairs: list[tuple[str, str]] = []
    for index, sign in enumerate(tokens):
        if sign == "=" and 0 < index < len(tokens) - 1:
            pairs.append((tokens[index - 1].lower(), tokens[index + 1].lower()))
    if not pairs:
        return None
    method = pairs[0][0].split("/")[0]
    return Result(method=method, result=pairs[0][1], properties=tuple(pairs[1:]))


def verdict(message: Message, authserv_id: str) -> Verdict:
    """What our own server says of the sender.

    Only headers with our server's name count, as anybody can write others into a mail (RFC 8601, section 7.1).
    Of those the newest is ours; an older one may be a forgery that our server did not take out, so it may raise
    doubt, but never take it away.

    :param authserv_id: the server that is believed; "" believes none.
    """
    if not authserv_id:
        return Verdict.NONE
    ours = [
        results
        for server, results in map(parse, message.authentication_results)
        if server == authserv_id.strip().lower()
    ]
    if not ours:
        return Verdict.NONE
    domain = message.sender.email.rpartition("@")[2]
    newest = _judge(ours[0], domain)
    if newest is Verdict.PASS:
        return newest
    # Servers that write one header for each method spread their verdict: the worst counts.
    return max((newest, *(_judge(results, domain) for results in ours[1:])), key=_BADNESS.index)


#: A pass in an older header proves nothing.
_BADNESS = (Verdict.PASS, Verdict.NONE, Verdict.DOUBT, Verdict.FAIL)


def _judge(results: Iterable[Result], domain: str) -> Verdict:
    results = tuple(results)
    overall = [result for result in results if result.method in _OVERALL_METHODS]
    if any(result.result in _FAILING for result in overall):
        return Verdict.FAIL
    if any(result.result == "pass" and _is_about(result.value("header.from"), domain) for result in overall):
        return Verdict.PASS
    passed = [_checked_domain(result) for result in results if result.result == "pass" and _is_sender_check(result)]
    if any(_aligned(checked, domain) for checked in passed):
        return Verdict.PASS
    if any(result.result in _FAILING for result in results if result.method in _SENDER_METHODS):
        return Verdict.FAIL
    if any(passed):
        # What passed only for another domain says that somebody else sent the mail; many associations' hosts do.
        return Verdict.DOUBT
    unsure = (*_FAILING, "softfail")
    return Verdict.DOUBT if any(r.result in unsure for r in results if _is_sender_check(r)) else Verdict.NONE


def _is_sender_check(result: Result) -> bool:
    return result.method == "dkim" or result.method in _SENDER_METHODS


def _checked_domain(result: Result) -> str:
    if result.method == "dkim":
        return result.value("header.d") or result.value("header.i").rpartition("@")[2]
    # A HELO name that passed says nothing of the sender.
    return result.value("smtp.mailfrom").rpartition("@")[2]


def _is_about(header_from: str, domain: str) -> bool:
    return not header_from or _aligned(header_from.rpartition("@")[2], domain)


def _aligned(checked: str, domain: str) -> bool:
    """Whether two domains are one organisation's (relaxed alignment, RFC 7489, section 3.1).

    Without a list of public suffixes: one is the other's parent, and has a dot.
    """
    if not checked or not domain:
        return False
    short, long = sorted((checked.strip("."), domain), key=len)
    return short == long or ("." in short and long.endswith("." + short))
