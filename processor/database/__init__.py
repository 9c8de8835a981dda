"""The tables, the engine, and the upgrade of the schema: one module for each table.

Only the outermost caller commits.
"""

from processor.database.account import Account
from processor.database.audit import AuditEntry
from processor.database.base import Base, UTCDateTime
from processor.database.casehold import CaseHold
from processor.database.checkin import CheckIn
from processor.database.correction import Correction
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
from processor.database.secret import PageSecret

__all__ = [
    "Account",
    "AttendeeRow",
    "AuditEntry",
    "Base",
    "CaseHold",
    "Channel",
    "CheckIn",
    "Correction",
    "Database",
    "HistoryEntry",
    "Mail",
    "MailLocation",
    "MailState",
    "Mailbox",
    "OutgoingMail",
    "OutgoingState",
    "PageSecret",
    "Registration",
    "RegistrationMail",
    "Status",
    "UTCDateTime",
    "make_engine",
]
