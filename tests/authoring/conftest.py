"""What the reader's tests share: bytes in, drafts or a refusal out."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from bothub_cli.authoring.draft import MessageDraft
from bothub_cli.authoring.reader import read_messages
from bothub_cli.errors import InputRefusedError

Read = Callable[..., list[MessageDraft]]
Refuse = Callable[..., InputRefusedError]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read the content of a file with that name, or of standard input without one."""

    def read_content(content: bytes | str, name: str | None = None) -> list[MessageDraft]:
        raw = content.encode() if isinstance(content, str) else content
        if name is None:
            return list(read_messages(io.BytesIO(raw)))
        path = tmp_path / name
        path.write_bytes(raw)
        return list(read_messages(path, name=name))

    return read_content


@pytest.fixture
def refuse(read: Read) -> Refuse:
    """Return the refusal of that content."""

    def refuse_content(content: bytes | str, name: str | None = None) -> InputRefusedError:
        with pytest.raises(InputRefusedError) as caught:
            read(content, name)
        return caught.value

    return refuse_content
