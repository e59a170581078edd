-- Fields that went while their record stays, so that no phone brings back what was written until then by
-- who had seen nothing that the office said of it after this number.
CREATE TABLE erased_field (
    record   BLOB NOT NULL,
    field    TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    after_seq INTEGER NOT NULL,
    erasure  BLOB NOT NULL REFERENCES erasure(id),
    PRIMARY KEY (record, field)
) WITHOUT ROWID;

-- As it was, but once for each erasure that says so. Of a record of which a part stays, the number that the
-- list had reached when that was first said again (who read less and holds the record is a copy) and when it
-- last was (who read more and has nothing of it dropped it since), and how often it was.
CREATE TABLE erase_tell_new (
    device       INTEGER NOT NULL REFERENCES device(number),
    record       BLOB NOT NULL,
    erasure      BLOB NOT NULL REFERENCES erasure(id),
    confirmed_ms INTEGER,
    said_seq     INTEGER,
    said_upto    INTEGER,
    said         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (device, record, erasure)
) WITHOUT ROWID;
INSERT INTO erase_tell_new SELECT device, record, erasure, confirmed_ms, NULL, NULL, 0 FROM erase_tell;
DROP TABLE erase_tell;
ALTER TABLE erase_tell_new RENAME TO erase_tell;
CREATE INDEX erase_tell_open ON erase_tell (device) WHERE confirmed_ms IS NULL;
CREATE INDEX erase_tell_said ON erase_tell (device) WHERE said_seq IS NOT NULL;
