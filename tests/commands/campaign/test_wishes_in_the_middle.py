"""A wish that is stored while a campaign runs, by whomever, keeps the person out of it, also over a night's pause."""

import csv
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta

import pytest

from bothub_cli.clock import SystemClock
from bothub_cli.sandbox.state.webhooks import WebhookTarget
from tests.commands.campaign.conftest import Shop
from tests.commands.webhooks import call_sandbox, run_listen
from tests.conftest import Bothub

PEOPLE = [f"+336123456{place:02}" for place in range(8)]
LAST = PEOPLE[-1]
AT_LEAST = timedelta(minutes=3)  # until the night: nobody waits for it, the clock is moved
Deed = Callable[[], object]


class EventfulClock(SystemClock):
    """Once a message has left it goes on to the night, if there is one; then ``deed`` is done, and morning comes."""

    def __init__(self, shop: Shop, deed: Deed, *, has_night: bool) -> None:
        self._shop = shop
        self._deed = deed
        self._ahead = timedelta()
        self._looks = self._sent = self.sent_by_night = 0
        self._turns = [self._do, self._wake] if has_night else [self._do]
        first = self.now() + AT_LEAST
        self.closes = first.replace(second=0, microsecond=0)
        self.opens = self.closes + timedelta(minutes=1)
        if has_night:
            self._turns.insert(0, self._fall_asleep)

    def now(self) -> datetime:
        return super().now() + self._ahead

    def sleep(self, seconds: float) -> None:
        super().sleep(min(seconds, 0.02))
        self._looks += 1
        if self._turns and self._looks % 3 == 0 and self._shop.bodies:  # the campaign has looked at the clock since
            self._turns.pop(0)()

    def _fall_asleep(self) -> None:
        self._ahead = self.closes - SystemClock().now() + timedelta(seconds=1)

    def _do(self) -> None:
        self._sent = len(self._shop.bodies)
        self._deed()

    def _wake(self) -> None:
        self.sent_by_night = len(self._shop.bodies) - self._sent
        self._ahead = self.opens - SystemClock().now() + timedelta(seconds=1)


@contextmanager
def user_says_stop(shop: Shop) -> Iterator[Deed]:
    """STOP is typed on the phone that the sandbox plays, and ``listen`` has stored it."""
    with run_listen() as listening:
        shop.server.set_webhook(shop.server.identity.bot_id, WebhookTarget(url=listening.url))

        def say() -> None:
            call_sandbox(shop.server, f"/phones/{LAST}/actions", action="text", text="Stop, merci")
            assert listening.next_of("message")["wish"] == "opted out"

        yield say


@contextmanager
def somebody_adds_the_number(_shop: Shop) -> Iterator[Deed]:
    """Another process puts the person on the list, in another spelling."""
    words = [sys.executable, "-m", "bothub_cli", "suppression", "add", f"tel:{LAST}"]
    yield lambda: subprocess.run(words, check=True, capture_output=True)


@pytest.mark.parametrize("happening", [user_says_stop, somebody_adds_the_number])
@pytest.mark.parametrize("has_night", [True, False], ids=["in a pause", "at a low rate"])
def test_whoever_says_stop_in_the_middle_gets_nothing_and_is_counted(
    bothub: Bothub,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    happening: Callable[[Shop], AbstractContextManager[Deed]],
    has_night: bool,
) -> None:
    with happening(shop) as deed:
        clock = EventfulClock(shop, deed, has_night=has_night)
        monkeypatch.setattr("bothub_cli.context.SystemClock", lambda: clock)
        words = [*shop.run(*PEOPLE)[:-1], "4/s", "--window", f"{clock.opens:%H:%M}-{clock.closes:%H:%M}", "--tz", "UTC"]
        ran = bothub(*words, "--json")
    assert ran.code == 0, ran.err
    assert clock.sent_by_night == 0
    assert shop.sent_to == dict.fromkeys(PEOPLE[:-1], 1)
    outcomes = ran.json["outcomes"]
    assert (outcomes["accepted"], outcomes["suppressed"], outcomes["left"]) == (7, 1, 0)
    status = bothub("campaign", "status", "--json").json
    assert (status["state"], status["outcomes"]["suppressed"]) == ("finished", 1)
    rows = list(csv.DictReader(bothub("campaign", "report", "--format", "csv").out.splitlines()))
    assert len(rows) == len(PEOPLE)
    assert bothub("send", "--to", LAST, "--text", "Hi").code == 6
