"""Many processes on one cache: one of them asks, and none of them can break it by dying."""

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.tokens import CachedTokens

HERE = Path(__file__).parent
PROCESSES = 50
KILLS = 25


class CountingServer(ThreadingHTTPServer):
    """Hands out tokens, slowly enough for everybody to come, and counts how often it was asked."""

    daemon_threads = True
    request_queue_size = 2 * PROCESSES

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _TokenHandler)
        self.asked: Counter[str] = Counter()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _TokenHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, CountingServer)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = "orange" if self.path == "/oauth/v3/token" else "gsma"
        self.server.asked[kind] += 1
        number = self.server.asked[kind]
        time.sleep(0.3)
        body = {
            "orange": f'{{"access_token":"orange-{number}","expires_in":"3600"}}',
            "gsma": f'{{"accessToken":"gsma-{number}","expiresIn":"3600"}}',
        }[kind].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def server() -> Iterator[CountingServer]:
    with CountingServer() as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def start(script: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, str(HERE / script), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    if process.stdout.readline() != "ready\n":
        pytest.fail(process.communicate()[1])


@pytest.mark.slow
def test_fifty_processes_on_an_empty_cache_make_one_request_of_each_kind(
    server: CountingServer, tmp_path: Path, key_path: Path
) -> None:
    assert key_path == tmp_path / "bot.pem"
    processes = [start("process_pair.py", server.base, str(tmp_path)) for _ in range(PROCESSES)]
    for process in processes:
        wait_until_ready(process)
    (tmp_path / "go").touch()
    answers = [process.communicate(timeout=60) for process in processes]
    assert Counter(out for out, _ in answers) == {"orange-1 gsma-1\n": PROCESSES}
    waiting = "another bothub gets these tokens, or was stopped while it did\n"  # said on a busy machine alone
    assert {err for _, err in answers} <= {"", waiting}
    assert server.asked == {"orange": 1, "gsma": 1}


@pytest.mark.slow
def test_a_process_killed_at_any_moment_leaves_a_whole_cache_and_a_free_lock(tmp_path: Path) -> None:
    moments = random.Random(20260301)
    cache = TokenCache(tmp_path / "tokens")
    for _ in range(KILLS):
        process = start("process_writer.py", str(tmp_path / "tokens"))
        wait_until_ready(process)
        time.sleep(moments.uniform(0, 0.02))
        process.kill()
        process.communicate()
        tokens = cache.read("key")
        assert tokens.orange_token is not None
        assert tokens.gsma_token is not None
        assert tokens.orange_token.value == tokens.gsma_token.value
    with cache.hold("key", wait=0):
        cache.write("key", CachedTokens())
    assert sorted(path.name for path in (tmp_path / "tokens").iterdir()) == ["key.lock", "key.tokens"]
