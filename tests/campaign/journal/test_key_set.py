"""Keys of rows are remembered exactly, in little memory."""

import random
import tracemalloc

from bothub_cli.campaign.journal.key_set import KeySet

LOWEST, HIGHEST = -(2**63), 2**63 - 1


def test_a_key_that_was_not_met_is_not_there() -> None:
    keys = KeySet()
    assert 7 not in keys
    keys.add(7)
    assert 7 + 1024 not in keys, "it would stand at the same place"


def test_every_kind_of_key_is_found_again() -> None:
    keys = KeySet()
    met = {0, LOWEST, HIGHEST, -1, *(index * 1024 for index in range(2000))}
    for key in met:
        keys.add(key)
        keys.add(key)
    assert all(key in keys for key in met)


def test_it_knows_what_a_set_knows() -> None:
    chance = random.Random(1)
    met = {chance.randint(LOWEST, HIGHEST) for _ in range(20_000)}
    keys = KeySet()
    for key in met:
        keys.add(key)
    others = [chance.randint(LOWEST, HIGHEST) for _ in range(20_000)]
    assert [key in keys for key in others] == [key in met for key in others]


def test_a_hundred_thousand_keys_take_three_megabytes() -> None:
    chance = random.Random(1)
    keys = KeySet()
    tracemalloc.start()
    try:
        for _ in range(100_000):
            keys.add(chance.randint(LOWEST, HIGHEST))
        now, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert now < 3_000_000
