"""Finds out what a card must say about its media: asks the server for type and size when they are not given."""

from typing import TYPE_CHECKING

from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, InputRefusedError, UsageError
from bothub_cli.messages import Media

if TYPE_CHECKING:
    from bothub_cli.protocol.media import MediaFacts


def describe_media(
    context: AppContext,
    *,
    url: str | None,
    content_type: str | None,
    size: int | None,
    text: str | None,
    height: str,
    thumbnail_url: str | None,
    thumbnail_type: str | None,
    thumbnail_size: int | None,
) -> Media | None:
    """Return the media of a card; None without a URL. Raises UsageError or InputRefusedError."""
    if url is None:
        if thumbnail_url or content_type or size is not None or text:
            raise UsageError(problem="--thumbnail and --media-… describe a --media, and there is none")
        return None
    content_type, size = complete_facts(context, url, content_type, size, option="--media")
    if thumbnail_url is not None:
        thumbnail_type, thumbnail_size = complete_facts(
            context, thumbnail_url, thumbnail_type, thumbnail_size, option="--thumbnail"
        )
    return Media(
        media_url=url,
        media_content_type=content_type,
        media_file_size=size,
        height=f"{height.upper()}_HEIGHT",
        thumbnail_url=thumbnail_url,
        thumbnail_content_type=thumbnail_type,
        thumbnail_file_size=thumbnail_size,
        content_description=text,
    )


def complete_facts(
    context: AppContext, url: str, content_type: str | None, size: int | None, *, option: str, fix: str | None = None
) -> tuple[str, int]:
    """Return type and size: as given, else as the server of the file says. Raises InputRefusedError."""
    if content_type is not None and size is not None:
        return content_type, size
    fix = fix or f"give them: {option}-type MIME {option}-size BYTES"
    try:
        facts = context.probe_media(url)
    except BothubError as error:
        raise InputRefusedError(
            where=option, problem=f"type and size cannot be asked: {error.message}", fix=fix
        ) from error
    if not facts.is_public:
        raise InputRefusedError(where=option, problem=f"type and size cannot be asked: {_say_status(facts)}", fix=fix)
    content_type = content_type or facts.content_type
    size = facts.size if size is None else size
    if content_type is None or size is None:
        missing = " and ".join(word for word, value in (("type", content_type), ("size", size)) if value is None)
        raise InputRefusedError(where=option, problem=f"the server does not say the {missing} of the file", fix=fix)
    return content_type, size


def _say_status(facts: "MediaFacts") -> str:
    if facts.redirect_host is not None:
        to = f" to {facts.redirect_host}" if facts.redirect_host else ""
        return f"the server redirects{to} (HTTP {facts.status}), which phones do not follow"
    return f"the server answers HTTP {facts.status}"
