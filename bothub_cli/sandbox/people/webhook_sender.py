"""Carries webhooks to the bots: one at a time for each bot, so that they arrive in their order."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bothub_cli.errors import BothubError
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.sandbox.state.time import SandboxClock
from bothub_cli.sandbox.state.webhooks import Attempt, WebhookDelivery, WebhookQueue, WebhookTarget
from bothub_cli.transport.base import AnswerLostError, Transport, TransportSettings
from bothub_cli.urls import without_query

WEBHOOK_TIMEOUT = 5.0  # seconds; a bot answers first and works later
BOTS_AT_ONCE = 8


def plain_transport() -> Transport:
    """Return a transport for one bot's webhooks."""
    from bothub_cli.transport.http import RequestsTransport  # loads requests: only when a webhook is set

    settings = TransportSettings(timeout=WEBHOOK_TIMEOUT, connect_timeout=WEBHOOK_TIMEOUT)
    return RequestsTransport(settings, user_agent="bothub-sandbox")


class WebhookSender:
    """Empties the webhook_queue, in the event loop that it was made in; the waiting for answers is done in threads."""

    def __init__(
        self,
        webhook_queue: WebhookQueue,
        clock: SandboxClock,
        *,
        tell: Callable[[str], None],
        make_transport: Callable[[], Transport] = plain_transport,
    ) -> None:
        self._tell = tell
        self._troubled: set[str] = set()  # bots whose webhook did not take the last event
        self._webhook_queue = webhook_queue
        self._clock = clock
        self._make_transport = make_transport
        self._queues: dict[str, asyncio.Queue[WebhookDelivery]] = {}
        self._walks: list[asyncio.Task[None]] = []
        self._threads = ThreadPoolExecutor(max_workers=BOTS_AT_ONCE, thread_name_prefix="bothub-webhook")
        webhook_queue.on_due = self.take

    def take(self, delivery: WebhookDelivery) -> None:
        """Carry the delivery after those that the bot waits for already."""
        queue = self._queues.get(delivery.bot_id)
        if queue is None:
            queue = self._queues[delivery.bot_id] = asyncio.Queue()
            self._walks.append(asyncio.get_running_loop().create_task(self._walk(queue)))
        queue.put_nowait(delivery)

    async def stop(self) -> None:
        """Carry nothing more; an attempt under way is waited for."""
        for walk in self._walks:
            walk.cancel()
        await asyncio.gather(*self._walks, return_exceptions=True)
        await asyncio.to_thread(self._threads.shutdown)

    async def _walk(self, queue: asyncio.Queue[WebhookDelivery]) -> None:
        transport = self._make_transport()
        try:
            while True:
                await self._carry(transport, await queue.get())
        finally:
            transport.close()

    async def _carry(self, transport: Transport, delivery: WebhookDelivery) -> None:
        target = self._webhook_queue.targets.get(delivery.bot_id)
        if target is None:
            attempt = Attempt(at=self._clock.now(), problem="the bot has no webhook any more")
        else:
            request = build_webhook_request(target, delivery)
            loop = asyncio.get_running_loop()
            attempt = await loop.run_in_executor(self._threads, _attempt, transport, request, self._clock)
            self._tell_of_change(delivery.bot_id, target.url, attempt)
        self._webhook_queue.record(delivery, attempt)

    def _tell_of_change(self, bot_id: str, url: str, attempt: Attempt) -> None:
        """Say once that a webhook takes no events, and once that it takes them again."""
        if attempt.is_success and bot_id in self._troubled:
            self._troubled.remove(bot_id)
            self._tell(f"the webhook {without_query(url)} takes events again")
        elif not attempt.is_success and bot_id not in self._troubled:
            self._troubled.add(bot_id)
            reason = attempt.problem or f"it answered {attempt.status}"
            self._tell(f"the webhook {without_query(url)} took no event ({reason}); they are tried again a few times")


def build_webhook_request(target: WebhookTarget, delivery: WebhookDelivery) -> HttpRequest:
    """Build the POST that a bot receives."""
    headers = [("Content-Type", "application/json"), ("Accept", "*/*")]
    if target.authorization:
        headers.append(("Authorization", target.authorization.reveal()))
    return HttpRequest(
        operation="deliver a webhook",
        method="POST",
        url=target.url,
        headers=tuple(headers),
        body=json.dumps(delivery.event).encode(),
    )


def _attempt(transport: Transport, request: HttpRequest, clock: SandboxClock) -> Attempt:
    at = clock.now()
    try:
        answer = transport.send(request)
    except (BothubError, AnswerLostError) as exc:
        return Attempt(at=at, problem=str(exc))
    return Attempt(at=at, status=answer.status, elapsed=answer.elapsed)
