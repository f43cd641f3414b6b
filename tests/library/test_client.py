"""A client of five lines is as careful as the command: checked, suppressed, recorded, and it says nothing secret."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from bothub_cli import AsyncClient, Client, card, carousel, file, place, text
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.errors import BothubError, InputRefusedError, NotLoggedInError, UsageError
from bothub_cli.events.store.database import open_database
from bothub_cli.events.store.read import trace_message
from bothub_cli.events.store.suppression import SuppressionList
from bothub_cli.messages import MessageRefusedError, OutboundMessage, check_payload, read_event
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sending.outbox import SuppressedError

TO = "+33612345678"
HELLO = text("Hello", to=TO)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Directories of this test alone."""
    monkeypatch.setenv("BOTHUB_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as started:
        yield started


@pytest.fixture
def client(home: Path, server: SandboxServer) -> Iterator[Client]:
    """A client of a stored profile, as ``bothub login`` leaves one."""
    bot = server.identity
    key = home / "bot.pem"
    key.touch(mode=0o600)
    key.write_text(bot.private_key_pem.reveal())
    profile = Profile(
        name="shop", bot_id=bot.bot_id, authorization=bot.authorization, private_key=key, api_base=server.url
    )
    ProfileStore(home / "config").save(profile)
    with Client.from_profile("shop") as opened:
        yield opened


def _suppress(home: Path, number: str) -> None:
    database = open_database(home / "state" / "events.db")
    SuppressionList(database, profile="shop").add([number], now=datetime.now(UTC))
    database.close()


def test_a_message_is_sent_and_noted(client: Client, home: Path) -> None:
    accepted = client.send(text("Shall we?", to=TO, replies=[("Yes", "yes_1")]))
    database = open_database(home / "state" / "events.db")
    sent = trace_message(database, accepted.msg_id or "", profile="shop").sent
    database.close()
    assert sent is not None
    assert sent.number == TO


def test_who_said_stop_gets_nothing_unless_it_is_overridden(client: Client, home: Path, server: SandboxServer) -> None:
    _suppress(home, TO)
    with pytest.raises(SuppressedError):
        client.send(HELLO)
    with pytest.raises(SuppressedError):
        client.send(HELLO, check=False)
    assert server.counts() == {}
    assert client.send(HELLO, ignore_suppression=True).msg_id


def test_a_message_is_checked_before_it_goes_out(client: Client, server: SandboxServer) -> None:
    wrong = text("Hello", to=TO, replies=["A label that is far too long for a chip"])
    with pytest.raises(MessageRefusedError) as refused:
        client.send(wrong)
    assert refused.value.report.errors[0].pointer.startswith("/RCSMessage/suggestedChipList")
    assert server.counts() == {}


def test_a_message_to_nobody_is_refused(client: Client) -> None:
    with pytest.raises(MessageRefusedError) as refused:
        client.send(text("Hello"))
    assert "messageContact" in refused.value.report.errors[0].message


@pytest.mark.parametrize("wrong", ["x", 5, None, ["Hello"]])
def test_what_is_no_message_is_said_to_be_none(client: Client, wrong: Any) -> None:
    with pytest.raises(InputRefusedError, match="a message is what bothub_cli"):
        client.send(wrong)


def test_every_kind_of_message_passes_the_check_and_arrives(client: Client) -> None:
    shoes = [card(f"Shoe {n}", "Red", replies=[("Take it", f"take_{n}")]) for n in (1, 2)]
    photo = file("https://shop.example/a.jpg", content_type="image/jpeg", size=1000, to=TO)
    messages = [HELLO, card("Your order", "On its way", to=TO), carousel(shoes, to=TO, replies=["More"]), photo,
                place(48.8584, 2.2945, "Tour Eiffel", to=TO)]  # fmt: skip
    assert all(client.send(message).msg_id for message in messages)


def test_a_number_is_taken_where_a_contact_belongs(client: Client) -> None:
    assert client.set_typing("+33 6 12 34 56 78").request_id
    assert client.contact_capabilities(33612345678) is not None


def test_a_file_of_this_machine_is_stored_and_can_be_sent(client: Client, tmp_path: Path) -> None:
    picture = tmp_path / "a.jpg"
    picture.write_bytes(b"\xff\xd8\xff" + b"x" * 100)
    stored = client.store_file(picture)
    assert stored.file_url is not None
    assert client.send(file(stored.file_url, content_type="image/jpeg", size=103, to=TO)).msg_id


def test_nothing_secret_is_in_what_a_client_says_of_itself(client: Client, server: SandboxServer) -> None:
    assert repr(client) == f"<Client of bot '{server.identity.bot_id}' at {server.url}>"


def test_credentials_can_be_given_as_they_are(home: Path, server: SandboxServer) -> None:
    bot = server.identity
    with Client(
        bot_id=bot.bot_id,
        authorization=bot.authorization.reveal(),
        private_key=bot.private_key_pem.reveal(),
        api_base=server.url,
    ) as client:
        assert client.send(HELLO).msg_id
    assert not (home / "state" / "events.db").exists()  # nobody asked for a record


def test_the_environment_is_enough(home: Path, server: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = server.identity
    monkeypatch.setenv("BOTHUB_BOT_ID", bot.bot_id)
    monkeypatch.setenv("BOTHUB_AUTHORIZATION", bot.authorization.reveal())
    monkeypatch.setenv("BOTHUB_PRIVATE_KEY", bot.private_key_pem.reveal())
    monkeypatch.setenv("BOTHUB_API_BASE", server.url)
    with Client.from_environment() as client:
        assert client.send(HELLO).msg_id


def test_without_credentials_it_is_said_which_are_missing(home: Path) -> None:
    with pytest.raises(NotLoggedInError, match="bot ID"):
        Client.from_environment()


@pytest.mark.parametrize(
    ("name", "says"), [("tiemout", "timeout"), ("max-wait", "max_wait"), ("strict", "profile show")]
)
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_setting_that_is_none_is_refused(home: Path, kind: type[Client | AsyncClient], name: str, says: str) -> None:
    with pytest.raises(UsageError, match="there is no setting") as refused:
        kind.from_environment(**{name: "5"})  # type: ignore[arg-type]  # what is tried
    assert says in (refused.value.fix or "")


def test_threads_share_a_client(client: Client, server: SandboxServer) -> None:
    with ThreadPoolExecutor(16) as pool:
        sent = list(pool.map(lambda n: client.send(text(f"Hello {n}", to=TO)), range(64)))
    assert len({accepted.msg_id for accepted in sent}) == 64


def test_exchanges_are_logged_masked_for_who_listens(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="bothub"):
        client.send(HELLO)
    assert "POST" in caplog.text
    assert TO not in caplog.text
    assert "Hello" not in caplog.text


def test_the_log_of_urllib3_is_the_host_programs_and_says_nothing_of_ours(
    client: Client, server: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="urllib3"):
        client.send(HELLO)  # with it the tokens, whose request carries the assertion
        assert caplog.text == ""
        assert logging.getLogger("urllib3").level == logging.DEBUG
        requests.get(f"{server.url}/of-the-host", timeout=10)
    assert "/of-the-host" in caplog.text


@pytest.mark.parametrize("expiry", [timedelta(hours=2), datetime.now(UTC) + timedelta(hours=2)])
def test_an_expiry_is_a_length_or_an_instant(client: Client, expiry: Any) -> None:
    message = text("Hello", to=TO, expiry=expiry)
    assert str(message.rcs_message.expiry).endswith("Z")
    assert client.send(message).msg_id


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: text("Hello", to="0612345678"), "number"),
        (lambda: text("Hello", to=True), "not a bool"),
        (lambda: text("Hello", to=object()), "not object"),  # type: ignore[arg-type]  # what is tried
        (lambda: text(5), "not int"),  # type: ignore[arg-type]  # as above
        (lambda: text("Hello", replies="Yes"), "one text"),
        (lambda: text("Hello", replies=[5]), "not int"),  # type: ignore[list-item]  # as above
        (lambda: text("Hello", expiry=datetime(2030, 1, 1)), "without a zone"),  # noqa: DTZ001 -- as above
        (lambda: carousel([HELLO, HELLO]), "made of cards"),
        (lambda: text("Hello", replies=None), "replies is a list, not NoneType"),  # type: ignore[arg-type]  # as above
        (lambda: text("Hello", suggestions=5), "suggestions is a list, not int"),  # type: ignore[arg-type]  # as above
        (lambda: text("Hello", expiry=7200), "expiry is a timedelta"),  # type: ignore[arg-type]  # as above
        (lambda: text("Hello", expiry=date(2030, 1, 1)), "not date"),  # type: ignore[arg-type]  # as above
        (lambda: file(Path("a.jpg"), content_type="image/jpeg", size=1), "address of a file is a str"),  # type: ignore[arg-type]
        (lambda: check_payload(HELLO, now=datetime(2030, 1, 1)), "without a zone"),  # noqa: DTZ001 -- as above
    ],
)
def test_an_ordinary_mistake_is_named_at_once(make: Any, says: str) -> None:
    with pytest.raises(InputRefusedError, match=says):
        make()


@pytest.mark.parametrize("number", ["+3361234", "33612345678.0", "+39 6 1234 5678"])
def test_a_body_to_what_is_no_number_is_refused(client: Client, number: str) -> None:
    with pytest.raises(MessageRefusedError, match=r"contact\.number"):
        client.send({"RCSMessage": {"textMessage": "Hi"}, "messageContact": {"userContact": number}})


@pytest.mark.parametrize("wrong", [None, 5])
def test_an_id_that_is_none_is_named(client: Client, wrong: Any) -> None:
    with pytest.raises(InputRefusedError, match="an ID in the address of a call is a str"):
        client.message_status(wrong)


def test_replies_may_be_a_mapping_with_their_postbacks() -> None:
    assert text("Hello", replies={"Yes": "yes_1"}) == text("Hello", replies=[("Yes", "yes_1")])


@pytest.mark.parametrize("number", [TO, 33612345678, "+33 6 12 34 56 78"])
def test_a_message_is_given_to_a_number(client: Client, number: str | int) -> None:
    assert client.send(text("Hello").with_contact(number)).msg_id


def test_messages_are_values(client: Client) -> None:
    assert text("Hello", to=TO, replies=["Yes"]) == text("Hello", to=33612345678, replies=["Yes"])
    assert OutboundMessage.from_payload(HELLO.to_payload()) == HELLO


def test_the_check_takes_a_message_as_it_is() -> None:
    assert not check_payload(HELLO, now=datetime.now(UTC)).is_refused
    assert check_payload(text("Hello"), now=datetime.now(UTC)).is_refused  # to nobody


@pytest.mark.parametrize("body", [[], "x", 5, None])
def test_what_is_no_event_is_refused_by_an_error_of_the_family(body: Any) -> None:
    with pytest.raises(BothubError, match="an event must be an object"):
        read_event(body)


def test_a_file_that_the_sandbox_keeps_goes_back_to_it_strictly(client: Client, server: SandboxServer) -> None:
    kept = f"{server.url}/sandbox/files/File1"
    picture = {"fileMessage": {"fileUrl": kept, "fileMIMEType": "image/png", "fileSize": 100}}
    assert client.send({"RCSMessage": picture, "messageContact": {"userContact": TO}}, strict=True).msg_id
