"""``bothub message check``: tells every problem of messages before they are sent."""

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.authoring.draft import locate
from bothub_cli.authoring.reader import read_drafts
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode
from bothub_cli.messages import CheckReport, Finding, PayloadError, RcsMessage, check_payload, classify_billing, is_bare
from bothub_cli.messages.check import rules
from bothub_cli.output.documents.message import CheckSummary, CheckVerdict, MessageCheck
from bothub_cli.output.findings import FoundProblem
from bothub_cli.preview.forecast.iphone import iphone_findings
from bothub_cli.sending.check import find_own_files, forecast_losses, with_losses

if TYPE_CHECKING:
    from bothub_cli.authoring.draft import MessageDraft


_DOUBTED_ADDRESS = frozenset({rules.URL_HTTP.id, rules.URL_NOT_PUBLIC.id})


@command(
    help="Check the messages of files: every problem with its line, its JSON pointer, the limit and a fix;\n"
    "and what phones will cut. Nothing is sent. Exit code 6 when a message is refused.\n\n"
    "JSON, JSON Lines or YAML; full bodies, an RCSMessage alone, or a card alone. With --json: JSON Lines.",
    examples=(
        "bothub message check card.yaml",
        "bothub message check messages/*.yaml",
        "jq -c '.[]' messages.json | bothub message check - --json",
        "bothub message check campaign.jsonl --strict --quiet",
    ),
    shared=("profile", "api_base", *OUTPUT),
    answers=(MessageCheck,),
)
def run(
    context: AppContext,
    *,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…|-", help="The messages; - is standard input.")],
    strict: Annotated[bool, typer.Option("--strict", help="Treat warnings as errors.")] = False,
) -> ExitCode:
    now = context.clock.now()
    count: Counter[CheckVerdict] = Counter()

    def find_files() -> str | None:
        return find_own_files(context.settings.api_base.value)

    if context.options.flags():
        find_files()  # a profile that is named and is not there is told, although no address may need it
    drafts = itertools.chain.from_iterable(read_drafts(context.stdin.open_file(file)) for file in files)
    for index, draft in enumerate(drafts):
        check = check_draft(draft, index=index, now=now, strict=strict, find_own_files=find_files)
        count[check.verdict] += 1
        if check.findings or not context.printer.options.quiet:
            context.printer.show_row(check)
    context.printer.show_summary(
        CheckSummary(
            total=count.total(), ok=count["ok"], accepted=count["ok"], warned=count["warned"], refused=count["refused"]
        )
    )
    return ExitCode.INPUT_REFUSED if count["refused"] else ExitCode.DONE


def check_draft(
    draft: "MessageDraft", *, index: int, now: datetime, strict: bool, find_own_files: Callable[[], str | None]
) -> MessageCheck:
    """Return every problem of a message, with the line of each, and what phones will cut of it.

    ``find_own_files`` tells how the addresses of files begin that the API itself keeps;
    it is asked when an address is doubted.
    """
    report = _check(draft.payload, now=now, strict=strict, find_own_files=find_own_files)
    return MessageCheck(
        index=index,
        source=str(draft.location),
        verdict="refused" if report.is_refused else "warned" if report.findings else "ok",
        errors=len(report.errors),
        warnings=len(report.warnings),
        findings=tuple(_to_problem(finding, draft) for finding in report.findings),
        billing=classify_billing(draft.payload),
    )


def _check(payload: object, *, now: datetime, strict: bool, find_own_files: Callable[[], str | None]) -> CheckReport:
    report = check_payload(payload, now=now, strict=strict, needs_contact=False)
    if any(finding.rule in _DOUBTED_ADDRESS for finding in report.findings):  # else no profile is read
        own_files = find_own_files()
        report = check_payload(payload, now=now, strict=strict, needs_contact=False, own_files=own_files)
    if not isinstance(payload, dict) or report.is_refused:
        return report
    bare = is_bare(payload)
    rcs_message, pointer = (payload, "") if bare else (payload.get("RCSMessage"), "/RCSMessage")
    losses = forecast_losses(rcs_message, pointer=pointer, strict=strict)
    return with_losses(report, (*losses, *_compare_iphone(rcs_message, pointer=pointer)))


def _compare_iphone(rcs_message: object, *, pointer: str) -> tuple[Finding, ...]:
    """Return what an iPhone does otherwise: warnings, strict or not, for nobody can mend them all."""
    try:
        return iphone_findings(RcsMessage.from_payload(rcs_message), pointer=pointer)
    except PayloadError:
        return ()  # the check has said what is wrong with it


def _to_problem(finding: Finding, draft: "MessageDraft") -> FoundProblem:
    return FoundProblem(**finding.to_payload(), line=locate(draft, finding.pointer))
