"""Requests and their answers, on a connection that may be lost.

The server answers most requests at once and in turn, but reports some errors later, and only the
text of an error tells which request it is about. So each request is sent between two requests for
statistics, which are always answered with one line. An error between those two lines is that of the
request.
"""

from __future__ import annotations

from collections import deque
from typing import Deque

from ..errors import CockpitError, NoAircraftError
from . import reasons, requests
from .calls import Call, Purpose, is_answer, request_error
from .conversation import Conversation


class Exchange(Conversation):
    """The requests that are under way."""

    def __init__(self) -> None:
        super().__init__()
        self._connected = False
        #: The requests whose line of statistics has not come yet.
        self._expected: Deque[Call] = deque()

    def _send(self, call: Call, mark: bool = True) -> None:
        """Sends a request. Without a mark, the request before it marks its place."""
        if call.line and mark:
            self._send(Call(Purpose.MARK))
        self._output += call.line + requests.STATISTICS
        self._expected.append(call)

    def _send_if_connected(self, call: Call) -> Call:
        """Sends a request that each new connection repeats."""
        if self._connected:
            self._send(call)
        else:
            self._finish(call)
        return call

    def _finish(self, call: Call, error: CockpitError | None = None) -> None:
        call.error = call.error or error
        call.done = True
        self.changes.note(call)

    def _call_at_hand(self) -> Call | None:
        """Returns the request that the server is carrying out, judged by its lines so far."""
        return self._expected[0] if self._expected else None

    def _is_polling(self) -> bool:
        return any(call.purpose is Purpose.POLL for call in self._expected)

    def _lose_calls(self) -> None:
        """Finishes the requests that will not be answered."""
        lost, self._expected = self._expected, deque()
        reason = "the connection to dcs-master was lost; it is not known whether that was done"
        for call in lost:
            if call.purpose is Purpose.ACTION:
                self._finish(call, NoAircraftError(reason))
            elif call.purpose is Purpose.STATEMENT:
                self._finish(call)

    def _receive_statistics(self, fields: tuple[bytes, ...]) -> None:
        if self._expected:
            call = self._expected.popleft()
            call.answer = fields
            self._receive_end(call)

    def _receive_error(self, reason: str) -> None:
        call = self._call_at_hand()
        if call is None or not is_answer(reason, call):
            self._receive_late_error(reason)
        elif call.purpose is Purpose.POLL and reason == reasons.NO_AIRCRAFT:
            pass
        elif call.on_refusal is None or call.on_refusal(reason):
            call.error = request_error(reason)

    def _receive_end(self, call: Call) -> None:
        """Handles the end of a request, which has been carried out or refused."""
        raise NotImplementedError

    def _receive_late_error(self, reason: str) -> None:
        """Handles an error that is not about the request at hand."""
        raise NotImplementedError
