"""Subscriptions to gauges, args, controls and displays, with their newest values."""

from __future__ import annotations

import enum
from typing import Generic, Hashable, Iterator, Optional, TypeVar

from .calls import Call
from .topic import Topic

T = TypeVar("T")


class State(enum.Enum):
    """The state of a subscription at the server."""

    #: The server has it, or gets it when the next connection begins.
    ACTIVE = enum.auto()
    #: The aircraft lacks its name: it is sent again when another one appears.
    ASLEEP = enum.auto()
    #: Nobody wants it any more.
    ENDED = enum.auto()


class Subscription(Topic, Generic[T]):
    """A subscription. Its version counts its values."""

    def __init__(self, ident: int, name: str, key: Hashable, options: object, line: bytes) -> None:
        super().__init__()
        self.ident = ident
        #: Its name for people.
        self.name = name
        #: The name that it subscribes to, or the display and the element.
        self.key = key
        #: The options that all who share it must agree on.
        self.options = options
        self.line = line
        #: The line that ends it; empty where there is none.
        self.end = b""
        self.state = State.ACTIVE
        #: The number of feeds that share it.
        self.users = 1
        #: Whether it may sleep until an aircraft has its name.
        self.missing_ok = False
        #: The value that it has while no aircraft is controlled; if none, it keeps the last one.
        self.idle: Optional[T] = None
        #: The first request for it.
        self.call: Optional[Call] = None
        self.latest: Optional[T] = None
        #: The bytes of a display's text, as the sim has them.
        self.data = b""


class Subscriptions(Generic[T]):
    """The subscriptions of one kind, which have ids of their own."""

    def __init__(self) -> None:
        self._by_ident: dict[int, Subscription[T]] = {}
        self._by_key: dict[Hashable, Subscription[T]] = {}
        self._next_ident = 1

    def __iter__(self) -> Iterator[Subscription[T]]:
        return iter(list(self._by_ident.values()))

    def next_ident(self) -> int:
        """Returns a new id; ids are never used again."""
        self._next_ident += 1
        return self._next_ident - 1

    def by_ident(self, ident: int) -> Optional[Subscription[T]]:
        """Returns the subscription with this id."""
        return self._by_ident.get(ident)

    def by_key(self, key: Hashable) -> Optional[Subscription[T]]:
        """Returns the subscription with this key."""
        return self._by_key.get(key)

    def add(self, subscription: Subscription[T]) -> None:
        """Adds a subscription."""
        self._by_ident[subscription.ident] = subscription
        self._by_key[subscription.key] = subscription

    def remove(self, subscription: Subscription[T]) -> None:
        """Removes a subscription."""
        subscription.state = State.ENDED
        self._by_ident.pop(subscription.ident, None)
        if self._by_key.get(subscription.key) is subscription:
            del self._by_key[subscription.key]
