"""A message's way to the screen, on sandbox time."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bothub_cli.clock import to_rfc3339
from bothub_cli.sandbox.people.lifecycle import come_online
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import PhonePace, SandboxSettings


@pytest.fixture
def settings() -> SandboxSettings:
    pace = PhonePace(sent=timedelta(minutes=1), delivered=timedelta(minutes=2), displayed=timedelta(minutes=3))
    return SandboxSettings(rate_limits=RateLimits.off(), pace=pace)


def test_a_message_goes_its_way_step_by_step(server: SandboxServer, api: Any) -> None:
    api.log_in()
    msg_id = api.send_id()
    seen = [api.status(msg_id)]
    for minutes in (1, 2, 3):
        server.advance(minutes=minutes)
        seen.append(api.status(msg_id))
    assert seen == ["pending", "sent", "delivered", "displayed"]


def test_a_long_step_of_time_keeps_the_history_in_order(server: SandboxServer, api: Any) -> None:
    api.log_in()
    api.send_id()
    server.advance(hours=5)
    history = server.run(lambda sandbox: next(iter(sandbox.messages)).history)
    pauses = [(later.at - earlier.at) for earlier, later in pairwise(history)]
    assert pauses == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=3)]


def test_a_cancelled_message_goes_no_further(server: SandboxServer, api: Any) -> None:
    api.log_in()
    msg_id = api.send_id()
    api.call("PUT", f"messages/{msg_id}/status", json={"RCSMessage": {"status": "cancelled"}})
    server.advance(minutes=30)
    assert api.status(msg_id) == "cancelled"


def test_an_expired_message_is_revoked_before_it_arrives(server: SandboxServer, api: Any) -> None:
    api.log_in()
    expiry = server.run(lambda sandbox: sandbox.clock.now()) + timedelta(seconds=90)
    msg_id = api.send_id(expiry=to_rfc3339(expiry))
    server.advance(minutes=30)
    assert api.status(msg_id) == "revoked"


def test_a_phone_that_comes_back_gets_what_waited(server: SandboxServer, api: Any) -> None:
    api.log_in()
    server.run(lambda sandbox: setattr(sandbox.phones.get("+33612345678"), "is_online", False))
    msg_id = api.send_id()
    server.advance(minutes=10)
    assert api.status(msg_id) == "sent"
    server.run(lambda sandbox: come_online(sandbox, sandbox.phones.get("+33612345678")))
    server.advance(minutes=30)
    assert api.status(msg_id) == "displayed"


def test_sandbox_time_never_runs_backwards(server: SandboxServer) -> None:
    with pytest.raises(ValueError, match="forward"):
        server.advance(seconds=-1)
