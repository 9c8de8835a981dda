"""The one place for configuration: what the file says, as typed values.

The loader is imported when it is called for: other rooms need the values alone.
"""

from processor.settings.values import (
    AnswerSettings,
    ImapSettings,
    OfficeSettings,
    PrivacySettings,
    ReminderSettings,
    Settings,
    SmtpSettings,
    StaffSettings,
)

__all__ = [
    "AnswerSettings",
    "ImapSettings",
    "OfficeSettings",
    "PrivacySettings",
    "ReminderSettings",
    "Settings",
    "SmtpSettings",
    "StaffSettings",
]
