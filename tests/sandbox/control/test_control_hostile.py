"""Whatever is sent to the sandbox's own API, it answers: with what was asked for, or with an error that has a code."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from tests.sandbox.conftest import NUMBER, ApiClient

CODES = {
    400: "sandbox.bad-argument",
    404: "sandbox.not-found",
    405: "sandbox.method-not-allowed",
    409: "sandbox.conflict",
    413: "sandbox.body-too-large",
}
MANY = settings(
    max_examples=60,
    # The sandbox only gets fuller from one example to the next.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner), max_leaves=8
)
numbers = st.one_of(st.floats(), st.integers(), st.sampled_from([0, -0.0, 1, 1e308, 10**400, True]))


def body(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects with any of these members, each of the right kind or of any other."""
    return st.fixed_dictionaries({}, optional={name: strategy | values for name, strategy in members.items()})


words = st.text(max_size=30)
BODIES: dict[str, tuple[str, str, st.SearchStrategy[Any]]] = {
    "fault": (
        "POST",
        "faults",
        body(
            kind=st.sampled_from(["429", "slow", "cut", "html"]),
            operation=st.sampled_from(["any", "files", "bulk"]),
            number=st.just(NUMBER) | words,
            bot_id=words,
            probability=numbers,
            times=numbers,
            delay=numbers,
            every=numbers,
            text=words,
            unknown=values,
        ),
    ),
    "phone": (
        "PATCH",
        f"phones/{NUMBER}",
        body(system=st.sampled_from(["ios", "android"]), is_rcs=st.booleans(), is_online=st.booleans()),
    ),
    "action": (
        "POST",
        f"phones/{NUMBER}/actions",
        body(
            action=st.sampled_from(["text", "typing", "location", "file", "tap", "start", "stop", "alias"]),
            text=words,
            active=st.booleans(),
            latitude=numbers,
            longitude=numbers,
            label=words,
            url=st.just("https://e.example/f.png") | words,
            name=words,
            type=words,
            size=numbers,
            msg_id=words,
            position=numbers,
            card=numbers,
            suggestion=numbers,
            chip=numbers,
            bot_id=words,
        ),
    ),
    "status": ("POST", "messages/{msg_id}/status", body(status=st.sampled_from(["sent", "failed", "read"]))),
    "clock": ("POST", "clock", body(advance=st.floats(min_value=0, max_value=5) | st.sampled_from([-1, 1e308]))),
    "settings": (
        "PATCH",
        "settings",
        body(
            rate_limit_status=st.sampled_from([403, 429, 500, 429.0]),
            sent_after=numbers,
            delivered_after=numbers,
            displayed_after=numbers,
            bulk_window=st.sampled_from(["paris", "off", "utc+1"]),
        ),
    ),
    "webhook": (
        "PUT",
        "webhooks/{bot_id}",
        body(url=st.sampled_from(["http://[", "http://h:0/", "//x", "http://a:b"]) | words, authorization=words),
    ),
    "reset": ("POST", "reset", values),
}


@pytest.fixture(scope="module")
def running(identity: SandboxIdentity) -> Iterator[ApiClient]:
    """One sandbox for all examples: it must bear whatever they leave behind."""
    with SandboxServer([identity], seed=1) as server, requests.Session() as session:
        session.trust_env = False
        yield ApiClient(server, identity, session)


def _assert_answer(answer: requests.Response) -> None:
    """A success, or JSON with the code that belongs to the status."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        error = answer.json()
        assert error["code"] == CODES[answer.status_code]
        assert isinstance(error["error"], str)
        assert error["error"]


def _path(running: ApiClient, path: str) -> str:
    """Fill in names that exist."""
    if "{msg_id}" in path:
        message = running.server.act(NUMBER, "text", text="Hello")
        assert message is not None
        path = path.replace("{msg_id}", message.msg_id)
    return f"{running.url}/sandbox/api/" + path.replace("{bot_id}", quote(running.identity.bot_id))


@pytest.mark.parametrize("name", BODIES)
@MANY
@given(data=st.data())
def test_a_body_of_wrong_members_is_never_a_crash(running: ApiClient, name: str, data: st.DataObject) -> None:
    method, path, bodies = BODIES[name]
    content = json.dumps(data.draw(bodies), ensure_ascii=data.draw(st.booleans())).encode("utf-8", "surrogatepass")
    _assert_answer(running.session.request(method, _path(running, path), data=content, timeout=10))


@pytest.mark.parametrize("name", BODIES)
@MANY
@given(content=st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
def test_a_body_of_any_bytes_is_never_a_crash(running: ApiClient, name: str, content: bytes) -> None:
    method, path, _ = BODIES[name]
    _assert_answer(running.session.request(method, _path(running, path), data=content, timeout=10))


QUERIES = ["messages", "view/messages", "view/phones", f"view/phones/{NUMBER}", "view/changes", "messages/wait"]
NAMES = [
    "to",
    "number",
    "bot_id",
    "direction",
    "status",
    "text",
    "after",
    "before",
    "limit",
    "phone",
    "width",
    "font_scale",
]


@pytest.mark.parametrize("path", QUERIES)
@MANY
@given(query=st.lists(st.tuples(st.sampled_from(NAMES) | words, words | numbers.map(str)), max_size=4))
def test_any_query_is_never_a_crash(running: ApiClient, path: str, query: list[tuple[str, str]]) -> None:
    given_query = [(name, value.encode("utf-8", "surrogatepass")) for name, value in query if name != "timeout"]
    url = f"{running.url}/sandbox/api/{path}"
    _assert_answer(running.session.get(url, params=[*given_query, ("timeout", b"0")], timeout=10))


@MANY
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    place=st.sampled_from(["", "phones/", "messages/", "faults/", "webhooks/", "view/phones/", "view/messages/"]),
    name=words,
)
def test_any_path_is_never_a_crash(running: ApiClient, method: str, place: str, name: str) -> None:
    part = quote(name.encode("utf-8", "surrogatepass"), safe="")
    _assert_answer(running.session.request(method, f"{running.url}/sandbox/api/{place}{part}", timeout=10))


def test_after_all_that_it_still_takes_a_message(running: ApiClient) -> None:
    running.session.delete(f"{running.url}/sandbox/api/faults", timeout=10)
    assert running.log_in().send().status_code == 202
