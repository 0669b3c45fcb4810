"""A conversation over a transport of the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Callable, TypeVar, cast

from ..core.conversation import Conversation
from ..core.defaults import CONNECT_SECONDS, RETRY_SECONDS
from ..core.topic import Topic
from ..errors import ClosedError
from ..log import ConnectionLog

T = TypeVar("T")


class Connection(asyncio.Protocol):
    """A connection that is kept up: it waits for the other end, and is made again when lost."""

    def __init__(self, conversation: Conversation, host: str, port: int, peer: str) -> None:
        self._conversation = conversation
        self._address = (host, port)
        self._log = ConnectionLog(f"{peer} at {host}:{port}")
        self._is_closed = False
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None
        self._lost: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._give_up_reason: str | None = None
        #: For each topic, the futures of those who wait for its next change.
        self._waiting: dict[Topic, set[asyncio.Future[None]]] = {}

    def open(self) -> None:
        """Starts to connect."""
        if self._task is not None or self._is_closed:
            raise ClosedError("the connection can be opened only once; create a new one")
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Closes the connection for good. Everything that waits on it ends with ClosedError."""
        self._is_closed = True
        self.wake(list(self._waiting))
        if self._task is not None and not self._task.done():
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @property
    def is_closed(self) -> bool:
        """Whether it has been closed or was never opened."""
        return self._is_closed or self._task is None

    def check_open(self) -> None:
        """Raises ClosedError when it is not open."""
        if self.is_closed:
            raise ClosedError("the connection is not open; use it inside its `async with` block")

    async def wait(
        self, topics: list[Topic], condition: Callable[[], T | None], timeout: float | None = None
    ) -> T:
        """Waits until `condition` returns neither None nor False, and returns its result.

        The result may change only with the topics. Raises TimeoutError after `timeout` seconds, and
        ClosedError when the connection is closed.
        """
        waiting = self._wait(topics, condition)
        if timeout is None:
            return await waiting
        try:
            return await asyncio.wait_for(waiting, timeout)
        except asyncio.TimeoutError:
            raise TimeoutError(f"no answer within {timeout} s") from None

    async def _wait(self, topics: list[Topic], condition: Callable[[], T | None]) -> T:
        self.check_open()
        while (result := condition()) is None or result is False:
            change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            for topic in topics:
                self._waiting.setdefault(topic, set()).add(change)
            try:
                await change
            finally:
                for topic in topics:
                    self._forget(topic, change)
            self.check_open()
        return result

    def _forget(self, topic: Topic, change: asyncio.Future[None]) -> None:
        futures = self._waiting.get(topic, set())
        futures.discard(change)
        if not futures:
            self._waiting.pop(topic, None)

    def wake(self, topics: list[Topic]) -> None:
        """Wakes those who wait for a change of these topics."""
        for topic in topics:
            for change in self._waiting.get(topic, ()):
                if not change.done():
                    change.set_result(None)

    def send(self, work: Callable[[], T]) -> T:
        """Calls `work`, which uses the conversation, and writes the output."""
        self.check_open()
        result = work()
        self.flush()
        return result

    def flush(self) -> None:
        """Writes the output of the conversation, and wakes those who wait for its changes."""
        self._log.take(self._conversation)
        output = self._conversation.take_output()
        if output and self._transport is not None:
            self._transport.write(output)
        self.wake(self._conversation.changes.take())

    # The connection ------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            try:
                await self._serve()
            except (OSError, asyncio.TimeoutError) as error:
                self._log.log_absence(error)
            await asyncio.sleep(RETRY_SECONDS)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        self._lost = lost = loop.create_future()
        connecting = loop.create_connection(lambda: self, *self._address)
        transport, _ = await asyncio.wait_for(connecting, CONNECT_SECONDS)
        try:
            await lost
        finally:
            transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins the conversation."""
        self._transport = cast(asyncio.Transport, transport)
        stream = transport.get_extra_info("socket")
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._give_up_reason = None
        self._conversation.connect(asyncio.get_running_loop().time())
        self._on_timer()

    def data_received(self, data: bytes) -> None:
        """Hands bytes to the conversation."""
        self._conversation.receive(data)
        self._tick()

    def _on_timer(self) -> None:
        self._tick()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(self._conversation.next_tick, self._on_timer)

    def _tick(self) -> None:
        reason = self._conversation.tick(asyncio.get_running_loop().time())
        self.flush()
        if reason is not None and self._transport is not None:
            self._give_up_reason = reason
            self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """Ends the conversation."""
        if self._timer is not None:
            self._timer.cancel()
        self._transport = None
        self._conversation.disconnect()
        self.flush()
        if self._lost is not None and not self._lost.done():
            reason = self._give_up_reason or str(error or "it has closed the connection")
            self._lost.set_exception(ConnectionError(reason))
