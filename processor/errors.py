"""The errors that a caller can act on.

* AnmeldepostError -- base; its text is one clear sentence: what, where, what to do
    * ConfigError -- the configuration is wrong; names every mistake at once (exit 2)
    * UsageError -- a command was called with something that does not fit (exit 2)
    * DatabaseError -- the database cannot be used as it is (newer than the program, locked, disk full) (exit 2)
    * UnreachableError -- a server could not be reached or refused us; trying again later makes sense (exit 1)
        * MailboxUnreachableError -- the IMAP server
        * MailServerUnreachableError -- the SMTP server
    * TemplateError -- a template of the office is broken; names file and line
"""

from __future__ import annotations


class AnmeldepostError(Exception):
    """Base of all errors whose text is one clear sentence for a person."""


class ConfigError(AnmeldepostError):
    """The configuration is wrong; the text has one line for each mistake."""


class UsageError(AnmeldepostError):
    """A command was called with something that does not fit."""


class DatabaseError(AnmeldepostError):
    """The database cannot be used as it is."""


class UnreachableError(AnmeldepostError):
    """A server could not be reached or refused us; trying again later makes sense."""


class MailboxUnreachableError(UnreachableError):
    """The IMAP server could not be reached, refused the login, or has no such folder."""


class MailServerUnreachableError(UnreachableError):
    """The SMTP server could not be reached or refused the login."""


class TemplateError(AnmeldepostError):
    """A template is broken; the text names file and line."""
