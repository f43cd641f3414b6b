"""Run as a process by test_processes: waits for the starting shot, asks for both tokens, prints them."""

import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.chain import TokenChain
from bothub_cli.auth.identity import Identity
from bothub_cli.auth.notices import Notice
from bothub_cli.clock import SystemClock
from bothub_cli.config.key_source import KeyFile
from bothub_cli.protocol.http import Headers, HttpRequest, HttpResponse
from bothub_cli.redaction import Secret


class PlainTransport:
    """One connection a request, by the standard library alone: fifty of these start at once."""

    def send(self, request: HttpRequest) -> HttpResponse:
        parts = urlsplit(request.url)
        connection = HTTPConnection(parts.netloc, timeout=30)
        target = request.url.removeprefix(f"{parts.scheme}://{parts.netloc}")
        connection.request(request.method, target, body=request.body, headers=dict(request.headers))
        answer = connection.getresponse()
        response = HttpResponse(status=answer.status, headers=Headers(dict(answer.headers)), body=answer.read())
        connection.close()
        return response

    def close(self) -> None:
        """Nothing to give back."""


def tell(notice: Notice) -> None:
    sys.stderr.write(f"{notice.message}\n")


def main() -> None:
    base, folder = sys.argv[1], Path(sys.argv[2])
    identity = Identity(
        api_base=base,
        auth_base=base,
        authorization=Secret("Basic aWQ6c2VjcmV0"),
        bot_id="bot",
        private_key=KeyFile(path=folder / "bot.pem"),
    )
    chain = TokenChain(
        identity,
        cache=TokenCache(folder / "tokens"),
        transport=PlainTransport(),
        clock=SystemClock(),
        notify=tell,
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not (folder / "go").exists():
        time.sleep(0.005)
    pair = chain.pair()
    sys.stdout.write(f"{pair.orange.reveal()} {pair.gsma.reveal()}\n")


main()
