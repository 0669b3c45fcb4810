"""The link to the sim itself, for asyncio."""

from __future__ import annotations

from types import TracebackType
from typing import AsyncIterator, Optional, Type, TypeVar

from ..core import messages
from ..core.defaults import EXPORT_PORT, HOOK_PORT, HOST
from ..core.link_session import LinkSession
from ..core.messages import Message
from ..errors import ClosedError
from .connection import Connection

Self = TypeVar("Self", bound="Link")


class Link:
    """A link with one state of the sim, without a server in between.

    Use it in an `async with` block, which first waits for the sim, for ever if need be. A loop
    over it gets the messages of the scripts, as `docs/link.md` describes them. A link that is lost
    is made again, and what was watched is watched again. The sim serves one program at a time:
    `dcs-master serve`, or this one.
    """

    def __init__(self, state: str, host: str, port: int) -> None:
        self._session = LinkSession(state)
        self._connection = Connection(self._session, host, port, f"the sim's {state} state")

    async def open(self) -> None:
        """Connects; waits for the sim, for ever if need be."""
        self._connection.open()
        await self._connection.wait([self._session.news], lambda: self._session.ready)

    async def close(self) -> None:
        """Closes the link for good. A loop over its messages ends."""
        await self._connection.close()

    async def __aenter__(self: Self) -> Self:
        try:
            await self.open()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.close()

    @property
    def connected(self) -> bool:
        """There is a link to the sim at present."""
        return self._session.ready

    @property
    def hello(self) -> Message:
        """The introduction of the scripts; empty while there is no link."""
        return self._session.hello

    async def read(self, timeout: Optional[float] = None) -> Message:
        """Returns the next message; waits for it."""
        taken: list[Message] = []

        def take() -> bool:
            message = self._session.take()
            if message is not None:
                taken.append(message)
            return message is not None

        await self._connection.wait([self._session.news], take, timeout)
        return taken[0]

    async def __aiter__(self) -> AsyncIterator[Message]:
        while True:
            try:
                message = await self.read()
            except ClosedError:
                return
            yield message

    def _ask(self, ticket: int, line: bytes, ability: Optional[str] = None) -> int:
        self._connection.check_open()
        self._session.ask(ticket, line, ability)
        self._connection.flush()
        return ticket

    def _watch(self, number: int, line: bytes, rate: float) -> None:
        self._connection.check_open()
        if rate > 0:
            self._session.watch(number, line)
        else:
            self._session.unwatch(number, line)
        self._connection.flush()


class HookLink(Link):
    """The link with the hook state: args, actions, the aircraft."""

    def __init__(self, host: str = HOST, port: int = HOOK_PORT) -> None:
        super().__init__("hook", host, port)

    @property
    def aircraft(self) -> Optional[str]:
        """The aircraft that is controlled, as far as the sim has said."""
        return self._session.aircraft

    def watch(self, arg: int, rate: float = 30) -> None:
        """Has an arg read at most `rate` times a second; a rate of 0 ends that."""
        self._watch(arg, messages.watch_arg(arg, rate), rate)

    def act(self, device: int, command: int, value: float) -> int:
        """Performs an action. Returns the ticket that an error would bear."""
        ticket = self._session.next_ticket()
        return self._ask(ticket, messages.act(device, command, value, ticket))

    def mark(self) -> int:
        """Asks for a message `reached` when all before this has been read; returns its number."""
        ticket = self._session.next_ticket()
        return self._ask(ticket, messages.mark(ticket), "marks")

    def ask_cold(self) -> int:
        """Asks whether the aircraft is cold. Returns the ticket of the message `cold`."""
        ticket = self._session.next_ticket()
        return self._ask(ticket, messages.ask_cold(ticket), "tells_cold")


class ExportLink(Link):
    """The link with the export state, which lives as long as a mission: indicators."""

    def __init__(self, host: str = HOST, port: int = EXPORT_PORT) -> None:
        super().__init__("export", host, port)

    def watch(self, indicator: int, rate: float = 10, epoch: int = 0) -> None:
        """Has an indicator read; a rate of 0 ends that. `epoch` comes back with each text."""
        self._watch(indicator, messages.watch_indicator(indicator, rate, epoch), rate)

    def list_indicators(self, indicator: Optional[int] = None) -> int:
        """Asks for the texts of all indicators, or one; returns the ticket of the answer."""
        ticket = self._session.next_ticket()
        return self._ask(ticket, messages.list_indicators(ticket, indicator))
