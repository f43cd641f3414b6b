"""RCS business messages on Orange's BotHub API: the library behind the command ``bothub``.

The names are loaded when they are asked for::

    from bothub_cli import Client, text

    with Client.from_profile("shop") as client:
        accepted = client.send(text("Shall we?", to="+33612345678", replies=[("Yes", "yes_1")]))
"""

from bothub_cli.names_on_demand import names_on_demand

TYPE_CHECKING = False  # type checkers take it for true; `typing` itself would cost every command 5 ms
if TYPE_CHECKING:
    from bothub_cli.library.async_client import AsyncClient
    from bothub_cli.library.client import Client
    from bothub_cli.library.messages import card, carousel, file, place, text
    from bothub_cli.sending.outbox import SuppressedError
    from bothub_cli.version import __version__

__all__ = ["AsyncClient", "Client", "SuppressedError", "__version__", "card", "carousel", "file", "place", "text"]

_HOMES = {
    "AsyncClient": "library.async_client",
    "Client": "library.client",
    "SuppressedError": "sending.outbox",
    "__version__": "version",
    "card": "library.messages",
    "carousel": "library.messages",
    "file": "library.messages",
    "place": "library.messages",
    "text": "library.messages",
}


def _tell_of_other_project() -> None:
    """Say that PyPI's bothub-cli (bothub.studio) is installed into this very package: what it replaced is broken."""
    from os.path import exists, join  # loaded long since; at the top they would be names of this package

    if exists(join(__path__[0], "lib.py")):  # noqa: PTH110, PTH118 -- pathlib would cost every command 5 ms
        from warnings import warn  # hardly anybody is warned

        warn(
            "the package bothub-cli of PyPI, another project (bothub.studio), is installed into the same folder as"
            " bothub-rcs: pip uninstall bothub-cli, then pip install --force-reinstall bothub-rcs",
            RuntimeWarning,
            stacklevel=3,
        )


_tell_of_other_project()

if not TYPE_CHECKING:  # a type checker reads the imports above, and would believe any name here
    __getattr__ = names_on_demand(__name__, _HOMES, globals())
