"""How far the messages of a campaign got is counted once each, by the furthest report."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothub_cli.events.store.database import Database, open_database
from bothub_cli.events.store.event_records import ReceivedEvent
from bothub_cli.events.store.reach import Reach, count_reach, find_reported_status
from bothub_cli.events.store.write import EventStore
from bothub_cli.messages.event.read import read_event

ANN, BOB = "+33612000001", "+33612000002"


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "events.db")
    yield database
    database.close()


def hear(database: Database, *events: Mapping[str, object]) -> None:
    for second, event in enumerate(events):
        received = ReceivedEvent(
            event=read_event(event), body=b"{}", received_at=datetime(2026, 6, 1, 12, 0, second, tzinfo=UTC)
        )
        EventStore(database, profile="shop").append([received])


def status(message_id: str, number: str, word: str) -> dict[str, object]:
    message = {"msgId": message_id, "status": word}
    return {"event": "messageStatus", "messageContact": {"userContact": number}, "RCSMessage": message}


def text(number: str, message_id: str) -> dict[str, object]:
    message = {"msgId": message_id, "textMessage": "Thanks"}
    return {"event": "message", "messageContact": {"userContact": number}, "RCSMessage": message}


def test_nothing_heard_is_nothing_reached(heard: Database) -> None:
    assert count_reach(heard, ["m1"]) == Reach(delivered=0, displayed=0, failed=0, replied=0)
    assert find_reported_status(heard, "m1") is None


def test_other_messages_do_not_count(heard: Database) -> None:
    hear(heard, status("m9", ANN, "displayed"), text(ANN, "t1"))
    assert count_reach(heard, ["m1"]) == Reach(delivered=0, displayed=0, failed=0, replied=0)


def test_an_answer_before_the_message_is_no_reply(heard: Database) -> None:
    hear(heard, text(ANN, "t1"), status("m1", ANN, "delivered"))
    assert count_reach(heard, ["m1"]).replied == 0


def test_each_message_counts_by_its_furthest_report_and_each_person_once(heard: Database) -> None:
    hear(
        heard,
        status("m1", ANN, "displayed"),
        status("m1", ANN, "delivered"),
        status("m2", BOB, "failed"),
        text(ANN, "t1"),
        text(ANN, "t2"),
    )
    assert count_reach(heard, ["m1", "m2", "m1"]) == Reach(delivered=1, displayed=1, failed=1, replied=1)
    assert find_reported_status(heard, "m1") == "displayed"


def test_counting_twice_leaves_nothing_behind(heard: Database) -> None:
    hear(heard, status("m1", ANN, "delivered"))
    assert count_reach(heard, ["m1"]) == count_reach(heard, ["m1"])
