"""The members of a link to the sim that do not wait: its state and its requests."""

from __future__ import annotations

from typing import Callable, Optional, Protocol, TypeVar

from . import messages
from .link_session import LinkSession
from .messages import Message

T = TypeVar("T")


class Sender(Protocol):
    """The connection of a shell."""

    def send(self, work: Callable[[], T]) -> T:
        """Calls `work`, which uses the conversation, and writes the output."""
        ...


class LinkState:
    """A link without the methods that wait."""

    def __init__(self, session: LinkSession, sender: Sender) -> None:
        self._session = session
        self._sender = sender

    @property
    def connected(self) -> bool:
        """Whether there is a link to the sim at present."""
        return self._session.ready

    @property
    def hello(self) -> Message:
        """The introduction of the scripts; empty while there is no link."""
        return self._session.hello

    def _ask(self, request: Callable[[int], bytes], ability: Optional[str] = None) -> int:
        """Sends a request with a new ticket, which it returns."""

        def ask() -> int:
            ticket = self._session.next_ticket()
            self._session.ask(ticket, request(ticket), ability)
            return ticket

        return self._sender.send(ask)

    def _watch(self, number: int, line: bytes, rate: float) -> None:
        watch = self._session.watch if rate > 0 else self._session.unwatch
        self._sender.send(lambda: watch(number, line))


class HookRequests(LinkState):
    """The requests to the hook state."""

    @property
    def aircraft(self) -> Optional[str]:
        """The aircraft that is controlled, as far as the sim has said."""
        return self._session.aircraft

    def watch(self, arg: int, rate: float = 30) -> None:
        """Watches an arg, which is read at most `rate` times a second; a rate of 0 ends that."""
        self._watch(arg, messages.watch_arg(arg, rate), rate)

    def act(self, device: int, command: int, value: float) -> int:
        """Performs an action. Returns the ticket that an error about it would have."""
        return self._ask(lambda ticket: messages.act(device, command, value, ticket))

    def mark(self) -> int:
        """Asks for a message `reached` when all earlier actions are done; returns its number."""
        return self._ask(messages.mark, "marks")

    def ask_cold(self) -> int:
        """Asks whether the aircraft is cold. Returns the ticket of the message `cold`."""
        return self._ask(messages.ask_cold, "tells_cold")


class ExportRequests(LinkState):
    """The requests to the export state."""

    def watch(self, indicator: int, rate: float = 10, epoch: int = 0) -> None:
        """Watches an indicator; a rate of 0 ends that. `epoch` comes back with each text."""
        self._watch(indicator, messages.watch_indicator(indicator, rate, epoch), rate)

    def list_indicators(self, indicator: Optional[int] = None) -> int:
        """Asks for the texts of all indicators, or one; returns the ticket of the answer."""
        return self._ask(lambda ticket: messages.list_indicators(ticket, indicator))
