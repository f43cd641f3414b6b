"""The tables of a campaign's journal. No phone number and no text is in them, only keyed hashes and line numbers."""

APPLICATION_ID = 0x62687562  # "bhub"
VERSION = 1

CREATE = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE row (seq INTEGER PRIMARY KEY, key INTEGER NOT NULL, line INTEGER NOT NULL);
CREATE TABLE duplicate (line INTEGER PRIMARY KEY, first_line INTEGER NOT NULL);
CREATE TABLE attempt (
    seq INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,
    at INTEGER NOT NULL,
    elapsed INTEGER,
    http_status INTEGER,
    cause TEXT,
    message_id TEXT
);
CREATE TABLE handover (seq INTEGER PRIMARY KEY, reason TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0);
"""

# Not among the tables above: journals of earlier versions have none.
CREATE_LEFT_OUT = "CREATE TABLE IF NOT EXISTS left_out (line INTEGER PRIMARY KEY, kind TEXT NOT NULL)"
HAS_LEFT_OUT = "SELECT count(*) FROM sqlite_master WHERE name = 'left_out'"
FORGET_LEFT_OUT = "DELETE FROM left_out"
INSERT_LEFT_OUT = "INSERT OR IGNORE INTO left_out (line, kind) VALUES (?, ?)"
LEFT_OUT = "SELECT line, kind FROM left_out WHERE line NOT IN (SELECT line FROM row) ORDER BY line"

INSERT_ROW = "INSERT INTO row (key, line) VALUES (?, ?)"
# A list that changed is put beside the rows first: known people may stand on other lines now.
LIST = "CREATE TEMP TABLE listed (place INTEGER PRIMARY KEY, key INTEGER NOT NULL, line INTEGER NOT NULL)"
INSERT_LISTED = "INSERT INTO listed (key, line) VALUES (?, ?)"
FIND_FIRST = "CREATE TEMP TABLE named AS SELECT min(place) AS place, key, line FROM listed GROUP BY key"
RENEW_LINES = (
    "CREATE UNIQUE INDEX named_key ON named (key)",
    """
    INSERT INTO row (key, line) SELECT key, line FROM named WHERE true ORDER BY place
    ON CONFLICT (key) DO UPDATE SET line = excluded.line WHERE line <> excluded.line
    """,
    # who is no longer named has no line, where somebody else stands now
    """
    UPDATE row SET line = 0
    WHERE line IN (SELECT line FROM named) AND NOT EXISTS (SELECT 1 FROM named WHERE named.key = row.key)
    """,
    "DELETE FROM duplicate",
    """
    INSERT OR IGNORE INTO duplicate (line, first_line)
    SELECT listed.line, named.line FROM listed JOIN named USING (key) WHERE listed.place <> named.place
    """,
)
UNLIST = "DROP TABLE IF EXISTS temp.listed; DROP TABLE IF EXISTS temp.named"
# Sorting once after the load is far cheaper than keeping an index in order through a million random keys.
INDEX_ROWS = "CREATE UNIQUE INDEX row_key ON row (key)"
TAKE_OUT_DUPLICATES = (
    "CREATE INDEX row_key_repeated ON row (key)",
    "CREATE TEMP TABLE repeated AS SELECT key, min(seq) AS seq FROM row GROUP BY key HAVING count(*) > 1",
    """
    INSERT OR IGNORE INTO duplicate (line, first_line)
    SELECT later.line, first.line FROM repeated
    JOIN row AS first ON first.seq = repeated.seq
    JOIN row AS later ON later.key = repeated.key AND later.seq > repeated.seq
    """,
    """
    DELETE FROM row WHERE seq IN (
        SELECT later.seq FROM repeated JOIN row AS later ON later.key = repeated.key AND later.seq > repeated.seq
    )
    """,
    "DROP TABLE repeated",
    "DROP INDEX row_key_repeated",
)

READ_AHEAD = """
SELECT row.key, row.seq FROM row LEFT JOIN attempt USING (seq)
WHERE row.seq > ? AND attempt.seq IS NULL ORDER BY row.seq LIMIT 2048
"""
FIND = """
SELECT row.key, row.seq, ifnull(attempt.state, 0) FROM row LEFT JOIN attempt USING (seq) WHERE row.key IN ({marks})
"""
CLAIM_NEW = "INSERT INTO attempt (seq, state, at) VALUES (?, 1, ?)"
CLAIM_RETURNED = "UPDATE attempt SET state = 1, at = ?2 WHERE seq = ?1 AND state = 6"
RECORD = """
UPDATE attempt SET state = ?2, at = ?3, elapsed = ?4, http_status = ?5, cause = ?6, message_id = ?7
WHERE seq = ?1 AND state = 1
"""
NOTE_STEP = "INSERT OR REPLACE INTO meta VALUES ('steps', ?)"
ABANDON_CLAIMS = "UPDATE attempt SET state = 5, cause = 'interrupted' WHERE state = 1"
NOTE_GONE = (
    "UPDATE attempt SET state = 8, at = ? WHERE state = 6",
    "INSERT INTO attempt (seq, state, at) SELECT seq, 8, ? FROM row WHERE seq NOT IN (SELECT seq FROM attempt)",
)
COUNT = """
SELECT ifnull(attempt.state, 0), count(*) FROM row LEFT JOIN attempt USING (seq) GROUP BY 1
"""
SETTLED = """
SELECT row.line, ifnull(state, 0), ifnull(at, 0), ifnull(elapsed, 0), http_status, cause, message_id
FROM row LEFT JOIN attempt USING (seq) WHERE ifnull(state, 0) IN ({marks}) ORDER BY row.line
"""
KEYS = "SELECT key FROM row JOIN attempt USING (seq) WHERE state IN ({marks}) ORDER BY key"
LOWEST_KEY = """
SELECT ifnull((SELECT key FROM row ORDER BY key LIMIT 1 OFFSET ?1 - 1), (SELECT max(key) FROM row))
"""
REOPEN = """
UPDATE attempt SET state = 6 WHERE state IN ({marks}) AND seq NOT IN (SELECT seq FROM handover)
"""
# CROSS JOIN keeps SQLite from starting at the rows: tickets come in order without sorting, a piece at a time.
CANDIDATES = """
SELECT row.key, row.line, attempt.seq, state, at, cause, message_id FROM attempt CROSS JOIN row USING (seq)
WHERE attempt.seq > ? AND at > ? AND at <= ? AND state IN ({marks})
AND NOT EXISTS (SELECT 1 FROM handover WHERE handover.seq = attempt.seq) ORDER BY attempt.seq LIMIT ?
"""
FIND_HANDOVERS = """
SELECT row.key, seq, row.line, reason, done FROM row JOIN handover USING (seq) WHERE row.key IN ({marks})
"""
HAND_OVER = "INSERT OR IGNORE INTO handover (seq, reason, done) VALUES (?, ?, ?)"
HANDED_OVER = "SELECT seq, line, reason, done FROM handover JOIN row USING (seq) ORDER BY line"
FINISH_HANDOVER = "UPDATE handover SET done = 1 WHERE seq = ?"
TAKE_BACK = "DELETE FROM handover WHERE seq = ?"
