"""Where the program keeps its files on this machine."""

from collections.abc import Callable, Mapping
from pathlib import Path

from bothub_cli.errors import ConfigurationError
from bothub_cli.record import record

CONFIG_DIR_VARIABLE = "BOTHUB_CONFIG_DIR"
STATE_DIR_VARIABLE = "BOTHUB_STATE_DIR"

_APPLICATION = "bothub"


@record
class Directories:
    """The two directories of the program: what the user decided, and what the program remembers."""

    config: Path
    state: Path

    @property
    def tokens(self) -> Path:
        """Where cached tokens lie: beside the credentials they came from."""
        return self.config / "tokens"

    @property
    def event_store(self) -> Path:
        """The file of what the webhook heard, what was sent, and who must not be written to."""
        return self.state / "events.db"

    @property
    def campaigns(self) -> Path:
        """Where the journals of campaigns lie, one file each."""
        return self.state / "campaigns"

    @property
    def paces(self) -> Path:
        """Where processes that share a profile keep how fast they may send together."""
        return self.state / "paces"


def find_directories(environ: Mapping[str, str]) -> Directories:
    """Return both directories; none of them is created. Raises ConfigurationError when there is no home directory."""
    return Directories(config=config_dir(environ), state=state_dir(environ))


def find_missing(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables of the directories for which there is no place: many containers' users have no home."""
    return tuple(name for name, find in _FINDERS if not _can_find(find, environ))


def _can_find(find: Callable[[Mapping[str, str]], Path], environ: Mapping[str, str]) -> bool:
    try:
        find(environ)
    except ConfigurationError:
        return False
    return True


def config_dir(environ: Mapping[str, str]) -> Path:
    """Return ``BOTHUB_CONFIG_DIR``, or the user's configuration directory."""
    if named := environ.get(CONFIG_DIR_VARIABLE):
        return _named(named)
    from platformdirs import user_config_path  # 4 ms that whoever names the directory need not pay

    return _found(lambda: user_config_path(_APPLICATION, appauthor=False))


def state_dir(environ: Mapping[str, str]) -> Path:
    """Return ``BOTHUB_STATE_DIR``, or the user's state directory."""
    if named := environ.get(STATE_DIR_VARIABLE):
        return _named(named)
    from platformdirs import user_state_path  # as above

    return _found(lambda: user_state_path(_APPLICATION, appauthor=False))


_FINDERS = ((CONFIG_DIR_VARIABLE, config_dir), (STATE_DIR_VARIABLE, state_dir))


def expand(path: Path, *, base: Path) -> Path:
    """Return an absolute path: ``~`` is the home directory, anything relative hangs under ``base``.

    Raises ConfigurationError when there is no home directory.
    """
    try:
        return base / path.expanduser()
    except RuntimeError as exc:
        raise ConfigurationError(
            where=str(path), problem="the home directory is not known", fix="write the whole path instead of ~"
        ) from exc


def _named(text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as exc:
        raise _homeless() from exc


def _found(find: Callable[[], Path]) -> Path:
    try:
        path = find()
    except RuntimeError as exc:  # many containers run as a user that has no home
        raise _homeless() from exc
    if not path.is_absolute():  # older versions of platformdirs leave the "~" in it
        raise _homeless()
    return path


def _homeless() -> ConfigurationError:
    return ConfigurationError(
        problem="this user has no home directory to keep the configuration in",
        fix=f"name directories: {CONFIG_DIR_VARIABLE}=/… {STATE_DIR_VARIABLE}=/…",
    )
