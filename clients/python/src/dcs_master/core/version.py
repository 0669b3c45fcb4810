"""The version of this package, which is that of the server and the scripts."""

__version__ = "0.1.0"
