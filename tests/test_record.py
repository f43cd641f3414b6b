"""A record behaves as a frozen dataclass does, and ``dataclasses`` takes it for one."""

import copy
import dataclasses
import pickle
from dataclasses import field
from typing import Any, ClassVar

import pytest

from bothub_cli.record import record


@record
class Place:
    """Two fields, one with a default."""

    kind: ClassVar[str] = "place"

    name: str
    label: str | None = None


@record
class Town(Place):
    """One more field, after those of its base."""

    people: int = 0
    notes: list[str] = field(default_factory=list)
    key: str = field(default="k", repr=False)


@record(kw_only=False)
class Pair:
    """Made by position."""

    left: int
    right: int = 2


@pytest.mark.parametrize(
    ("given", "says"),
    [({}, "misses name"), ({"label": "x"}, "misses name"), ({"name": "a", "size": 1}, "has no size")],
)
def test_a_record_is_made_of_all_its_facts_and_of_no_others(given: dict[str, Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        Place(**given)


def test_one_that_is_made_by_name_refuses_positions_and_one_by_position_too_many() -> None:
    with pytest.raises(TypeError):
        Place("a")  # type: ignore[call-arg]  # what is tried
    with pytest.raises(TypeError, match="takes 2 values"):
        Pair(1, 2, 3)  # type: ignore[call-arg]  # as above


def test_nothing_of_it_changes() -> None:
    place = Place(name="a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        place.name = "b"  # type: ignore[misc]  # what is tried
    with pytest.raises(dataclasses.FrozenInstanceError):
        del place.name


def test_equal_facts_of_one_class_are_equal() -> None:
    assert Place(name="a") == Place(name="a", label=None)
    assert hash(Place(name="a")) == hash(Place(name="a"))
    assert Place(name="a") != Place(name="b")
    assert Place(name="a") != Town(name="a")


def test_it_shows_its_facts_but_for_those_that_stay_hidden() -> None:
    assert repr(Town(name="a", key="secret")) == "Town(name='a', label=None, people=0, notes=[])"
    assert repr(Pair(1)) == "Pair(left=1, right=2)"


def test_a_default_that_is_made_is_made_anew() -> None:
    Town(name="a").notes.append("seen")
    assert Town(name="b").notes == []


def test_dataclasses_takes_it_for_one_of_its_own() -> None:
    town = dataclasses.replace(Town(name="a", people=3), label="A")
    assert town == Town(name="a", people=3, label="A")
    assert [each.name for each in dataclasses.fields(Town)] == ["name", "label", "people", "notes", "key"]
    assert [each.default for each in dataclasses.fields(Pair)] == [dataclasses.MISSING, 2]
    assert dataclasses.asdict(Pair(1)) == {"left": 1, "right": 2}
    assert dataclasses.is_dataclass(Place)


def test_it_crosses_to_another_process_and_is_copied() -> None:
    town = Town(name="a", notes=["n"])
    assert pickle.loads(pickle.dumps(town)) == copy.deepcopy(town) == town


def test_one_by_position_is_matched_by_position() -> None:
    match Pair(1, 5):
        case Pair(left, 5):
            assert left == 1


@record
class Parcel:
    """One field that counts for equality, and not for the hash."""

    number: int
    extra: dict[str, int] = field(default_factory=dict, hash=False)


def test_a_field_that_is_left_out_of_the_hash_may_be_anything_and_still_counts_when_compared() -> None:
    assert hash(Parcel(number=1, extra={"a": 1})) == hash(Parcel(number=1))
    assert Parcel(number=1, extra={"a": 1}) != Parcel(number=1)
