"""GET and PUT /messages/{id}/status."""

from typing import Any

import pytest

from bothub_cli.sandbox.people.lifecycle import move
from bothub_cli.sandbox.server import SandboxServer


def _set(server: SandboxServer, msg_id: str, status: str) -> None:
    def work(sandbox: Any) -> None:
        move(sandbox, sandbox.messages.find(msg_id), status, at=sandbox.clock.now())

    server.run(work)


def _put(api: Any, msg_id: str, status: object) -> Any:
    return api.call("PUT", f"messages/{msg_id}/status", json={"RCSMessage": {"status": status}})


def test_an_unknown_message_is_not_found(api: Any) -> None:
    api.log_in()
    answer = api.call("GET", "messages/nothing/status")
    assert (answer.status_code, answer.json()["reason"]["code"]) == (404, 42003)


@pytest.mark.parametrize("status", ["displayed", "canceled", "sent", None, 3])
def test_only_cancelled_can_be_set_on_a_message_to_a_user(api: Any, status: object) -> None:
    api.log_in()
    answer = _put(api, api.send_id(), status)
    assert (answer.status_code, answer.json()["reason"]["code"]) == (400, 42011)


def test_a_delivered_message_cannot_be_revoked(server: SandboxServer, api: Any) -> None:
    api.log_in()
    msg_id = api.send_id()
    _set(server, msg_id, "delivered")
    answer = _put(api, msg_id, "cancelled")
    assert (answer.status_code, answer.json()["reason"]["code"]) == (400, 41002)


def test_a_message_is_revoked_once(api: Any) -> None:
    api.log_in()
    msg_id = api.send_id()
    assert _put(api, msg_id, "cancelled").status_code == 204
    assert api.status(msg_id) == "cancelled"
    assert _put(api, msg_id, "cancelled").json()["reason"]["code"] == 41011


def test_a_status_never_goes_back(server: SandboxServer, api: Any) -> None:
    api.log_in()
    msg_id = api.send_id()
    _set(server, msg_id, "delivered")
    _set(server, msg_id, "sent")
    assert api.status(msg_id) == "delivered"
