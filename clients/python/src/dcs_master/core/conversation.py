"""The base of both protocols: bytes and the time come in, bytes and changes go out."""

from __future__ import annotations

from .lines import LineBuffer
from .topic import Changes


class Conversation:
    """One end of a connection that may be lost and made again any number of times.

    A shell provides the bytes and the time. It calls `connect`, then `receive` and `tick`, then
    `disconnect`. After each call it writes the bytes of `take_output`, and wakes those who wait for
    a topic in `changes`.
    """

    def __init__(self) -> None:
        self.changes = Changes()
        #: Whether the other end has answered on this connection.
        self.ready = False
        #: The time at which `tick` is next due, by the clock of the shell.
        self.next_tick = 0.0
        self._lines = LineBuffer()
        self._output = bytearray()
        self._notices: list[str] = []

    def connect(self, now: float) -> None:
        """Begins a new connection."""
        self._lines = LineBuffer()
        self._output.clear()
        self._open(now)

    def disconnect(self) -> None:
        """Ends the connection."""
        self._output.clear()
        self._close()

    def receive(self, data: bytes) -> None:
        """Takes in bytes from the other end, in pieces of any size."""
        for line in self._lines.feed(data):
            if line:
                self._receive_line(line)

    def tick(self, now: float) -> str | None:
        """Does the work that is due. Returns the reason to give up the connection, if any."""
        raise NotImplementedError

    def take_output(self) -> bytes:
        """Removes and returns the bytes to be written."""
        output = bytes(self._output)
        self._output.clear()
        return output

    def take_notices(self) -> list[str]:
        """Removes and returns the messages to be logged as warnings."""
        notices = self._notices
        self._notices = []
        return notices

    def _open(self, now: float) -> None:
        raise NotImplementedError

    def _close(self) -> None:
        raise NotImplementedError

    def _receive_line(self, line: bytes) -> None:
        raise NotImplementedError
