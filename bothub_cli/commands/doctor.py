"""``bothub doctor``: checks everything that a message needs, link by link."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path

from bothub_cli.auth.diagnose import Link, explain_links
from bothub_cli.auth.identity import Identity
from bothub_cli.auth.signing import check_private_key, sign_assertion
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, ConfigurationError, ExitCode
from bothub_cli.events.store.database import find_sudo_leftover
from bothub_cli.events.store.suppression import SuppressionList
from bothub_cli.files.owners import check_folder, check_owner, check_regular, is_readable_by_others
from bothub_cli.output.documents.doctor import CheckedLink, Diagnosis
from bothub_cli.output.failures import hint_for, sentence_of
from bothub_cli.protocol.assertion import verify
from bothub_cli.protocol.http import HttpRequest


@command(
    help="Check what a message needs, link by link: configuration, profile, network, key, clock, both tokens.\n"
    "Each broken link says what helps. The exit code is that of the first one. New tokens are asked for, not kept.",
    examples=("bothub doctor", "bothub doctor --profile shop --json"),
    shared=("ledger", *API),
    answers=(Diagnosis,),
)
def run(context: AppContext) -> ExitCode:
    links = list(_walk(context))
    context.show(
        Diagnosis(
            ok=all(link.error is None for link in links),
            api_base=_base_of(context, links),
            links=tuple(_to_document(context, link) for link in links),
        )
    )
    return next((link.error.exit_code for link in links if link.error is not None), ExitCode.DONE)


def _walk(context: AppContext) -> Iterator[Link]:
    """Yield each link; without settings nothing else can be tried."""
    try:
        identity = Identity.from_settings(context.settings)
    except BothubError as error:
        yield Link(name="configuration", state="failed", explanation=error.message, error=error)
        return
    try:
        places = context.settings.directories if context.options.sandbox else context.directories
    except ConfigurationError as error:
        yield Link(name="configuration", state="warning", explanation=f"{error.message}; {error.fix}")
    else:
        yield _explain_directory("configuration", places.config)
        yield _explain_directory("state", places.state)
    yield _explain_libraries()
    yield _explain_profile(context)
    if context.settings.mounted_secrets:
        yield Link(name="secret files", state="warning", explanation="; ".join(context.settings.mounted_secrets))
    yield from _explain_ledger(context)
    yield _explain_wishes(context)
    network = _explain_network(context)
    yield network
    for link in explain_links(identity, transport=context.transport, clock=context.clock):
        yield link
        if link.name == "private key":
            yield _explain_assertion(context, identity, has_key=link.state != "failed")


def _explain_directory(name: str, directory: Path) -> Link:
    if not directory.exists():
        return Link(name=name, state="ok", explanation=f"{directory} is not there yet; it is made when it is needed")
    problem = _find_problem(directory)
    if problem is not None:
        return Link(name=name, state="failed", explanation=problem.message, error=problem)
    if is_readable_by_others(directory):
        explanation = f"{directory} can be read by other users: chmod 700 {directory}"
        return Link(name=name, state="warning", explanation=explanation)
    loose = [str(path) for path in _secret_files(directory) if is_readable_by_others(path)]
    if loose:
        explanation = f"other users can read {', '.join(loose)}: chmod 600 {' '.join(loose)}"
        return Link(name=name, state="warning", explanation=explanation)
    return Link(name=name, state="ok", explanation=f"{directory}, for its owner alone")


def _explain_libraries() -> Link:
    """Compare what is installed with what this version asks for: its lower bounds leave out what has known holes."""
    try:
        old = list(find_old_libraries(metadata.requires("bothub-rcs") or (), version_of=_find_version))
    except metadata.PackageNotFoundError:  # run from a copy of the source
        return Link(name="libraries", state="ok", explanation="not installed as a package, so nothing is compared")
    if old:
        explanation = f"{'; '.join(old)}: older ones may have known holes: pip install --upgrade 'bothub-rcs[all]'"
        return Link(name="libraries", state="warning", explanation=explanation)
    return Link(name="libraries", state="ok", explanation="none is older than this version asks for")


def find_old_libraries(requirements: Iterable[str], *, version_of: Callable[[str], str | None]) -> Iterator[str]:
    """Yield a few words for each library that is installed and older than its lower bound (PEP 508)."""
    for requirement in requirements:
        bound = re.match(r"([\w.-]+)(?:\[[^\]]*\])?[^;]*?>=\s*(\d+(?:\.\d+)*)", requirement)
        version = version_of(bound[1]) if bound else None
        if bound and version is not None and _numbers(version) < _numbers(bound[2]):
            yield f"{bound[1]} {version} is older than {bound[2]}"


def _find_version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's release as numbers: enough to compare with a bound (PEP 440)."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(map(int, found[0].split("."))) if found else ()


def _find_problem(directory: Path) -> ConfigurationError | None:
    try:
        check_folder(directory)
        for path in directory.rglob("*"):
            check_regular(path)
            check_owner(path)
    except ConfigurationError as error:
        return error
    if sudo_leftover := find_sudo_leftover(directory / "events.db"):
        return sudo_leftover
    if not directory.is_dir():
        return ConfigurationError(where=str(directory), problem="is no directory", fix=f"move {directory} away")
    if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
        return ConfigurationError(
            where=str(directory), problem="cannot be used by you", fix=f"check its owner: ls -ld {directory}"
        )
    return None


def _secret_files(directory: Path) -> Iterator[Path]:
    """Yield the files that hold keys, tokens and profiles."""
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not path.name.startswith("config.toml") and path.suffix != ".lock":
            yield path


def _explain_profile(context: AppContext) -> Link:
    settings = context.settings
    if context.options.sandbox:
        return Link(name="profile", state="ok", explanation="the sandbox inside this process")
    if settings.stored_profile is None:
        return Link(name="profile", state="ok", explanation="none; flags and the environment alone")
    explanation = f"{settings.profile.value}, chosen by {settings.profile.origin}"
    return Link(name="profile", state="ok", explanation=explanation)


def _explain_wishes(context: AppContext) -> Link:
    """Count who gets nothing, and the texts that may have been meant so."""
    if not context.has_event_store:
        return Link(name="suppression list", state="ok", explanation="nobody is on it")
    try:
        database = context.event_store
        counted = SuppressionList(database, profile=context.settings.profile.value).count()
    except BothubError as error:
        return Link(name="suppression list", state="failed", explanation=error.message, error=error)
    by_source = {"said so": counted.user, "by hand": counted.manual, "imported": counted.imported}
    parts = ", ".join(f"{count:,} {words}" for words, count in by_source.items() if count)
    explanation = f"{counted.total:,} on it: {parts}" if parts else "nobody is on it"
    if not counted.doubtful:
        return Link(name="suppression list", state="ok", explanation=explanation)
    texts = "1 text was" if counted.doubtful == 1 else f"{counted.doubtful:,} texts were"
    explanation += f"; {texts} perhaps meant as STOP and not taken for it: bothub event list"
    return Link(name="suppression list", state="warning", explanation=explanation)


def _explain_ledger(context: AppContext) -> Iterator[Link]:
    """Connect to the ledger as a worker would; where none is named there is nothing to say."""
    try:
        ledger = context.shared_ledger
        if ledger is None:
            return

        from bothub_cli.campaign.ledger.set_up import look  # with it comes the database's library

        found = look(ledger)
    except BothubError as error:
        yield Link(name="ledger", state="failed", explanation=sentence_of(error), error=error)
    else:
        explanation = f"{ledger.where} is ready, cluster {found.cluster_id}, timeline {found.timeline}"
        yield Link(name="ledger", state="ok", explanation=explanation)


def _explain_network(context: AppContext) -> Link:
    """Ask for any answer at all: it proves the name, the route, the proxy and the certificate."""
    base = context.settings.api_base.value
    request = HttpRequest(operation="reach the API", method="GET", url=f"{base}/", replay_safe=True)
    try:
        response = context.transport.send(request)
    except BothubError as error:
        return Link(name="network", state="failed", explanation=error.message, error=error)
    proxy = f" through the proxy {context.settings.proxy.shown}" if context.settings.proxy.value else ""
    took = f"{round(response.elapsed * 1000)} ms"
    return Link(name="network", state="ok", explanation=f"{request.host} answers{proxy} in {took}")


def _explain_assertion(context: AppContext, identity: Identity, *, has_key: bool) -> Link:
    """Sign an assertion and check it with the public key, as BotHub would."""
    if not has_key or identity.bot_id is None or identity.private_key is None:
        return Link(name="assertion", state="skipped", explanation="it takes a bot ID and a private key")
    now = context.clock.now()
    try:
        assertion = sign_assertion(identity, now=now)
        key = check_private_key(identity.private_key, passphrase=identity.passphrase).key.public()
        report = verify(assertion.reveal(), key, now=now, bot_id=identity.bot_id)
    except BothubError as error:
        return Link(name="assertion", state="failed", explanation=error.message, error=error)
    wrong = [f"{claim.name}: {claim.explanation}" for claim in report.claims if not claim.ok]
    if wrong:
        problem = ConfigurationError(problem=f"the assertion is wrong: {'; '.join(wrong)}")
        return Link(name="assertion", state="failed", explanation=problem.message, error=problem)
    return Link(name="assertion", state="ok", explanation="signed with RS256 and verified with the public key")


def _base_of(context: AppContext, links: list[Link]) -> str | None:
    is_settled = links[0].error is None or links[0].name != "configuration" or len(links) > 1
    return context.settings.api_base.value if is_settled else None


def _to_document(context: AppContext, link: Link) -> CheckedLink:
    redact = context.printer.redactor.redact
    hint = hint_for(link.error, context.printer.profile) if link.error is not None else None
    return CheckedLink(
        name=link.name,
        state=link.state,
        explanation=redact(link.explanation),
        hint=redact(hint) if hint else None,
        code=link.error.code if link.error is not None else None,
    )
