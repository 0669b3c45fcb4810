"""dcs-master for Python: the cockpit of DCS World for home cockpits.

This `Cockpit` is for programs with plain calls that wait. `dcs_master.aio` has the same for
asyncio, and `dcs_master.link` talks to the sim without a server.
"""

from .blocking.cockpit import Cockpit
from .blocking.feeds import Display, Feed, Gauge
from .core.answers import Displays, Statistics, Tree, Update
from .core.requests import Name, Position
from .core.version import __version__
from .errors import ClosedError, CockpitError, NoAircraftError, RequestError

__all__ = [
    "ClosedError",
    "Cockpit",
    "CockpitError",
    "Display",
    "Displays",
    "Feed",
    "Gauge",
    "Name",
    "NoAircraftError",
    "Position",
    "RequestError",
    "Statistics",
    "Tree",
    "Update",
    "__version__",
]
