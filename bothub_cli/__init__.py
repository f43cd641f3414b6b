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

if not TYPE_CHECKING:  # a type checker reads the imports above, and would believe any name here
    __getattr__ = names_on_demand(__name__, _HOMES, globals())
