"""The sim's own figures are gauges, here those of the demo."""

from __future__ import annotations

from dcs_master import Cockpit


def test_a_figure_of_the_sim_is_a_gauge(demo_port: int) -> None:
    with Cockpit(port=demo_port) as cockpit:
        altitude = cockpit.gauge("sim.altitude", precision=-1).read()
        assert 1000 < altitude.value < 40000
        assert abs(altitude.raw / 0.3048 - altitude.value) <= 5.001
        speeds = iter(cockpit.gauge("SIM.ias", precision=3, max_frequency=30))
        values = [next(speeds).value for _ in range(3)]
        assert all(100 < value < 600 for value in values)
        assert len(set(values)) > 1, "the flight goes on"
