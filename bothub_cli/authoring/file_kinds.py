"""Tells what a file is by its first bytes: its media type, and that it is no text, so no message."""

from bothub_cli.messages.media_types import HTML, PDF, is_same_type

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")  # both byte orders begin a text with U+FEFF
HEAD_SIZE = 512  # bytes: enough to recognise a file by

_IN_RIFF = 8  # bytes: where a RIFF file says what it holds
_HEADS: tuple[tuple[int, bytes, str], ...] = (  # where they stand, the bytes, the type
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (_IN_RIFF, b"WEBP", "image/webp"),
    (_IN_RIFF, b"WAVE", "audio/wav"),
    (_IN_RIFF, b"AVI ", "video/x-msvideo"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftyphevc", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"%PDF-", PDF),
)

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


def recognise_content_type(head: bytes) -> str | None:
    """Return the content type that a file's first bytes stand for; None for what they do not tell."""
    found = next((kind for at, mark, kind in _HEADS if _has(head, at, mark)), None)
    if found is not None:
        return found
    plain = head.replace(b"\x00", b"") if head[:2] in _UTF16_MARKS else head
    start = plain.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
        start.startswith(b"<!--") and b"<html" in start
    ):
        return HTML
    return "image/svg+xml" if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start) else None


def _has(head: bytes, at: int, mark: bytes) -> bool:
    return head[at : at + len(mark)] == mark and (at != _IN_RIFF or head.startswith(b"RIFF"))


def begins_otherwise(head: bytes, media_type: str) -> bool:
    """Tell whether a file that is called a picture or a PDF begins like none: these are told by their first bytes."""
    pictures = (kind for *_, kind in _HEADS if kind.startswith("image/"))
    is_told = media_type == PDF or any(is_same_type(kind, media_type) for kind in pictures)
    return is_told and recognise_content_type(head) is None


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
