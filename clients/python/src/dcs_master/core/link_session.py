"""One end of the link to a state of the sim. `docs/link.md` is the contract.

Messages that a program does not take at once wait here, and only the newest values are kept: the
args share one message, and a text replaces the one before it.
"""

from __future__ import annotations

from typing import Hashable

from . import messages
from .conversation import Conversation
from .messages import Message
from .topic import Topic
from .version import __version__

#: Seconds between two lines that say that this end is alive.
HEARTBEAT_PERIOD = 2.0
#: The number of heartbeats after which a missing introduction is logged.
HELLO_HEARTBEATS = 3
#: The most messages that wait; beyond that the oldest is dropped.
MOST_PENDING = 4096


class LinkSession(Conversation):
    """A link with one state of the sim, across any number of connections."""

    def __init__(self, state: str) -> None:
        super().__init__()
        #: The state of the sim, `hook` or `export`.
        self.state = state
        #: Changes when a message comes, and when the link comes or goes.
        self.news = Topic()
        #: The introduction of the scripts.
        self.hello: Message = {}
        #: The aircraft that is controlled, if this is the hook state.
        self.aircraft: str | None = None
        self._pending: dict[Hashable, Message] = {}
        self._count = 0
        #: The lines that watch an arg or an indicator, by its number.
        self._watches: dict[int, bytes] = {}
        self._end: str | None = None
        self._heartbeats = 0

    # Requests of the program ---------------------------------------------------------------------

    def watch(self, number: int, line: bytes) -> None:
        """Watches an arg or an indicator, now and on each new connection."""
        self._watches[number] = line
        if self.ready:
            self._output += line

    def unwatch(self, number: int, line: bytes) -> None:
        """Ends a watch."""
        if self._watches.pop(number, None) and self.ready:
            self._output += line

    def next_ticket(self) -> int:
        """Returns a ticket that has not been used."""
        self._count += 1
        return self._count

    def ask(self, ticket: int, line: bytes, ability: str | None = None) -> None:
        """Sends a request. If it cannot be sent, answers it with an error.

        `ability` is a key that the introduction of the scripts must have.
        """
        if not self.ready:
            self._put({"error": "there is no link to the sim", "ticket": ticket})
        elif ability is not None and not self.hello.get(ability):
            reason = f"the scripts in the sim do not know {ability}; run dcs-master install"
            self._put({"error": reason, "ticket": ticket})
        else:
            self._output += line

    def take(self) -> Message | None:
        """Removes and returns the oldest message that waits."""
        if not self._pending:
            return None
        return self._pending.pop(next(iter(self._pending)))

    # The connection ------------------------------------------------------------------------------

    def _open(self, now: float) -> None:
        self._end = None
        self._heartbeats = 0
        self.next_tick = now + HEARTBEAT_PERIOD
        self._output += messages.greeting()

    def _close(self) -> None:
        was_ready, self.ready, self.hello = self.ready, False, {}
        if self.aircraft is not None:
            self._put({"aircraft": None})
        if was_ready:
            self.changes.note(self.news)

    def tick(self, now: float) -> str | None:
        """Tells the sim that this end is alive. A silent sim is no fault: it may be loading."""
        if now >= self.next_tick:
            self.next_tick = now + HEARTBEAT_PERIOD
            self._output += messages.HEARTBEAT
            self._heartbeats += 1
            if self._heartbeats == HELLO_HEARTBEATS and not self.ready:
                self._notices.append("connected; the scripts say nothing yet (a mission may load)")
        return self._end

    def _receive_line(self, line: bytes) -> None:
        try:
            message = messages.parse(line)
        except ValueError as error:
            self._notices.append(f"a line of the sim was skipped: {line[:80]!r} ({error})")
            return
        if self.ready:
            self._put(message)
        else:
            self._greet(message)

    def _greet(self, message: Message) -> None:
        self._end = self._reason_to_end(message)
        if self._end is not None:
            return
        self.ready, self.hello = True, message
        if message.get("version") != __version__:
            self._notices.append(
                f"the scripts in the sim are version {message.get('version')}, this package is "
                f"{__version__}; run dcs-master install and restart the sim"
            )
        for line in self._watches.values():
            self._output += line
        self.changes.note(self.news)

    def _reason_to_end(self, message: Message) -> str | None:
        if "refused" in message:
            return f"it is {message['refused']}"
        if "hello" not in message:
            return "what listens there is not the dcs-master scripts"
        if message.get("link") != messages.LINK_VERSION:
            return f"its link version is {message.get('link')}; run dcs-master install"
        if message["hello"] != self.state:
            return f"it is the {message['hello']} state, not the {self.state} state"
        return None

    # Messages ------------------------------------------------------------------------------------

    def _put(self, message: Message) -> None:
        if "args" in message:
            waiting = self._pending.setdefault("args", {"args": {}})
            waiting["args"].update(message["args"])
        elif "aircraft" in message:
            self.aircraft = message["aircraft"]
            # The known values of args are void.
            self._pending.pop("args", None)
            self._replace("aircraft", message)
        elif "indicator" in message:
            self._replace(("indicator", message["indicator"]), message)
        elif "stats" in message:
            self._replace("stats", message)
        else:
            self._replace(("message", self.next_ticket()), message)
        if len(self._pending) > MOST_PENDING:
            self.take()
            self._notices.append("a message of the sim was dropped: they are not taken")
        self.changes.note(self.news)

    def _replace(self, key: Hashable, message: Message) -> None:
        self._pending.pop(key, None)
        self._pending[key] = message
