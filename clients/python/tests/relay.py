"""A relay between a client and a server, which passes bytes on in pieces."""

from __future__ import annotations

import contextlib
import socket
import threading

from .programs import free_port


class Relay:
    """Listens on a port of its own and passes on to another, `size` bytes at a time.

    Keeps the lines that clients have sent.
    """

    def __init__(self, server_port: int, size: int = 1 << 16) -> None:
        self._server_port = server_port
        self._size = size
        self._listener = socket.create_server(("127.0.0.1", free_port()))
        self.port = int(self._listener.getsockname()[1])
        self._sent: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def lines(self) -> list[str]:
        """The lines that clients have sent, without those for statistics and polls."""
        lines = b"".join(self._sent).decode().splitlines()
        return [line for line in lines if line not in ("5", "0")]

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server_port))
                for ends in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, keep: bool) -> None:
        target.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if keep:
                    self._sent.append(data)
                for start in range(0, len(data), self._size):
                    target.sendall(data[start : start + self._size])
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *error: object) -> None:
        self._listener.close()
