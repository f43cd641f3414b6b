"""Finds out what a card must say about its media: asks the server for type and size when they are not given."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, InputRefusedError, UsageError
from bothub_cli.messages import Media

if TYPE_CHECKING:
    from bothub_cli.protocol.media import MediaFacts


Height = Literal["short", "medium", "tall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaOptions:
    """The picture or video of a card; sizes in bytes."""

    url: Annotated[str | None, typer.Option("--media", metavar="URL", help="A public image or video.")] = None
    content_type: Annotated[str | None, typer.Option("--media-type", metavar="MIME", help="Its content type.")] = None
    size: Annotated[int | None, typer.Option("--media-size", metavar="BYTES", help="Its size.")] = None
    text: Annotated[str | None, typer.Option("--media-text", help="What it shows, for people who cannot see it.")] = (
        None
    )
    thumbnail: Annotated[str | None, typer.Option("--thumbnail", metavar="URL", help="A small image of it.")] = None
    thumbnail_type: Annotated[
        str | None, typer.Option("--thumbnail-type", metavar="MIME", help="The thumbnail's content type.")
    ] = None
    thumbnail_size: Annotated[
        int | None, typer.Option("--thumbnail-size", metavar="BYTES", help="The thumbnail's size.")
    ] = None
    height: Annotated[Height, typer.Option("--height", help="Height of the media.")] = "medium"


def describe_media(context: AppContext, options: MediaOptions) -> Media | None:
    """Return the media of a card; None without a URL. Raises UsageError or InputRefusedError."""
    if options.url is None:
        if replace(options, height="medium") != MediaOptions():
            raise UsageError(problem="--thumbnail and --media-… describe a --media, and there is none")
        return None
    content_type, size = complete_facts(context, options.url, options.content_type, options.size, option="--media")
    thumbnail_type, thumbnail_size = options.thumbnail_type, options.thumbnail_size
    if options.thumbnail is not None:
        thumbnail_type, thumbnail_size = complete_facts(
            context, options.thumbnail, thumbnail_type, thumbnail_size, option="--thumbnail"
        )
    return Media(
        media_url=options.url,
        media_content_type=content_type,
        media_file_size=size,
        height=f"{options.height.upper()}_HEIGHT",
        thumbnail_url=options.thumbnail,
        thumbnail_content_type=thumbnail_type,
        thumbnail_file_size=thumbnail_size,
        content_description=options.text,
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
