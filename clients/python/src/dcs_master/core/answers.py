"""The lines that the server sends, as values. `docs/protocol.md` is the contract."""

from __future__ import annotations

import json
from typing import Dict, List, NamedTuple, Tuple, Union, cast

from .lines import to_text


class Update(NamedTuple):
    """A value of a gauge, an arg or a control."""

    #: The sim's value.
    raw: float
    #: The value on the gauge's scale; for a control with positions, the number of the position.
    value: float
    #: The value as the server wrote it, with the decimals that were asked for.
    text: str

    @property
    def position(self) -> int:
        """The number of a control's position, counted from 0."""
        return round(self.value)


class Statistics(NamedTuple):
    """The counters of the server: its answer to command 5."""

    clients: int
    subscriptions: int
    #: Args that the sim reads for all clients.
    args: int
    #: Text displays that the sim reads for all clients.
    indicators: int
    requests: int
    lines_sent: int
    errors: int
    #: Updates held back because a client did not read its lines.
    held_back: int
    #: Clients that were turned away.
    turned_away: int
    #: Clients disconnected because they did not read their lines.
    stalled: int
    #: Values from the sim that were not finite numbers.
    bad_values: int
    #: The cost of the scripts in the sim, in microseconds per frame.
    frame_microseconds: float
    #: Actions dropped because too many were waiting.
    actions_dropped: int
    #: Subscriptions refused because too much was kept for a client already.
    subscriptions_refused: int


#: The elements of a display by name: the lines of text of each, then, if it has children, one tree.
Tree = Dict[str, List[Union[str, "Tree"]]]
#: The elements of all displays, by the number of the display.
Displays = Dict[int, Tree]


class AircraftLine(NamedTuple):
    """An aircraft is controlled."""

    name: str


class GaugeLine(NamedTuple):
    """A subscription to a gauge, an arg or a control has a new value."""

    ident: int
    update: Update


class DisplayLine(NamedTuple):
    """A subscription to a display has a new text."""

    ident: int
    data: bytes


class ErrorLine(NamedTuple):
    """A request was wrong, or could not be carried out."""

    reason: str


class StatisticsLine(NamedTuple):
    """The answer to a request for statistics."""

    fields: Tuple[bytes, ...]


class ListLine(NamedTuple):
    """The answer to a request for the texts of displays."""

    data: bytes


Answer = Union[AircraftLine, GaugeLine, DisplayLine, ErrorLine, StatisticsLine, ListLine]


def parse(line: bytes) -> Answer:
    """Returns the meaning of a line.

    Raises ValueError when it is not a line of the protocol.
    """
    command, _, rest = line.partition(b" ")
    if command == b"2":
        ident, raw, value = rest.split()
        return GaugeLine(int(ident), Update(float(raw), float(value), value.decode("ascii")))
    if command == b"3":
        ident, _, text = rest.partition(b" ")
        return DisplayLine(int(ident), text)
    if command == b"5":
        return StatisticsLine(tuple(rest.split()))
    if command == b"0":
        return AircraftLine(to_text(rest.strip()))
    if command == b"-1":
        return ErrorLine(to_text(rest.strip()))
    if line[:1] in (b"{", b"["):
        return ListLine(line)
    raise ValueError(f"unknown line {line[:80]!r}")


def statistics(fields: Tuple[bytes, ...]) -> Statistics:
    """Returns the statistics in the fields of a line. Later servers may add fields at the end."""
    if len(fields) < len(Statistics._fields):
        raise ValueError(f"the server sent only {len(fields)} statistics")
    before, cost, behind = fields[:11], fields[11], fields[12:14]
    return Statistics._make([*map(int, before), float(cost), *map(int, behind)])


def display_text(data: bytes) -> str:
    """Returns the text of a display; its lines are joined by line ends."""
    return to_text(data).replace("\\n", "\n")


def display_tree(data: bytes) -> Tree:
    """Returns the texts of one display."""
    return _tree(_json(data))


def display_trees(data: bytes) -> Displays:
    """Returns the texts of all displays."""
    trees = _json(data)
    if not isinstance(trees, dict):
        raise ValueError("the list of the displays is not an object")
    return {int(number): _tree(tree) for number, tree in trees.items()}


def _json(data: bytes) -> object:
    try:
        return json.loads(to_text(data))
    except RecursionError:
        raise ValueError("the list of the displays is nested too deeply") from None


def _tree(value: object) -> Tree:
    if value == []:
        return {}
    if not isinstance(value, dict):
        raise ValueError("a display is not an object")
    return cast(Tree, value)
