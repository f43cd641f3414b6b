"""Finds out what a message must say about a file of the web: asks its server for what is not given."""

from collections.abc import Callable

from bothub_cli.errors import BothubError, InputRefusedError
from bothub_cli.messages.media_types import HTML, advise, is_same_type
from bothub_cli.protocol.media import MediaFacts

Probe = Callable[[str], MediaFacts]  # asks the host of a URL for the type and the size of the file


def complete_facts(
    probe: Probe,
    url: str,
    content_type: str | None,
    size: int | None,
    *,
    where: str,
    fix: str,
    tell: Callable[[str], None],
) -> tuple[str, int]:
    """Return type and size: as given, else as the server of the file says; what it says otherwise is told.

    ``where`` names the URL and ``fix`` says how to give both, for InputRefusedError when the server does not tell.
    """
    if content_type is not None and size is not None:
        return content_type, size
    try:
        facts = probe(url)
    except BothubError as error:
        raise InputRefusedError(
            where=where, problem=f"type and size cannot be asked: {error.message}", fix=fix
        ) from error
    if not facts.is_public:
        raise InputRefusedError(where=where, problem=f"type and size cannot be asked: {_say_status(facts)}", fix=fix)
    if facts.content_type == HTML and content_type != HTML:
        raise InputRefusedError(where=where, problem="the server answers a web page (text/html)", fix=advise(HTML))
    if content_type and facts.content_type and not is_same_type(content_type, facts.content_type):
        tell(
            f"{where}: the server says {facts.content_type}, not {content_type}: phones may go by that and show nothing"
        )
    if size and facts.size not in (None, size):
        tell(f"{where}: the server says {facts.size} bytes, not {size}")
    content_type = content_type or facts.content_type
    size = facts.size if size is None else size
    if content_type is None or size is None:
        missing = " and ".join(word for word, value in (("type", content_type), ("size", size)) if value is None)
        raise InputRefusedError(where=where, problem=f"the server does not say the {missing} of the file", fix=fix)
    return content_type, size


def _say_status(facts: MediaFacts) -> str:
    if facts.redirect_host is not None:
        to = f" to {facts.redirect_host}" if facts.redirect_host else ""
        return f"the server redirects{to} (HTTP {facts.status}), which phones do not follow"
    return f"the server answers HTTP {facts.status}"
