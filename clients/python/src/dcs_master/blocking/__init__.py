"""The shell for programs that wait: a socket, and a thread that reads it."""
