-- The audit gets a chain and says from where; a session gets a number that may stand in it.
-- Lines written before this are taken over by the program, which alone can chain them.

ALTER TABLE audit RENAME TO audit_before;

-- Who did what to whose data, when and from where. Ids and keys only: no names, no free text.
CREATE TABLE audit (
    id         INTEGER PRIMARY KEY,        -- contiguous
    at_ms      INTEGER NOT NULL,
    person     INTEGER,                    -- none: unknown, or the server itself
    session    INTEGER,                    -- of the office
    device     INTEGER,                    -- the phone that asked
    peer       TEXT NOT NULL,              -- address that the request came from
    action     TEXT NOT NULL,              -- key of access::audit::Action
    about_kind TEXT NOT NULL,              -- 'record', 'person', 'phone', ...; empty: nothing in particular
    about      TEXT NOT NULL,              -- its id
    address    BLOB,                       -- the address that a record hangs on
    refused    INTEGER NOT NULL,           -- 1: it was asked, and not done
    detail     TEXT NOT NULL,              -- key=value, spaces between; keys and ids only
    chain      BLOB NOT NULL               -- SHA-256 over the chain before and all of this row
);
CREATE INDEX audit_address ON audit (address) WHERE address IS NOT NULL;
CREATE INDEX audit_about ON audit (about_kind, about);
CREATE INDEX audit_person ON audit (person);
CREATE INDEX audit_refused ON audit (at_ms) WHERE refused = 1;

-- How far retention cut the oldest lines away, and the link that the first line left follows.
CREATE TABLE audit_cut (
    last_id INTEGER PRIMARY KEY,
    chain   BLOB NOT NULL,
    at_ms   INTEGER NOT NULL
);

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit lines are never changed'); END;
CREATE TRIGGER audit_is_cut_at_its_end BEFORE DELETE ON audit
WHEN OLD.id > (SELECT COALESCE(MAX(last_id), 0) FROM audit_cut)
BEGIN SELECT RAISE(ABORT, 'audit lines are only cut by retention'); END;
CREATE TRIGGER audit_cut_is_never_changed BEFORE UPDATE ON audit_cut
BEGIN SELECT RAISE(ABORT, 'a cut is never changed'); END;
CREATE TRIGGER audit_cut_is_never_removed BEFORE DELETE ON audit_cut
BEGIN SELECT RAISE(ABORT, 'a cut is never removed'); END;

-- Everybody signs in again: the old sessions have no number.
DROP TABLE session;
CREATE TABLE session (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again
    token_hash BLOB NOT NULL UNIQUE,       -- SHA-256 of the cookie's value
    person     INTEGER NOT NULL REFERENCES person(id),
    csrf       TEXT NOT NULL,
    stage      TEXT NOT NULL,              -- key of access::sessions::Stage
    created_ms INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL,
    proved_ms  INTEGER NOT NULL,           -- when password, and code where set, were given last
    peer       TEXT NOT NULL,              -- address at sign-in
    agent      TEXT NOT NULL               -- browser and system in two words
);
CREATE INDEX session_person ON session (person);
