"""From marks to facts: who comes, who does not, how many, and every reason to doubt it."""

from __future__ import annotations

from dataclasses import dataclass, field

from processor.extraction.reading import Reading

COMES = ("come", "come_i", "come_we", "register", "register_i", "register_we")


@dataclass(slots=True)
class Person:
    """Somebody who comes or does not."""

    name: str
    #: Offsets in the text; both 0 where the name stands elsewhere.
    start: int = 0
    end: int = 0
    #: Position for the order.
    order: int = 0
    is_sender: bool = False
    strong: bool = True
    titled: bool = False


@dataclass(slots=True)
class Count:
    """A number of seats that the text states."""

    value: int
    start: int
    end: int
    quote: str


@dataclass(slots=True)
class Facts:
    """What a text says about coming."""

    comes: list[Person] = field(default_factory=list)
    stays: list[Person] = field(default_factory=list)
    unclear: list[Person] = field(default_factory=list)
    #: 1 the writer comes, -1 does not, 0 says nothing.
    sender: int = 0
    #: "i" or "we", by which the writer said so.
    sender_by: str = ""
    sender_order: int = 0
    sender_quote: tuple[int, int] = (0, 0)
    #: Unnamed people who come along.
    companions: list[Count] = field(default_factory=list)
    #: Companions whose names stand elsewhere: they are guests by name.
    named_companions: list[Count] = field(default_factory=list)
    totals: list[Count] = field(default_factory=list)
    old_totals: list[Count] = field(default_factory=list)
    #: Relative change.
    more: list[Count] = field(default_factory=list)
    fewer: list[Count] = field(default_factory=list)
    #: Groups without a number: family, some people.
    open_groups: list[str] = field(default_factory=list)
    declines: list[tuple[int, int]] = field(default_factory=list)
    attends: list[tuple[int, int]] = field(default_factory=list)
    has_prior: bool = False
    #: Whether a change is said without a verb of coming („ersetzen“, „doch nur ich“).
    amended: bool = False
    #: Whether the text names people who neither come nor stay away.
    others: bool = False
    #: Whether all who are named come on top of those registered („es kommt noch … dazu“).
    joins: bool = False
    #: Whether a number is compared with an earlier one („zwei mehr“).
    compared: bool = False
    has_instead: bool = False
    asks_to_come: bool = False
    #: Whether the text announces more names; corrects itself; says who remains.
    names_later: bool = False
    corrected: bool = False
    remains: bool = False
    #: Whether those who come are said to come as well.
    also: bool = False
    #: Tokens that complete a name said elsewhere.
    half_names: set[int] = field(default_factory=set)
    #: Unexplained pieces, in words.
    leftovers: list[str] = field(default_factory=list)
    #: Numbers that nothing explains, in words.
    open_numbers: list[tuple[int | None, str]] = field(default_factory=list)


def offsets(reading: Reading, start: int, end: int) -> tuple[int, int]:
    return reading.tokens[start].start, reading.tokens[end - 1].end
