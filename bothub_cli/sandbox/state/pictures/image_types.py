"""Tells a picture by its first bytes: only kinds that every browser draws, and that hold no script."""

from dataclasses import dataclass, field

from bothub_cli.authoring.file_kinds import HEAD_SIZE, recognise_content_type

_DRAWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Bytes that a browser draws, and their type."""

    content: bytes = field(repr=False)
    media_type: str


class PictureRefusedError(Exception):
    """There is no picture to show; the text says why."""


def read_picture(content: bytes) -> Picture:
    """Return the picture that the bytes are, whatever they were called. Raises PictureRefusedError."""
    media_type = recognise_content_type(content[:HEAD_SIZE])
    if media_type not in _DRAWN:
        raise PictureRefusedError("neither PNG, JPEG, GIF nor WebP")
    return Picture(content=content, media_type=media_type)
