"""Both tokens: obtained once, kept, renewed only when they are the ones that failed."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.chain import BOTH, LOCK_MAX_WAIT, TokenChain
from bothub_cli.auth.identity import Identity
from bothub_cli.auth.notices import Notice
from bothub_cli.auth.tokens import CachedToken, CachedTokens
from bothub_cli.client import BothubClient
from bothub_cli.config.key_source import InlineKey
from bothub_cli.errors import (
    BothubError,
    ConfigurationError,
    CredentialsRefusedError,
    InputRefusedError,
    NetworkError,
    NotLoggedInError,
    RateLimitedError,
)
from bothub_cli.protocol.assertion import decode_unverified
from bothub_cli.protocol.http import HttpResponse
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import AnswerLostError
from tests.auth.conftest import make_key

if TYPE_CHECKING:
    from tests.auth.conftest import FakeTransport
    from tests.fake_clock import FakeClock

NewChain = Callable[[], TokenChain]

INVALID_CLIENT = '{"error":"invalid_client","error_description":"no"}'
EXPIRED_ORANGE = '{"code":42,"message":"Expired credentials","description":"out-of-date"}'
REFUSED_BY_BOTHUB = '{"reason":{"code":"40001","text":"bad assertion"}}'


def values(chain: TokenChain) -> tuple[str, str]:
    pair = chain.pair()
    return pair.orange.reveal(), pair.gsma.reveal()


def read_claims(transport: "FakeTransport") -> list[dict[str, object]]:
    urls = [request.url for request in transport.requests if "/bothub/v1/auth?" in request.url]
    return [dict(decode_unverified(url.partition("token=")[2]).claims) for url in urls]


# --- the bad answers


@pytest.mark.parametrize("missing", ["bot_id", "authorization", "private_key"])
def test_without_credentials_nothing_is_asked(
    identity: Identity, token_cache: TokenCache, transport: "FakeTransport", clock: "FakeClock", missing: str
) -> None:
    poorer = {
        "bot_id": replace(identity, bot_id=None),
        "authorization": replace(identity, authorization=None),
        "private_key": replace(identity, private_key=None),
    }[missing]
    chain = TokenChain(poorer, cache=token_cache, transport=transport, clock=clock, notify=lambda _: None)
    with pytest.raises(NotLoggedInError, match=f"no {missing.replace('_', ' ')}".replace("bot id", "bot ID")):
        chain.pair()
    assert transport.asked == []


def test_a_refused_authorization_ends_there(new_chain: NewChain, transport: "FakeTransport") -> None:
    transport.answers["orange"] = [transport.answer(401, INVALID_CLIENT)]
    with pytest.raises(CredentialsRefusedError) as caught:
        new_chain().pair()
    assert caught.value.subject == "authorization header"
    assert transport.asked == ["orange"]


def test_a_refused_assertion_is_not_tried_again_and_the_orange_token_is_kept(
    new_chain: NewChain, transport: "FakeTransport"
) -> None:
    transport.answers["gsma"] = [transport.answer(401, REFUSED_BY_BOTHUB)]
    with pytest.raises(CredentialsRefusedError) as caught:
        new_chain().pair()
    assert caught.value.subject == "assertion"
    assert transport.asked == ["orange", "gsma"]
    assert values(new_chain()) == ("orange-1", "gsma-2")


def test_a_cached_orange_token_that_bothub_refuses_is_replaced_once(
    new_chain: NewChain, transport: "FakeTransport", clock: "FakeClock"
) -> None:
    transport.gsma_life = 1000
    new_chain().pair()
    clock.advance(seconds=1000)
    transport.answers["gsma"] = [transport.answer(401, EXPIRED_ORANGE)]
    assert values(new_chain()) == ("orange-2", "gsma-3")


def test_a_new_orange_token_that_bothub_refuses_is_an_error(new_chain: NewChain, transport: "FakeTransport") -> None:
    transport.answers["gsma"] = [transport.answer(401, EXPIRED_ORANGE)]
    with pytest.raises(CredentialsRefusedError):
        new_chain().pair()
    assert transport.asked == ["orange", "gsma"]


def test_an_answer_that_got_lost_is_asked_for_again_once(new_chain: NewChain, transport: "FakeTransport") -> None:
    transport.answers["orange"] = [AnswerLostError("lost", "reset")]
    assert values(new_chain()) == ("orange-2", "gsma-1")
    transport.answers["gsma"] = [AnswerLostError("timeout", "30 s"), AnswerLostError("timeout", "30 s")]
    with pytest.raises(NetworkError) as caught:
        new_chain().refresh()
    assert (caught.value.host, caught.value.stage) == ("api.example", "timeout")


@pytest.mark.parametrize(
    "body",
    ["", "<html>proxy</html>", '{"access_token":', "[]", '{"access_token":""}', '{"access_token":"a b"}', "null"],
)
def test_an_answer_that_holds_no_token_is_an_error_and_nothing_is_kept(
    new_chain: NewChain, transport: "FakeTransport", body: str
) -> None:
    transport.answers["orange"] = [transport.answer(200, body)]
    with pytest.raises(BothubError):
        new_chain().pair()
    assert new_chain().status().tokens.orange_token is None


def test_too_many_requests_pass_through(new_chain: NewChain, transport: "FakeTransport") -> None:
    transport.answers["orange"] = [HttpResponse(status=429)]
    with pytest.raises(RateLimitedError):
        new_chain().pair()


def test_a_key_that_is_gone_is_named(new_chain: NewChain, key_path: Path) -> None:
    key_path.unlink()
    with pytest.raises(InputRefusedError, match=r"bot\.pem: the private key: there is no such file"):
        new_chain().pair()


def test_when_refreshing_fails_halfway_the_old_tokens_stay(new_chain: NewChain, transport: "FakeTransport") -> None:
    new_chain().pair()
    transport.answers["gsma"] = [transport.answer(401, REFUSED_BY_BOTHUB)]
    with pytest.raises(CredentialsRefusedError):
        new_chain().refresh()
    assert values(new_chain()) == ("orange-1", "gsma-1")


def test_a_gateway_that_quotes_what_it_was_sent_shows_no_secret(
    new_chain: NewChain, transport: "FakeTransport", identity: Identity
) -> None:
    assert identity.authorization is not None
    quoted = identity.authorization.reveal().removeprefix("Basic ")
    transport.answers["orange"] = [
        transport.answer(401, f'{{"error":"invalid_client","error_description":"bad {quoted}"}}')
    ]
    with pytest.raises(CredentialsRefusedError) as caught:
        new_chain().pair()
    assert caught.value.message == "the authorization header was refused: bad ***"


def test_tokens_that_cannot_be_deleted_are_said(new_chain: NewChain) -> None:
    chain = new_chain()
    chain.status().path.mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="cannot be deleted"):
        chain.clear()


def test_a_lock_that_is_never_given_back_stops_nobody_for_ever(
    new_chain: NewChain, token_cache: TokenCache, clock: "FakeClock", notices: list[Notice], identity: Identity
) -> None:
    with token_cache.hold(identity.cache_key(), wait=1):
        later = threading.Timer(0.4, lambda: clock.advance(seconds=LOCK_MAX_WAIT))
        later.start()
        assert values(new_chain())[0] == "orange-1"
    later.join()
    assert [notice.code for notice in notices] == ["auth.lock"]


def test_a_holder_of_the_lock_that_was_stopped_is_told_soon(
    new_chain: NewChain, token_cache: TokenCache, clock: "FakeClock", notices: list[Notice], identity: Identity
) -> None:
    with token_cache.hold(identity.cache_key(), wait=1):
        timers = [threading.Timer(0.4, lambda: clock.advance(seconds=3))]
        timers.append(threading.Timer(1.5, lambda: clock.advance(seconds=LOCK_MAX_WAIT)))
        for timer in timers:
            timer.start()
        assert values(new_chain())[0] == "orange-1"
    assert notices[-1].code == "auth.lock"
    assert {notice.code for notice in notices} <= {"auth.lock_wait", "auth.lock"}


def test_tokens_that_another_process_obtains_meanwhile_are_taken_without_the_lock(
    new_chain: NewChain, token_cache: TokenCache, transport: "FakeTransport", identity: Identity, clock: "FakeClock"
) -> None:
    key = identity.cache_key()
    lifetime = timedelta(hours=1)
    tokens = CachedTokens()
    for kind in BOTH:
        expires_at = clock.now() + lifetime
        tokens = tokens.put(
            CachedToken(kind=kind, value=Secret("theirs"), obtained_at=clock.now(), expires_at=expires_at)
        )
    with token_cache.hold(key, wait=1):
        later = threading.Timer(0.1, lambda: token_cache.write(key, tokens))
        later.start()
        assert values(new_chain()) == ("theirs", "theirs")
    later.join()
    assert transport.asked == []


# --- obtaining and keeping


def test_both_tokens_are_obtained_once_and_shared(new_chain: NewChain, transport: "FakeTransport") -> None:
    first = new_chain()
    assert values(first) == values(first) == values(new_chain()) == ("orange-1", "gsma-1")
    assert transport.asked == ["orange", "gsma"]


def test_only_the_token_that_is_about_to_end_is_replaced(
    new_chain: NewChain, transport: "FakeTransport", clock: "FakeClock"
) -> None:
    transport.gsma_life = 600
    chain = new_chain()
    chain.pair()
    clock.advance(seconds=539)
    assert values(chain) == ("orange-1", "gsma-1")
    clock.advance(seconds=1)
    assert values(chain) == ("orange-1", "gsma-2")


@pytest.mark.parametrize(
    ("life", "seconds"),
    [("3600", 3600), (3600, 3600), ("3600000", 3600), (7_200_000, 7200), (None, 600), ("soon", 600), ("-1", 600)],
)
def test_a_life_in_any_unit_or_none_is_understood(
    new_chain: NewChain, transport: "FakeTransport", life: object, seconds: int
) -> None:
    transport.gsma_life = life
    chain = new_chain()
    chain.pair()
    token = chain.status().tokens.gsma_token
    assert token is not None
    assert token.expires_at - token.obtained_at == timedelta(seconds=seconds)


def test_refreshing_replaces_both_however_fresh_they_are(new_chain: NewChain, transport: "FakeTransport") -> None:
    chain = new_chain()
    chain.pair()
    assert chain.refresh().gsma == Secret("gsma-2")
    assert values(new_chain()) == ("orange-2", "gsma-2")


def test_clearing_forgets_both_in_memory_and_on_disk(new_chain: NewChain, transport: "FakeTransport") -> None:
    chain = new_chain()
    chain.pair()
    assert chain.clear() is True
    assert chain.clear() is False
    assert values(chain) == ("orange-2", "gsma-2")


def test_status_works_without_network_or_key(new_chain: NewChain, transport: "FakeTransport", key_path: Path) -> None:
    assert new_chain().status().tokens.orange_token is None
    new_chain().pair()
    asked = len(transport.asked)
    key_path.unlink()
    status = new_chain().status()
    assert status.tokens.gsma_token is not None
    assert status.tokens.gsma_token.value == Secret("gsma-1")
    assert status.path.exists()
    assert len(transport.asked) == asked


# --- renewing


def test_a_token_that_failed_is_renewed_and_the_other_one_is_kept(new_chain: NewChain) -> None:
    chain = new_chain()
    chain.pair()
    chain.renew("gsma_token", Secret("gsma-1"))
    assert values(chain) == ("orange-1", "gsma-2")
    chain.renew("orange_token", Secret("orange-1"))
    assert values(chain) == ("orange-2", "gsma-2")


def test_a_token_that_another_process_renewed_is_taken_from_the_cache(
    new_chain: NewChain, transport: "FakeTransport", clock: "FakeClock"
) -> None:
    slow, fast = new_chain(), new_chain()
    slow.pair()
    fast.pair()
    clock.advance(seconds=1)
    fast.renew("gsma_token", Secret("gsma-1"))
    slow.renew("gsma_token", Secret("gsma-1"))
    assert values(slow) == ("orange-1", "gsma-2")
    assert transport.asked == ["orange", "gsma", "gsma"]


def test_a_token_that_failed_long_ago_is_not_renewed_again(new_chain: NewChain, transport: "FakeTransport") -> None:
    chain = new_chain()
    chain.pair()
    chain.renew("gsma_token", Secret("gsma-1"))
    chain.renew("gsma_token", Secret("gsma-1"))
    assert transport.asked == ["orange", "gsma", "gsma"]


def test_a_bot_that_is_refused_for_good_does_not_storm_the_token_endpoint(
    new_chain: NewChain, transport: "FakeTransport", clock: "FakeClock"
) -> None:
    chain = new_chain()
    for _ in range(20):
        chain.renew("gsma_token", chain.pair().gsma)
    assert transport.asked.count("gsma") == 6
    clock.advance(seconds=60)
    chain.renew("gsma_token", chain.pair().gsma)
    assert transport.asked.count("gsma") == 7


@pytest.mark.parametrize(
    ("refusal", "asked"),
    [
        (EXPIRED_ORANGE, ["orange", "gsma", "messages", "orange", "messages"]),
        ('{"reason":{"code":"40004","text":"expired"}}', ["orange", "gsma", "messages", "gsma", "messages"]),
    ],
)
def test_a_call_whose_token_was_refused_goes_through_with_a_new_one(
    new_chain: NewChain, transport: "FakeTransport", clock: "FakeClock", refusal: str, asked: list[str]
) -> None:
    accepted = transport.answer(202, '{"RCSMessage":{"msgId":"m1","status":"pending"}}')
    transport.answers["messages"] = [transport.answer(401, refusal), accepted]
    client = BothubClient(
        base="https://api.example", bot_id="bot", transport=transport, tokens=new_chain(), clock=clock
    )
    assert client.send({"RCSMessage": {"textMessage": "hello"}}).msg_id == "m1"
    assert transport.asked == asked


def test_a_call_that_is_refused_with_every_token_ends_after_one_renewal(
    new_chain: NewChain, transport: "FakeTransport", clock: "FakeClock"
) -> None:
    transport.answers["messages"] = [transport.answer(401, "{}") for _ in range(9)]
    client = BothubClient(
        base="https://api.example", bot_id="bot", transport=transport, tokens=new_chain(), clock=clock
    )
    with pytest.raises(CredentialsRefusedError):
        client.send({"RCSMessage": {"textMessage": "hello"}})
    assert transport.asked == ["orange", "gsma", "messages", "gsma", "messages"]


# --- the cache that cannot be used


def test_a_broken_cache_file_is_a_miss(new_chain: NewChain) -> None:
    chain = new_chain()
    chain.pair()
    chain.status().path.write_bytes(b"\x00garbage")
    assert values(new_chain()) == ("orange-2", "gsma-2")


def test_a_cache_that_cannot_be_written_is_a_warning_and_memory_serves(
    new_chain: NewChain, transport: "FakeTransport", notices: list[Notice], tmp_path: Path
) -> None:
    (tmp_path / "tokens").write_text("a file where the directory should be")
    chain = new_chain()
    assert values(chain) == values(chain) == ("orange-1", "gsma-1")
    chain.renew("gsma_token", Secret("gsma-1"))
    assert values(chain) == ("orange-1", "gsma-2")
    assert [notice.code for notice in notices] == ["auth.cache"]
    assert "cannot be kept" in notices[0].message


# --- the clock


def test_the_assertion_is_dated_by_the_servers_clock_and_thirty_seconds_back(
    new_chain: NewChain, transport: "FakeTransport", clock: "FakeClock", notices: list[Notice]
) -> None:
    transport.server_skew = timedelta(minutes=-4)
    new_chain().pair()
    assert read_claims(transport)[0]["iat"] == int((clock.now() - timedelta(minutes=4, seconds=30)).timestamp())
    assert [notice.message for notice in notices] == ["your clock is 4 minutes ahead of the server's: set it right"]


def test_of_a_sandboxs_clock_that_was_moved_nothing_is_told(
    identity: Identity, token_cache: TokenCache, transport: "FakeTransport", clock: "FakeClock", notices: list[Notice]
) -> None:
    transport.server_skew = timedelta(days=2)
    here = replace(identity, api_base="http://[::1]:8808", auth_base="http://[::1]:8808")
    TokenChain(here, cache=token_cache, transport=transport, clock=clock, notify=notices.append).pair()
    assert notices == []


def test_the_skew_is_remembered_with_the_tokens(
    new_chain: NewChain, transport: "FakeTransport", clock: "FakeClock"
) -> None:
    transport.server_skew = timedelta(minutes=4)
    transport.gsma_life = 600
    new_chain().pair()
    clock.advance(seconds=600)
    new_chain().pair()
    assert read_claims(transport)[1]["iat"] == int((clock.now() + timedelta(minutes=3, seconds=30)).timestamp())


def test_an_assertion_refused_under_a_clock_that_was_set_right_meanwhile_is_signed_again(
    new_chain: NewChain, transport: "FakeTransport", clock: "FakeClock"
) -> None:
    transport.server_skew = timedelta(hours=1)
    transport.gsma_life = 600
    new_chain().pair()
    clock.advance(seconds=600)
    transport.server_skew = timedelta(0)
    transport.answers["gsma"] = [transport.answer(401, REFUSED_BY_BOTHUB)]
    assert values(new_chain())[1] == "gsma-3"
    assert read_claims(transport)[2]["iat"] == int(clock.now().timestamp()) - 30


def test_iss_is_an_array_only_when_asked(
    identity: Identity, token_cache: TokenCache, transport: "FakeTransport", clock: "FakeClock", new_chain: NewChain
) -> None:
    new_chain().pair()
    asked = replace(identity, iss_as_array=True)
    TokenChain(asked, cache=token_cache, transport=transport, clock=clock, notify=lambda _: None).pair()
    assert [claims["iss"] for claims in read_claims(transport)] == ["bot", ["bot"]]


def test_reading_cached_tokens_loads_no_heavy_library(new_chain: NewChain, tmp_path: Path) -> None:
    new_chain().pair()
    heavy = (
        "filelock", "requests", "jose", "cryptography", "platformdirs", "tomlkit", "json", "email.utils", "socket",
    )  # fmt: skip
    code = (
        "import sys; from pathlib import Path; import bothub_cli.auth.chain; "
        "from bothub_cli.auth.cache import TokenCache; "
        f"tokens = TokenCache(Path({str(tmp_path / 'tokens')!r})).read({new_chain().status().path.stem!r}); "
        "print(tokens.gsma_token.value.reveal()); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    environ = {"PATH": os.environ["PATH"]}
    answer = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert answer.stdout == "gsma-1\n[]\n"


def test_a_new_key_at_the_same_path_needs_a_gsma_token_of_its_own(
    new_chain: NewChain, transport: "FakeTransport", key_path: Path
) -> None:
    first = new_chain().pair()
    key_path.write_bytes(make_key(3072))
    second = new_chain().pair()
    assert second.orange == first.orange
    assert second.gsma != first.gsma
    assert new_chain().pair() == second
    assert transport.asked == ["orange", "gsma", "gsma"]


def test_a_key_that_bothub_does_not_know_is_noticed_while_tokens_are_cached(
    new_chain: NewChain, transport: "FakeTransport", key_path: Path
) -> None:
    new_chain().pair()
    key_path.write_bytes(make_key(3072))
    transport.answers["gsma"].append(transport.answer(401, REFUSED_BY_BOTHUB))
    with pytest.raises(CredentialsRefusedError):
        new_chain().pair()


def test_the_same_key_in_the_environment_with_another_line_end_shares_the_tokens(
    identity: Identity,
    new_chain: NewChain,
    token_cache: TokenCache,
    transport: "FakeTransport",
    clock: "FakeClock",
    key_path: Path,
) -> None:
    pair = new_chain().pair()
    inline = InlineKey(pem=Secret(key_path.read_text().strip()), variable="BOTHUB_PRIVATE_KEY")
    other = replace(identity, private_key=inline)
    chain = TokenChain(other, cache=token_cache, transport=transport, clock=clock, notify=lambda _: None)
    assert chain.pair() == pair


def test_cached_tokens_outlive_the_key_file_and_that_it_is_gone_is_said_once(
    new_chain: NewChain, key_path: Path, notices: list[Notice]
) -> None:
    pair = new_chain().pair()
    key_path.unlink()
    chain = new_chain()
    assert [chain.pair(), chain.pair()] == [pair, pair]
    assert [notice.code for notice in notices] == ["auth.key"]
    assert str(key_path) in notices[0].message
