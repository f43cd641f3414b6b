"""``bothub campaign report``: reports on a campaign as a document, as CSV, or as a page with charts."""

from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bothub_cli.campaign.journal.interface import Journal
from bothub_cli.campaign.pace.window import COUNTRY, read_zone
from bothub_cli.campaign.report.report import read_report, write_rows
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, PROFILE, RawCsvOption
from bothub_cli.commands.campaign import options
from bothub_cli.context import AppContext
from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.events.store.reach import count_reach
from bothub_cli.files import say_unwritable, writing_private
from bothub_cli.invocation.completion import complete_time_zone
from bothub_cli.output.documents.campaign.report import CampaignReport, ReachCounts, describe_report
from bothub_cli.output.pages.report import render_report

if TYPE_CHECKING:
    from bothub_cli.campaign.report.own_columns import OwnColumns
    from bothub_cli.events.store.database import Database


@command(
    help="Report on a campaign: outcomes, throughput, latency, errors by cause, and, when the webhook listener ran on\n"
    "this machine, how many messages were delivered, displayed and answered.",
    examples=(
        "bothub campaign report recipients-a1b2c3",
        "bothub campaign report recipients-a1b2c3 --format html --output report.html",
        "bothub campaign report recipients-a1b2c3 --format csv --with-columns > rows.csv",
    ),
    shared=("ledger", *PROFILE, *OUTPUT),
    answers=(CampaignReport,),
)
def run(
    context: AppContext,
    *,
    campaign: options.CampaignArgument = None,
    journal: options.JournalFileOption = None,
    format_: Annotated[
        Literal["text", "csv", "html"],
        typer.Option("--format", help="csv: a line for each row of the list; html: one page that needs no network."),
    ] = "text",
    raw_csv: RawCsvOption = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to this file, for you alone.")
    ] = None,
    with_columns: Annotated[
        bool, typer.Option("--with-columns", help="csv: each row's own columns too, read from the list again.")
    ] = False,
    tz: Annotated[
        str | None,
        typer.Option(
            "--tz",
            metavar="ZONE",
            help="The time zone of the times, as Europe/Paris. [default: that of the campaign, or UTC]",
            autocompletion=complete_time_zone,
        ),
    ] = None,
) -> None:
    if format_ == "text" and output is not None:
        raise UsageError(problem="--output is for --format csv or html", fix="redirect the text: > FILE")
    if with_columns and format_ != "csv":
        raise UsageError(problem="--with-columns is for --format csv", fix="--format csv --with-columns")
    place = options.find_place(context, campaign, journal)
    with closing(place.open_for_reading()) as opened:
        known = opened.record.settings.get("tz") or "UTC"
        time_zone = tz or ("UTC" if known == COUNTRY else known)
        zone = UTC if time_zone == "UTC" else read_zone(time_zone)
        if format_ == "csv":
            own = _own_columns(opened) if with_columns else None
            _put(context, write_rows(opened, zone=zone, own=own, raw_csv=raw_csv), output)
            return
        report = describe_report(
            read_report(opened, place, count_reach=_count_reach(context.received_events)), time_zone=time_zone
        )
    if format_ == "html":
        _put(context, [render_report(report)], output)
    else:
        context.show(report)


def _own_columns(journal: Journal) -> "OwnColumns":
    from bothub_cli.campaign.report.own_columns import read_own_columns  # with it come the libraries of templates

    return read_own_columns(journal.record, planned_from=journal.planned_from)


def _count_reach(received: "Database | None") -> Callable[[Iterable[str]], ReachCounts] | None:
    """Return what tells how far messages got, as far as the webhook heard; None when it never ran here."""
    if received is None:
        return None

    def count(message_ids: Iterable[str]) -> ReachCounts:
        found = count_reach(received, message_ids)
        return ReachCounts(
            delivered=found.delivered, displayed=found.displayed, failed=found.failed, replied=found.replied
        )

    return count


def _put(context: AppContext, pieces: Iterable[str], output: Path | None) -> None:
    """Write a text to the file, or to stdout, piece by piece; each piece ends a line."""
    if output is None:
        for piece in pieces:
            context.show_text(piece)
        return

    try:
        with writing_private(output.absolute()) as stream:
            for piece in pieces:
                stream.write(piece.encode("utf-8", "replace"))
    except OSError as error:
        raise ConfigurationError(problem=say_unwritable(error), where=str(output)) from error
    context.printer.note(f"written to {output}")
