"""The two tokens of a call."""

from typing import Literal

from bothub_cli.record import record
from bothub_cli.redaction import Secret

TokenKind = Literal["orange_token", "gsma_token"]


@record
class TokenPair:
    """What authorises a call to BotHub: Orange's gateway token and BotHub's own (Orange, "Getting started")."""

    orange: Secret
    """The gateway's, sent as Bearer."""
    gsma: Secret
    """BotHub's own, sent as AccessToken."""
