"""Finds the running sandbox that a command speaks with."""

from typing import Annotated

import typer

from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.phone_numbers import normalise
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.remote import RemoteSandbox
from bothub_cli.urls import is_loopback_url

PROFILE_NAME = "sandbox"  # the one that ``sandbox start`` writes
TOKEN_VARIABLE = "BOTHUB_SANDBOX_TOKEN"  # noqa: S105 -- a variable's name

SANDBOX = ("profile", "api_base", "timeout", *OUTPUT)  # the shared options of a command that speaks with a sandbox

AccessTokenFile = Annotated[
    str | None,
    typer.Option(
        "--access-token-file",
        metavar="FILE|-",
        help=f"A file with the sandbox's token, if it has one; - is stdin. [env: {TOKEN_VARIABLE}]",
    ),
]


def open_sandbox(context: AppContext, access_token_file: str | None) -> "RemoteSandbox":
    """Return the sandbox of the profile, of ``--api-base``, or the one that was started last. Raises UsageError."""
    token = read_access_token(context, access_token_file)
    timeout = context.settings.timeout.value
    return RemoteSandbox(_find_base(context), transport=context.transport, timeout=timeout, token=token)


def read_phone(context: AppContext, written: str, *, where: str) -> str:
    """Return the number of a phone in E.164. Raises NumberRefusedError."""
    return normalise(written, region=context.settings.region.value, where=where)


def read_access_token(context: AppContext, file: str | None) -> Secret | None:
    """Return the token of a file or of the environment, known to the redactor; None when there is none."""
    return context.read_token(file, option="--access-token-file", variable=TOKEN_VARIABLE)


def _find_base(context: AppContext) -> str:
    """Never the real service: a default profile that points there gives way to the sandbox's."""
    base = context.settings.api_base
    if base.origin.kind in ("flag", "environment") or is_loopback_url(base.value):
        return base.value
    started = context.profiles.get(PROFILE_NAME)
    if started is None or started.api_base is None or not is_loopback_url(started.api_base):
        raise UsageError(problem="no sandbox is known", fix="bothub sandbox start, or --api-base URL")
    return started.api_base
