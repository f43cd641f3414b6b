"""A command whose journal is gone, or has another name, writes to nobody a second time."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py

PEOPLE = ["+33612345678", "+33612345679", "+33612345680"]


def remove(journal: Path) -> None:
    journal.unlink()


def empty(journal: Path) -> None:
    os.truncate(journal, 0)


@pytest.mark.parametrize("harm", [remove, empty])
def test_the_same_command_without_its_journal_is_refused_unless_it_is_forced(
    bothub: Bothub, shop: Shop, harm: Callable[[Path], None]
) -> None:
    journal = shop.folder / "journal.sqlite"
    words = [*shop.run(*PEOPLE), "--journal", str(journal)]
    assert bothub(*words).code == 0
    harm(journal)

    ran = bothub(*words)
    assert ran.code == 12
    assert "nothing was sent" in ran.err
    assert "--force" in ran.err
    assert shop.sent_to == dict.fromkeys(PEOPLE, 1)
    assert bothub("campaign", "status", "--journal", str(journal)).code == 12

    assert bothub(*words, "--force").code == 0
    assert shop.sent_to == dict.fromkeys(PEOPLE, 2)


def test_a_journal_that_goes_while_it_is_sent_from_stops_the_run(bothub: Bothub, shop: Shop) -> None:
    journal = shop.folder / "journal.sqlite"
    people = [f"+3361234{index:04d}" for index in range(400)]
    words = [*shop.run(*people), "--journal", str(journal), "--rate", "100/s"]

    def wait_and_remove() -> None:
        while not shop.server.run(lambda sandbox: len(sandbox.messages)):
            time.sleep(0.01)
        journal.unlink()

    thread = threading.Thread(target=wait_and_remove)
    thread.start()
    ran = bothub(*words)
    thread.join()
    assert ran.code == 12
    assert "the journal was removed while the campaign was being sent" in ran.err
    assert "do not run this campaign again without its journal" in ran.err
    assert "go on with" not in ran.out
    sent = shop.sent_to
    assert max(sent.values()) == 1
    assert len(sent) < len(people)
    assert bothub(*words).code == 12
    assert shop.sent_to == sent


def test_a_second_name_is_refused_and_a_symbolic_link_goes_on(bothub: Bothub, shop: Shop) -> None:
    journal, other = shop.folder / "journal.sqlite", shop.folder / "other.sqlite"
    words = shop.run(*PEOPLE)
    assert bothub(*words, "--journal", str(journal)).code == 0
    other.symlink_to(journal)
    assert bothub(*words, "--journal", str(other)).code == 0
    other.unlink()
    other.hardlink_to(journal)
    ran = bothub(*words, "--journal", str(other))
    assert ran.code == 12
    assert "2 names" in ran.err
    assert shop.sent_to == dict.fromkeys(PEOPLE, 1)
