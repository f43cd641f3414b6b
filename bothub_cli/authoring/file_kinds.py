"""Tells files that are no text from messages, by their first bytes."""

from bothub_cli.messages.media_types import PDF, recognise_content_type

_UTF16_FIX = "save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE > NEW"
_MEDIA_FIX = "to send a file, name it with: bothub send --file"
_UNPACK_FIX = "unpack it first"

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xfe\x00\x00", "is UTF-32 text, not UTF-8", "save it as UTF-8"),
    (b"\x00\x00\xfe\xff", "is UTF-32 text, not UTF-8", "save it as UTF-8"),
    (b"\xff\xfe", "is UTF-16 text, not UTF-8", _UTF16_FIX),
    (b"\xfe\xff", "is UTF-16 text, not UTF-8", _UTF16_FIX),
    (b"{\x00", "is UTF-16 text, not UTF-8", _UTF16_FIX),
    (b"\x00{", "is UTF-16 text, not UTF-8", _UTF16_FIX),
    (b"[\x00", "is UTF-16 text, not UTF-8", _UTF16_FIX),
    (b"\x00[", "is UTF-16 text, not UTF-8", _UTF16_FIX),
    (b"PK\x03\x04", "is a zip archive or an Office document, not a message", _UNPACK_FIX),
    (b"\x1f\x8b", "is compressed with gzip", "unpack it on the way in: gunzip -c FILE | bothub … -"),
    (b"BZh", "is compressed with bzip2", _UNPACK_FIX),
    (b"\xfd7zXZ", "is compressed with xz", _UNPACK_FIX),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd", _UNPACK_FIX),
    (b"SQLite format 3", "is a database, not a message", "export the messages as JSON Lines"),
)

_MEDIA = {  # what a message may show, and nobody means to write
    "image/png": "a PNG picture",
    "image/jpeg": "a JPEG picture",
    "image/gif": "a GIF picture",
    PDF: "a PDF document",
    "audio/ogg": "an Ogg media file",
    "audio/mpeg": "an MP3 recording",
    **dict.fromkeys(("image/webp", "audio/wav", "video/x-msvideo"), "a media file"),
    **dict.fromkeys(
        ("video/mp4", "audio/mp4", "video/3gpp", "video/quicktime", "image/heic", "image/heif", "image/avif"),
        "an MP4 or 3GPP media file",
    ),
}


def recognise_binary(head: bytes) -> tuple[str, str] | None:
    """Return what the content is, and what helps, when its first bytes are no UTF-8 text; None for text."""
    for signature, problem, fix in _SIGNATURES:
        if head.startswith(signature):
            return problem, fix
    if (media := _MEDIA.get(recognise_content_type(head) or "")) is not None:
        return f"is {media}, not a message", _MEDIA_FIX
    if b"\x00" in head:
        return "holds NUL bytes, so it is no text", "give a JSON or YAML file in UTF-8"
    return None
