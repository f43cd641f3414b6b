"""A loopback BotHub that answers badly now and then, and counts for each number what it may have accepted."""

import json
import random
import socketserver
import sys
import threading
from collections import Counter
from pathlib import Path

ACCEPTED = b'{"RCSMessage":{"msgId":"m","status":"pending"}}'


class Ledger:
    """Which numbers a message may have reached, and which were surely refused."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, number: str, *, accepted: bool) -> None:
        with self._lock:
            (self.accepted if accepted else self.refused)[number] += 1


class Handler(socketserver.StreamRequestHandler):
    """Takes requests one after another; the whole body is in before anything counts."""

    server: "CountingServer"

    def handle(self) -> None:
        try:
            while self._handle_one():
                pass
        except OSError:
            return

    def _handle_one(self) -> bool:
        size = -1
        while (line := self.rfile.readline(65536)) not in {b"\r\n", b""}:
            if line.lower().startswith(b"content-length:"):
                size = int(line.partition(b":")[2])
        body = self.rfile.read(size) if size > 0 else b""
        if size < 0 or len(body) < size:
            return False
        return self._answer(json.loads(body)["messageContact"]["userContact"])

    def _answer(self, number: str) -> bool:
        fate = self.server.dice.random()
        refused = fate < 0.03
        self.server.ledger.note(number, accepted=not refused)
        if refused:
            return self._write(429 if fate < 0.02 else 503, b"")
        if fate < 0.035:
            return False  # accepted, but the answer never comes
        return self._write(500 if fate < 0.04 else 202, ACCEPTED)

    def _write(self, status: int, body: bytes) -> bool:
        retry = b"Retry-After: 0\r\n" if status == 429 else b""
        self.wfile.write(b"HTTP/1.1 %d x\r\n%bContent-Length: %d\r\n\r\n%b" % (status, retry, len(body), body))
        return True


class CountingServer(socketserver.ThreadingTCPServer):
    """The server, on port 0."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ledger = Ledger()
        self.dice = random.Random(6)  # the same faults each time

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


def main(report: Path) -> None:
    """Serve until standard input closes, then write what was counted: a process of its own keeps the test's free."""
    server = CountingServer()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.base}\n")
    sys.stdout.flush()
    sys.stdin.read()
    report.write_text(json.dumps({"accepted": server.ledger.accepted, "refused": server.ledger.refused}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
