"""The tables of the shared ledger. No phone number and no text is in them in clear: keyed hashes and sealed blocks."""

VERSION = 1
MIGRATION_LOCK = 0x6268_7562  # "bhub": one machine at a time creates or changes the tables
PLAN_LOCK = 0x6268_706C  # "bhpl": with the campaign's number, one machine at a time plans it

MESSAGES_KEPT = 30  # days after the last run, plan or stop of a campaign

# From version 0, which is an empty database, to 1, and so on: each is done once, in a transaction of its own.
MIGRATIONS = (
    """
CREATE SCHEMA IF NOT EXISTS bothub;
CREATE TABLE bothub.meta (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE bothub.campaign (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    bot text NOT NULL,
    salt bytea NOT NULL,
    notes jsonb NOT NULL,
    planned_from text,
    is_planned boolean NOT NULL DEFAULT false,
    planner text,
    wish text NOT NULL DEFAULT 'plan' CHECK (wish IN ('plan', 'run', 'stop', 'limit')),
    reason text,
    released_at timestamptz,
    cluster_id text NOT NULL,
    timeline text NOT NULL,
    touched_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE bothub.block (
    campaign bigint NOT NULL REFERENCES bothub.campaign ON DELETE CASCADE,
    number integer NOT NULL,
    attempt integer NOT NULL DEFAULT 0,
    owner text,
    beat_at timestamptz,
    is_open boolean NOT NULL DEFAULT true,
    sealed bytea NOT NULL,
    PRIMARY KEY (campaign, number)
);
CREATE INDEX block_open ON bothub.block (campaign, number) WHERE is_open;
CREATE TABLE bothub.row (
    campaign bigint NOT NULL REFERENCES bothub.campaign ON DELETE CASCADE,
    seq integer NOT NULL,
    key bigint NOT NULL,
    line integer NOT NULL,
    block integer NOT NULL,
    state smallint NOT NULL DEFAULT 0,
    attempt integer NOT NULL DEFAULT 0,
    at bigint NOT NULL DEFAULT 0,
    elapsed integer,
    http_status smallint,
    cause text,
    message_id text,
    PRIMARY KEY (campaign, seq),
    UNIQUE (campaign, key)
) WITH (fillfactor = 60);
CREATE INDEX row_block ON bothub.row (campaign, block);
CREATE TABLE bothub.duplicate (
    campaign bigint NOT NULL REFERENCES bothub.campaign ON DELETE CASCADE,
    line integer NOT NULL,
    first_line integer NOT NULL,
    PRIMARY KEY (campaign, line)
);
CREATE TABLE bothub.left_out (
    campaign bigint NOT NULL REFERENCES bothub.campaign ON DELETE CASCADE,
    line integer NOT NULL,
    kind text NOT NULL,
    PRIMARY KEY (campaign, line)
);
CREATE TABLE bothub.handover (
    campaign bigint NOT NULL REFERENCES bothub.campaign ON DELETE CASCADE,
    seq integer NOT NULL,
    reason text NOT NULL,
    done boolean NOT NULL DEFAULT false,
    PRIMARY KEY (campaign, seq)
);
CREATE TABLE bothub.machine (
    id text PRIMARY KEY,
    campaign bigint NOT NULL REFERENCES bothub.campaign ON DELETE CASCADE,
    host text NOT NULL,
    version text NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    beat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    has_left boolean NOT NULL DEFAULT false,
    finished integer NOT NULL DEFAULT 0,
    bad integer NOT NULL DEFAULT 0,
    rate real NOT NULL DEFAULT 0
);
CREATE INDEX machine_campaign ON bothub.machine (campaign);
CREATE TABLE bothub.pace (
    bot text PRIMARY KEY,
    due_at double precision NOT NULL DEFAULT 0,
    rate double precision NOT NULL DEFAULT 1e9,
    slowed_at double precision NOT NULL DEFAULT 0,
    blocked_until double precision NOT NULL DEFAULT 0
);
CREATE SEQUENCE bothub.suppression_change;
CREATE TABLE bothub.suppression (
    bot text NOT NULL,
    number bytea NOT NULL,
    is_stopped boolean NOT NULL,
    since timestamptz NOT NULL,
    source text NOT NULL,
    change bigint NOT NULL DEFAULT nextval('bothub.suppression_change'),
    PRIMARY KEY (bot, number)
);
CREATE INDEX suppression_by_change ON bothub.suppression (bot, change);
""",
)

# The schedule of bothub_cli/campaign/pace/pace.py on the server's clock. It grants the moments of the next ``ahead``
# seconds, each with its place in the schedule, and not so many tokens: fifty of them would be spent at once.
PACE_FUNCTION = """
CREATE OR REPLACE FUNCTION bothub.pace_take(
    bot_ text, allowed double precision, burst integer, wanted integer, ahead double precision,
    OUT granted integer, OUT first_at double precision, OUT step double precision, OUT now_at double precision,
    OUT next_at double precision)
LANGUAGE plpgsql SET search_path = bothub, pg_temp AS $$
DECLARE state bothub.pace%ROWTYPE; current_rate double precision;
BEGIN
    INSERT INTO bothub.pace (bot) VALUES (bot_) ON CONFLICT DO NOTHING;
    SELECT * INTO state FROM bothub.pace WHERE bot = bot_ FOR UPDATE;
    now_at := extract(epoch FROM clock_timestamp());
    current_rate := least(allowed, state.rate + allowed * greatest(0, now_at - state.slowed_at) / 60.0);
    step := 1.0 / current_rate;
    first_at := greatest(state.due_at, now_at - (burst - 1) * step);
    IF now_at < state.blocked_until THEN
        granted := 0;
        next_at := state.blocked_until;
    ELSE
        granted := least(wanted, greatest(0, floor((now_at + ahead - first_at) / step + 1 + 1e-6)::integer));
        next_at := first_at + granted * step;
        IF granted > 0 THEN
            UPDATE bothub.pace SET due_at = next_at WHERE bot = bot_;
        END IF;
    END IF;
END $$
"""
PACE_TAKE = "SELECT granted, first_at, step, now_at, next_at FROM pace_take(%s, %s, %s, %s, %s)"
# Moments that went by unused, since a machine was late, are as many later ones: the schedule goes back by their time,
# never behind now, and so lets the machines use what a busy one could not.
PACE_GIVE_BACK = """
UPDATE pace SET due_at = least(due_at, greatest(due_at - %s, extract(epoch FROM clock_timestamp())::double precision))
WHERE bot = %s
"""
# Half of what all machines sent lately, of which the refused one knows its own part.
PACE_SLOW_DOWN = """
INSERT INTO pace AS p (bot, rate, slowed_at, blocked_until)
SELECT %(bot)s, greatest(0.2, least(%(allowed)s, greatest(%(observed)s::double precision, sum(m.rate))) / 2),
    extract(epoch FROM clock_timestamp()), extract(epoch FROM clock_timestamp()) + %(wait)s
FROM machine m JOIN campaign c ON c.id = m.campaign
WHERE c.bot = %(bot)s AND NOT m.has_left AND m.beat_at > clock_timestamp() - interval '8 s'
ON CONFLICT (bot) DO UPDATE SET
    blocked_until = greatest(p.blocked_until, excluded.blocked_until),
    rate = CASE WHEN excluded.slowed_at - p.slowed_at < 1.0 THEN p.rate ELSE greatest(0.2, least(excluded.rate,
        (p.rate + %(allowed)s * greatest(0, excluded.slowed_at - p.slowed_at) / 60.0) / 2)) END,
    slowed_at = CASE WHEN excluded.slowed_at - p.slowed_at < 1.0 THEN p.slowed_at ELSE excluded.slowed_at END
"""
# What the user of the database needs, once the tables are there; their owner may be somebody else. Everybody has the
# rights on the database itself unless they were taken away, and then only its owner can give them.
RIGHTS = """
DO $$ BEGIN EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), {name}); END $$;
GRANT USAGE ON SCHEMA bothub TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bothub TO {user};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA bothub TO {user};
GRANT EXECUTE ON FUNCTION bothub.pace_take TO {user};
"""

# -- planning -------------------------------------------------------------------------------------------------------

NEW_CAMPAIGN = """
INSERT INTO campaign (name, bot, salt, notes, cluster_id, timeline) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (name) DO NOTHING
"""
CAMPAIGN = """
SELECT id, name, bot, salt, notes, planned_from, is_planned, wish, reason, cluster_id, timeline
FROM campaign WHERE name = %s
"""
INSERT_ROWS = """
INSERT INTO row (campaign, seq, key, line, block)
SELECT %(campaign)s, %(first)s + n - 1, key, line, %(block)s
FROM unnest(%(keys)s::bigint[], %(lines)s::integer[]) WITH ORDINALITY AS r (key, line, n)
ON CONFLICT (campaign, key) DO NOTHING RETURNING key, seq
"""
# a row that is still to be sent goes on with what its message is now; who holds it cannot claim it any more
MOVE_ROWS = """
UPDATE row SET block = %(block)s WHERE campaign = %(campaign)s AND key = ANY(%(keys)s) AND state IN (0, 6)
RETURNING key, seq
"""
# A list that changed, as SQLite's journal takes it in: known people stand on other lines, some are named no more.
HOLD = "UPDATE campaign SET wish = 'plan', reason = NULL WHERE id = %s AND wish = 'run'"
CREATE_LISTED = "CREATE TEMP TABLE listed (place bigint, key bigint NOT NULL, line integer NOT NULL) ON COMMIT DROP"
COPY_LISTED = "COPY listed (place, key, line) FROM STDIN"
CREATE_NAMED = """
CREATE TEMP TABLE named ON COMMIT DROP AS SELECT DISTINCT ON (key) key, place, line FROM listed ORDER BY key, place
"""
INDEX_NAMED = "CREATE UNIQUE INDEX named_key ON pg_temp.named (key)"
ANALYZE_NAMED = "ANALYZE pg_temp.named"
RENEW_LINES = """
UPDATE row SET line = named.line FROM named
WHERE row.campaign = %(id)s AND row.key = named.key AND row.line <> named.line
"""
DROP_LINES = """
UPDATE row SET line = 0 WHERE campaign = %(id)s AND line IN (SELECT line FROM named)
AND NOT EXISTS (SELECT 1 FROM named WHERE named.key = row.key)
"""
NOTE_GONE = """
UPDATE row SET state = 8, at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint
WHERE campaign = %(id)s AND state IN (0, 6) AND NOT EXISTS (SELECT 1 FROM named WHERE named.key = row.key)
"""
FORGET_DUPLICATES = "DELETE FROM duplicate WHERE campaign = %(id)s"
RENEW_DUPLICATES = """
INSERT INTO duplicate (campaign, line, first_line)
SELECT %(id)s, listed.line, named.line FROM listed JOIN named USING (key) WHERE listed.place <> named.place
ON CONFLICT DO NOTHING
"""
FIND_LINES = "SELECT key, line FROM row WHERE campaign = %s AND key = ANY(%s)"
INSERT_DUPLICATES = """
INSERT INTO duplicate (campaign, line, first_line)
SELECT %s, line, first_line FROM unnest(%s::integer[], %s::integer[]) AS d (line, first_line) ON CONFLICT DO NOTHING
"""

# -- blocks ---------------------------------------------------------------------------------------------------------

# The three are one round trip: what the first has taken, the others read from the transaction's own setting. They must
# be three, since only a statement that begins after the block was locked sees every claim of the attempt before.
TAKE_BLOCK = """
UPDATE block SET attempt = attempt + 1, owner = %(owner)s, beat_at = clock_timestamp()
WHERE (campaign, number) = (
    SELECT campaign, number FROM block
    WHERE campaign = %(campaign)s AND is_open AND (beat_at IS NULL
        OR %(may_take_over)s AND beat_at < clock_timestamp() - make_interval(secs => %(dead_after)s))
    ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING number, attempt, sealed, set_config('bothub.taken', number::text, true)
"""
# what an earlier attempt left without an outcome may have been sent; its claimer may still say how it ended
INTERRUPT = """
UPDATE row SET state = 5, cause = 'interrupted', at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint
WHERE campaign = %s AND block = nullif(current_setting('bothub.taken', true), '')::integer
    AND state = 1
"""
TAKEN_ROWS = """
SELECT seq FROM row WHERE campaign = %s AND block = nullif(current_setting('bothub.taken', true), '')::integer
    AND state IN (0, 6)
"""
OPEN_ROWS = "SELECT seq FROM row WHERE campaign = %s AND block = %s AND state IN (0, 6) ORDER BY seq"
BEAT = """
UPDATE block SET beat_at = clock_timestamp()
FROM unnest(%s::integer[], %s::integer[]) AS mine (number, attempt)
WHERE block.campaign = %s AND block.number = mine.number AND block.attempt = mine.attempt
RETURNING block.number, block.attempt
"""
# likewise one round trip: locked, closed when nothing is left, else what is to be sent again
LOCK_MINE = "SELECT 1 FROM block WHERE campaign = %s AND number = %s AND attempt = %s FOR UPDATE"
CLOSE_BLOCK = """
UPDATE block SET is_open = false, owner = NULL, beat_at = NULL
WHERE campaign = %(campaign)s AND number = %(number)s AND attempt = %(attempt)s AND NOT EXISTS (
    SELECT 1 FROM row WHERE row.campaign = %(campaign)s AND row.block = %(number)s AND state IN (0, 6))
"""
# What nobody will send again needs no message any more; failed and unknown rows may be sent again when told to.
FORGET_SETTLED = """
UPDATE block SET sealed = '' WHERE campaign = %s AND NOT is_open AND sealed <> '' AND NOT EXISTS (
    SELECT 1 FROM row WHERE row.campaign = block.campaign AND row.block = block.number AND state IN (0, 1, 4, 5, 6))
"""
# Whoever resumes it plans it again, since the plan is of no known list any more.
FORGET_OLD = """
WITH old AS (
    UPDATE block SET sealed = '' FROM campaign c
    WHERE c.id = block.campaign AND c.bot = %s AND sealed <> '' AND (c.wish <> 'run' OR NOT is_open)
    AND c.touched_at < clock_timestamp() - make_interval(days => %s) RETURNING c.id
)
UPDATE campaign SET planned_from = '' WHERE id IN (SELECT id FROM old)
"""
GIVE_BACK = """
UPDATE block SET owner = NULL, beat_at = NULL
FROM unnest(%s::integer[], %s::integer[]) AS mine (number, attempt)
WHERE block.campaign = %s AND block.number = mine.number AND block.attempt = mine.attempt
"""

# -- the exchange: one round trip, in this order --------------------------------------------------------------------

# Rows are looked up one by one by their primary key, whatever the server believes of its tables: right after a plan it
# has counted nothing yet, and would read the whole campaign in each exchange. So it is left no other way: by these
# settings, by a sorted subquery, which stays apart, for the campaign's number, and by blocks compared as no index can.
LOOK_UP_BY_KEY = """
SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
SET plan_cache_mode = force_generic_plan
"""
# Without these locks a claim that commits after the next attempt has begun would stay claimed for ever.
SHARE_BLOCKS = """
SELECT number, attempt FROM block WHERE campaign = %s AND number = ANY(%s) ORDER BY number FOR SHARE
"""
RECORD = """
UPDATE row SET state = o.state, at = o.at, elapsed = o.elapsed, http_status = o.http_status, cause = o.cause,
    message_id = o.message_id
FROM (SELECT %(campaign)s::bigint AS campaign, * FROM unnest(
    %(seqs)s::integer[], %(blocks)s::integer[], %(attempts)s::integer[], %(states)s::smallint[], %(ats)s::bigint[],
    %(elapsed)s::integer[], %(statuses)s::smallint[], %(causes)s::text[], %(ids)s::text[])
    AS u (seq, block, attempt, state, at, elapsed, http_status, cause, message_id) ORDER BY seq) AS o
WHERE row.campaign = o.campaign AND row.seq = o.seq AND row.block - o.block = 0 AND row.attempt = o.attempt
    AND row.state IN (1, 5)
"""
# a late "not accepted" makes work for whoever comes next
REOPEN_BLOCKS = "UPDATE block SET is_open = true WHERE campaign = %s AND number = ANY(%s) AND NOT is_open"
CLAIM = """
UPDATE row SET state = 1, attempt = w.attempt, at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint
FROM (SELECT block.campaign, u.* FROM block
    JOIN unnest(%(seqs)s::integer[], %(blocks)s::integer[], %(attempts)s::integer[]) AS u (seq, block, attempt)
        ON block.number = u.block AND block.attempt = u.attempt
    WHERE block.campaign = %(campaign)s AND block.number = ANY(%(blocks)s::integer[]) ORDER BY u.seq) AS w
WHERE row.campaign = w.campaign AND row.seq = w.seq AND row.block - w.block = 0
    AND (row.state IN (0, 6) OR row.state = 1 AND row.attempt = w.attempt)
RETURNING row.block, row.attempt, row.seq
"""

# -- looking --------------------------------------------------------------------------------------------------------

COUNT = "SELECT state, count(*) FROM row WHERE campaign = %s GROUP BY state"
SETTLED = """
SELECT line, state, at, coalesce(elapsed, 0), http_status, cause, message_id
FROM row WHERE campaign = %s AND state = ANY(%s) ORDER BY line
"""
KEYS = "SELECT key FROM row WHERE campaign = %s AND state = ANY(%s) ORDER BY key"
LOWEST_KEY = """
SELECT coalesce((SELECT key FROM row WHERE campaign = %(campaign)s ORDER BY key LIMIT 1 OFFSET %(place)s - 1),
    (SELECT max(key) FROM row WHERE campaign = %(campaign)s))
"""
NOTE_LEFT_OUT = """
INSERT INTO left_out (campaign, line, kind) SELECT %s, unnest(%s::integer[]), %s ON CONFLICT DO NOTHING
"""
LEFT_OUT = """
SELECT line, kind FROM left_out WHERE campaign = %(id)s
AND NOT EXISTS (SELECT FROM row WHERE row.campaign = %(id)s AND row.line = left_out.line) ORDER BY line
"""
DUPLICATES = "SELECT line, first_line FROM duplicate WHERE campaign = %s ORDER BY line"
CANDIDATES = """
SELECT key, line, seq, state, at, cause, message_id FROM row
WHERE campaign = %(campaign)s AND seq > %(behind)s AND at > %(since)s AND at <= %(until)s AND state = ANY(%(states)s)
AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.campaign = row.campaign AND h.seq = row.seq)
ORDER BY seq LIMIT %(most)s
"""
HAND_OVER = """
INSERT INTO handover (campaign, seq, reason, done) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
HANDED_OVER = """
SELECT seq, line, reason, done FROM handover JOIN row USING (campaign, seq) WHERE campaign = %s ORDER BY line
"""
FIND_HANDOVERS = """
SELECT key, seq, line, reason, done FROM row JOIN handover USING (campaign, seq)
WHERE campaign = %s AND key = ANY(%s)
"""
FINISH_HANDOVER = "UPDATE handover SET done = true WHERE campaign = %s AND seq = %s"
TAKE_BACK = "DELETE FROM handover WHERE campaign = %s AND seq = %s"
# the youngest interrupted rows wait until no older attempt can be alive
REOPEN = """
UPDATE row SET state = 6 WHERE campaign = %(campaign)s AND state = ANY(%(states)s)
AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.campaign = row.campaign AND h.seq = row.seq)
AND (cause IS DISTINCT FROM 'interrupted' OR at <= (extract(epoch FROM clock_timestamp()) - %(wait)s) * 1000)
RETURNING block
"""
LOCK_BLOCKS = "SELECT 1 FROM block WHERE campaign = %s ORDER BY number FOR UPDATE"
MACHINES = """
SELECT id, host, version, since, beat_at, finished, bad, rate,
    extract(epoch FROM clock_timestamp() - beat_at)::double precision, has_left
FROM machine WHERE campaign = %s ORDER BY since
"""
ORDERS = """
SELECT wish, reason,
    (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %(coordinator)s),
    coalesce(extract(epoch FROM clock_timestamp())
        - (SELECT max(at) / 1000.0 FROM row WHERE row.campaign = c.id), 0)::double precision,
    coalesce(p.rate, 'infinity'), coalesce(extract(epoch FROM clock_timestamp())::double precision - p.slowed_at,
        'infinity')
FROM campaign c LEFT JOIN pace p ON p.bot = c.bot WHERE id = %(id)s
"""
MACHINE_BEAT = """
INSERT INTO machine (id, campaign, host, version, finished, bad, rate)
VALUES (%(id)s, %(campaign)s, %(host)s, %(version)s, %(finished)s, %(bad)s, %(rate)s)
ON CONFLICT (id) DO UPDATE SET beat_at = clock_timestamp(), finished = excluded.finished, bad = excluded.bad,
    rate = excluded.rate, campaign = excluded.campaign, has_left = false
"""
# the others' part of what counts towards the limits, and how long ago the first of all began
SUMS = """
SELECT coalesce(sum(finished) FILTER (WHERE machine.id <> %(id)s), 0)::integer,
    coalesce(sum(bad) FILTER (WHERE machine.id <> %(id)s), 0)::integer,
    extract(epoch FROM clock_timestamp() - min(since))::double precision
FROM machine JOIN campaign c ON c.id = campaign WHERE c.id = %(campaign)s AND since >= c.released_at
"""
# Who joins while others send goes on with their count, and with their time unless another one is named.
RELEASE = """
UPDATE campaign c SET wish = 'run', reason = NULL, touched_at = clock_timestamp(),
    notes = CASE WHEN %(seconds)s::double precision IS NOT NULL
        THEN notes || jsonb_build_object('max_duration', %(seconds)s::double precision)
        WHEN m.is_working THEN notes ELSE notes - 'max_duration' END,
    released_at = CASE WHEN m.is_working THEN released_at ELSE clock_timestamp() END
FROM (SELECT EXISTS (SELECT 1 FROM machine w JOIN campaign k ON k.id = w.campaign
    WHERE k.id = %(id)s AND k.wish = 'run' AND NOT w.has_left AND w.since >= k.released_at
    AND w.beat_at > clock_timestamp() - make_interval(secs => %(dead_after)s)) AS is_working) AS m
WHERE c.id = %(id)s
"""
