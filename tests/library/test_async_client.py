"""The client of an event loop decides as the blocking one does: once, renewed once, and honest about what it knows."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from bothub_cli import AsyncClient, Client, file, text
from bothub_cli.errors import ApiRefusedError, InputRefusedError, NetworkError, OutcomeUnknownError, UsageError
from bothub_cli.messages import MessageRefusedError
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings

TO = "+33612345678"
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    monkeypatch.setenv("BOTHUB_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "state"))
    with SandboxServer(settings=SandboxSettings(rate_limits=RateLimits.off())) as started:
        yield started


def _client(
    server: SandboxServer, *, api_base: str | None = None, timeout: str = "30", max_wait: str = "30"
) -> AsyncClient:
    bot = server.identity
    return AsyncClient(
        bot_id=bot.bot_id,
        authorization=bot.authorization,
        private_key=bot.private_key_pem.reveal(),
        api_base=api_base or server.url,
        timeout=timeout,
        max_wait=max_wait,
    )


def test_two_hundred_at_once_are_sent_once_each_with_one_token_request(server: SandboxServer) -> None:
    async def program() -> list[str | None]:
        async with _client(server) as client:
            sent = await asyncio.gather(*(client.send(text(f"Hello {n}", to=TO)) for n in range(200)))
        return [accepted.msg_id for accepted in sent]

    assert len(set(asyncio.run(program()))) == 200
    assert server.counts() == {"oauth": 1, "auth": 1, "messages": 200}


def test_a_token_that_is_refused_is_renewed_once_for_all(server: SandboxServer) -> None:
    async def program() -> int:
        async with _client(server) as client:
            await client.send(text("the first", to=TO))
            server.advance(hours=2)  # what the client holds looks fresh to its own clock
            sent = await asyncio.gather(*(client.send(text(f"Hello {n}", to=TO)) for n in range(20)))
        return len({accepted.msg_id for accepted in sent})

    assert asyncio.run(program()) == 20


def test_a_second_event_loop_is_told_what_to_do(server: SandboxServer) -> None:
    client = _client(server, max_wait="0")
    server.stop()  # so that no connection is left behind

    async def program() -> None:
        await client.message_status("nobody-knows-it")

    with pytest.raises(NetworkError):
        asyncio.run(program())
    with pytest.raises(UsageError, match="belongs to the event loop"):
        asyncio.run(program())


def test_a_task_that_is_cancelled_before_its_request_left_has_sent_nothing(server: SandboxServer) -> None:
    async def program() -> list[BaseException | None]:
        async with _client(server) as client:
            tasks = [asyncio.create_task(client.send(text("Hello", to=TO))) for _ in range(3)]
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in ended)
        return [each.__cause__ for each in ended if isinstance(each, BaseException)]

    assert asyncio.run(program()) == [None, None, None]
    assert "messages" not in server.counts()


def test_both_clients_have_the_same_methods() -> None:
    def methods(kind: type) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_")}

    of_campaigns = {"campaign_destination", "send_campaign"}  # they have a pace of their own
    assert methods(Client) - methods(AsyncClient) == of_campaigns
    assert methods(AsyncClient) - methods(Client) == {"aclose"}


def test_it_is_as_careful_as_the_blocking_one(server: SandboxServer) -> None:
    async def program() -> None:
        async with _client(server) as client:
            with pytest.raises(MessageRefusedError):
                await client.send(text("Hello", to=TO, replies=["A label that is far too long for a chip"]))
            with pytest.raises(ApiRefusedError):
                await client.message_status("nobody-knows-it")
            assert (await client.set_typing(TO)).request_id

    asyncio.run(program())


def test_a_file_of_this_machine_is_stored_and_can_be_sent(server: SandboxServer, tmp_path: Path) -> None:
    picture = tmp_path / "a.jpg"
    picture.write_bytes(b"\xff\xd8\xff" + b"x" * 100)

    async def program() -> str | None:
        async with _client(server) as client:
            stored = await client.store_file(picture)
            assert stored.file_url is not None
            sent = await client.send(file(stored.file_url, content_type="image/jpeg", size=103, to=TO))
            return sent.msg_id

    assert asyncio.run(program())


def test_a_file_that_is_empty_is_refused_before_anything_is_asked(server: SandboxServer, tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()

    async def program() -> None:
        async with _client(server) as client:
            with pytest.raises(InputRefusedError, match="is empty"):
                await client.store_file(tmp_path / "empty.jpg")

    asyncio.run(program())
    assert server.counts() == {}


def test_exchanges_are_logged_masked_as_soon_as_somebody_listens(
    server: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def program() -> None:
        async with _client(server) as client:
            await client.send(text("the first", to=TO))
            with caplog.at_level(logging.DEBUG, logger="bothub"):
                await client.send(text("the second", to=TO))

    asyncio.run(program())
    assert "> POST" in caplog.text
    assert TO not in caplog.text
    assert "the second" not in caplog.text


def test_where_nobody_listens_nothing_was_sent(server: SandboxServer) -> None:
    async def program() -> None:
        async with _client(server, max_wait="0") as client:
            await client.send(text("the first", to=TO))
            server.stop()
            with pytest.raises(NetworkError):
                await client.send(text("the second", to=TO))

    asyncio.run(program())


@contextlib.asynccontextmanager
async def _listening(server: SandboxServer, answer: Answer) -> AsyncIterator[str]:
    """An API whose tokens are the sandbox's and whose messages meet ``answer``."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                (int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length")), 0
            )
            await reader.readexactly(length)
            if "/messages" in head.partition("\r\n")[0]:
                await answer(reader, writer)
            else:
                body = json.dumps(dict.fromkeys(("access_token", "accessToken"), "a-token-of-the-test")).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n" % len(body))
                writer.write(body)
                await writer.drain()
        writer.close()

    async def meet_and_part(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await meet(reader, writer)
        finally:  # also when the test ends in the middle of an answer
            writer.close()

    listener = await asyncio.start_server(meet_and_part, "127.0.0.1", 0)
    async with listener:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"


async def _cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close without an answer."""


def test_a_connection_that_is_cut_after_the_request_leaves_the_outcome_unknown(server: SandboxServer) -> None:
    async def program() -> None:
        async with _listening(server, _cut) as url, _client(server, api_base=url) as client:
            with pytest.raises(OutcomeUnknownError):
                await client.send(text("Hello", to=TO))

    asyncio.run(program())


def test_a_task_that_is_cancelled_after_its_request_left_says_that_it_may_have_been_accepted(
    server: SandboxServer,
) -> None:
    async def program() -> BaseException | None:
        arrived = asyncio.Event()

        async def keep_waiting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            arrived.set()
            await reader.read()

        async with _listening(server, keep_waiting) as url, _client(server, api_base=url) as client:
            task = asyncio.create_task(client.send(text("Hello", to=TO)))
            await asyncio.wait_for(arrived.wait(), 60)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as cancelled:
                await task
            return cancelled.value.__cause__

    assert isinstance(asyncio.run(program()), OutcomeUnknownError)


def test_a_server_that_never_answers_is_given_up_in_time(server: SandboxServer) -> None:
    async def program() -> None:
        async def keep_waiting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()

        async with _listening(server, keep_waiting) as url, _client(server, api_base=url, timeout="0.3") as client:
            with pytest.raises(OutcomeUnknownError, match="in time"):
                await client.send(text("Hello", to=TO))

    asyncio.run(program())
