"""Killed at any instant and started again, a campaign writes to nobody twice, and names everybody it is unsure of.

Everything is real here: the sandbox is a process with faults on, the runs are processes, and they die by SIGKILL.
"""

import logging
import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bothub_cli.campaign.journal.interface import OPEN_STATES, RowState
from bothub_cli.campaign.journal.sqlite_open import open_for_reading
from tests.campaign.sandbox_process import BOTHUB, SandboxProcess, running_sandbox

_LOG = logging.getLogger(__name__)  # the figures: pytest -o log_cli=true --log-level=INFO
ROWS = {6: 5_000, 100: 60_000}
CONCURRENCIES = (8, 32, 128)
RATES = ("none", "20000/s")  # the second has a file of its own, which the processes share
SENT_TO_NOBODY = frozenset({RowState.REFUSED, RowState.FAILED})
# Chances: of messages, first those that are refused, then those that are accepted and whose answer is spoilt.
FAULTS = {
    "429-retry-after": 0.001,
    "503": 0.01,
    "500": 0.002,
    "400-spam": 0.002,
    "redirect": 0.001,
    "cut-before": 0.003,
    "502-html": 0.002,
    "504": 0.002,
    "no-answer": 0.001,
    "cut": 0.003,
    "truncated": 0.002,
    "html": 0.002,
    "empty": 0.002,
    "slow": 0.2,
}


@dataclass
class Campaign:
    """One campaign to many people, run by one process after another."""

    folder: Path
    people: int
    dice: random.Random
    doubts: list[tuple[int, int]] = field(default_factory=list)  # after each kill: concurrency, rows left claimed

    def __post_init__(self) -> None:
        self.numbers = [f"+336{index:08d}" for index in range(self.people)]

    @property
    def journal(self) -> Path:
        return self.folder / "journal.sqlite"

    def write(self) -> None:
        rows = "".join(f"{number};Name {number[-4:]}\n" for number in self.numbers)
        (self.folder / "people.csv").write_text(f"to;name\n{rows}")
        (self.folder / "offer.yaml").write_text('textMessage: "Hello {{ name }}"\n')

    def start(self, concurrency: int, *, rate: str | None = None) -> "subprocess.Popen[bytes]":
        words: list[str | Path] = ["campaign", "run", self.folder / "people.csv", "-t", self.folder / "offer.yaml"]
        words += ["-p", "sandbox", "--journal", self.journal, "--concurrency", str(concurrency)]
        words += ["--rate", rate or self.dice.choice(RATES), "--timeout", "2", "--json"]
        return subprocess.Popen([BOTHUB, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run_and_kill(self, sandbox: SandboxProcess) -> None:
        """Start a run and kill it at any instant: a quarter while it starts or plans, the others while it sends."""
        concurrency, before, sent = self.dice.choice(CONCURRENCIES), self.count(), sandbox.count_messages()
        with self.start(concurrency) as run:
            if self.dice.random() < 0.75:
                while sandbox.count_messages() == sent:
                    assert run.poll() is None, run.communicate()
                    time.sleep(0.01)
            time.sleep(self.dice.uniform(0, 1))
            run.send_signal(signal.SIGKILL)
            _, told = run.communicate()
        assert run.returncode == -signal.SIGKILL, told
        after = self.count()
        if after[RowState.UNKNOWN] >= before[RowState.UNKNOWN] + before[RowState.CLAIMED]:  # else it had not begun
            self.doubts.append((concurrency, after[RowState.CLAIMED]))

    def run_to_the_end(self) -> None:
        with self.start(CONCURRENCIES[-1]) as run:
            told = run.communicate(timeout=400)
        assert run.returncode == 13, told

    def count(self) -> Counter[RowState]:
        if not self.journal.is_file():
            return Counter()
        journal = open_for_reading(self.journal)
        try:
            return Counter(journal.counts())
        finally:
            journal.close()

    def numbers_in(self, states: frozenset[RowState]) -> set[str]:
        journal = open_for_reading(self.journal)
        try:
            return {self.numbers[row.line - 2] for row in journal.settled(states)}
        finally:
            journal.close()


@contextmanager
def expiring_tokens(sandbox: SandboxProcess) -> Iterator[None]:
    """Let each token expire once in the middle; more than five times a minute would end a run."""
    rules = [sandbox.add_fault(kind, probability=0.005, times=1) for kind in ("401-orange", "401-gsma")]
    yield
    for rule in rules:
        sandbox.remove_fault(rule)


def add_faults(sandbox: SandboxProcess) -> None:
    for kind, probability in FAULTS.items():
        sandbox.add_fault(kind, probability=probability, delay=0.4 if kind == "slow" else 0)
    for operation in ("oauth", "auth"):
        sandbox.add_fault("503", operation=operation, probability=0.1)


@pytest.mark.parametrize("kills", [6, pytest.param(100, marks=pytest.mark.long)])
def test_no_number_gets_two_messages_and_none_is_forgotten(tmp_path: Path, kills: int) -> None:
    campaign = Campaign(tmp_path, ROWS[kills], random.Random(kills))
    campaign.write()
    with running_sandbox(seed=kills) as sandbox:
        add_faults(sandbox)
        for _ in range(kills):
            with expiring_tokens(sandbox):
                campaign.run_and_kill(sandbox)
        campaign.run_to_the_end()
        accepted = sandbox.count_accepted()
    counts = campaign.count()
    _LOG.info("%d kills: %s; concurrency and rows left claimed: %s", kills, dict(counts), sorted(campaign.doubts))

    assert sum(counts[state] for state in OPEN_STATES | {RowState.CLAIMED}) == 0
    assert counts.total() == campaign.people
    assert {number: times for number, times in accepted.items() if times != 1} == {}
    assert some_of(campaign.numbers_in(frozenset({RowState.ACCEPTED})) - set(accepted)) == []
    assert some_of(campaign.numbers_in(SENT_TO_NOBODY) & set(accepted)) == []
    listed = campaign.numbers_in(SENT_TO_NOBODY | {RowState.UNKNOWN})
    assert some_of(set(campaign.numbers) - set(accepted) - listed) == []
    # Of a killed run, no more than what may be in flight and a quarter that is claimed in advance.
    assert [(most, claimed) for most, claimed in campaign.doubts if claimed * 4 > most * 5] == []
    assert any(claimed for _, claimed in campaign.doubts)


def link_and_run(campaign: Campaign, link: Callable[[Path, Path], None]) -> int:
    """Give the journal a second name, run by it at once, and return how that run ended."""
    other = campaign.folder / "other.sqlite"
    link(campaign.journal, other)
    words: list[str | Path] = ["campaign", "run", campaign.folder / "people.csv", "-t", campaign.folder / "offer.yaml"]
    words += ["-p", "sandbox", "--journal", other, "--rate", "none"]
    return subprocess.run([BOTHUB, *words], capture_output=True, check=False, timeout=120).returncode


def remove(campaign: Campaign) -> None:
    campaign.journal.unlink()


def truncate(campaign: Campaign) -> None:
    os.truncate(campaign.journal, 0)


def replace(campaign: Campaign) -> None:
    shutil.copy(campaign.journal, campaign.folder / "copy")
    (campaign.folder / "copy").replace(campaign.journal)


def remove_lock(campaign: Campaign) -> None:
    campaign.journal.with_name(f"{campaign.journal.name}.lock").unlink()
    # the first run notices, and ends: whoever comes then may go on with the same journal
    assert link_and_run(campaign, os.symlink) in {0, 11, 13}


def add_hard_link(campaign: Campaign) -> None:
    assert link_and_run(campaign, os.link) in {11, 12}


def add_symbolic_link(campaign: Campaign) -> None:
    assert link_and_run(campaign, os.symlink) in {0, 11, 13}  # 11 as long as the first one runs


HARMS = [remove, truncate, replace, remove_lock, add_hard_link, add_symbolic_link]


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.long)])
def test_a_journal_that_is_harmed_at_any_moment_doubles_nobody(
    tmp_path: Path, harm: Callable[[Campaign], None], times: int
) -> None:
    for seed in range(times):
        folder = tmp_path / str(seed)
        folder.mkdir()
        campaign = Campaign(folder, 3_000, random.Random(seed))
        campaign.write()
        with running_sandbox(seed=seed) as sandbox:
            with campaign.start(8, rate="600/s") as run:
                while not sandbox.count_messages():
                    assert run.poll() is None, run.communicate()
                    time.sleep(0.01)
                time.sleep(campaign.dice.uniform(0, 1))
                harm(campaign)
                _, told = run.communicate(timeout=200)
            noticed = run.returncode
            with campaign.start(8, rate="none") as again:
                again.communicate(timeout=200)
            accepted = sandbox.count_accepted()
        _LOG.info("%s: %d, then %d, %d accepted", harm.__name__, noticed, again.returncode, len(accepted))
        assert {number: count for number, count in accepted.items() if count != 1} == {}
        if harm is not add_symbolic_link:
            assert noticed in {12, 13}, told
        if len(accepted) < campaign.people - 300:
            assert again.returncode != 0


def some_of(numbers: set[str]) -> list[str]:
    """Return the first few: pytest would compare eighty thousand for hours."""
    return sorted(numbers)[:5]
