"""A list from standard input can be read by several readers at once, each from its beginning."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from bothub_cli.lists.sources import FileSource, Source, StreamSource

CONTENT = b"to,first_name\n" + b"".join(b"+3361200%04d,Ann\n" % i for i in range(10_000))


@pytest.fixture(params=["file", "stream"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    if request.param == "file":
        path = tmp_path / "people.csv"
        path.write_bytes(CONTENT)
        yield FileSource(path)
        return
    stream = StreamSource(io.BytesIO(CONTENT))
    yield stream
    stream.close()


def test_a_second_reader_does_not_move_the_first(source: Source) -> None:
    with source.open() as first, source.open() as second:
        begun = first.read(100_000)
        assert second.read() == CONTENT
        assert begun + first.read() == CONTENT


def test_it_can_be_read_again(source: Source) -> None:
    for _ in range(2):
        with source.open() as stream:
            assert stream.read() == CONTENT
