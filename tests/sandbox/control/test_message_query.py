"""Messages are found by what stands in them, and nothing is read twice for that."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.sandbox.control.message_query import MessageQuery, wait_for_message
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.message_log import LoggedStatus, MessageLog, SandboxMessage
from bothub_cli.sandbox.state.sandbox import Sandbox

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CARD = {"richcardMessage": {"message": {"generalPurposeCard": {"content": {"title": "Tram Été", "suggestions": []}}}}}


def _message(msg_id: str, content: dict[str, Any], *, number: str = "+33612345678") -> SandboxMessage:
    return SandboxMessage(
        msg_id=msg_id,
        bot_id="bot",
        number=number,
        direction="to_phone",
        payload={"RCSMessage": content, "messageContact": {"userContact": number}},
        received_at=NOW,
        history=[LoggedStatus("pending", NOW)],
    )


@pytest.fixture
def log() -> MessageLog:
    log = MessageLog(limit=100)
    log.add(_message("text", {"textMessage": "Hello"}))
    log.add(_message("card", CARD))
    log.add(_message("other", {"textMessage": "Hello"}, number="+33699999999"))
    return log


def _found(log: MessageLog, **conditions: Any) -> list[str]:
    return [message.msg_id for message in MessageQuery(**conditions).newest(log)]


@pytest.mark.parametrize("words", ["textMessage", "title", "{", "hello card"])
def test_the_names_of_members_are_not_searched(log: MessageLog, words: str) -> None:
    assert _found(log, words=words) == []


@pytest.mark.parametrize(
    ("words", "expected"), [("TRAM É", ["card"]), ("hello", ["text", "other"]), ("33699", ["other"])]
)
def test_a_text_is_found_whatever_its_case(log: MessageLog, words: str, expected: list[str]) -> None:
    assert _found(log, words=words) == expected


def test_the_next_search_does_not_read_the_message_again(log: MessageLog) -> None:
    assert _found(log, words="hello") == ["text", "other"]
    for message in log:
        message.payload = {}
    assert _found(log, words="hello") == ["text", "other"]


def test_one_number_is_looked_for_in_its_own_conversation_alone(log: MessageLog) -> None:
    assert [message.msg_id for message in log.newest_first("+33612345678")] == ["card", "text"]
    assert _found(log, number="+33612345678", words="hello") == ["text"]
    assert _found(log, number="+33600000000") == []


class _WatchedLog(MessageLog):
    """Notes which messages are looked at."""

    def __init__(self) -> None:
        super().__init__(limit=100)
        self.looked_at: list[str] = []

    def newest_first(self, number: str | None = None) -> Iterator[SandboxMessage]:
        for message in super().newest_first(number):
            self.looked_at.append(message.msg_id)
            yield message


def test_who_waits_does_not_look_at_old_messages_again(tmp_path: Path, identity: SandboxIdentity) -> None:
    sandbox, log = Sandbox([identity], directory=tmp_path), _WatchedLog()
    sandbox.messages = log
    for number in range(3):
        log.add(_message(f"old {number}", {"textMessage": "Hello"}))

    async def wait_while_messages_come() -> SandboxMessage | None:
        query = MessageQuery(words="wanted")
        waiting = asyncio.ensure_future(wait_for_message(sandbox, query, timeout=20, closing=asyncio.Event()))
        for msg_id, text in [("new 1", "Hello"), ("new 2", "Hello"), ("new 3", "Wanted")]:
            await asyncio.sleep(0)
            sandbox.take_message(_message(msg_id, {"textMessage": text}))
        return await waiting

    found = asyncio.run(wait_while_messages_come())
    assert found is not None
    assert found.msg_id == "new 3"
    assert log.looked_at.count("old 0") == 1
