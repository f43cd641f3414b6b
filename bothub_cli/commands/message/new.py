"""``bothub message new``: writes a commented message to start from."""

from typing import Annotated

import typer

from bothub_cli.authoring.skeletons import SKELETONS, write_skeleton
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.misspellings import choose_from
from bothub_cli.output.documents.message import Skeleton, SkeletonKind, SkeletonList


def complete_kind(incomplete: str) -> list[str]:
    """Offer the kinds to the shell."""
    return [kind for kind in SKELETONS if kind.startswith(incomplete)]


@command(
    help="Print a message in YAML that explains itself and passes the check. Without KIND, list the kinds.",
    examples=("bothub message new card > card.yaml", "bothub message new"),
    shared=OUTPUT,
    answers=(Skeleton, SkeletonList),
)
def run(
    context: AppContext,
    *,
    kind: Annotated[
        str | None,
        typer.Argument(metavar="[KIND]", help="text, card, carousel, file, …", autocompletion=complete_kind),
    ] = None,
) -> None:
    if kind is None:
        context.show(
            SkeletonList(kinds=tuple(SkeletonKind(kind=name, meaning=text) for name, text in SKELETONS.items()))
        )
    elif kind not in SKELETONS:
        fix = choose_from(kind, SKELETONS, f"kinds: {', '.join(SKELETONS)}")
        raise UsageError(problem=f"no kind of message is called {kind!r}", fix=fix)
    else:
        context.show(Skeleton(kind=kind, text=write_skeleton(kind, now=context.clock.now())))
