"""What is to be posted to webhooks, and what became of it: each attempt is kept."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bothub_cli.redaction import Secret
from bothub_cli.sandbox.state.time import Agenda

KEPT_DELIVERIES = 20_000
RETRY_PAUSES = tuple(timedelta(seconds=2**power) for power in range(6))  # 1, 2, 4 … 32 s, then it is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTarget:
    """Where a bot's events go."""

    url: str = field(repr=False)
    """The webhook's address."""
    authorization: Secret | None = None
    """Sent as it is, as Samsung's platform does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try: the status that came back, or what went wrong; ``elapsed`` in seconds."""

    at: datetime
    status: int | None = None
    problem: str | None = None
    elapsed: float = 0.0

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True, kw_only=True)
class WebhookDelivery:
    """One event on its way to one bot."""

    delivery_id: str
    bot_id: str
    event: Mapping[str, Any]  # JSON, as it goes out
    posted_at: datetime
    msg_id: str | None = None
    state: str = "waiting"  # then delivered, or given up
    attempts: list[Attempt] = field(default_factory=list)


class WebhookQueue:
    """Takes events for bots that have a webhook; ``on_due`` hands each one to whoever carries it."""

    def __init__(self, agenda: Agenda) -> None:
        self.targets: dict[str, WebhookTarget] = {}
        self.on_due: Callable[[WebhookDelivery], None] = _leave
        self.on_change: Callable[[WebhookDelivery], None] = _leave
        self._agenda = agenda
        self._deliveries: dict[str, WebhookDelivery] = {}
        self._last_name = 0

    def post(
        self,
        bot_id: str,
        event: Mapping[str, Any],  # JSON, as it goes out
        *,
        at: datetime,
        msg_id: str | None = None,
        delay: timedelta = timedelta(),
    ) -> None:
        """Plan the event's delivery; nothing happens for a bot without a webhook."""
        if bot_id not in self.targets:
            return
        delivery = WebhookDelivery(
            delivery_id=f"delivery-{self._last_name + 1}", bot_id=bot_id, event=event, posted_at=at, msg_id=msg_id
        )
        self._keep(delivery)
        self.on_change(delivery)
        if delay:
            self._agenda.at(at + delay, lambda _due: self.on_due(delivery))
        else:
            self.on_due(delivery)

    def put(self, delivery: WebhookDelivery) -> None:
        """Take in a delivery of an earlier run, and go on with it."""
        self._keep(delivery)
        if delivery.state == "waiting":
            self.on_due(delivery)

    def find(self, delivery_id: str) -> WebhookDelivery | None:
        return self._deliveries.get(delivery_id)

    def record(self, delivery: WebhookDelivery, attempt: Attempt) -> None:
        """Note how a try went; after a bad one, plan the next or give up."""
        delivery.attempts.append(attempt)
        tries = len(delivery.attempts)
        if attempt.is_success:
            delivery.state = "delivered"
        elif tries > len(RETRY_PAUSES):
            delivery.state = "given up"
        else:
            self._agenda.at(attempt.at + RETRY_PAUSES[tries - 1], lambda _due: self.on_due(delivery))
        self.on_change(delivery)

    def __iter__(self) -> Iterator[WebhookDelivery]:
        return iter(self._deliveries.values())

    def _keep(self, delivery: WebhookDelivery) -> None:
        self._last_name = int(delivery.delivery_id.rpartition("-")[2])
        self._deliveries[delivery.delivery_id] = delivery
        if len(self._deliveries) > KEPT_DELIVERIES:
            del self._deliveries[next(iter(self._deliveries))]

    def clear(self) -> None:
        self._deliveries.clear()


def _leave(_delivery: WebhookDelivery) -> None:
    """Do nothing: nobody carries webhooks yet."""
