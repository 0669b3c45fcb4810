"""A client of the text protocol. `docs/protocol.md` is the contract.

Remembers the requests of a program, repeats them on each new connection, and keeps the newest
values.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Callable, Deque

from ..errors import CockpitError, NoAircraftError, RequestError
from . import reasons, requests
from .answers import (
    AircraftLine,
    DisplayLine,
    ErrorLine,
    GaugeLine,
    ListLine,
    StatisticsLine,
    Update,
    display_text,
    parse,
)
from .calls import Call, Purpose, request_error
from .exchange import Exchange
from .subscriptions import State, Subscription, Subscriptions, T
from .topic import Topic

#: Seconds between two polls.
POLL_PERIOD = 2.0
#: The number of periods in a row without a line from the server before the connection is given up.
SILENT_PERIODS = 5
#: The periods that a list may take; the server gives up after half a minute.
LIST_PERIODS = 30


class Session(Exchange):
    """A client, across any number of connections."""

    def __init__(self) -> None:
        super().__init__()
        #: Changes with the connection.
        self.status = Topic()
        #: Changes when an aircraft appears, and when the last one has gone.
        self.flight = Topic()
        #: The aircraft that is controlled.
        self.aircraft: str | None = None
        self._gauges: Subscriptions[Update] = Subscriptions()
        self._displays: Subscriptions[str] = Subscriptions()
        #: The lines that state positions, by control.
        self._standing: dict[str, bytes] = {}
        #: The requests for statistics and lists that are to be repeated on a new connection.
        self._queries: list[Call] = []
        #: The requests for lists; the first one is under way.
        self._lists: Deque[Call] = deque()
        self._silent_periods = 0
        self._list_periods = 0

    # Requests of the program ---------------------------------------------------------------------

    def act(self, line: bytes) -> Call:
        """Acts on the cockpit."""
        call = Call(Purpose.ACTION, line)
        if self._connected:
            self._send(call)
        else:
            reason = "there is no connection to dcs-master, so nothing was pressed"
            self._finish(call, NoAircraftError(reason))
        return call

    def state_position(self, control: str, position: requests.Position) -> Call:
        """States the position of a switch, now and on each new connection."""
        line, key = requests.state_position(control, position), control.lower()
        self._standing[key] = line
        return self._send_if_connected(
            Call(Purpose.STATEMENT, line, partial(self._take_back, key, line))
        )

    def subscribe_gauge(
        self,
        name: requests.Name,
        precision: int,
        max_frequency: float,
        missing_ok: bool = False,
        idle: float | None = None,
    ) -> Subscription[Update]:
        """Subscribes to a gauge, an arg or a control, or shares an existing subscription."""
        options = (precision, max_frequency, idle)
        if not max_frequency > 0:
            raise ValueError(f"max_frequency {max_frequency!r} must be more than 0")
        existing = self._gauges.by_key(name)
        if existing is not None:
            return _join(existing, options)
        ident = self._gauges.next_ident()
        line = requests.gauge(name, ident, precision, max_frequency)
        subscription: Subscription[Update] = Subscription(ident, str(name), name, options, line)
        subscription.end = requests.gauge(name, ident, 0, 0)
        subscription.missing_ok = missing_ok
        if idle is not None:
            subscription.idle = Update(idle, idle, f"{idle:.{max(precision, 0)}f}")
        if self.aircraft is None:
            self._set_idle(subscription)
        return self._subscribe(self._gauges, subscription)

    def subscribe_display(self, indicator: int, element: str) -> Subscription[str]:
        """Subscribes to an element of a display, or shares an existing subscription."""
        key, name = (indicator, element), f"{indicator} {element}"
        existing = self._displays.by_key(key)
        if existing is not None:
            return _join(existing, ())
        ident = self._displays.next_ident()
        line = requests.display(indicator, element, ident)
        return self._subscribe(self._displays, Subscription(ident, name, key, (), line))

    def controlled(self, name: str | None) -> str | None:
        """Returns the aircraft that is controlled, if it is this one or `name` is `None`."""
        return self.aircraft if name in (None, self.aircraft) else None

    def release_gauge(self, subscription: Subscription[Update]) -> None:
        """Ends a subscription if nobody else wants it."""
        self._release(self._gauges, subscription)

    def release_display(self, subscription: Subscription[str]) -> None:
        """Ends a subscription if nobody else wants it."""
        self._release(self._displays, subscription)

    def ask_statistics(self) -> Call:
        """Asks for statistics."""
        call = Call(Purpose.STATISTICS)
        self._queries.append(call)
        if self._connected:
            self._send(call)
        return call

    def ask_displays(self, indicator: int | None) -> Call:
        """Asks for the texts of displays."""
        call = Call(Purpose.LIST, requests.displays(indicator))
        self._lists.append(call)
        if self._connected and len(self._lists) == 1:
            self._send_list()
        return call

    # The connection ------------------------------------------------------------------------------

    def _open(self, now: float) -> None:
        self._connected = True
        self._silent_periods = 0
        self.next_tick = now + POLL_PERIOD
        self._send(Call(Purpose.OPENING))
        for line in self._standing.values():
            self._restore(line, self._note_refusal)
        for subscription in (*self._gauges, *self._displays):
            self._restore_subscription(subscription)
        for call in self._queries:
            self._send(call)
        if self._lists:
            self._send_list()

    def _close(self) -> None:
        self._connected = self.ready = False
        self._lose_calls()
        self._set_aircraft(None)
        for display in self._displays:
            if display.latest:
                self._show(display, b"")

    def tick(self, now: float) -> str | None:
        """Polls the server. Gives up a server that has been silent for too long."""
        if now < self.next_tick:
            return None
        self.next_tick = now + POLL_PERIOD
        self._silent_periods += 1
        if self._silent_periods > SILENT_PERIODS:
            return "it does not answer"
        self._give_up_list()
        if not self._is_polling():
            self._send(Call(Purpose.POLL, requests.AIRCRAFT))
        return None

    def _give_up_list(self) -> None:
        self._list_periods += 1
        if self._lists and self._list_periods > LIST_PERIODS:
            self._finish_list(RequestError("the sim did not answer; ask again"))

    # Lists ---------------------------------------------------------------------------------------

    def _send_list(self) -> None:
        self._list_periods = 0
        self._send(self._lists[0])

    def _finish_list(self, error: CockpitError | None) -> None:
        self._finish(self._lists.popleft(), error)
        if self._connected and self._lists:
            self._send_list()

    # Subscriptions -------------------------------------------------------------------------------

    def _subscribe(self, all_of: Subscriptions[T], new: Subscription[T]) -> Subscription[T]:
        all_of.add(new)
        refused = partial(self._refuse_subscription, all_of, new)
        new.call = self._send_if_connected(Call(Purpose.STATEMENT, new.line, refused))
        return new

    def _release(self, all_of: Subscriptions[T], subscription: Subscription[T]) -> None:
        subscription.users -= 1
        if subscription.users > 0 or subscription.state is State.ENDED:
            return
        was_active = subscription.state is State.ACTIVE
        all_of.remove(subscription)
        if self._connected and was_active and subscription.end:
            self._send(Call(Purpose.END, subscription.end))

    def _refuse_subscription(
        self, all_of: Subscriptions[T], subscription: Subscription[T], reason: str
    ) -> bool:
        if subscription.missing_ok and reason.startswith(reasons.UNKNOWN):
            self._put_to_sleep(subscription, reason)
            return False
        all_of.remove(subscription)
        return True

    def _take_back(self, control: str, line: bytes, _reason: str) -> bool:
        if self._standing.get(control) == line:
            del self._standing[control]
        return True

    def _restore(self, line: bytes, on_refusal: Callable[[str], bool]) -> None:
        # The request for statistics that follows the request before this one marks the place.
        self._send(Call(Purpose.RESTORATION, line, on_refusal), mark=False)

    def _restore_subscription(self, subscription: Subscription[T]) -> None:
        subscription.state = State.ACTIVE
        self._restore(subscription.line, partial(self._put_to_sleep, subscription))

    def _put_to_sleep(self, subscription: Subscription[T], reason: str) -> bool:
        subscription.state = State.ASLEEP
        self._set_idle(subscription)
        return not subscription.missing_ok and self._note_refusal(reason)

    def _note_refusal(self, reason: str) -> bool:
        self._notices.append(reason)
        return True

    def _wake(self) -> None:
        asleep = [
            subscription
            for subscription in (*self._gauges, *self._displays)
            if subscription.state is State.ASLEEP
        ]
        if asleep:
            self._send(Call(Purpose.MARK))
        for subscription in asleep:
            self._restore_subscription(subscription)

    # Lines of the server -------------------------------------------------------------------------

    def _receive_line(self, line: bytes) -> None:
        self._silent_periods = 0
        try:
            answer = parse(line)
        except ValueError as error:
            self._notices.append(f"a line was skipped: {error}")
            return
        if isinstance(answer, GaugeLine):
            self._receive_update(answer)
        elif isinstance(answer, DisplayLine):
            display = self._displays.by_ident(answer.ident)
            if display is not None:
                self._show(display, answer.data)
        elif isinstance(answer, StatisticsLine):
            self._receive_statistics(answer.fields)
        elif isinstance(answer, ErrorLine):
            self._receive_error(answer.reason)
        elif isinstance(answer, AircraftLine):
            self._receive_aircraft(answer.name)
        else:
            self._receive_list(answer)

    def _receive_update(self, line: GaugeLine) -> None:
        gauge = self._gauges.by_ident(line.ident)
        if gauge is not None:
            gauge.latest = line.update
            self.changes.note(gauge)

    def _show(self, display: Subscription[str], data: bytes) -> None:
        display.data, display.latest = data, display_text(data)
        self.changes.note(display)

    def _receive_aircraft(self, name: str) -> None:
        asked = self._call_at_hand()
        if asked is not None and asked.purpose is Purpose.POLL:
            asked.named = True
            if name == self.aircraft:
                return
        self._set_aircraft(name)
        self._wake()

    def _set_aircraft(self, name: str | None) -> None:
        if name is None and self.aircraft is None:
            return
        self.aircraft = name
        self.changes.note(self.flight)
        for gauge in self._gauges:
            self._set_idle(gauge)

    def _set_idle(self, subscription: Subscription[T]) -> None:
        """Gives a subscription the value that it has while nothing is known, if it has one."""
        if subscription.idle is not None:
            subscription.latest = subscription.idle
            self.changes.note(subscription)

    def _receive_list(self, line: ListLine) -> None:
        if self._lists:
            self._lists[0].answer = (line.data,)
            self._finish_list(None)

    def _receive_late_error(self, reason: str) -> None:
        if self._lists and reason.startswith(reasons.END_OF_LIST):
            self._finish_list(request_error(reason))
        else:
            self._notices.append(reason)

    def _receive_end(self, call: Call) -> None:
        if call.purpose is Purpose.OPENING:
            self.ready = True
            self.changes.note(self.status)
        elif call.purpose is Purpose.POLL and not call.named:
            self._set_aircraft(None)
        elif call.purpose in (Purpose.ACTION, Purpose.STATEMENT):
            self._finish(call)
        elif call.purpose is Purpose.STATISTICS:
            self._queries.remove(call)
            self._finish(call)
        elif call.purpose is Purpose.LIST and call.error is not None:
            self._finish_list(call.error)


def _join(subscription: Subscription[T], options: object) -> Subscription[T]:
    if subscription.options != options:
        raise ValueError(
            f"{subscription.name} is already subscribed to with other options; use "
            "the same options, or a separate Cockpit"
        )
    subscription.users += 1
    return subscription
