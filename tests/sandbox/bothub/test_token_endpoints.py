"""The two token endpoints: strict like the service, strings where the service has strings."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bothub_cli.protocol.assertion import AssertionClaims, build_claims, sign
from bothub_cli.protocol.keys import load_private_key
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings


def test_wrong_credentials_are_refused_as_oauth_does(api: Any) -> None:
    answer = api.ask_orange_token(headers={"Authorization": "Basic d3Jvbmc6cGFpcg=="})
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "invalid_client",
        "error_description": "The requested service needs credentials, but the ones provided were invalid.",
    }


@pytest.mark.parametrize("header", ["Basic !!!", "Basic bm9jb2xvbg==", "Basic "])
def test_credentials_that_are_no_basic_pair_are_told_so(api: Any, header: str) -> None:
    answer = api.ask_orange_token(headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["error_description"] == "Unable to decode Basic authorization."


def test_a_form_without_grant_type_is_refused(api: Any) -> None:
    answer = api.ask_orange_token(data="scope=x")
    assert (answer.status_code, answer.json()["error_description"]) == (400, "Missing grant_type in body")


def test_another_grant_type_is_refused(api: Any) -> None:
    answer = api.ask_orange_token(data="grant_type=password")
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_token_request_in_json_is_refused(api: Any) -> None:
    answer = api.ask_orange_token(headers={"Content-Type": "application/json"}, data="{}")
    assert (answer.status_code, answer.json()["error"]) == (415, "invalid_request")


def test_the_orange_token_lives_an_hour_told_as_a_string(api: Any) -> None:
    answer = api.ask_orange_token()
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == "3600"
    assert answer.json()["token_type"] == "Bearer"
    assert len(answer.headers["X-OAPI-Request-Id"]) == 32


def test_without_an_orange_token_no_assertion_is_looked_at(api: Any) -> None:
    api.orange = ""
    answer = api.session.post(f"{api.url}/bothub/v1/auth?JWT%20token=x")
    assert (answer.status_code, answer.json()["code"]) == (401, 40)


@pytest.mark.parametrize("query", ["", "jwt=x", "JWT%20token=", "jwt_token=x"])
def test_an_assertion_under_another_name_is_not_found(api: Any, query: str) -> None:
    api.log_in()
    answer = api.post_auth(query)
    assert (answer.status_code, answer.json()["code"]) == (400, 27)


def test_the_wrong_name_of_the_parameter_is_named(api: Any) -> None:
    api.log_in()
    description = api.post_auth("jwt=x").json()["description"]
    assert '"JWT token" is mandatory, not "jwt"' in description


def test_an_assertion_in_the_body_or_twice_is_told_its_place(api: Any) -> None:
    api.log_in()
    headers = {"Authorization": f"Bearer {api.orange}"}
    answer = api.session.post(f"{api.url}/bothub/v1/auth", headers=headers, data={"JWT token": "x"})
    assert "mandatory in the address, not in the body" in answer.json()["description"]
    assert "mandatory, once" in api.post_auth("JWT%20token=x&JWT+token=y").json()["description"]


@pytest.mark.parametrize("name", ["JWT%20token", "JWT+token"])
def test_what_is_no_jwt_is_refused(api: Any, name: str) -> None:
    api.log_in()
    answer = api.post_auth(f"{name}=nonsense")
    assert (answer.status_code, answer.json()["reason"]["code"]) == (401, 40003)


def test_an_assertion_signed_by_another_key_is_refused(api: Any, stranger: SandboxIdentity) -> None:
    api.log_in()
    answer = api.ask_gsma_token(key=stranger)
    assert (answer.status_code, answer.json()["reason"]["code"]) == (401, 40003)
    assert "signature" in answer.json()["reason"]["text"]


def test_a_bot_of_another_application_is_unknown(api: Any, stranger: SandboxIdentity) -> None:
    api.log_in()
    answer = api.ask_gsma_token(build_claims(stranger.bot_id, now=datetime.now(UTC)), key=stranger)
    assert (answer.status_code, answer.json()["reason"]["code"]) == (401, 40006)


def test_an_expired_assertion_is_told_so(api: Any, identity: SandboxIdentity) -> None:
    api.log_in()
    answer = api.ask_gsma_token(build_claims(identity.bot_id, now=datetime.now(UTC) - timedelta(hours=2)))
    assert (answer.status_code, answer.json()["reason"]["code"]) == (401, 40004)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://elsewhere.example"},
        {"scope": "botmessage"},
        {"iat": datetime(2099, 1, 1, tzinfo=UTC), "exp": datetime(2099, 1, 2, tzinfo=UTC)},
        {"iss": ("a", "b")},
        {"iss": ""},
    ],
)
def test_one_wrong_claim_is_enough_to_refuse(api: Any, identity: SandboxIdentity, changes: dict[str, Any]) -> None:
    api.log_in()
    now = datetime.now(UTC)
    right = {"iss": identity.bot_id, "iat": now, "exp": now + timedelta(hours=1)}
    answer = api.ask_gsma_token(AssertionClaims(**{**right, **changes}))
    assert answer.status_code == 401
    assert answer.json()["reason"]["code"] in (40003, 40006)


def test_the_gsma_token_comes_with_five_strings(api: Any) -> None:
    api.log_in()
    answer = api.ask_gsma_token().json()
    assert sorted(answer) == ["accessToken", "expiresIn", "scope", "timeStamp", "tokenType"]
    assert all(isinstance(value, str) for value in answer.values())
    assert answer["scope"] == "Chatbot message"


def test_iss_may_be_an_array_of_one(api: Any, identity: SandboxIdentity) -> None:
    api.log_in()
    claims = build_claims(identity.bot_id, now=datetime.now(UTC), iss_as_array=True)
    assert api.ask_gsma_token(claims).status_code == 200


@pytest.mark.parametrize(
    ("signed_before", "status"), [(timedelta(0), 200), (timedelta(minutes=10), 401), (timedelta(days=2), 401)]
)
def test_after_the_clock_was_moved_a_signer_keeps_to_the_machines_own(
    server: SandboxServer, api: Any, identity: SandboxIdentity, signed_before: timedelta, status: int
) -> None:
    server.advance(days=2)
    api.log_in()  # signs by the sandbox's own time
    claims = build_claims(identity.bot_id, now=datetime.now(UTC) - signed_before)
    assert api.ask_gsma_token(claims).status_code == status


def test_the_fifty_first_token_request_in_a_minute_is_too_many(identity: SandboxIdentity, api: Any) -> None:
    settings = SandboxSettings(rate_limits=RateLimits(token_requests_per_minute=2))
    with SandboxServer([identity], settings=settings) as server:
        api.server = server
        answers = [api.ask_orange_token() for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].json()["code"] == 53
        server.advance(minutes=1)
        assert api.ask_orange_token().status_code == 200


def test_token_requests_are_counted(server: SandboxServer, api: Any) -> None:
    api.log_in()
    assert server.counts() == {"oauth": 1, "auth": 1}


def test_two_bots_of_one_application_share_its_credentials(api: Any, identity: SandboxIdentity) -> None:
    sister = SandboxIdentity.generate(bot_id="sister@bots.localhost", application=identity)
    with SandboxServer([identity, sister]) as server:
        api.server = server
        api.log_in()
        key = load_private_key(sister.private_key_pem.reveal().encode(), validate=False)
        assertion = sign(build_claims(sister.bot_id, now=datetime.now(UTC)), key)
        api.gsma = api.post_auth(f"JWT%20token={assertion.reveal()}").json()["accessToken"]
        assert api.send().json()["reason"]["code"] == 40007
        api.identity = sister
        assert api.send().status_code == 202
