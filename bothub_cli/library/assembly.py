"""Puts tokens, network and store together as the settings say: for the command line and for the library alike."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.chain import TokenChain
from bothub_cli.auth.identity import Identity
from bothub_cli.clock import Clock
from bothub_cli.config.settings import Settings
from bothub_cli.errors import NotLoggedInError
from bothub_cli.files import may_exist
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import LazyTransport, Transport, TransportSettings
from bothub_cli.version import __version__

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bothub_cli.campaign.definition import CampaignSender
    from bothub_cli.campaign.ledger.ledger import SharedLedger
    from bothub_cli.campaign.rows.cost import Prices
    from bothub_cli.campaign.rows.read import Surroundings
    from bothub_cli.events.store.database import Database
    from bothub_cli.events.store.listed_numbers import ListedNumbers
    from bothub_cli.sending.outbox import SendingStore


def user_agent() -> str:
    """Return what we call ourselves to a server."""
    return f"bothub/{__version__}"


def transport_settings(settings: Settings) -> TransportSettings:
    """Return how the network is reached."""
    bundle = settings.ca_bundle.value
    return TransportSettings(
        timeout=settings.timeout.value,
        connect_timeout=settings.connect_timeout.value,
        proxy=settings.proxy.value,
        ca_bundle=str(bundle) if bundle else None,
        proxy_origin=str(settings.proxy.origin),
        ca_bundle_origin=str(settings.ca_bundle.origin),
    )


def make_tokens(
    settings: Settings,
    *,
    open_transport: Callable[[], Transport],
    clock: Clock,
    warn: Callable[[str], None],
    learn: Callable[[Secret], None] = lambda _: None,
) -> TokenChain:
    """Return what gets both tokens; the network is opened when it needs one."""
    return TokenChain(
        Identity.from_settings(settings),
        cache=TokenCache(settings.directories.tokens),
        transport=LazyTransport(open_transport),
        clock=clock,
        notify=lambda notice: warn(notice.message),
        learn=learn,
    )


def keeps_records(settings: Settings) -> bool:
    """Tell whether there is a place for records: without a profile, in cron or CI, none is made."""
    return settings.stored_profile is not None or may_exist(settings.directories.event_store)


def make_sending_store(
    settings: Settings,
    *,
    find_store: "Callable[[], Database | None]",
    open_store: "Callable[[], Database]",
    clock: Clock,
    warn: Callable[[str], None],
    find_elsewhere: "Callable[[Collection[str]], Mapping[str, datetime]] | None" = None,
) -> "SendingStore":
    """Return the profile's share of the event store: whom to spare, what went out.

    ``find_elsewhere`` asks the list that several machines share who is not to be written to, and since when.
    """
    from bothub_cli.sending.outbox import SendingStore  # with it the store, which not every call needs

    return SendingStore(
        profile=settings.profile.value,
        find_store=find_store,
        open_store=open_store,
        clock=clock,
        warn=warn,
        is_recorded=not settings.no_record.value and keeps_records(settings),
        keep_texts=settings.keep_texts.value,
        find_elsewhere=find_elsewhere,
    )


def campaign_sender(settings: Settings, *, bot_id: str) -> "CampaignSender":
    """Return who sends a campaign, by which it is known again."""
    from bothub_cli.campaign.definition import CampaignSender  # loads jinja2

    profile = settings.profile.value if settings.stored_profile else ""
    return CampaignSender(bot_id=bot_id, api_base=settings.api_base.value, profile=profile)


def campaign_surroundings(
    settings: Settings, *, listed: "ListedNumbers", note: Callable[[str], None]
) -> "Surroundings":
    """Return what the profile and the listener say beside a list.

    ``note`` hears of the state of the list, of each thing once however often the list is read. Raises
    ConfigurationError, LockBusyError for a suppression list that cannot be read.
    """
    from bothub_cli.campaign.rows.read import Surroundings  # loads jinja2
    from bothub_cli.sending.check import find_own_files  # what stays on this machine checks no message

    said: set[str] = set()

    def note_once(text: str) -> None:
        if text not in said:
            said.add(text)
            note(text)

    listed.look()
    return Surroundings(
        region=settings.region.value,
        traffic_type=settings.traffic_type.value,
        is_suppressed=listed.__contains__,
        find_suppressed=listed.find,
        own_files=find_own_files(settings.api_base.value),
        note=note_once,
    )


def campaign_max_wait(settings: Settings) -> float:
    """Return for how many seconds a campaign goes on without one clear answer: longer than a call, unless told."""
    from bothub_cli.campaign.send import MAX_WAIT  # loads jinja2

    said = settings.max_wait
    return MAX_WAIT if said.origin.kind == "default" else said.value


def campaign_prices(settings: Settings) -> "Prices":
    """Return what the profile says that a message costs."""
    from bothub_cli.campaign.rows.cost import Prices  # whoever sends no campaign needs none

    said = {
        "basic": settings.price_basic.value,
        "single": settings.price_single.value,
        "rich": settings.price_rich.value,
        "rich-media": settings.price_rich_media.value,
    }
    from decimal import Decimal  # as above

    return Prices(
        by_class={name: Decimal(str(price)) for name, price in said.items() if price is not None},
        currency=settings.currency.value,
    )


def campaign_pace_file(settings: Settings) -> "Path":
    """Return where the machine's processes share the pace of this profile's bot."""
    return settings.directories.paces / Identity.from_settings(settings).cache_key()


def find_shared_ledger(settings: Settings, *, bot_id: str, warn: Callable[[str], None]) -> "SharedLedger | None":
    """Return the ledger that several machines share; None when no setting names one.

    ``warn`` hears when it does not answer, and is waited for.
    Raises UsageError for what is no address, ConfigurationError where the extra ``cluster`` is not installed.
    """
    ledger = settings.ledger
    if ledger.value is None:
        return None
    from bothub_cli.campaign.requirements import require_ledger  # few share a ledger

    require_ledger()
    from bothub_cli.campaign.ledger.absence import Absence  # likewise
    from bothub_cli.campaign.ledger.ledger import SharedLedger  # with it the database's library
    from bothub_cli.campaign.ledger.link import LedgerAddress  # loads psycopg
    from bothub_cli.campaign.ledger.seal import name_bot  # loads cryptography
    from bothub_cli.campaign.ledger.times import USUAL  # as above

    return SharedLedger(
        address=LedgerAddress.read(ledger.value),
        bot=name_bot(settings.api_base.value, bot_id),
        secret=lambda: _read_bot_secret(settings),
        max_wait=settings.max_wait.value,
        resend_wait=USUAL.dead_after + settings.timeout.value,
        options=("--ledger", ledger.value) if ledger.origin.kind == "flag" else (),
        absence=Absence(warn),
    )


def _read_bot_secret(settings: Settings) -> Secret:
    from bothub_cli.auth.signing import read_key_material  # few share a ledger

    source = settings.private_key.value
    if source is None:
        raise NotLoggedInError(missing=("private key",))
    return read_key_material(source, passphrase=settings.private_key_passphrase.value)
