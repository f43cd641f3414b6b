"""A token in a file may change while a server runs."""

from pathlib import Path

from bothub_cli.errors import UsageError
from bothub_cli.events.token_files import LOOK_EVERY, TokenFiles
from bothub_cli.redaction import Secret
from tests.fake_clock import FakeClock


class Rotation:
    """A file with a token, and who reads it."""

    def __init__(self, path: Path, clock: FakeClock) -> None:
        self.path = path
        self.said: list[str | None] = []
        path.write_text("first")
        self.tokens = TokenFiles(self.read, [path], on_change=self.said.append, now=clock.monotonic)

    def read(self) -> tuple[Secret, ...]:
        if not self.path.exists():
            raise UsageError(problem="there is no such file")
        return (Secret(self.path.read_text()),)


def test_a_changed_file_is_read_again_within_a_second(tmp_path: Path, clock: FakeClock) -> None:
    rotation = Rotation(tmp_path / "token", clock)
    rotation.path.write_text("second, longer")
    assert rotation.tokens() == (Secret("first"),)
    clock.sleep(LOOK_EVERY)
    assert rotation.tokens() == (Secret("second, longer"),)
    assert rotation.said == [None]


def test_a_link_that_leads_elsewhere_is_a_change(tmp_path: Path, clock: FakeClock) -> None:
    rotation = Rotation(tmp_path / "token", clock)
    (tmp_path / "next").write_text("other")
    (tmp_path / "next").replace(rotation.path)
    clock.sleep(LOOK_EVERY)
    assert rotation.tokens.first() == Secret("other")


def test_while_the_file_is_gone_the_token_of_before_counts_and_that_is_said_once(
    tmp_path: Path, clock: FakeClock
) -> None:
    rotation = Rotation(tmp_path / "token", clock)
    rotation.path.unlink()
    for _ in range(3):
        clock.sleep(LOOK_EVERY)
        assert rotation.tokens() == (Secret("first"),)
    assert rotation.said == ["there is no such file"]
    rotation.path.write_text("second")
    clock.sleep(LOOK_EVERY)
    assert rotation.tokens() == (Secret("second"),)
    assert rotation.said[1:] == [None]
