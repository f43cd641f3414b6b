"""What was no event gets another chance."""

import gzip
import json

import pytest

from bothub_cli.events.dead_letters import post_again, read_letter, store_again
from bothub_cli.events.opt_out import build_words
from bothub_cli.events.store import write
from bothub_cli.events.store.database import Database
from bothub_cli.events.store.event_records import DeadLetter
from bothub_cli.events.store.read import EventFilter, list_dead_letters, list_events
from bothub_cli.events.store.suppression import SuppressionList
from bothub_cli.events.store.write import EventStore, StorePolicy
from bothub_cli.messages.event.body import NotAnEventError
from bothub_cli.redaction import Secret
from tests.events.samples import NOW, PlainTransport, open_inbox, text_event

POLICY = StorePolicy(words=build_words())


def letter(body: bytes, *, size: int | None = None, encoding: str | None = None) -> DeadLetter:
    return DeadLetter(
        profile="shop",
        received_at=NOW,
        reason="of an encoding that nobody knew",
        content_type="application/json",
        content_encoding=encoding,
        size=len(body) if size is None else size,
        body=body,
    )


@pytest.fixture
def kept(database: Database) -> list[DeadLetter]:
    store = EventStore(database, profile="shop")
    stop = json.dumps(text_event("m1", "STOP")).encode()
    for each in (letter(gzip.compress(stop), encoding="gzip"), letter(b"{broken"), letter(stop, size=999)):
        store.store_dead_letter(each)
    return list(list_dead_letters(database))


def test_what_can_be_read_now_is_an_event_of_its_time_with_the_wish_in_it(
    database: Database, kept: list[DeadLetter]
) -> None:
    taken, broken, cut = store_again(database, kept, policy=POLICY)
    assert (taken.events, taken.problem) == (1, None)
    assert "not JSON" in (broken.problem or "")
    assert "of its 999 bytes" in (cut.problem or "")
    (stored,) = list_events(database, EventFilter())
    assert (stored.event.msg_id, stored.received_at, stored.profile) == ("m1", NOW, "shop")
    assert SuppressionList(database, profile="shop").find("+33612345678") is not None
    assert [each.id for each in list_dead_letters(database)] == [broken.letter.id, cut.letter.id]


def test_a_body_of_any_size_that_the_webhook_takes_is_kept_whole(database: Database) -> None:
    event = text_event("m1", "x" * 900_000)
    whole = json.dumps([event]).encode()
    EventStore(database, profile="shop").store_dead_letter(letter(whole))
    (taken,) = store_again(database, list_dead_letters(database), policy=POLICY)
    assert (taken.events, taken.problem) == (1, None)


def test_all_bodies_together_have_a_limit_and_the_oldest_make_room(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "DEAD_LETTERS_BYTES", 250)
    store = EventStore(database, profile="shop")
    for name in (b"a", b"b", b"c"):
        store.store_dead_letter(letter(name * 100))
    assert sorted(each.body[:1] for each in list_dead_letters(database)) == [b"b", b"c"]
    store.store_dead_letter(letter(b"d" * 200))
    assert [each.body[:1] for each in list_dead_letters(database)] == [b"d"]


def test_doing_it_again_stores_nothing_twice(database: Database, kept: list[DeadLetter]) -> None:
    list(store_again(database, kept[:1], policy=POLICY))
    (again,) = store_again(database, kept[:1], policy=POLICY)
    assert again.events == 0
    assert len(list(list_events(database, EventFilter()))) == 1


def test_a_body_with_one_part_that_is_no_event_is_kept_whole() -> None:
    with pytest.raises(NotAnEventError, match="part 2 of 2"):
        read_letter(letter(b"[{}, 1]"))


def test_a_body_is_posted_as_it_came() -> None:
    body = json.dumps(text_event("m1", "hi")).encode()
    taken: list[DeadLetter] = []
    with open_inbox() as inbox:
        posted = post_again(
            [letter(body), letter(b"{}", size=3)],
            inbox.url,
            token=Secret("abc"),
            transport=PlainTransport(),
            on_taken=taken.append,
        )
        assert [each.problem is None for each in posted] == [True, False]
    assert inbox.headers[0]["Authorization"] == "abc"
    assert [each.body for each in taken] == [body]
