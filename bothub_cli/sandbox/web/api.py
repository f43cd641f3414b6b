"""What the page shows, under /sandbox/api/view: summaries a page at a time, drawn messages, and what changed."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bothub_cli.sandbox.control import arguments, documents
from bothub_cli.sandbox.control.arguments import ControlError
from bothub_cli.sandbox.control.message_query import MessageQuery
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.web import documents as view_documents
from bothub_cli.sandbox.web.draw import Screen

WAIT_MAX = 60.0  # seconds until an answer without news
NAMES_MAX = 500  # changed messages that are named; more, and the page reads everything anew
PHONES_MAX = 500  # phones in one answer
THREAD_DEFAULT = 30  # messages of one phone in one answer
THREAD_MAX = 100
REFUSED_MAX = 50  # refused calls in one answer


class ViewApi:
    """Its endpoints only read."""

    def __init__(self, sandbox: Sandbox, *, closing: asyncio.Event) -> None:
        self._sandbox = sandbox
        self._closing = closing

    def routes(self) -> list[Route]:
        """Return every route, relative to /sandbox/api/view."""
        return [
            Route("/changes", self.wait_for_changes),
            Route("/phones", self.list_phones),
            Route("/phones/{number}", self.show_phone),
            Route("/messages", self.list_messages),
            Route("/messages/{msg_id}", self.show_message),
            Route("/refused", self.list_refused),
        ]

    async def wait_for_changes(self, request: Request) -> Response:
        """Answer when something changed after ``after``; without it, at once with where the feed stands."""
        feed = self._sandbox.feed
        if "after" not in request.query_params:
            return JSONResponse(
                {"sequence": feed.sequence, "messages": [], "deliveries": [], "statuses": {}, "kinds": []}
            )
        after = arguments.number_in_query(request.query_params, "after", default=0, maximum=2**53)
        timeout = arguments.number_in_query(request.query_params, "timeout", default=25, maximum=WAIT_MAX)
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while feed.sequence == after and not self._closing.is_set():
                    await feed.sleep()
        return JSONResponse(self._changes_since(int(after)))

    def _changes_since(self, after: int) -> documents.Document:
        """Name the changed messages with their status, and those of changed deliveries.

        Null when there are too many, or the numbers do not fit.
        """
        feed = self._sandbox.feed
        changes = feed.since(after) if after <= feed.sequence else None
        kinds = None if changes is None else sorted({change.kind for change in changes})
        names = {change.name for change in changes or () if change.kind in ("message", "status")}
        told = {change.name for change in changes or () if change.kind == "delivery"}
        if changes is None or len(names) + len(told) > NAMES_MAX:
            return {"sequence": feed.sequence, "messages": None, "deliveries": None, "statuses": None, "kinds": kinds}
        deliveries = (self._sandbox.webhook_queue.find(name) for name in told)
        of_deliveries = {delivery.msg_id for delivery in deliveries if delivery and delivery.msg_id}
        found = (self._sandbox.messages.find(name) for name in sorted(names))
        statuses = {message.msg_id: message.status for message in found if message}
        return {
            "sequence": feed.sequence,
            "messages": sorted(names),
            "deliveries": sorted(of_deliveries),
            "statuses": statuses,
            "kinds": kinds,
        }

    async def list_phones(self, request: Request) -> Response:
        """List the phones that were spoken with, the latest first; ``text`` is looked for in number and last words."""
        words = request.query_params.get("text", "").casefold()
        conversations = [
            (number, conversation)
            for number, conversation in self._sandbox.messages.conversations()
            if not words or words in number or words in _last_words(conversation).words
        ]
        phones = [self._describe(number, conversation) for number, conversation in conversations[:PHONES_MAX]]
        return JSONResponse({"phones": phones, "count": len(conversations), "total": len(self._sandbox.messages)})

    def _describe(self, number: str, conversation: Sequence[SandboxMessage]) -> documents.Document:
        phone = self._sandbox.phones.get(number)
        return view_documents.conversation_document(phone, _last_words(conversation), count=len(conversation))

    async def show_phone(self, request: Request) -> Response:
        """Show one phone with its latest messages before ``before``, drawn."""
        number = arguments.phone(request.path_params["number"], status=404)
        query = request.query_params
        screen = Screen.from_query(query, self._sandbox.phones.get(number))
        limit = int(arguments.number_in_query(query, "limit", default=THREAD_DEFAULT, minimum=1, maximum=THREAD_MAX))
        before = arguments.number_in_query(query, "before", default=float("inf"), maximum=2**53)
        conversation = self._sandbox.messages.conversation(number)
        shown = _latest(conversation, before=before, limit=limit + 1)
        return JSONResponse(
            {
                "phone": documents.phone_document(self._sandbox.phones.get(number)),
                "meaning": view_documents.meaning(number),
                "bot_is_typing": bool(conversation) and _is_active_typing(conversation[-1]),
                "has_earlier": len(shown) > limit,
                "messages": [self._draw(message, screen) for message in shown[-limit:]],
            }
        )

    def _draw(self, message: SandboxMessage, screen: Screen) -> documents.Document:
        return view_documents.drawn_document(message, screen, picture_of=self._sandbox.pictures.address_of)

    async def list_messages(self, request: Request) -> Response:
        """List summaries, the newest first, under the conditions of /sandbox/api/messages."""
        found = MessageQuery.from_query(request.query_params).newest(self._sandbox.messages)
        return JSONResponse(
            {
                "messages": [view_documents.summary_document(message) for message in reversed(found)],
                "total": len(self._sandbox.messages),
            }
        )

    async def list_refused(self, _: Request) -> Response:
        """List the latest calls that were refused, the newest first, each with its reason."""
        calls = [
            {"number": call.number, **documents.refused_call_document(call)} for call in self._sandbox.calls.refused()
        ]
        return JSONResponse({"calls": calls[:REFUSED_MAX]})

    async def show_message(self, request: Request) -> Response:
        """Show one message with everything that is known of it."""
        message = self._sandbox.messages.find(request.path_params["msg_id"])
        if message is None:
            raise ControlError(problem="no such message", status=404)
        deliveries = [delivery for delivery in self._sandbox.webhook_queue if delivery.msg_id == message.msg_id]
        screen = Screen.from_query(request.query_params, self._sandbox.phones.get(message.number))
        return JSONResponse(view_documents.inspected_document(message, deliveries, screen, self._sandbox))


def _last_words(conversation: Sequence[SandboxMessage]) -> SandboxMessage:
    return next(
        (message for message in reversed(conversation) if not (message.is_typing or message.is_withdrawn)),
        conversation[-1],
    )


def _latest(conversation: Sequence[SandboxMessage], *, before: float, limit: int) -> list[SandboxMessage]:
    """Return the latest messages, oldest first: no signs that somebody types, nothing that never arrived."""
    found: list[SandboxMessage] = []
    for message in reversed(conversation):
        if len(found) == limit:
            break
        if message.sequence < before and not (message.is_typing or message.is_withdrawn):
            found.append(message)
    return found[::-1]


def _is_active_typing(message: SandboxMessage) -> bool:
    return message.direction == "to_phone" and message.payload["RCSMessage"].get("isTyping") == "active"
