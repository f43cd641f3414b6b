"""``event queue``: what stuck on its way to another program is seen, tried again, or dropped."""

import json
from datetime import timedelta

import jsonschema
import pytest

from bothub_cli.events.forward.deliveries import DeliveryOutcome, DeliveryQueue, OpenFilter
from bothub_cli.events.forward.targets import read_url_target, route
from bothub_cli.events.store.database import open_database
from bothub_cli.events.store.write import EventStore, StorePolicy
from tests.commands.webhooks import store_path
from tests.conftest import Bothub, Ran
from tests.events.samples import NOW, received, text_event

ONE, TWO = (read_url_target(f"http://127.0.0.1:1/{name}?secret=s3cret") for name in ("one", "two"))


@pytest.fixture
def _stuck() -> None:
    """Two events for two targets: the first of them was given up by the first target."""
    database = open_database(store_path())
    store = EventStore(database, profile="default", policy=StorePolicy(targets_of=route([ONE, TWO])))
    store.append([received(text_event("m1", "one")), received(text_event("m2", "two"))])
    [first] = [each for each in DeliveryQueue(database).list_open(OpenFilter(target=ONE.key)) if each.stored.id == 1]
    DeliveryQueue(database).settle(
        [DeliveryOutcome(delivery_id=first.id, state="failed", next_at=NOW, problem="HTTP 500")]
    )
    database.close()


def states(bothub: Bothub) -> list[str]:
    return [line["state"] for line in bothub("event", "queue", "--json").lines[:-1]]


def test_to_look_at_the_queue_makes_no_store(bothub: Bothub) -> None:
    ran = bothub("event", "queue", "--json")
    assert (ran.code, len(ran.lines), ran.lines[0]["total"]) == (0, 1, 0)
    assert not store_path().exists()


@pytest.mark.usefixtures("_stuck")
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--retry", "99"), "99 is not in the queue"),
        (("--drop", "some"), "takes an ID of the queue, or all"),
        (("--drop", "-1"), "takes an ID of the queue, or all"),
        (("--retry", "1", "--drop", "1"), "exclude each other"),
        (("--retry", "1", "--target", TWO.key), "1 is not in the queue"),
        (("--dry-run",), "a list changes nothing"),
    ],
)
def test_what_is_not_there_or_makes_no_sense_is_refused(bothub: Bothub, options: tuple[str, ...], problem: str) -> None:
    ran = bothub("event", "queue", *options)
    assert ran.code == 2
    assert problem in ran.err
    assert states(bothub) == ["given-up", "waiting", "waiting", "waiting"]


@pytest.mark.usefixtures("_stuck")
def test_the_queue_tells_what_waits_and_what_was_given_up_without_an_address(bothub: Bothub) -> None:
    ran = bothub("event", "queue", "--json")
    first, *_, summary = ran.lines
    assert (first["event_id"], first["kind"], first["target"], first["attempts"]) == ("1", "message", ONE.key, 1)
    assert (first["state"], first["problem"], first["next_at"]) == ("given-up", "HTTP 500", None)
    assert (summary["total"], summary["waiting"], summary["given_up"], summary["more"]) == (4, 3, 1, False)
    assert "127.0.0.1" not in ran.out + bothub("event", "queue").out


@pytest.mark.usefixtures("_stuck")
def test_of_a_long_queue_the_oldest_are_listed(bothub: Bothub) -> None:
    *rows, summary = bothub("event", "queue", "--limit", "2", "--json").lines
    assert [row["id"] for row in rows] == ["1", "2"]
    assert (summary["total"], summary["more"]) == (4, True)


@pytest.mark.usefixtures("_stuck")
def test_what_was_given_up_is_tried_again(bothub: Bothub) -> None:
    ran = bothub("event", "queue", "--retry", "1", "--json")
    assert (ran.json["action"], ran.json["changed"], ran.json["dry_run"]) == ("retry", 1, False)
    assert states(bothub) == ["waiting"] * 4
    database = open_database(store_path())
    [due, *_] = DeliveryQueue(database).take_due(ONE.key, now=NOW + timedelta(days=3650), limit=1)
    database.close()
    assert (due.id, due.attempts) == (1, 0)


@pytest.mark.usefixtures("_stuck")
def test_what_is_dropped_leaves_the_queue_and_stays_in_the_store(bothub: Bothub) -> None:
    assert bothub("event", "queue", "--drop", "1").out == "1 dropped\n"
    assert states(bothub) == ["waiting"] * 3
    assert bothub("event", "show", "1").code == 0


@pytest.mark.usefixtures("_stuck")
def test_all_of_one_target_are_dropped_and_the_others_stay(bothub: Bothub) -> None:
    assert bothub("event", "queue", "--drop", "all", "--target", TWO.key, "--json").json["changed"] == 2
    assert states(bothub) == ["given-up", "waiting"]


@pytest.mark.usefixtures("_stuck")
@pytest.mark.parametrize("action", ["--retry", "--drop"])
def test_a_rehearsal_counts_and_changes_nothing(bothub: Bothub, action: str) -> None:
    ran = bothub("event", "queue", action, "all", "-n", "--json")
    assert (ran.json["changed"], ran.json["dry_run"]) == (4, True)
    assert states(bothub) == ["given-up", "waiting", "waiting", "waiting"]


@pytest.mark.usefixtures("_stuck")
@pytest.mark.parametrize("options", [(), ("--retry", "all"), ("--drop", "all", "-n")])
def test_every_line_satisfies_its_schema(bothub: Bothub, options: tuple[str, ...]) -> None:
    ran: Ran = bothub("event", "queue", *options, "--json")
    for line in ran.lines:
        name = line["schema"].split("/")[1]
        jsonschema.validate(line, json.loads(bothub("schema", name).out))
