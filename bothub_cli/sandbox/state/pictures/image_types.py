"""Tells a picture by its first bytes: only kinds that every browser draws, and that hold no script."""

from dataclasses import dataclass, field

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Bytes that a browser draws, and their type."""

    content: bytes = field(repr=False)
    media_type: str


class PictureRefusedError(Exception):
    """There is no picture to show; the text says why."""


def read_picture(content: bytes) -> Picture:
    """Return the picture that the bytes are, whatever they were called. Raises PictureRefusedError."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Picture(content=content, media_type="image/webp")
    for signature, media_type in _SIGNATURES:
        if content.startswith(signature):
            return Picture(content=content, media_type=media_type)
    raise PictureRefusedError("neither PNG, JPEG, GIF nor WebP")
