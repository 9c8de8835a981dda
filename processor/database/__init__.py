"""The tables, the engine, and the upgrade of the schema: one module for each table.

Only the outermost caller commits.
"""

from processor.database.account import Account
from processor.database.base import Base, UTCDateTime
from processor.database.engine import Database, make_engine
from processor.database.history import HistoryEntry
from processor.database.mail import Mail, MailLocation, MailState
from processor.database.mailbox import Mailbox
from processor.database.outgoing import OutgoingMail, OutgoingState
from processor.database.registration import (
    AttendeeRow,
    Channel,
    Registration,
    RegistrationMail,
    Status,
)

__all__ = [
    "Account",
    "AttendeeRow",
    "Base",
    "Channel",
    "Database",
    "HistoryEntry",
    "Mail",
    "MailLocation",
    "MailState",
    "Mailbox",
    "OutgoingMail",
    "OutgoingState",
    "Registration",
    "RegistrationMail",
    "Status",
    "UTCDateTime",
    "make_engine",
]
