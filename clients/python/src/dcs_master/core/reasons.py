"""The reasons of the server that have a meaning for the session, by their beginnings.

A test looks each of them up in the server's source.
"""

from __future__ import annotations

import re

#: The reason for which the server refuses `0` while there is no aircraft. Other reasons begin so.
NO_AIRCRAFT = "no aircraft is controlled"
#: Nothing can be operated at present.
NOTHING_TO_OPERATE = (NO_AIRCRAFT, "the sim is not connected")
#: Tells what has become of an earlier request. It is never the answer to the one at hand.
LATE = (
    "the sim says: ",
    "the aircraft is not cold",
    "the sim does not report whether",
    "the aircraft of ",
)
#: The end of a late reason, which begins with the name of a control.
UNKNOWN_POSITION = "its position is not known yet"
#: The request is carried out, but has to wait.
WAITING = ("the sim reads ",)
#: The middle of a reason that the text is empty for now.
NO_ELEMENT = " shows no element "
#: The answer to a request for a list, when it comes late.
END_OF_LIST = (
    "there is no indicator ",
    "the sim did not answer for ",
    "indicators are not available",
)
#: Names what a subscription asks for. It may come late, when an aircraft appears.
ABOUT_NAME = ("unknown gauge ", 'gauge "', 'control "', "no arg shows the position of control ")
#: The command of requests that name a position.
ACT = "1"
#: Names a position that a control does not take.
POSITION = re.compile(r' cannot take "(.*?)": ')
#: The most characters of a name in a reason.
LONGEST_NAME = 60
#: The beginning of all reasons of this kind.
UNKNOWN = "unknown "


def is_late(reason: str) -> bool:
    """Returns whether a reason cannot be the answer to any request that is being carried out."""
    return reason.startswith(LATE) or UNKNOWN_POSITION in reason


def leaves_in_force(reason: str) -> bool:
    """Returns whether the request is carried out nevertheless."""
    return reason.startswith(WAITING) or NO_ELEMENT in reason


def is_about_other(reason: str, fields: list[str]) -> bool:
    """Returns whether a reason names something that a line of these fields does not."""
    command, name, position = (*fields[:3], "", "")[:3]
    if reason.startswith(ABOUT_NAME):
        return f'"{_shown(name)}"' not in reason
    refused = POSITION.search(reason)
    if refused is None:
        return False
    return command != ACT or not _is_same(refused[1], _shown(position.lstrip("=")))


def _shown(text: str) -> str:
    """Returns a text as the server shows it."""
    shown = text[:LONGEST_NAME].replace("\\", "\\\\").replace('"', '\\"')
    return shown + ("…" if len(text) > LONGEST_NAME else "")


def _is_same(one: str, other: str) -> bool:
    try:
        return one == other or float(one) == float(other)
    except ValueError:
        return False
