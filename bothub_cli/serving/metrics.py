"""Metrics in Prometheus' text format, over HTTP at /metrics."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Final, Self

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from bothub_cli.serving.asgi import Receive, Scope, Send
from bothub_cli.serving.limits import ServingLimits
from bothub_cli.serving.loop_thread import LoopThread
from bothub_cli.serving.server import HttpServer
from bothub_cli.serving.sockets import Listening, in_url, open_sockets

METRICS_PATH: Final = "/metrics"
CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_LIMITS: Final = ServingLimits(connections=64, connections_of_address=32)


class _Source(Collector):
    """Asks for the metrics at each scrape, so that nothing is counted twice."""

    def __init__(self, collect: Callable[[], Iterable[Metric]]) -> None:
        self._collect = collect

    def collect(self) -> Iterable[Metric]:
        return self._collect()


def render_metrics(collect: Callable[[], Iterable[Metric]]) -> bytes:
    """Return the metrics of this moment as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Source(collect))
    return generate_latest(registry)


class MetricsServer:
    """A context manager: inside it the metrics are at ``url``, on a port of their own. Port 0 takes a free one."""

    def __init__(self, collect: Callable[[], Iterable[Metric]], *, host: str, port: int) -> None:
        self._collect = collect
        self._host = host
        self._port = port
        self._listening: Listening | None = None
        self._thread = LoopThread(self._serve, name="metrics")

    @property
    def url(self) -> str:
        """Where the metrics are, once it listens."""
        assert self._listening is not None
        return f"http://{in_url(self._host)}:{self._listening.port}{METRICS_PATH}"

    def __enter__(self) -> Self:
        """Listen. Raises ConfigurationError when the address cannot be used."""
        self._listening = open_sockets(self._host, self._port)
        try:
            self._thread.start()
        except BaseException:
            self._listening.close()
            raise
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._thread.stop()

    async def _serve(self, thread: LoopThread) -> None:
        assert self._listening is not None
        server = HttpServer(lambda _: self._answer, limits=_LIMITS)
        await server.serve_until(thread.stopping, self._listening.sockets, on_ready=thread.is_ready)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  the shape of ASGI
        if scope["path"] == METRICS_PATH and scope["method"] in ("GET", "HEAD"):
            status, kind, body = 200, CONTENT_TYPE, render_metrics(self._collect)
        else:
            status, kind, body = 404, "text/plain", b"metrics are at /metrics\n"
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
