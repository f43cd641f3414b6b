"""Sharing commits."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from bothub_cli.errors import LockBusyError
from bothub_cli.events.receive.group_commit import GroupCommit
from bothub_cli.events.store.event_records import ReceivedEvent, StoredEvent
from tests.events.samples import received, text_event

ITEMS = [received(text_event(str(number), "hi")) for number in range(100)]


async def add_all(commit: GroupCommit) -> list[list[StoredEvent | None] | BaseException]:
    return await asyncio.gather(*(commit.add(item) for item in ITEMS), return_exceptions=True)


@pytest.mark.parametrize("problem", [LockBusyError(subject="the store"), ZeroDivisionError()])
def test_a_batch_that_fails_fails_for_everybody_in_it_and_leaves_nobody_waiting(problem: Exception) -> None:
    def fail(_: Sequence[ReceivedEvent]) -> list[StoredEvent | None]:
        raise problem

    with ThreadPoolExecutor(1) as executor:
        outcomes = asyncio.run(add_all(GroupCommit(fail, executor)))
    assert outcomes == [problem] * 100


def test_after_a_failure_the_next_batch_is_tried_again() -> None:
    answers = iter([LockBusyError(subject="the store"), None])

    def append(batch: Sequence[ReceivedEvent]) -> list[StoredEvent | None]:
        if (problem := next(answers)) is not None:
            raise problem
        return [None] * len(batch)

    async def add_twice(commit: GroupCommit) -> list[StoredEvent | None]:
        with pytest.raises(LockBusyError):
            await commit.add(ITEMS[0])
        return await commit.add(ITEMS[0])

    with ThreadPoolExecutor(1) as executor:
        assert asyncio.run(add_twice(GroupCommit(append, executor))) == [None]


def test_events_that_arrive_during_a_commit_share_the_next_one() -> None:
    sizes: list[int] = []
    is_open = threading.Event()

    def append(batch: Sequence[ReceivedEvent]) -> list[StoredEvent | None]:
        sizes.append(len(batch))
        is_open.wait(10)
        return [None] * len(batch)

    async def add_in_two_steps(commit: GroupCommit) -> None:
        first = asyncio.create_task(commit.add(ITEMS[0]))
        while not sizes:
            await asyncio.sleep(0.01)
        others = [asyncio.create_task(commit.add(item)) for item in ITEMS[1:]]
        await asyncio.sleep(0.05)
        assert not first.done()
        is_open.set()
        await asyncio.gather(first, *others)

    with ThreadPoolExecutor(1) as executor:
        asyncio.run(add_in_two_steps(GroupCommit(append, executor)))
    assert sizes == [1, 99]


def test_the_events_of_one_call_are_written_together() -> None:
    sizes: list[int] = []

    def append(batch: Sequence[ReceivedEvent]) -> list[StoredEvent | None]:
        sizes.append(len(batch))
        return [None] * len(batch)

    with ThreadPoolExecutor(1) as executor:
        assert asyncio.run(GroupCommit(append, executor).add(*ITEMS[:7])) == [None] * 7
    assert sizes == [7]


def test_a_sender_that_was_given_up_spoils_nothing_for_the_others() -> None:
    async def cancel_one(commit: GroupCommit) -> list[StoredEvent | None]:
        given_up = asyncio.create_task(commit.add(ITEMS[0]))
        other = asyncio.create_task(commit.add(ITEMS[1]))
        await asyncio.sleep(0)
        given_up.cancel()
        return await other

    with ThreadPoolExecutor(1) as executor:
        assert asyncio.run(cancel_one(GroupCommit(lambda batch: [None] * len(batch), executor))) == [None]
