"""Requests that have been sent and not yet answered."""

from __future__ import annotations

import enum
from typing import Callable

from ..errors import CockpitError, NoAircraftError, RequestError
from . import reasons
from .topic import Topic


class Purpose(enum.Enum):
    """The purpose of a request, which decides what its answer means."""

    #: Marks a place among the answers: the answer to the next request comes after it.
    MARK = enum.auto()
    #: The first request on a connection. When it is answered, the aircraft is known.
    OPENING = enum.auto()
    #: Asks which aircraft is controlled, and whether the server is alive.
    POLL = enum.auto()
    #: Acts on the cockpit. It is never repeated.
    ACTION = enum.auto()
    #: Subscribes or states a position, as a caller has asked.
    STATEMENT = enum.auto()
    #: Repeats a statement on a new connection, or for another aircraft.
    RESTORATION = enum.auto()
    #: Ends a subscription.
    END = enum.auto()
    #: Asks for statistics.
    STATISTICS = enum.auto()
    #: Asks for the texts of displays; the answer comes later.
    LIST = enum.auto()


class Call(Topic):
    """A request whose answer somebody may wait for."""

    def __init__(
        self,
        purpose: Purpose,
        line: bytes = b"",
        on_refusal: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__()
        self.purpose = purpose
        self.line = line
        #: Handles the reason of a refusal; returns whether it is an error of the call.
        self.on_refusal = on_refusal
        #: Whether the answer is known, or it is known that there will be none.
        self.done = False
        self.error: CockpitError | None = None
        #: The answer to a request for statistics or a list.
        self.answer: tuple[bytes, ...] = ()
        #: Whether the answer to a poll has named the aircraft.
        self.named = False


def request_error(reason: str) -> RequestError:
    """Returns the error for a reason of the server."""
    if reason.startswith(reasons.NOTHING_TO_OPERATE):
        return NoAircraftError(reason)
    return RequestError(reason)


def is_answer(reason: str, call: Call) -> bool:
    """Returns whether a reason can be the answer to the request that is being carried out."""
    if not call.line or reasons.is_late(reason) or reasons.is_carried_out(reason):
        return False
    if reasons.is_about_other(reason, call.line.decode().split()):
        return False
    return call.purpose is Purpose.LIST or not reason.startswith(reasons.END_OF_LIST)
