"""A conversation over a socket, on a thread of its own."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from typing import Callable, TypeVar

from ..core.conversation import Conversation
from ..core.defaults import CONNECT_SECONDS, READ_SIZE, RETRY_SECONDS
from ..errors import ClosedError
from ..log import ConnectionLog

T = TypeVar("T")

#: The longest that a thread waits at a time, in seconds. On Windows, Ctrl-C takes effect only
#: between two waits.
_PIECE = 0.25


class Connection:
    """A connection that is kept up: it waits for the other end, and is made again when lost.

    Its thread reads; any thread may write. `lock` guards the conversation.
    """

    def __init__(self, conversation: Conversation, host: str, port: int, peer: str) -> None:
        self._conversation = conversation
        self._address = (host, port)
        self._log = ConnectionLog(f"{peer} at {host}:{port}")
        self.lock = threading.Condition()
        self._closing = threading.Event()
        self._is_open = False
        self._socket: socket.socket | None = None
        self._unsent = bytearray()
        #: A byte sent here wakes the thread, which reads the other end, the alarm.
        self._bell: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name=f"link to {peer}", daemon=True)

    def open(self) -> None:
        """Starts to connect."""
        if self._is_open or self._closing.is_set():
            raise ClosedError("the connection can be opened only once; create a new one")
        self._is_open = True
        self._thread.start()

    def close(self) -> None:
        """Closes the connection for good. Everything that waits on it ends with ClosedError."""
        if not self._is_open or self._closing.is_set():
            self._closing.set()
            return
        with self.lock:
            self._closing.set()
            self.lock.notify_all()
        self._ring()
        if threading.current_thread() is not self._thread:
            # An attempt to connect cannot be interrupted, so do not wait for long: the thread ends
            # with the program.
            self._thread.join(1.0)

    @property
    def is_closed(self) -> bool:
        """Whether it has been closed or was never opened."""
        return self._closing.is_set() or not self._is_open

    def check_open(self) -> None:
        """Raises ClosedError when it is not open."""
        if self.is_closed:
            raise ClosedError("the connection is not open; use it inside its `with` block")

    def wait(self, condition: Callable[[], T | None], timeout: float | None = None) -> T:
        """Waits until `condition` returns neither None nor False, and returns its result.

        `condition` is called with `lock` held. Raises TimeoutError after `timeout` seconds, and
        ClosedError when the connection is closed.
        """
        end = None if timeout is None else time.monotonic() + timeout
        with self.lock:
            self.check_open()
            while (result := condition()) is None or result is False:
                left = _PIECE if end is None else end - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"no answer within {timeout} s")
                self.lock.wait(min(left, _PIECE))
                self.check_open()
            return result

    def send(self, work: Callable[[], T]) -> T:
        """Calls `work`, which uses the conversation, and writes the output."""
        with self.lock:
            self.check_open()
            result = work()
            self.flush()
        return result

    def flush(self) -> None:
        """Writes the output of the conversation. `lock` must be held."""
        self._log.take(self._conversation)
        self._unsent += self._conversation.take_output()
        if self._socket is None or not self._unsent:
            return
        try:
            del self._unsent[: self._socket.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError:
            # Reading fails too, and the thread handles that.
            self._unsent.clear()
        if self._unsent and threading.current_thread() is not self._thread:
            self._ring()

    def _ring(self) -> None:
        bell = self._bell
        # If it fails, the thread is awake anyway or has ended.
        with contextlib.suppress(OSError):
            if bell is not None:
                bell.send(b"x")

    # The thread ----------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._serve()
            except OSError as error:
                self._log.log_absence(error)
            except Exception:
                self._log.log_fault()
            self._closing.wait(RETRY_SECONDS)

    def _serve(self) -> None:
        with socket.create_connection(self._address, CONNECT_SECONDS) as stream:
            stream.setblocking(False)
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            alarm, bell = socket.socketpair()
            with alarm, bell, selectors.DefaultSelector() as selector:
                alarm.setblocking(False)
                bell.setblocking(False)
                selector.register(stream, selectors.EVENT_READ)
                selector.register(alarm, selectors.EVENT_READ)
                self._begin(stream, bell)
                try:
                    while not self._closing.is_set():
                        self._exchange(stream, alarm, selector)
                finally:
                    self._end()

    def _begin(self, stream: socket.socket, bell: socket.socket) -> None:
        with self.lock:
            self._socket, self._bell = stream, bell
            self._conversation.connect(time.monotonic())
            self.flush()

    def _end(self) -> None:
        with self.lock:
            self._socket = self._bell = None
            self._unsent.clear()
            self._conversation.disconnect()
            self.flush()
            self.lock.notify_all()

    def _exchange(
        self, stream: socket.socket, alarm: socket.socket, selector: selectors.BaseSelector
    ) -> None:
        """Waits until there is something to read, to write or to do, and does it."""
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._unsent else 0)
        selector.modify(stream, events)
        selector.select(max(0.0, self._conversation.next_tick - time.monotonic()))
        _read(alarm)
        data = _read(stream)
        if data == b"":
            raise ConnectionResetError("the other side has closed the connection")
        with self.lock:
            if data:
                self._conversation.receive(data)
            reason = self._conversation.tick(time.monotonic())
            self.flush()
            self.lock.notify_all()
        if reason is not None:
            raise ConnectionError(reason)


def _read(stream: socket.socket) -> bytes | None:
    """Returns the bytes received: no bytes at the end, `None` if there are none yet."""
    try:
        return stream.recv(READ_SIZE)
    except BlockingIOError:
        return None
