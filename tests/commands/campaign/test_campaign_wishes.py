"""Who says STOP while a campaign runs gets nothing any more, is counted, and does not keep it unfinished."""

import os
import subprocess
import sys
import time
from typing import Any

from tests.commands.campaign.conftest import Shop


def numbers(count: int) -> list[str]:
    return [f"+336123456{index:02}" for index in range(count)]


def start(shop: Shop, *words: str) -> "subprocess.Popen[str]":
    """Start a campaign as a program of its own."""
    command = [sys.executable, "-m", "bothub_cli", *words, "--json"]
    return subprocess.Popen(
        command, cwd=shop.folder, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for_the_first(shop: Shop) -> None:
    end = time.monotonic() + 60
    while not shop.bodies and time.monotonic() < end:
        time.sleep(0.05)
    assert shop.bodies


def test_only_a_retry_writes_to_somebody_who_came_back(bothub: Any, shop: Shop) -> None:
    people = numbers(3)
    running = start(shop, *shop.run(*people)[:-2], "--rate", "1/s")
    wait_for_the_first(shop)
    bothub("suppression", "add", people[2])
    running.communicate(timeout=120)
    bothub("suppression", "remove", people[2])
    again = bothub(*shop.run(*people), "--json").json
    assert (again["outcomes"]["accepted"], again["outcomes"]["suppressed"]) == (2, 1)
    retried = bothub("campaign", "retry", again["campaign"], "--json").json
    assert (retried["outcomes"]["accepted"], retried["outcomes"]["suppressed"]) == (3, 0)


def test_rows_that_the_list_does_not_name_any_more_are_counted_and_end_it(bothub: Any, shop: Shop) -> None:
    people = numbers(5)
    assert bothub(*shop.run(*people), "--limit", "1", "--name", "spring", "--json").code == 0
    ran = bothub(*shop.run(*people[:3]), "--name", "spring", "--json")
    assert ran.code == 0
    assert (ran.json["outcomes"]["accepted"], ran.json["outcomes"]["gone"], ran.json["outcomes"]["left"]) == (3, 2, 0)
    assert bothub("campaign", "status", "--json").json["state"] == "finished"
    back = bothub(*shop.run(*people), "--name", "spring", "--json").json
    assert (back["outcomes"]["accepted"], back["outcomes"]["gone"]) == (5, 0)
