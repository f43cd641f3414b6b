"""``bothub message preview``: draws messages as phones will show them."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.authoring.draft import locate
from bothub_cli.authoring.reader import read_drafts
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.commands.send import options
from bothub_cli.commands.send.options import PhoneProfile
from bothub_cli.context import AppContext
from bothub_cli.errors import InputRefusedError, UsageError
from bothub_cli.files import say_unwritable
from bothub_cli.messages import PayloadError, RcsMessage, is_bare
from bothub_cli.output.blocks import Block, Drawing, TextLine, Tone
from bothub_cli.output.documents.message import Loss, MessageForecast
from bothub_cli.preview.forecast.layout import forecast
from bothub_cli.preview.html.page import render_page

if TYPE_CHECKING:
    from bothub_cli.authoring.draft import MessageDraft

DRAWN_MAX = 200  # messages; a page with more is of no use to a person


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    draft: "MessageDraft"
    message: RcsMessage


@command(
    help="Draw the messages of a file as a phone will show them, with what it cuts: in the terminal, or as a page\n"
    "of true size for the browser (light and dark, every phone, nothing fetched), or as an SVG picture.",
    examples=(
        "bothub message preview carousel.yaml",
        "bothub message preview carousel.yaml --phone google",
        "bothub message preview carousel.yaml --html carousel.html",
        "bothub message new card | bothub message preview -",
    ),
    shared=OUTPUT,
    answers=(MessageForecast,),
)
def run(
    context: AppContext,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE|-", help="The messages; - is standard input.")],
    phone: options.PhoneOption = "classic",
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE|-", help="Write one page; - is stdout.")] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Write a picture; of several messages, FILE-1, ….")
    ] = None,
) -> None:
    drawn = _read(context, file)
    if html is not None and str(html) == "-":
        context.show_text(_page(drawn, file, phone))
        return
    files = [*_write_page(drawn, file, html, phone), *_write_svgs(drawn, svg, phone)]
    many = len(drawn) > 1
    for item in drawn:
        if not files:
            context.printer.show_blocks(_picture(item, phone, with_source=many))
        written = tuple(files) if item is drawn[0] else ()
        answer = _forecast(item, phone, files=written)
        if many:
            context.printer.show_row(answer)
        else:
            context.show(answer)


def _read(context: AppContext, file: Path) -> list[_Drawn]:
    drafts = read_drafts(context.stdin.open_file(file))
    drawn = [_understand(draft) for draft in itertools.islice(drafts, DRAWN_MAX + 1)]
    if len(drawn) > DRAWN_MAX:
        context.printer.warn(f"only the first {DRAWN_MAX} messages are drawn")
    return drawn[:DRAWN_MAX]


def _understand(draft: "MessageDraft") -> _Drawn:
    """Read a message as far as it can be drawn. Raises InputRefusedError that names its line."""
    payload = draft.payload
    bare = not isinstance(payload, dict) or is_bare(payload) or "RCSMessage" not in payload
    value, pointer = (payload, "") if bare or not isinstance(payload, dict) else (payload["RCSMessage"], "/RCSMessage")
    try:
        return _Drawn(draft=draft, message=RcsMessage.from_payload(value, pointer=pointer))
    except PayloadError as error:
        raise InputRefusedError(
            where=f"{draft.location.source}, line {locate(draft, error.pointer)}",
            problem=f"cannot be drawn: {error.message}",
            fix=f"bothub message check {draft.location.source}",
        ) from error


def _picture(item: _Drawn, phone: PhoneProfile, *, with_source: bool) -> Iterator[Block]:
    from bothub_cli.preview.terminal.draw import render, render_text  # loads rich

    if with_source:
        yield TextLine(str(item.draft.location), Tone.STRONG)
    yield Drawing(
        lambda: render(item.message, phone),
        lambda width, encoding: render_text(item.message, phone, width=width, encoding=encoding),
    )


def _forecast(item: _Drawn, phone: PhoneProfile, *, files: tuple[str, ...]) -> MessageForecast:
    seen = forecast(item.message, phone)
    return MessageForecast(
        index=item.draft.location.index,
        source=str(item.draft.location),
        phone=phone,
        losses=tuple(
            Loss(rule=cut.rule, pointer=cut.pointer, sentence=cut.sentence, shown=cut.shown, total=cut.total)
            for cut in seen.cuts
        ),
        notes=seen.notes,
        files=files,
    )


def _page(drawn: Sequence[_Drawn], file: Path, phone: PhoneProfile) -> str:
    title = "Message preview" if str(file) == "-" else file.name
    return render_page([item.message for item in drawn], title=title, profile=phone)


def _write_page(drawn: Sequence[_Drawn], file: Path, target: Path | None, phone: PhoneProfile) -> Iterator[str]:
    if target is not None:
        yield _write(target, _page(drawn, file, phone), option="--html")


def _write_svgs(drawn: Sequence[_Drawn], target: Path | None, phone: PhoneProfile) -> Iterator[str]:
    if target is None:
        return
    from bothub_cli.preview.terminal.draw import render_svg  # loads rich

    for number, item in enumerate(drawn, start=1):
        path = target if len(drawn) == 1 else target.with_stem(f"{target.stem}-{number}")
        yield _write(path, render_svg(item.message, phone), option="--svg")


def _write(path: Path, text: str, *, option: str) -> str:
    try:
        path.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(problem=f"{option}: {path}: {say_unwritable(error)}") from error
    return str(path)
