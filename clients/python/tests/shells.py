"""One interface to both shells, so that a test runs with either."""

from __future__ import annotations

import asyncio
from typing import Any, AsyncIterable, Callable, Iterable, List, Tuple

import dcs_master
import dcs_master.aio

#: A step of a script: the name of a method and its arguments; see `_carry_out`.
Step = Tuple[Any, ...]


def run_blocking(port: int, steps: List[Step]) -> List[str]:
    """Carries out a script with the blocking shell, and returns the transcript."""
    transcript: list[str] = []
    feeds: dict[str, Any] = {}
    with dcs_master.Cockpit(port=port) as cockpit:
        for word, *arguments in steps:
            try:
                if word == "subscribe":
                    key, kind, *rest = arguments
                    options = rest.pop() if rest and isinstance(rest[-1], dict) else {}
                    feeds[key] = getattr(cockpit, kind)(*rest, **options)
                    result: object = feeds[key].name
                elif word == "until":
                    result = _next_blocking(feeds[arguments[0]], arguments[1])
                elif word == "do":
                    result = arguments[0]()
                elif word == "aircraft":
                    result = next(a for a in cockpit.aircraft_changes() if a == arguments[0])
                else:
                    result = getattr(cockpit, word)(*arguments)
            except (dcs_master.CockpitError, ValueError, TimeoutError) as error:
                result = error
            transcript.append(f"{len(transcript)} {word}: {result!r}")
    return transcript


def _next_blocking(feed: Iterable[Any], condition: Callable[[Any], bool]) -> object:
    return next(value for value in feed if condition(value))


def run_asyncio(port: int, steps: List[Step]) -> List[str]:
    """Carries out a script with the asyncio shell, and returns the transcript."""
    return asyncio.run(_run_asyncio(port, steps))


async def _run_asyncio(port: int, steps: List[Step]) -> List[str]:
    transcript: list[str] = []
    feeds: dict[str, Any] = {}
    async with dcs_master.aio.Cockpit(port=port) as cockpit:
        for word, *arguments in steps:
            try:
                if word == "subscribe":
                    key, kind, *rest = arguments
                    options = rest.pop() if rest and isinstance(rest[-1], dict) else {}
                    feeds[key] = await getattr(cockpit, kind)(*rest, **options)
                    result: object = feeds[key].name
                elif word == "until":
                    result = await _next_asyncio(feeds[arguments[0]], arguments[1])
                elif word == "do":
                    result = arguments[0]()
                elif word == "aircraft":
                    async for aircraft in cockpit.aircraft_changes():
                        result = aircraft
                        if aircraft == arguments[0]:
                            break
                else:
                    result = await getattr(cockpit, word)(*arguments)
            except (dcs_master.CockpitError, ValueError, TimeoutError) as error:
                result = error
            transcript.append(f"{len(transcript)} {word}: {result!r}")
    return transcript


async def _next_asyncio(feed: AsyncIterable[Any], condition: Callable[[Any], bool]) -> object:
    async for value in feed:
        if condition(value):
            return value
    return None
