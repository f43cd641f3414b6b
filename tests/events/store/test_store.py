"""What the store keeps of what came in."""

from datetime import timedelta
from pathlib import Path

import pytest

from bothub_cli.events.forward.deliveries import DeliveryQueue
from bothub_cli.events.store.database import Database, open_database
from bothub_cli.events.store.event_records import DeadLetter
from bothub_cli.events.store.read import EventFilter, list_dead_letters, list_events
from bothub_cli.events.store.sent import SentLog, SentMessage
from bothub_cli.events.store.suppression import SuppressionList
from bothub_cli.events.store.write import EventStore, StorePolicy, purge
from bothub_cli.messages.event.event import Event
from tests.events.samples import NOW, received, status_event, text_event


@pytest.fixture
def store(database: Database) -> EventStore:
    return EventStore(database, profile="shop")


def letter(reason: str = "empty", body: bytes = b"") -> DeadLetter:
    return DeadLetter(profile="shop", received_at=NOW, reason=reason, content_type=None, size=len(body), body=body)


def test_a_redelivery_is_not_stored_again(store: EventStore, database: Database) -> None:
    first = store.append([received(text_event("1", "hello"))])
    again = store.append([received(text_event("1", "hello")), received(text_event("2", "you"))])
    assert first[0] is not None
    assert again[0] is None
    assert [item.event.text for item in list_events(database, EventFilter())] == ["hello", "you"]


def test_the_same_event_for_another_profile_is_another_event(store: EventStore, database: Database) -> None:
    store.append([received(text_event("1", "hello"))])
    assert EventStore(database, profile="bank").append([received(text_event("1", "hello"))])[0] is not None


def test_events_that_nothing_identifies_are_all_kept(store: EventStore, database: Database) -> None:
    store.append([received({"event": "healthProbe"}), received({"event": "healthProbe"})])
    assert len(list(list_events(database, EventFilter(kind="healthProbe")))) == 2


def test_the_body_is_kept_byte_for_byte_even_with_half_a_surrogate(store: EventStore, database: Database) -> None:
    item = received({"event": "message", "RCSMessage": {"msgId": "\ud800", "textMessage": "\ud800\u0000"}})
    store.append([item])
    assert next(list_events(database, EventFilter())).body == item.body


def test_a_batch_is_stored_whole_or_not_at_all(database: Database) -> None:
    def targets_of(event: Event) -> tuple[str, ...]:
        if event.msg_id == "2":
            raise ZeroDivisionError
        return ()

    store = EventStore(database, profile="shop", policy=StorePolicy(targets_of=targets_of))
    with pytest.raises(ZeroDivisionError):
        store.append([received(text_event("1", "a")), received(text_event("2", "b"))])
    assert list(list_events(database, EventFilter())) == []


def test_stop_suppresses_the_number_and_start_takes_it_off(store: EventStore, database: Database) -> None:
    suppressed = SuppressionList(database, profile="shop")
    store.append([received(text_event("1", "Stop !"))])
    entry = suppressed.find("+33612345678")
    assert entry is not None
    assert (entry.word, entry.source, entry.since) == ("Stop !", "user", NOW)
    store.append([received(text_event("2", "start"), at=NOW + timedelta(seconds=1))])
    assert suppressed.find("+33612345678") is None


def test_a_start_that_arrives_after_a_later_stop_changes_nothing(store: EventStore, database: Database) -> None:
    early = text_event("1", "START")
    early["RCSMessage"] = {"msgId": "1", "textMessage": "START", "timestamp": "2026-11-24T14:00:00Z"}
    store.append([received(text_event("2", "STOP")), received(early, at=NOW + timedelta(minutes=1))])
    assert SuppressionList(database, profile="shop").find("+33612345678") is not None


def test_a_stop_under_an_alias_suppresses_the_number_behind_it(store: EventStore, database: Database) -> None:
    alias = {
        "event": "alias",
        "RCSMessage": {"msgId": "a"},
        "messageContact": {"userContact": "+331", "chatId": "93JF"},
    }
    stop = {
        "event": "message",
        "RCSMessage": {"msgId": "s", "textMessage": "STOP"},
        "messageContact": {"chatId": "93JF"},
    }
    store.append([received(alias), received(stop)])
    assert [entry.number for entry in SuppressionList(database, profile="shop")] == ["+331", "93JF"]


def test_a_stop_from_nobody_suppresses_nobody(store: EventStore, database: Database) -> None:
    store.append([received({"event": "message", "RCSMessage": {"msgId": "s", "textMessage": "STOP"}})])
    assert list(SuppressionList(database, profile="shop")) == []


def test_a_redelivered_start_undoes_no_stop(store: EventStore, database: Database) -> None:
    start = received(text_event("1", "START"))
    store.append([start, received(text_event("2", "STOP")), start])
    assert SuppressionList(database, profile="shop").find("+33612345678") is not None


def test_the_newest_thousand_dead_letters_are_kept_whole(store: EventStore, database: Database) -> None:
    for number in range(1_003):
        store.store_dead_letter(letter(str(number), b"x" * (70_000 if number == 1_002 else 1)))
    kept = list(list_dead_letters(database))
    assert [kept[0].reason, kept[-1].reason, len(kept)] == ["3", "1002", 1_000]
    assert (kept[-1].size, len(kept[-1].body)) == (70_000, 70_000)


def test_purge_deletes_what_is_old_but_neither_opt_outs_nor_what_still_waits(database: Database) -> None:
    old, young = NOW - timedelta(days=91), NOW
    store = EventStore(database, profile="shop", policy=StorePolicy(targets_of=lambda e: ("t",) * (e.msg_id == "w")))
    store.append([received(text_event("1", "STOP"), at=old), received(text_event("w", "waits"), at=old)])
    store.append([received(status_event("1", "sent"), at=young)])
    SentLog(database).record([SentMessage(profile="shop", msg_id="s", number="+33", sent_at=old, status=None)])
    store.store_dead_letter(letter())
    assert purge(database, before=NOW - timedelta(days=90)) == 2
    assert [item.event.msg_id for item in list_events(database, EventFilter())] == ["w", "1"]
    assert DeliveryQueue(database).count_waiting() == {"t": 1}
    assert SuppressionList(database, profile="shop").find("+33612345678") is not None


def test_what_was_purged_is_gone_from_the_disk(store_path: Path) -> None:
    database = open_database(store_path)
    EventStore(database, profile="shop").append([received(text_event("1", "my secret wish" * 50), at=NOW)])
    purge(database, before=NOW + timedelta(days=1))
    database.close()
    assert b"my secret wish" not in b"".join(file.read_bytes() for file in store_path.parent.iterdir())
