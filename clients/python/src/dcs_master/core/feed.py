"""The parts of a feed that need no waiting. The shells add the loops."""

from __future__ import annotations

from typing import Generic, List, Optional, Sequence, Tuple, TypeVar

from .answers import Update
from .subscriptions import Subscription

T = TypeVar("T")


class FeedState(Generic[T]):
    """A subscription as a program sees it."""

    def __init__(self, subscription: Subscription[T]) -> None:
        self._subscription = subscription
        self._is_closed = False

    @property
    def name(self) -> str:
        """The name of what is subscribed to, or its number."""
        return self._subscription.name

    @property
    def latest(self) -> Optional[T]:
        """The newest value; `None` until the first one has come."""
        self._check()
        return self._subscription.latest

    def _check(self) -> None:
        """Raises the error of the subscription, if it has been refused."""
        call = self._subscription.call
        if call is not None and call.error is not None:
            raise call.error

    def _news(self, seen: int) -> Optional[Tuple[int, T]]:
        """Returns the newest value and its version, if that is not `seen`."""
        version, latest = self._subscription.version, self._subscription.latest
        if self._is_closed or latest is None or version == seen:
            return None
        return version, latest


class GaugeState(FeedState[Update]):
    """A subscription to a gauge, an arg or a control."""

    @property
    def raw(self) -> Optional[float]:
        """The sim's newest value."""
        return None if self.latest is None else self.latest.raw

    @property
    def value(self) -> Optional[float]:
        """The newest value on the gauge's scale; for a control, the number of its position."""
        return None if self.latest is None else self.latest.value


class DisplayState(FeedState[str]):
    """A subscription to an element of a display."""

    @property
    def data(self) -> bytes:
        """The bytes of the newest text, as the sim has them; lines are joined by `\\\\n`."""
        return self._subscription.data


class MergeState(Generic[T]):
    """The newest values of several feeds, which take turns."""

    def __init__(self, feeds: Sequence[FeedState[T]]) -> None:
        self._feeds = feeds
        self._seen = [0] * len(feeds)
        #: The feeds whose turn it is in this round.
        self._round: List[int] = []

    def is_over(self) -> bool:
        """Returns whether all feeds are closed."""
        return all(feed._is_closed for feed in self._feeds)

    def is_due(self) -> bool:
        """Returns whether there is a value to take, or nothing to wait for."""
        news = any(feed._news(seen) for feed, seen in zip(self._feeds, self._seen))
        return news or self.is_over()

    def take(self) -> Optional[Tuple[int, T]]:
        """Returns the index of the next feed with a new value, and that value."""
        self._round = self._round or list(range(len(self._feeds)))
        while self._round:
            index = self._round.pop(0)
            news = self._feeds[index]._news(self._seen[index])
            if news is not None:
                self._seen[index], value = news
                return index, value
        return None
