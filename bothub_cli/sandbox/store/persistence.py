"""Ties a sandbox to its store: what is noted as changed is written soon, and read again at the next start."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

from bothub_cli.errors import ConfigurationError
from bothub_cli.messages.payload import JsonObject
from bothub_cli.sandbox.bothub.files import plan_file
from bothub_cli.sandbox.people.lifecycle import resume_lifecycle
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.store import records
from bothub_cli.sandbox.store.store import SandboxStore

WRITE_PAUSE = 0.2  # seconds between a change and its writing: many changes, one transaction
RETRY_PAUSE = 5.0  # seconds, while the file cannot be written
LASTING = ("identity", "webhook", "clock")  # what a reset leaves


class Persistence:
    """Writes changes in the event loop that it was made in; ``tell`` hears when it cannot, and when it can again."""

    def __init__(self, sandbox: Sandbox, store: SandboxStore, *, tell: Callable[[str], None]) -> None:
        self._sandbox = sandbox
        self._store = store
        self._tell = tell
        self._is_emptied = False  # a reset that is not written yet
        self._is_failing = False
        self._changed: dict[tuple[str, str], None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def load(self) -> None:
        """Fill the sandbox with what the store holds, take up what was under way, and watch from now on.

        Raises ConfigurationError for a store whose content cannot be read.
        """
        try:
            self._load_all()
        except (KeyError, TypeError, ValueError) as exc:
            raise ConfigurationError(
                problem=f"the sandbox store is damaged: {exc!r}",
                where=str(self._store.path),
                fix="name another --store FILE",
            ) from exc
        bots = self._sandbox.registry.bots
        self._store.save(("identity", bot.bot_id, records.identity_record(bot)) for bot in bots)
        self._sandbox.on_note = self.note_change
        self._sandbox.count_unwritten = self._count_unwritten

    def _load_all(self) -> None:
        sandbox, store = self._sandbox, self._store
        for record in store.load("clock"):
            sandbox.clock.advance(timedelta(seconds=record["advanced"]))
        for record in store.load("phone"):
            sandbox.phones.put(records.read_phone(record))
        for record in store.load("webhook"):
            bot_id, target = records.read_webhook(record)
            sandbox.webhook_queue.targets[bot_id] = target
        for record in store.load("orange-token"):
            sandbox.orange_tokens.put(records.read_grant(record))
        for record in store.load("gsma-token"):
            sandbox.gsma_tokens.put(records.read_grant(record))
        for record in store.load("fault"):
            sandbox.faults.put(records.read_fault(record))
        for record in store.load("delivery"):
            sandbox.webhook_queue.put(records.read_delivery(record))
        for record in store.load("message"):
            message = records.read_message(record)
            sandbox.messages.put(message)
            resume_lifecycle(sandbox, message)
        for record in store.load("file"):
            stored = records.read_file(record)
            sandbox.files.add(stored, content=None)
            plan_file(sandbox, stored)

    def note_change(self, kind: str, name: str) -> None:
        """Write that thing soon."""
        if kind == "reset":
            self._changed = {change: None for change in self._changed if change[0] in LASTING}
            self._is_emptied = True
        else:
            self._changed["message" if kind == "status" else kind, name] = None
        self._write_in(WRITE_PAUSE)

    def _count_unwritten(self) -> int:
        return len(self._changed) + self._is_emptied

    def _write_in(self, pause: float) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(pause, self._write_or_tell)

    def _write_or_tell(self) -> None:
        """Write; on a full disk say so once, keep what changed, and try again later."""
        self._timer = None
        try:
            self._write()
        except ConfigurationError as error:
            if not self._is_failing:
                self._tell(f"{error.message}; the sandbox goes on, and tries again every {RETRY_PAUSE:.0f} s")
            self._is_failing = True
            self._write_in(RETRY_PAUSE)
            return
        if self._is_failing:
            self._tell(f"{self._store.path}: the sandbox store is written again, and nothing is missing in it")
        self._is_failing = False

    def _write(self) -> None:
        """Write what changed; what could not be written stays to be written."""
        self._store.save(
            [(kind, name, self._find(kind, name)) for kind, name in self._changed],
            keep_only=LASTING if self._is_emptied else None,
        )
        self._changed, self._is_emptied = {}, False

    def close(self) -> None:
        """Write the rest and give the file back. Raises ConfigurationError when the rest cannot be written."""
        if self._timer is not None:
            self._timer.cancel()
        try:
            self._write()
        finally:
            self._store.close()

    def _find(self, kind: str, name: str) -> JsonObject | None:
        return _FINDERS[kind](self._sandbox, name)


def _find_message(sandbox: Sandbox, name: str) -> JsonObject | None:
    message = sandbox.messages.find(name)
    return records.message_record(message) if message else None


def _find_phone(sandbox: Sandbox, name: str) -> JsonObject | None:
    return records.phone_record(sandbox.phones.get(name))


def _find_file(sandbox: Sandbox, name: str) -> JsonObject | None:
    stored = sandbox.files.find(name)
    return records.file_record(stored) if stored else None


def _find_webhook(sandbox: Sandbox, name: str) -> JsonObject | None:
    target = sandbox.webhook_queue.targets.get(name)
    return records.webhook_record(name, target) if target else None


def _find_delivery(sandbox: Sandbox, name: str) -> JsonObject | None:
    delivery = sandbox.webhook_queue.find(name)
    return records.delivery_record(delivery) if delivery else None


def _find_fault(sandbox: Sandbox, name: str) -> JsonObject | None:
    rule = sandbox.faults.find(name)
    return records.fault_record(rule) if rule else None


def _find_orange_token(sandbox: Sandbox, name: str) -> JsonObject | None:
    grant = sandbox.orange_tokens.find_grant(name)
    return records.grant_record(grant) if grant else None


def _find_gsma_token(sandbox: Sandbox, name: str) -> JsonObject | None:
    grant = sandbox.gsma_tokens.find_grant(name)
    return records.grant_record(grant) if grant else None


def _find_clock(sandbox: Sandbox, _name: str) -> JsonObject | None:
    return {"advanced": sandbox.clock.advanced.total_seconds()}


_FINDERS: Mapping[str, Callable[[Sandbox, str], JsonObject | None]] = {
    "message": _find_message,
    "phone": _find_phone,
    "file": _find_file,
    "webhook": _find_webhook,
    "delivery": _find_delivery,
    "fault": _find_fault,
    "orange-token": _find_orange_token,
    "gsma-token": _find_gsma_token,
    "clock": _find_clock,
}
