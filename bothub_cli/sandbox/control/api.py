"""The sandbox's own JSON API, under /sandbox/api: for tests, for ``bothub sandbox …`` and for the page."""

import asyncio
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bothub_cli.clock import to_rfc3339
from bothub_cli.display_text import quote
from bothub_cli.messages.event.statuses import FAILURES, PROGRESS
from bothub_cli.misspellings import choose_from
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.control import arguments, documents
from bothub_cli.sandbox.control.actions import effect_of_tap, perform_action
from bothub_cli.sandbox.control.arguments import ControlError, read_arguments
from bothub_cli.sandbox.control.message_query import MessageQuery, wait_for_message
from bothub_cli.sandbox.control.settings import FAULT_OPERATIONS, change_phone, change_settings, read_fault_rule
from bothub_cli.sandbox.people.lifecycle import move
from bothub_cli.sandbox.state.faults import FaultKind
from bothub_cli.sandbox.state.magic_numbers import MAGIC_NUMBERS
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.phones import Phone
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.webhooks import WebhookTarget
from bothub_cli.urls import is_web_url

ADVANCE_MAX = timedelta(days=366)
WAIT_MAX = 600.0  # seconds
STATUSES = (*PROGRESS[1:], *sorted(FAILURES))


class ControlApi:
    """Its endpoints; each takes and gives JSON."""

    def __init__(self, sandbox: Sandbox, *, closing: asyncio.Event) -> None:
        self._sandbox = sandbox
        self._closing = closing

    def routes(self) -> list[Route]:
        """Return every route, relative to /sandbox/api."""
        return [
            Route("/messages", self.list_messages),
            Route("/messages/wait", self.wait_for_message),
            Route("/messages/{msg_id}", self.show_message),
            Route("/messages/{msg_id}/status", self.set_status, methods=["POST"]),
            Route("/phones", self.list_phones),
            Route("/phones/{number}", self.show_phone),
            Route("/phones/{number}", self.change_phone, methods=["PATCH"]),
            Route("/phones/{number}/actions", self.act, methods=["POST"]),
            Route("/faults", self.list_faults),
            Route("/faults", self.add_fault, methods=["POST"]),
            Route("/faults", self.clear_faults, methods=["DELETE"]),
            Route("/faults/{rule_id}", self.remove_fault, methods=["DELETE"]),
            Route("/clock", self.show_clock),
            Route("/clock", self.advance_clock, methods=["POST"]),
            Route("/settings", self.show_settings),
            Route("/settings", self.change_settings, methods=["PATCH"]),
            Route("/webhooks", self.list_webhooks),
            Route("/webhooks/{bot_id}", self.set_webhook, methods=["PUT"]),
            Route("/webhooks/{bot_id}", self.remove_webhook, methods=["DELETE"]),
            Route("/deliveries", self.list_deliveries),
            Route("/bots", self.list_bots),
            Route("/credentials", self.list_credentials),
            Route("/numbers", self.list_numbers),
            Route("/counts", self.show_counts),
            Route("/status", self.show_status),
            Route("/reset", self.reset, methods=["POST"]),
        ]

    async def list_messages(self, request: Request) -> Response:
        found = MessageQuery.from_query(request.query_params).newest(self._sandbox.messages)
        return JSONResponse({"messages": [documents.message_document(message) for message in found]})

    async def wait_for_message(self, request: Request) -> Response:
        """Answer with the first match after ``after``, as soon as there is one; 204 when the time is over."""
        query = MessageQuery.from_query(request.query_params)
        timeout = arguments.number_in_query(request.query_params, "timeout", default=30, maximum=WAIT_MAX)
        message = await wait_for_message(self._sandbox, query, timeout=timeout, closing=self._closing)
        return Response(status_code=204) if message is None else JSONResponse(documents.message_document(message))

    async def show_message(self, request: Request) -> Response:
        message = self._message(request)
        deliveries = [delivery for delivery in self._sandbox.webhook_queue if delivery.msg_id == message.msg_id]
        return JSONResponse(documents.message_details(message, deliveries, own_files=self._sandbox.settings.own_files))

    async def set_status(self, request: Request) -> Response:
        message = self._message(request)
        if message.direction != "to_phone":
            raise ControlError(problem="only a message to a phone can be moved", status=409)
        wanted = arguments.choice(await read_arguments(request), "status", STATUSES)
        move(self._sandbox, message, wanted, at=self._sandbox.clock.now())
        if message.status != wanted:
            raise ControlError(problem=f"the message is {message.status} already", status=409)
        return JSONResponse(documents.message_document(message))

    async def list_phones(self, _: Request) -> Response:
        return JSONResponse({"phones": [documents.phone_document(phone) for phone in self._sandbox.phones]})

    async def show_phone(self, request: Request) -> Response:
        return JSONResponse(documents.phone_document(self._phone(request)))

    async def change_phone(self, request: Request) -> Response:
        phone = self._phone(request)
        change_phone(self._sandbox, phone, await read_arguments(request))
        return JSONResponse(documents.phone_document(phone))

    async def act(self, request: Request) -> Response:
        """Let the phone's user do something; the answer is the message that the bot gets, and what the phone does."""
        given = await read_arguments(request)
        phone = self._phone(request)
        effect = effect_of_tap(self._sandbox, phone, given)
        message = perform_action(self._sandbox, phone, given)
        heard = documents.message_document(message) if message else {"msg_id": None}  # a tap that no bot hears of
        return JSONResponse({**heard, "effect": effect}, status_code=201)

    async def list_faults(self, _: Request) -> Response:
        rules = [documents.fault_document(rule) for rule in self._sandbox.faults]
        return JSONResponse({"faults": rules, "kinds": list(FaultKind), "operations": list(FAULT_OPERATIONS)})

    async def add_fault(self, request: Request) -> Response:
        rule = self._sandbox.faults.add(read_fault_rule(await read_arguments(request)))
        self._sandbox.note("fault", rule.rule_id)
        return JSONResponse(documents.fault_document(rule), status_code=201)

    async def clear_faults(self, _: Request) -> Response:
        for rule in list(self._sandbox.faults):
            self._drop_fault(rule.rule_id)
        return Response(status_code=204)

    async def remove_fault(self, request: Request) -> Response:
        rule_id = request.path_params["rule_id"]
        if not self._drop_fault(rule_id):
            known = [rule.rule_id for rule in self._sandbox.faults]
            there = choose_from(rule_id, known, f"there are {', '.join(known)}" if known else "no fault is in force")
            raise ControlError(problem=f"no such fault: {quote(rule_id)}; {there}", status=404)
        return Response(status_code=204)

    async def show_clock(self, _: Request) -> Response:
        return JSONResponse({"now": to_rfc3339(self._sandbox.clock.now())})

    async def advance_clock(self, request: Request) -> Response:
        given = await read_arguments(request)
        step = arguments.number(given, "advance", minimum=0, maximum=ADVANCE_MAX.total_seconds())
        self._sandbox.advance(timedelta(seconds=step))
        return await self.show_clock(request)

    async def show_settings(self, _: Request) -> Response:
        return JSONResponse(documents.settings_document(self._sandbox.settings))

    async def change_settings(self, request: Request) -> Response:
        self._sandbox.settings = change_settings(self._sandbox.settings, await read_arguments(request))
        return await self.show_settings(request)

    async def list_webhooks(self, _: Request) -> Response:
        targets = self._sandbox.webhook_queue.targets
        bots = self._sandbox.registry.bots
        return JSONResponse(
            {"webhooks": [documents.target_document(bot.bot_id, targets.get(bot.bot_id)) for bot in bots]}
        )

    async def set_webhook(self, request: Request) -> Response:
        bot_id, given = self._bot_id(request), await read_arguments(request)
        url, authorization = arguments.text(given, "url"), arguments.optional_text(given, "authorization")
        if not is_web_url(url):
            raise ControlError(problem="url: an http or https URL is required")
        target = WebhookTarget(url=url, authorization=Secret(authorization) if authorization else None)
        self._sandbox.set_webhook(bot_id, target)
        return JSONResponse(documents.target_document(bot_id, target))

    async def remove_webhook(self, request: Request) -> Response:
        self._sandbox.set_webhook(self._bot_id(request), None)
        return Response(status_code=204)

    async def list_deliveries(self, _: Request) -> Response:
        return JSONResponse({"deliveries": [documents.delivery_document(item) for item in self._sandbox.webhook_queue]})

    async def list_credentials(self, _: Request) -> Response:
        """Answer with what a bot logs in with: nothing in a sandbox is worth a secret."""
        files, bots = self._sandbox.key_files, self._sandbox.registry.bots
        return JSONResponse(
            {"credentials": [documents.credentials_document(bot, key_file=files.get(bot.bot_id)) for bot in bots]}
        )

    async def list_bots(self, _: Request) -> Response:
        return JSONResponse({"bots": [documents.bot_document(bot) for bot in self._sandbox.registry.bots]})

    async def list_numbers(self, _: Request) -> Response:
        return JSONResponse({"numbers": [documents.number_document(magic) for magic in MAGIC_NUMBERS]})

    async def show_counts(self, _: Request) -> Response:
        return JSONResponse(dict(self._sandbox.counts))

    async def show_status(self, _: Request) -> Response:
        return JSONResponse(documents.status_document(self._sandbox))

    async def reset(self, _: Request) -> Response:
        self._sandbox.reset()
        return Response(status_code=204)

    def _drop_fault(self, rule_id: str) -> bool:
        is_known = self._sandbox.faults.remove(rule_id)
        self._sandbox.note("fault", rule_id)
        return is_known

    def _message(self, request: Request) -> SandboxMessage:
        message = self._sandbox.messages.find(request.path_params["msg_id"])
        if message is None:
            raise ControlError(problem="no such message", status=404)
        return message

    def _phone(self, request: Request) -> Phone:
        return self._sandbox.phones.get(arguments.phone(request.path_params["number"], status=404))

    def _bot_id(self, request: Request) -> str:
        bot_id: str = request.path_params["bot_id"]
        if self._sandbox.registry.bot(bot_id) is None:
            raise ControlError(problem="no such bot", status=404)
        return bot_id
