-- A record is one row with all its fields in it: writing a record of twenty fields is one row and not
-- forty. All of it is made anew from the log after this.

DROP TABLE live;
DROP TABLE shown;
DROP TABLE record;
DELETE FROM visit;

-- Projections 1 to 3: one row per record, in the order in which they came in.
CREATE TABLE record (
    nr         INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    worklist   BLOB NOT NULL,
    parent     BLOB,                       -- what it is about: attempt -> address, talk -> attempt, ...
    household  BLOB,                       -- of a talk: with whom
    created_ms INTEGER NOT NULL,           -- receipt of its first op
    changed_ms INTEGER NOT NULL,           -- receipt of its last op
    author     INTEGER,                    -- who wrote its first op
    device     INTEGER NOT NULL,           -- on which device
    open       INTEGER NOT NULL DEFAULT 0, -- fields that contradict
    live       BLOB NOT NULL               -- all live values: store::projection::Fields
);
CREATE INDEX record_parent ON record (parent, kind) WHERE parent IS NOT NULL;
CREATE INDEX record_worklist ON record (worklist, kind);
CREATE INDEX record_open ON record (open) WHERE open > 0;
CREATE INDEX record_household ON record (household) WHERE household IS NOT NULL;

-- The value to show per field, in SQLite's own types (yes/no as 1/0, ids as blobs; the functions are in
-- store::projection::functions). For one record, or for all; a page that reads one field of many records
-- takes `field(record.live, 'name')`, which is quicker.
CREATE VIEW shown (record, field, value) AS
SELECT record.id, one.value, field(record.live, one.value)
FROM record, json_each(field_names(record.live)) AS one;
