"""What can be set about a sandbox, and what it is when nobody sets it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.serving.limits import ServingLimits
from bothub_cli.urls import SANDBOX_FILES

BulkWindow = Literal["paris", "utc+1", "off"]
FetchMedia = Literal["never", "public", "local"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonePace:
    """How long each step of a message takes after the one before; None means that it waits for a hand."""

    sent: timedelta | None = timedelta(milliseconds=100)
    delivered: timedelta | None = timedelta(milliseconds=400)
    displayed: timedelta | None = timedelta(seconds=2)

    def before(self, status: str) -> timedelta | None:
        """Return how long the step to that status takes."""
        match status:
            case "sent":
                return self.sent
            case "delivered":
                return self.delivered
            case "displayed":
                return self.displayed
            case _:
                return None

    @classmethod
    def by_hand(cls) -> "PhonePace":
        """Nothing moves until somebody says so."""
        return cls(sent=None, delivered=None, displayed=None)


# A sandbox serves load tests of this machine: more clients than a webhook has, uploads, and an end at once.
SANDBOX_LIMITS = ServingLimits(
    connections=2_048,
    connections_of_address=2_048,
    body_timeout=30.0,
    body_rate=16 * 1024,
    keep_alive=5.0,
    stop_timeout=0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """How the sandbox behaves; every part can be changed while it runs."""

    rate_limits: RateLimits = field(default_factory=RateLimits)
    """The gateway's; ``RateLimits.off()`` for none."""
    orange_token_life: timedelta = timedelta(hours=1)
    """As on BotHub's "Getting started" page."""
    gsma_token_life: timedelta = timedelta(hours=1)
    """Neither the unit nor the value is documented."""
    pace: PhonePace = field(default_factory=PhonePace)
    """How fast phones get, read and answer."""
    bulk_window: BulkWindow = "paris"
    """When a bulk check is taken; BotHub's FAQ says CET, not whether summer time counts."""
    fetch_media: FetchMedia = "never"
    """Pictures that are not uploaded here: from public addresses, or from this machine as well."""
    kept_messages: int = 100_000
    """How many; the oldest are forgotten."""
    limits: ServingLimits = SANDBOX_LIMITS
    """What the server takes at once."""
    profile: str | None = "sandbox"
    """Under which bothub's commands find this sandbox."""
    public_url: str = ""
    """Where files are served; filled in when the port is known."""

    @property
    def own_files(self) -> str:
        """How the addresses of uploaded files begin."""
        return f"{self.public_url}{SANDBOX_FILES}"
