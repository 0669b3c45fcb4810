"""The errors that calls raise."""


class CockpitError(Exception):
    """The base of all errors of this package."""


class RequestError(CockpitError):
    """The server has refused a request. Its text is the server's reason: what would be right."""


class NoAircraftError(RequestError):
    """Nothing can be worked: no aircraft is controlled, or there is no connection at present."""


class ClosedError(CockpitError):
    """The cockpit, or the link, has been closed."""
