"""Sets a ledger up, once: its tables, and the rights of the user that sends."""

from psycopg.sql import SQL, Identifier, Literal

from bothub_cli.campaign.ledger import schema as sql
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.ledger.link import RIGHTS_FIX, Connection, Incarnation, migrate
from bothub_cli.errors import ConfigurationError

VERSION = sql.VERSION
# What this user may not do, by the name of the table, of the sequence, or of the database.
_FORBIDDEN = """
SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace AND nspname = 'bothub'
WHERE relkind = 'r' AND NOT (has_table_privilege(pg_class.oid, 'SELECT') AND has_table_privilege(pg_class.oid, 'INSERT')
    AND has_table_privilege(pg_class.oid, 'UPDATE') AND has_table_privilege(pg_class.oid, 'DELETE'))
    OR relkind = 'S' AND NOT has_sequence_privilege(pg_class.oid, 'USAGE')
UNION ALL SELECT 'temporary tables' WHERE NOT has_database_privilege(current_database(), 'TEMPORARY') ORDER BY 1
"""
_SEND = "INSERT INTO bothub.meta VALUES ('version', '{version}') ON CONFLICT (name) DO UPDATE SET value = '{version}'"


def describe_set_up(user: str | None) -> str:
    """Return the statements that make a new ledger, for whoever gives them by hand."""
    parts = [*(step.strip() for step in sql.MIGRATIONS), f"{sql.PACE_FUNCTION.strip()};"]
    parts.append(_SEND.format(version=sql.VERSION) + ";")
    if user is not None:
        parts.append(_rights(user).strip())
    return "\n".join(parts)


def set_up(ledger: SharedLedger, user: str | None) -> None:
    """Make the tables, or bring them up to date, and give the user its rights. Raises ConfigurationError."""
    link = ledger.link()
    try:
        _, version = migrate(link)
        if version > sql.VERSION:
            raise ConfigurationError(
                problem="a newer bothub made this ledger",
                where=ledger.where,
                fix="install the same version on every machine",
            )
        if user is not None:
            rights = _rights(user)

            def give(connection: Connection) -> None:
                connection.execute(rights.encode())

            link.run(give)
    finally:
        link.close()


def look(ledger: SharedLedger) -> Incarnation:
    """Connect as a worker would, and return which database it is. Raises ConfigurationError for what is not safe."""
    link = ledger.link()
    try:
        link.run(lambda connection: connection.execute("SELECT 1 FROM campaign LIMIT 1").fetchall())
        forbidden = link.run(lambda connection: connection.execute(_FORBIDDEN).fetchall())
        if forbidden:
            names = ", ".join(name for (name,) in forbidden)
            raise ConfigurationError(
                problem=f"this user of the database may look and not send: it has not all rights to {names}",
                where=ledger.where,
                fix=RIGHTS_FIX,
            )
        assert link.incarnation is not None
        return link.incarnation
    finally:
        link.close()


def _rights(user: str) -> str:
    return SQL(sql.RIGHTS).format(user=Identifier(user), name=Literal(user)).as_string(None)
