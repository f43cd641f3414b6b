"""Reads messages from a file or a stream, JSON or YAML, and refuses whatever else it is given.

Accepted: one JSON object, a list, JSON Lines, JSON documents that follow each other, one or more YAML documents.
JSON Lines and lists stream: memory is bounded by the largest message, not by the file.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from bothub_cli.authoring.draft import MessageDraft, locate, wrap_card
from bothub_cli.authoring.file_kinds import recognise_binary
from bothub_cli.authoring.json.reader import read_json
from bothub_cli.authoring.refusal import MAX_MESSAGE_BYTES, refusal
from bothub_cli.display_text import printable
from bothub_cli.errors import InputRefusedError
from bothub_cli.files import say_unreadable
from bothub_cli.messages.vocabulary import RCS_MESSAGE_NAMES, plain_word

__all__ = ["MessageDraft", "locate", "read_drafts", "read_messages"]

_BOM = b"\xef\xbb\xbf"
_CHUNK = 64 * 1024  # bytes
_JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
_YAML_ENDINGS = (".yaml", ".yml")
_CARD_MEMBERS = ("message", "generalPurposeCard", "generalPurposeCardCarousel", "layout", "content")
_MEMBERS = set(map(plain_word, ("RCSMessage", "messageContact", *RCS_MESSAGE_NAMES, *_CARD_MEMBERS)))


def read_messages(source: Path | BinaryIO, *, name: str | None = None, goes_on: bool = False) -> Iterator[MessageDraft]:
    """Yield the messages of a file, or of a binary stream such as ``sys.stdin.buffer``, in their order.

    ``name`` is what errors call the source; by default the path, or "standard input". A list item or a line that is
    no object is yielded as it is: the check says so. Raises InputRefusedError, while iterating, for whatever cannot
    be read: of several messages in JSON, those before the bad one have been yielded by then; YAML is all or nothing.
    With ``goes_on``, a line of JSON that cannot be read is a draft with a ``refusal``, and the next line follows.
    """
    file = source if isinstance(source, Path) else None
    name = name or (str(file) if file else "standard input")
    try:
        with _open(source) as stream:
            for draft in _read(stream, name=name, ending=file.suffix.lower() if file else "", goes_on=goes_on):
                if draft.refusal is not None:
                    _name_source(draft.refusal, name)
                yield draft
    except InputRefusedError as refused:
        _name_source(refused, name)
        raise


def _name_source(refused: InputRefusedError, name: str) -> None:
    refused.where = f"{printable(name)}, {refused.where}" if refused.where else printable(name)


def read_drafts(source: Path | BinaryIO, *, goes_on: bool = False) -> Iterator[MessageDraft]:
    """Yield the same messages; a card alone, as GSMA's schema writes it, is put into its message."""
    return map(wrap_card, read_messages(source, goes_on=goes_on))


def _open(source: Path | BinaryIO) -> AbstractContextManager[BinaryIO]:
    if not isinstance(source, Path):
        return nullcontext(source)  # whoever gave it closes it
    try:
        return source.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the path
        fix = "name a file, or - for standard input; to send a text: bothub send --text TEXT"
        raise refusal(say_unreadable(error), fix=fix) from error


def _read(stream: BinaryIO, *, name: str, ending: str, goes_on: bool) -> Iterator[MessageDraft]:
    chunks = _read_chunks(stream)
    head = _take_head(chunks)
    is_json = ending in _JSON_ENDINGS or (ending not in _YAML_ENDINGS and _looks_like_json(head, is_live=goes_on))
    if (binary := recognise_binary(head)) is not None:
        problem, fix = binary
        raise refusal(problem, fix=fix)
    chunks = chain([head] if head else (), chunks)
    drafts: Iterator[MessageDraft]
    if is_json:
        drafts = read_json(chunks, source=name, goes_on=goes_on)
    else:
        from bothub_cli.authoring.yaml_reader import read_yaml  # loads yaml, which is only for who uses it

        drafts = read_yaml(chunks, source=name)
    is_empty = True
    for draft in drafts:
        is_empty = False
        yield draft
    if is_empty:
        raise refusal("holds no message", fix="bothub message new text > message.yaml")


def _read_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what a pipe has now rather than waiting for a full chunk."""
    read = getattr(stream, "read1", stream.read)  # read1 returns as soon as a pipe has something; raw files have none
    try:
        while chunk := read(_CHUNK):
            yield chunk
    except (OSError, ValueError) as error:  # ValueError: the stream was closed, as cron and nohup do
        raise refusal(say_unreadable(error)) from error


def _take_head(chunks: Iterator[bytes]) -> bytes:
    """Return the first bytes, enough to tell what this is, without a byte order mark; empty at the end."""
    head = b""
    while len(head) < MAX_MESSAGE_BYTES and (len(head) < 16 or not head.strip()) and (chunk := next(chunks, b"")):
        head += chunk
    return head.removeprefix(_BOM)


def _looks_like_json(head: bytes, *, is_live: bool) -> bool:
    """Tell JSON from YAML by the beginning; in a live stream, what is neither is a broken line of JSON."""
    text = head.lstrip()
    return text.startswith((b"{", b"[", b'"', b"//", b"/*")) or (is_live and not _begins_yaml(text))


def _begins_yaml(text: bytes) -> bool:
    word, colon, _ = text.partition(b"\n")[0].partition(b":")
    is_member = bool(colon) and plain_word(word.decode(errors="replace").strip("\"' ")) in _MEMBERS
    return is_member or text.startswith((b"---", b"- ", b"#", b"%YAML"))
