"""The errors of the book.

* AnmeldepostError
    * BookError -- a decision cannot be carried out as asked; the text says why
        * UnknownError -- there is no such registration or mail
        * ConflictError -- somebody else changed it meanwhile; nothing was overwritten
"""

from __future__ import annotations

from processor.errors import AnmeldepostError


class BookError(AnmeldepostError):
    """A decision cannot be carried out as asked; the text says why, and what to do."""


class UnknownError(BookError):
    """There is no such registration or mail."""


class ConflictError(BookError):
    """Somebody else changed it meanwhile; nothing was overwritten."""
