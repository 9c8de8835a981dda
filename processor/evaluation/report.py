"""The values of a report: frozen, counted once, printed elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from processor.evaluation.bound import upper_bound


@dataclass(frozen=True, slots=True, kw_only=True)
class MailScore:
    """How one mail did."""

    file: str
    #: Language and intent of the label.
    language: str
    intent: str
    #: Whether there is a result.
    read: bool
    #: What was decided; "" where there is no result.
    decision: str
    #: Why nobody would notice that this went wrong; "" where nothing did.
    silent: str
    #: Whether the machine should have entered it alone.
    could: bool
    #: Whether it did, and all that an answer states was right.
    covered: bool
    #: Why it was not covered though it could have been; "" otherwise.
    missed: str
    #: Fields that were looked at, and those among them that were right.
    compared: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def wrong(self) -> tuple[str, ...]:
        """Fields that were looked at and not right, in the order of the report."""
        return tuple(field for field in self.compared if field not in self.right)


@dataclass(frozen=True, slots=True)
class FieldScore:
    """How often one field was right, over all mails where it matters, whatever was decided."""

    name: str
    right: int
    #: Never 0.
    compared: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.right / self.compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The sums over a set of mails."""

    mails: int
    #: Mails without a result.
    unread: int
    #: Mails that the machine decided alone.
    autos: int
    #: Registrations, changes with a known total and cancellations that are not for a person.
    could: int
    covered: int
    silent_errors: int
    fields: tuple[FieldScore, ...]

    @property
    def coverage(self) -> float:
        """Share of ``could`` that was entered alone and right; 0 where there is none."""
        return self.covered / self.could if self.could else 0.0

    @property
    def silent_rate(self) -> float:
        """Silent errors per mail."""
        return self.silent_errors / self.mails if self.mails else 0.0

    @property
    def silent_bound(self) -> float:
        """What the true silent rate does not exceed, at 95 % confidence."""
        return upper_bound(self.silent_errors, self.mails)


@dataclass(frozen=True, slots=True)
class Group:
    """The sums of one language, intent or part."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """What would have happened if decisions had been stricter or looser."""

    #: The rule in words, such as „at most 1 reason“.
    rule: str
    #: Whether this is how the results decided themselves.
    as_decided: bool
    autos: int
    covered: int
    could: int
    silent_errors: int
    mails: int

    @property
    def coverage(self) -> float:
        """As in :class:`Tally`."""
        return self.covered / self.could if self.could else 0.0

    @property
    def silent_rate(self) -> float:
        """Silent errors per mail."""
        return self.silent_errors / self.mails if self.mails else 0.0

    @property
    def silent_bound(self) -> float:
        """What the true silent rate does not exceed, at 95 % confidence."""
        return upper_bound(self.silent_errors, self.mails)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a set of results did."""

    whole: Tally
    mails: tuple[MailScore, ...]
    #: The most frequent first.
    languages: tuple[Group, ...]
    intents: tuple[Group, ...]
    #: „development“ and „held out“, apart, so that rules which only fit what was looked at are seen.
    parts: tuple[Group, ...]
    #: From the strictest rule to the loosest.
    risk: tuple[RiskPoint, ...]

    @property
    def unread(self) -> tuple[str, ...]:
        """Files without a result."""
        return tuple(mail.file for mail in self.mails if not mail.read)

    @property
    def silent(self) -> tuple[str, ...]:
        """File and reason of each silent error."""
        return tuple(f"{mail.file}: {mail.silent}" for mail in self.mails if mail.silent)

    @property
    def missed(self) -> tuple[str, ...]:
        """File, decision and reason of each mail that was not covered though it could have been."""
        return tuple(f"{mail.file}: {mail.missed}" for mail in self.mails if mail.missed)
