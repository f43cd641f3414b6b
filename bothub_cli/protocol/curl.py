"""Writes a request as a line for the shell, in which no secret stands."""

import shlex

from bothub_cli.protocol.http import FilePart, HttpRequest


def to_curl(request: HttpRequest) -> str:
    """Return a curl line; a header that holds ``$( … )`` is left for the shell to fill in when the line runs."""
    parts = ["curl", "--request", request.method, shlex.quote(request.url)]
    for name, value in request.headers:
        # in double quotes the shell fills in $( … ); no other header holds a character that it would touch
        header = f'"{name}: {value}"' if "$(" in value else shlex.quote(f"{name}: {value}")
        parts += ["--header", header]
    if request.body:
        parts += ["--data", shlex.quote(request.body.decode())]
    for name, value in request.form:
        parts += ["--form-string", shlex.quote(f"{name}={value}")]
    if request.file:
        parts += ["--form", shlex.quote(_write_file(request.file))]
    return " ".join(parts)


def _write_file(file: FilePart) -> str:
    """Name the file for curl to read; quoted, so that a comma or a semicolon in a name means nothing."""
    path, name = (text.replace("\\", r"\\").replace('"', r"\"") for text in (str(file.stream.name), file.file_name))
    return f'{file.field_name}=@"{path}";filename="{name}";type={file.content_type}'
