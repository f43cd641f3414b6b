"""Judges media types and sizes against what Google shows and plays."""

import re
from collections.abc import Collection

from bothub_cli.messages.check import rules
from bothub_cli.messages.check.node import Node
from bothub_cli.messages.check.report import GOOGLE, ORANGE
from bothub_cli.messages.check.show import show
from bothub_cli.messages.limits import (
    FILE_MAX,
    FILE_TYPES,
    IMAGE_ADVISED_MAX,
    PDF_TYPE,
    THUMBNAIL_ADVISED_MAX,
    THUMBNAIL_MAX,
    URL_MAX,
    VIDEO_ADVISED_MAX,
)
from bothub_cli.messages.media_types import advise, bare_type, guess_content_type, is_same_type

_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}(\s*;.{0,200})?", re.ASCII)
_MEBIBYTE = 1024 * 1024


def check_media_type(node: Node, name: str, accepted: Collection[str]) -> str | None:
    """Read a media type and warn when Google does not take it; return it in lower case, without parameters."""
    written = node.text(name)
    if not written or "{{" in written:
        return None
    if len(written) > 500 or not _MEDIA_TYPE.fullmatch(written):
        node.report(
            rules.MEDIA_TYPE_FORMAT,
            name,
            f"{name} is not a media type",
            limit="type/subtype",
            actual=show(written),
            source="RFC 6838",
            fix='write for example "image/jpeg"',
        )
        return None
    media_type = bare_type(written)
    if media_type not in accepted:
        node.report(
            rules.MEDIA_TYPE_GOOGLE,
            name,
            "a PDF shows in a card only in India"
            if media_type == PDF_TYPE
            else f"{show(media_type)} is not among the types that Google takes here",
            limit=", ".join(sorted(accepted)),
            actual=show(written),
            source=GOOGLE,
            fix=advise(media_type) or _instead(node, media_type, accepted),
        )
    return media_type


def _instead(node: Node, media_type: str, accepted: Collection[str]) -> str:
    """Say how else a file reaches people that cannot stand here."""
    if media_type in FILE_TYPES and "/richcardMessage" in node.pointer:
        return "send it as a file of its own: fileMessage"
    kinds = {accepted_type.partition("/")[0] for accepted_type in accepted}
    if media_type.partition("/")[0] not in kinds - {"application"}:
        return "put it on a page, and send a button that opens that: openUrl"
    return f"convert it to one of these: {', '.join(sorted(accepted))}"


def check_ending(node: Node, url_name: str, type_name: str, media_type: str | None) -> None:
    """Warn when the ending of an address stands for another type than the one that is declared."""
    url = node.members.get(url_name)
    if media_type is None or not isinstance(url, str) or (by_name := guess_content_type(url[:URL_MAX])) is None:
        return
    if not is_same_type(by_name, media_type):
        node.report(
            rules.MEDIA_TYPE_DIFFERS,
            type_name,
            f"{url_name} ends like {by_name}",
            limit=by_name,
            actual=show(media_type),
            source=GOOGLE,
            fix=advise(by_name) or f'if the file is what its name says, write "{by_name}"',
        )


def check_size(node: Node, name: str, media_type: str | None, *, required: bool = False) -> None:
    """Read a size in bytes and warn when the file is larger than Google advises for its kind."""
    size = node.integer(name, required=required)
    if size is None:
        return
    kind = (media_type or "").partition("/")[0]
    advised = {"image": IMAGE_ADVISED_MAX, "video": VIDEO_ADVISED_MAX}.get(kind, FILE_MAX)
    if size == 0:
        node.report(
            rules.MEDIA_EMPTY,
            name,
            "a file of 0 bytes shows nothing",
            limit="1 byte or more",
            actual="0 bytes",
            source=GOOGLE,
            fix="write the file's own size: the host tells it as Content-Length",
        )
    elif size > FILE_MAX:
        node.report(
            rules.MEDIA_TOO_LARGE,
            name,
            "the file is too large",
            limit=f"{FILE_MAX} bytes (100 MB)",
            actual=f"{show(size)} bytes",
            source=GOOGLE,
            fix="make it smaller, or send a button that opens its page",
        )
    elif size > advised:
        node.report(
            rules.MEDIA_SIZE,
            name,
            f"large for {kind or 'file'} media: it may load slowly or not at all",
            limit=f"{advised // _MEBIBYTE} MiB advised",
            actual=f"{show(size)} bytes ({size / _MEBIBYTE:.1f} MiB)",
            source=GOOGLE,
        )


def check_thumbnail(node: Node, *, type_name: str, size_name: str, accepted: Collection[str]) -> None:
    """Check that a thumbnail's URL, type and size come together, and that it is small."""
    media_type = check_media_type(node, type_name, accepted)
    check_ending(node, "thumbnailUrl", type_name, media_type)
    size = node.integer(size_name)
    if size == 0:
        check_size(node, size_name, media_type)
    elif size is not None and size > THUMBNAIL_ADVISED_MAX:
        is_over = size > THUMBNAIL_MAX
        node.report(
            rules.THUMBNAIL_SIZE if is_over else rules.THUMBNAIL_LARGE,
            size_name,
            "the thumbnail is larger than Google takes: phones may show none"
            if is_over
            else "the thumbnail is larger than Orange advises",
            limit=f"{THUMBNAIL_MAX} bytes, {THUMBNAIL_ADVISED_MAX} or less advised (40 KB)",
            actual=f"{show(size)} bytes",
            source=GOOGLE if is_over else ORANGE,
            fix=f"make it {THUMBNAIL_ADVISED_MAX} bytes or less",
        )
    if "thumbnailUrl" in node:
        for name in (type_name, size_name):
            if name not in node:
                node.report(
                    rules.THUMBNAIL_INCOMPLETE,
                    "",
                    f"{name} is missing: a thumbnail needs its URL, type and size",
                    fix=f'add "{name}"',
                )
    elif type_name in node or size_name in node:
        node.report(
            rules.THUMBNAIL_WITHOUT_URL,
            "",
            "a thumbnail is described but has no URL",
            fix="add thumbnailUrl, or leave the rest out",
        )
