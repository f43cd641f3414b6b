"""The table of settings: what each is called, what it takes, where it may be written and what it is otherwise."""

import shlex
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from bothub_cli.config import values
from bothub_cli.config.values import BadValueError
from bothub_cli.record import record

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

DEFAULT_PROFILE = "default"
DEFAULT_API_BASE = "https://api.orange.com"  # Orange BotHub, "Getting started"

TEXT: tuple[type, ...] = (str,)
DURATION: tuple[type, ...] = (int, float, str)
NUMBER: tuple[type, ...] = (int, float)
FLAG: tuple[type, ...] = (bool,)
COMMAND: tuple[type, ...] = (str, list)
_TYPE_WORDS = {
    TEXT: "a text in quotes",
    DURATION: "a number of seconds, or a duration in quotes",
    NUMBER: "a number",
    FLAG: "true or false",
    COMMAND: "a command in quotes, or a list of its words",
}


def as_flag(name: str) -> str:
    """Return how the command line calls a setting."""
    return "--" + name.replace("_", "-")


@record
class Field(Generic[T_co]):
    """One setting.

    ``credential`` marks what says who calls whom: there a profile named by flag beats the environment.
    ``in_project`` says whether ``.bothub.toml`` may hold it: that file comes with whatever folder one works in,
    so it may decide neither whom to trust, nor who has said STOP, nor what is shown and kept of people.
    """

    name: str
    read: Callable[[str], T_co]
    toml_types: tuple[type, ...] = TEXT
    credential: bool = False
    in_project: bool = True
    in_profile: bool = True

    @property
    def variable(self) -> str:
        return "BOTHUB_" + self.name.upper()

    def read_toml(self, raw: object) -> T_co:
        """Read a value as TOML gave it. Raises BadValueError when its type is not the field's."""
        if type(raw) not in self.toml_types:
            expected = _TYPE_WORDS[self.toml_types]
            raise BadValueError(f"expected {expected}, found {_name_type(raw)}", fix=_example(self.name))
        return self.read(shlex.join(map(str, raw)) if isinstance(raw, list) else str(raw))


PROFILE = Field(name="profile", read=values.read_word, in_profile=False)

BOT_ID = Field(name="bot_id", read=values.read_word, credential=True)
PRIVATE_KEY = Field(name="private_key", read=values.read_path, credential=True, in_project=False)
PRIVATE_KEY_PASSPHRASE_FILE = Field(
    name="private_key_passphrase_file", read=values.read_path, credential=True, in_project=False
)
AUTHORIZATION_COMMAND = Field(
    name="authorization_command", read=values.read_command, toml_types=COMMAND, credential=True, in_project=False
)
PRIVATE_KEY_COMMAND = Field(
    name="private_key_command", read=values.read_command, toml_types=COMMAND, credential=True, in_project=False
)
API_BASE = Field(name="api_base", read=values.read_base, credential=True)
AUTH_BASE = Field(name="auth_base", read=values.read_base, credential=True)
ISS_AS_ARRAY = Field(name="iss_as_array", read=values.read_flag, toml_types=FLAG, credential=True)

TRAFFIC_TYPE = Field(name="traffic_type", read=values.read_word)
REGION = Field(name="region", read=values.read_region)
LEDGER = Field(name="ledger", read=values.read_ledger, in_project=False)
TIMEOUT = Field(name="timeout", read=values.read_timeout, toml_types=DURATION)
CONNECT_TIMEOUT = Field(name="connect_timeout", read=values.read_timeout, toml_types=DURATION)
MAX_WAIT = Field(name="max_wait", read=values.read_wait, toml_types=DURATION)
PROXY = Field(name="proxy", read=values.read_proxy, in_project=False)
CA_BUNDLE = Field(name="ca_bundle", read=values.read_path, in_project=False)
OUTPUT = Field(name="output", read=values.read_output)
NO_INPUT = Field(name="no_input", read=values.read_flag, toml_types=FLAG)
LOG_CONTENT = Field(name="log_content", read=values.read_flag, toml_types=FLAG, in_project=False)
NO_RECORD = Field(name="no_record", read=values.read_flag, toml_types=FLAG)
KEEP_TEXTS = Field(name="keep_texts", read=values.read_flag, toml_types=FLAG, in_project=False)
STOP_WORDS = Field(name="stop_words", read=values.read_phrases, in_project=False)
START_WORDS = Field(name="start_words", read=values.read_phrases, in_project=False)
IGNORED_WORDS = Field(name="ignored_words", read=values.read_phrases, in_project=False)
PRICE_BASIC = Field(name="price_basic", read=values.read_price, toml_types=NUMBER, in_project=False)
PRICE_SINGLE = Field(name="price_single", read=values.read_price, toml_types=NUMBER, in_project=False)
PRICE_RICH = Field(name="price_rich", read=values.read_price, toml_types=NUMBER, in_project=False)
PRICE_RICH_MEDIA = Field(name="price_rich_media", read=values.read_price, toml_types=NUMBER, in_project=False)
CURRENCY = Field(name="currency", read=values.read_currency, in_project=False)

FIELDS: tuple[Field[Any], ...] = (  # Any: a table of fields of several types
    PROFILE,
    BOT_ID,
    PRIVATE_KEY,
    PRIVATE_KEY_PASSPHRASE_FILE,
    AUTHORIZATION_COMMAND,
    PRIVATE_KEY_COMMAND,
    API_BASE,
    AUTH_BASE,
    ISS_AS_ARRAY,
    TRAFFIC_TYPE,
    REGION,
    LEDGER,
    TIMEOUT,
    CONNECT_TIMEOUT,
    MAX_WAIT,
    PROXY,
    CA_BUNDLE,
    OUTPUT,
    NO_INPUT,
    LOG_CONTENT,
    NO_RECORD,
    KEEP_TEXTS,
    PRICE_BASIC,
    PRICE_SINGLE,
    PRICE_RICH,
    PRICE_RICH_MEDIA,
    CURRENCY,
    STOP_WORDS,
    START_WORDS,
    IGNORED_WORDS,
)
PROFILE_FIELDS = tuple(field for field in FIELDS if field.in_profile)

# Names under which people may try to write a secret where none belongs.
SECRET_NAMES = frozenset(
    {"authorization", "client_secret", "private_key_passphrase", "passphrase", "password", "secret", "secret_key",
     "access_token", "orange_token", "gsma_token", "token"}
)  # fmt: skip


def _name_type(raw: object) -> str:
    match raw:
        case bool():
            return f"{str(raw).lower()} without quotes"
        case str():
            return "a text in quotes"
        case int() | float():
            return f"the number {raw}"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"


def _example(name: str) -> str:
    examples = {
        "timeout": "30",
        "connect_timeout": '"10s"',
        "max_wait": '"1m"',
        "iss_as_array": "true",
        "no_input": "true",
        "log_content": "false",
        "no_record": "true",
        "keep_texts": "false",
        "stop_words": '"plus rien, genug"',
        "price_basic": "0.04",
        "price_single": "0.07",
        "price_rich": "0.01",
        "price_rich_media": "0.03",
        "currency": '"EUR"',
        "output": '"json"',
        "region": '"FR"',
        "ledger": '"postgresql://bothub@db.internal/bothub"',
    }
    value = examples.get(name, '"…"')
    return f"for example: {name} = {value}"
