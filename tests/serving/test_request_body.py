"""All bodies together take no more memory than they may, and a small one is read whatever large ones are sent."""

import asyncio
from collections.abc import Iterable

import pytest

from bothub_cli.serving.asgi import Message, Receive
from bothub_cli.serving.request_body import BodyRoom, BodyTooLargeError, ClientGoneError, NoRoomError

NEVER = object()


def client(*pieces: object) -> Receive:
    """Send the pieces; after NEVER, wait."""
    left = list(pieces)

    async def receive() -> Message:
        piece = left.pop(0) if left else None
        if piece is NEVER:
            await asyncio.Event().wait()
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    return receive


async def read(room: BodyRoom, *pieces: object, limit: int = 70_000, declared: str | None = None) -> bytes:
    return await room.read(client(*pieces), limit=limit, declared=declared)


def test_a_body_is_read_whole_in_however_many_pieces() -> None:
    assert asyncio.run(read(BodyRoom(), b"one")) == b"one"
    assert asyncio.run(read(BodyRoom(), b"one", b"", b" two", b" three")) == b"one two three"


@pytest.mark.parametrize("pieces", [(b"x" * 70_001,), (b"x" * 70_001, NEVER), (b"x" * 60_000, b"x" * 60_000, NEVER)])
def test_too_much_is_refused_as_soon_as_it_is_known(pieces: Iterable[object]) -> None:
    with pytest.raises(BodyTooLargeError):
        asyncio.run(read(BodyRoom(), *pieces))


@pytest.mark.parametrize("declared", ["70001", "9" * 30])
def test_a_length_that_is_too_large_is_refused_unread(declared: str) -> None:
    with pytest.raises(BodyTooLargeError):
        asyncio.run(read(BodyRoom(), NEVER, declared=declared))


def test_a_client_that_leaves_ends_the_reading() -> None:
    with pytest.raises(ClientGoneError):
        asyncio.run(read(BodyRoom(), b"half", None))


def test_the_largest_unfinished_body_makes_room_for_a_small_one() -> None:
    async def crowd() -> bytes:
        room = BodyRoom(100_000)
        large = asyncio.ensure_future(read(room, b"l" * 60_000, NEVER))
        other = asyncio.ensure_future(read(room, b"o" * 39_900, NEVER))
        await asyncio.sleep(0)
        small = await read(room, b"small " * 10, b"one")
        await asyncio.sleep(0)
        assert not other.done()
        with room.holding(60_000):  # nothing is left of the large one
            pass
        for each in (large, other):
            each.cancel()
        return small

    assert asyncio.run(crowd()) == b"small " * 10 + b"one"


def test_who_had_to_make_room_is_told_so_when_more_comes() -> None:
    async def crowd() -> bytes:
        room = BodyRoom(100_000)
        go = asyncio.Event()

        async def slow() -> Message:
            await go.wait()
            return {"type": "http.request", "body": b"", "more_body": False}

        messages = iter([client(b"l" * 60_000, b"")])

        async def receive() -> Message:
            first = next(messages, None)
            return await (first() if first else slow())

        large = asyncio.ensure_future(room.read(receive, limit=70_000, declared=None))
        await asyncio.sleep(0)
        await read(room, b"x" * 45_000, b"y")
        go.set()
        return await large

    with pytest.raises(NoRoomError):
        asyncio.run(crowd())


def test_what_is_held_counts_until_it_is_dealt_with() -> None:
    room = BodyRoom(100_000)
    with room.holding(60_000):
        with pytest.raises(NoRoomError), room.holding(60_000):
            pass
        with pytest.raises(NoRoomError):
            asyncio.run(read(room, b"x" * 40_001, b""))
    with room.holding(100_000):
        pass
