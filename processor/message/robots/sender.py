"""What the envelope and the From field say about who sent a mail."""

from __future__ import annotations

import re
from dataclasses import dataclass

from processor.message.parts import Part
from processor.message.robots.addresses import addresses_in, unique
from processor.message.robots.marks import NOBODY_LOCALS, PROGRAMS

#: Mailboxes that only mail servers write from (RFC 2142 names the postmaster, whom a person may be).
_DAEMONS = frozenset(
    {
        "mailer-daemon",
        "mailerdaemon",
        "mailer_daemon",
        "mail-daemon",
        "maildaemon",
        "mail_daemon",
        "mdaemon",
        "mail-delivery",
        "maildelivery",
        "mail-delivery-system",
        "mail.delivery.system",
        "mailsystem",
        "mail-system",
        "system-attendant",
        "delivery-status",
        "bounce-notification",
        "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e",
    }
)
_OFFICERS = frozenset(
    {"postmaster", "post_master", "post-master", "sysadmin", "mailadmin", "mailmaster", "ndr", "dsn", "mta", "bounces"}
)
_TECHNICAL = frozenset(
    {
        "smtp",
        "mta",
        "ndr",
        "dsn",
        "mailer",
        "mailserver",
        "daemon",
        "gateway",
        "gateways",
        "antivirus",
        "bounce",
        "bounces",
    }
    | {"mailgw", "mailgate", "delivery", "postmaster", "exchange", "server", "notification", "notifier", "root"}
    | {"administrator", "admin", "mail", "system", "imss"}
)
#: Display names of mail servers (lower case).
_DAEMON_NAMES = (
    "courier mail server",
    "mail delivery s",
    "mail delivery agent",
    "mail-delivery",
    "mailer-daemon",
    "mailer daemon",
    "mail daemon",
    "internet mail delivery",
)
#: Display names of mail servers that a keeper or an association may have as well (lower case).
_OFFICER_NAMES = (
    "system administrator",
    "systemadministrator",
    "system attendant",
    "systemaufsicht",
    "administrateur système",
    "administrador del sistema",
    "amministratore di sistema",
    "systeembeheerder",
    "administrator systemu",
    "sistem yöneticisi",
    "системный администратор",
    "системний адміністратор",
    "mail administrator",
    "mail system",
    "mail router",
    "mail delivery",
    "message router",
    "email delivery",
    "delivery subsystem",
    "delivery system",
    "post office",
    "postoffice",
)


#: What a field says where it says that no machine answers (lower case).
NOT_AUTOMATIC = frozenset({"", "no", "false", "0", "none"})


@dataclass(frozen=True, slots=True)
class Sender:
    """The robot marks of a sender."""

    #: From, lower case; "" where it holds no address.
    address: str
    #: Whether the return path is there and null (RFC 5321, section 4.5.5).
    null_path: bool
    #: Whether only a mail server is called so.
    daemon: bool
    #: Whether a mail server may be called so, and its keeper too (postmaster, RFC 2142).
    officer: bool
    #: Whether its name may be a program's („SMTP_Service“, „no-reply“, „mail“): a sign only together with others.
    technical: bool
    #: Our own addresses: whom the mail came to.
    own: tuple[str, ...]


def read_sender(root: Part) -> Sender:
    """Reads the robot marks of a sender from the header."""
    headers = root.headers
    raw = headers.get("from")[:2_000]
    address = next(iter(reversed(addresses_in(raw))), "")
    # Of an address that is broken („Postmaster\\@host@x“), what stands before the first sign.
    local = raw.rpartition("<")[2].partition("@")[0].strip(' <>"\\').lower() or raw.lower().strip(' <>"')
    if " " in local and address:
        local = address.partition("@")[0].strip('"')
    name = raw.partition("<")[0].strip(" \"'").lower()
    path = headers.get("return-path").strip()
    bare_path = path.strip("<> ").lower()
    # Sendmail writes its own daemon where the path was null.
    null = "return-path" in headers and (bare_path in _NULL_PATHS or bare_path.startswith("mailer-daemon@"))
    own = unique(
        found
        for field in ("to", "delivered-to", "envelope-to", "x-envelope-to", "apparently-to")
        for value in headers.all(field)[:20]
        for found in addresses_in(value)
    )
    return Sender(
        address=address,
        null_path=null,
        daemon=raw.strip() == "<>"  # a person's mail has an address, or no such field
        or local in _DAEMONS
        or local.startswith(("mailer-daemon", "mailerdaemon"))
        or name.startswith(_DAEMON_NAMES),
        officer=local in _OFFICERS
        or name in _OFFICERS
        or name.startswith(_OFFICER_NAMES)
        or local.startswith(("postmaster", "system administrator")),
        technical=local.startswith(NOBODY_LOCALS) or any(word in _TECHNICAL for word in re.split(r"[^a-z]+", local)),
        own=own,
    )


def auto_submitted(root: Part) -> str:
    """The keyword of Auto-Submitted (RFC 3834, section 5), or "" where it is absent or „no“."""
    for value in root.headers.all("auto-submitted"):
        keyword = value.partition(";")[0].partition("(")[0].strip().lower()
        if keyword not in NOT_AUTOMATIC:
            return keyword
    return ""


def names_persons_program(root: Part) -> bool:
    """Whether a program with which people write names itself."""
    said = f"{root.headers.get('x-mailer')} {root.headers.get('user-agent')}".lower()[:500]
    return any(program in said for program in PROGRAMS)


_NULL_PATHS = frozenset({"", "mailer-daemon", "null"})
