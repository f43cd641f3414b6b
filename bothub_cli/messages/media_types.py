"""Tells the media type of a file, by its name and by its first bytes, and what to make of one that no phone shows."""

# A fixed table: the mimetypes module asks the operating system, so its answer differs between machines.
# IANA media types; the types that Google plays are in limits.py.
CONTENT_TYPES = {
    ".3gp": "video/3gpp",
    ".aac": "audio/aac",
    ".avif": "image/avif",
    ".avi": "video/x-msvideo",
    ".bmp": "image/bmp",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".gif": "image/gif",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".htm": "text/html",
    ".html": "text/html",
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
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".txt": "text/plain",
    ".vcf": "text/vcard",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
# Names of one type: what a server says and what a program writes may differ by these alone.
_SAME = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/heif": "image/heic",
    "video/mpeg4": "video/mp4",
    "video/x-m4v": "video/mp4",
    "video/m4v": "video/mp4",
    "audio/mp3": "audio/mpeg",
    "audio/mpg": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "audio/mp4-latm": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "application/ogg": "audio/ogg",
    "application/x-pdf": "application/pdf",
}
_USUAL_ENDINGS = {"image/jpeg": ".jpg", "video/mp4": ".mp4", "audio/mpeg": ".mp3"}
_CONVERSIONS = {  # types that phones do not show, and what to make of them
    "image/heic": "image/jpeg",
    "image/heif": "image/jpeg",
    "image/webp": "image/jpeg",
    "image/avif": "image/jpeg",
    "image/bmp": "image/png",
    "image/tiff": "image/jpeg",
    "image/svg+xml": "image/png",
    "video/quicktime": "video/mp4",
    "video/x-msvideo": "video/mp4",
    "audio/wav": "audio/mpeg",
}
HTML = "text/html"
PDF = "application/pdf"

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


def bare_type(written: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return written.partition(";")[0].strip().lower()


def guess_content_type(name: str) -> str | None:
    """Return the content type that the ending of a path or a URL stands for; None when it is not a known one."""
    from urllib.parse import unquote, urlsplit  # only a message with a file pays for it

    try:
        path = unquote(urlsplit(name).path) if "://" in name else name
    except ValueError:  # an address like http://[
        return None
    last = path.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = last.rpartition(".")
    return CONTENT_TYPES.get(f".{ending.lower()}") if dot and stem.strip(".") else None


def with_ending(name: str, content_type: str | None) -> str:
    """Return a file's name with the usual ending of its type, where its own stands for another."""
    by_name = guess_content_type(name)
    if content_type is None or by_name is None or is_same_type(by_name, content_type):
        return name
    endings = [ending for ending, kind in CONTENT_TYPES.items() if is_same_type(kind, content_type)]
    usual = _USUAL_ENDINGS.get(content_type, endings[0] if endings else "")
    return f"{name.rpartition('.')[0]}{usual}"


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


def is_same_type(one: str, other: str) -> bool:
    """Tell whether two media types name one; MP4, Ogg, WebM and 3GP hold a sound or a video."""
    one, other = (_SAME.get(each, each) for each in (one.lower(), other.lower()))
    (family, name), (other_family, other_name) = (each.split("/", 1) for each in (f"{one}/", f"{other}/"))
    return one == other or (name == other_name and {family, other_family} <= {"audio", "video"})


def advise(media_type: str) -> str | None:
    """Say what to make of a file that phones do not show; None when nothing is known to help."""
    if media_type == HTML:
        return "this is a web page: give the file itself, or a button that opens the page"
    better = _CONVERSIONS.get(media_type)
    return f"convert it to {better}" if better else None
