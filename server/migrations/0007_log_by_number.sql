-- The log says by number what it said by name: a word for a kind, a field or a choice, a list, and the
-- record of every entry after its first. The hashes are still taken over the op as it was made, so the
-- chain is the one it was. The program packs what each op says anew, and makes the records from that.

-- Words that ops are made of: kinds, fields, keys of choices. Only ever added to; nothing that
-- somebody typed.
CREATE TABLE log_word (
    number INTEGER PRIMARY KEY,
    word   TEXT NOT NULL UNIQUE
);

-- Lists by the order in which they first got an entry.
CREATE TABLE log_list (
    number   INTEGER PRIMARY KEY,
    worklist BLOB NOT NULL UNIQUE
);

ALTER TABLE log RENAME TO log_before;
DROP INDEX log_dot;
DROP INDEX log_worklist;
DROP INDEX log_record;

-- The log: every accepted op, hash-chained. Everything else about records can be rebuilt from it.
CREATE TABLE log (
    entry        INTEGER PRIMARY KEY,
    list         INTEGER NOT NULL,         -- number in log_list
    seq          INTEGER NOT NULL,         -- within the list
    device       INTEGER NOT NULL,
    device_seq   INTEGER NOT NULL,
    record       BLOB,                     -- of its first entry; later ones have `first`
    first        INTEGER,                  -- the first entry of this record
    author       INTEGER,                  -- person; none for the system
    received_ms  INTEGER NOT NULL,
    payload      BLOB,                     -- what the op says, packed: store::log::packed; none after erasure
    salt         BLOB,                     -- 16 random bytes; none after erasure
    chain        BLOB NOT NULL,            -- SHA-256 over the chain before, envelope, hash of salt and op
    erasure      BLOB,                     -- which erasure took what it said
    payload_hash BLOB                      -- after erasure: SHA-256 of salt and op; before, it follows from them
);

-- An entry as it is read: with the ids of its list and its record.
CREATE VIEW entry AS
SELECT log.entry, log_list.worklist, log.list, log.seq, log.device, log.device_seq,
       COALESCE(log.record, begin.record) AS record, log.first, log.author, log.received_ms,
       log.payload, log.salt, log.chain, log.erasure, log.payload_hash
FROM log LEFT JOIN log_list ON log_list.number = log.list
         LEFT JOIN log AS begin ON begin.entry = log.first;

-- Which entries speak of a record that stands in the tables.
CREATE VIEW record_entry AS
SELECT record.id AS record, record.nr AS entry FROM record
UNION ALL
SELECT record.id, log.entry FROM record JOIN log ON log.first = record.nr;
