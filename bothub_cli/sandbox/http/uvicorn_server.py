"""uvicorn as the sandbox needs it: quiet, started and stopped in a moment, with connections that can be cut."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from uvicorn import Config, Server

from bothub_cli.redaction import Secret
from bothub_cli.sandbox.http.app import SandboxApp
from bothub_cli.sandbox.http.connections import Connections, TrackedConnection
from bothub_cli.sandbox.http.slow_clients import Watch
from bothub_cli.sandbox.http.sockets import BACKLOG, Listening, in_url
from bothub_cli.sandbox.state.access import Access, Origins
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.store.store import SandboxStore

ACCEPT_STEPS = 3  # turns of the loop from accept() to connection_made()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a sandbox listens, what it writes to, who besides this machine may drive it, and who hears of trouble."""

    listening: Listening
    store: SandboxStore | None = None
    access_token: Secret | None = None
    tell: Callable[[str], None] = logging.getLogger("bothub.sandbox").warning


def build_server(sandbox: Sandbox, place: Place, *, stopping: asyncio.Event) -> Server:
    """Return a server that runs until ``stopping`` is set."""
    connections, listening = Connections(), place.listening
    app = SandboxApp(
        sandbox,
        Access(origins=Origins(in_url(listening.host), port=listening.port), token=place.access_token),
        connections=connections,
        closing=stopping,
    )
    config = Config(
        app=app,
        http=partial(TrackedConnection, connections=connections),  # type: ignore[arg-type]  # it calls what it is given
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        date_header=False,  # the application sends the sandbox's own time
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=2,
    )
    watch = Watch(connections, sandbox.settings.patience)
    return _QuickServer(config, connections=connections, watch=watch, stopping=stopping)


class _QuickServer(Server):
    """uvicorn's server, stopped by an event instead of a look at a flag ten times a second."""

    def __init__(self, config: Config, *, connections: Connections, watch: Watch, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._connections = connections
        self._watch = watch
        self._stopping = stopping

    async def main_loop(self) -> None:
        watching = asyncio.ensure_future(self._watch.run())
        await self._stopping.wait()
        watching.cancel()
        await self._stop_accepting()
        self._connections.cut_all()  # half-sent requests and silent answers would be waited for

    async def _stop_accepting(self) -> None:
        """Let connections that are being accepted come to life: asyncio leaks one whose server closes meanwhile."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):  # Windows' loop has no readers
            for server in self.servers:
                for listener in server.sockets:
                    loop.remove_reader(listener.fileno())
        for _ in range(ACCEPT_STEPS):
            await asyncio.sleep(0)
