"""The errors that calls raise."""


class CockpitError(Exception):
    """The base of all errors of this package."""


class RequestError(CockpitError):
    """The server has refused a request. The text is the server's reason and the remedy."""


class NoAircraftError(RequestError):
    """Nothing can be operated: no aircraft is controlled, or there is no connection at present."""


class ClosedError(CockpitError):
    """The cockpit, or the link, has been closed."""
