"""The key by which the ledger knows who said STOP: one for each bot, and the same after the bot's private key changed.

It is made of the bot's first private key, and lies in the ledger sealed with the one of now.
"""

from typing import Literal

from bothub_cli.campaign.ledger.link import Connection, LedgerConnection
from bothub_cli.campaign.ledger.seal import ListKeySeal, NumberHash
from bothub_cli.errors import ConfigurationError, InputRefusedError
from bothub_cli.redaction import Secret

RekeyOutcome = Literal["sealed anew", "begun anew", "unchanged"]
_FIND = "SELECT value FROM meta WHERE name = %s"
_KEEP = "INSERT INTO meta VALUES (%s, %s) ON CONFLICT (name) DO NOTHING"
_REPLACE = "UPDATE meta SET value = %s WHERE name = %s AND value = %s"
_COUNT = "SELECT count(*) FROM suppression WHERE bot = %s AND is_stopped"


def find_number_hash(link: LedgerConnection, secret: Secret, *, bot: str, keeps: bool) -> NumberHash:
    """Return what hashes numbers for a bot's list. ``keeps``: the key is kept where there is none yet.

    Raises ConfigurationError when another private key sealed it: nobody could tell then whom to spare.
    """
    seal = ListKeySeal(secret, bot=bot)

    def work(connection: Connection) -> str | None:
        if keeps:
            connection.execute(_KEEP, (_name(bot), seal.seal(seal.first)))
        return _find(connection, bot)

    sealed = link.run(work)
    key = seal.first if sealed is None else seal.open(sealed)
    if key is None:
        raise ConfigurationError(
            problem="the bot's private key changed, and the ledger's list of who said STOP is sealed with the former",
            where="the suppression list of all machines",
            fix="bothub campaign ledger rekey --former-key FILE",
        )
    return NumberHash(key)


def count_people(link: LedgerConnection, *, bot: str) -> int:
    """Return how many are on a bot's list."""
    [(count,)] = link.run(lambda connection: connection.execute(_COUNT, (bot,)).fetchall())
    return int(count)


def rekey(link: LedgerConnection, secret: Secret, *, bot: str, former: Secret | None) -> RekeyOutcome:
    """Seal the key of the list with the private key of now; without the ``former`` one begin an empty list.

    Raises InputRefusedError when the former private key did not seal it either.
    """
    seal = ListKeySeal(secret, bot=bot)
    sealed = link.run(lambda connection: _find(connection, bot))
    if sealed is not None and seal.open(sealed) is not None:
        return "unchanged"
    if former is None:
        link.run(lambda connection: _begin_anew(connection, bot, seal))
        return "begun anew"
    before = ListKeySeal(former, bot=bot)
    key = before.first if sealed is None else before.open(sealed)
    if key is None:
        raise InputRefusedError(
            problem="this private key did not seal the list of who said STOP either",
            where="the former private key",
            fix="name the one that was used before",
        )
    values = (_name(bot), seal.seal(key)) if sealed is None else (seal.seal(key), _name(bot), sealed)
    link.run(lambda connection: connection.execute(_KEEP if sealed is None else _REPLACE, values))
    return "sealed anew"


def _begin_anew(connection: Connection, bot: str, seal: ListKeySeal) -> None:
    with connection.transaction():
        connection.execute("DELETE FROM suppression WHERE bot = %s", (bot,))
        connection.execute("DELETE FROM meta WHERE name = %s", (_name(bot),))
        connection.execute(_KEEP, (_name(bot), seal.seal(seal.first)))


def _find(connection: Connection, bot: str) -> str | None:
    row = connection.execute(_FIND, (_name(bot),)).fetchone()
    return str(row[0]) if row else None


def _name(bot: str) -> str:
    return f"key of the suppression list of {bot}"
