"""Both protocols as plain state: bytes and the time go in, bytes and values come out.

Nothing here knows a socket, a clock, a thread or an event loop.
"""
