"""Tells the content type of a file from its name, and its size in words."""

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

# A fixed table: the mimetypes module asks the operating system, so its answer differs between machines.
# IANA media types; the types that Google plays are in messages/limits.py.
CONTENT_TYPES = {
    ".3gp": "video/3gpp",
    ".aac": "audio/aac",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".gif": "image/gif",
    ".ics": "text/calendar",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".m4v": "video/m4v",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".mpeg": "video/mpeg",
    ".mpg": "video/mpeg",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".pdf": "application/pdf",
    ".pkpass": "application/vnd.apple.pkpass",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".vcf": "text/vcard",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


def guess_content_type(name: str) -> str | None:
    """Return the content type that the ending of a path or a URL stands for; None when it is not a known one."""
    try:
        path = unquote(urlsplit(name).path) if "://" in name else name
    except ValueError:  # an address like http://[
        return None
    return CONTENT_TYPES.get(PurePosixPath(path.replace("\\", "/")).suffix.lower())


def describe_size(size: int) -> str:
    """Return a size in bytes as people read it: ``740 bytes``, ``48 kB``, ``1.4 MB`` (1 kB is 1000 bytes)."""
    if size < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    for unit, length in (("GB", 10**9), ("MB", 10**6)):
        if size >= length - length // 2000:  # what would round to 1000 of the smaller unit
            return f"{size / length:.1f}".removesuffix(".0") + f" {unit}"
    return f"{round(size / 1000)} kB"
