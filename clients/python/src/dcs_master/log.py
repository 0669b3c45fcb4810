"""The log of a connection. A problem that lasts is logged once."""

from __future__ import annotations

import logging

from .core.conversation import Conversation

_log = logging.getLogger("dcs_master")


class ConnectionLog:
    """Logs the events of a connection to the logger `dcs_master`."""

    def __init__(self, peer: str) -> None:
        self._peer = peer
        self._is_up = False
        #: Whether it was up and its loss has not been logged yet.
        self._is_lost = False
        #: The warnings since the connection was last up.
        self._warnings: set[str] = set()

    def take(self, conversation: Conversation) -> None:
        """Logs the changes and notices of a conversation."""
        if conversation.ready != self._is_up:
            self._is_up = conversation.ready
            self._is_lost = not self._is_up
            self._warnings.clear()
            if self._is_up:
                _log.info("connected to %s", self._peer)
        for notice in conversation.take_notices():
            self._warn(f"{self._peer}: {notice}")

    def log_absence(self, error: OSError) -> None:
        """Logs the reason why there is no connection. A loss is a warning only if it lasts."""
        if self._is_lost:
            self._is_lost = False
            _log.info("lost %s (%s)", self._peer, error)
            return
        self._warn(f"waiting for {self._peer} ({error})")

    def log_fault(self) -> None:
        """Logs an internal error of this package. Call it in an `except` block."""
        _log.exception("reconnecting to %s after an internal error", self._peer)

    def _warn(self, text: str) -> None:
        if self._is_up or text not in self._warnings:
            _log.warning("%s", text)
        if not self._is_up:
            self._warnings.add(text)
