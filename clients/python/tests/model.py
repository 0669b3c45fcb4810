"""A model of the server, as a conversation partner of the pure session."""

from __future__ import annotations

from dcs_master.core.session import Session

#: The answer to a request for statistics.
STATISTICS = "5 1 0 0 0 1 0 0 0 0 0 0 0.0 0 0"


class Model:
    """A server that answers a session at once and in turn, and says other lines at any time.

    `refusals` holds the answers to lines that are wrong.
    """

    def __init__(self, aircraft: str | None = None) -> None:
        self.session = Session()
        self.aircraft = aircraft
        self.refusals: dict[str, str] = {}
        self.now = 0.0
        #: The lines received, without those for statistics.
        self.lines: list[str] = []

    def connect(self) -> None:
        """Accepts a connection."""
        self.session.connect(self.now)
        if self.aircraft:
            self.say(f"0 {self.aircraft}")
        self.serve()

    def say(self, *lines: str) -> None:
        """Sends lines to the session."""
        self.session.receive("".join(line + "\n" for line in lines).encode())

    def fly(self, aircraft: str) -> None:
        """Lets an aircraft appear."""
        self.aircraft = aircraft
        self.say(f"0 {aircraft}")
        self.serve()

    def serve(self) -> None:
        """Answers the lines of the session until it sends no more."""
        while True:
            lines = self.session.take_output().decode().splitlines()
            if not lines:
                return
            for line in lines:
                self._answer(line)

    def _answer(self, line: str) -> None:
        if line == "5":
            self.say(STATISTICS)
            return
        self.lines.append(line)
        if line in self.refusals:
            self.say(f"-1 {self.refusals[line]}")
        elif line == "0":
            self.say(f"0 {self.aircraft}" if self.aircraft else "-1 no aircraft is controlled")

    def take_lines(self) -> list[str]:
        """Removes and returns the lines received."""
        lines, self.lines = self.lines, []
        return lines

    def pass_time(self, seconds: float) -> str | None:
        """Lets the time pass. Returns the reason why the session gives up, if it does."""
        reason = None
        for _ in range(int(seconds * 2)):
            self.now += 0.5
            reason = reason or self.session.tick(self.now)
        return reason
