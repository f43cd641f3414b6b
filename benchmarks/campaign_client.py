"""One measured run in a process of its own, so that CPU and memory are its own and its children's. Prints a JSON line.

Arguments: KIND BASE ROWS FOLDER [CONCURRENCY]; the kinds are those of ``main``.
"""

import gc
import io
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

TEXT = "Hello {{ name }}, your code is {{ code }}. " + "x" * 140
BODY = json.dumps(
    {
        "RCSMessage": {"trafficType": "advertisement", "textMessage": "Hello Name, your code is C123. " + "x" * 140},
        "messageContact": {"userContact": "+33612345678"},
    }
).encode()
ORANGE, GSMA = "a" * 700, "b" * 500
HEADERS = [f"Authorization: Bearer {ORANGE}", f"AccessToken: {GSMA}", "Content-Type: application/json", "Expect:"]


def main() -> None:
    gc.set_threshold(100_000)  # as the command does, see bothub_cli/entry.py
    kind, base, rows, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    concurrency = int(sys.argv[5]) if len(sys.argv) > 5 else None
    runs: dict[str, Callable[[], tuple[float, float]]] = {
        "campaign": lambda: run_campaign_of(base, rows, folder, concurrency, journal=True),
        "campaign-with-stops": lambda: run_campaign_of(base, rows, folder, concurrency, journal=True, stops=True),
        "campaign-no-journal": lambda: run_campaign_of(base, rows, folder, concurrency, journal=False),
        "libcurl": lambda: run_libcurl(base, rows, concurrency or 32),
        "requests": lambda: run_requests(base, rows),
        "rcs-chatbot": lambda: run_rcs_chatbot(base, rows),
        "import": import_only,
    }
    planned, sent = runs[kind]()
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    line = {
        "kind": kind,
        "rows": rows,
        "plan_seconds": planned,
        "send_seconds": sent,
        "cpu_seconds": sum(each.ru_utime + each.ru_stime for each in usage),
        "rss_mib": sum(each.ru_maxrss for each in usage) / 1024,
    }
    sys.stdout.write(json.dumps(line) + "\n")


def import_only() -> tuple[float, float]:
    """The interpreter with what a campaign imports, and nothing done."""
    import bothub_cli.campaign.journal.sqlite_open
    import bothub_cli.campaign.run.start
    import bothub_cli.transport.curl  # noqa: F401

    return 0.0, 0.0


def run_campaign_of(
    base: str, rows: int, folder: Path, concurrency: int | None, *, journal: bool, stops: bool = False
) -> tuple[float, float]:
    """Run a campaign; with ``stops``, each row is looked up in the list that the event store of the folder holds."""
    from bothub_cli.campaign.journal.interface import CampaignRecord, Outcome
    from bothub_cli.campaign.journal.sqlite_open import open_for_sending
    from bothub_cli.campaign.rows.prepare import CampaignInput
    from bothub_cli.campaign.rows.prepared_row import find_nobody
    from bothub_cli.campaign.rows.survey import survey
    from bothub_cli.campaign.rows.template import compile_template
    from bothub_cli.campaign.run.limits import RunRules
    from bothub_cli.campaign.run.options import RunOptions
    from bothub_cli.campaign.run.start import Destination, send_rows
    from bothub_cli.clock import SystemClock
    from bothub_cli.events.store.database import open_database
    from bothub_cli.events.store.listed_numbers import ListedNumbers
    from bothub_cli.lists.sources import FileSource
    from bothub_cli.protocol.token_pair import TokenKind, TokenPair
    from bothub_cli.redaction import Secret
    from bothub_cli.transport.base import TransportSettings

    class SteadyTokens:
        def __init__(self) -> None:
            self._pair = TokenPair(orange=Secret(ORANGE), gsma=Secret(GSMA))

        def pair(self) -> TokenPair:
            return self._pair

        def renew(self, kind: TokenKind, failed: Secret) -> None:  # noqa: ARG002  never called
            raise AssertionError("the sink refuses no token")

    class NoJournal:
        """Forgets everything: what the engine costs without durability."""

        planned_from = "the list"

        def __init__(self) -> None:
            self._next = 1

        def stage(self, outcomes: Sequence[Outcome], wanted: Sequence[int]) -> Callable[[], list[int | None]]:  # noqa: ARG002
            first, self._next = self._next, self._next + len(wanted)
            last = self._next
            return lambda: list(range(first, last))

        def check(self) -> None:
            return

        def note_slow_downs(self, more: object) -> None:  # noqa: ARG002  it forgets
            return

    template = compile_template({"trafficType": "advertisement", "textMessage": TEXT}, name="template")
    record = CampaignRecord(
        campaign_id="benchmark",
        created_at=datetime.now(UTC),
        profile="p",
        template_path="t",
        recipients_path="r",
        fingerprints={},
    )
    destination = Destination(
        base=base, bot_id="bot", tokens=SteadyTokens(), settings=TransportSettings(), user_agent="benchmark"
    )
    with tempfile.TemporaryDirectory(dir=folder) as place:
        database = open_database(folder / "events.sqlite")
        listed = ListedNumbers(lambda: database, profile="p")
        given = CampaignInput(
            recipients=FileSource(folder / f"{rows}.csv"),
            template=template,
            find_suppressed=listed.find if stops else find_nobody,
        )
        kept = open_for_sending(Path(place) / "journal.sqlite", record)
        begin = time.perf_counter()
        survey(given, journal=kept, now=datetime.now(UTC), on_problem=print)
        planned = time.perf_counter() - begin
        forgetful = NoJournal()
        forgetful.salt = kept.salt  # type: ignore[attr-defined]  # the one thing that preparing rows asks for
        begin = time.perf_counter()
        result = send_rows(
            given,
            journal=kept if journal else forgetful,  # type: ignore[arg-type]  # only what the engine asks of it
            destination=destination,
            options=RunOptions(rules=RunRules(concurrency=concurrency), pace=None),
            clock=SystemClock(),
            report=lambda progress: None,  # noqa: ARG005  nobody looks
        )
        sent = time.perf_counter() - begin
        kept.close()
        database.close()
    assert result.progress.finished == rows, result
    return planned, sent


def run_libcurl(base: str, rows: int, concurrency: int) -> tuple[float, float]:
    """The barest loop on pycurl's multi interface: the same body again and again, answers thrown away."""
    import pycurl

    multi = pycurl.CurlMulti()
    multi.setopt(pycurl.M_MAXCONNECTS, concurrency)
    idle = []
    for _ in range(concurrency):
        curl = pycurl.Curl()
        curl.setopt(pycurl.URL, f"{base}/bothub/v1/bot/v1/bot/messages")
        curl.setopt(pycurl.HTTPHEADER, HEADERS)
        curl.setopt(pycurl.POSTFIELDS, BODY)
        curl.setopt(pycurl.WRITEDATA, io.BytesIO())
        idle.append(curl)
    started = done = 0
    begin = time.perf_counter()
    while done < rows:
        while idle and started < rows:
            multi.add_handle(idle.pop())
            started += 1
        multi.perform()
        _, answered, failed = multi.info_read(concurrency)
        assert not failed
        for curl in answered:
            assert curl.getinfo(pycurl.RESPONSE_CODE) == 200
            multi.remove_handle(curl)
            idle.append(curl)
        done += len(answered)
        if not answered:
            multi.select(1.0)
    return 0.0, time.perf_counter() - begin


def run_requests(base: str, rows: int) -> tuple[float, float]:
    """What a script does: one session, one post after another."""
    import requests

    session = requests.Session()
    headers = {"Authorization": f"Bearer {ORANGE}", "AccessToken": GSMA, "Content-Type": "application/json"}
    begin = time.perf_counter()
    for _ in range(rows):
        session.post(f"{base}/bothub/v1/bot/v1/bot/messages", data=BODY, headers=headers, timeout=30).raise_for_status()
    return 0.0, time.perf_counter() - begin


def run_rcs_chatbot(base: str, rows: int) -> tuple[float, float]:
    """The public SDK of that name (PyPI rcs-chatbot), as its README uses it."""
    import rcs_chatbot  # type: ignore[import-not-found]  # installed by the benchmark in an environment of its own

    bot = rcs_chatbot.Chatbot(f"{base}/bothub/v1/bot/v1", "bot", GSMA)
    contact = rcs_chatbot.MessageContact("+33612345678", None)
    begin = time.perf_counter()
    for _ in range(rows):
        bot.sendMessage(contact, "Hello Name, your code is C123. " + "x" * 140)
    return 0.0, time.perf_counter() - begin


if __name__ == "__main__":
    main()
