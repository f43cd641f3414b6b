"""The profiles of running sandboxes: none takes one that a person made, nor one that another sandbox still uses."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.errors import ConfigurationError, LockBusyError, UsageError
from bothub_cli.files.locks import hold_lock

SANDBOXES_MAX = 100  # that run side by side with one configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedProfiles:
    """The names that are this sandbox's while it runs; ``is_guest`` says that those it wanted were taken."""

    names: tuple[str, ...]
    is_guest: bool


def name_profile(first: str, place: int) -> str:
    """Return the profile of a bot: sandbox, sandbox-2, sandbox-3."""
    return first if place == 0 else f"{first}-{place + 1}"


@contextmanager
def claimed_profiles(store: ProfileStore, first: str, *, bots: int) -> Iterator[ClaimedProfiles]:
    """Hold the names of as many profiles while the block runs; a guest's are afterwards as they were before.

    Raises UsageError when one of the wanted names is a person's profile, ConfigurationError when none can be held.
    """
    for start in range(SANDBOXES_MAX):
        names = tuple(name_profile(first, place) for place in range(start, start + bots))
        strange = [name for name in names if _is_of_a_person(store, name)]
        if strange and start == 0:
            raise UsageError(
                problem=f"the profile {strange[0]} was not written by a sandbox, so it is left alone",
                fix=f"--write-profile OTHER, or --no-profile; or remove it: bothub profile remove {strange[0]}",
            )
        if strange:
            continue
        with ExitStack() as stack:
            try:
                for name in names:
                    stack.enter_context(_hold(store, name))
            except LockBusyError:
                continue
            if start > 0:
                stack.enter_context(_given_back(store, names))
            yield ClaimedProfiles(names=names, is_guest=start > 0)
            return
    raise ConfigurationError(problem=f"{SANDBOXES_MAX} sandboxes run already", fix="stop one, or --no-profile")


def _is_of_a_person(store: ProfileStore, name: str) -> bool:
    profile = store.get(name)
    return profile is not None and not profile.from_sandbox


@contextmanager
def _hold(store: ProfileStore, name: str) -> Iterator[None]:
    try:
        with hold_lock(store.key_path(name).with_suffix(".lock"), wait=0, subject=f"the profile {name}"):
            yield
    except OSError as exc:
        raise ConfigurationError(
            where=str(exc.filename or store.config_path.parent),
            problem=f"cannot be written: {exc.strerror or exc}",
            fix="--no-profile, or choose another directory: BOTHUB_CONFIG_DIR=/…",
        ) from exc


@contextmanager
def _given_back(store: ProfileStore, names: tuple[str, ...]) -> Iterator[None]:
    before = {name: store.get(name) for name in names}
    keys = {name: _read(profile.private_key) for name, profile in before.items() if profile and profile.private_key}
    try:
        yield
    finally:
        for name, profile in before.items():
            now = store.get(name)
            if now is None or not now.from_sandbox:
                continue  # a person has logged in under this name meanwhile
            if profile is None:
                store.remove(name)
            else:
                store.save(replace(profile, stored_key=False), key_pem=keys.get(name), may_be_default=False)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def write_sandbox_profile(store: ProfileStore, profile: Profile, *, key_pem: bytes) -> None:
    """Write a claimed profile, marked as a sandbox's."""
    store.save(replace(profile, from_sandbox=True), key_pem=key_pem, may_be_default=False)
