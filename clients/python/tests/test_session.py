"""The session of a client, against a model of the server, without sockets and clocks."""

from __future__ import annotations

import random
import re

import pytest

from dcs_master import NoAircraftError, RequestError, Update
from dcs_master.core import reasons, requests
from dcs_master.core.calls import Call
from dcs_master.core.session import POLL_PERIOD, SILENT_PERIODS
from dcs_master.core.subscriptions import State

from .model import Model
from .programs import ROOT

UNKNOWN = 'unknown gauge "X" for A'


def test_the_opening_tells_the_aircraft() -> None:
    model = Model("A")
    model.session.connect(0)
    assert not model.session.ready
    model.say("0 A")
    model.serve()
    assert model.session.ready
    assert model.session.aircraft == "A"
    assert model.session.flight.version == 1


def test_an_error_is_that_of_the_request_between_two_marks() -> None:
    model = Model("A")
    model.connect()
    wrong, right = requests.act("GEAR", 7), requests.act("GEAR", 1)
    model.refusals["1 GEAR 7"] = 'GEAR cannot take "7": it takes 0'
    calls = [model.session.act(line) for line in (right, wrong, right)]
    model.serve()
    assert [str(call.error or "") for call in calls] == ["", 'GEAR cannot take "7": it takes 0', ""]
    assert all(call.done for call in calls)
    assert model.session.take_notices() == []


@pytest.mark.parametrize(
    "late",
    [
        "the sim says: no device 99",
        "the aircraft is not cold, so switches …",
        'BARO cannot take "INC": its position is not known yet, so …',
        "the sim reads 16384 args at most and all are in use; …",
        'indicator 6 shows no element "X" at present; …',
        'unknown gauge "X" for B',
        "the aircraft of GEAR is no longer controlled, so it was not operated",
        "there is no indicator 7",
    ],
)
def test_a_late_error_is_never_that_of_the_request_at_hand(late: str) -> None:
    model = Model("A")
    model.connect()
    call = model.session.act(requests.act("GEAR", 1))
    model.say("5 1", f"-1 {late}", "5 1")
    assert call.done
    assert call.error is None
    assert model.session.take_notices() == [late]


@pytest.mark.parametrize(
    ("name", "reason", "is_its_own"),
    [
        ("Alt", 'unknown gauge "Alt" for A; did you mean "Altimeter"?', True),
        ("Alt", 'unknown gauge "Altimeter" for A', False),
        ("Alt", 'control "LIGHTS_TEST" could be LIGHTS_TEST_600 or LIGHTS_TEST_601', False),
        ('a"b\\c', 'unknown gauge "a\\"b\\\\c" for A', True),
        ("x" * 70, f'unknown gauge "{"x" * 60}…" for A', True),
        ("Alt", "too many subscriptions: 4096 are allowed per client", True),
    ],
)
def test_an_error_about_a_name_is_that_of_the_request_with_it(
    name: str, reason: str, is_its_own: bool
) -> None:
    model = Model("A")
    model.connect()
    model.refusals[f"2 {name} 1 0 10"] = reason
    call = model.session.subscribe_gauge(name, 0, 10).call
    model.serve()
    assert call is not None
    assert (call.error is not None) == is_its_own


@pytest.mark.parametrize(
    ("position", "shown", "is_its_own"),
    [
        ("SIDEWAYS", "SIDEWAYS", True),
        ("SIDEWAYS", "1", False),
        (1.0, "1", True),
        (0.25, "0.25", True),
        (0.25, "0.5", False),
        ("#9", "#9", True),
        ("x" * 70, "x" * 60 + "…", True),
    ],
)
def test_an_error_about_a_position_is_that_of_the_request_with_it(
    position: requests.Position, shown: str, is_its_own: bool
) -> None:
    model = Model("A")
    model.connect()
    for start in (model.session.state_position, lambda *to: model.session.act(requests.act(*to))):
        call = start("pnt_7", position)
        model.say("5 1", f'-1 GEAR cannot take "{shown}": it takes 0, 1', "5 1")
        assert (call.error is not None) == is_its_own


def test_a_late_refusal_of_a_position_is_never_that_of_a_subscription() -> None:
    model = Model("A")
    model.connect()
    # The id of the subscription is 1 as well.
    subscription = model.session.subscribe_gauge("Altimeter", 0, 10)
    model.say("5 1", '-1 LAMP_TEST cannot take "1": it does not stay there by itself; …', "5 1")
    assert subscription.call is not None
    assert subscription.call.error is None


def test_an_error_outside_the_marks_is_logged() -> None:
    model = Model("A")
    model.connect()
    call = model.session.act(requests.act("GEAR", 1))
    model.say("-1 one", "5 1")
    model.say("5 1", "-1 two")
    assert call.done
    assert call.error is None
    assert model.session.take_notices() == ["one", "two"]


def test_without_an_aircraft_or_a_connection_the_error_is_the_same() -> None:
    model = Model()
    line = requests.act("GEAR", 1)
    before = model.session.act(line)
    model.connect()
    model.refusals["1 GEAR 1"] = 'no aircraft is controlled, so "GEAR" cannot be operated'
    without = model.session.act(line)
    model.serve()
    under_way = model.session.act(line)
    model.session.disconnect()
    for call in (before, without, under_way):
        assert call.done
        assert isinstance(call.error, NoAircraftError)
    model.take_lines()
    model.connect()
    assert model.take_lines() == [], "an action is never repeated"


def test_everything_is_said_again_once_on_each_connection() -> None:
    model = Model("A")
    session = model.session
    gauge = session.subscribe_gauge("Altimeter", 1, 20, False)
    session.subscribe_display(6, "Scratch")
    session.state_position("GEAR", "#0")
    session.state_position("gear", "#1")
    ended = session.subscribe_gauge("RPM", 0, 10, False)
    session.release_gauge(ended)
    expected = ["1 gear =#1", "2 Altimeter 1 1 20", "3 6 Scratch 1"]
    for _ in range(3):
        model.connect()
        assert sorted(model.take_lines()) == expected
        model.say("2 1 0.5 500.0")
        assert gauge.latest == Update(0.5, 500.0, "500.0")
        session.disconnect()
        assert session.aircraft is None
    assert gauge.version == 3
    assert session.take_notices() == []


def test_those_who_want_the_same_share_a_subscription() -> None:
    model = Model("A")
    model.connect()
    session = model.session
    first = session.subscribe_gauge("Altimeter", 0, 10, False)
    assert session.subscribe_gauge("Altimeter", 0, 10, False) is first
    with pytest.raises(ValueError, match="other options"):
        session.subscribe_gauge("Altimeter", 1, 10, False)
    session.release_gauge(first)
    model.serve()
    assert model.take_lines() == ["2 Altimeter 1 0 10"]
    session.release_gauge(first)
    session.release_gauge(first)
    model.serve()
    assert model.take_lines() == ["2 Altimeter 1 0 0"]
    again = session.subscribe_gauge("Altimeter", 1, 10, False)
    model.serve()
    assert model.take_lines() == ["2 Altimeter 2 1 10"], "ids are not used again"
    model.say("2 1 0.1 1", "2 2 0.2 2")
    assert again.latest == Update(0.2, 2.0, "2")


def test_a_refused_subscription_is_no_more() -> None:
    model = Model("A")
    model.connect()
    model.refusals["2 X 1 0 10"] = UNKNOWN
    refused = model.session.subscribe_gauge("X", 0, 10, False)
    model.serve()
    assert isinstance(refused.call, Call)
    assert str(refused.call.error) == UNKNOWN
    assert isinstance(refused.call.error, RequestError)
    model.take_lines()
    model.session.disconnect()
    model.connect()
    assert model.take_lines() == []


def test_a_name_that_may_be_missing_waits_for_its_aircraft() -> None:
    model = Model("A")
    model.connect()
    model.refusals["2 X 1 0 10"] = UNKNOWN
    missing = model.session.subscribe_gauge("X", 0, 10, True)
    model.serve()
    assert missing.call is not None
    assert missing.call.done
    assert missing.call.error is None
    assert missing.state is State.ASLEEP
    model.take_lines()
    model.refusals.clear()
    model.fly("B")
    assert model.take_lines() == ["2 X 1 0 10"]
    model.fly("C")
    assert model.take_lines() == [], "the server has it now, and looks it up itself"
    assert model.session.take_notices() == []


def test_a_subscription_that_a_new_connection_refuses_sleeps() -> None:
    model = Model("A")
    model.connect()
    model.session.subscribe_gauge("X", 0, 10, False)
    model.serve()
    model.session.disconnect()
    model.refusals["2 X 1 0 10"] = UNKNOWN
    model.connect()
    assert model.session.take_notices() == [UNKNOWN]
    model.refusals.clear()
    model.take_lines()
    model.fly("B")
    assert model.take_lines() == ["2 X 1 0 10"]


def test_a_refused_statement_is_taken_back() -> None:
    model = Model("A")
    model.connect()
    model.refusals["1 LAMP_TEST =1"] = 'LAMP_TEST cannot take "1": …'
    call = model.session.state_position("LAMP_TEST", 1)
    model.serve()
    assert str(call.error) == 'LAMP_TEST cannot take "1": …'
    model.session.disconnect()
    model.take_lines()
    model.connect()
    assert model.take_lines() == []


def test_a_poll_finds_out_that_the_aircraft_has_gone() -> None:
    model = Model("A")
    model.connect()
    model.pass_time(POLL_PERIOD)
    model.serve()
    assert model.session.aircraft == "A"
    assert model.session.flight.version == 1, "it is the same flight"
    model.aircraft = None
    model.pass_time(POLL_PERIOD)
    model.serve()
    assert model.session.aircraft is None
    assert model.session.take_notices() == []


def test_an_aircraft_that_appears_again_is_a_new_flight() -> None:
    model = Model("A")
    model.connect()
    model.fly("A")
    assert model.session.flight.version == 2
    model.pass_time(POLL_PERIOD)
    model.say("0 A")
    model.serve()
    assert model.session.flight.version == 3, "one line was the answer to the poll"


def test_a_server_without_error_lines_is_understood() -> None:
    model = Model("A")
    model.connect()
    model.pass_time(POLL_PERIOD)
    model.say("5 1", "5 1")
    assert model.session.aircraft is None


def test_a_silent_server_is_given_up() -> None:
    model = Model("A")
    model.connect()
    assert model.pass_time(POLL_PERIOD * SILENT_PERIODS) is None
    model.serve()
    assert model.take_lines() == ["0"], "one poll at a time"
    assert model.pass_time(POLL_PERIOD * SILENT_PERIODS) is None
    assert model.pass_time(POLL_PERIOD) == "it does not answer"


def test_a_program_that_slept_does_not_give_up_its_server() -> None:
    model = Model("A")
    model.connect()
    assert model.session.tick(1000.0) is None


def test_queries_are_repeated_on_a_new_connection() -> None:
    model = Model("A")
    statistics, displays = model.session.ask_statistics(), model.session.ask_displays(6)
    model.connect()
    assert statistics.done
    assert statistics.answer[0] == b"1"
    assert not displays.done
    model.session.disconnect()
    model.connect()
    assert model.take_lines() == ["4 6", "4 6"]
    model.say('{"a":["1"]}')
    assert displays.done
    assert displays.answer == (b'{"a":["1"]}',)


def test_lists_go_one_by_one() -> None:
    model = Model("A")
    model.connect()
    model.refusals["4 9"] = "indicators are not available: no mission is running"
    calls = [model.session.ask_displays(number) for number in (1, 2, 9, 3)]
    model.serve()
    assert model.take_lines() == ["4 1"]
    model.say('{"a":[]}')
    model.serve()
    model.say("-1 there is no indicator 2")
    model.serve()
    assert model.take_lines() == ["4 2", "4 9", "4 3"]
    model.say("-1 the sim says: no device 99", "[]")
    reasons = [str(call.error or "") for call in calls]
    assert reasons == ["", "there is no indicator 2", model.refusals["4 9"], ""]
    assert model.session.take_notices() == ["the sim says: no device 99"]


def test_a_list_that_never_comes_is_given_up() -> None:
    model = Model("A")
    model.connect()
    call = model.session.ask_displays(1)
    for _ in range(50):
        model.pass_time(POLL_PERIOD)
        model.serve()
    assert call.done
    assert "did not answer" in str(call.error)


def test_displays_go_blank_with_the_connection() -> None:
    model = Model("A")
    model.connect()
    display = model.session.subscribe_display(6, "Scratch")
    empty = model.session.subscribe_display(6, "Other")
    model.say("3 1   12\\n\xe9", "3 2 ")
    assert display.latest == "  12\né"
    model.session.disconnect()
    assert display.latest == ""
    assert (display.version, empty.version) == (2, 1)


def test_lines_that_are_none_are_skipped() -> None:
    model = Model("A")
    model.connect()
    gauge = model.session.subscribe_gauge("X", 0, 10, False)
    model.say("nonsense", "2 x y z", "2 99 0.5 1", "3 99 x", "[]", "5 1 2", "2 1 0.5 1")
    assert gauge.latest == Update(0.5, 1.0, "1")
    assert len(model.session.take_notices()) == 2


def test_one_byte_at_a_time() -> None:
    whole, bytewise = Model("A"), Model("A")
    text = "0 A\n5 1\n2 1 0.5 7\n3 1 x\\ny\n-1 bad\n2 1 0.25 9\n"
    for model in (whole, bytewise):
        model.session.subscribe_gauge("X", 0, 10, False)
        model.session.subscribe_display(1, "D")
        model.session.connect(0)
    whole.session.receive(text.encode())
    for byte in text.encode():
        bytewise.session.receive(bytes([byte]))
    states = [
        (
            [(gauge.latest, gauge.version) for gauge in model.session._gauges],
            [(display.latest, display.version) for display in model.session._displays],
            model.session.take_notices(),
            model.session.take_output(),
            model.session.aircraft,
        )
        for model in (whole, bytewise)
    ]
    assert states[0] == states[1]


def test_a_gauge_may_have_a_value_for_when_nothing_is_controlled() -> None:
    model = Model()
    model.connect()
    lamp = model.session.subscribe_gauge("Lamp", 1, 10, idle=0)
    seen: list[object] = [lamp.latest]

    def note() -> None:
        model.serve()
        seen.append(lamp.latest)

    off, on = Update(0, 0, "0.0"), Update(1.0, 1.0, "1.0")
    model.fly("A")
    model.say("2 1 1.00000 1.0")
    note()
    model.aircraft = None
    model.pass_time(POLL_PERIOD)
    note()
    model.fly("A")
    model.say("2 1 1.00000 1.0")
    note()
    model.fly("B")
    note()
    model.say("2 1 1.00000 1.0")
    note()
    model.session.disconnect()
    note()
    assert seen == [off, on, off, on, off, on, off]
    model.refusals["2 X 2 0 10"] = UNKNOWN
    model.connect()
    missing = model.session.subscribe_gauge("X", 0, 10, missing_ok=True, idle=-1)
    model.serve()
    assert missing.latest == Update(-1, -1, "-1")


def test_nothing_that_is_received_is_an_error() -> None:
    chance = random.Random(4)
    words = [
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "-1",
        "",
        "A",
        "nan",
        "1e999",
        "{}",
        "[",
        "\xe9",
        "x" * 99,
    ]
    model = Model("A")
    model.session.subscribe_gauge("X", 0, 10, missing_ok=True, idle=0)
    model.session.subscribe_display(1, "D")
    for _ in range(300):
        model.session.connect(model.now)
        for _ in range(chance.randint(0, 20)):
            line = " ".join(chance.choice(words) for _ in range(chance.randint(0, 5)))
            model.session.receive(line.encode("latin-1") + b"\n")
            model.session.ask_displays(1)
            model.session.ask_statistics()
            model.session.act(requests.act("GEAR", 1))
            model.pass_time(1)
        model.session.disconnect()
    model.session.take_notices()


def test_the_reasons_are_those_of_the_server() -> None:
    sources = (ROOT / "server/src").rglob("*.rs")
    text = re.sub(r"\\\n\s*", "", "".join(path.read_text() for path in sources))
    for reason in (
        *(*reasons.NOTHING_TO_OPERATE, *reasons.LATE, *reasons.END_OF_LIST, *reasons.WAITING),
        *(reasons.NO_ELEMENT, reasons.UNKNOWN_POSITION, reasons.UNKNOWN),
    ):
        assert f'"{reason}' in text or (reason[0] == " " and reason in text), reason
