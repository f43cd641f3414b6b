"""Writes a request as a line for the shell, in which no secret stands."""

import shlex

from bothub_cli.protocol.http import HttpRequest


def to_curl(request: HttpRequest) -> str:
    """Return a curl line; a header that holds ``$( … )`` is left for the shell to fill in when the line runs."""
    parts = ["curl", "--request", request.method, shlex.quote(request.url)]
    for name, value in request.headers:
        # in double quotes the shell fills in $( … ); no other header holds a character that it would touch
        header = f'"{name}: {value}"' if "$(" in value else shlex.quote(f"{name}: {value}")
        parts += ["--header", header]
    if request.body:
        parts += ["--data", shlex.quote(request.body.decode())]
    return " ".join(parts)
