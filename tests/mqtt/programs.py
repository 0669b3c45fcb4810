"""The programs of the check: brokers, the server with its demo, and mosquitto's own clients."""

import atexit
import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

PATIENCE = 40  # seconds for what takes one

PROGRAM = os.environ["DCS_MASTER_PROGRAM"]


def free_port():
    """Returns a port that nobody uses, below those that systems take for outgoing connections."""
    while True:
        port = random.randrange(10_000, 30_000)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def eventually(what, condition, patience=PATIENCE):
    """Waits until the condition is true, and returns what it returns."""
    end = time.monotonic() + patience
    while True:
        if found := condition():
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience} s in vain for {what}")
        time.sleep(0.05)


class Program:
    """A program whose output goes into a file. It is killed when the check ends."""

    def __init__(self, command, log, **options):
        self.log = Path(log)
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, **options
            )
        atexit.register(self.process.kill)

    def output(self):
        return self.log.read_text(errors="replace")

    def wait_for(self, text, patience=PATIENCE):
        def is_said():
            has_ended = self.process.poll() is not None
            is_found = text in self.output()
            assert is_found or not has_ended, f"the program has ended without {text!r}: {self.output()}"
            return is_found

        eventually(f"{text!r} in {self.log}", is_said, patience)

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(PATIENCE) == 0, self.output()


class Broker:
    """A broker of one of two kinds, on a port of its own. It forgets everything when it ends."""

    def __init__(self, kind, folder, port=None, login=None, tls=None, extra=""):
        self.kind, self.folder, self.port = kind, Path(folder), port or free_port()
        self.login, self.tls, self.extra = login, tls, extra
        self.program = None
        self.start()

    def start(self):
        log = self.folder / f"{self.kind}-{self.port}.log"
        self.program = Program(getattr(self, self.kind)(), log)
        eventually("the broker", self.is_listening)

    def is_listening(self):
        assert self.program.process.poll() is None, self.program.output()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def mosquitto(self):
        lines = [f"listener {self.port} 127.0.0.1", "user root" if os.geteuid() == 0 else "", self.extra]
        if self.login:
            passwords = self.folder / "passwords"
            passwords.write_text("")
            passwords.chmod(0o600)
            subprocess.run(["mosquitto_passwd", "-b", passwords, *self.login], check=True)
            lines.append(f"password_file {passwords}")
        else:
            lines.append("allow_anonymous true")
        if self.tls:
            lines += [f"certfile {self.tls}.crt", f"keyfile {self.tls}.key"]
        config = self.folder / f"mosquitto-{self.port}.conf"
        config.write_text("\n".join(lines) + "\n")
        return ["mosquitto", "-c", config]

    def aedes(self):
        return ["node", Path(__file__).with_name("aedes.mjs"), str(self.port), *(self.login or [])]

    def kill(self):
        self.program.kill()

    def arguments(self):
        login = ["-u", self.login[0], "-P", self.login[1]] if self.login else []
        return ["-p", str(self.port), *login]

    def publish(self, topic, payload="", *options):
        """Publishes one message for each line of the payload; an empty one clears the topic."""
        how = ["-l"] if payload else ["-n"]
        command = ["mosquitto_pub", *self.arguments(), "-t", topic, *how, *options]
        subprocess.run(command, input=payload.encode(), check=True)

    def retained(self, topic="#", seconds=1):
        """Returns the retained messages, as a late subscriber gets them."""
        command = ["mosquitto_sub", *self.arguments(), "-t", topic, "--retained-only", "-F", "%t %p"]
        output = subprocess.run([*command, "-W", str(seconds)], capture_output=True, check=False).stdout
        lines = output.decode(errors="replace").splitlines()
        return dict(line.partition(" ")[::2] for line in lines)

    def one(self, topic):
        """Returns the retained payload of a topic."""
        return self.retained(topic).get(topic)

    def listener(self, topic, log):
        """Starts a subscriber that writes topic and payload of all messages to a file."""
        command = ["mosquitto_sub", *self.arguments(), "-t", topic, "-F", "%r %t %p"]
        return Program(command, log)


class Server:
    """The demo, with a bridge to a broker. It flies an aircraft until it is told to change."""

    def __init__(self, broker, folder, *options, base="dcs/one", url=None, env=None):
        self.base, self.port = base, free_port()
        self.log = Path(folder) / f"server-{self.port}.log"
        url = url or f"mqtt://127.0.0.1:{broker.port}"
        self.command = [
            *(PROGRAM, "demo", "--listen", f"127.0.0.1:{self.port}", "--no-page", "--every", "0"),
            *("--mqtt", url, "--mqtt-base", base, *options),
        ]
        self.env = {**os.environ, "XDG_DATA_HOME": str(Path(folder) / "data"), **(env or {})}
        self.program = None
        self.start()

    def start(self):
        self.program = Program(self.command, self.log, env=self.env)
        self.program.wait_for("listening for clients")

    def client(self):
        return Client(self.port)

    def wait_for(self, text, patience=PATIENCE):
        self.program.wait_for(text, patience)

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.program.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Client:
    """A client of the text protocol."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\n")

    def say(self, line):
        self.socket.sendall(line.encode() + b"\n")

    def line_with(self, pattern):
        """Returns the next line that matches."""
        while line := self.lines.readline():
            if re.match(pattern, line):
                return line.rstrip("\n")
        raise AssertionError(f"the server has closed the connection before {pattern}")

    def close(self):
        self.lines.close()
        self.socket.close()
