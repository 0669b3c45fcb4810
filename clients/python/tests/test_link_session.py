"""The link with the sim, without sockets and clocks."""

from __future__ import annotations

import json

import pytest

from dcs_master.core import messages
from dcs_master.core.link_session import HEARTBEAT_PERIOD, MOST_PENDING, LinkSession
from dcs_master.core.messages import Message

HELLO = {"hello": "hook", "link": 1, "version": "0.1.0", "marks": 1}


def say(session: LinkSession, *lines: object) -> None:
    for line in lines:
        session.receive(json.dumps(line).encode() + b"\n")


def linked() -> LinkSession:
    session = LinkSession("hook")
    session.connect(0)
    assert session.take_output() == b"0 1 0 1 0\n"
    assert not session.ready
    say(session, HELLO)
    assert session.ready
    return session


def all_of(session: LinkSession) -> list[Message]:
    taken = []
    while (message := session.take()) is not None:
        taken.append(message)
    return taken


def test_watches_are_said_when_the_scripts_have_introduced_themselves() -> None:
    session = LinkSession("hook")
    session.watch(540, messages.watch_arg(540, 30))
    session.connect(0)
    assert session.take_output() == b"0 1 0 1 0\n"
    session.watch(541, messages.watch_arg(541, 5))
    say(session, HELLO)
    assert session.take_output() == b"2 540 30\n2 541 5\n"
    session.unwatch(540, messages.watch_arg(540, 0))
    assert session.take_output() == b"2 540 0\n"
    session.disconnect()
    session.connect(9)
    say(session, HELLO)
    assert session.take_output() == b"0 1 0 1 0\n2 541 5\n"


def test_it_says_that_it_is_alive_and_never_gives_up_a_silent_sim() -> None:
    session = linked()
    now = 0.0
    for _ in range(100):
        now += HEARTBEAT_PERIOD
        assert session.tick(now) is None
    assert session.take_output() == b"0\n" * 100


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"refused": "linked to 127.0.0.1:5"}, "linked to 127.0.0.1:5"),
        ({"hello": "hook", "link": 2}, "link version is 2"),
        ({"hello": "export", "link": 1}, "export state"),
        ({"args": {}}, "not the dcs-master scripts"),
    ],
)
def test_what_is_not_the_sim_is_left(line: object, reason: str) -> None:
    session = LinkSession("hook")
    session.connect(0)
    say(session, line)
    assert reason in str(session.tick(0))
    session.disconnect()
    session.connect(1)
    assert session.tick(1) is None, "the next attempt is a new one"


def test_other_versions_and_long_silence_are_logged() -> None:
    session = LinkSession("hook")
    session.connect(0)
    for turn in range(1, 10):
        session.tick(turn * HEARTBEAT_PERIOD)
    assert session.take_notices() == ["connected; the scripts say nothing yet (a mission may load)"]
    say(session, {**HELLO, "version": "0.0.9"})
    assert session.ready
    (notice,) = session.take_notices()
    assert "version 0.0.9" in notice


def test_what_is_not_taken_waits_as_the_newest_of_everything() -> None:
    session = linked()
    say(
        session,
        {"aircraft": "A"},
        {"args": {"1": 0.5, "2": 1}},
        {"aircraft": "B"},
        {"args": {"1": 0.25}},
        {"indicator": 6, "epoch": 1, "text": "old"},
        {"args": {"3": 1, "1": 0.75}},
        {"indicator": 6, "epoch": 1, "text": "new"},
        {"error": "no device 99", "ticket": 7},
    )
    assert all_of(session) == [
        {"aircraft": "B"},
        {"args": {"1": 0.75, "3": 1}},
        {"indicator": 6, "epoch": 1, "text": "new"},
        {"error": "no device 99", "ticket": 7},
    ]
    say(session, {"args": {"1": 0.1}})
    assert all_of(session) == [{"args": {"1": 0.1}}]


def test_what_waits_is_bounded() -> None:
    session = linked()
    for number in range(MOST_PENDING + 10):
        say(session, {"error": str(number)})
    assert len(all_of(session)) == MOST_PENDING
    assert session.take_notices()


def test_a_lost_link_is_an_aircraft_that_has_gone() -> None:
    session = linked()
    say(session, {"aircraft": "A"})
    all_of(session)
    session.disconnect()
    assert session.aircraft is None
    assert all_of(session) == [{"aircraft": None}]
    session.ask(5, messages.act(1, 3001, 1, 5))
    assert all_of(session) == [{"error": "there is no link to the sim", "ticket": 5}]


def test_what_the_scripts_cannot_do_is_not_asked() -> None:
    session = linked()
    session.ask(1, messages.mark(1), "marks")
    session.ask(2, messages.ask_cold(2), "tells_cold")
    assert session.take_output() == b"5 1\n"
    (answer,) = all_of(session)
    assert answer["ticket"] == 2


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"[1]",
        b'{"args":{"1":\xff}}',
        b'{"args":5}',
        b'{"aircraft":[]}',
        b'{"indicator":{}}',
        b'{"a":' * 100_000,
        b"\x00\xff",
    ],
)
def test_lines_that_are_none_are_skipped(line: bytes) -> None:
    session = linked()
    session.receive(line + b'\n{"args":{"1":1}}\n')
    assert all_of(session) == [{"args": {"1": 1}}]
    (notice,) = session.take_notices()
    assert "was skipped" in notice
    assert len(notice) < 500
