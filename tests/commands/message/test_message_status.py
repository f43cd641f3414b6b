"""``message status``, ``cancel``, ``read`` and ``typing`` speak about one message, or to one person."""

from collections.abc import Callable
from typing import Any

from bothub_cli.sandbox.server import SandboxServer

Bothub = Callable[..., Any]

SWITCHED_OFF = "+33639980005"  # sent, never delivered
FAILS = "+33639980008"
NEVER_READS = "+33639980001"


def _send(bothub: Bothub, to: str) -> str:
    return str(bothub("send", "--to", to, "--text", "Hi", "--json").json["message_id"])


def test_an_unknown_message_is_refused_for_good(bothub: Bothub, sandbox: SandboxServer) -> None:
    assert bothub("message", "status", "Msg0").code == 7


def test_an_empty_id_is_a_wrong_argument(bothub: Bothub) -> None:
    assert bothub("message", "cancel", " ").code == 2


def test_a_watch_that_ends_too_early_is_pending(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub(
        "message", "status", _send(bothub, SWITCHED_OFF), "--watch", "--for", "1", "--interval", "0.2", "--json"
    )
    assert ran.code == 8
    assert (ran.json["status"], ran.json["final"]) == ("sent", False)
    assert ran.error["code"] == "pending"


def test_a_watch_of_what_never_arrives_says_so_by_its_exit_code(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("message", "status", _send(bothub, FAILS), "--watch", "--interval", "0.2", "--json")
    assert (ran.code, ran.json["status"], ran.json["final"]) == (3, "failed", True)


def test_a_watch_tells_each_step_once(bothub: Bothub, sandbox: SandboxServer) -> None:
    name = _send(bothub, NEVER_READS)
    ran = bothub("message", "status", name, "--watch", "--until", "delivered", "--interval", "0.1")
    steps = [line.split()[1] for line in ran.out.splitlines()]
    assert ran.code == 0
    assert steps[-1] == "delivered"
    assert len(steps) == len(set(steps))


def test_the_status_is_told_once_without_a_watch(bothub: Bothub, sandbox: SandboxServer) -> None:
    name = _send(bothub, NEVER_READS)
    sandbox.advance(seconds=60)
    assert bothub("message", "status", name, "--json").json["status"] == "delivered"


def test_a_duration_that_nobody_understands_is_refused(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("message", "status", "Msg0", "--watch", "--for", "soon")
    assert ran.code == 2
    assert "--for" in ran.err


def test_what_arrived_cannot_be_taken_back(bothub: Bothub, sandbox: SandboxServer) -> None:
    name = _send(bothub, NEVER_READS)
    sandbox.advance(seconds=60)
    assert bothub("message", "cancel", name).code == 7


def test_what_has_not_arrived_is_taken_back(bothub: Bothub, sandbox: SandboxServer) -> None:
    name = _send(bothub, SWITCHED_OFF)
    assert bothub("message", "cancel", name).code == 0
    assert bothub("message", "status", name, "--json").json["status"] == "cancelled"


def test_the_request_that_would_cancel_is_shown_and_not_sent(bothub: Bothub, sandbox: SandboxServer) -> None:
    name = _send(bothub, SWITCHED_OFF)
    planned = bothub("message", "cancel", name, "--dry-run", "--json").json
    assert (planned["method"], planned["body"]) == ("PUT", {"RCSMessage": {"status": "cancelled"}})
    assert bothub("message", "status", name, "--json").json["status"] != "cancelled"


def test_a_message_of_ours_cannot_be_marked_as_read_by_us(bothub: Bothub, sandbox: SandboxServer) -> None:
    assert bothub("message", "read", _send(bothub, NEVER_READS)).code == 7


def test_typing_needs_somebody_who_sees_it(bothub: Bothub, sandbox: SandboxServer) -> None:
    assert bothub("typing").code == 2


def test_typing_is_shown_and_hidden(bothub: Bothub, sandbox: SandboxServer) -> None:
    shown = bothub("typing", "--to", "06 12 34 56 78", "--region", "FR", "--json")
    hidden = bothub("typing", "--to", "+33612345678", "--off", "--json")
    assert (shown.json["to"], shown.json["active"]) == (["+33612345678"], True)
    assert hidden.json["active"] is False
