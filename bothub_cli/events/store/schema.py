"""The tables of the event store, version by version; any SQLite since 3.24 (2018) reads them."""

import sqlite3
from typing import Final

from bothub_cli.storage.sqlite import transaction

ADDITIONS_KEPT: Final = 1000  # of the suppression list, for whoever has it in memory and asks what is new
DOUBTFUL: Final = "perhaps"  # in place of a wish: a text that may have been meant as one
_SIP_DIGITS: Final = (  # of sip:+33-6-…@host
    "replace(replace(substr(number, instr(number, '+') + 1, instr(number, '@') - instr(number, '+') - 1),"
    " '-', ''), '.', '')"
)
_SIP_WITH_NUMBER: Final = f"number LIKE 'sip%:+%_@%' AND {_SIP_DIGITS} NOT GLOB '*[^0-9]*'"
# One entry takes the store from the version of its index to the next. An entry that was released is never changed.
MIGRATIONS: Final[tuple[str, ...]] = (
    """
    CREATE TABLE events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        profile TEXT NOT NULL,
        identity TEXT,                 -- NULL: nothing identifies it, so it is nobody's duplicate
        received_at INTEGER NOT NULL,  -- microseconds since 1970, UTC
        kind TEXT NOT NULL,
        msg_id TEXT,
        number TEXT,
        chat_id TEXT,
        status TEXT,
        sent_at INTEGER,               -- what the platform says, microseconds
        payload BLOB NOT NULL,         -- the body as it came, byte for byte
        UNIQUE (profile, identity)
    );
    CREATE INDEX events_by_msg_id ON events (msg_id) WHERE msg_id IS NOT NULL;
    CREATE INDEX events_by_number ON events (number) WHERE number IS NOT NULL;
    CREATE INDEX events_by_chat_id ON events (chat_id) WHERE chat_id IS NOT NULL;
    CREATE INDEX events_by_time ON events (received_at);

    CREATE TABLE dead_letters (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        profile TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        reason TEXT NOT NULL,
        content_type TEXT,
        size INTEGER NOT NULL,         -- bytes that came; the body kept here may be shorter
        body BLOB NOT NULL
    );

    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
        target TEXT NOT NULL,          -- the key of a target: its URL or command may hold secrets and is not kept
        conversation TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0,
        next_at INTEGER NOT NULL,
        last_problem TEXT
    );
    CREATE INDEX deliveries_pending ON deliveries (target, conversation, id) WHERE state = 'pending';
    CREATE INDEX deliveries_by_event ON deliveries (event_id);

    CREATE TABLE sent_messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        profile TEXT NOT NULL,
        msg_id TEXT,
        number TEXT NOT NULL,
        sent_at INTEGER NOT NULL,
        status TEXT,
        summary TEXT,                  -- the text, or its mask, as the user configured
        is_masked INTEGER NOT NULL
    );
    CREATE INDEX sent_by_msg_id ON sent_messages (msg_id) WHERE msg_id IS NOT NULL;
    CREATE INDEX sent_by_number ON sent_messages (number);

    CREATE TABLE suppressions (
        profile TEXT NOT NULL,
        number TEXT NOT NULL,
        since INTEGER NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('user', 'manual', 'import')),
        word TEXT,                     -- what the user said
        PRIMARY KEY (profile, number)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE dead_letters ADD COLUMN content_encoding TEXT;
    CREATE TABLE probe (id INTEGER PRIMARY KEY, body BLOB NOT NULL);  -- written while nothing can be stored
    """,
    """
    ALTER TABLE events ADD COLUMN wish TEXT;  -- stop, start: it changed the suppression list; perhaps: a person looks
    ALTER TABLE events ADD COLUMN said TEXT;  -- the words of the wish
    CREATE INDEX events_by_wish ON events (profile, wish) WHERE wish IS NOT NULL;
    """,
    # until then a number was also kept as the sip: address that a platform had named
    f"""
    UPDATE OR IGNORE suppressions SET number = {_SIP_DIGITS} WHERE {_SIP_WITH_NUMBER};
    DELETE FROM suppressions WHERE {_SIP_WITH_NUMBER};  -- it is there as its number too
    UPDATE OR IGNORE suppressions SET number = '52' || substr(number, 4)  -- Mexico: the 1 of mobile numbers is gone
        WHERE number GLOB '521[0-9]*' AND length(number) = 13;
    CREATE TABLE suppressions_added (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: whoever has seen it has seen all before it
        profile TEXT NOT NULL,
        number TEXT NOT NULL
    );
    CREATE TRIGGER suppression_added AFTER INSERT ON suppressions BEGIN
        INSERT INTO suppressions_added (profile, number) VALUES (new.profile, new.number);
        DELETE FROM suppressions_added WHERE id <= last_insert_rowid() - {ADDITIONS_KEPT};
    END;
    CREATE TRIGGER suppression_removed AFTER DELETE ON suppressions BEGIN
        DELETE FROM suppressions_added WHERE profile = old.profile AND number = old.number;
    END;
    """,  # noqa: S608  our own words alone
)
SCHEMA_VERSION: Final = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a store to the present version, all or nothing; a store that is up to date is only looked at."""
    if read_version(connection) >= SCHEMA_VERSION:
        return
    with transaction(connection):
        version = read_version(connection)  # again: another process may have been faster
        for reached, script in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in _split(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {reached}")


def read_version(connection: sqlite3.Connection) -> int:
    """Return the format that the file says it has; 0 for a new one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _split(script: str) -> list[str]:
    """Cut a script into statements: ``executescript`` would commit before it runs."""
    without_comments = "\n".join(line.partition("--")[0] for line in script.splitlines())
    statements = [""]
    for part in without_comments.split(";"):
        statements[-1] += f"{part};"
        if sqlite3.complete_statement(statements[-1]):  # a trigger holds statements of its own
            statements.append("")
    return [statement for statement in statements if statement.strip("; \n")]
