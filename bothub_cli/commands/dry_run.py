"""Shows the exact request that would go out, as HTTP, JSON or a curl line, without a secret in it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode
from bothub_cli.output.documents.sending import PlannedRequest
from bothub_cli.protocol.curl import to_curl
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.protocol.messaging import build_send_request
from bothub_cli.protocol.tokens import TokenPair
from bothub_cli.redaction import MASK, Secret
from bothub_cli.sending.compose import OutgoingMessage

_PLACEHOLDER_BOT = "BOT_ID"
_ORANGE, _GSMA = Secret("$(bothub token show --raw orange)"), Secret("$(bothub token show --raw gsma)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a planned request would go, with words that stand for the tokens."""

    base: str
    bot_id: str
    tokens: TokenPair


def show_requests(context: AppContext, messages: Sequence[OutgoingMessage]) -> ExitCode:
    """Print one planned request for each message; nothing goes out, no token is needed."""
    place = _find_place(context)
    for message in messages:
        payload = message.payload if isinstance(message.payload, Mapping) else {}
        request = build_send_request(place.base, bot_id=place.bot_id, tokens=place.tokens, payload=payload)
        planned = _plan(request, as_curl=context.options.curl)
        if len(messages) == 1:
            context.show(planned)
        else:
            context.printer.show_row(planned)
    return ExitCode.DONE


def show_request(context: AppContext, build: Callable[[Place], HttpRequest]) -> None:
    """Print the one planned request of a command; nothing goes out."""
    context.show(_plan(build(_find_place(context)), as_curl=context.options.curl))


def _find_place(context: AppContext) -> Place:
    bot_id = context.settings.bot_id.value
    if bot_id is None:
        context.printer.note(f"no bot ID is set: {_PLACEHOLDER_BOT} stands for it")
    return Place(
        base=context.settings.api_base.value,
        bot_id=bot_id or _PLACEHOLDER_BOT,
        tokens=TokenPair(orange=_ORANGE, gsma=_GSMA),
    )


def _plan(request: HttpRequest, *, as_curl: bool) -> PlannedRequest:
    headers = {name: _mask(value) for name, value in request.headers}
    body = json.loads(request.body or b"null")
    return PlannedRequest(
        operation=request.operation,
        method=request.method,
        url=request.url,
        headers=headers,
        body=body,
        text=to_curl(request) if as_curl else _to_http(request, headers, body),
    )


def _mask(value: str) -> str:
    return value.replace(_ORANGE.reveal(), MASK).replace(_GSMA.reveal(), MASK)


def _to_http(request: HttpRequest, headers: Mapping[str, str], body: object) -> str:
    head = "".join(f"{name}: {value}\n" for name, value in headers.items())
    content = f"\n{json.dumps(body, ensure_ascii=False, indent=2)}" if request.body else ""
    return f"{request.method} {request.url}\n{head}{content}"
