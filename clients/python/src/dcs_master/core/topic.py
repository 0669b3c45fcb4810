"""Topics: things that change, and for whose next change a program may wait."""

from __future__ import annotations


class Topic:
    """A thing that changes. A reader compares versions to find out that it has changed."""

    def __init__(self) -> None:
        #: Counts the changes.
        self.version = 0


class Changes:
    """The topics that have changed since a shell last asked."""

    def __init__(self) -> None:
        self._topics: dict[Topic, None] = {}

    def note(self, topic: Topic) -> None:
        """Notes a change of `topic`."""
        topic.version += 1
        self._topics[topic] = None

    def take(self) -> list[Topic]:
        """Removes and returns the topics that have changed."""
        topics = list(self._topics)
        self._topics.clear()
        return topics
