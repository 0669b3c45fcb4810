"""Prints gauges as they change: `python -m dcs_master Altimeter`."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import sys

from . import Cockpit, CockpitError
from .core.defaults import HOST, PORT

#: The errors of writing to a pipe that nobody reads any more. Windows has the second one.
CLOSED_PIPE = (errno.EPIPE, errno.EINVAL)


def main() -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m dcs_master", description=__doc__)
    parser.add_argument("gauge", nargs="+", help="a gauge or a control by name, or an arg's number")
    parser.add_argument("--host", default=HOST, help="the computer with the server [%(default)s]")
    parser.add_argument("--port", default=PORT, type=int, help="its port [%(default)s]")
    parser.add_argument("--precision", default=0, type=int, help="decimals [%(default)s]")
    parser.add_argument("--rate", default=10, type=float, help="values per second [%(default)s]")
    options = parser.parse_args()
    try:
        with contextlib.suppress(KeyboardInterrupt), Cockpit(options.host, options.port) as cockpit:
            feeds = [
                cockpit.gauge(_name(text), precision=options.precision, max_frequency=options.rate)
                for text in options.gauge
            ]
            for feed, update in cockpit.merge(*feeds):
                if not _print(f"{feed.name} {update.text}"):
                    break
    except (CockpitError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _print(line: str) -> bool:
    """Prints a line. Returns whether the output is still read: `head` ends after some lines."""
    try:
        print(line, flush=True)
    except OSError as error:
        if error.errno not in CLOSED_PIPE:
            raise
        # Python writes what is left when it ends; here it cannot fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def _name(text: str) -> str | int:
    return int(text) if text.isdigit() else text


if __name__ == "__main__":
    sys.exit(main())
