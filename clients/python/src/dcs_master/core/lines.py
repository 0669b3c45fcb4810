"""Splits bytes into lines. Keeps a partial line, and skips one that is too long."""

from __future__ import annotations

from typing import Iterator

#: The most bytes in a line; a longer one is skipped. A list of all displays can be long.
LONGEST_LINE = 1 << 24


class LineBuffer:
    """The bytes that are not yet a whole line."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._pieces: list[bytes] = []
        self._length = 0
        #: The number of lines that were too long.
        self.skipped = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yields the lines that are whole now, without their line ends.

        All of them must be taken before the next call.
        """
        first, *others = data.split(b"\n")
        if not others:
            self._keep(first)
            return
        self._keep(first)
        line = self._take()
        if line is not None:
            yield line
        *whole, rest = others
        for line in whole:
            if len(line) > self._longest:
                self.skipped += 1
            else:
                yield line
        self._keep(rest)

    def _keep(self, piece: bytes) -> None:
        self._length += len(piece)
        if self._length > self._longest:
            self._pieces.clear()
        elif piece:
            self._pieces.append(piece)

    def _take(self) -> bytes | None:
        line, length = b"".join(self._pieces), self._length
        self._pieces.clear()
        self._length = 0
        if length > self._longest:
            self.skipped += 1
            return None
        return line


def to_text(data: bytes) -> str:
    """Decodes bytes of the sim: UTF-8, or else Windows-1252, as the server reads them."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
