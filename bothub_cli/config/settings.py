"""The one place that decides what counts: flag, environment, project file, profile, default, in this order.

It is also the only reader of the environment. A profile named by flag beats credential variables; one chosen by the
environment, a project file or by default does not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, fields
from pathlib import Path
from typing import Literal, TypeVar

from bothub_cli.config import credentials
from bothub_cli.config import fields as table
from bothub_cli.config.credentials import GivenCredentials
from bothub_cli.config.fields import Field, T
from bothub_cli.config.key_source import KeySource, say_unusable
from bothub_cli.config.origin import OriginKind, Setting
from bothub_cli.config.paths import Directories, find_directories
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore, unknown_profile
from bothub_cli.config.project import find_project_file, read_project_file
from bothub_cli.config.sources import (
    EnvironmentSource,
    FlagSource,
    FlagValue,
    ProfileSource,
    ProjectSource,
    SettingSource,
    find_first,
)
from bothub_cli.config.toml_file import TomlFile, describe_unknown_keys
from bothub_cli.config.values import read_password
from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.files.owners import belongs_to_stranger
from bothub_cli.record import record
from bothub_cli.redaction import Secret
from bothub_cli.urls import is_loopback_url

Purpose = Literal["use", "login", "change"]
V = TypeVar("V")

DEFAULT_TRAFFIC_TYPE = "advertisement"  # the only word that Orange's "Getting started" page shows
DEFAULT_TIMEOUT = 30.0  # seconds for a whole answer
DEFAULT_CONNECT_TIMEOUT = 10.0  # seconds
DEFAULT_MAX_WAIT = 30.0  # seconds that all the waiting between attempts may take together


@record
class Settings:
    """Every setting with its origin; ``warnings`` are sentences for stderr, ``mounted_secrets`` such for ``doctor``.

    ``validated_key_sha256`` is the hash of the key file that login checked in full.
    ``stray_base`` is an address from a project file to which this user's credentials were never meant to go.
    """

    profile: Setting[str]
    bot_id: Setting[str | None]
    authorization: Setting[Secret | None]
    private_key: Setting[KeySource | None]
    private_key_passphrase: Setting[Secret | None]
    api_base: Setting[str]
    auth_base: Setting[str]
    iss_as_array: Setting[bool]
    traffic_type: Setting[str]
    region: Setting[str | None]
    ledger: Setting[str | None]
    timeout: Setting[float]
    connect_timeout: Setting[float]
    max_wait: Setting[float]
    proxy: Setting[str | None]
    ca_bundle: Setting[Path | None]
    output: Setting[str]
    no_input: Setting[bool]
    log_content: Setting[bool]
    no_record: Setting[bool]
    keep_texts: Setting[bool]
    price_basic: Setting[float | None]
    price_single: Setting[float | None]
    price_rich: Setting[float | None]
    price_rich_media: Setting[float | None]
    currency: Setting[str | None]
    stop_words: Setting[str | None]
    start_words: Setting[str | None]
    ignored_words: Setting[str | None]

    directories: Directories
    stored_profile: Profile | None = None
    stray_base: Setting[str] | None = None
    warnings: tuple[str, ...] = field(default=())
    mounted_secrets: tuple[str, ...] = field(default=())

    @property
    def validated_key_sha256(self) -> str | None:
        return self.stored_profile.key_sha256 if self.stored_profile else None

    def each(self) -> Iterator[tuple[str, Setting[object]]]:
        """Yield every setting under its name, in the order in which ``profile show`` prints them."""
        for attribute in fields(self):
            value = getattr(self, attribute.name)
            if isinstance(value, Setting) and attribute.name != "stray_base":
                yield attribute.name, value

    def secrets(self) -> Iterator[Secret]:
        """Yield every secret, for the redactor to learn."""
        for _, setting in self.each():
            if isinstance(setting.value, Secret):
                yield setting.value
        if password := read_password(self.proxy.value or ""):
            yield Secret(password)


def resolve(
    *,
    flags: Mapping[str, FlagValue],
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    purpose: Purpose = "use",
    label: Callable[[str], str] = table.as_flag,
) -> Settings:
    """Decide every setting.

    ``flags`` are keyed by the long option with underscores; None means not given; a secret is a ``Secret``, or a path
    under ``…_file``; ``label`` is how an error calls one. With the purpose "login" the profile need not exist, and what
    it holds yields to the environment.
    Raises UsageError for a wrong flag, variable or profile name, ConfigurationError for a wrong file.
    """
    return _Resolver(
        flags=flags,
        environ=os.environ if environ is None else environ,
        cwd=_working_directory() if cwd is None else cwd,
        purpose=purpose,
        label=label,
    ).resolve()


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as exc:
        raise ConfigurationError(problem="the working directory does not exist any more", fix="cd ~") from exc


class _Resolver:
    def __init__(
        self,
        *,
        flags: Mapping[str, FlagValue],
        environ: Mapping[str, str],
        cwd: Path,
        purpose: Purpose,
        label: Callable[[str], str],
    ) -> None:
        self._flags = FlagSource(flags, cwd=cwd, label=label)
        self._environment = EnvironmentSource(environ, cwd=cwd)
        self._given = GivenCredentials(flags, environ, cwd=cwd, label=label)
        self._directories = find_directories(environ)
        self._store = ProfileStore(self._directories.config)
        self._stored = self._store.look()
        self._cwd = cwd
        self._purpose = purpose
        self._warnings: list[str] = []
        self._project = self._read_project()
        self._name = self._choose_profile()
        self._profile = self._read_profile()

    def resolve(self) -> Settings:
        api_base = self._or(table.API_BASE, table.DEFAULT_API_BASE)
        auth_base = self._auth_base(api_base)
        return Settings(
            profile=self._name,
            bot_id=self._maybe(table.BOT_ID),
            authorization=self._first(
                self._credential_order(), credentials.profile_authorization, self._given.authorization
            ),
            private_key=self._first(self._order(), credentials.profile_key, self._given.private_key),
            private_key_passphrase=self._first(
                self._credential_order(),
                lambda profile: credentials.profile_passphrase(profile, self._given),
                self._given.passphrase,
            ),
            api_base=api_base,
            auth_base=auth_base,
            iss_as_array=self._or(table.ISS_AS_ARRAY, False),  # noqa: FBT003  # the default, not a switch
            traffic_type=self._or(table.TRAFFIC_TYPE, DEFAULT_TRAFFIC_TYPE),
            region=self._maybe(table.REGION),
            ledger=self._maybe(table.LEDGER),
            timeout=self._or(table.TIMEOUT, DEFAULT_TIMEOUT),
            connect_timeout=self._or(table.CONNECT_TIMEOUT, DEFAULT_CONNECT_TIMEOUT),
            max_wait=self._or(table.MAX_WAIT, DEFAULT_MAX_WAIT),
            proxy=self._maybe(table.PROXY),
            ca_bundle=self._ca_bundle(),
            output=self._or(table.OUTPUT, "human"),
            no_input=self._or(table.NO_INPUT, False),  # noqa: FBT003  # the default, not a switch
            log_content=self._or(table.LOG_CONTENT, False),  # noqa: FBT003  # the default, not a switch
            no_record=self._or(table.NO_RECORD, False),  # noqa: FBT003  # the default, not a switch
            keep_texts=self._or(table.KEEP_TEXTS, False),  # noqa: FBT003  # the default, not a switch
            price_basic=self._maybe(table.PRICE_BASIC),
            price_single=self._maybe(table.PRICE_SINGLE),
            price_rich=self._maybe(table.PRICE_RICH),
            price_rich_media=self._maybe(table.PRICE_RICH_MEDIA),
            currency=self._maybe(table.CURRENCY),
            stop_words=self._maybe(table.STOP_WORDS),
            start_words=self._maybe(table.START_WORDS),
            ignored_words=self._maybe(table.IGNORED_WORDS),
            directories=self._directories,
            stored_profile=self._profile,
            stray_base=self._stray_base(api_base, auth_base),
            mounted_secrets=tuple(self._given.mounted),
            warnings=(*self._warnings, *self._store.warnings(self._stored), *self._given.warnings),
        )

    def _read_project(self) -> TomlFile | None:
        path = find_project_file(self._cwd)
        if path is None:
            return None
        if belongs_to_stranger(path):
            self._warnings.append(f"{path} is ignored: it belongs to another user")
            return None
        file = read_project_file(path)
        if file:
            known = frozenset(each.name for each in table.FIELDS)
            self._warnings.extend(describe_unknown_keys(file, file.content, known=known))
        return file

    def _choose_profile(self) -> Setting[str]:
        spoken = find_first(table.PROFILE, self._sources(profile=False))
        return spoken or Setting(value=self._stored.default_name())

    def _read_profile(self) -> Profile | None:
        profile = self._stored.get(self._name.value)
        if profile is None and self._purpose == "use":
            self._refuse_missing_profile()
        return profile

    def _refuse_missing_profile(self) -> None:
        name, origin = self._name.value, self._name.origin
        known = self._stored.names()
        match origin.kind:
            case "flag" | "environment":
                raise unknown_profile(name, known=known, where=origin.name)
            case "project":
                error = unknown_profile(name, known=known, where=None)
                raise ConfigurationError(where=origin.name, problem=error.problem, fix=error.fix)
            case _ if known and name != table.DEFAULT_PROFILE:
                error = unknown_profile(name, known=known, where=None)
                raise ConfigurationError(
                    where=str(self._store.config_path), problem=error.problem, fix="bothub profile use NAME"
                )

    def _sources(self, *, profile: bool = True) -> list[SettingSource]:
        places: list[SettingSource] = [self._flags, self._environment]
        if self._project:
            places.append(ProjectSource(self._project))
        if profile and self._profile:
            places.append(ProfileSource(self._profile))
        return places

    @property
    def _named_profile(self) -> Profile | None:
        """The profile, if a flag named it and it is there to be used: then its credentials come before variables."""
        return self._profile if self._name.origin.kind == "flag" and self._purpose == "use" else None

    def _find(self, wanted: Field[T]) -> Setting[T] | None:
        named = self._named_profile
        if not wanted.credential or named is None:
            return find_first(wanted, self._sources())
        first = find_first(wanted, [self._flags, ProfileSource(named)])
        if first is not None or wanted in {table.API_BASE, table.AUTH_BASE}:
            return first  # where a named profile says nothing about its address, it means the default one
        return find_first(wanted, self._sources())

    def _or(self, wanted: Field[T], default: T) -> Setting[T]:
        return self._find(wanted) or Setting(value=default)

    def _maybe(self, wanted: Field[T]) -> Setting[T | None]:
        return self._find(wanted) or Setting(value=None)

    def _auth_base(self, api_base: Setting[str]) -> Setting[str]:
        """Return the authorization server: under the API's address, unless one is named at least as near as that."""
        found = self._find(table.AUTH_BASE)
        nearness: list[OriginKind] = [*self._order(), "default"]
        nearness.insert(nearness.index("profile"), "project")
        if found is None or nearness.index(found.origin.kind) > nearness.index(api_base.origin.kind):
            return Setting(value=api_base.value)
        return found

    def _order(self) -> tuple[OriginKind, ...]:
        return ("flag", "profile", "environment") if self._named_profile else ("flag", "environment", "profile")

    def _credential_order(self) -> tuple[OriginKind, ...]:
        return () if self._purpose == "change" else self._order()  # the change may be what mends them

    def _first(
        self,
        order: tuple[OriginKind, ...],
        of_profile: Callable[[Profile], Setting[V] | None],
        given: Callable[[OriginKind], Setting[V] | None],
    ) -> Setting[V | None]:
        """Return what flags, environment and profile say, in this order."""
        for kind in order:
            found = None
            if kind != "profile":
                found = given(kind)
            elif self._profile is not None:
                found = of_profile(self._profile)
            if found is not None:
                return Setting(value=found.value, origin=found.origin)
        return Setting(value=None)

    def _ca_bundle(self) -> Setting[Path | None]:
        found = self._find(table.CA_BUNDLE)
        if found is None:
            return self._environment.find_authorities() or Setting(value=None)
        problem = say_unusable(found.value, folder=True)
        if problem is None or self._purpose == "change":  # the change may be what mends it
            return found
        if found.origin.kind == "profile":
            raise ConfigurationError(where=str(found.origin), problem=f"ca_bundle: {problem}")
        raise UsageError(problem=f"{found.origin}: {problem}")

    def _stray_base(self, *bases: Setting[str]) -> Setting[str] | None:
        own = {base for base in (self._profile.api_base, self._profile.auth_base) if base} if self._profile else set()
        is_sandbox = any(map(is_loopback_url, own))  # then its credentials are meant for this machine
        for base in bases:
            is_trusted = base.value in {table.DEFAULT_API_BASE, *own} or (is_sandbox and is_loopback_url(base.value))
            if base.origin.kind == "project" and not is_trusted:
                return base
        return None
