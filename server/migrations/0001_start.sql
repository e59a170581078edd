-- The first shape of the database. Migrations are only ever added, never changed.
-- Ids of records, worklists and campaigns are 16-byte UUIDs; instants are ms since 1970 UTC.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,   -- 'epoch', 'organisation', 'municipality', 'next_device'
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE person (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL,           -- display name
    login         TEXT UNIQUE,             -- only for those who sign in to the office
    password_hash TEXT,                    -- argon2id, PHC string
    role          TEXT NOT NULL,           -- key of shared::programme::Role
    active        INTEGER NOT NULL DEFAULT 1,
    created_ms    INTEGER NOT NULL
);

CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,           -- SHA-256 of the cookie's value
    person     INTEGER NOT NULL REFERENCES person(id),
    csrf       TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL
) WITHOUT ROWID;

-- One-time links: make the first coordinator, set a password.
CREATE TABLE invite (
    token_hash BLOB PRIMARY KEY,
    person     INTEGER REFERENCES person(id),  -- none: makes the first coordinator
    expires_ms INTEGER NOT NULL,
    used_ms    INTEGER
) WITHOUT ROWID;

CREATE TABLE enrol_code (
    code_hash  BLOB PRIMARY KEY,
    person     INTEGER NOT NULL REFERENCES person(id),
    expires_ms INTEGER NOT NULL,
    device     INTEGER                     -- which device used it
) WITHOUT ROWID;

CREATE TABLE device (
    number      INTEGER PRIMARY KEY,       -- 0 is the office itself
    person      INTEGER REFERENCES person(id),
    token_hash  BLOB UNIQUE,
    label       TEXT NOT NULL DEFAULT '',
    app         TEXT NOT NULL DEFAULT '',
    enrolled_ms INTEGER NOT NULL,
    seen_ms     INTEGER,
    waiting     INTEGER NOT NULL DEFAULT 0,
    clock_off_ms INTEGER NOT NULL DEFAULT 0,
    kept        INTEGER NOT NULL DEFAULT 0, -- highest contiguous sequence
    revoked_ms  INTEGER
);

CREATE TABLE campaign (
    id         BLOB PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    closed_ms  INTEGER
) WITHOUT ROWID;

CREATE TABLE worklist (
    id       BLOB PRIMARY KEY,
    campaign BLOB NOT NULL REFERENCES campaign(id),
    kind     TEXT NOT NULL,                -- 'turf'
    name     TEXT NOT NULL,
    district TEXT NOT NULL DEFAULT '',
    last_seq INTEGER NOT NULL DEFAULT 0    -- numbers within the worklist, for cursors
) WITHOUT ROWID;

CREATE TABLE assignment (
    worklist BLOB NOT NULL REFERENCES worklist(id),
    person   INTEGER NOT NULL REFERENCES person(id),
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (worklist, person)
) WITHOUT ROWID;

-- The log: every accepted op, hash-chained. Everything below it can be rebuilt from it.
CREATE TABLE log (
    entry        INTEGER PRIMARY KEY,
    worklist     BLOB NOT NULL,
    seq          INTEGER NOT NULL,         -- within the worklist
    device       INTEGER NOT NULL,
    device_seq   INTEGER NOT NULL,
    record       BLOB NOT NULL,
    author       INTEGER,                  -- person; none for the system
    received_ms  INTEGER NOT NULL,
    payload      BLOB,                     -- the op, postcard; none after erasure
    payload_hash BLOB NOT NULL,            -- SHA-256 of the payload
    chain        BLOB NOT NULL             -- SHA-256 over the previous chain, envelope, payload_hash
);
CREATE UNIQUE INDEX log_dot ON log (device, device_seq);
CREATE INDEX log_worklist ON log (worklist, seq);
CREATE INDEX log_record ON log (record);

-- Ops that were set aside, and what became of them.
CREATE TABLE quarantine (
    device      INTEGER NOT NULL,          -- who sent it, whatever the op itself claims
    device_seq  INTEGER NOT NULL,
    author      INTEGER,
    reason      TEXT NOT NULL,             -- key of shared::sync::Reason
    received_ms INTEGER NOT NULL,
    payload     BLOB NOT NULL,             -- the op, postcard
    resolved_ms INTEGER,
    resolution  TEXT,                      -- 'accepted' or 'dismissed'
    resolved_by INTEGER,
    awaits_device INTEGER,                 -- 'seen_ahead': the op that must come in first
    awaits_seq  INTEGER,
    PRIMARY KEY (device, device_seq)
) WITHOUT ROWID;
CREATE INDEX quarantine_awaits ON quarantine (awaits_device, awaits_seq)
    WHERE resolved_ms IS NULL AND reason = 'seen_ahead';
CREATE INDEX quarantine_open ON quarantine (reason) WHERE resolved_ms IS NULL;

-- Sequences that a device said it no longer holds and that this server never kept.
CREATE TABLE hole (
    device   INTEGER NOT NULL,
    from_seq INTEGER NOT NULL,
    to_seq   INTEGER NOT NULL,
    noted_ms INTEGER NOT NULL,
    PRIMARY KEY (device, from_seq)
) WITHOUT ROWID;

-- Projection 1: the register of live values.
CREATE TABLE live (
    record     BLOB NOT NULL,
    field      TEXT NOT NULL,
    device     INTEGER NOT NULL,
    device_seq INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    value      BLOB NOT NULL,              -- postcard of Value
    seen       BLOB NOT NULL,              -- postcard of Seen
    PRIMARY KEY (record, field, device, device_seq)
) WITHOUT ROWID;

-- Projection 2: one row per record.
CREATE TABLE record (
    id         BLOB PRIMARY KEY,
    kind       TEXT NOT NULL,
    worklist   BLOB NOT NULL,
    parent     BLOB,                       -- what it is about: attempt -> address, talk -> attempt, ...
    created_ms INTEGER NOT NULL,           -- receipt of its first op
    changed_ms INTEGER NOT NULL,           -- receipt of its last op
    author     INTEGER,                    -- who wrote its first op
    device     INTEGER NOT NULL,           -- on which device
    open       INTEGER NOT NULL DEFAULT 0  -- fields that contradict
) WITHOUT ROWID;
CREATE INDEX record_parent ON record (parent, kind);
CREATE INDEX record_worklist ON record (worklist, kind);
CREATE INDEX record_open ON record (open) WHERE open > 0;

-- Projection 3: the value to show per field, in SQLite's own types (yes/no as 1/0, ids as blobs).
CREATE TABLE shown (
    record BLOB NOT NULL,
    field  TEXT NOT NULL,
    value  ANY NOT NULL,
    PRIMARY KEY (record, field)
) WITHOUT ROWID, STRICT;  -- strict, or SQLite would turn the text 01 into the number 1
CREATE INDEX shown_household ON shown (value) WHERE field = 'household';

-- Projection 4: one row per attempt, for the table of visits.
CREATE TABLE visit (
    attempt    BLOB PRIMARY KEY,
    address    BLOB,
    worklist   BLOB NOT NULL,
    at_ms      INTEGER NOT NULL,
    result     TEXT NOT NULL DEFAULT '',
    daypart    TEXT NOT NULL DEFAULT '',
    channel    TEXT NOT NULL DEFAULT '',
    talk       BLOB,
    author     INTEGER,
    device     INTEGER NOT NULL,
    reviewed   INTEGER NOT NULL DEFAULT 0,
    withdrawn  INTEGER NOT NULL DEFAULT 0,
    open       INTEGER NOT NULL DEFAULT 0, -- contradictions in all that belongs to the attempt
    received_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX visit_at ON visit (at_ms);
CREATE INDEX visit_address ON visit (address);
CREATE INDEX visit_talk ON visit (talk) WHERE talk IS NOT NULL;

-- Published catalogues, appended only; the newest counts. Before the first one the built-in catalogue.
CREATE TABLE catalogue (
    number       INTEGER PRIMARY KEY,
    version      TEXT NOT NULL,            -- day and hash of `packed`
    scope        TEXT NOT NULL,            -- the municipality whose view it is
    packed       BLOB NOT NULL,            -- that view, as phones keep it
    published_ms INTEGER NOT NULL,
    published_by INTEGER NOT NULL REFERENCES person(id)
);

-- The TOML files that a published catalogue was made of.
CREATE TABLE catalogue_file (
    catalogue INTEGER NOT NULL REFERENCES catalogue(number),
    name      TEXT NOT NULL,
    text      TEXT NOT NULL,
    PRIMARY KEY (catalogue, name)
) WITHOUT ROWID;

-- Who compared a rule with its source, appended only.
CREATE TABLE scheme_checked (
    id        INTEGER PRIMARY KEY,
    scheme    TEXT NOT NULL,
    catalogue TEXT NOT NULL,               -- the version that was looked at
    person    INTEGER NOT NULL REFERENCES person(id),
    at_ms     INTEGER NOT NULL
);
CREATE INDEX scheme_checked_scheme ON scheme_checked (scheme, at_ms);

-- Who looked at, exported, changed or revoked what. Ids only, no names, no free text.
CREATE TABLE audit (
    id     INTEGER PRIMARY KEY,
    at_ms  INTEGER NOT NULL,
    person INTEGER,
    action TEXT NOT NULL,
    object TEXT NOT NULL DEFAULT ''
);
