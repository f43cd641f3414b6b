"""What an error advises is done word for word, and then it works: one story for each error of the family."""

import json
import re
import shlex
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer
from tests.errors.test_errors import _all_errors

Bothub = Callable[..., Any]
TO = "+33612345678"
SEND = ("send", "--to", TO, "--text", "Hi")


def fail(bothub: Bothub, *argv: str, code: str, stdin: str = "") -> str:
    """Run what fails, and return the advice that its error gives."""
    ran = bothub(*argv, "--json", stdin=stdin.encode())
    [error] = [each for line in ran.err.splitlines() if (each := json.loads(line)).get("type") == "error"]
    assert (error["code"], ran.code) == (code, error["exit_code"]), ran.err
    assert error["hint"], f"{code} advises nothing: {error['message']}"
    return str(error["hint"])


def command_in(hint: str) -> list[str]:
    """Return the words of the command that a hint names."""
    found = re.search(r"\bbothub ([^;,)]+)", hint)
    assert found is not None, hint
    return shlex.split(found[1].rstrip("."))


def option_in(hint: str) -> str:
    found = re.search(r"(?<!\w)--[a-z-]+", hint)
    assert found is not None, hint
    return found[0]


@pytest.fixture
def refusing(sandbox: SandboxServer, bothub: Bothub) -> Callable[..., None]:
    """Make the sandbox answer sends with a fault, a number of times."""

    def add(fault: str, *, times: int = 1) -> None:
        assert bothub("sandbox", "fault", "add", fault, "--times", str(times)).code == 0

    return add


def test_usage(bothub: Bothub, sandbox: SandboxServer) -> None:
    hint = fail(bothub, "send", "--text", "Hi", code="usage")
    assert bothub("send", option_in(hint), TO, "--text", "Hi").code == 0


def test_a_national_number(bothub: Bothub, sandbox: SandboxServer) -> None:
    hint = fail(bothub, "send", "--to", "06 12 34 56 78", "--text", "Hi", code="input.number")
    region = re.search(r"--region [A-Z]{2}", hint)
    assert region is not None
    assert bothub("send", "--to", "06 12 34 56 78", "--text", "Hi", *region[0].split()).code == 0


def test_a_message_to_nobody(bothub: Bothub, sandbox: SandboxServer) -> None:
    hint = fail(bothub, "send", "-", code="message.refused", stdin='{"textMessage": "x"}')
    assert bothub("send", "-", option_in(hint), TO, stdin=b'{"textMessage": "x"}').code == 0


def test_a_message_in_googles_format(bothub: Bothub, sandbox: SandboxServer, tmp_path: Path) -> None:
    path = tmp_path / "google.json"
    path.write_text(json.dumps({"contentMessage": {"text": "Hi", "suggestions": []}}))
    hint = fail(bothub, "send", str(path), "--to", TO, code="message.refused")
    converted = bothub(*(str(path) if word == "FILE" else word for word in command_in(hint)))
    assert bothub("send", "-", "--to", TO, stdin=converted.out.encode()).code == 0


def test_suggestions_that_are_lost(bothub: Bothub, sandbox: SandboxServer) -> None:
    chips = [{"reply": {"displayText": "Yes", "postback": {"data": "y"}}}]
    body: dict[str, Any] = {"textMessage": "Pick", "suggestions": chips}
    hint = fail(bothub, "send", "-", "--to", TO, code="message.refused", stdin=json.dumps(body))
    assert '"suggestedChipList": {"suggestions": […]}' in hint
    mended = {"textMessage": "Pick", "suggestedChipList": {"suggestions": body.pop("suggestions")}}
    assert bothub("send", "-", "--to", TO, stdin=json.dumps(mended).encode()).code == 0


def test_somebody_who_said_stop(bothub: Bothub, sandbox: SandboxServer) -> None:
    assert bothub("suppression", "add", TO).code == 0
    hint = fail(bothub, *SEND, code="message.suppressed")
    assert bothub(*command_in(hint)).code == 0
    assert bothub(*SEND, "--ignore-suppression").code == 0
    assert "--ignore-suppression" in hint


def test_an_expiry_that_is_no_time(bothub: Bothub, sandbox: SandboxServer) -> None:
    hint = fail(bothub, *SEND, "--expiry", "tomorrow", code="usage")
    for form in ("90", "30s", "24h", "1h30m", "3d", "1w", "PT1H"):
        assert form in hint
        assert bothub(*SEND, "--expiry", form).code == 0


def test_not_logged_in(bothub: Bothub, bot: Any) -> None:
    hint = fail(bothub, *SEND, code="auth.not_logged_in")
    assert bothub(*command_in(hint), *bot.login_flags(), "--no-input").code == 0
    assert bothub(*SEND).code == 0


def test_a_token_that_is_refused(bothub: Bothub, sandbox: SandboxServer, refusing: Callable[..., None]) -> None:
    refusing("401-gsma", times=2)
    hint = fail(bothub, *SEND, code="auth.refused")
    assert bothub(*command_in(hint)).code == 0
    assert bothub(*SEND).code == 0


def test_a_refusal_of_the_api_is_explained(bothub: Bothub, sandbox: SandboxServer) -> None:
    hint = fail(bothub, "message", "cancel", "no-such-message", code="api.refused")
    explained = re.search(r"bothub explain \S+", hint)
    assert explained is not None
    assert bothub(*explained[0].split()[1:]).code == 0


def test_a_service_that_is_down(bothub: Bothub, sandbox: SandboxServer, refusing: Callable[..., None]) -> None:
    refusing("503", times=1)
    assert "later" in fail(bothub, *SEND, "--max-wait", "0", code="api.unavailable")
    assert bothub(*SEND).code == 0


def test_too_many_requests(bothub: Bothub, sandbox: SandboxServer, refusing: Callable[..., None]) -> None:
    refusing("429", times=1)
    hint = fail(bothub, *SEND, "--max-wait", "0", code="api.rate_limited")
    assert bothub(*SEND, option_in(hint), "60").code == 0


def test_an_outcome_that_is_unknown(bothub: Bothub, sandbox: SandboxServer, refusing: Callable[..., None]) -> None:
    refusing("500", times=1)
    hint = fail(bothub, *SEND, code="outcome.unknown")
    refusing("500", times=1)
    assert bothub(*SEND, option_in(hint)).code == 0


def test_the_check_of_many_by_day(bothub: Bothub, sandbox: SandboxServer) -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    sandbox.run(lambda state: state.clock.advance((noon - state.clock.now()) % timedelta(days=1)))
    asked = ("capability", "check", TO, "+33612345679", "--any-hour")
    hint = fail(bothub, *asked, code="api.time_window")
    assert "22:00 to 07:00" in hint
    sandbox.run(lambda state: state.clock.advance(timedelta(hours=11)))
    assert bothub(*asked).code in (0, 3)


def test_no_sandbox_here(bothub: Bothub) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{unused.getsockname()[1]}"
        hint = fail(bothub, "sandbox", "inbox", "--api-base", base, "--timeout", "2", code="network")
    assert command_in(hint) == ["sandbox", "start"]


def test_a_file_that_is_a_web_page(bothub: Bothub, sandbox: SandboxServer, tmp_path: Path) -> None:
    page = tmp_path / "page.jpg"
    page.write_text("<!doctype html><html></html>")
    assert "button that opens the page" in fail(bothub, "send", "--to", TO, "--file", str(page), code="input")
    assert bothub(*SEND, "--open-url", "Page=https://shop.example/page").code == 0


def test_a_profile_that_is_damaged(bothub: Bothub, account: Any) -> None:
    [path, *_] = sorted(account.config.rglob("*.toml"))
    path.write_text("[profiles.default\n")
    ran = bothub(*SEND, "--json")
    error = json.loads(ran.err.splitlines()[-1])
    assert (ran.code, error["code"]) == (12, "config")
    assert str(path) in error["message"]


# Every class of the family: the story above that follows its advice, or why there is no advice of its own to follow.
STORIES = {
    "ApiRefusedError": test_a_refusal_of_the_api_is_explained,
    "ClosedByDayError": test_the_check_of_many_by_day,
    "ConfigurationError": test_a_profile_that_is_damaged,
    "CredentialsRefusedError": test_a_token_that_is_refused,
    "InputRefusedError": test_a_file_that_is_a_web_page,
    "MessageRefusedError": test_a_message_to_nobody,
    "NetworkError": test_no_sandbox_here,
    "NotLoggedInError": test_not_logged_in,
    "NumberRefusedError": test_a_national_number,
    "OutcomeUnknownError": test_an_outcome_that_is_unknown,
    "OutsideTimeWindowError": test_the_check_of_many_by_day,
    "RateLimitedError": test_too_many_requests,
    "ServiceUnavailableError": test_a_service_that_is_down,
    "SuppressedError": test_somebody_who_said_stop,
    "UsageError": test_usage,
}
WITHOUT = {
    "BothubError": "the root of the family",
    "CredentialsError": "a branch of it",
    "TemporaryError": "a branch of it",
    "_PlacedError": "what two of them are made of",
    "_BugError": "asks for a report",
    "InterruptedCallError": "the advice of OutcomeUnknownError",
    "NeverSentError": "nothing went out: the same command again",
    "LimitReachedError": "the user's own limit",
    "LockBusyError": "the other process ends by itself",
    "OutputError": "a full disk of the user's",
    "SecretCommandError": "the user's own program",
    "UnreadableAnswerError": "doctor looks at what stands in between",
    "BulkNumbersRefusedError": "tests/capability follows it: --skip-invalid",
    "StillPendingError": "the caller says what it waited for",
    "DeliveryFailedError": "the phone's own answer",
    "WebhookRefusedError": "the user's own webhook",
    "NobodyListensError": "starts a program that does not end",
    "ListenerBrokenError": "a disk that cannot be written",
    "JournalLostError": "tests/campaign follows it",
    "PauseTooLongError": "the advice of RateLimitedError",
    "PayloadError": "the check says it before, with a fix",
    "ControlError": "an answer of the sandbox's own API",
}


def test_every_error_has_its_story_or_a_reason() -> None:
    assert {kind.__name__ for kind in _all_errors()} == STORIES.keys() | WITHOUT.keys()
    assert not STORIES.keys() & WITHOUT.keys()
