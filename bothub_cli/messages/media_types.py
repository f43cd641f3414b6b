"""Tells the media type of a file by its name, which types are one, and what to make of one that no phone shows."""

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
