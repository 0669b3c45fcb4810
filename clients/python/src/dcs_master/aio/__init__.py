"""The cockpit for asyncio: the same methods as `dcs_master.Cockpit`, to `await`."""

from .cockpit import Cockpit
from .feeds import Display, Feed, Gauge

__all__ = ["Cockpit", "Display", "Feed", "Gauge"]
