"""Each link of the chain, explained: what holds, what does not, and what could not be tried."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bothub_cli.auth.diagnose import explain_links
from bothub_cli.auth.identity import Identity
from bothub_cli.errors import CredentialsRefusedError

if TYPE_CHECKING:
    from tests.auth.conftest import FakeTransport
    from tests.fake_clock import FakeClock


def walk(identity: Identity, transport: "FakeTransport", clock: "FakeClock") -> dict[str, str]:
    return {link.name: link.state for link in explain_links(identity, transport=transport, clock=clock)}


def test_a_refused_authorization_breaks_the_chain_there(
    identity: Identity, transport: "FakeTransport", clock: "FakeClock"
) -> None:
    transport.answers["orange"] = [transport.answer(401, '{"error":"invalid_client"}')]
    links = list(explain_links(identity, transport=transport, clock=clock))
    assert [(link.name, link.state) for link in links[-2:]] == [("orange_token", "failed"), ("gsma_token", "skipped")]
    assert isinstance(links[-2].error, CredentialsRefusedError)


def test_a_missing_key_is_told_and_the_orange_token_is_tried_all_the_same(
    identity: Identity, transport: "FakeTransport", clock: "FakeClock"
) -> None:
    assert walk(replace(identity, private_key=None), transport, clock) == {
        "bot ID": "ok",
        "authorization": "ok",
        "private key": "failed",
        "orange_token": "ok",
        "clock": "ok",
        "gsma_token": "skipped",
    }


def test_with_nothing_there_everything_is_told_and_nothing_is_asked(
    transport: "FakeTransport", clock: "FakeClock"
) -> None:
    walked = walk(Identity(api_base="https://a", auth_base="https://a"), transport, clock)
    assert set(walked.values()) == {"failed", "skipped"}
    assert transport.asked == []


def test_a_refused_assertion_and_a_wrong_clock_are_told(
    identity: Identity, transport: "FakeTransport", clock: "FakeClock"
) -> None:
    transport.server_skew = timedelta(hours=2)
    transport.answers["gsma"] = [transport.answer(401, '{"reason":{"text":"no"}}')]
    links = {link.name: link for link in explain_links(identity, transport=transport, clock=clock)}
    assert links["clock"].explanation == "2 hours behind the server's: set it right"
    assert links["gsma_token"].state == "failed"


def test_the_clock_of_a_sandbox_that_was_moved_is_no_wrong_clock(
    identity: Identity, transport: "FakeTransport", clock: "FakeClock"
) -> None:
    transport.server_skew = timedelta(days=2)
    here = replace(identity, api_base="http://127.0.0.1:8808", auth_base="http://127.0.0.1:8808")
    links = {link.name: link for link in explain_links(here, transport=transport, clock=clock)}
    assert (links["clock"].state, links["gsma_token"].state) == ("ok", "ok")
    assert links["clock"].explanation == "2 days behind the sandbox's, which was moved"


def test_a_chain_that_holds_shows_no_secret(
    identity: Identity, transport: "FakeTransport", clock: "FakeClock", key_path: Path
) -> None:
    links = list(explain_links(identity, transport=transport, clock=clock))
    assert {link.state for link in links} == {"ok"}
    said = "\n".join(link.explanation for link in links)
    assert f"RSA, 2048 bits: {key_path}" in said
    assert "aWQ6cGxhbnRlZC1zZWNyZXQ" not in said
    assert "orange-1" not in said
