"""The link to the sim itself, for programs that wait."""

from __future__ import annotations

from types import TracebackType
from typing import Iterator, Optional, Type, TypeVar

from ..core.defaults import EXPORT_PORT, HOOK_PORT, HOST
from ..core.link_requests import ExportRequests, HookRequests, LinkState
from ..core.link_session import LinkSession
from ..core.messages import Message
from ..errors import ClosedError
from .connection import Connection

Self = TypeVar("Self", bound="Link")


class Link(LinkState):
    """A link with one state of the sim, without a server in between.

    Use it in a `with` block, which first waits for the sim, for ever if need be. A loop over it
    gets the messages of the scripts, as `docs/link.md` describes them. A lost link is made again
    with all its watches. The sim serves one program at a time: `dcs-master serve`, or this one.
    """

    def __init__(self, state: str, host: str, port: int) -> None:
        session = LinkSession(state)
        self._connection = Connection(session, host, port, f"the sim's {state} state")
        super().__init__(session, self._connection)

    def open(self) -> None:
        """Connects, and waits for the sim, for ever if need be."""
        self._connection.open()
        self._connection.wait(lambda: self._session.ready)

    def close(self) -> None:
        """Closes the link for good. A loop over its messages ends."""
        self._connection.close()

    def __enter__(self: Self) -> Self:
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def read(self, timeout: Optional[float] = None) -> Message:
        """Waits for the next message and returns it."""
        return self._connection.wait(self._session.take, timeout)

    def __iter__(self) -> Iterator[Message]:
        while True:
            try:
                message = self.read()
            except ClosedError:
                return
            yield message


class HookLink(Link, HookRequests):
    """The link with the hook state: args, actions, the aircraft."""

    def __init__(self, host: str = HOST, port: int = HOOK_PORT) -> None:
        super().__init__("hook", host, port)


class ExportLink(Link, ExportRequests):
    """The link with the export state, which lives as long as a mission: indicators."""

    def __init__(self, host: str = HOST, port: int = EXPORT_PORT) -> None:
        super().__init__("export", host, port)
