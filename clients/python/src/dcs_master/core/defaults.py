"""The addresses, times and sizes that both shells share."""

#: The address of a server on this computer.
HOST = "127.0.0.1"
#: The port of the server.
PORT = 4242
#: The ports of the sim's hook state and export state.
HOOK_PORT, EXPORT_PORT = 4243, 4244
#: Seconds to wait before the next attempt to connect.
RETRY_SECONDS = 0.5
#: Seconds that an attempt to connect may take.
CONNECT_SECONDS = 5.0
#: The most bytes that are read at a time.
READ_SIZE = 1 << 16
