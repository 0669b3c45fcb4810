"""The reasons of the server that have a meaning for the session, by their beginnings.

A test looks each of them up in the server's source.
"""

from __future__ import annotations

#: The reason for which the server refuses `0` while there is no aircraft. Other reasons begin so.
NO_AIRCRAFT = "no aircraft is controlled"
#: Nothing can be worked at present.
NOTHING_TO_WORK = (NO_AIRCRAFT, "the sim is not connected")
#: Tells what has become of an earlier request. It is never the answer to the one at hand.
LATE = (
    "the sim says: ",
    "the aircraft is not cold",
    "the sim does not tell whether",
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
ABOUT_NAME = ("unknown gauge ", 'gauge "', 'control "', "no arg shows where control ")
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


def names_other(reason: str, name: str) -> bool:
    """Returns whether a reason is about the name of a subscription, and not about this name."""
    shown = name[:LONGEST_NAME].replace("\\", "\\\\").replace('"', '\\"')
    shown += "…" if len(name) > LONGEST_NAME else ""
    return reason.startswith(ABOUT_NAME) and f'"{shown}"' not in reason
