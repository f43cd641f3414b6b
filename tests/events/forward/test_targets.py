"""Where events go on to."""

import pytest

from bothub_cli.errors import UsageError
from bothub_cli.events.forward.targets import read_command_target, read_routed_target, read_url_target, route
from bothub_cli.messages.event.read import read_event

MESSAGE = read_event({"event": "message"})
STATUS = read_event({"event": "message_status", "RCSMessage": {"status": "sent"}})


@pytest.mark.parametrize("url", ["", "localhost:9000", "ftp://example.com", "http://", "http://[::1", "http://a:99999"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="is no http or https URL"):
        read_url_target(url)


@pytest.mark.parametrize("text", ["http://127.0.0.1/", "message", "mesage=http://127.0.0.1/", "=http://127.0.0.1/"])
def test_an_unknown_event_cannot_be_routed(text: str) -> None:
    with pytest.raises(UsageError):
        read_routed_target(text)


@pytest.mark.parametrize("command", ["", '"unclosed', "no-such-program-anywhere --flag"])
def test_what_cannot_be_run_is_refused_at_the_start(command: str) -> None:
    with pytest.raises(UsageError):
        read_command_target(command)


def test_a_command_gets_no_shell_unless_it_is_asked_for() -> None:
    assert read_command_target("cat '$HOME' ; true").argv == ("cat", "$HOME", ";", "true")
    assert read_command_target("cat $HOME", use_shell=True).argv == ("/bin/sh", "-c", "cat $HOME")


def test_an_event_goes_to_every_target_that_wants_its_kind_but_once() -> None:
    everything = read_url_target("http://127.0.0.1/all")
    some = read_routed_target("messageStatus,response=http://127.0.0.1/some")
    same = read_routed_target("messageStatus=http://127.0.0.1/all")
    targets_of = route([everything, some, same])
    assert targets_of(MESSAGE) == (everything.key,)
    assert targets_of(STATUS) == (everything.key, some.key)


def test_the_vendor_spelling_of_a_kind_routes_too() -> None:
    assert read_routed_target("message_status=http://127.0.0.1/").kinds == frozenset({"messageStatus"})


def test_neither_label_nor_key_nor_repr_tells_a_secret() -> None:
    target = read_url_target("https://user:pass@example.com:8443/hook?token=hush")
    assert target.label == "https://example.com:8443/hook"
    assert not any(word in f"{target.key}{target!r}" for word in ("hush", "pass", "user"))
    assert "hush" not in f"{read_command_target('cat hush').label}{read_command_target('cat hush')!r}"
