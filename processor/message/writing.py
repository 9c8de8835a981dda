"""Lines as they are written while the elements of HTML are walked."""

from __future__ import annotations

from dataclasses import dataclass, field

from processor.message.lines import LINES_LIMIT, Line, Role


@dataclass(slots=True)
class State:
    """What holds for the content of an element."""

    depth: int = 0
    role: Role = Role.NONE
    hidden: bool = False
    tiny: bool = False
    preformatted: bool = False
    ordered: int = -1
    #: Whether blocks have a gap below them; the paragraphs of Word have none.
    loose: bool = True


@dataclass(slots=True)
class Sink:
    """Where lines gather: the body, or one cell of a table."""

    lines: list[Line] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    state: State = field(default_factory=State)
    #: Whether the next text begins a new line, and whether with a gap.
    gap: bool = False

    def add(self, text: str, state: State) -> None:
        """Goes on with a line, or begins one."""
        if not self.text:
            text = text if state.preformatted else text.lstrip(" ")
            if not text:
                return
            if self.gap and self.lines and self.lines[-1].text:
                self.lines.append(Line("", min(self.lines[-1].depth, state.depth)))
            self.gap = False
            self.state = state
        self.text.append(text)

    def end(self, *, gap: bool = False) -> None:
        """Ends the line that is being written, where there is one."""
        if self.text:
            joined = "".join(self.text)
            self.lines.append(Line(joined, self.state.depth, self.state.role))
            self.text = []
        self.gap = self.gap or gap

    def feed(self, state: State) -> None:
        """A line end that the writer set."""
        if self.text:
            self.end()
        elif len(self.lines) < LINES_LIMIT:
            self.lines.append(Line("", state.depth, state.role))


@dataclass(slots=True)
class TableRow:
    """The cells of a row that is being read."""

    cells: list[list[Line]] = field(default_factory=list)


def changed(
    state: State,
    *,
    depth: int | None = None,
    role: Role | None = None,
    hidden: bool | None = None,
    tiny: bool | None = None,
    preformatted: bool | None = None,
    ordered: int | None = None,
    loose: bool | None = None,
) -> State:
    """The state with some of it changed."""
    return State(
        state.depth if depth is None else depth,
        state.role if role is None else role,
        state.hidden if hidden is None else hidden,
        state.tiny if tiny is None else tiny,
        state.preformatted if preformatted is None else preformatted,
        state.ordered if ordered is None else ordered,
        state.loose if loose is None else loose,
    )
