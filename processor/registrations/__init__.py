"""The book: who comes, why it is so, and what has to be answered. Only the caller commits."""

from processor.registrations.answers import kind_of
from processor.registrations.booking import book
from processor.registrations.bounces import note_bounce
from processor.registrations.case import described
from processor.registrations.decisions import (
    Decided,
    accept_late,
    add,
    cancel,
    confirm_review,
    dismiss,
    edit,
    refuse_late,
)
from processor.registrations.errors import BookError, ConflictError, NamesakeError, UnknownError
from processor.registrations.facts import NewRegistration, from_extraction, from_state
from processor.registrations.lists import (
    Overview,
    WaitingMail,
    all_registrations,
    as_json,
    by_reference,
    history,
    one,
    outgoing,
    overview,
    touched_by,
    waiting,
)
from processor.registrations.moves import ask_back, assign_table, joined, merge, promote, reopen, split
from processor.registrations.state import State, state_of
from processor.registrations.undoing import last_step, undo, undo_mail
from processor.registrations.values import AnswerKind, Arrival, Difference, DueAnswer, Namesake, Outcome, Rules

__all__ = [
    "AnswerKind",
    "Arrival",
    "BookError",
    "ConflictError",
    "Decided",
    "Difference",
    "DueAnswer",
    "Namesake",
    "NamesakeError",
    "NewRegistration",
    "Outcome",
    "Overview",
    "Rules",
    "State",
    "UnknownError",
    "WaitingMail",
    "accept_late",
    "add",
    "all_registrations",
    "as_json",
    "ask_back",
    "assign_table",
    "book",
    "by_reference",
    "cancel",
    "confirm_review",
    "described",
    "dismiss",
    "edit",
    "from_extraction",
    "from_state",
    "history",
    "joined",
    "kind_of",
    "last_step",
    "merge",
    "note_bounce",
    "one",
    "outgoing",
    "overview",
    "promote",
    "refuse_late",
    "reopen",
    "split",
    "state_of",
    "touched_by",
    "undo",
    "undo_mail",
    "waiting",
]
