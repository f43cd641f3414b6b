"""``campaign status``, ``list``, ``report`` and ``retry`` tell and mend what a run left."""

import csv
import io
import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

from bothub_cli.events.store.database import open_database
from bothub_cli.events.store.event_records import ReceivedEvent
from bothub_cli.events.store.write import EventStore
from bothub_cli.messages.event.read import read_event
from bothub_cli.sandbox.state.faults import FaultKind, FaultRule, InjectedFault

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py

NOT_ON_RCS = "+33639980404"
NO_ANSWER = "+33639980602"  # accepted, but the connection is cut before the answer
GOOD = ["+33612000000", "+33612000001", "+33612000002"]


def test_without_a_campaign_status_says_so(bothub: Bothub) -> None:
    ran = bothub("campaign", "status")
    assert ran.code == 2
    assert "there is no campaign yet" in ran.err


def test_an_unknown_campaign_is_not_found(bothub: Bothub) -> None:
    assert bothub("campaign", "status", "nothing").code == 12
    assert bothub("campaign", "report", "nothing").code == 12
    assert bothub("campaign", "retry", "nothing").code == 12


def test_a_name_cannot_leave_the_folder(bothub: Bothub) -> None:
    ran = bothub("campaign", "status", "../../secrets")
    assert ran.code == 2
    assert "is no name for a campaign" in ran.err


def test_a_file_that_is_no_journal_is_refused(bothub: Bothub, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("to,name\n" * 500)
    ran = bothub("campaign", "status", "--journal", str(other))
    assert ran.code == 12
    assert other.read_text() == "to,name\n" * 500


def test_status_names_the_lines_of_unknown_rows(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*GOOD, NO_ANSWER))
    answer = bothub("campaign", "status", "--json").json
    assert answer["state"] == "finished"
    assert answer["outcomes"]["unknown"] == 1
    assert answer["unknown_lines"] == [5]


def test_status_names_the_commands_that_help(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(NO_ANSWER, *GOOD), "--name", "summer", "--limit", "2", "--concurrency", "1")
    told = bothub("campaign", "status")
    assert "go on with: bothub campaign run --resume summer" in told.out
    assert "bothub campaign run --resume summer --resend-unknown" in told.out
    resume = bothub("campaign", "status", "--json").json["resume"]
    assert bothub(*resume.split()[1:]).code == 13
    assert bothub("campaign", "status", "--json").json["resume"] is None
    assert all(shop.sent_to[number] == 1 for number in GOOD)


def test_status_of_a_journal_of_its_own_names_the_file(bothub: Bothub, shop: Shop) -> None:
    journal = shop.folder / "my journal"
    bothub(*shop.run(*GOOD), "--journal", str(journal), "--limit", "1")
    told = bothub("campaign", "status", "--journal", str(journal), "--json").json
    assert told["resume"] == f"bothub campaign run --journal '{journal}'"


def test_the_list_shows_each_campaign_and_the_unreadable_too(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*GOOD), "--name", "summer")
    (Path(os.environ["BOTHUB_STATE_DIR"]) / "campaigns" / "broken.sqlite").write_text("no journal " * 100)
    ran = bothub("campaign", "list", "--json")
    assert ran.code == 0
    broken, summer = ran.json["campaigns"]
    assert (broken["campaign"], broken["state"]) == ("broken", None)
    assert "not the journal of a campaign" in broken["problem"]
    assert (summer["campaign"], summer["state"], summer["outcomes"]["accepted"]) == ("summer", "finished", 3)


def test_an_empty_list_tells_how_to_begin(bothub: Bothub) -> None:
    ran = bothub("campaign", "list")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "no campaign yet: bothub campaign run --help")


def test_the_report_counts_causes_and_latencies(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*GOOD, NOT_ON_RCS))
    answer = bothub("campaign", "report", "--json").json
    assert answer["causes"] == {"http.404.41200": 1}
    assert sum(each["accepted"] for each in answer["throughput"]) == 3
    assert answer["latency_ms"]["p99"] > 0
    assert answer["reach"] is None


def test_the_csv_has_a_line_for_each_row(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*GOOD, NOT_ON_RCS))
    rows = list(csv.DictReader(io.StringIO(bothub("campaign", "report", "--format", "csv").out)))
    assert [(row["line"], row["outcome"]) for row in rows] == [
        ("2", "accepted"),
        ("3", "accepted"),
        ("4", "accepted"),
        ("5", "refused"),
    ]
    assert all(row["message_id"] for row in rows[:3])


def test_the_report_adds_up_to_the_lines_of_the_list(bothub: Bothub, shop: Shop) -> None:
    numbers = [
        GOOD[0],
        "+33 6 12 00 00 00",
        "nonsense",
        GOOD[1],
        NOT_ON_RCS,
        GOOD[2],
        "612000001",
        GOOD[2],
        "+33612000009",
    ]
    (shop.folder / "stop.txt").write_text(f"{GOOD[1]}\n")
    people = ["campaign", "run", shop.write_list(numbers), "-t", shop.write_template(), "--rate", "none"]
    bothub(*people, "--skip-invalid", "--suppress", str(shop.folder / "stop.txt"), "--limit", "2")

    [report] = bothub("campaign", "report", "--json").lines
    rows = list(csv.DictReader(io.StringIO(bothub("campaign", "report", "--format", "csv", "--with-columns").out)))

    assert (report["lines"], report["outcomes"]["total"], report["duplicates"]) == (9, 4, 2)
    assert (report["suppressed"], report["invalid"]) == (1, 2)
    assert [(row["line"], row["outcome"]) for row in rows] == [
        ("2", "accepted"),
        ("3", "repeated"),
        ("4", "invalid"),
        ("5", "suppressed"),
        ("6", "refused"),
        ("7", "not attempted"),
        ("8", "invalid"),
        ("9", "repeated"),
        ("10", "not attempted"),
    ]
    assert (rows[0]["first_name"], rows[8]["first_name"]) == ("Name 0", "Name 8")


def test_a_list_that_has_changed_gives_no_columns(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*GOOD))
    shop.write_list(GOOD[1:])

    ran = bothub("campaign", "report", "--format", "csv", "--with-columns")

    assert ran.code == 6
    assert "the list has changed since the campaign read it" in ran.err


def test_times_are_written_in_the_zone_that_is_wanted(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(GOOD[0]))
    assert "+09:00" in bothub("campaign", "report", "--tz", "Asia/Tokyo").out
    assert "+09:00" in bothub("campaign", "report", "--tz", "Asia/Tokyo", "--format", "csv").out
    assert "JST" in bothub("campaign", "report", "--tz", "Asia/Tokyo", "--format", "html").out
    assert bothub("campaign", "report", "--tz", "Mars/Base").code == 2


def test_the_page_fetches_nothing_and_shows_every_chart(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*GOOD, NOT_ON_RCS))
    target = shop.folder / "report.html"
    assert bothub("campaign", "report", "--format", "html", "--output", str(target)).code == 0
    page = target.read_text()
    assert target.stat().st_mode & 0o777 == 0o600
    titles = [unescape(title) for title in re.findall(r"<h2>(.*?)</h2>", page)]
    assert titles == [
        "Message", "Outcomes", "Throughput, in messages a second",
        "Latency of the API's answers (bars by powers of ten)", "Not accepted, by cause",
    ]  # fmt: skip
    assert page.count('<svg class="plot"') == 1
    assert "Hello {{ first_name }}" in page
    assert "the number is not an RCS user (HTTP 404, code 41200)" in page
    assert not re.search(r"\+?33\d{9}", page)
    assert "Name 0" not in page
    assert not re.search(r"https?://|<script|<link|<img|url\(", page)
    assert "default-src 'none'" in page


def test_a_webhook_that_heard_nothing_is_not_nobody_reached(bothub: Bothub, shop: Shop) -> None:
    hear("default", status("another", "+33699999999", "displayed"))
    bothub(*shop.run(*GOOD))
    assert "The webhook heard nothing of these messages" in bothub("campaign", "report", "--format", "html").out
    assert "heard nothing" in bothub("campaign", "report").out


def test_an_unfinished_campaign_has_a_report(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*GOOD), "--name", "summer", "--journal", str(shop.folder / "mine"), "--limit", "1")
    for words in ([], ["--format", "csv"], ["--format", "html"]):
        ran = bothub("campaign", "report", "--journal", str(shop.folder / "mine"), *words)
        assert ran.code == 0
        assert ran.out


def test_a_hostile_name_cannot_break_out_of_the_page(bothub: Bothub, shop: Shop) -> None:
    people = shop.write_list(GOOD, name="<script>alert(1)<!--.csv")
    bothub("campaign", "run", people, "-t", shop.write_template(), "--rate", "none")
    page = bothub("campaign", "report", "--format", "html").out
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;!--.csv" in page


def test_a_text_is_not_written_to_a_file(bothub: Bothub, shop: Shop) -> None:
    assert bothub("campaign", "report", "--output", "x").code == 2


def hear(profile: str, *events: Mapping[str, object]) -> None:
    """Store what the platform would have told the webhook."""
    database = open_database(Path(os.environ["BOTHUB_STATE_DIR"]) / "events.db")
    now = datetime.now(UTC)
    store = EventStore(database, profile=profile)
    store.append([ReceivedEvent(event=read_event(event), body=b"{}", received_at=now) for event in events])
    database.close()


def status(message_id: str, number: str, word: str) -> dict[str, object]:
    return {
        "event": "messageStatus",
        "messageContact": {"userContact": number},
        "RCSMessage": {"msgId": message_id, "status": word},
    }


def test_the_report_joins_what_the_webhook_heard(bothub: Bothub, shop: Shop) -> None:
    bothub(*shop.run(*GOOD))
    rows = list(csv.DictReader(io.StringIO(bothub("campaign", "report", "--format", "csv").out)))
    first, second, third = (row["message_id"] for row in rows)
    answer = {
        "event": "message",
        "messageContact": {"userContact": GOOD[0]},
        "RCSMessage": {"msgId": "theirs", "textMessage": "Thanks"},
    }
    hear(
        "default",
        status(first, GOOD[0], "delivered"),
        status(first, GOOD[0], "displayed"),
        status(second, GOOD[1], "delivered"),
        status(third, GOOD[2], "failed"),
        status("another", "+33699999999", "displayed"),
        answer,
        {**answer, "messageContact": {"userContact": "+33699999999"}},
    )
    reach = bothub("campaign", "report", "--json").json["reach"]
    assert reach == {"delivered": 2, "displayed": 1, "failed": 1, "replied": 1}
    assert "people who replied" in bothub("campaign", "report", "--format", "html").out


def refuse_all(shop: Shop, kind: FaultKind) -> None:
    shop.server.run(lambda sandbox: sandbox.faults.add(FaultRule(fault=InjectedFault(kind=kind))))


def heal(shop: Shop) -> None:
    shop.server.run(lambda sandbox: sandbox.faults.clear())


def test_retry_needs_a_name(bothub: Bothub) -> None:
    assert bothub("campaign", "retry").code == 2


def test_retry_sends_only_what_was_refused_for_a_time(bothub: Bothub, shop: Shop) -> None:
    words = [*shop.run(NOT_ON_RCS, NO_ANSWER, *GOOD), "--name", "summer"]
    bothub(*words, "--limit", "2")
    refuse_all(shop, FaultKind.UNAVAILABLE)
    bothub(*words, "--limit", "1", "--max-wait", "60")
    heal(shop)
    assert bothub("campaign", "status", "--json").json["outcomes"]["failed"] == 1

    ran = bothub("campaign", "retry", "summer", "--json")
    assert ran.json["sent"] == 1
    assert ran.json["outcomes"] == {
        "total": 5, "accepted": 1, "refused": 1, "failed": 0, "unknown": 1, "left": 2, "in_flight": 0,
        "suppressed": 0, "gone": 0,
    }  # fmt: skip
    assert shop.sent_to[NO_ANSWER] == 1


def test_status_and_report_say_that_and_why_it_went_slower(bothub: Bothub, shop: Shop, tmp_path: Path) -> None:
    fault = InjectedFault(kind=FaultKind.RATE_LIMITED_RETRY_AFTER)
    shop.server.run(lambda sandbox: sandbox.faults.add(FaultRule(fault=fault, times=1)))
    words = shop.run(*GOOD)
    words[words.index("none")] = "50/s"
    assert bothub(*words, "--json").json["slowdowns"] == 1

    for command in ("status", "report"):
        found = bothub("campaign", command, "--json").json
        assert (found["slowdowns"], found["asked_to_wait"] > 0) == (1, True)
        assert "the API asked for less" in bothub("campaign", command).out
    page = tmp_path / "page.html"
    bothub("campaign", "report", "--format", "html", "-o", str(page))
    assert "the API asked for less" in page.read_text()
