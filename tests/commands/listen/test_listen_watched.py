"""``bothub listen`` seen from outside: metrics for Prometheus, and a log file that is rotated."""

import itertools
import os
import signal
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.commands.webhooks import post, run_listen
from tests.conftest import Bothub
from tests.events.samples import open_inbox, status_event, text_event
from tests.waiting import wait_until


def _scrape(url: str, **headers: str) -> dict[str, float]:
    """Return each sample by its name and labels, as Prometheus writes them."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        text = answer.read().decode()
    return {
        f"{sample.name}{{{','.join(f'{name}={value}' for name, value in sorted(sample.labels.items()))}}}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_tell_what_came_what_was_refused_and_what_waits() -> None:
    with open_inbox() as inbox:
        inbox.answer = lambda _: 503
        with run_listen("--forward-to", inbox.url, "--metrics-port", "0") as listening:
            assert post(listening.url, text_event("m1", "hello")) == 200
            assert post(listening.url, text_event("m1", "hello")) == 200
            assert post(listening.url, status_event("m2", "delivered")) == 200
            assert post(listening.url, [1]) == 400
            assert post(listening.url, {"event": "x" * 500}) == 200
            seen = _scrape(listening.ready["metrics"])
            assert post(listening.url.replace("/webhook", "/metrics"), {}) == 404  # they have a port of their own
    label = inbox.url.partition("?")[0]
    assert seen["bothub_listener_events_total{kind=message}"] == 1
    assert seen["bothub_listener_events_total{kind=messageStatus}"] == 1
    assert seen["bothub_listener_events_total{kind=other}"] == 1
    assert seen["bothub_listener_events_repeated_total{}"] == 1
    assert seen["bothub_listener_requests_refused_total{reason=JSON, but no object,status=400}"] == 1
    assert seen["bothub_listener_storing{}"] == 1
    assert seen["bothub_listener_store_seconds_count{}"] == 4
    assert seen["bothub_listener_disk_free_bytes{}"] > 0
    assert seen[f"bothub_listener_queue_length{{target={label}}}"] == 3
    assert seen[f"bothub_listener_queue_oldest_seconds{{target={label}}}"] >= 0


def test_without_a_port_of_their_own_metrics_are_for_who_has_the_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret-token-of-the-platform")
    with run_listen("--auth-token-file", str(tmp_path / "token")) as listening:
        url = listening.url.replace("/webhook", "/metrics")
        with pytest.raises(urllib.error.HTTPError, match="401"):
            _scrape(url)
        assert "bothub_listener_storing{}" in _scrape(url, Authorization="Bearer s3cret-token-of-the-platform")


@pytest.mark.parametrize("written", ["nine", "99999", "127.0.0.1:", "-1"])
def test_a_metrics_port_that_is_none_is_refused(bothub: Bothub, written: str) -> None:
    assert bothub("listen", "--port", "0", f"--metrics-port={written}").code == 2


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGHUP")
def test_the_log_file_has_what_happens_without_secrets_and_is_opened_again_on_sighup(tmp_path: Path) -> None:
    log = tmp_path / "listen.log"
    with run_listen("--log-file", str(log)) as listening:
        assert post(listening.url, text_event("m1", "hello")) == 200
        wait_until(lambda: "event 1: message of +336••••••78" in log.read_text())
        assert post(listening.url, {}, Origin="https://elsewhere.example") == 401
        wait_until(lambda: "refused with HTTP 401" in log.read_text())
        log.rename(tmp_path / "listen.log.1")
        listening.process.send_signal(signal.SIGHUP)
        later = itertools.count(2)  # until the signal is heard, an event still goes into the file that was renamed
        wait_until(lambda: post(listening.url, text_event(f"m{next(later)}", "hello")) == 200 and log.exists())
        wait_until(lambda: "message of +336••••••78" in log.read_text())
        assert listening.process.poll() is None
    lines = [*(tmp_path / "listen.log.1").read_text().splitlines(), *log.read_text().splitlines()]
    assert all(line[10] == "T" and line.split()[1] in ("INFO", "WARNING", "NOTE") for line in lines)
    assert "+33612345678" not in "".join(lines)
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM that a program hears")
@pytest.mark.parametrize("quiet", [(), ("-q",), ("--quiet", "--json")])
def test_the_log_has_everything_from_start_to_stop_however_quiet_the_terminal_is(
    tmp_path: Path, quiet: tuple[str, ...]
) -> None:
    log = tmp_path / "listen.log"
    with run_listen("--log-file", str(log), *quiet) as listening:
        assert post(listening.url, {}, Origin="https://elsewhere.example") == 401
        assert post(f"{listening.url}/typo", {}) == 404
        assert post(listening.url, text_event("m1", "STOP")) == 200
        assert post(listening.url, text_event("m2", "I want to stop by tomorrow")) == 200
        wait_until(lambda: "event 2" in log.read_text())
        listening.process.send_signal(signal.SIGTERM)
        _, err = listening.process.communicate(timeout=60)
    written = log.read_text()
    assert (err == "") is bool(quiet)
    for expected in (
        f"INFO    listening at {listening.url}",
        "WARNING refused with HTTP 401",
        "(/webhook): /webhook/typo",
        "INFO    opted out: +336••••••78",
        "NOTE    +336••••••78 wrote a text that may be meant as STOP",
        "INFO    stopped: 2 events heard",
        "INFO    refused with HTTP 404: 1",
    ):
        assert expected in written
    assert "+33612345678" not in written + err  # stderr without a terminal is a log as well


def test_a_log_that_cannot_be_written_is_said_before_it_listens(bothub: Bothub, tmp_path: Path) -> None:
    ran = bothub("listen", "--port", "0", "--log-file", str(tmp_path / "none" / "listen.log"))
    assert ran.code == 12
    assert "the log: there is no folder for this file" in ran.err
    assert ran.out == ""
