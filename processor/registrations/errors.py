"""The errors of the book.

* AnmeldepostError
    * BookError -- a decision cannot be carried out as asked; the text says why
        * UnknownError -- there is no such registration or mail
        * ConflictError -- somebody else changed it meanwhile; nothing was overwritten
        * NamesakeError -- a person of the same name has a seat already; nothing was entered
"""

from __future__ import annotations

from processor.errors import AnmeldepostError
from processor.registrations.values import Namesake


class BookError(AnmeldepostError):
    """A decision cannot be carried out as asked; the text says why, and what to do."""


class UnknownError(BookError):
    """There is no such registration or mail."""


class ConflictError(BookError):
    """Somebody else changed it meanwhile; nothing was overwritten."""


class NamesakeError(BookError):
    """People of the same name have a seat already; nothing was entered until a person says that they are others."""

    def __init__(self, known: tuple[Namesake, ...]) -> None:
        self.known = known
        where = "; ".join(f"„{each.said}“ auf {each.described}" for each in known)
        super().__init__(f"Es wurde nichts eingetragen, denn schon angemeldet ist {where}.")
