"""What is written in one turn of the loop leaves in one piece, in its order."""

import asyncio

from bothub_cli.serving.joined_writes import JoinedWrites


class FakeTransport(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.did: list[bytes | str] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.did.append(bytes(data))

    def write_eof(self) -> None:
        self.did.append("end")

    def close(self) -> None:
        self.did.append("closed")

    def abort(self) -> None:
        self.did.append("aborted")


def test_a_head_and_its_body_leave_together() -> None:
    async def answer() -> list[bytes | str]:
        transport = FakeTransport()
        joined = JoinedWrites(transport)
        joined.write(b"head ")
        joined.write(b"body")
        await asyncio.sleep(0)
        joined.write(b"next")
        await asyncio.sleep(0)
        return transport.did

    assert asyncio.run(answer()) == [b"head body", b"next"]


def test_what_waits_leaves_before_the_connection_is_closed_or_ended() -> None:
    async def answer() -> list[bytes | str]:
        transport = FakeTransport()
        joined = JoinedWrites(transport)
        joined.write(b"last words")
        joined.write_eof()
        joined.write(b"too late")
        joined.close()
        return transport.did

    assert asyncio.run(answer()) == [b"last words", "end", "closed"]


def test_what_waits_is_forgotten_with_a_connection_that_is_broken() -> None:
    async def answer() -> list[bytes | str]:
        transport = FakeTransport()
        joined = JoinedWrites(transport)
        joined.write(b"secret")
        joined.abort()
        await asyncio.sleep(0)
        return transport.did

    assert asyncio.run(answer()) == ["aborted"]


def test_much_is_sent_at_once_so_that_a_slow_reader_is_noticed() -> None:
    async def answer() -> list[bytes | str]:
        transport = FakeTransport()
        joined = JoinedWrites(transport)
        joined.write(b"x" * 60_000)
        joined.write(b"y" * 60_000)
        return transport.did

    assert asyncio.run(answer()) == [b"x" * 60_000 + b"y" * 60_000]
