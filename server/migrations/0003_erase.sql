-- Erasure: what an op says is bound to the chain through a salt. When both are gone the hash that
-- stays proves the chain and tells nothing.

ALTER TABLE log ADD COLUMN salt BLOB;         -- 16 random bytes; none after erasure
ALTER TABLE log ADD COLUMN erasure BLOB;      -- which erasure took the payload

-- As it was, but a payload can be gone; then the record tells what it was about.
CREATE TABLE quarantine_new (
    device      INTEGER NOT NULL,          -- who sent it, whatever the op itself claims
    device_seq  INTEGER NOT NULL,
    author      INTEGER,
    reason      TEXT NOT NULL,             -- key of shared::sync::Reason, or 'erased'
    received_ms INTEGER NOT NULL,
    payload     BLOB,                      -- the op, postcard; none after erasure
    resolved_ms INTEGER,
    resolution  TEXT,                      -- 'accepted', 'dismissed' or 'erased'
    resolved_by INTEGER,
    awaits_device INTEGER,                 -- 'seen_ahead': the op that must come in first
    awaits_seq  INTEGER,
    erased_record BLOB,                    -- the record of an op whose payload is gone
    PRIMARY KEY (device, device_seq)
) WITHOUT ROWID;
INSERT INTO quarantine_new SELECT *, NULL FROM quarantine;
DROP TABLE quarantine;
ALTER TABLE quarantine_new RENAME TO quarantine;
CREATE INDEX quarantine_awaits ON quarantine (awaits_device, awaits_seq)
    WHERE resolved_ms IS NULL AND reason = 'seen_ahead';
CREATE INDEX quarantine_open ON quarantine (reason) WHERE resolved_ms IS NULL;

-- Erasures: asked for by one person and confirmed by another, or done by retention. No names.
CREATE TABLE erasure (
    id         BLOB PRIMARY KEY,
    cause      TEXT NOT NULL,              -- key of erase::Cause
    door       BLOB,                       -- the address record it was asked for; none for retention
    household  BLOB,                       -- of this household alone; none for the whole door
    asked_ms   INTEGER NOT NULL,
    asked_by   INTEGER REFERENCES person(id),  -- none for retention
    ended_ms   INTEGER,                    -- done, or withdrawn
    ended_by   INTEGER REFERENCES person(id),
    done       INTEGER NOT NULL DEFAULT 0,
    records    INTEGER NOT NULL DEFAULT 0  -- how many went
) WITHOUT ROWID;
CREATE INDEX erasure_door ON erasure (door);

-- Records that are gone, so that no phone brings them back.
CREATE TABLE erased (
    record   BLOB PRIMARY KEY,
    worklist BLOB NOT NULL,
    erasure  BLOB NOT NULL REFERENCES erasure(id)
) WITHOUT ROWID;

-- Doors of which everything went that was written until this moment.
CREATE TABLE erased_door (
    door     BLOB PRIMARY KEY,
    until_ms INTEGER NOT NULL,
    erasure  BLOB NOT NULL REFERENCES erasure(id)
) WITHOUT ROWID;

-- Which lists a phone holds, as far as it told and was told.
CREATE TABLE device_list (
    device   INTEGER NOT NULL REFERENCES device(number),
    worklist BLOB NOT NULL,
    PRIMARY KEY (device, worklist)
) WITHOUT ROWID;
CREATE INDEX device_list_worklist ON device_list (worklist);

-- Until there was this table: every list in which the phone wrote or that its person has.
INSERT INTO device_list
    SELECT DISTINCT device, worklist FROM log WHERE device <> 0
    UNION SELECT number, worklist FROM device JOIN assignment ON assignment.person = device.person;

-- Records that a phone must drop. Confirmed ones stay a while: a copy of the phone may still hold them.
CREATE TABLE erase_tell (
    device       INTEGER NOT NULL REFERENCES device(number),
    record       BLOB NOT NULL,
    erasure      BLOB NOT NULL REFERENCES erasure(id),
    confirmed_ms INTEGER,
    PRIMARY KEY (device, record)
) WITHOUT ROWID;
CREATE INDEX erase_tell_open ON erase_tell (device) WHERE confirmed_ms IS NULL;

-- Phones that an erasure concerns, and when each had dropped all of it.
CREATE TABLE erase_phone (
    erasure      BLOB NOT NULL REFERENCES erasure(id),
    device       INTEGER NOT NULL REFERENCES device(number),
    confirmed_ms INTEGER,
    PRIMARY KEY (erasure, device)
) WITHOUT ROWID;

-- When a revoked phone said that it is empty.
ALTER TABLE device ADD COLUMN wiped_ms INTEGER;

-- One line for each run of retention.
CREATE TABLE retention_run (
    id      INTEGER PRIMARY KEY,
    at_ms   INTEGER NOT NULL,
    dry     INTEGER NOT NULL,              -- only counted
    counts  TEXT NOT NULL,                 -- JSON: per kind how many records
    erasure BLOB REFERENCES erasure(id)    -- none when nothing was due
);
