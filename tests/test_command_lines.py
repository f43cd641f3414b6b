"""Command lines are cut into words in one way, and what cannot be run is named."""

import sys
from pathlib import Path

import pytest

from bothub_cli.command_lines import say_not_runnable, split_words


@pytest.mark.parametrize(
    ("system", "written", "words"),
    [
        ("linux", r"op read 'op://shop/a key' a\ b", ("op", "read", "op://shop/a key", "a b")),
        ("linux", "python # -c", ("python", "#", "-c")),
        ("win32", r"C:\tools\op.exe read op://shop/key", (r"C:\tools\op.exe", "read", "op://shop/key")),
        ("win32", r'"C:\Program Files\op\op.exe" read', (r"C:\Program Files\op\op.exe", "read")),
        ("win32", r"\\server\share\post.exe --to C:\new", (r"\\server\share\post.exe", "--to", r"C:\new")),
    ],
)
def test_a_backslash_belongs_to_a_path_on_windows_alone(
    monkeypatch: pytest.MonkeyPatch, system: str, written: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert split_words(written) == words


def test_an_open_quote_is_refused() -> None:
    with pytest.raises(ValueError, match="No closing quotation"):
        split_words("op read 'x")


def test_a_program_is_looked_for_on_the_path_and_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no program")
    assert say_not_runnable([sys.executable, "-V"]) is None
    assert say_not_runnable(["no-such-program-here"]) == "there is no program no-such-program-here"
    assert say_not_runnable([]) == "there is no program in it"
    assert say_not_runnable([f"{tmp_path}/text"]) == f"{tmp_path}/text: may not be run by you"
