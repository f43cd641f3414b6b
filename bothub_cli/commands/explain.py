"""``bothub explain``: explains an error code of the API."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.errors.codes import MENDERS, OWN_CODES, READ_MESSAGE, OwnCode
from bothub_cli.misspellings import find_near
from bothub_cli.output.documents.reference import CodeMeaning, Explanation
from bothub_cli.output.failures import with_profile
from bothub_cli.protocol.fault_codes import FAULT_CODES, find_codes

if TYPE_CHECKING:
    from bothub_cli.protocol.fault_codes import FaultCode

# Who speaks each dialect, in a reader's words.
_SPEAKERS = {
    "orange": "Orange's gateway",
    "oauth": "Orange's OAuth server",
    "fnw11": "the messaging platform (FNW.11)",
    "google": "Google's RCS platform",
    "dotgo": "Dotgo, in its delivery reports",
}
_NEAR_MAX = 5


@command(
    help="Explain an error code: what happened, whether trying again helps, and who can mend it.\n\n"
    "Several services use the same numbers: then each meaning is told. An HTTP status works too.",
    examples=("bothub explain 42050", "bothub explain invalid_client", "bothub explain 53 --json"),
    shared=OUTPUT,
    answers=(Explanation,),
)
def run(
    context: AppContext, *, code: Annotated[str, typer.Argument(metavar="CODE", help="As an error names it.")]
) -> None:
    wanted = code.strip().removeprefix("#")
    by_status = tuple(entry for entry in FAULT_CODES if wanted in map(str, (entry.http, *entry.also_http)))
    found = tuple(dict.fromkeys((*find_codes(wanted), *by_status)))
    if not found:  # "410 opted_out", as vendors write it: what all its words are codes of
        told = [set(find_codes(word)) for word in wanted.split()]
        found = tuple(entry for entry in FAULT_CODES if told and all(entry in each for each in told))
    if not found and wanted.casefold() in OWN_CODES:
        context.show(Explanation(code=wanted, meanings=(_own_meaning(OWN_CODES[wanted.casefold()]),)))
        return
    if not found:
        raise UsageError(problem=f"no code {wanted!r} is known", fix=_suggest(wanted))
    meanings = tuple(
        CodeMeaning(
            code=entry.label,
            said_by=_SPEAKERS[entry.dialect],
            http_status=entry.http,
            meaning=entry.meaning,
            retryable=entry.retryable,
            mended_by=MENDERS[entry.mender],
            remedy=with_profile(entry.remedy, None),
        )
        for entry in found
    )
    context.show(Explanation(code=wanted, meanings=meanings))


def _own_meaning(own: OwnCode) -> CodeMeaning:
    return CodeMeaning(
        code=own.code,
        said_by="bothub itself, as the code of an error in JSON",
        http_status=None,
        meaning=own.meaning,
        retryable=own.retryable,
        mended_by=own.mended_by,
        remedy=own.remedy,
    )


def _suggest(wanted: str) -> str:
    near = list(dict.fromkeys(_near(wanted)))[:_NEAR_MAX]
    if near:
        return f"near: {', '.join(near)}"
    if re.fullmatch(r"[a-z0-9]+(\.[a-z0-9-]+)+", wanted):
        return f"a rule of the check tells its limit and its fix where it is broken: {READ_MESSAGE}"
    return "an error names its code in parentheses: (code 42050)"


def _near(wanted: str) -> list[str]:
    """Return the codes that are spelled like it, and of a number those that lie around it."""
    names = {name.casefold(): entry.label for entry in FAULT_CODES for name in _names(entry)}
    names |= {code: code for code in OWN_CODES}
    spelled = [names[name] for name in find_near(wanted, names, most=_NEAR_MAX)]
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 6):
        return spelled
    numbers = sorted(
        (entry for entry in FAULT_CODES if entry.code.isdigit() and len(entry.code) == len(wanted)),
        key=lambda entry: abs(int(entry.code) - int(wanted)),
    )
    return [entry.label for entry in numbers[:3]] + spelled


def _names(entry: "FaultCode") -> tuple[str, ...]:
    return (entry.code, entry.alias) if entry.alias else (entry.code,)
