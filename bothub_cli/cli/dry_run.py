"""What ``--dry-run`` and ``--curl`` show: the exact request that would go out, without a secret in it."""

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bothub_cli.cli.shared_options import PROFILE
from bothub_cli.context import AppContext
from bothub_cli.invocation.options import SharedOptions
from bothub_cli.messages import classify_billing
from bothub_cli.output.documents.send import PlannedRequest
from bothub_cli.output.plain import to_json_text
from bothub_cli.protocol.curl import to_curl
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.protocol.messaging import build_send_request
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.redaction import MASK, Secret
from bothub_cli.sending.compose import OutgoingMessage

_PLACEHOLDER_BOT = "BOT_ID"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTarget:
    """Where a planned request would go, with words that stand for the tokens."""

    base: str
    bot_id: str
    tokens: TokenPair


def find_target(context: AppContext) -> RequestTarget:
    """Return where requests would go; tell what is missing, or why a curl line would find nobody."""
    bot_id = context.settings.bot_id.value
    if bot_id is None:
        context.printer.note(f"no bot ID is set: {_PLACEHOLDER_BOT} stands for it")
    if context.options.sandbox and context.options.curl:
        context.printer.note("this sandbox ends with the command; for one that answers curl: bothub sandbox start")
    return RequestTarget(
        base=context.settings.api_base.value,
        bot_id=bot_id or _PLACEHOLDER_BOT,
        tokens=_token_commands(context.options),
    )


def show_send_request(
    context: AppContext, message: OutgoingMessage, place: RequestTarget, *, is_one_of_many: bool
) -> None:
    """Print the request that would carry the message; nothing goes out, no token is needed."""
    payload = message.payload if isinstance(message.payload, Mapping) else {}
    request = build_send_request(place.base, bot_id=place.bot_id, tokens=place.tokens, payload=payload)
    billing = classify_billing(payload)
    planned = replace(_plan(request, place.tokens, as_curl=context.options.curl), billing=billing)
    if is_one_of_many:
        context.printer.show_row(planned)
    else:
        context.show(planned)


def show_request(context: AppContext, build: Callable[[RequestTarget], HttpRequest]) -> None:
    """Print the one planned request of a command; nothing goes out."""
    show_requests(context, [build])


def show_requests(context: AppContext, builds: Sequence[Callable[[RequestTarget], HttpRequest]]) -> None:
    """Print the planned requests of a command; nothing goes out."""
    place = find_target(context)
    show = context.show if len(builds) == 1 else context.printer.show_row
    for build in builds:
        show(_plan(build(place), place.tokens, as_curl=context.options.curl))


def _token_commands(options: SharedOptions) -> TokenPair:
    """Return, in the place of the tokens, the commands that print them: with the options that this one was given."""
    said = [(name, getattr(options, name)) for name in PROFILE if name != "sandbox"]
    words = [f" --{name.replace('_', '-')} {shlex.quote(value)}" for name, value in said if value is not None]
    return TokenPair(
        orange=Secret(f"$(bothub token show --raw orange{''.join(words)})"),
        gsma=Secret(f"$(bothub token show --raw gsma{''.join(words)})"),
    )


def _plan(request: HttpRequest, tokens: TokenPair, *, as_curl: bool) -> PlannedRequest:
    headers = {name: _mask(value, tokens) for name, value in request.headers}
    body = _form_of(request) if request.form else json.loads(request.body or b"null")
    return PlannedRequest(
        operation=request.operation,
        method=request.method,
        url=request.url,
        headers=headers,
        body=body,
        text=to_curl(request) if as_curl else _to_http(request, headers, body),
    )


def _form_of(request: HttpRequest) -> dict[str, str]:
    """Return the fields of a form; of a file, its name and its size stand for its bytes."""
    file = request.file
    content = {file.field_name: f"{file.file_name} ({file.content_type}, {file.size} bytes)"} if file else {}
    return dict(request.form) | content


def _mask(value: str, tokens: TokenPair) -> str:
    return value.replace(tokens.orange.reveal(), MASK).replace(tokens.gsma.reveal(), MASK)


def _to_http(request: HttpRequest, headers: Mapping[str, str], body: object) -> str:
    head = "".join(f"{name}: {value}\n" for name, value in headers.items())
    content = f"\n{to_json_text(body, indent=2)}" if body is not None else ""
    return f"{request.method} {request.url}\n{head}{content}"
