"""``bothub capability check``: asks which numbers can get RCS, one or many."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.capability.check import BulkChoices, Reachability, Verdict, ask_many, ask_one, fetch_last, sort_out
from bothub_cli.capability.store import CapabilityAnswer, CapabilityStore
from bothub_cli.cli.command import command
from bothub_cli.cli.list_options import ListOptions
from bothub_cli.cli.shared_options import API, RawCsvOption
from bothub_cli.clock import to_rfc3339
from bothub_cli.context import AppContext
from bothub_cli.durations import read_max_wait
from bothub_cli.errors import BothubError, ConfigurationError, ExitCode, InputRefusedError, LockBusyError, UsageError
from bothub_cli.files import say_unreadable
from bothub_cli.lists.csv_cells import write_csv
from bothub_cli.lists.numbers import collect_numbers, read_numbers
from bothub_cli.output.blocks import Table
from bothub_cli.output.documents.capability import CapabilityLine, CapabilitySummary
from bothub_cli.phone_numbers import normalise
from bothub_cli.protocol.capabilities import BulkShape

NUMBERS_MAX = 1_000_000  # numbers of one command
ONE_BY_ONE_MAX = 20  # numbers; Orange limits the single check strongly, and does not say how strongly
_STRONGLY_LIMITED = "Orange limits single checks strongly: for many numbers give them together, or a file"


@command(
    help="Find out which numbers can get RCS messages: rcs, not-rcs or unknown.\n\n"
    "One number is asked at once; many are asked together, which Orange takes from 22:00 to 07:00 (Paris) only.\n"
    "They are asked country by country, as Google wants it since May 2026.\n"
    "Answers are remembered: 3 months for a number with RCS, 2 for one without. A FILE has a number a line, or is a\n"
    "CSV with a column named number, to, phone or msisdn. With --json: JSON Lines.\n"
    "Exit codes: 3 when some stay unknown, 5 when many are asked by day, 8 when the answer takes too long; what is\n"
    "known is printed.",
    examples=(
        "bothub capability check +33612345678",
        "bothub capability check customers.csv --wait --csv > split.csv",
        "bothub capability check customers.csv --only rcs --csv",
        "cut -d';' -f2 crm.csv | bothub capability check - --region FR --json",
    ),
    shared=("region", *API),
    answers=(CapabilityLine,),
)
def run(
    context: AppContext,
    *,
    numbers: Annotated[list[str], typer.Argument(metavar="NUMBER…|FILE|-", help="Whom to ask about; - is stdin.")],
    written: ListOptions,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask, whatever is remembered.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Tell only what is remembered; ask nothing.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the night, if it is day.")] = False,
    one_by_one: Annotated[
        bool, typer.Option("--one-by-one", help=f"Ask up to {ONE_BY_ONE_MAX} numbers singly, at any hour.")
    ] = False,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Start nothing: fetch the result of the check that was started last.")
    ] = False,
    any_hour: Annotated[
        bool, typer.Option("--any-hour", help="Ask by day too, and let BotHub decide: it reads CET its own way.")
    ] = False,
    within: Annotated[
        str, typer.Option("--for", metavar="TIME", help="Wait this long for each result of many: 30m.")
    ] = "30m",
    bulk_member: Annotated[
        str,
        typer.Option(
            "--bulk-member",
            metavar="NAME[.KEY]",
            help="How the request names the numbers, which Orange does not publish: users, or users.userContact.",
        ),
    ] = "users",
    only: Annotated[Verdict | None, typer.Option("--only", help="Print only these.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV: number,verdict,asked_at,origin.")] = False,
    raw_csv: RawCsvOption = False,
    skip_invalid: Annotated[
        bool, typer.Option("--skip-invalid", help="Leave out what is no phone number, here or for BotHub, and name it.")
    ] = False,
) -> ExitCode:
    if (as_csv or raw_csv) and context.printer.options.json:
        raise UsageError(problem="--csv and --json exclude each other")
    choices = BulkChoices(
        shape=_read_shape(bulk_member),
        max_wait=read_max_wait(within, option="--for"),
        waits_for_night=wait,
        any_hour=any_hour,
        skip_invalid=skip_invalid,
    )
    wanted = _read_wanted(context, numbers, written, skip_invalid=skip_invalid)
    store = CapabilityStore(
        context.settings.directories.state, scope=f"{context.settings.api_base.value} {context.bot_id}"
    )
    cached = _remembered(store, wanted, now=context.clock.now(), refresh=refresh)
    known = {answer.number for answer in cached}
    unknown = [] if offline else [number for number in wanted if number not in known]
    asked: list[CapabilityAnswer] = []
    stopped: BothubError | None = None
    is_kept = True
    try:
        for answers in _ask(context, unknown, choices, one_by_one=one_by_one, fetch=fetch):
            asked.extend(answers)
            is_kept = is_kept and _keep(context, store, answers)
    except BothubError as error:
        stopped = error
    if stopped is not None and not asked and not cached:
        raise stopped
    found = list(sort_out(wanted, cached=cached, asked=asked))
    _show(context, found, only=only, as_csv=as_csv or raw_csv, raw_csv=raw_csv)
    if stopped is not None:
        raise stopped
    return ExitCode.SOME_FAILED if any(item.verdict == "unknown" for item in found) else ExitCode.DONE


def _read_wanted(context: AppContext, words: Sequence[str], written: ListOptions, *, skip_invalid: bool) -> list[str]:
    """Return the numbers of the words, of files among them, or of ``-``, each once. Raises InputRefusedError."""
    region, warn = context.settings.region.value, context.printer.warn
    rules = written.rules(region=region, note=warn)
    numbers: dict[str, None] = {}
    named = 0  # how many numbers the words give, whoever is named twice among them
    for word in words:
        if word == "-" or _is_file(word):
            name = "standard input" if word == "-" else word
            found = read_numbers(context.stdin.open_file(Path(word), wanted_by="NUMBER"), rules=rules, name=name)
            listed = collect_numbers(
                found, name=name, skip_invalid=skip_invalid, warn=warn, consequence="nothing was asked"
            )
            numbers |= dict.fromkeys(listed)
            named += len(listed)
            continue
        try:
            numbers[normalise(word, region=region)] = None
            named += 1
        except InputRefusedError as error:
            explained = _explain_word(word, error)
            if not skip_invalid:
                raise explained from error
            warn(explained.message)
    if len(numbers) > NUMBERS_MAX:
        raise UsageError(problem=f"more than {NUMBERS_MAX:,} numbers in one command", fix="split the file")
    if not numbers:
        raise InputRefusedError(problem="there is no number to check")
    if len(numbers) < named:
        warn("somebody is named twice: everybody is asked about once")
    return list(numbers)


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):  # far too long for a name, or a NUL in it
        return False


def _explain_word(word: str, error: InputRefusedError) -> InputRefusedError:
    """Say of a word that looks like a file's name why it is not read as one."""
    is_folder = Path(word).is_dir()
    is_named = any(character.isalpha() for character in word) and any(mark in word for mark in "./\\")
    if not is_named and not is_folder:
        return error
    problem = say_unreadable(IsADirectoryError() if is_folder else FileNotFoundError())
    return InputRefusedError(where=word, problem=problem, fix=None if is_folder else "name a file, or a phone number")


def _remembered(
    store: CapabilityStore, numbers: Sequence[str], *, now: datetime, refresh: bool
) -> tuple[CapabilityAnswer, ...]:
    if refresh:
        return ()
    split = store.split(numbers, now=now)
    return (*split.rcs, *split.not_rcs)


def _ask(
    context: AppContext, numbers: Sequence[str], choices: BulkChoices, *, one_by_one: bool, fetch: bool
) -> Iterable[tuple[CapabilityAnswer, ...]]:
    """Yield answers as they come, so that none is lost when a later question fails."""
    if not numbers:
        return
    client = context.client()
    if fetch:
        yield fetch_last(client, numbers, clock=context.clock)
    elif len(numbers) == 1 or one_by_one:
        if len(numbers) > ONE_BY_ONE_MAX:
            raise UsageError(
                problem=f"--one-by-one takes at most {ONE_BY_ONE_MAX} numbers, here are {len(numbers)}",
                fix="ask about them together at night: --wait",
            )
        context.printer.note(_STRONGLY_LIMITED)
        for number in numbers:
            yield (ask_one(client, number, clock=context.clock),)
    else:
        yield from ask_many(client, numbers, clock=context.clock, choices=choices, tell=context.printer.note)


def _read_shape(written: str) -> "BulkShape":
    member, _, key = written.partition(".")
    if not member:
        raise UsageError(problem="--bulk-member: the name is empty", fix="--bulk-member users")
    return BulkShape(member=member, item_key=key or None)


def _keep(context: AppContext, store: CapabilityStore, answers: Sequence[CapabilityAnswer]) -> bool:
    """Keep the answers, and tell whether that could be done: where it cannot, they are good all the same."""
    try:
        store.put_many(answers)
    except (ConfigurationError, LockBusyError) as error:
        context.printer.warn(f"the answers are not kept for the next time: {error.message}")
        return False
    return True


def _show(
    context: AppContext, found: Sequence[Reachability], *, only: Verdict | None, as_csv: bool, raw_csv: bool
) -> None:
    shown = [item for item in found if only is None or item.verdict == only]
    if as_csv:
        context.show_text(to_csv(shown, raw=raw_csv))
    else:
        _show_lines(context, [_to_line(item, now=context.clock.now()) for item in shown])
    count = {verdict: sum(item.verdict == verdict for item in found) for verdict in ("rcs", "not-rcs", "unknown")}
    context.printer.show_summary(
        CapabilitySummary(
            total=len(found),
            rcs=count["rcs"],
            not_rcs=count["not-rcs"],
            unknown=count["unknown"],
            from_cache=sum(item.origin == "cache" for item in found),
        )
    )


def _show_lines(context: AppContext, lines: Sequence[CapabilityLine]) -> None:
    if context.printer.options.json:
        for line in lines:
            context.printer.show_row(line)
    elif lines:
        rows = tuple(line.cells() for line in lines)
        columns = ("verdict", "number", "when", "capabilities")
        context.printer.show_blocks([Table(columns=columns, rows=rows, tones=tuple(line.tone for line in lines))])


def _to_line(item: Reachability, *, now: datetime) -> CapabilityLine:
    return CapabilityLine(
        number=item.number,
        verdict=item.verdict,
        origin=item.origin,
        asked_at=item.asked_at,
        age_days=None if item.asked_at is None else max(0, (now - item.asked_at).days),
        capabilities=item.capabilities,
    )


def to_csv(found: Iterable[Reachability], *, raw: bool = False) -> str:
    """Return the table in CSV, titles first."""
    titles = ("number", "verdict", "asked_at", "origin", "capabilities")
    rows = (
        (
            item.number,
            item.verdict,
            to_rfc3339(item.asked_at) if item.asked_at else "",
            item.origin,
            " ".join(item.capabilities),
        )
        for item in found
    )
    return write_csv(chain([titles], rows), raw=raw)
