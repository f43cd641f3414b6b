"""uvicorn as both servers need it: quiet, bounded, stopped in a moment, with connections that can be cut."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from socket import socket

from uvicorn import Config, Server

from bothub_cli.serving.asgi import Application
from bothub_cli.serving.connections import Connections
from bothub_cli.serving.http_connection import HttpConnection
from bothub_cli.serving.limits import OnRefusal, ServingLimits, tell_nobody
from bothub_cli.serving.slow_clients import SlowClients
from bothub_cli.serving.sockets import BACKLOG

ACCEPT_STEPS = 3  # turns of the loop from accept() to connection_made()


class HttpServer(Server):
    """Serves an ASGI application until an event stops it, instead of a look at a flag ten times a second."""

    def __init__(
        self,
        make_application: Callable[[Connections], Application],
        *,
        limits: ServingLimits,
        on_refusal: OnRefusal = tell_nobody,
        sends_date: bool = True,
    ) -> None:
        self.connections = Connections(limits, on_refusal=on_refusal)
        super().__init__(_configure(make_application(self.connections), self.connections, sends_date=sends_date))
        self._limits = limits
        self._stopping = asyncio.Event()
        self._on_ready: Callable[[], None] = lambda: None

    async def serve_until(
        self, stopping: asyncio.Event, sockets: Sequence[socket], *, on_ready: Callable[[], None]
    ) -> None:
        """Serve on these sockets, which are closed in the end; ``on_ready`` is called once they are."""
        self._stopping = stopping
        self._on_ready = on_ready
        try:
            await self.serve(sockets=list(sockets))
        finally:
            self.connections.cut_all()
            await asyncio.sleep(0)  # so that what was cut is closed before the loop is

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self._on_ready()
        watching = asyncio.ensure_future(self._watch())
        await self._stopping.wait()
        watching.cancel()
        await self._stop_accepting()
        if not self._limits.stop_timeout:
            self.connections.cut_all()  # half-sent requests and silent answers would be waited for

    async def _watch(self) -> None:
        loop, slow_clients = asyncio.get_running_loop(), SlowClients(self.connections)
        while True:
            await asyncio.sleep(slow_clients.pause)
            slow_clients.look(loop.time())
            await self.on_tick(0)  # what uvicorn does every second: the Date header

    async def _stop_accepting(self) -> None:
        """Let connections that are being accepted come to life: asyncio leaks one whose server closes meanwhile."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):  # Windows' loop has no readers
            for server in self.servers:
                for listener in server.sockets:
                    loop.remove_reader(listener.fileno())
        for _ in range(ACCEPT_STEPS):
            await asyncio.sleep(0)


def _configure(application: Application, connections: Connections, *, sends_date: bool) -> Config:
    limits = connections.limits
    return Config(
        app=application,
        http=partial(HttpConnection, connections=connections),  # type: ignore[arg-type]  # it calls what it is given
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",
        access_log=False,
        date_header=sends_date,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=int(limits.stop_timeout) or 1,
    )
