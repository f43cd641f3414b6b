"""Judges media types and sizes against what Google shows and plays."""

import re
from collections.abc import Collection

from bothub_cli.messages.check import rules
from bothub_cli.messages.check.node import Node
from bothub_cli.messages.check.report import GOOGLE
from bothub_cli.messages.check.show import show
from bothub_cli.messages.limits import (
    FILE_ADVISED_MAX,
    IMAGE_ADVISED_MAX,
    PDF_TYPE,
    THUMBNAIL_ADVISED_MAX,
    THUMBNAIL_MAX,
    VIDEO_ADVISED_MAX,
)

_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}(\s*;.{0,200})?", re.ASCII)
_MEBIBYTE = 1024 * 1024


def check_media_type(node: Node, name: str, accepted: Collection[str], *, required: bool = False) -> str | None:
    """Read a media type and warn when Google does not take it; return it in lower case, without parameters."""
    written = node.text(name, required=required)
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
    media_type = written.partition(";")[0].strip().lower()
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
        )
    return media_type


def check_size(node: Node, name: str, media_type: str | None, *, required: bool = False) -> None:
    """Read a size in bytes and warn when the file is larger than Google advises for its kind."""
    size = node.integer(name, required=required)
    kind = (media_type or "").partition("/")[0]
    advised = {"image": IMAGE_ADVISED_MAX, "video": VIDEO_ADVISED_MAX}.get(kind, FILE_ADVISED_MAX)
    if size is not None and size > advised:
        node.report(
            rules.MEDIA_SIZE,
            name,
            f"large for {kind or 'file'} media: it may load slowly or not at all",
            limit=f"{advised // _MEBIBYTE} MiB advised",
            actual=f"{show(size)} bytes",
            source=GOOGLE,
        )


def check_thumbnail(node: Node, *, type_name: str, size_name: str, accepted: Collection[str]) -> None:
    """Check that a thumbnail's URL, type and size come together, and that it is small."""
    check_media_type(node, type_name, accepted)
    size = node.integer(size_name)
    if size is not None and size > THUMBNAIL_ADVISED_MAX:
        node.report(
            rules.THUMBNAIL_SIZE if size > THUMBNAIL_MAX else rules.THUMBNAIL_LARGE,
            size_name,
            "the thumbnail is too large" if size > THUMBNAIL_MAX else "the thumbnail is larger than advised",
            limit=f"{THUMBNAIL_MAX} bytes, {THUMBNAIL_ADVISED_MAX} or less advised",
            actual=f"{show(size)} bytes",
            source=GOOGLE,
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
