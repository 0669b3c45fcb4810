"""The texts by which the session recognizes the reasons in the server's error lines.

A test looks each of them up in the server's source.
"""

from __future__ import annotations

import re

#: The answer to `0` while there is no aircraft. Other reasons begin with it.
NO_AIRCRAFT = "no aircraft is controlled"
#: The beginnings of reasons why nothing can be operated at present.
NOTHING_TO_OPERATE = (NO_AIRCRAFT, "the sim is not connected")
#: The beginnings of reasons about earlier requests, which are never about the one at hand.
LATE = (
    "the sim says: ",
    "the aircraft is not cold",
    "the sim does not report whether",
    "the aircraft of ",
)
#: A part of another late reason, which begins with the name of a control.
UNKNOWN_POSITION = "its position is not known yet"
#: The beginnings of reasons why a request has to wait. It is carried out nevertheless.
WAITING = ("the sim reads ",)
#: The middle of the reason why a text is empty for now.
NO_ELEMENT = " shows no element "
#: The beginnings of errors that answer a request for a list, and may come late.
END_OF_LIST = (
    "there is no indicator ",
    "the sim did not answer for ",
    "indicators are not available",
)
#: The beginnings of reasons that name a gauge or control. They may come late, with an aircraft.
ABOUT_NAME = ("unknown gauge ", 'gauge "', 'control "', "no arg shows the position of control ")
#: The command number of requests that name a position.
ACT = "1"
#: The part of a reason that names a position which a control does not take.
POSITION = re.compile(r' cannot take "(.*?)": ')
#: The most characters of a name in a reason.
LONGEST_NAME = 60
#: The beginning of the reasons that a name is unknown.
UNKNOWN = "unknown "


def is_late(reason: str) -> bool:
    """Returns whether a reason is never about the request that is being carried out."""
    return reason.startswith(LATE) or UNKNOWN_POSITION in reason


def is_carried_out(reason: str) -> bool:
    """Returns whether the request is carried out nevertheless."""
    return reason.startswith(WAITING) or NO_ELEMENT in reason


def is_about_other(reason: str, fields: list[str]) -> bool:
    """Returns whether a reason names something that a line with these fields does not name."""
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
