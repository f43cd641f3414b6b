"""What a call is for, as far as its failures differ; how they are told is in ``faults``, loaded with the first one."""

from enum import Enum
from typing import TYPE_CHECKING

from bothub_cli.errors import HttpFacts

if TYPE_CHECKING:
    from bothub_cli.protocol.http import HttpResponse

_REQUEST_ID_MAX = 120  # characters; the gateway's are UUIDs


class Call(Enum):
    """What a request is for, as far as its errors differ."""

    ORANGE_TOKEN = "asks Orange for a token"  # noqa: S105 - a description
    GSMA_TOKEN = "asks BotHub for a token"  # noqa: S105 - a description
    READ = "changes nothing, or the same thing again"
    CHANGE = "changes something: not to be done twice"


def read_facts(response: "HttpResponse") -> HttpFacts:
    """Return status and request id, the latter fit to be shown: it is a header that anyone may have set."""
    from bothub_cli.protocol.excerpt import to_excerpt

    request_id = to_excerpt(response.request_id or "", limit=_REQUEST_ID_MAX)
    return HttpFacts(status=response.status, request_id=request_id or None)
