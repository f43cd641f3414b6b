"""Reads messages from a file or a stream, JSON or YAML, and refuses whatever else it is given.

Accepted: one JSON object, a list, JSON Lines, JSON documents that follow each other, one or more YAML documents.
JSON Lines and lists stream: memory is bounded by the largest message, not by the file.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

from bothub_cli.authoring.draft import MessageDraft, locate, wrap_card
from bothub_cli.authoring.file_kinds import recognise_binary
from bothub_cli.authoring.json.reader import read_json
from bothub_cli.authoring.json.stream import ByteFeed
from bothub_cli.authoring.refusal import MAX_MESSAGE_BYTES, refusal
from bothub_cli.files import say_unreadable
from bothub_cli.messages.vocabulary import RCS_MESSAGE_NAMES, plain_word

__all__ = ["MessageDraft", "locate", "read_drafts", "read_messages"]

_SYNTAX_OF_ENDING: dict[str, Literal["json", "yaml"]] = {
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
}
_MEMBERS = {
    plain_word(name)
    for name in (
        "RCSMessage",
        "messageContact",
        *RCS_MESSAGE_NAMES,
        "message",
        "generalPurposeCard",
        "generalPurposeCardCarousel",
        "layout",
        "content",
    )
}


def read_messages(source: Path | BinaryIO, *, name: str | None = None, goes_on: bool = False) -> Iterator[MessageDraft]:
    """Yield the messages of a file, or of a binary stream such as ``sys.stdin.buffer``, in their order.

    ``name`` is what errors call the source; by default the path, or "standard input". A list item or a line that is
    no object is yielded as it is: the check says so. Raises InputRefusedError, while iterating, for whatever cannot
    be read: of several messages in JSON, those before the bad one have been yielded by then; YAML is all or nothing.
    With ``goes_on``, a line of JSON that cannot be read is a draft with a ``refusal``, and the next line follows.
    """
    if isinstance(source, Path):
        yield from _read_path(source, name=name or str(source), goes_on=goes_on)
    else:
        yield from _read_feed(ByteFeed(source, name=name or "standard input"), ending="", goes_on=goes_on)


def read_drafts(source: Path | BinaryIO, *, goes_on: bool = False) -> Iterator[MessageDraft]:
    """Yield the same messages; a card alone, as GSMA's schema writes it, is put into its message."""
    return map(wrap_card, read_messages(source, goes_on=goes_on))


def _read_path(path: Path, *, name: str, goes_on: bool) -> Iterator[MessageDraft]:
    try:
        stream = path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the path
        raise refusal(
            name,
            say_unreadable(error),
            fix="name a file, or - for standard input; to send a text: bothub send --text TEXT",
        ) from error
    with stream:
        yield from _read_feed(ByteFeed(stream, name=name), ending=path.suffix.lower(), goes_on=goes_on)


def _read_feed(feed: ByteFeed, *, ending: str, goes_on: bool) -> Iterator[MessageDraft]:
    head = feed.peek(limit=MAX_MESSAGE_BYTES)
    if (binary := recognise_binary(head)) is not None:
        problem, fix = binary
        raise refusal(feed.name, problem, fix=fix)
    is_empty = True
    for draft in _read_syntax(feed, head, ending=ending, goes_on=goes_on):
        is_empty = False
        yield draft
    if is_empty:
        raise refusal(feed.name, "holds no message", fix="bothub message new text > message.yaml")


def _read_syntax(feed: ByteFeed, head: bytes, *, ending: str, goes_on: bool) -> Iterator[MessageDraft]:
    syntax = _SYNTAX_OF_ENDING.get(ending) or _guess_syntax(head, is_live=goes_on)
    if syntax == "json":
        yield from read_json(feed, goes_on=goes_on)
        return
    # YAML, and with it the yaml library, is loaded only for who uses it.
    from bothub_cli.authoring.yaml_reader import read_yaml  # loads yaml

    for draft in read_yaml(feed):
        if not isinstance(draft.payload, dict | list):
            raise refusal(
                feed.name,
                "plain text, not a message",
                line=draft.location.line,
                fix="to send it as a text message: bothub send --text-file FILE",
            )
        yield draft


def _guess_syntax(head: bytes, *, is_live: bool) -> Literal["json", "yaml"]:
    """Tell JSON from YAML by the beginning; in a live stream, what is neither is a broken line of JSON."""
    text = head.lstrip()
    if text.startswith((b"{", b"[", b'"', b"//", b"/*")):
        return "json"
    return "yaml" if not is_live or _begins_yaml(text) else "json"


def _begins_yaml(text: bytes) -> bool:
    word, colon, _ = text.partition(b"\n")[0].partition(b":")
    is_member = bool(colon) and plain_word(word.decode(errors="replace").strip("\"' ")) in _MEMBERS
    return is_member or text.startswith((b"---", b"- ", b"#", b"%YAML"))
