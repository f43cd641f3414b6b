"""Writes a list and a message to start a campaign from, which explain themselves."""

from importlib.resources import files
from pathlib import Path

from bothub_cli.errors import ConfigurationError, InputRefusedError
from bothub_cli.files import say_unwritable

_ENDINGS = {"list.csv": ".csv", "message.yaml": ".yaml"}


def write_skeletons(folder: Path, name: str) -> tuple[Path, Path]:
    """Write NAME.csv and NAME.yaml; both can be read by whoever may read the folder, for nobody's number is in them.

    Raises InputRefusedError when one of them is there already, and then neither is written.
    """
    targets = {source: folder / f"{name}{ending}" for source, ending in _ENDINGS.items()}
    for target in targets.values():
        if target.exists():
            raise InputRefusedError(problem="it is there already", where=str(target), fix="choose another name")
    for source, target in targets.items():
        text = files("bothub_cli.campaign.skeleton_files").joinpath(source).read_text("utf-8")
        try:
            with target.open("x", encoding="utf-8") as stream:
                stream.write(text.replace("@NAME@", name))
        except OSError as error:
            raise ConfigurationError(problem=say_unwritable(error), where=str(target)) from error
    return targets["list.csv"], targets["message.yaml"]
